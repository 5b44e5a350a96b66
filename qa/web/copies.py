"""The near-copies of a cited article as HTML: the outlets that have it too, and other figures in them. Pure."""

from __future__ import annotations

import re
from html import escape

from qa.dates import read_day
from qa.types import Citation, Instead
from qa.web.claims import emphasise, smooth
from qa.web.words import say, say_n
from qa.web.words.dates import spell_day

_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")


def also_words(cite: Citation) -> str:
    """`Also in 2 outlets: Courier, Post`; empty where no other has it."""
    n = len(cite.also)
    if not n:
        return ""
    return say_n("Also in {n} outlet: {outlets}", "Also in {n} outlets: {outlets}", n, outlets=", ".join(cite.also))


def instead_words(one: Instead, cite: Citation) -> str:
    """Who says it with other figures, before the words: `Courier, 5 March 2026, has other figures:`."""
    day = read_day(one.published)
    spelled = spell_day(day) if day else one.published or ""
    if one.article_id == cite.article_id:
        return say("Until {day} it said:", day=spelled) if spelled else say("It said before:")
    later = bool(one.published and cite.published and one.published > cite.published)
    who = one.outlet or (say("A later copy") if later else say("An earlier copy"))
    return say("{copy}, has other figures:", copy=", ".join(part for part in (who, spelled) if part))


def render_also(cite: Citation) -> str:
    """The other outlets, as HTML; empty where no other has it."""
    words = also_words(cite)
    return f'<span class="also-in">{escape(words)}</span>' if words else ""


def render_instead(cite: Citation) -> str:
    """What others of the story, or this article before it was changed, say in the quote's place."""
    return "".join(
        f'<p class="instead"><span>{escape(instead_words(one, cite))}</span> '
        f"<bdi>“{_other_figures(one.quote, cite.quote)}”</bdi></p>"
        for one in cite.instead
    )


def _other_figures(quote: str, cited: str) -> str:
    known = set(_FIGURE.findall(cited))
    spans = [match.span() for match in _FIGURE.finditer(quote) if match.group() not in known]
    return emphasise(smooth(quote), spans, "b")

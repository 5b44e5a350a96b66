"""Answers as HTML. Pure; the only module that writes markup, and everything from outside goes through `escape`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from html import escape
from urllib.parse import quote as percent_encode
from urllib.parse import urlsplit

from qa.types import Answer, Citation, Claim, Searched, Source
from qa.web.dates import read_day, spell_day, spell_published, spell_span

SUPPORT_WORDS = {
    "quote": "direct quote",
    "supported": "supported",
    "partial": "partly supported",
    "unsupported": "no source found",
}
FRAGMENT_WORDS = 12
"""A quote with more words than twice this is named by its first and last words in a text fragment."""


def render_exchange(answer: Answer, key: str, today: date) -> str:
    """A question with its whole answer; `key` makes ids unique on the page."""
    body = render_not_found(answer, today) if answer.status == "not_found" else render_answered(answer, key, today)
    return _exchange(answer.question, body, key, done=True)


def render_waiting(question: str, claims: Sequence[Claim], note: str, key: str, today: date) -> str:
    """A question whose answer is still coming: the claims so far, else a line that says what goes on."""
    if not claims:
        return _exchange(question, f'<p class="status">{escape(note)}</p>', key, done=False)
    return _exchange(question, _claims(claims, None, key, today), key, done=False)


def render_problem(question: str, message: str, key: str) -> str:
    """A question that failed, and why, in plain words."""
    body = f'<div class="problem" role="alert"><p>{escape(message)}</p></div>'
    return _exchange(question, body, key, done=True)


def render_answered(answer: Answer, key: str, today: date) -> str:
    """Claims with marks, then what was cited and what else was read."""
    also = ""
    if answer.also_read:
        also = (
            f'<details class="also"><summary>Also read ({len(answer.also_read)})</summary>'
            f"<ul>{_sources(answer.also_read, today)}</ul></details>"
        )
    lead = '<p class="status">The articles answer only part of this.</p>' if answer.status == "partial" else ""
    return (
        _searched_for(answer)
        + lead
        + _claims(answer.claims, answer.short_answer, key, today)
        + _cited(answer.citations, key, today)
        + also
    )


def render_not_found(answer: Answer, today: date) -> str:
    """That the articles do not say, what was searched, the nearest articles, and another way to ask."""
    nearest = ""
    if answer.nearest:
        nearest = (
            f'<section class="sources"><h3>Nearest articles</h3><ul>{_sources(answer.nearest, today)}</ul></section>'
        )
    again = ""
    if answer.try_instead:
        asked = escape(answer.try_instead)
        again = f'<p class="again">Try <button type="button" class="ask" data-ask="{asked}">{asked}</button></p>'
    return (
        _searched_for(answer)
        + '<p class="verdict">The articles don’t say.</p>'
        + f'<p class="status">{escape(searched_line(answer.searched))}</p>'
        + again
        + nearest
    )


def searched_line(searched: Searched) -> str:
    """What was searched, as `Searched 26 articles, 2 March to 28 July 2026.` says it."""
    n, span = searched.n_articles, spell_span(searched.first, searched.last)
    return f"Searched {n:,} article{'' if n == 1 else 's'}{', ' + span if span else ''}."


def original_link(url: str | None, quote: str = "") -> str | None:
    """The article at its outlet, scrolled to the quote where the browser can; None unless it is an http(s) address."""
    try:
        safe = bool(url) and urlsplit(url or "").scheme in ("http", "https") and bool(urlsplit(url or "").hostname)
    except ValueError:
        safe = False
    if not safe or not url:
        return None
    words = next((line for line in quote.splitlines() if line.strip()), "").strip("-#| ").split()
    if "|" in words or not words or "#" in url:
        return url
    ends = [words] if len(words) <= 2 * FRAGMENT_WORDS else [words[:FRAGMENT_WORDS], words[-FRAGMENT_WORDS:]]
    return url + "#:~:text=" + ",".join(percent_encode(" ".join(e), safe="").replace("-", "%2D") for e in ends)


def smooth(text: str) -> str:
    """Article text without its line conventions (list dashes, table bars), every character keeping its place."""
    lines = []
    for line in text.split("\n"):
        if line.startswith("## "):
            line = "   " + line[3:]
        elif line.startswith("- "):
            line = "  " + line[2:]
        elif line.startswith("|") and line.rstrip().endswith("|"):
            last = len(line.rstrip()) - 1
            line = " " + line[1:last].replace("|", "·") + " " + line[last + 1 :]
        lines.append(line)
    return " ".join(lines)


def emphasise(text: str, spans: Iterable[tuple[int, int]], tag: str) -> str:
    """Escaped text with the spans inside `tag`; spans that overlap or lie outside are cut to fit."""
    pieces, at = [], 0
    for start, end in sorted(spans):
        start, end = max(start, at), min(end, len(text))
        if start < end:
            pieces += [escape(text[at:start]), f"<{tag}>{escape(text[start:end])}</{tag}>"]
            at = end
    return "".join([*pieces, escape(text[at:])])


def _exchange(question: str, body: str, key: str, *, done: bool) -> str:
    return (
        f'<article class="exchange" id="{key}" aria-labelledby="{key}-q" data-done="{str(done).lower()}">'
        f'<h2 id="{key}-q">{escape(question)}</h2><div class="answer">{body}</div></article>'
    )


def _searched_for(answer: Answer) -> str:
    if answer.searched_for.strip() in ("", answer.question.strip()):
        return ""
    words = escape(answer.searched_for)
    return (
        '<form class="searched-for"><label><span class="status">Searched for:</span> '
        f'<input type="text" value="{words}" maxlength="2000" autocomplete="off" spellcheck="false"></label>'
        '<button type="submit" class="search-again">Search again</button></form>'
    )


def _claims(claims: Sequence[Claim], short_answer: str | None, key: str, today: date) -> str:
    rows, seen = [], set[int]()
    for number, claim in enumerate(claims, 1):
        text = smooth(claim.text).strip()
        at = text.find(short_answer) if short_answer and number == 1 else -1
        spans = [(at, at + len(short_answer))] if short_answer and at >= 0 else []
        marks = "".join(_mark(c, key, today, first=c.n not in seen) for c in claim.citations)
        seen.update(c.n for c in claim.citations)
        why = f": {escape(claim.reason)}" if claim.reason else ""
        rows.append(
            f'<p class="claim {claim.support}" id="{key}-c{number}" tabindex="-1"><span class="said">'
            f"{emphasise(text, spans, 'strong')}</span>{marks} "
            f'<span class="support">{SUPPORT_WORDS[claim.support]}{why}</span></p>'
        )
    return f'<div class="claims">{"".join(rows)}</div>'


def _mark(c: Citation, key: str, today: date, *, first: bool) -> str:
    day = read_day(c.published)
    label = f"Source {c.n}: {c.outlet or c.title}, {spell_day(day) if day else 'undated'}"
    return (
        f'<button type="button" class="mark" data-n="{c.n}"{" data-first" if first else ""} '
        f'{_place(c)} data-card="{key}-s{c.n}" aria-label="{escape(label)}" aria-describedby="{key}-s{c.n}-quote">'
        f"{c.n}</button>"
    )


def _place(c: Citation) -> str:
    span = f'data-start="{c.start}" data-end="{c.end}"'
    return f'data-article="{escape(c.article_id)}" {span} data-quote="{escape(c.quote)}"'


def _cited(citations: Sequence[Citation], key: str, today: date) -> str:
    if not citations:
        return ""
    by_article: dict[str, list[Citation]] = {}
    for c in citations:
        by_article.setdefault(c.article_id, []).append(c)
    items = []
    for cites in by_article.values():
        head = cites[0]
        source = Source(head.article_id, head.title, head.outlet, head.url, head.published)
        pills = "".join(
            f'<button type="button" class="pill" data-mark="{c.n}" {_place(c)} '
            f'aria-label="Open source {c.n}">{c.n}</button>'
            for c in cites
        )
        items.append(f'<li><span class="pills">{pills}</span>{_source(source, today)}</li>')
    cards = "".join(
        f'<div class="card-text" id="{key}-s{c.n}" hidden>{_meta(c, today)}<p class="title">{escape(c.title)}</p>'
        f'<blockquote id="{key}-s{c.n}-quote">{emphasise(smooth(c.quote), c.marks, "b")}</blockquote></div>'
        for c in citations
    )
    return (
        f'<section class="sources"><h3>Cited ({len(by_article)})</h3>'
        f'<ol class="cited">{"".join(items)}</ol></section>{cards}'
    )


def _sources(sources: Sequence[Source], today: date) -> str:
    return "".join(f"<li>{_source(s, today)}</li>" for s in sources)


def _source(source: Source, today: date) -> str:
    return (
        f'<span class="source"><button type="button" class="open" data-article="{escape(source.article_id)}">'
        f"{escape(source.title or 'Untitled')}</button>{_meta(source, today)}</span>"
    )


def _meta(source: Source | Citation, today: date) -> str:
    outlet = f"<span>{escape(source.outlet)}</span>" if source.outlet else ""
    return f'<span class="meta">{outlet}<span>{escape(spell_published(source.published, today))}</span></span>'

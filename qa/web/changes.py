"""What became of an article since it was cited, in words."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.split import split_sentences
from corpus.stories import Story
from corpus.types import Article
from corpus.versions import Version
from qa.dates import read_day, spell_day

MAX_SENTENCES = 3


def describe_change(article: Article, earlier: Sequence[Version]) -> str:
    """When the article changed last, and which sentences it had that it does not have now; empty if it never did."""
    if not earlier:
        return ""
    last = earlier[-1]
    said = f"This article changed on {spell_day(last.until.date())}."
    now = {_plain(article.text, span) for span in split_sentences(article.text)}
    lost = [s for span in split_sentences(last.article.text) if (s := _plain(last.article.text, span)) not in now]
    if not lost:
        return said
    quotes = " ".join(f"“{sentence}”" for sentence in lost[:MAX_SENTENCES])
    more = f" and {len(lost) - MAX_SENTENCES} sentences more" if len(lost) > MAX_SENTENCES else ""
    return f"{said} It no longer says: {quotes}{more}"


def describe_copies(article: Article, story: Story | None) -> str:
    """Which other outlets have the same story, and whether a later one has other figures; empty if none has it."""
    if story is None:
        return ""
    outlets = story.outlets_besides(article.id)
    if story.corrected and story.lead != article.id:
        lead = story.members[-1]
        day = read_day(lead.published)
        where = [f"in {lead.outlet}" if lead.outlet else "", f"of {spell_day(day)}" if day else ""]
        return " ".join(["A later copy", *filter(None, where), "has other figures."])
    if not outlets:
        n = len(story.members) - 1
        return f"{n} near-cop{'y of it is' if n == 1 else 'ies of it are'} in the library."
    return f"Also in {len(outlets)} outlet{'' if len(outlets) == 1 else 's'}: {', '.join(outlets)}."


def describe_absence(earlier: Sequence[Version]) -> str:
    """That the article is gone, and since when where that is known."""
    if earlier and earlier[-1].removed:
        return f"This article was removed from the library on {spell_day(earlier[-1].until.date())}."
    return "This article is no longer in the library."


def _plain(text: str, span: tuple[int, int]) -> str:
    return " ".join(text[span[0] : span[1]].split())

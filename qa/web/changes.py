"""What became of an article since it was cited, in words."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.split import split_sentences
from corpus.stories import Story
from corpus.types import Article
from corpus.versions import Version
from qa.dates import read_day
from qa.web.words import say, say_n
from qa.web.words.dates import spell_day

MAX_SENTENCES = 3


def describe_change(article: Article, earlier: Sequence[Version]) -> str:
    """When the article changed last, and which sentences it had that it does not have now; empty if it never did."""
    if not earlier:
        return ""
    last = earlier[-1]
    said = say_changed(last)
    now = {_plain(article.text, span) for span in split_sentences(article.text)}
    lost = [s for span in split_sentences(last.article.text) if (s := _plain(last.article.text, span)) not in now]
    if not lost:
        return said
    quotes = " ".join(f"“{sentence}”" for sentence in lost[:MAX_SENTENCES])
    said = f"{said} {say('It no longer says:')} {quotes}"
    n = len(lost) - MAX_SENTENCES
    return f"{said} {say_n('and {n} sentence more', 'and {n} sentences more', n)}" if n > 0 else said


def say_changed(version: Version) -> str:
    """When the article changed from this version, in a sentence."""
    return say("This article changed on {day}.", day=spell_day(version.until.date()))


def describe_copies(article: Article, story: Story | None) -> str:
    """Which other outlets have the same story, and whether a later one has other figures; empty if none has it."""
    if story is None:
        return ""
    outlets = story.outlets_besides(article.id)
    if story.corrected and story.lead != article.id:
        lead = story.members[-1]
        day = read_day(lead.published)
        if lead.outlet and day:
            return say("A later copy in {outlet} of {day} has other figures.", outlet=lead.outlet, day=spell_day(day))
        if lead.outlet:
            return say("A later copy in {outlet} has other figures.", outlet=lead.outlet)
        if day:
            return say("A later copy of {day} has other figures.", day=spell_day(day))
        return say("A later copy has other figures.")
    if not outlets:
        n = len(story.members) - 1
        return say_n("{n} near-copy of it is in the library.", "{n} near-copies of it are in the library.", n)
    names, n = ", ".join(outlets), len(outlets)
    return say_n("Also in {n} outlet: {outlets}.", "Also in {n} outlets: {outlets}.", n, outlets=names)


def describe_absence(earlier: Sequence[Version]) -> str:
    """That the article is gone, and since when where that is known."""
    if earlier and earlier[-1].removed:
        day = spell_day(earlier[-1].until.date())
        return say("This article was removed from the library on {day}.", day=day)
    return say("This article is no longer in the library.")


def _plain(text: str, span: tuple[int, int]) -> str:
    return " ".join(text[span[0] : span[1]].split())

"""One article as the reader's pane shows it: now, as it was when it was cited, what differs, and where it came from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import PurePath
from typing import Any

from corpus.differences import compare_texts
from corpus.origins import find_origin
from corpus.stories import Story
from corpus.types import Article
from corpus.versions import Version
from qa.web.changes import describe_change, describe_copies, say_changed
from qa.web.render import original_link
from qa.web.words import say
from qa.web.words.dates import spell_day, spell_published


def describe_article(
    article: Article,
    earlier: Sequence[Version],
    story: Story | None,
    today: date,
    *,
    quote: str = "",
    number: int | None = None,
    whole: bool = False,
) -> dict[str, Any]:
    """Everything about one article; `old` is the version that was asked for by number, or else the newest that differs.

    `cited_before`: the quote is in `old` and not in the present text. `whole` tells where files are.
    """
    changed = [version for version in earlier if not version.removed]
    old = choose_version(article, changed, quote, number)
    return {
        "title": article.title,
        "outlet": article.outlet,
        "published": spell_published(article.published_text, today),
        "original": original_link(article.url, quote),
        "day": article.published_text or "",
        "text": article.text,
        "changed": describe_change(article, changed),
        "changed_when": say_changed(changed[-1]) if changed else "",
        "copies": describe_copies(article, story),
        "from": describe_source(article.source, whole),
        "versions": [{"number": v.number, "until": spell_day(v.until.date())} for v in reversed(changed)],
        "cited_before": bool(quote) and quote not in article.text and old is not None and quote in old.article.text,
        "old": describe_version(old, article) if old else None,
    }


def choose_version(
    article: Article, earlier: Sequence[Version], quote: str = "", number: int | None = None
) -> Version | None:
    """The earlier version to show: by its number, else the newest that has a quote which is gone, else that differs."""
    newest = list(reversed(earlier))
    if number is not None:
        return next((version for version in newest if version.number == number), None)
    if quote and quote not in article.text:
        having = next((version for version in newest if quote in version.article.text), None)
        if having:
            return having
    return next((version for version in newest if version.article.text != article.text), None)


def describe_version(version: Version, now: Article) -> dict[str, Any]:
    """An earlier version, with the spans of sentences that only it (`lost`) or only the present text (`came`) has."""
    differences = compare_texts(version.article.text, now.text)
    return {
        "number": version.number,
        "until": spell_day(version.until.date()),
        "title": version.article.title,
        "text": version.article.text,
        "lost": [list(d.old) for d in differences if d.old],
        "came": [list(d.new) for d in differences if d.new],
    }


def describe_source(source: str, whole: bool) -> str:
    """Where an article was read from, in words; without `whole` a file only by its name."""
    kind, name = find_origin(source)
    if kind == "site":
        return source if whole else name
    if kind == "upload":
        return say("the file {name}, added on this page", name=source.partition(":")[2])
    if kind in ("pasted", "stdin"):
        return say("text that was pasted") if kind == "pasted" else say("a terminal’s input")
    path, _, within = source.partition("#")
    name = path if whole else PurePath(path).name
    return say("{name}, part {part}", name=name, part=within) if within else name

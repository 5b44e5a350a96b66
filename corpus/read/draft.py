"""What every reader hands over, and the one place where it becomes an Article."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from corpus.read.normalize import normalize_line, normalize_text, parse_date, slug
from corpus.read.note import Note
from corpus.types import Article, Failure

PAGE_MARK = "\ue00c"
"""Put before the first character of each page, by readers of formats with pages; it does not reach the article."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An article as a source says it: `published` unparsed, `id` empty unless the source names one."""

    title: str
    text: str
    outlet: str = ""
    url: str = ""
    published: str = ""
    id: str = ""
    author: str = ""


def finish(draft: Draft, source: str, name: str) -> Iterator[Article | Failure | Note]:
    """The article with notes on what was assumed, or a Failure; `name` stands in for a missing title or id."""
    text, pages = take_page_marks(normalize_text(draft.text))
    if not re.search(r"\w", text):
        yield Failure(source, "no text")
        return
    published, remark = parse_date(draft.published)
    if remark:
        yield Note(source, remark)
    url = draft.url.strip()
    if url and not is_web_address(url):
        yield Note(source, f"url: '{url[:60]}' is no web address; left out")
        url = ""
    yield Article(
        id=normalize_line(draft.id)[:200] or slug(name),
        title=normalize_line(draft.title) or normalize_line(re.sub(r"[-_]+", " ", name)) or "Untitled",
        text=text,
        outlet=normalize_line(draft.outlet),
        url=url or None,
        published=published,
        source=source,
        author=normalize_line(draft.author)[:200],
        pages=pages,
    )


def take_page_marks(text: str) -> tuple[str, tuple[int, ...]]:
    """The text without page marks, and the offsets in it where they stood."""
    parts = text.split(PAGE_MARK)
    pages, at = [], len(parts[0])
    for part in parts[1:]:
        pages.append(at)
        at += len(part)
    return "".join(parts), tuple(pages)


def is_web_address(url: str) -> bool:
    """Whether this is an http(s) address with a host, and nothing that a page should not link to."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s|[\x00-\x1f]", url)

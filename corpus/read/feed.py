"""Feeds: RSS and Atom by feedparser, JSON feeds, and a JSON file that holds articles."""

from __future__ import annotations

import io
import json
from calendar import timegm
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import feedparser

from corpus.read.decode import decode
from corpus.read.draft import Draft, finish
from corpus.read.jsonl import draft_of
from corpus.read.markup import markup_text
from corpus.read.normalize import parse_date
from corpus.read.note import SUMMARY_ONLY, Note
from corpus.types import Article, Failure


def read_file(path: Path, source: str, name: str) -> Iterator[Article | Failure | Note]:
    """The entries of a feed, each with its own date, link and author."""
    data = path.read_bytes()
    if data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"["):
        yield from _read_json(data, source)
        return
    # A stream: bytes would be tried as a file's name.
    feed: Any = feedparser.parse(io.BytesIO(data))
    if not feed.entries and (feed.bozo or not feed.version):
        why = f": {feed.bozo_exception}" if feed.bozo else ""
        yield Failure(source, " ".join(f"no feed that can be read{why}"[:200].split()))
        return
    if not feed.entries:
        yield Note(source, "a feed without entries")
    outlet = feed.feed.get("title", "")
    entries = list(feed.entries)
    if feed.bozo and not data.rstrip().lower().endswith((b"</rss>", b"</feed>", b"</rdf:rdf>")):
        # What was read of the last one may be half of it.
        entries.pop()
        yield Failure(f"{source}:{len(entries) + 1}", "the feed is cut off in the middle of this entry")
    for number, entry in enumerate(entries, start=1):
        contents = [markup_text(content.get("value") or "") for content in entry.get("content", [])]
        text = max(contents, key=len, default="")
        summary = markup_text(entry.get("summary") or "")
        where = f"{source}#{entry.get('id') or entry.get('link') or number}"
        draft = Draft(
            markup_text(entry.get("title") or ""),
            text or summary or markup_text(entry.get("title") or ""),
            outlet=markup_text((entry.get("source") or {}).get("title") or outlet),
            url=entry.get("link") or "",
            published=_date(entry),
            author=entry.get("author") or "",
        )
        yield from _entry(draft, where, bool(text) and len(text) > len(summary))


def _entry(draft: Draft, where: str, full: bool) -> Iterator[Article | Failure | Note]:
    if not full:
        yield Note(where, SUMMARY_ONLY)
    yield from finish(draft, where, draft.title or " ".join(draft.text.split()[:10]))


def _date(entry: Any) -> str:
    """As the feed says it where that can be read, else as feedparser understood it, in UTC."""
    for field in ("published", "updated"):
        said = entry.get(field) or ""
        if said and parse_date(said)[0]:
            return str(said)
        if entry.get(f"{field}_parsed"):
            return datetime.fromtimestamp(timegm(entry[f"{field}_parsed"]), UTC).isoformat()
    return entry.get("published") or ""


def _read_json(data: bytes, source: str) -> Iterator[Article | Failure | Note]:
    text, remark = decode(data)
    if text is None:
        yield Failure(source, remark)
        return
    try:
        said: Any = json.loads(text)
    except ValueError as error:
        yield Failure(source, f"no JSON: {error}"[:200])
        return
    if isinstance(said, dict) and str(said.get("version", "")).startswith("https://jsonfeed.org/"):
        yield from _json_entries(said, source)
        return
    for number, one in enumerate(said if isinstance(said, list) else [said], start=1):
        draft = draft_of(one)
        if isinstance(draft, str):
            yield Failure(f"{source}:{number}", draft)
        else:
            yield from finish(draft, f"{source}#{draft.id or number}", draft.title)


def _json_entries(feed: dict[str, Any], source: str) -> Iterator[Article | Failure | Note]:
    items = feed.get("items")
    for number, item in enumerate(items if isinstance(items, list) else [], start=1):
        if not isinstance(item, dict):
            yield Failure(f"{source}:{number}", "an entry that is no JSON object")
            continue
        said = {key: value for key, value in item.items() if isinstance(value, str)}
        full = markup_text(said.get("content_html", "")) or said.get("content_text", "")
        authors = item.get("authors")
        names = [str(a.get("name", "")) for a in authors if isinstance(a, dict)] if isinstance(authors, list) else []
        draft = Draft(
            said.get("title", ""),
            full or said.get("summary", "") or said.get("title", ""),
            outlet=str(feed.get("title", "")),
            url=said.get("url", ""),
            published=said.get("date_published", ""),
            author=", ".join(filter(None, names)),
        )
        yield from _entry(draft, f"{source}#{said.get('id') or said.get('url') or number}", bool(full))

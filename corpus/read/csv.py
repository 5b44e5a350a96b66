"""Tables of articles, one a row, under a line of column names."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from corpus.read.decode import MAX_BYTES, decode
from corpus.read.draft import Draft, finish
from corpus.read.note import Note
from corpus.types import Article, Failure

SAMPLE_BYTES = 1_000_000
COLUMNS = {
    "title": ("title", "headline", "heading", "name"),
    "text": ("text", "body", "content", "article", "article_text", "full_text", "story"),
    "outlet": ("outlet", "publisher", "publication", "source", "newspaper", "site", "domain"),
    "url": ("url", "link", "href", "address"),
    "published": (
        "published",
        "date",
        "published_at",
        "publish_date",
        "pubdate",
        "publication_date",
        "datetime",
        "time",
    ),
    "id": ("id", "article_id", "guid"),
    "author": ("author", "authors", "byline", "writer"),
}
"""A field of an article to the column names that mean it, best first."""


def read_file(path: Path, source: str, name: str) -> Iterator[Article | Failure | Note]:
    """The articles of a table; columns that mean nothing here are named once, a bad row is a Failure of its own."""
    with path.open("rb") as sample:
        head = sample.read(SAMPLE_BYTES)
    text, remark = decode(head[: head.rfind(b"\n") + 1] or head)
    if text is None:
        yield Failure(source, remark)
        return
    if remark:
        yield Note(source, remark)
    encoding = remark.rpartition(" ")[2] or ("utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    csv.field_size_limit(MAX_BYTES)
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        rows = csv.reader(file, delimiter=_delimiter(text))
        try:
            header = next(rows, [])
            columns = _map(header)
            if "text" not in columns:
                yield Failure(source, f"no column for the text among {_named(header)}; call one of them “text”")
                return
            used = {header[at] for at in columns.values()}
            unknown = [column for column in header if column.strip() and column not in used]
            if unknown:
                yield Note(source, f"columns left out: {_named(unknown)}")
            n_rows = 0
            for item in _articles(rows, columns, len(header), source):
                n_rows += 1
                yield item
            if not n_rows:
                yield Failure(source, "no row under its column names")
        except csv.Error as error:
            yield Failure(f"{source}:{rows.line_num}", f"no table that can be read: {error}")


def _articles(
    rows: Iterator[list[str]], columns: dict[str, int], width: int, source: str
) -> Iterator[Article | Failure | Note]:
    for number, row in enumerate(rows, start=2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) > width:
            yield Failure(f"{source}:{number}", f"{len(row)} cells, but the table has {width} columns")
            continue
        said = {field: row[at] for field, at in columns.items() if at < len(row)}
        if not said.get("text", "").strip():
            yield Failure(f"{source}:{number}", "no text")
            continue
        first_words = " ".join(said["text"].split()[:10])
        draft = Draft(**{"title": "", "text": ""} | said)
        yield from finish(draft, f"{source}#{draft.id or number}", draft.title or first_words)


def _map(header: list[str]) -> dict[str, int]:
    names = [column.strip().lower().replace(" ", "_") for column in header]
    found = {field: next((names.index(n) for n in known if n in names), -1) for field, known in COLUMNS.items()}
    return {field: at for field, at in found.items() if at >= 0}


def _named(columns: list[str]) -> str:
    said = ", ".join(column.strip()[:40] or "(no name)" for column in columns[:12])
    return said + (f" and {len(columns) - 12} more" if len(columns) > 12 else "") if columns else "none"


def _delimiter(text: str) -> str:
    line = text.lstrip("\ufeff").split("\n", 1)[0]
    return max(",;\t|", key=lambda mark: (line.count(mark), mark == ","))

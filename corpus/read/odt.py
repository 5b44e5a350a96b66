"""OpenDocument texts, read from their own XML: the library for them has not been kept since 2020."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from corpus.read.archive import Archive
from corpus.read.draft import Draft, finish
from corpus.read.note import Note
from corpus.types import Article, Failure

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_BREAKS = (f"{_TEXT}s", f"{_TEXT}tab", f"{_TEXT}line-break")
_LEFT_OUT = (f"{_TEXT}note", f"{_TEXT}tracked-changes", f"{_OFFICE}annotation", f"{_TEXT}deletion")


def read_file(path: Path, source: str, name: str) -> Iterator[Article | Failure | Note]:
    """The one article of a document: headings, list items and table rows keep their lines."""
    archive = Archive(path)
    if "META-INF/manifest.xml" in archive.names() and b"encryption-data" in archive.read("META-INF/manifest.xml"):
        yield Failure(source, "encrypted; save it without a password")
        return
    body = archive.xml("content.xml").find(f".//{_OFFICE}text")
    blocks = [block for block in _blocks(body) if block.strip()] if body is not None else []
    title, author = "", ""
    if "meta.xml" in archive.names():
        meta = archive.xml("meta.xml")
        title, author = (str(meta.findtext(f".//{_DC}{field}") or "") for field in ("title", "creator"))
    if blocks and (not title or blocks[0] == f"## {title}") and blocks[0].startswith("## "):
        title = blocks.pop(0).removeprefix("## ")
    yield from finish(Draft(title, "\n\n".join(blocks), author=author), source, name)


def _blocks(node: Any) -> Iterator[str]:
    for child in node:
        if child.tag == f"{_TEXT}h":
            yield f"## {_line(child)}" if _line(child) else ""
        elif child.tag == f"{_TEXT}p":
            yield _line(child)
        elif child.tag == f"{_TEXT}list":
            yield "\n".join(f"- {line}" for part in child.iter(f"{_TEXT}p", f"{_TEXT}h") if (line := _line(part)))
        elif child.tag == f"{_TABLE}table":
            rows = (
                [_line(cell) for cell in row.iter(f"{_TABLE}table-cell")] for row in child.iter(f"{_TABLE}table-row")
            )
            yield "\n".join(f"| {' | '.join(cells)} |" for cells in rows if any(cells))
        elif child.tag not in _LEFT_OUT:
            yield from _blocks(child)


def _line(node: Any) -> str:
    return " ".join("".join(_texts(node)).split())


def _texts(node: Any) -> Iterator[str]:
    yield node.text or ""
    for child in node:
        if child.tag in _BREAKS:
            yield " "
        elif child.tag not in _LEFT_OUT:
            yield from _texts(child)
            yield " " if child.tag == f"{_TEXT}p" else ""
        yield child.tail or ""

"""Rich text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from striprtf import striprtf

from corpus.read.draft import Draft, finish
from corpus.read.note import Note
from corpus.read.text import parse_text
from corpus.types import Article, Failure

_reader: Any = striprtf  # without types


def read_file(path: Path, source: str, name: str) -> Iterator[Article | Failure | Note]:
    """The one article of a document; its own title and author count, and table rows keep their lines."""
    markup = path.read_bytes().decode("latin-1")
    text = _reader.rtf_to_text(markup, errors="ignore")
    lines = [_row(line) if line.rstrip().endswith("|") else line for line in text.split("\n")]
    body = "\n\n".join(_paragraphs(lines))
    title, author = _said(markup, "title"), _said(markup, "author")
    draft = Draft(title, body) if title else parse_text(body)
    yield from finish(replace(draft, author=author), source, name)


def _row(line: str) -> str:
    return f"| {' | '.join(cell.strip() for cell in line.split('|') if cell.strip())} |"


def _paragraphs(lines: list[str]) -> Iterator[str]:
    """A line of rich text is a paragraph, whatever its length; rows of one table stay together."""
    rows: list[str] = []
    for line in [*lines, ""]:
        if line.startswith("| "):
            rows.append(line)
            continue
        if rows:
            yield "\n".join(rows)
            rows = []
        if line.strip():
            yield line


def _said(markup: str, field: str) -> str:
    match = re.search(r"\{\\" + field + r"\s+([^{}]{1,300})\}", markup)
    return _reader.rtf_to_text("{\\rtf1\\ansi " + match[1] + "}", errors="ignore").strip() if match else ""

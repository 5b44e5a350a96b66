"""Plain text: a title line perhaps, then paragraphs, hard-wrapped or not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from corpus.read.decode import decode
from corpus.read.draft import Draft, finish
from corpus.read.normalize import normalize_text
from corpus.read.note import Note
from corpus.types import Article, Failure

TITLE_CHARS = 120
WRAPPED = range(45, 101)
"""Line lengths that a hard-wrapped paragraph has, all but its last line."""

_OWN_LINE = re.compile(r"#{1,6} |[-*•] |\d{1,3}[.)] |\|")


def read_file(path: Path, source: str, name: str) -> Iterator[Article | Failure | Note]:
    """The one article of a text file."""
    text, remark = decode(path.read_bytes())
    if text is None:
        yield Failure(source, remark)
        return
    if remark:
        yield Note(source, remark)
    yield from finish(parse_text(text), source, name)


def parse_text(text: str) -> Draft:
    """Title and paragraphs; a short first line with a blank line and more text under it is the title."""
    blocks = [block for block in normalize_text(text).split("\n\n") if block.strip()]
    title = ""
    if len(blocks) > 1 and "\n" not in blocks[0] and len(blocks[0].strip()) <= TITLE_CHARS:
        title = blocks.pop(0).strip().removeprefix("# ")
    return Draft(title, "\n\n".join(_unwrapped(block) for block in blocks))


def _unwrapped(block: str) -> str:
    lines = [line.strip() for line in block.split("\n")]
    if any(_OWN_LINE.match(line) for line in lines) or not all(len(line) in WRAPPED for line in lines[:-1]):
        return "\n".join(lines)
    return " ".join(lines)

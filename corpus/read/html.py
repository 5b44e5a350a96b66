"""Web pages: the article's own text without menus and advertisements, or the reason why there is none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from corpus.read.decode import decode
from corpus.read.draft import finish, is_web_address
from corpus.read.note import Note
from corpus.read.page import read_page
from corpus.types import Article, Failure


def read_file(path: Path, source: str, name: str) -> Iterator[Article | Failure | Note]:
    """The one article of a page."""
    data = path.read_bytes()
    text, remark = decode(data, declared=_declared(data))
    if text is None:
        yield Failure(source, remark)
        return
    draft = read_page(text, source if is_web_address(source) else "")
    if isinstance(draft, str):
        yield Failure(source, draft)
        return
    if remark:
        yield Note(source, remark)
    yield from finish(draft, source, name)


def _declared(data: bytes) -> str:
    match = re.search(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w-]+)", data[:4096], re.IGNORECASE)
    return match[1].decode("ascii", "ignore") if match else ""

"""Sources to articles: one reader a format, found by suffix in one table.

A reader is a module with `read_file(path, source, name)`; it yields an Article, a Failure or a Note for each thing it
finds and raises nothing for bad input. Not here: what is in the library already (corpus/plan.py).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from hashlib import sha256
from importlib import import_module
from pathlib import Path

from corpus.read.decode import check_file, decode
from corpus.read.draft import Draft, finish
from corpus.read.normalize import normalize_text
from corpus.read.note import Note
from corpus.types import Article, Failure

__all__ = ["READERS", "Item", "Note", "read_articles", "read_pasted", "read_upload"]

Item = Article | Failure | Note

READERS = {
    ".md": "corpus.read.markdown",
    ".markdown": "corpus.read.markdown",
    ".txt": "corpus.read.text",
    ".text": "corpus.read.text",
    ".html": "corpus.read.html",
    ".htm": "corpus.read.html",
    ".xhtml": "corpus.read.html",
    ".jsonl": "corpus.read.jsonl",
    ".ndjson": "corpus.read.jsonl",
}
"""Suffix to the module that reads it."""


def read_articles(source: str) -> Iterator[Item]:
    """The articles of a file, of a folder's files in order, or, for `-`, of standard input."""
    if source == "-":
        yield from _read_stdin()
        return
    if source.startswith(("http://", "https://")):
        yield Failure(source, "web addresses cannot be added; save the page and add the file")
        return
    path = Path(source).expanduser().absolute()
    try:
        if path.is_dir():
            for file in files_in(path):
                yield from _read_file(file, str(file), file.name)
            return
    except OSError as error:
        yield Failure(source, f"cannot be read: {error.strerror}")
        return
    yield from _read_file(path, str(path), path.name)


def files_in(folder: Path) -> Iterator[Path]:
    """The files of known suffix in a folder and below, sorted; hidden ones, READMEs and link loops are left out."""
    yield from _walk(folder, frozenset())


def _walk(folder: Path, above: frozenset[Path]) -> Iterator[Path]:
    real = folder.resolve()
    if real in above:
        return
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        # Told apart from an empty folder by whoever reads it: the folder itself is yielded and cannot be read.
        yield folder
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from _walk(entry, above | {real})
        elif entry.suffix.lower() in READERS and entry.name.lower() != "readme.md":
            yield entry


def _read_file(path: Path, source: str, name: str) -> Iterator[Item]:
    problem = check_file(path)
    if problem:
        yield Failure(source, problem)
        return
    suffix = Path(name).suffix.lower()
    if suffix not in READERS:
        yield Failure(source, f"unknown kind of file {suffix or '(no suffix)'}; known: {', '.join(READERS)}")
        return
    try:
        yield from import_module(READERS[suffix]).read_file(path, source, Path(name).stem)
    except OSError as error:
        yield Failure(source, f"cannot be read: {error.strerror}")


def read_upload(path: Path, name: str) -> list[Item]:
    """The articles of a file that was handed over under its original name; that name is its identity."""
    return list(_read_file(path, f"upload:{name}", name))


def read_pasted(title: str, text: str, outlet: str = "", published: str = "", url: str = "") -> Article | Failure:
    """An article from text that someone typed or pasted, in plain text or Markdown; its content is its identity."""
    from corpus.read.markdown import parse_markdown

    if not normalize_text(text):
        return Failure("pasted", "no text")
    draft = parse_markdown(text, "pasted")
    if isinstance(draft, Failure):
        return draft
    given = Draft(
        title or draft.title,
        draft.text,
        outlet or draft.outlet,
        url or draft.url,
        published or draft.published,
        draft.id,
    )
    first_words = " ".join(given.text.split()[:10])
    items = list(finish(given, _pasted(given.text), given.title or first_words))
    for item in items:
        # What is wrong with a typed date or address is told before anything is added.
        if isinstance(item, Note) and (published or url):
            return Failure("pasted", item.remark)
    return next(item for item in items if not isinstance(item, Note))


def _read_stdin() -> Iterator[Item]:
    from corpus.read.jsonl import looks_like_jsonl, read_lines
    from corpus.read.markdown import parse_markdown

    data = sys.stdin.buffer.read()
    if looks_like_jsonl(data):
        yield from read_lines(data.splitlines(), "stdin")
        return
    text, remark = decode(data)
    if text is None:
        yield Failure("stdin", remark)
        return
    draft = parse_markdown(text, "stdin")
    if isinstance(draft, Failure):
        yield draft
        return
    if remark:
        yield Note("stdin", remark)
    yield from finish(draft, _pasted(draft.text), draft.title or " ".join(draft.text.split()[:10]))


def _pasted(text: str) -> str:
    return f"pasted:{sha256(normalize_text(text).encode()).hexdigest()[:12]}"

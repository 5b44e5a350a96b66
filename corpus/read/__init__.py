"""Sources to articles: files and folders in, each file read in a child process by the reader of its format.

Not here: which formats there are (corpus/read/formats.py), the network (corpus/fetch.py), and what is in the library
already (corpus/plan.py).
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from corpus.read.decode import MAX_BYTES, check_file, too_large
from corpus.read.draft import is_web_address
from corpus.read.formats import BY_SUFFIX, HEAD_BYTES, format_of
from corpus.read.normalize import normalize_line, normalize_text, parse_date, slug
from corpus.read.note import Note
from corpus.read.pool import Readers, shared
from corpus.types import Article, Failure

__all__ = ["Item", "Note", "files_in", "read_articles", "read_pasted", "read_upload"]

Item = Article | Failure | Note


def read_articles(source: str) -> Iterator[Item]:
    """The articles of a file, of a folder's files in order, or, for `-`, of standard input."""
    if source == "-":
        yield from _read_stdin()
        return
    path = Path(source).expanduser().absolute()
    try:
        if path.is_dir():
            for file in files_in(path):
                yield from read_file(file, str(file), file.name)
            return
    except OSError as error:
        yield Failure(source, f"cannot be read: {error.strerror}")
        return
    yield from read_file(path, str(path), path.name)


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
        elif entry.suffix.lower() in BY_SUFFIX and entry.name.lower() != "readme.md":
            yield entry


def read_file(path: Path, source: str, name: str, readers: Readers = shared) -> Iterator[Item]:
    """The articles of one file; `name` is what it is called, and its suffix counts where its bytes do not tell."""
    problem = check_file(path)
    if problem:
        yield Failure(source, problem)
        return
    suffix = Path(name).suffix.lower()
    try:
        with path.open("rb") as file:
            form = format_of(suffix, file.read(HEAD_BYTES))
        size = path.stat().st_size
    except OSError as error:
        yield Failure(source, f"cannot be read: {error.strerror}")
        return
    if isinstance(form, str):
        yield Failure(source, form)
        return
    if size > MAX_BYTES and not form.streamed:
        yield Failure(source, too_large(size))
        return
    if suffix in BY_SUFFIX and suffix not in form.suffixes:
        yield Note(source, f"named {suffix}, but is {form.name}, and read as that")
    yield from readers.read(form, path, source, Path(name).stem)


def read_upload(path: Path, name: str) -> list[Item]:
    """The articles of a file that was handed over under its original name; that name is its identity."""
    return list(read_file(path, f"upload:{name}", name))


def read_bytes(data: bytes, source: str, name: str) -> list[Item]:
    """The articles of a file's content."""
    with tempfile.NamedTemporaryFile(prefix="byline-") as file:
        file.write(data)
        file.flush()
        return list(read_file(Path(file.name), source, name))


def read_pasted(title: str, text: str, outlet: str = "", published: str = "", url: str = "") -> Article | Failure:
    """An article from text that someone typed or pasted, in plain text or Markdown; its content is its identity."""
    if not normalize_text(text):
        return Failure("pasted", "no text")
    day, wrong = parse_date(published)
    if wrong or (url and not is_web_address(url)):
        # What is wrong with a typed date or address is told before anything is added.
        return Failure("pasted", wrong or f"url: '{url[:60]}' is no web address; left out")
    items = read_bytes(text.encode("utf-8", "replace"), "pasted", "pasted.md")
    found = next((item for item in items if not isinstance(item, Note)), Failure("pasted", "no text"))
    if isinstance(found, Failure):
        return found
    return _named_by_content(
        replace(
            found, outlet=normalize_line(outlet) or found.outlet, published=day or found.published, url=url or found.url
        ),
        normalize_line(title),
    )


def _named_by_content(article: Article, title: str = "") -> Article:
    """Something without a place of its own: its content is its source, its title or first words its name."""
    title = title or ("" if article.title == "pasted" else article.title) or " ".join(article.text.split()[:10])
    name = slug(title) if article.id == "pasted" else article.id
    source = f"pasted:{sha256(article.text.encode()).hexdigest()[:12]}"
    return replace(article, id=name, title=title, source=source)


def _read_stdin() -> Iterator[Item]:
    from corpus.read.jsonl import looks_like_jsonl

    with tempfile.NamedTemporaryFile(prefix="byline-") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
        file.flush()
        file.seek(0)
        lines = looks_like_jsonl(file.read(MAX_BYTES))
        source = "stdin" if lines else "pasted"
        for item in read_file(Path(file.name), source, "stdin.jsonl" if lines else "pasted.md"):
            if isinstance(item, Article) and not lines:
                yield _named_by_content(item)
            else:
                yield (
                    item if isinstance(item, Article) else replace(item, source=item.source.replace("pasted", "stdin"))
                )

"""A library for a run over articles of its own, kept by their content: the next run over them opens it at once."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from filelock import FileLock

from corpus.adding import fingerprint_of
from corpus.config import LibraryConfig
from corpus.embed import Embedder
from corpus.errors import EvalError
from corpus.language import DEFAULT_LANGUAGE
from corpus.library import Library
from corpus.read import files_in, read_articles
from corpus.types import Article, Failure

COMPLETE = "complete"
"""The file that says that a kept library has all its articles; written last."""


def hash_articles(sources: Sequence[Path]) -> str:
    """The SHA-256 of the names and contents of all files in files and folders. Raises EvalError for a missing one."""
    state = sha256()
    for source in sources:
        if not source.exists():
            raise EvalError(f"{source}: no such file or folder. Give the articles of the set after --articles.")
        for file in files_in(source) if source.is_dir() else [source]:
            state.update(file.name.encode() + b"\0" + sha256(file.read_bytes()).digest())
    return state.hexdigest()


def open_articles(sources: Sequence[Path], home: Path, embedder: Embedder, language: str = "") -> Library:
    """A library of its own over these articles, kept under `home` by their content and the embedder's settings."""
    content = hash_articles(sources)
    name = sha256(f"{content}\0{fingerprint_of(embedder, language or DEFAULT_LANGUAGE)}".encode()).hexdigest()[:16]
    place = home / "evals" / "libraries" / name
    place.mkdir(parents=True, exist_ok=True)
    with FileLock(place / "lock"):  # two runs that begin at once build it once
        whole = (place / COMPLETE).exists()
        library = Library.open(LibraryConfig(place, language=language), embedder=embedder)
        if not whole:
            try:
                report = library.add([item for source in sources for item in read_articles(str(source))])
                _refuse(report.failed)
                (place / COMPLETE).touch()
            except BaseException:
                library.close()
                raise
    return library


def load_articles(sources: Sequence[Path]) -> dict[str, Article]:
    """The articles themselves, for systems that keep their own library. Raises EvalError where one cannot be read."""
    hash_articles(sources)
    items = [item for source in sources for item in read_articles(str(source))]
    _refuse([item for item in items if isinstance(item, Failure)])
    return {item.id: item for item in items if isinstance(item, Article)}


def _refuse(failed: Sequence[Failure]) -> None:
    if failed:
        raise EvalError(f"{failed[0].source}: {failed[0].reason}. Mend or leave out the article.")

"""Small libraries with a fast embedder, shared by the library's tests."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from fakes import HashEmbedder

from corpus.config import LibraryConfig
from corpus.library import Library
from corpus.types import Article, Candidates

ROOT = Path(__file__).resolve().parents[1]
EMBEDDER = HashEmbedder()


def storm(i: int, **changes: object) -> Article:
    """The i-th of many alike articles: two passages, with a word of its own in each."""
    text = f"The storm alpha{i} hit the coast of town{i % 7}.\n\n## After\n\nThe repairs beta{i} took {i} days."
    fields = {"id": f"a{i}", "title": f"Storm {i}", "text": text, "source": f"/news/a{i}.md"}
    return Article(**(fields | {"published": date(2024, 1, 1 + i % 28)} | changes))


@dataclass
class Store:
    """Where the libraries of a test keep what they know: each folder has its own database, made when first opened."""

    make_database: Callable[[], str] | None = None
    chroma: str = ""
    databases: dict[Path, str] = field(default_factory=dict)

    def config(self, home: Path) -> LibraryConfig:
        if self.make_database and home not in self.databases:
            self.databases[home] = self.make_database()
        return LibraryConfig(home, database=self.databases.get(home, ""), chroma=self.chroma)


store = Store()
"""What `open_library` uses; the fixture of this name in conftest.py puts another one here."""


def use(other: Store) -> None:
    global store
    store = other


def open_library(home: Path, **options: object) -> Library:
    return open_it(store.config(home), **options)


def open_it(config: LibraryConfig, **options: object) -> Library:
    return Library.open(config, **({"embedder": EMBEDDER} | options))


def ask(library: Library, text: str, k: int = 10) -> Candidates:
    return library.search(text, EMBEDDER.encode_queries([text])[0], k_dense=k, k_words=k)


def same(one: Candidates, two: Candidates) -> bool:
    """Whether two answers agree: the same passages by words, and the same cosines."""
    return (
        [(id_, round(score, 4)) for id_, score in one.words] == [(id_, round(score, 4)) for id_, score in two.words]
        and len(one.dense) == len(two.dense)
        and all(abs(a[1] - b[1]) < 1e-4 for a, b in zip(one.dense, two.dense, strict=True))
    )


def wait_until(true: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.02)


def start_worker(*args: object) -> subprocess.Popen[str]:
    config = store.config(Path(str(args[0])))
    env = os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}
    env |= {"BYLINE_DB": config.database, "BYLINE_CHROMA": config.chroma}
    command = [sys.executable, str(ROOT / "tests" / "add_worker.py"), *map(str, args)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env, cwd=ROOT)

"""Losses made behind the library's back are all found, and mended without embedding anything again."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from fakes import HashEmbedder
from library_fixtures import ask, open_library, storm

from corpus.doctor import explain_indexes
from corpus.followed import start_following
from corpus.index import Indexes, current_folder
from corpus.indexcheck import check_indexes
from corpus.ledger import Head, read_head
from corpus.library import Library
from corpus.manifest import write_manifest
from corpus.types import Vector
from corpus.vectors import COLLECTION

N = 150
"""Articles, of two passages each."""


def fill(home: Path) -> tuple[Head, list[str]]:
    """A library, closed in order; its state and its passages."""
    with open_library(home) as library:
        library.add([storm(i) for i in range(N)])
        with library.reading() as connection:
            return read_head(connection), [p.passage.id for i in range(N) for p in library.passages_of(f"a{i}")]


def lose_vectors(home: Path, ids: Sequence[str]) -> None:
    import chromadb

    client = chromadb.PersistentClient(str(folder_of(home) / "chroma"))
    client.get_collection(COLLECTION, embedding_function=None).delete(ids=list(ids))
    client.close()


def lose_words(home: Path, ids: Sequence[str]) -> None:
    import tantivy

    index = tantivy.Index.open(str(folder_of(home) / "tantivy"))
    writer = index.writer(heap_size=64_000_000, num_threads=1)
    for id_ in ids:
        writer.delete_documents_by_term("id", id_)
    writer.commit()
    writer.wait_merging_threads()


def folder_of(home: Path) -> Path:
    folder = current_folder(home)
    assert folder
    return folder


def said(library: Library) -> str:
    return "\n".join(map(str, library.examine().problems))


@pytest.mark.parametrize("share", [0.01, 0.05, 0.5])
def test_every_passage_lost_from_an_index_that_says_it_is_whole_is_found(tmp_path: Path, share: float) -> None:
    head, ids = fill(tmp_path)
    dice = random.Random(share)
    no_vector, no_words = (dice.sample(ids, round(share * len(ids))) for _ in range(2))
    lose_vectors(tmp_path, no_vector)
    lose_words(tmp_path, no_words)
    write_manifest(folder_of(tmp_path), head)  # vouched for as they are now: nothing but the passages gives it away
    embedder = HashEmbedder()
    with open_library(tmp_path, embedder=embedder) as library:
        assert library._indexes
        with library.reading() as connection:
            found = check_indexes(connection, library._indexes, 64)
        assert (sorted(found.no_vector), sorted(found.no_words)) == (sorted(no_vector), sorted(no_words))
        assert f"the vector index lacks {len(no_vector)} of {len(ids)} passages" in said(library)
        assert f"the word index lacks {len(no_words)} of {len(ids)} passages" in said(library)
        assert "Type: python -m corpus doctor --repair" in said(library)
        assert list(library.repair())
        assert said(library) == ""
        lost = no_vector[0].split("/")[0]
        assert ask(library, f"alpha{lost[1:]}").words[0][0].startswith(f"{lost}/")
    assert embedder.n_encoded == 0


class Forgetful(Indexes):
    """Whose graph lost its way to some passages, which it still lists."""

    forgotten: frozenset[str] = frozenset()

    def firsts(self, vectors: Sequence[Vector]) -> list[tuple[str, float]]:
        found = super().firsts(vectors)
        return [("a0/none/0", 0.9) if id_ in self.forgotten else (id_, score) for id_, score in found]


def test_passage_that_is_listed_but_not_found_by_its_own_vector_is_named(tmp_path: Path) -> None:
    _, ids = fill(tmp_path)
    with open_library(tmp_path, own=False) as library, library.reading() as connection:
        indexes = Forgetful(tmp_path, library._engine, lambda event: None)
        indexes.catch_up()
        healthy = check_indexes(connection, indexes, 64)
        assert (healthy.n, bool(healthy)) == (2 * N, False)
        indexes.forgotten = frozenset(ids[7:10])
        found = check_indexes(connection, indexes, 64)
        assert sorted(found.not_found) == sorted(ids[7:10])
        assert "does not find 3 of 300 passages by their own vectors" in str(*explain_indexes(found))
        indexes.close()


def damage(home: Path, statement: str, *values: object) -> None:
    connection = sqlite3.connect(home / "library.sqlite3")
    connection.execute(statement, values)
    connection.commit()
    connection.close()


def test_every_damaged_row_is_found_and_only_lost_vectors_are_embedded(tmp_path: Path) -> None:
    _, ids = fill(tmp_path)
    half = np.zeros(64, "<f4").tobytes()
    damage(tmp_path, "DELETE FROM passages WHERE id = ?", ids[2])  # a1
    damage(tmp_path, "UPDATE passages SET start = start + 1 WHERE id = ?", ids[4])  # a2
    damage(tmp_path, "UPDATE passages SET vector = ? WHERE id = ?", half, ids[6])  # a3
    damage(tmp_path, "UPDATE passages SET vector = x'00' WHERE id = ?", ids[8])  # a4
    damage(tmp_path, "DELETE FROM sentences WHERE passage_id = ?", ids[10])  # a5
    damage(tmp_path, "UPDATE sentences SET spans = ? WHERE passage_id = ?", bytes(8), ids[12])  # a6
    damage(tmp_path, "UPDATE articles SET n_passages = 9 WHERE id = 'a7'")
    damage(tmp_path, "DELETE FROM ledger WHERE article_id = 'a8'")
    damage(tmp_path, "UPDATE articles SET text = replace(text, 'repairs', 'repaint') WHERE id = 'a9'")
    damage(tmp_path, "DELETE FROM articles WHERE id = 'a10'")  # its passages stay, as without foreign keys
    embedder = HashEmbedder()
    with open_library(tmp_path, embedder=embedder) as library:
        text = said(library)
        for i in range(1, 7):
            assert f"the article “a{i}” " in text or f"of the article “a{i}” " in text, text
        assert "“a7” has 2 passages, not 9" in text
        assert "no change of the article “a8” is recorded" in text
        assert "“a9” does not say what was stored" in text
        assert "python -m corpus add /news/a9.md" in text
        assert "2 rows of passages belong to nothing in articles" in text
        assert "“a11”" not in text
        list(library.repair())
        assert embedder.n_encoded == 6
        left = library.examine().problems
        assert ["“a9”" in problem.what for problem in left] == [True], "what it said only its source knows"
        assert library.add([storm(9)]).updated == ("a9",)
        assert said(library) == ""
        kept = [(p.passage.start, p.passage.end) for p in library.passages_of("a2")]
        assert kept == [(p.start, p.end) for p, _ in library._adder.split(storm(2))]
        assert ask(library, "alpha2").words[0][0].startswith("a2/")


def test_leftovers_and_a_clock_that_was_ahead_are_said_and_mended(tmp_path: Path) -> None:
    fill(tmp_path)
    with open_library(tmp_path) as library:
        later = datetime.now(UTC) + timedelta(days=400)
        with library.writing() as connection:
            start_following(connection, "https://news.example/feed", "feed", "Feed", 1800, later)
        (tmp_path / "index" / "99").mkdir()
        (tmp_path / "index" / "current.draft").write_text("99")
        text = said(library)
        assert "the clock was ahead then" in text
        assert "a killed process left 2 files behind" in text
        list(library.repair())
        assert said(library) == ""


def test_writer_that_hangs_is_said(tmp_path: Path) -> None:
    fill(tmp_path)
    with open_library(tmp_path) as library:
        other = sqlite3.connect(tmp_path / "library.sqlite3", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        assert "is locked by another process" in said(library)
        other.execute("ROLLBACK")
        other.close()
        assert said(library) == ""

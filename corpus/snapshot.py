"""Exact answers at the database's own generation, for a process whose indexes are behind or that has none."""

from __future__ import annotations

import threading
from pathlib import Path
from time import monotonic

import numpy as np
from sqlalchemy import Connection, Engine

from corpus.ledger import Head, changed_since, read_head, read_spoken, vector_rows, word_rows
from corpus.types import Candidates, Vector
from corpus.words import TIES, WordIndex

KEPT_SECONDS = 60.0
"""How long vectors stay in memory that no question was answered from: an index that caught up may fall behind again."""


class ExactScan:
    """Every passage vector of the library in one matrix, brought up to date by what changed."""

    def __init__(self) -> None:
        self.head: Head | None = None
        self.ids: list[str] = []
        self.matrix: Vector = np.zeros((0, 0), np.float32)
        self._article_ids: list[str] = []

    def update(self, connection: Connection, head: Head) -> None:
        """Reflect `head`, the state that the connection's transaction sees."""
        if self.head == head:
            return
        if self.head and head.covers(self.head):
            changed = changed_since(connection, self.head.generation)
            gone = set(changed)
            keep = [i for i, article_id in enumerate(self._article_ids) if article_id not in gone]
            rows = list(vector_rows(connection, changed))
        else:
            keep, rows = [], list(vector_rows(connection))
        new = np.frombuffer(b"".join(row.vector for row in rows), np.float32).reshape(len(rows), -1 if rows else 0)
        # New lists and a new matrix each time: a search that is under way keeps the ones it has.
        self.ids = [self.ids[i] for i in keep] + [row.id for row in rows]
        self._article_ids = [self._article_ids[i] for i in keep] + [row.article_id for row in rows]
        kept = self.matrix if len(keep) == len(self.matrix) else self.matrix[keep]
        self.matrix = np.concatenate([kept, new]) if len(keep) and rows else (kept if len(keep) else new)
        self.head = head


def nearest(ids: list[str], matrix: Vector, vector: Vector, k: int) -> list[tuple[str, float]]:
    """The k ids with the highest cosines, best first, equal ones by id."""
    if not ids or k < 1:
        return []
    scores = matrix @ vector
    n = min(k + TIES, len(ids))
    best = np.argpartition(-scores, n - 1)[:n]
    return sorted(((ids[i], float(scores[i])) for i in best), key=lambda hit: (-hit[1], hit[0]))[:k]


class Snapshot:
    """Both searches over one state of the database; each call sees at least what was committed before it."""

    def __init__(self, engine: Engine, home: Path, kept_seconds: float = KEPT_SECONDS) -> None:
        self._kept_seconds = kept_seconds
        self._used = monotonic()
        self._engine = engine
        self._home = home
        self._lock = threading.Lock()
        self._scan = ExactScan()
        self._disk: tuple[Path, WordIndex] | None = None
        self._own: WordIndex | None = None

    def search(self, text: str, vector: Vector, k_dense: int, k_words: int) -> Candidates:
        """What an index that is up to date would return, within float tolerance."""
        with self._lock:
            with self._engine.connect() as connection, connection.begin():
                head = read_head(connection)
                self._scan.update(connection, head)
                words = self._words_at(connection, head)
            self._used = monotonic()
            ids, matrix = self._scan.ids, self._scan.matrix
            found = words.search(text, k_words)
        return Candidates(head.generation, tuple(nearest(ids, matrix, vector, k_dense)), tuple(found))

    def forget(self) -> None:
        """Let go of vectors that were not needed for a while; the next search reads them again."""
        if self.n_held and monotonic() - self._used > self._kept_seconds and self._lock.acquire(blocking=False):
            self._scan = ExactScan()
            self._lock.release()

    @property
    def n_held(self) -> int:
        """How many passages' vectors are in memory."""
        return len(self._scan.ids)

    def document_frequency(self, terms: list[str]) -> dict[str, int]:
        """In how many passages each stem stands."""
        with self._lock, self._engine.connect() as connection, connection.begin():
            return self._words_at(connection, read_head(connection)).document_frequency(terms)

    def _words_at(self, connection: Connection, head: Head) -> WordIndex:
        if self._own and self._own.head == head:
            return self._own
        disk = self._on_disk()
        if disk and disk.head == head:
            return disk
        if self._own and not (self._own.head and head.covers(self._own.head)):
            self._own.close()
            self._own = None
        if self._own is None:
            self._own = self._copy_behind(head) or WordIndex.make()
        language = read_spoken(connection)
        if self._own.head:
            changed = changed_since(connection, self._own.head.generation)
            self._own.apply(head, word_rows(connection, changed), changed, language=language)
        else:
            self._own.apply(head, word_rows(connection), language=language)
        return self._own

    def _on_disk(self) -> WordIndex | None:
        # Imported late: index.py builds on this module's neighbours.
        from corpus.index import trusted_words

        path = trusted_words(self._home)
        if path is None:
            self._disk = None
            return None
        try:
            if self._disk and self._disk[0] == path:
                self._disk[1].refresh()
            else:
                self._disk = (path, WordIndex.open(path))
        except (ValueError, OSError):
            # Being replaced by the owner, or damaged: this process answers from the database.
            self._disk = None
        return self._disk[1] if self._disk else None

    def _copy_behind(self, head: Head) -> WordIndex | None:
        disk = self._disk
        if disk is None or disk[1].head is None or not head.covers(disk[1].head):
            return None
        try:
            copy = WordIndex.copy_of(disk[0])
        except (ValueError, OSError):
            return None
        if copy.head and head.covers(copy.head):
            return copy
        copy.close()
        return None

    def close(self) -> None:
        """Let go of files."""
        if self._own:
            self._own.close()

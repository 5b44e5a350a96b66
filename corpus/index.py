"""Both indexes as the one process that owns them keeps them: trusted, caught up, or rebuilt from the database.

    home/index/current            the serial of the index in use, replaced by one rename
    home/index/<serial>/chroma    vectors
    home/index/<serial>/tantivy   words
    home/index/<serial>/manifest.json   written last, deleted before the first write

With a Chroma server there is no chroma folder; its collection vouches for itself (corpus/chroma.py).

Nothing here embeds: a rebuild reads the stored vectors.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, select

from corpus.chroma import ServerVectors
from corpus.ledger import Head, changed_since, read_head, read_spoken, vector_rows, word_rows
from corpus.manifest import IndexDamaged, check_manifest, drop_manifest, read_manifest, write_manifest
from corpus.tables import ledger, passages
from corpus.types import Candidates, Vector
from corpus.vectors import VectorIndex
from corpus.words import WordIndex

REBUILD_ABOVE = 0.5
"""A rebuild is cheaper than an update when more than this share of all articles changed."""


def current_folder(home: Path) -> Path | None:
    """The folder of the index in use."""
    try:
        return home / "index" / (home / "index" / "current").read_text().strip()
    except OSError:
        return None


def trusted_words(home: Path) -> Path | None:
    """The word index's folder, for a process that only reads it.

    Where a manifest is there it is checked; where none is, an owner is at work, and tantivy commits whole.
    """
    folder = current_folder(home)
    if folder is None or not (folder / "tantivy").is_dir():
        return None
    if read_manifest(folder) and not check_manifest(folder, "tantivy"):
        return None
    return folder / "tantivy"


class Stopped(Exception):
    """A rebuild was given up; the next owner begins it again."""


class Indexes:
    """The owner's two indexes. `head` is the state that both reflect, None while they are being changed."""

    def __init__(
        self,
        home: Path,
        engine: Engine,
        on_event: Callable[[str], None],
        connect: Callable[[], ServerVectors] | None = None,
    ) -> None:
        """`connect` gives the vectors on a server, if they are on one."""
        self._root = home / "index"
        self._home = home
        self._engine = engine
        self._on_event = on_event
        self._connect = connect
        self._lock = threading.Lock()
        self._applying = threading.Lock()
        self._folder: Path | None = None
        self._vectors: VectorIndex | None = None
        self._words: WordIndex | None = None
        self._n = 0
        self._stopping = False
        self.head: Head | None = None

    def catch_up(self) -> bool:
        """Reflect what the database holds now; whether anything was to do. Never called by two threads at once."""
        with self._applying, self._engine.connect() as connection, connection.begin():
            head = read_head(connection)
            if self._vectors is None:
                self._open_trusted(connection, head)
            if self.head == head:
                return False
            before, self.head = self._close_to_searches(), None
            changed = changed_since(connection, before.generation) if before and head.covers(before) else None
            total = connection.execute(select(func.count()).select_from(ledger)).scalar_one()
            if before is None or changed is None or len(changed) > max(200, REBUILD_ABOVE * total):
                try:
                    self._rebuild(connection, head)
                except Stopped:
                    return False
                except OSError as error:
                    raise IndexDamaged(str(error)) from error
            else:
                try:
                    self._update(connection, head, changed)
                except IndexDamaged:
                    # With `head` None, the next call rebuilds, or looks at the server's collection again.
                    self._on_event("damaged")
                    self._let_go_of_server()
                    return True
            n = connection.execute(select(func.count()).select_from(passages)).scalar_one()
            with self._lock:
                self._n, self.head = n, head
            return True

    def _close_to_searches(self) -> Head | None:
        with self._lock:
            before, self.head = self.head, None
        return before

    def _open_trusted(self, connection: Connection, head: Head) -> None:
        """Open the index on disk if its files are vouched for and it is no later than the database."""
        folder = current_folder(self._home)
        found = check_manifest(folder) if folder else None
        trusted = folder if found and head.covers(found) else None
        if self._connect:
            self._open_remote(connection, head, trusted, self._connect())
            return
        if folder is None or trusted is None:
            return
        # Opening Chroma already writes to its files.
        drop_manifest(folder)
        try:
            words = WordIndex.open(folder / "tantivy")
            vectors = VectorIndex(folder / "chroma")
        except IndexDamaged:
            return
        self._folder, self._words, self._vectors = folder, words, vectors
        self._n = connection.execute(select(func.count()).select_from(passages)).scalar_one()
        self.head = found

    def _open_remote(self, connection: Connection, head: Head, folder: Path | None, vectors: ServerVectors) -> None:
        """Open the server's collection if it can be trusted, and the words beside it, which are soon built anew."""
        if self._words is None and folder:
            drop_manifest(folder)
            self._folder, self._words = folder, WordIndex.open(folder / "tantivy")
        if not vectors.open(connection, head) or vectors.head is None:
            vectors.close()
            return
        self._vectors = vectors
        words = self._words.head if self._words else None
        if words is None or not head.covers(words):
            self._on_event("rebuild words")
            self._swap_in(*self._build_words(connection, head))
            words = head
        self.head = vectors.head if words.covers(vectors.head) else words
        self._n = connection.execute(select(func.count()).select_from(passages)).scalar_one()

    def _build_words(self, connection: Connection, head: Head) -> tuple[Path, WordIndex]:
        serials = [int(path.name) for path in self._root.glob("[0-9]*") if path.name.isdigit()]
        folder = self._root / str(max(serials, default=0) + 1)
        folder.mkdir(parents=True)
        words = WordIndex.make(folder / "tantivy")
        words.apply(head, self._until_stopped(word_rows(connection)), language=read_spoken(connection))
        return folder, words

    def _rebuild(self, connection: Connection, head: Head) -> None:
        self._on_event("rebuild")
        folder, words = self._build_words(connection, head)
        self._on_event("words built")
        vectors: VectorIndex
        if self._connect:
            vectors = remote = self._connect()
            remote.make()
        else:
            vectors = VectorIndex(folder / "chroma")
        vectors.apply(self._until_stopped(vector_rows(connection)))
        vectors.seal(head)
        self._on_event("vectors built")
        old, self._vectors = self._vectors, vectors
        self._swap_in(folder, words)
        self._on_event("swapped")
        if old:
            old.close()

    def _swap_in(self, folder: Path, words: WordIndex) -> None:
        """Make a folder the one in use, and drop the others."""
        self._folder, self._words = folder, words
        draft = self._root / "current.draft"
        draft.write_text(folder.name)
        draft.replace(self._root / "current")
        for path in self._root.glob("[0-9]*"):
            if path != folder:
                shutil.rmtree(path, ignore_errors=True)

    def _until_stopped(self, rows: Iterator[Row[Any]]) -> Iterator[Row[Any]]:
        for row in rows:
            if self._stopping:
                raise Stopped
            yield row

    def stop(self) -> None:
        """Give up a rebuild that is under way in another thread: it can take minutes, and closing should not."""
        self._stopping = True

    def _update(self, connection: Connection, head: Head, changed: Sequence[str]) -> None:
        folder, vectors, words = self._parts()
        drop_manifest(folder)
        self._on_event("update")
        vectors.unseal()
        vectors.apply(vector_rows(connection, changed), changed)
        vectors.seal(head)
        self._on_event("vectors updated")
        words.apply(head, word_rows(connection, changed), changed, language=read_spoken(connection))
        self._on_event("words updated")

    def search(self, head: Head, text: str, vector: Vector, k_dense: int, k_words: int) -> Candidates | None:
        """Both searches at `head` or later; None where the indexes are behind it or being changed."""
        with self._lock:
            at = self.head
            if at is None or not at.covers(head) or self._vectors is None or self._words is None:
                return None
            k = min(k_dense, self._n)
            try:
                dense = self._vectors.search(vector, k) if k > 0 else []
            except IndexDamaged:
                dense = []
                self._let_go_of_server()
            if len(dense) < k:
                # The graph lost vectors. Say nothing from it, and build it anew.
                self.head = None
                return None
            return Candidates(at.generation, tuple(dense), tuple(self._words.search(text, k_words)))

    def _let_go_of_server(self) -> None:
        """Have the next `catch_up` look anew at what the server has: a server comes back, files do not."""
        if self._connect and self._vectors:
            self._vectors.close()
            self._vectors = None

    def document_frequency(self, head: Head, terms: list[str]) -> dict[str, int] | None:
        """In how many passages each stem stands; None as for `search`."""
        with self._lock:
            if self._words is None or self.head is None or not self.head.covers(head):
                return None
            return self._words.document_frequency(terms)

    def _parts(self) -> tuple[Path, VectorIndex, WordIndex]:
        assert self._folder is not None
        assert self._vectors is not None
        assert self._words is not None
        return self._folder, self._vectors, self._words

    def word_ids(self) -> set[str]:
        """The passages in the word index."""
        with self._lock:
            return self._parts()[2].ids()

    def vector_ids(self) -> set[str]:
        """The passages in the vector index."""
        with self._lock:
            return self._parts()[1].ids()

    def vectors_of(self, ids: Sequence[str]) -> dict[str, Vector]:
        """What the vector index holds for passages."""
        with self._lock:
            return self._parts()[1].vectors_of(ids)

    def firsts(self, vectors: Sequence[Vector]) -> list[tuple[str, float]]:
        """The nearest passage of each vector with its cosine."""
        with self._lock:
            return self._parts()[1].firsts(vectors)

    def distrust(self) -> None:
        """Have the next `catch_up` build both anew."""
        self._close_to_searches()

    def seal(self) -> None:
        """Vouch for the files as they stand, so that even a killed owner's index is trusted."""
        with self._applying:
            if self.head and self._folder:
                write_manifest(self._folder, self.head)

    def close(self) -> None:
        """Let go of the files, vouched for if they reflect a state."""
        with self._applying:
            head, self.head = self.head, None
            if self._vectors:
                with self._lock:
                    self._vectors.close()
                    self._vectors = self._words = None
            if head and self._folder:
                write_manifest(self._folder, head)
                self._on_event("sealed")

"""The library: articles, passages and vectors in one SQL database that is the truth, and searches over it.

The indexes are derived (corpus/index.py) and belong to one process; where they are behind, answers come from the
database itself (corpus/snapshot.py). Not here: reading sources, ranking, answering.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from time import monotonic
from types import TracebackType

from sqlalchemy import Connection, delete, select

from corpus import shelf
from corpus.adding import Adder, Item, check_embedder, in_groups
from corpus.chroma import explain_damage, vectors_on_server
from corpus.config import LibraryConfig
from corpus.database import write
from corpus.doctor import Findings, examine
from corpus.embed import Embedder, load_embedder
from corpus.errors import EmbedderMismatch, IndexesUnwritable, LibraryError
from corpus.index import Indexes
from corpus.language import DEFAULT_LANGUAGE
from corpus.ledger import SQL_IDS, Head, batches, read_head
from corpus.manifest import IndexDamaged
from corpus.owner import Keeper, Ownership
from corpus.plan import Plan
from corpus.reading import Readable
from corpus.reindex import reembed
from corpus.repair import repair_indexes, repair_rows
from corpus.rows import next_generation
from corpus.schema import open_database
from corpus.snapshot import Snapshot
from corpus.split import split_article
from corpus.stories import join_stories, unsketched
from corpus.tables import articles, meta
from corpus.types import AddReport, Candidates, Failure, Vector
from corpus.versions import drop_old_removals, keep_versions


class Library(Readable):
    """A library of news articles. Safe to use from several threads; any number of processes may have it open."""

    def __init__(
        self,
        config: LibraryConfig,
        embedder: Embedder | None,
        on_event: Callable[[str], None],
    ) -> None:
        self.config = config
        self._spoken_when_empty = config.language or DEFAULT_LANGUAGE
        self._database = open_database(config)
        self._engine, self.writable = self._database.engine, self._database.writable
        self._embedder = embedder
        self._on_event = on_event
        self._adder = Adder(self.reading, self.writing, lambda: self.embedder, on_event, config.language)
        self._snapshot = Snapshot(self._engine, config.home)
        self._server = vectors_on_server(config.chroma, config.home, self._database.identity)
        self._ownership: Ownership | None = None
        self._indexes: Indexes | None = None
        self._keeper: Keeper | None = None
        self.searched_at = 0.0

    @classmethod
    def open(
        cls,
        config: LibraryConfig,
        *,
        embedder: Embedder | None = None,
        own: bool = True,
        background: bool = False,
        on_event: Callable[[str], None] = lambda event: None,
    ) -> Library:
        """Open the library in `config.home`, made empty if there is none.

        `own`: keep the indexes if no other process does; without, answers come from the database, and Chroma is
        never loaded. `background`: keep them in a thread, so that opening and adding do not wait for them.
        `on_event` is told the name of each step that changes files.
        Raises LibraryError, or EmbedderMismatch where the given embedder is not the library's.
        """
        library = cls(config, embedder, on_event)
        try:
            if embedder:
                with library.reading() as connection:
                    check_embedder(connection, embedder, config.language)
            if own and library.writable:
                library._ownership = Ownership(config.home, library._database.lease() if config.chroma else None)
                if background:
                    library._keeper = Keeper(library._tick)
                    with library._database.errors():
                        library._ownership.take()
                    library._keeper.start()
                elif library._ownership.take() and library.generation() > 0:
                    # An empty library has nothing to index, and its first add need not load Chroma twice.
                    library._tick()
        except BaseException:
            library.close()
            raise
        return library

    def close(self) -> None:
        """Vouch for the indexes if they are this process's, and let go of everything."""
        if self._keeper:
            if self._indexes:
                self._indexes.stop()
            self._keeper.stop()
        if self._indexes:
            self._indexes.close()
        if self._ownership:
            self._ownership.release()
        self._snapshot.close()
        self._database.close()

    def __enter__(self) -> Library:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @property
    def owner(self) -> str | None:
        """None where this process keeps the indexes; else who does, in words."""
        if self._ownership and self._ownership.held:
            return None
        return (self._ownership or Ownership(self.config.home)).holder()

    @property
    def embedder(self) -> Embedder:
        """The library's embedder, loaded when first asked for. Raises EmbedderMismatch if it is not the one stored."""
        if self._embedder is None:
            self._embedder = load_embedder(self.config.embedder)
            with self.reading() as connection:
                check_embedder(connection, self._embedder, self.config.language)
        return self._embedder

    # Changing

    def add(self, items: Iterable[Item], progress: Callable[[int, int], None] | None = None) -> AddReport:
        """Add or update articles, in groups that are each one durable transaction; failures pass into the report.

        `progress` is told, after each commit, how many items are done and how many are known of.
        """
        self.must_write()
        began = monotonic()
        report = AddReport()
        total = len(items) if isinstance(items, Sequence) else 0
        done = 0
        for group in in_groups(items):
            report += self._adder.add_group(group)
            done += len(group)
            if progress:
                progress(done, max(total, done))
        self._after_change()
        return replace(report, seconds=monotonic() - began)

    def rewrite(self, plans: Sequence[Plan], during: Callable[[Connection], None]) -> None:
        """Carry out plans as they are, for this package; `during` is called in the same transaction."""
        self._adder.rewrite(plans, during)
        self._after_change()

    def refresh_indexes(self) -> None:
        """Have the indexes reflect what the database holds, at once or by whoever keeps them."""
        self._after_change()

    def remove(self, ids: Sequence[str]) -> AddReport:
        """Remove articles, all in one transaction; an id that is not there is a failure in the report.

        What they said is kept for 30 days, for old citations and for whoever wants it back.
        """
        self.must_write()
        began = monotonic()
        with self.writing() as connection:
            there = shelf.existing(connection, ids)
            drop_old_removals(connection)
            keep_versions(connection, dict(zip(there, there, strict=True)), removed=True)
            for some in batches(there, SQL_IDS):
                connection.execute(delete(articles).where(articles.c.id.in_(some)))
            if there:
                next_generation(connection, there)
        self._after_change()
        missing = tuple(Failure(name, "no article has this id") for name in ids if name not in set(there))
        return AddReport(removed=tuple(there), failed=missing, seconds=monotonic() - began)

    def reindex(self, embedder: Embedder, progress: Callable[[int, int], None] | None = None) -> None:
        """Split and embed all articles anew, in the language set; until the one transaction at the end all stays."""
        self.must_write()
        language = self.config.language or self.language
        reembed(self.reading, self.writing, embedder, partial(split_article, language=language), progress, language)
        with self.reading() as connection:
            lacking = unsketched(connection)
        for some in batches(lacking, SQL_IDS):
            with self.writing() as connection:
                join_stories(connection, shelf.read_articles(connection, some).values())
        self._embedder = embedder
        self._after_change()

    def examine(self) -> Findings:
        """Everything that can be wrong, checked; a passage missing from an index of this process is found too."""
        with self._database.errors():
            if self._ownership:
                self._tick()
            return examine(self._database, self._indexes, self.config.home, self._adder.split)

    def repair(self) -> Iterator[str]:
        """Mend what can be mended without the sources, saying each thing done; what is stored is not embedded again."""
        self.must_write()
        yield from repair_rows(self.reading, self.writing, self._adder.split, lambda: self.embedder)
        self._tick()
        if self._indexes and self.owner is None:
            yield from repair_indexes(self.config.home, self.reading, self._indexes, self._tick)

    def compact(self) -> None:
        """Rewrite the database's files without what was deleted. Raises LibraryError with what to type."""
        self._database.compact()

    def must_write(self) -> None:
        """Raise LibraryError where the library may only be read."""
        if not self.writable:
            raise LibraryError(f"{self._database.place} is read-only. {self._database.to_write}")

    # Keeping the indexes

    def _tick(self) -> None:
        """Take the indexes if nobody has them, and bring them up to date."""
        with self._database.errors():
            if not self._ownership or not (self._ownership.held or self._ownership.take()):
                lost, self._indexes = self._indexes, None
                if lost:
                    lost.close()
                return
            if self._indexes is None:
                self._indexes = Indexes(self.config.home, self._engine, self._on_event, self._server)
            try:
                changed = self._indexes.catch_up()
            except IndexDamaged as error:
                raise explain_damage(error, self.config.home) from error
        if changed and self._keeper:
            self._indexes.seal()

    def _after_change(self) -> None:
        if self._keeper:
            self._keeper.wake()
        elif self._ownership:
            self._tick()

    # Searching

    def _head(self) -> Head:
        with self.reading() as connection:
            return read_head(connection)

    def search(self, text: str, vector: Vector, *, k_dense: int, k_words: int) -> Candidates:
        """The nearest passages by vector (d,) and by words, of one state no older than this call."""
        self.searched_at = monotonic()
        with self._database.errors():
            with self.reading() as connection:
                head = read_head(connection)
                dimension = connection.execute(select(meta.c.dimension)).scalar_one()
            if dimension not in (0, len(vector)):
                raise EmbedderMismatch(
                    f"The library holds vectors of {dimension} numbers, the question's has {len(vector)}: another "
                    "embedder made it. Set BYLINE_EMBEDDER to the library's, or type: python -m corpus reindex"
                )
            behind = self._indexes is None or self._indexes.head != head
            if behind and self._ownership and not self._keeper:
                with suppress(IndexesUnwritable):  # a full disk is no reason not to answer: the database can
                    self._tick()
            if indexes := self._indexes:
                found = indexes.search(head, text, vector, k_dense, k_words)
                if found:
                    self._snapshot.forget()
                    return found
                if self._keeper:
                    self._keeper.wake()
            return self._snapshot.search(text, vector, k_dense, k_words)

    def document_frequency(self, terms: Sequence[str]) -> dict[str, int]:
        """In how many passages each stem (corpus.stem) stands."""
        with self._database.errors():
            indexes = self._indexes
            found = indexes.document_frequency(self._head(), list(terms)) if indexes else None
            return found if found is not None else self._snapshot.document_frequency(list(terms))

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One read transaction, for this package and for tables that others keep in the same database."""
        with self._database.errors(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One write transaction, as `reading`; what changes articles records it (rows.next_generation)."""
        with self._database.errors(), write(self._engine) as connection:
            yield connection

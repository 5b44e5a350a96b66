"""The SQL tables that are the truth, and how they are opened."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    exc,
    insert,
    select,
)
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from corpus.errors import LibraryError, LibraryLocked

SCHEMA_VERSION = 1
BUSY_SECONDS = 30.0

metadata = MetaData()

meta = Table(
    "meta",
    metadata,
    Column("one", Integer, primary_key=True),
    Column("schema", Integer, nullable=False),
    # Drawn anew when the library is made or re-embedded: what was derived under another epoch is worth nothing.
    Column("epoch", String, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("embedder", String, nullable=False),
    Column("fingerprint", String, nullable=False),
    Column("dimension", Integer, nullable=False),
)

articles = Table(
    "articles",
    metadata,
    Column("id", String, primary_key=True),
    Column("source", String, nullable=False, index=True),
    Column("title", String, nullable=False),
    Column("outlet", String, nullable=False),
    Column("url", String),
    Column("published", String),
    # `published` as a moment in UTC, so that rows sort by time whatever their zones.
    Column("moment", String, index=True),
    Column("content_hash", String, nullable=False),
    Column("added", String, nullable=False),
    Column("n_passages", Integer, nullable=False),
    Column("text", String, nullable=False),
)

passages = Table(
    "passages",
    metadata,
    Column("id", String, primary_key=True),
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("vector", LargeBinary, nullable=False),
)

# Apart from `passages`, so that a scan of all passage vectors does not read these.
sentences = Table(
    "sentences",
    metadata,
    Column("passage_id", ForeignKey("passages.id", ondelete="CASCADE"), primary_key=True),
    Column("spans", LargeBinary, nullable=False),
    Column("vectors", LargeBinary, nullable=False),
)

# For each article that ever changed, the generation in which it last did; the article itself may be gone.
ledger = Table(
    "ledger",
    metadata,
    Column("article_id", String, primary_key=True),
    Column("generation", Integer, nullable=False, index=True),
)


def open_database(home: Path) -> tuple[Engine, bool]:
    """The engine of a library's database, made if there is none, and whether it can be written.

    Raises LibraryError where the folder or the file cannot be used.
    """
    path = home / "library.sqlite3"
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LibraryError(
            f"{home} cannot be made or used as the library's folder: {error.strerror}. Set BYLINE_HOME to a folder."
        ) from error
    writable = os.access(home, os.W_OK) and (not path.exists() or os.access(path, os.W_OK))
    if not writable and not path.exists():
        raise LibraryError(f"{home} is read-only and holds no library. Set BYLINE_HOME to a folder you can write.")
    engine = _engine(path, "rw") if writable else _engine(path, "ro")
    try:
        with database_errors(path):
            try:
                _prepare(engine, writable)
            except exc.OperationalError:
                if writable:
                    raise
                # Without a -shm file a read-only folder can be read only as a file that nobody changes.
                engine.dispose()
                engine = _engine(path, "immutable")
                _prepare(engine, writable)
    except BaseException:
        engine.dispose()
        raise
    return engine, writable


def _engine(path: Path, mode: str) -> Engine:
    uri = path.resolve().as_uri()
    query = {"rw": "mode=rwc", "ro": "mode=ro", "immutable": "mode=ro&immutable=1"}[mode]

    def connect() -> sqlite3.Connection:
        # isolation_level None: we say BEGIN ourselves, so that several SELECTs see one snapshot.
        return sqlite3.connect(
            f"{uri}?{query}", uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )

    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, pool_size=8, max_overflow=24)

    @event.listens_for(engine, "connect")
    def _(connection: sqlite3.Connection, record: ConnectionPoolEntry) -> None:
        if mode == "rw":
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA cache_size=-32000")

    @event.listens_for(engine, "begin")
    def _(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("immediate", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def _prepare(engine: Engine, writable: bool) -> None:
    if writable:
        with engine.connect() as probe:
            there = probe.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'meta'").first()
        if not there:
            with write(engine) as connection:
                metadata.create_all(connection)
                if connection.execute(select(meta.c.one)).first() is None:
                    connection.execute(
                        insert(meta).values(
                            one=1,
                            schema=SCHEMA_VERSION,
                            epoch=uuid4().hex,
                            generation=0,
                            embedder="",
                            fingerprint="",
                            dimension=0,
                        )
                    )
    with engine.connect() as connection:
        version = connection.execute(select(meta.c.schema)).scalar_one()
    if version != SCHEMA_VERSION:
        raise LibraryError(
            f"The library has schema version {version}, this Byline reads version {SCHEMA_VERSION}. "
            "Export it with the Byline that made it (python -m corpus export all.jsonl) and add that file to a new one."
        )


@contextmanager
def write(engine: Engine) -> Iterator[Connection]:
    """One write transaction, committed at the end of the block and durable after it."""
    with engine.connect().execution_options(immediate=True) as connection, connection.begin():
        yield connection


@contextmanager
def database_errors(path: Path) -> Iterator[None]:
    """Turn what the database raises into a LibraryError that says what to do."""
    try:
        yield
    except exc.DBAPIError as error:
        what = str(error.orig)
        if "locked" in what or "busy" in what:
            raise LibraryLocked(
                f"{path} has been locked by another process for {BUSY_SECONDS:.0f} s. "
                "Try again when its work is done: python -m corpus stats"
            ) from error
        if "readonly" in what:
            raise LibraryError(f"{path} is read-only. Set BYLINE_HOME to a folder you can write.") from error
        if "full" in what:
            raise LibraryError(f"The disk that holds {path} is full. Make room, then try again.") from error
        raise LibraryError(
            f"{path} cannot be read as a library: {what}. Check it with python -m corpus doctor; if it is damaged, "
            f"restore a copy, or move it away and add the articles again."
        ) from error

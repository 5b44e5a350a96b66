"""How the database is opened, made, brought up to date and written."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Connection, Engine, create_engine, event, exc, insert, select
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from corpus.errors import LibraryError, LibraryLocked
from corpus.migrations import SCHEMA_VERSION, migrate
from corpus.tables import meta, metadata

BUSY_SECONDS = 30.0


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
    if version < SCHEMA_VERSION and writable:
        with write(engine) as connection:
            migrate(connection)
        return
    if version < SCHEMA_VERSION:
        raise LibraryError(
            f"The library has schema version {version}, this Byline reads version {SCHEMA_VERSION}, and it may not be "
            "written. Make the folder writable and type, once: python -m corpus stats"
        )
    if version > SCHEMA_VERSION:
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

"""SQLite in the library's folder: opened to read or to write, durable at every commit."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, exc
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from corpus.database import BUSY_SECONDS, Database, sqlite_path
from corpus.errors import LibraryError, LibraryLocked

PROBE_SECONDS = 2.0
"""How long doctor waits before it says that the database is locked."""


class SQLite(Database):
    """The file `library.sqlite3` of a folder, made if it may be."""

    def __init__(self, home: Path) -> None:
        self._path = sqlite_path(home)
        self.place = str(self._path)
        try:
            home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LibraryError(
                f"{home} cannot be made or used as the library's folder: {error.strerror}. Set BYLINE_HOME to a folder."
            ) from error
        try:
            there = self._path.exists()
        except OSError as error:
            raise LibraryError(
                f"{home} may not be read by this user: {error.strerror}. Set BYLINE_HOME to a folder of your own."
            ) from error
        self.writable = os.access(home, os.W_OK) and (not there or os.access(self._path, os.W_OK))
        if not self.writable and not there:
            raise LibraryError(f"{home} is read-only and holds no library. Set BYLINE_HOME to a folder you can write.")
        self.engine = _engine(self._path, "rw" if self.writable else "ro")

    def open_unchanging(self) -> None:
        """Open it as a file that nobody changes: all that a read-only folder without a -shm file allows."""
        self.engine.dispose()
        self.engine = _engine(self._path, "immutable")

    def integrity(self, connection: Connection) -> list[str]:
        """What SQLite finds."""
        found = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check")]
        return [] if found == ["ok"] else found

    def size(self) -> int:
        """Of the file."""
        return self._path.stat().st_size

    def compact(self) -> None:
        """VACUUM, and an empty journal."""
        connection = sqlite3.connect(self._path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.OperationalError as error:
            raise LibraryError(
                f"{self.place} could not be rewritten ({error}): what was deleted may still be in its free space. "
                "Stop what uses the library and type again: python -m corpus purge"
            ) from error
        finally:
            connection.close()

    def locked(self) -> str:
        """By trying, for a moment."""
        if not self.writable:
            return ""
        connection = sqlite3.connect(self._path, timeout=PROBE_SECONDS, isolation_level=None)
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
        except sqlite3.OperationalError as error:
            return f"{self.place} is locked by another process for {PROBE_SECONDS:.0f} s or more ({error})"
        finally:
            connection.close()
        return ""

    def explain(self, error: exc.DBAPIError) -> LibraryError:
        """By what SQLite says, which has no numbers."""
        what = str(error.orig)
        if "locked" in what or "busy" in what:
            return LibraryLocked(
                f"{self.place} has been locked by another process for {BUSY_SECONDS:.0f} s. "
                "Try again when its work is done: python -m corpus stats"
            )
        if "readonly" in what:
            return LibraryError(f"{self.place} is read-only. Set BYLINE_HOME to a folder you can write.")
        if "full" in what:
            return LibraryError(f"The disk that holds {self.place} is full. Make room, then try again.")
        return LibraryError(
            f"{self.place} cannot be read as a library: {what}. Check it with python -m corpus doctor; if it is "
            "damaged, restore a copy, or move it away and add the articles again."
        )

    def identity(self) -> str:
        """The file's number on its disk: a copy is another file."""
        return f"sqlite:{self._path.stat().st_ino}"


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

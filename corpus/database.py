"""The database that is the truth: SQLite in the library's folder, or a Postgres that several machines share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, exc

from corpus.config import LibraryConfig
from corpus.errors import LibraryError
from corpus.owner import Lease

BUSY_SECONDS = 30.0
"""How long one writer waits for another."""


class Database(ABC):
    """An open database. `place` names it in messages, without any password; `writable` is whether it may be changed.

    A transaction of `engine` sees one state; `write` is the one way to change anything.
    """

    engine: Engine
    place: str
    writable: bool
    to_write = "Set BYLINE_HOME to a folder you can write."

    @abstractmethod
    def integrity(self, connection: Connection) -> list[str]:
        """What the database itself says is wrong with its files; slow."""

    @abstractmethod
    def size(self) -> int:
        """Its bytes on the disk of the library's folder."""

    @abstractmethod
    def compact(self) -> None:
        """Rewrite its files without what was deleted. Raises LibraryError with what to type."""

    @abstractmethod
    def locked(self) -> str:
        """In words, who keeps others from writing right now; empty where nobody does."""

    @abstractmethod
    def explain(self, error: exc.DBAPIError) -> LibraryError:
        """What an error means, and what to do."""

    @abstractmethod
    def identity(self) -> str:
        """What no copy of it shares."""

    def lease(self) -> Lease | None:
        """What only one process of all that share the database has; None where the folder's lock says it all."""
        return None

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Turn what the database raises into a LibraryError that says what to do."""
        try:
            yield
        except exc.DBAPIError as error:
            raise self.explain(error) from error

    def close(self) -> None:
        """Let go of it."""
        self.engine.dispose()


@contextmanager
def write(engine: Engine) -> Iterator[Connection]:
    """One write transaction, alone of its kind, committed at the end of the block and durable after it."""
    with engine.connect().execution_options(immediate=True) as connection, connection.begin():
        yield connection


def is_made(config: LibraryConfig) -> bool:
    """Whether there can be a library to open; False where opening would only make an empty one."""
    return bool(config.database) or sqlite_path(config.home).exists()


def sqlite_path(home: Path) -> Path:
    """Where a library without a database server keeps everything."""
    return home / "library.sqlite3"

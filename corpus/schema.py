"""How a library's database is opened, made where there is none, and brought up to date."""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy import Engine, exc, insert, inspect, select

from corpus.config import LibraryConfig
from corpus.database import Database, write
from corpus.errors import LibraryError
from corpus.migrations import SCHEMA_VERSION, migrate
from corpus.postgres import Postgres
from corpus.sqlite import SQLite
from corpus.tables import meta, metadata


def open_database(config: LibraryConfig) -> Database:
    """The library's database, with all tables as this version has them.

    Raises LibraryError where it cannot be used, ConfigError where what it needs is not installed.
    """
    database = Postgres(config.database, config.home) if config.database else SQLite(config.home)
    try:
        with database.errors():
            try:
                _prepare(database.engine, database.writable)
            except exc.OperationalError:
                if database.writable or not isinstance(database, SQLite):
                    raise
                database.open_unchanging()
                _prepare(database.engine, database.writable)
    except BaseException:
        database.close()
        raise
    return database


def _prepare(engine: Engine, writable: bool) -> None:
    with engine.connect() as probe, probe.begin():
        there = inspect(probe).has_table("meta")
    if not there and not writable:
        raise LibraryError("The database holds no library, and may only be read. Set BYLINE_DB or BYLINE_HOME to one.")
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
    with engine.connect() as connection, connection.begin():
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

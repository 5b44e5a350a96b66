"""A copy of a library's whole database as one SQLite file, while others use it."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, create_engine, insert, select
from sqlalchemy.exc import DBAPIError

from corpus.database import sqlite_path
from corpus.errors import LibraryError
from corpus.ledger import batches
from corpus.library import Library
from corpus.tables import metadata


def back_up(library: Library, path: Path) -> None:
    """A copy of the database as of one moment; as `library.sqlite3` in a folder it is a library.

    Whole or not at all. Raises LibraryError where the file is there already or cannot be written.
    """
    if path.exists():
        raise LibraryError(f"{path} is there already. Name another file.")
    draft = path.with_name(f"{path.name}.draft")
    try:
        if library.config.database:
            _copy_rows(library, draft)
        else:
            _copy_pages(sqlite_path(library.config.home), draft)
        with draft.open("rb") as written:
            os.fsync(written.fileno())
        draft.replace(path)
    except (sqlite3.Error, DBAPIError, OSError) as error:
        draft.unlink(missing_ok=True)
        raise LibraryError(
            f"{path} cannot be written: {getattr(error, 'orig', error)}. Name another file, or make room."
        ) from error


def _copy_pages(source_path: Path, draft: Path) -> None:
    source = sqlite3.connect(f"{source_path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        with contextlib.closing(sqlite3.connect(draft)) as target:
            source.backup(target, pages=2000, sleep=0.01)
            target.execute("PRAGMA journal_mode=DELETE")
    finally:
        source.close()


def _copy_rows(library: Library, draft: Path) -> None:
    draft.unlink(missing_ok=True)
    target = create_engine(f"sqlite:///{draft}")
    try:
        with target.begin() as connection, library.reading() as source:
            metadata.create_all(connection)
            others = _others(source)
            others.create_all(connection)
            for table in [*metadata.sorted_tables, *others.sorted_tables]:
                rows = source.execute(select(table), execution_options={"yield_per": 1000})
                for some in batches(iter(rows), 1000):
                    _insert(connection, table, [dict(row._mapping) for row in some])
    finally:
        target.dispose()


def _others(source: Connection) -> MetaData:
    """Tables that are kept in the same database beside the library's, in types that every database has."""
    found, made = MetaData(), MetaData()
    found.reflect(source, only=lambda name, _: name not in metadata.tables)
    for table in found.sorted_tables:
        Table(
            table.name, made, *(Column(c.name, c.type.as_generic(), primary_key=c.primary_key) for c in table.columns)
        )
    return made


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    try:
        connection.execute(insert(table), rows)
    except DBAPIError as error:
        raise OSError(str(error.orig)) from error  # the copy's fault, not the library's

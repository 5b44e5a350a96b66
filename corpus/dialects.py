"""The few statements that one database has otherwise than another; everything else is SQLAlchemy's."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import BigInteger, Connection, String, Table
from sqlalchemy.dialects import postgresql, sqlite

Text = String().with_variant(String(collation="C"), "postgresql")
"""Text that sorts by its characters' numbers in every database, as Python sorts it."""
Big = BigInteger()
"""Whole numbers of 64 bits."""


def upsert(connection: Connection, table: Table) -> Any:
    """An INSERT that knows `on_conflict_do_update`."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def adapt_ddl(connection: Connection, statement: str) -> str:
    """A migration's statement, written for SQLite, as this database takes it."""
    if connection.dialect.name != "postgresql":
        return statement
    # SQLite's INTEGER has 64 bits; here only files' sizes and times need them.
    statement = re.sub(r"\b(size|mtime) INTEGER\b", r"\1 BIGINT", statement)
    types = {"BLOB": "BYTEA", "VARCHAR": 'VARCHAR COLLATE "C"', "WITHOUT ROWID": ""}
    return re.sub(r"\b(BLOB|VARCHAR|WITHOUT ROWID)\b", lambda found: types[found[0]], statement)

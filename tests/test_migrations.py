"""A library that an earlier version made is opened by this one, and says the same."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from databases import PostgresServer
from library_fixtures import EMBEDDER, ROOT, ask, open_library, storm
from sqlalchemy import create_engine, inspect
from sqlalchemy.exc import ProgrammingError

from corpus.config import LibraryConfig
from corpus.dialects import adapt_ddl
from corpus.errors import LibraryError
from corpus.library import Library
from corpus.migrations import SCHEMA_VERSION, STEPS
from corpus.tables import metadata

EARLIER = sorted((ROOT / "tests").glob("library-*.sql"))
"""Libraries as they were written by each schema version: a1 and a2 of `storm`, a3 removed."""


def restore(dump: Path, home: Path) -> Path:
    home.mkdir()
    path = home / "library.sqlite3"
    connection = sqlite3.connect(path)
    connection.executescript(dump.read_text("utf-8"))
    connection.close()
    return path


def columns_of(path: Path) -> dict[str, set[str]]:
    connection = sqlite3.connect(path)
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = {name: {row[1] for row in connection.execute(f"PRAGMA table_info({name})")} for name in names}
    connection.close()
    return found


def restore_to_postgres(dump: Path, address: str) -> None:
    """The same library as Postgres would have it: its tables as that version made them, and their rows."""
    source = sqlite3.connect(":memory:")
    source.executescript(dump.read_text("utf-8"))
    engine = create_engine(address)
    with engine.begin() as connection:
        made = source.execute(
            "SELECT name, sql FROM sqlite_master WHERE sql NOT NULL ORDER BY type DESC, rowid"
        ).fetchall()
        waiting = [sql for _, sql in made]
        tables = [name for name, sql in made if sql.startswith("CREATE TABLE")]
        while waiting:  # a table may refer to one that comes later
            sql = waiting.pop(0)
            with connection.begin_nested() as step:
                try:
                    connection.exec_driver_sql(adapt_ddl(connection, sql))
                except ProgrammingError as error:
                    step.rollback()
                    if "does not exist" not in str(error):
                        raise
                    waiting.append(sql)
        for name in sorted(tables, key=lambda name: name not in ("articles", "passages", "followed")):
            cursor = source.execute(f'SELECT * FROM "{name}"')
            columns = [column[0] for column in cursor.description]
            named = ", ".join(f'"{column}"' for column in columns)
            for row in cursor:
                places = ", ".join(["%s"] * len(row))
                connection.exec_driver_sql(f'INSERT INTO "{name}" ({named}) VALUES ({places})', tuple(row))
    engine.dispose()
    source.close()


@pytest.mark.parametrize("dump", EARLIER, ids=lambda path: path.stem)
def test_earlier_library_in_postgres_opens_answers_and_takes_articles(
    dump: Path, tmp_path: Path, postgres: PostgresServer
) -> None:
    address = postgres.make()
    restore_to_postgres(dump, address)
    with Library.open(LibraryConfig(tmp_path, database=address), embedder=EMBEDDER) as library:
        look_at(library)
        with library.reading() as connection:
            found = inspect(connection)
            columns = {name: {c["name"] for c in found.get_columns(name)} for name in found.get_table_names()}
    assert columns == {name: set(table.columns.keys()) for name, table in metadata.tables.items()}


def look_at(library: Library) -> None:
    assert [row.id for row in library.rows(order="id", descending=False)[0]] == ["a1", "a2"]
    kept = library.article("a1")
    assert kept is not None
    assert (kept.text, kept.outlet, kept.author, kept.pages) == (storm(1).text, "The Courier", "", ())
    assert [name.split("/")[0] for name, _ in ask(library, "alpha2").words] == ["a2"]
    assert library.add([storm(2), storm(9)]).added == ("a9",)
    assert not library.examine().problems


@pytest.mark.parametrize("dump", EARLIER, ids=lambda path: path.stem)
def test_earlier_library_opens_answers_and_takes_articles(dump: Path, tmp_path: Path) -> None:
    path = restore(dump, tmp_path / "old")
    with open_library(tmp_path / "old") as library:
        look_at(library)
    assert columns_of(path) == {name: set(table.columns.keys()) for name, table in metadata.tables.items()}


def test_a_step_is_there_for_each_version() -> None:
    assert sorted(STEPS) == list(range(2, SCHEMA_VERSION + 1))


def test_later_library_is_refused_with_what_to_type(tmp_path: Path) -> None:
    path = restore(EARLIER[0], tmp_path / "late")
    connection = sqlite3.connect(path)
    connection.execute(f"UPDATE meta SET schema = {SCHEMA_VERSION + 1}")
    connection.commit()
    connection.close()
    with pytest.raises(LibraryError, match="python -m corpus export"):
        open_library(tmp_path / "late")

"""The tables of chats, made where there are none and brought up to date where there are."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select

from corpus.errors import LibraryError
from qa.chats.search import make_index
from qa.chats.tables import about, metadata

SCHEMA = 2
_FROM_1 = (
    "INSERT INTO chat_text (chat_id, visitor, said) SELECT c.id, c.visitor, w.title || '\n' || w.body "
    "FROM chat_words w JOIN chats c ON c.id = w.chat_id",
    "DROP TABLE chat_words",
    "UPDATE chat_schema SET schema = 2",
)


def prepare_tables(connection: Connection) -> None:
    """Make the tables, and fill those that are new. Raises LibraryError for those of a later Byline."""
    metadata.create_all(connection)
    version = connection.execute(select(about.c.schema)).scalar_one_or_none()
    if version is None:
        connection.execute(insert(about).values(one=1, schema=SCHEMA))
    elif version == 1:
        for statement in _FROM_1:
            connection.exec_driver_sql(statement)
    elif version != SCHEMA:
        raise LibraryError(f"The chats have schema version {version}, this Byline reads version {SCHEMA}.")
    make_index(connection)

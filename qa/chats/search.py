"""Chats that have words in them: on SQLite by an index of every three characters, elsewhere by reading them all.

The index only says which chats may have a word; whether one does is read from its text. So any part of a word is found,
and with the index or without it the same.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, exc, select, text

from qa.chats.tables import chats, words

GRAM = 3
MOST_GRAMS = 32
"""So many are looked up; the text is read anyway."""
_INDEX = (
    # Which characters stand where is not kept: a third of the size, and what is found is read in any case.
    "CREATE VIRTUAL TABLE chat_grams USING fts5(said, content='chat_text', content_rowid='n', columnsize=0, "
    "detail=none, tokenize='trigram case_sensitive 1')",
    "CREATE TRIGGER chat_text_added AFTER INSERT ON chat_text BEGIN "
    "INSERT INTO chat_grams (rowid, said) VALUES (new.n, new.said); END",
    "CREATE TRIGGER chat_text_removed AFTER DELETE ON chat_text BEGIN "
    "INSERT INTO chat_grams (chat_grams, rowid, said) VALUES ('delete', old.n, old.said); END",
    "CREATE TRIGGER chat_text_changed AFTER UPDATE OF said ON chat_text BEGIN "
    "INSERT INTO chat_grams (chat_grams, rowid, said) VALUES ('delete', old.n, old.said); "
    "INSERT INTO chat_grams (rowid, said) VALUES (new.n, new.said); END",
)
_MAY_HAVE = text("chat_text.n IN (SELECT rowid FROM chat_grams WHERE chat_grams MATCH :grams)")


def find_chats(connection: Connection, visitor: str, wanted: Sequence[str]) -> list[str]:
    """The ids of a visitor's chats that have all of some folded words, the latest first."""
    mine = select(words.c.chat_id).where(words.c.visitor == visitor)
    to_read = list(wanted)
    grams = _grams_of(wanted) if has_index(connection) else []
    if grams:
        match = " AND ".join('"' + gram.replace('"', '""') + '"' for gram in grams)
        mine = mine.where(_MAY_HAVE.bindparams(bindparam("grams", match)))
        to_read = [word for word in wanted if word not in grams]  # one of three characters is sure to be there
    said = mine.where(*(words.c.said.contains(word, autoescape=True) for word in to_read))
    found = select(chats.c.id).where(chats.c.visitor == visitor, chats.c.id.in_(said))
    return list(connection.execute(found.order_by(chats.c.touched.desc(), chats.c.id.desc())).scalars())


def make_index(connection: Connection) -> None:
    """The index, kept up to date by the database itself; none where the database has no such thing."""
    if connection.dialect.name != "sqlite" or has_index(connection):
        return
    try:
        for statement in _INDEX:
            connection.exec_driver_sql(statement)
    except exc.OperationalError:  # a SQLite older than 3.34, or built without it
        return
    connection.exec_driver_sql("INSERT INTO chat_grams (chat_grams) VALUES ('rebuild')")


def forget_removed(connection: Connection) -> None:
    """Write the index anew without what was removed, which otherwise stays in it for a while."""
    if has_index(connection):
        connection.exec_driver_sql("INSERT INTO chat_grams (chat_grams) VALUES ('optimize')")


def has_index(connection: Connection) -> bool:
    """Whether this database has the index."""
    if connection.dialect.name != "sqlite":
        return False
    there = "SELECT 1 FROM sqlite_master WHERE name = 'chat_grams'"
    return connection.exec_driver_sql(there).one_or_none() is not None


def _grams_of(wanted: Sequence[str]) -> list[str]:
    """Every three characters in a row of each word, as a search of the index takes them."""
    grams = (word[at : at + GRAM] for word in wanted for at in range(len(word) - GRAM + 1))
    return list(dict.fromkeys(grams))[:MOST_GRAMS]

"""The SQL tables of chats, beside the articles'. A change here raises SCHEMA in qa/chats/schema.py."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy import Column, Connection, ForeignKey, Index, Integer, MetaData, String, Table

metadata = MetaData()
about = Table(
    "chat_schema",
    metadata,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("schema", Integer, nullable=False),
)
chats = Table(
    "chats",
    metadata,
    Column("id", String, primary_key=True),
    Column("visitor", String, nullable=False),
    Column("title", String, nullable=False),
    # ISO 8601 in UTC with microseconds, so that they sort as text.
    Column("began", String, nullable=False),
    Column("touched", String, nullable=False),
    Column("n_exchanges", Integer, nullable=False),
    # The unguessable part of the share link; null where the chat is not shared.
    Column("link", String, unique=True),
    # Whether the answers came from a browser: anyone can make up such a chat, so it is never shared.
    Column("brought", Integer, nullable=False),
    Index("ix_chats_visitor_touched", "visitor", "touched", "id"),
)
exchanges = Table(
    "chat_exchanges",
    metadata,
    Column("chat_id", ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("at", String, nullable=False),
    Column("answer", String, nullable=False),
)
# Apart, so that listing reads none of it: the title and all that is said, a line each, folded to lower case.
words = Table(
    "chat_text",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("chat_id", ForeignKey("chats.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("visitor", String, nullable=False),
    Column("said", String, nullable=False),
    Index("ix_chat_text_visitor", "visitor"),
)


class Database(Protocol):
    """Where the tables are: the library."""

    def reading(self) -> AbstractContextManager[Connection]:
        """One read transaction."""
        ...

    def writing(self) -> AbstractContextManager[Connection]:
        """One write transaction."""
        ...

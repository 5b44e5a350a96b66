"""What changed since when: the reads that everything derived from the database is built on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, Select, func, select

from corpus.language import DEFAULT_LANGUAGE, language_of
from corpus.tables import articles, ledger, meta, passages

T = TypeVar("T")

SQL_IDS = 500
"""How many ids one statement names; SQLite's limit is far higher, a statement's compilation is not free."""


@dataclass(frozen=True, slots=True)
class Head:
    """A state of the library: within one epoch, a higher generation is later."""

    epoch: str
    generation: int

    def covers(self, other: Head) -> bool:
        """Whether this state holds everything that the other one does."""
        return self.epoch == other.epoch and self.generation >= other.generation


def read_head(connection: Connection) -> Head:
    """The library's present state."""
    row = connection.execute(select(meta.c.epoch, meta.c.generation)).one()
    return Head(row.epoch, row.generation)


def read_spoken(connection: Connection, when_empty: str = DEFAULT_LANGUAGE) -> str:
    """The language that the library's articles were split and indexed in."""
    fingerprint = connection.execute(select(meta.c.fingerprint)).scalar_one()
    return language_of(fingerprint) if fingerprint else when_empty


def changed_since(connection: Connection, generation: int) -> list[str]:
    """The ids of the articles that were added, changed or removed after a generation."""
    query = select(ledger.c.article_id).where(ledger.c.generation > generation).order_by(ledger.c.generation)
    return list(connection.execute(query).scalars())


def vector_rows(connection: Connection, article_ids: Sequence[str] | None = None) -> Iterator[Row[Any]]:
    """`id, article_id, vector` of every passage, or of those of some articles."""
    query = select(passages.c.id, passages.c.article_id, passages.c.vector)
    yield from _rows(connection, query, passages.c.article_id, article_ids)


def word_rows(connection: Connection, article_ids: Sequence[str] | None = None) -> Iterator[Row[Any]]:
    """`id, article_id, title, body` of every passage, or of those of some articles."""
    body = func.substr(articles.c.text, passages.c.start + 1, passages.c.end - passages.c.start).label("body")
    query = select(passages.c.id, passages.c.article_id, articles.c.title, body).join(articles)
    yield from _rows(connection, query, passages.c.article_id, article_ids)


def _rows(
    connection: Connection, query: Select[Any], column: ColumnElement[str], ids: Sequence[str] | None
) -> Iterator[Row[Any]]:
    if ids is None:
        yield from connection.execute(query, execution_options={"yield_per": 1000})
        return
    for some in batches(ids, SQL_IDS):
        yield from connection.execute(query.where(column.in_(some)))


def batches(items: Sequence[T] | Iterator[T], size: int) -> Iterator[list[T]]:
    """Items in lists of at most `size`."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch

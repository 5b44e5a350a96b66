"""Rows to values: what the library's readers ask of the database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row, and_, func, or_, select

from corpus.errors import LibraryError
from corpus.ledger import SQL_IDS, batches
from corpus.tables import articles, passages, sentences
from corpus.types import (
    Article,
    ArticleRow,
    LibraryStats,
    Passage,
    PublishedDays,
    Sentence,
    StoredPassage,
    Vector,
    day_of,
    parse_published,
)

ORDERS = {
    "published": articles.c.moment,
    "added": articles.c.added,
    "title": func.lower(articles.c.title),
    "outlet": func.lower(articles.c.outlet),
    "id": articles.c.id,
    "passages": articles.c.n_passages,
}

_SHOWN = [articles.c[name] for name in ("id", "source", "title", "outlet", "url", "published", "added", "n_passages")]


def read_article(row: Row[Any], article_id: str) -> Article:
    """The article of a row of `articles`, or of one that has its columns under another id."""
    return Article(
        id=article_id,
        title=row.title,
        text=row.text,
        outlet=row.outlet,
        url=row.url,
        published=parse_published(row.published),
        source=row.source,
        content_hash=row.content_hash,
        author=row.author,
        pages=tuple(json.loads(row.pages)),
    )


def existing(connection: Connection, ids: Sequence[str]) -> list[str]:
    """Those of the ids that articles have, in order, each once."""
    found: set[str] = set()
    for some in batches(ids, SQL_IDS):
        found.update(connection.execute(select(articles.c.id).where(articles.c.id.in_(some))).scalars())
    return [name for name in dict.fromkeys(ids) if name in found]


def read_articles(connection: Connection, ids: Sequence[str]) -> dict[str, Article]:
    """The articles with these ids."""
    found: dict[str, Article] = {}
    for some in batches(ids, SQL_IDS):
        for row in connection.execute(select(articles).where(articles.c.id.in_(some))):
            found[row.id] = read_article(row, row.id)
    return found


def read_sources(connection: Connection, prefix: str) -> dict[str, str]:
    """Source to id of the articles whose source begins so."""
    query = select(articles.c.source, articles.c.id).where(articles.c.source.startswith(prefix, autoescape=True))
    # LIKE folds case in SQLite; paths do not.
    return {row.source: row.id for row in connection.execute(query) if row.source.startswith(prefix)}


def read_ids(connection: Connection, sources: Sequence[str]) -> dict[str, str]:
    """Source to id of the articles that were read from these very sources."""
    query = select(articles.c.source, articles.c.id)
    some = (connection.execute(query.where(articles.c.source.in_(part))) for part in batches(sources, SQL_IDS))
    return {row.source: row.id for rows in some for row in rows}


def read_rows(
    connection: Connection, query: str, order: str, descending: bool, limit: int, offset: int
) -> tuple[list[ArticleRow], int]:
    """One page of rows and the number of all that match."""
    if order not in ORDERS:
        raise LibraryError(f"Articles cannot be ordered by {order!r}, only by {', '.join(ORDERS)}.")
    a = articles.c
    match = and_(
        True,
        *(
            or_(*(column.icontains(word, autoescape=True) for column in (a.title, a.outlet, a.id, a.source)))
            for word in query.split()
        ),
    )
    key = ORDERS[order]
    ordered = (key.desc() if descending else key.asc()).nulls_last()
    page = select(*_SHOWN).where(match).order_by(ordered, a.id).limit(None if limit < 0 else limit).offset(offset)
    total = connection.execute(select(func.count()).select_from(articles).where(match)).scalar_one()
    return [_row(row) for row in connection.execute(page)], total


def read_all_rows(connection: Connection, ids: Sequence[str] | None = None) -> list[ArticleRow]:
    """Every row of the table, or those of some articles, in no order."""
    if ids is None:
        return [_row(row) for row in connection.execute(select(*_SHOWN))]
    some = (connection.execute(select(*_SHOWN).where(articles.c.id.in_(part))) for part in batches(ids, SQL_IDS))
    return [_row(row) for rows in some for row in rows]


def _row(row: Row[Any]) -> ArticleRow:
    # Unpacked, not asked for by name: half the time where there are fifty thousand.
    id_, source, title, outlet, url, published, added, n_passages = tuple(row)
    return ArticleRow(
        id_, title, outlet, url, parse_published(published), source, datetime.fromisoformat(added), n_passages
    )


def read_stats(connection: Connection, generation: int) -> LibraryStats:
    """Counts and the span of dates."""
    n_articles = connection.execute(select(func.count()).select_from(articles)).scalar_one()
    n_passages = connection.execute(select(func.count()).select_from(passages)).scalar_one()
    return LibraryStats(n_articles, n_passages, _edge(connection, False), _edge(connection, True), generation)


def _edge(connection: Connection, last: bool) -> date | None:
    order = articles.c.moment.desc() if last else articles.c.moment.asc()
    query = select(articles.c.published).where(articles.c.moment.is_not(None)).order_by(order).limit(1)
    return day_of(parse_published(connection.execute(query).scalar_one_or_none()))


def read_days(connection: Connection) -> PublishedDays:
    """When the articles were published, each in its own zone."""
    found = connection.execute(select(articles.c.published)).scalars().all()
    # The first ten characters of the stored form are its day.
    days = sorted(date.fromisoformat(published[:10]) for published in found if published)
    return PublishedDays(tuple(days), len(found) - len(days))


def ids_between(connection: Connection, first: date | None, last: date | None, most: int) -> list[str]:
    """Articles published from `first` to `last` by their own days, None open, the newest `most` of them."""
    day = func.substr(articles.c.published, 1, 10)
    query = select(articles.c.id).where(articles.c.moment.is_not(None))
    query = query.where(day >= first.isoformat()) if first else query
    query = query.where(day <= last.isoformat()) if last else query
    query = query.order_by(articles.c.moment.desc(), articles.c.id).limit(most)
    return list(connection.execute(query).scalars())


_STORED = select(
    passages.c.id,
    passages.c.article_id,
    passages.c.start,
    passages.c.end,
    passages.c.vector,
    sentences.c.spans,
    sentences.c.vectors,
).join(sentences)


def read_stored(connection: Connection, ids: Sequence[str]) -> list[StoredPassage]:
    """Passages with their vectors."""
    rows = [row for some in batches(ids, SQL_IDS) for row in connection.execute(_STORED.where(passages.c.id.in_(some)))]
    return _stored(rows)


def read_passages_of_all(connection: Connection, article_ids: Sequence[str]) -> list[StoredPassage]:
    """The passages of several articles, in no order."""
    some = (
        connection.execute(_STORED.where(passages.c.article_id.in_(part))) for part in batches(article_ids, SQL_IDS)
    )
    return _stored([row for rows in some for row in rows])


def read_passages_of(connection: Connection, article_id: str) -> list[StoredPassage]:
    """An article's passages in order."""
    query = _STORED.where(passages.c.article_id == article_id).order_by(passages.c.start, passages.c.id)
    return _stored(list(connection.execute(query)))


def _stored(rows: Sequence[Any]) -> list[StoredPassage]:
    if not rows:
        return []
    # All rows at once: a question asks for a hundred passages, and numpy's calls would cost more than their work.
    dimension = len(rows[0].vector) // 4
    halves = np.frombuffer(b"".join(row.vectors for row in rows), "<f2").reshape(-1, dimension)
    vectors: Vector = halves.astype(np.float32)
    # float16 rounding moved them off the unit sphere by about 1e-4.
    vectors /= np.maximum(np.sqrt(np.einsum("ij,ij->i", vectors, vectors))[:, None], 1e-12)
    found, at = [], 0
    for row in rows:
        spans = np.frombuffer(row.spans, "<i4").reshape(-1, 2).tolist()
        found.append(
            StoredPassage(
                passage=Passage(row.id, row.article_id, row.start, row.end),
                sentences=tuple([Sentence(row.article_id, start, end) for start, end in spans]),
                vector=np.frombuffer(row.vector, "<f4"),
                sentence_vectors=vectors[at : at + len(spans)],
            )
        )
        at += len(spans)
    return found

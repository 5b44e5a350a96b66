"""Values to rows: what is written for articles and passages, always inside the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import numpy as np
from sqlalchemy import Connection, Table, delete, insert, select, update

from corpus.dialects import upsert
from corpus.embed import PassageVectors
from corpus.plan import Plan
from corpus.stories import join_stories
from corpus.tables import articles, ledger, meta, passages, sentences
from corpus.types import Article, Passage, Sentence, moment_of
from corpus.versions import keep_versions

Split = list[tuple[Passage, tuple[Sentence, ...]]]


def next_generation(connection: Connection, changed: Iterable[str]) -> None:
    """Record in the ledger that articles changed, as the library's next generation."""
    connection.execute(update(meta).values(generation=meta.c.generation + 1))
    generation = connection.execute(select(meta.c.generation)).scalar_one()
    rows = [{"article_id": article_id, "generation": generation} for article_id in dict.fromkeys(changed)]
    if not rows:
        return
    statement = upsert(connection, ledger)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["article_id"], set_={"generation": statement.excluded.generation}
        ),
        rows,
    )


def write_articles(
    connection: Connection, plans: Sequence[Plan], splits: Sequence[Split], vectors: Sequence[Sequence[PassageVectors]]
) -> None:
    """Write new and changed articles with their passages."""
    gone = [plan.replaces for plan in plans if plan.replaces]
    keep_versions(connection, {plan.replaces: plan.article.id for plan in plans if plan.replaces and plan.keep_old})
    kept = dict(
        connection.execute(select(articles.c.id, articles.c.added).where(articles.c.id.in_(gone))).tuples().all()
    )
    connection.execute(delete(articles).where(articles.c.id.in_(gone)))
    now = datetime.now(UTC).isoformat(timespec="seconds")
    connection.execute(
        insert(articles),
        [
            article_row(plan.article) | {"added": kept.get(plan.replaces or "", now), "n_passages": len(split)}
            for plan, split in zip(plans, splits, strict=True)
        ],
    )
    write_passages(connection, splits, vectors)
    join_stories(connection, [plan.article for plan in plans])
    next_generation(connection, [*gone, *(plan.article.id for plan in plans)])


def write_passages(
    connection: Connection,
    splits: Sequence[Split],
    vectors: Sequence[Sequence[PassageVectors]],
    into: Table = passages,
    sentences_into: Table = sentences,
) -> None:
    """Write passages with their vectors."""
    pairs = [pair for s, v in zip(splits, vectors, strict=True) for pair in zip(s, v, strict=True)]
    connection.execute(
        insert(into),
        [
            {
                "id": passage.id,
                "article_id": passage.article_id,
                "start": passage.start,
                "end": passage.end,
                "vector": np.ascontiguousarray(made.passage, "<f4").tobytes(),
            }
            for (passage, _), made in pairs
        ],
    )
    connection.execute(
        insert(sentences_into),
        [
            {
                "passage_id": passage.id,
                "spans": np.array([(s.start, s.end) for s in of], "<i4").tobytes(),
                "vectors": np.ascontiguousarray(made.sentences, "<f2").tobytes(),
            }
            for (passage, of), made in pairs
        ],
    )


def article_row(article: Article) -> dict[str, str | None]:
    """An article's own columns."""
    moment = moment_of(article.published).astimezone(UTC).isoformat() if article.published else None
    return {
        "id": article.id,
        "source": article.source,
        "title": article.title,
        "outlet": article.outlet,
        "url": article.url,
        "published": article.published_text,
        "moment": moment,
        "content_hash": article.content_hash,
        "text": article.text,
        "author": article.author,
        "pages": json.dumps(article.pages),
    }

"""The database's rows against each other and against the articles' texts: what was lost, and what was changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from sqlalchemy import Column, Connection, Row, func, select

from corpus.ledger import batches
from corpus.plan import hash_article
from corpus.rows import Split
from corpus.shelf import read_article
from corpus.tables import articles, bands, edits, entries, followed, ledger, meta, passages, sentences, sketches
from corpus.types import Article

AT_ONCE = 100
"""Articles that are checked together."""
UNIT = 1e-3
"""How far a passage's vector may be from length 1; a sentence's, kept in half the digits, ten times as far."""

ORPHANS: tuple[tuple[Column[Any], Column[Any]], ...] = (
    (passages.c.article_id, articles.c.id),
    (sentences.c.passage_id, passages.c.id),
    (sketches.c.article_id, articles.c.id),
    (bands.c.article_id, articles.c.id),
    (entries.c.place, followed.c.place),
)
"""What refers to what."""

Kind = Literal["text", "passages", "count", "ledger", "orphans"]


@dataclass(frozen=True, slots=True)
class Damage:
    """Something that is wrong with one article's rows, or with rows that belong to none (`article_id` empty).

    `text`: what the article says is not what was stored. `passages`: its passages, sentences or vectors are not whole.
    `count` and `ledger`: what is kept of it elsewhere does not fit. `orphans`: rows of what is not there.
    """

    kind: Kind
    what: str
    article_id: str = ""
    source: str = ""


def check_rows(connection: Connection, split: Callable[[Article], Split] | None) -> Iterator[Damage]:
    """Every article's rows; `split` says what its passages should be, None where another version made them."""
    yield from _orphans(connection)
    made = connection.execute(select(meta.c.dimension, meta.c.generation)).one()
    counted = dict(connection.execute(select(ledger.c.article_id, ledger.c.generation)).tuples().all())
    late = [name for name, generation in counted.items() if generation > made.generation]
    if late:
        yield Damage("ledger", f"{len(late)} changes are dated after the library's generation {made.generation}")
    edited = set(connection.execute(select(edits.c.article_id)).scalars())
    ids = list(connection.execute(select(articles.c.id).order_by(articles.c.id)).scalars())
    for some in batches(ids, AT_ONCE):
        stored = read_spans(connection, some)
        for row in connection.execute(select(articles).where(articles.c.id.in_(some)).order_by(articles.c.id)):
            if row.id not in counted:
                yield Damage("ledger", f"no change of the article “{row.id}” is recorded", row.id)
            yield from _check_article(row, stored[row.id], made.dimension, split, row.id in edited)


def _check_article(
    row: Row[Any],
    stored: Sequence[Any],
    dimension: int,
    split: Callable[[Article], Split] | None,
    edited: bool,
) -> Iterator[Damage]:
    try:
        article = read_article(row, row.id)
    except ValueError as error:
        yield Damage("text", f"the article “{row.id}” cannot be read ({error})", row.id, row.source)
        return
    # The hash is of what the source says; where a person set something over it, that is not kept.
    if not edited and hash_article(article) != row.content_hash:
        yield Damage("text", f"the article “{row.id}” does not say what was stored", row.id, row.source)
        return
    if row.n_passages != len(stored):
        yield Damage("count", f"the article “{row.id}” has {len(stored)} passages, not {row.n_passages}", row.id)
    if split is None:
        wanted: list[tuple[tuple[int, int], bytes | None]] = [((each.start, each.end), None) for each in stored]
        outside = [each for each in stored if not 0 <= each.start < each.end <= len(article.text)]
        if outside or not stored:
            yield Damage("passages", f"passages of the article “{row.id}” are lost or reach beyond it", row.id)
            return
    else:
        wanted = [((p.start, p.end), spans_of(s)) for p, s in split(article)]
    by_span = {(each.start, each.end): each for each in stored}
    lacking = [span for span, _ in wanted if span not in by_span]
    if lacking or len(stored) != len(wanted):
        extra = len(stored) - (len(wanted) - len(lacking))
        yield Damage("passages", f"the article “{row.id}” lacks {len(lacking)} passages, has {extra} others", row.id)
        return
    bad = sum(not is_whole(by_span[span], dimension, of) for span, of in wanted)
    if bad:
        yield Damage("passages", f"{bad} passages of the article “{row.id}” have damaged sentences or vectors", row.id)


def read_spans(connection: Connection, ids: Sequence[str]) -> dict[str, list[Any]]:
    """`id, article_id, start, end, vector, spans, vectors` of the articles' passages; None for what is lost."""
    p, s = passages.c, sentences.c
    query = select(p.id, p.article_id, p.start, p.end, p.vector, s.spans, s.vectors).outerjoin(sentences)
    found: dict[str, list[Any]] = defaultdict(list)
    for row in connection.execute(query.where(p.article_id.in_(ids)).order_by(p.start, p.id)):
        found[row.article_id].append(row)
    return found


def spans_of(of: Sequence[Any]) -> bytes:
    """Sentences as `sentences.spans` keeps them."""
    return np.array([(s.start, s.end) for s in of], "<i4").tobytes()


def is_whole(row: Any, dimension: int, spans: bytes | None) -> bool:
    """Whether a row of `read_spans` has its vectors, and its sentences where `spans` says which."""
    if row.spans is None or len(row.spans) % 8 or (spans is not None and row.spans != spans):
        return False
    n = len(row.spans) // 8
    if n == 0 or len(row.vector) != 4 * dimension or len(row.vectors) != 2 * dimension * n:
        return False
    vector = np.frombuffer(row.vector, "<f4")
    each = np.frombuffer(row.vectors, "<f2").astype(np.float32).reshape(n, dimension)
    with np.errstate(all="ignore"):
        lengths = np.linalg.norm(each, axis=1)
        # Not above is not the same as below: a NaN is neither.
        return bool(abs(np.linalg.norm(vector) - 1) < UNIT and (np.abs(lengths - 1) < 10 * UNIT).all())


def _orphans(connection: Connection) -> Iterator[Damage]:
    for column, of in ORPHANS:
        query = select(func.count()).select_from(column.table).where(column.not_in(select(of)))
        if n := connection.execute(query).scalar_one():
            yield Damage("orphans", f"{n} rows of {column.table.name} belong to nothing in {of.table.name}")

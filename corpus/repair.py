"""What can be mended of a library without its sources: rows from the articles' texts, indexes from the rows.

What is stored is never embedded again: only passages whose own vectors are lost are.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, select, update

from corpus.adding import Session, embedding_input
from corpus.doctor import leftovers
from corpus.embed import Embedder, PassageVectors
from corpus.folder import forget_files
from corpus.followed import put_off, read_followed
from corpus.index import Indexes
from corpus.indexcheck import check_indexes
from corpus.ledger import SQL_IDS, batches, read_head
from corpus.manifest import IndexDamaged
from corpus.rowcheck import ORPHANS, Damage, check_rows, is_whole, read_spans, spans_of
from corpus.rows import Split, next_generation, write_passages
from corpus.shelf import read_articles
from corpus.tables import articles, followed, ledger, meta, passages, sentences
from corpus.types import Article, Passage, Sentence

Pair = tuple[Passage, tuple[Sentence, ...]]


def repair_rows(
    read: Session, write: Session, split: Callable[[Article], Split], embedder: Callable[[], Embedder]
) -> Iterator[str]:
    """Mend the database, an article at a time, saying what was done. `read` and `write` each give one transaction."""
    with read() as connection:
        damages = list(check_rows(connection, split))
    if any(damage.kind == "orphans" for damage in damages):
        with write() as connection:
            n = sum(_drop_orphans(connection, *pair) for pair in ORPHANS)
        yield f"{n} rows that belonged to nothing are deleted"
    for damage in damages:
        if damage.kind == "passages":
            n = _mend(read, write, split, embedder, damage.article_id)
            yield f"the passages of “{damage.article_id}” are mended, {n} of them embedded"
        elif damage.kind == "text":
            with write() as connection:
                _mark_to_be_read(connection, damage)
            yield f"“{damage.article_id}” is marked to be read again from {damage.source or 'its source'}"
    with write() as connection:
        if any(damage.kind == "count" for damage in damages):
            yield from _recount(connection, [d.article_id for d in damages if d.kind == "count"])
        if any(damage.kind == "ledger" for damage in damages):
            generation = connection.execute(select(meta.c.generation)).scalar_one()
            connection.execute(update(ledger).where(ledger.c.generation > generation).values(generation=generation))
            next_generation(connection, [d.article_id for d in damages if d.kind == "ledger" and d.article_id])
            yield "the record of changes is whole again"
        now = datetime.now(UTC)
        for source in [each for each in read_followed(connection) if put_off(each, now)]:
            row = followed.c.place == source.place
            connection.execute(update(followed).where(row).values(next_check=now.isoformat()))
            yield f"followed {source.place}: due now"


def repair_indexes(home: Path, read: Session, indexes: Indexes, catch_up: Callable[[], None]) -> Iterator[str]:
    """Build this process's indexes anew where they are not what the database says, saying so; nothing is embedded."""
    for path in leftovers(home):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
        yield f"{path} is deleted"
    with read() as connection:
        dimension = connection.execute(select(meta.c.dimension)).scalar_one()
        try:
            wrong = indexes.head != read_head(connection) or bool(check_indexes(connection, indexes, dimension))
        except IndexDamaged:
            wrong = True
    if wrong:
        indexes.distrust()
        catch_up()
        yield "the indexes are built anew from what is stored"


def _drop_orphans(connection: Connection, column: Any, of: Any) -> int:
    return connection.execute(delete(column.table).where(column.not_in(select(of)))).rowcount


def _mend(
    read: Session,
    write: Session,
    split: Callable[[Article], Split],
    embedder: Callable[[], Embedder],
    article_id: str,
) -> int:
    """Bring an article's passages to what its text says; how many had to be embedded."""
    with read() as connection:
        article = read_articles(connection, [article_id]).get(article_id)
        stored = read_spans(connection, [article_id])[article_id]
        dimension = connection.execute(select(meta.c.dimension)).scalar_one()
    if article is None:
        return 0
    pairs = split(article)
    keep = _intact(stored, pairs, dimension)
    lacking = [pair for pair in pairs if (pair[0].start, pair[0].end) not in keep]
    made: list[PassageVectors] = []
    if lacking:
        made = embedder().encode_passages([embedding_input(article, *pair) for pair in lacking])
    kept = {row.id for row in keep.values()}
    with write() as connection:
        gone = [row.id for row in stored if row.id not in kept]
        connection.execute(delete(sentences).where(sentences.c.passage_id.in_(gone)))
        connection.execute(delete(passages).where(passages.c.id.in_(gone)))
        if lacking:
            write_passages(connection, [[_named(pair, kept) for pair in lacking]], [made])
        connection.execute(update(articles).where(articles.c.id == article_id).values(n_passages=len(pairs)))
        next_generation(connection, [article_id])
    return len(lacking)


def _intact(stored: Sequence[Any], pairs: Sequence[Pair], dimension: int) -> dict[tuple[int, int], Any]:
    wanted = {(passage.start, passage.end): spans_of(of) for passage, of in pairs}
    return {
        (row.start, row.end): row
        for row in stored
        if (row.start, row.end) in wanted and is_whole(row, dimension, wanted[row.start, row.end])
    }


def _named(pair: Pair, taken: set[str]) -> Pair:
    passage, of = pair
    name = passage.id
    while name in taken:
        name += "x"
    return Passage(name, passage.article_id, passage.start, passage.end), of


def _mark_to_be_read(connection: Connection, damage: Damage) -> None:
    """Without its hash, no source says what the article says already, so that the next reading replaces it."""
    connection.execute(update(articles).where(articles.c.id == damage.article_id).values(content_hash=""))
    forget_files(connection, [damage.source, damage.source.rpartition("#")[0]])


def _recount(connection: Connection, ids: Sequence[str]) -> Iterator[str]:
    for some in batches(ids, SQL_IDS):
        stored = read_spans(connection, some)
        for name in some:
            connection.execute(update(articles).where(articles.c.id == name).values(n_passages=len(stored[name])))
    yield f"the passages of {len(ids)} articles are counted anew"

"""All articles split and embedded anew, beside the old vectors, and put in their place by one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import uuid4

from sqlalchemy import Column, Connection, MetaData, Table, bindparam, delete, insert, select, update

from corpus.adding import GROUP, Session, embedding_input, fingerprint_of
from corpus.embed import Embedder
from corpus.language import DEFAULT_LANGUAGE
from corpus.ledger import batches, changed_since, read_head
from corpus.rows import Split, next_generation, write_passages
from corpus.shelf import read_articles
from corpus.tables import articles, meta, passages, sentences
from corpus.types import Article

_beside = MetaData()


def _like(table: Table) -> Table:
    """The same columns under another name, referring to nothing: an article may be removed while this goes on."""
    columns = (Column(c.name, c.type, primary_key=c.primary_key, nullable=False) for c in table.columns)
    return Table(f"staged_{table.name}", _beside, *columns)


staged_passages = _like(passages)
staged_sentences = _like(sentences)


def reembed(
    read: Session,
    write: Session,
    embedder: Embedder,
    split: Callable[[Article], Split],
    progress: Callable[[int, int], None] | None = None,
    language: str = DEFAULT_LANGUAGE,
) -> None:
    """Embed everything; what other processes change meanwhile is embedded again before the end.

    `read` and `write` each give one transaction. `progress` is told articles done and articles in all,
    `language` is the one that `split` splits.
    """
    with write() as connection:
        _beside.drop_all(connection)
        _beside.create_all(connection)
    with read() as connection:
        at = read_head(connection)
        todo = list(connection.execute(select(articles.c.id)).scalars())
    counts: dict[str, int] = {}
    while True:
        done = 0
        for ids in batches(todo, GROUP):
            counts |= _stage(read, write, embedder, split, ids)
            done += len(ids)
            if progress:
                progress(done, len(todo))
        with write() as connection:
            head = read_head(connection)
            if head == at:
                _swap(connection, embedder, counts, language)
                return
            todo = changed_since(connection, at.generation)
            at = head


def _stage(
    read: Session, write: Session, embedder: Embedder, split: Callable[[Article], Split], ids: Sequence[str]
) -> dict[str, int]:
    with read() as connection:
        found = list(read_articles(connection, ids).values())
    splits = [split(article) for article in found]
    inputs = [embedding_input(a, *pair) for a, pairs in zip(found, splits, strict=True) for pair in pairs]
    made = iter(embedder.encode_passages(inputs) if inputs else [])
    with write() as connection:
        stale = select(staged_passages.c.id).where(staged_passages.c.article_id.in_(ids))
        connection.execute(delete(staged_sentences).where(staged_sentences.c.passage_id.in_(stale)))
        connection.execute(delete(staged_passages).where(staged_passages.c.article_id.in_(ids)))
        if inputs:
            vectors = [[next(made) for _ in pairs] for pairs in splits]
            write_passages(connection, splits, vectors, staged_passages, staged_sentences)
    counts = dict.fromkeys(ids, 0)
    return counts | {article.id: len(pairs) for article, pairs in zip(found, splits, strict=True)}


def _swap(connection: Connection, embedder: Embedder, counts: dict[str, int], language: str) -> None:
    connection.execute(delete(sentences))
    connection.execute(delete(passages))
    for table, staged in ((passages, staged_passages), (sentences, staged_sentences)):
        connection.execute(insert(table).from_select(table.columns.keys(), select(staged)))
    _beside.drop_all(connection)
    there = [{"key": name, "n": n} for name, n in counts.items() if n]
    if there:
        connection.execute(
            update(articles).where(articles.c.id == bindparam("key")).values(n_passages=bindparam("n")), there
        )
    fingerprint = fingerprint_of(embedder, language)
    adopted = {"embedder": embedder.name, "fingerprint": fingerprint, "dimension": embedder.dimension}
    connection.execute(update(meta).values(epoch=uuid4().hex, **adopted))
    next_generation(connection, [name for name, n in counts.items() if n])

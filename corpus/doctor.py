"""What can be wrong with a library, looked for: in the database, and in the indexes against it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sqlalchemy import Connection, Engine, func, select

from corpus.followed import read_followed
from corpus.index import Indexes, trusted_words
from corpus.ledger import read_head, vector_rows
from corpus.manifest import IndexDamaged
from corpus.tables import articles, meta, passages, sentences
from corpus.types import Vector
from corpus.words import WordIndex

REBUILD = "stop what uses the library, remove the folder {index} and type: python -m corpus doctor"
RESTORE = "restore a copy of {file}, or move it away and add the articles again: python -m corpus add SOURCE"


@dataclass(frozen=True, slots=True)
class Findings:
    """`problems` say what is wrong and what to type; `remarks` say what was looked at, or could not be."""

    problems: tuple[str, ...]
    remarks: tuple[str, ...]


def examine(engine: Engine, indexes: Indexes | None, home: Path) -> Findings:
    """Check everything; `indexes` are this process's own, or None where another process keeps them."""
    problems: list[str] = []
    remarks: list[str] = []
    rebuild = REBUILD.format(index=home / "index")
    with engine.connect() as connection, connection.begin():
        head = read_head(connection)
        made = connection.execute(select(meta)).one()
        remarks.append(f"generation {head.generation}, embedder {made.embedder or 'none yet'} ({made.fingerprint})")
        wrong = _database(connection, made.dimension)
        problems += [f"{text}; {RESTORE.format(file=home / 'library.sqlite3')}" for text in wrong]
        whole = (row for row in vector_rows(connection) if len(row.vector) == 4 * made.dimension)
        stored = {row.id: np.frombuffer(row.vector, np.float32) for row in whole}
        remarks.append(f"{len(stored)} passages in the database")
        remarks += [
            f"followed {source.place}: {source.problem}; to try it again: python -m corpus refresh --all"
            for source in read_followed(connection)
            if source.problem
        ]
        if indexes is None:
            problems += [
                f"{text}; {rebuild}" for text in _words_of_another(home, set(stored), head.generation, remarks)
            ]
        elif indexes.head != head and head.generation:
            problems.append(f"the indexes do not reflect generation {head.generation}; {rebuild}")
        elif head.generation:
            try:
                vectors, words = indexes.contents()
            except IndexDamaged as error:
                problems.append(f"the vector index cannot be read ({error}); {rebuild}")
            else:
                problems += [f"{text}; {rebuild}" for text in _differences(stored, vectors, words)]
                remarks.append(f"{len(vectors)} in the vector index, {len(words)} in the word index")
    free, needed = shutil.disk_usage(home).free, 2 * (home / "library.sqlite3").stat().st_size
    remarks.append(f"{free / 1e9:.1f} GB free on its disk")
    if free < needed:
        # A purge rewrites the database beside itself, and a rebuild makes new indexes before it drops the old ones.
        problems.append(f"the disk has {free / 1e6:.0f} MB left, and {needed / 1e6:.0f} MB may be needed; make room")
    return Findings(tuple(problems), tuple(remarks))


def _database(connection: Connection, dimension: int) -> list[str]:
    wrong = [f"the database says: {row[0]}" for row in connection.exec_driver_sql("PRAGMA integrity_check")]
    if wrong == ["the database says: ok"]:
        wrong = []
    wrong += [
        f"a row of {row[0]} has lost its {row[2]}" for row in connection.exec_driver_sql("PRAGMA foreign_key_check")
    ]
    counted = select(func.count()).where(passages.c.article_id == articles.c.id).scalar_subquery()
    for row in connection.execute(select(articles.c.id).where(articles.c.n_passages != counted)):
        wrong.append(f"the article “{row.id}” lacks passages")
    outside = select(passages.c.id).join(articles).where(passages.c.end > func.length(articles.c.text))
    wrong += [f"the passage {row.id} reaches beyond its article" for row in connection.execute(outside)]
    size = select(passages.c.id).where(func.length(passages.c.vector) != 4 * dimension)
    wrong += [f"the passage {row.id} has a vector of the wrong size" for row in connection.execute(size)]
    bare = select(passages.c.id).outerjoin(sentences).where(sentences.c.passage_id.is_(None))
    wrong += [f"the passage {row.id} has no sentences" for row in connection.execute(bare)]
    return wrong


def _differences(stored: dict[str, Vector], vectors: dict[str, Vector], words: set[str]) -> list[str]:
    wrong = []
    for name, found in (("vector", set(vectors)), ("word", words)):
        if found != set(stored):
            lacks, extra = len(set(stored) - found), len(found - set(stored))
            wrong.append(f"the {name} index lacks {lacks} passages and has {extra} too many")
    other = sum(1 for id_, v in stored.items() if id_ in vectors and not np.allclose(v, vectors[id_], atol=1e-5))
    if other:
        wrong.append(f"{other} passages have another vector in the vector index than in the database")
    return wrong


def _words_of_another(home: Path, ids: set[str], generation: int, remarks: list[str]) -> list[str]:
    remarks.append("the vector index is kept by another process; stop that to have it checked")
    path = trusted_words(home)
    if path is None:
        remarks.append("the word index is being rebuilt")
        return []
    try:
        words = WordIndex.open(path)
    except ValueError as error:
        return [f"the word index cannot be read ({error})"]
    if words.head is None or words.head.generation != generation:
        remarks.append("the word index is behind; its owner is at work on it")
        return []
    return [] if words.ids() == ids else ["the word index has other passages than the database"]

"""The indexes against the database: every passage in both, with its own vector, and found by it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from sqlalchemy import Connection

from corpus.index import Indexes
from corpus.ledger import batches, vector_rows
from corpus.vectors import SAME

AT_ONCE = 500


@dataclass(slots=True)
class IndexFindings:
    """Passage ids by what is wrong with them; what is `extra` stands in an index and not in the database."""

    n: int = 0
    no_vector: list[str] = field(default_factory=list)
    other_vector: list[str] = field(default_factory=list)
    not_found: list[str] = field(default_factory=list)
    no_words: list[str] = field(default_factory=list)
    extra_vectors: int = 0
    extra_words: int = 0

    def lost(self) -> set[str]:
        """All passages that some search would miss."""
        return {*self.no_vector, *self.other_vector, *self.not_found, *self.no_words}

    def __bool__(self) -> bool:
        return bool(self.lost() or self.extra_vectors or self.extra_words)


def check_indexes(connection: Connection, indexes: Indexes, dimension: int) -> IndexFindings:
    """Compare all passages, some at a time. Raises IndexDamaged where the vector index cannot be read."""
    found = IndexFindings()
    words, ids = indexes.word_ids(), indexes.vector_ids()
    for rows in batches(vector_rows(connection), AT_ONCE):
        # Rows whose vectors are damaged themselves are the database's matter.
        whole = [row for row in rows if len(row.vector) == 4 * dimension]
        found.n += len(whole)
        found.no_words += [row.id for row in whole if row.id not in words]
        found.no_vector += [row.id for row in whole if row.id not in ids]
        words.difference_update(row.id for row in rows)
        there = [row for row in whole if row.id in ids]
        ids.difference_update(row.id for row in rows)
        kept = indexes.vectors_of([row.id for row in there])
        own = {row.id: np.frombuffer(row.vector, "<f4") for row in there}
        lost = {row.id for row in there if row.id not in kept}
        other = {name for name, vector in kept.items() if not np.allclose(vector, own[name], atol=1e-5)}
        probes = [row.id for row in there if row.id not in lost | other]
        found.no_vector += lost
        found.other_vector += other
        if probes:
            firsts = indexes.firsts([own[name] for name in probes])
            found.not_found += [
                name for name, (id_, cosine) in zip(probes, firsts, strict=True) if id_ != name and cosine < 1 - SAME
            ]
    found.extra_vectors, found.extra_words = len(ids), len(words)
    return found

"""The vector index: Chroma, embedded, opened by the one process that owns it, and always given embeddings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from corpus.ledger import Head, batches
from corpus.manifest import IndexDamaged
from corpus.types import Vector

COLLECTION = "passages"
ADD_GROUP = 1000
EF_SEARCH = 1000
"""High enough that 5,000 random directions give the exact scan's first 100, in 2 ms."""
HNSW: Any = {
    "space": "ip",
    "ef_search": EF_SEARCH,
    "ef_construction": 200,
    "max_neighbors": 24,
    "sync_threshold": 5000,
    "batch_size": 500,
}
SAME = 1e-3
"""How far below 1 the cosine of a vector with itself may come out of the index."""


class VectorIndex:
    """Unit vectors to passages, by cosine, in a folder that no other process has open."""

    def __init__(self, path: Path) -> None:
        # Imported here: a one-shot question must not pay for it, and telemetry is off before it is loaded.
        import os

        os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
        import chromadb
        from chromadb.config import Settings

        with self.errors():
            settings = Settings(anonymized_telemetry=False)
            self._client: Any = chromadb.PersistentClient(str(path), settings=settings)
            self._passages: Any = self._client.get_or_create_collection(
                COLLECTION, embedding_function=None, configuration={"hnsw": HNSW}
            )

    def apply(self, rows: Iterable[Any], replaced: Sequence[str] = ()) -> None:
        """Drop all passages of the `replaced` articles and add `rows` (vector_rows)."""
        for some in batches(replaced, 200):
            with self.errors():
                self._passages.delete(where={"article_id": {"$in": some}})
        for group in batches(iter(rows), ADD_GROUP):
            embeddings = np.frombuffer(b"".join(row.vector for row in group), np.float32).reshape(len(group), -1)
            with self.errors():
                self._passages.add(
                    ids=[row.id for row in group],
                    embeddings=embeddings,
                    metadatas=[{"article_id": row.article_id} for row in group],
                )

    def search(self, vector: Vector, k: int) -> list[tuple[str, float]]:
        """The k nearest passages with their cosines, best first."""
        with self.errors():
            found = self._passages.query(query_embeddings=[vector], n_results=k, include=["distances"])
        hits = ((id_, 1.0 - float(d)) for id_, d in zip(found["ids"][0], found["distances"][0], strict=True))
        return sorted(hits, key=lambda hit: (-hit[1], hit[0]))

    def ids(self) -> set[str]:
        """The ids of all passages in it."""
        with self.errors():
            return set(self._passages.get(include=[])["ids"])

    def vectors_of(self, ids: Sequence[str]) -> dict[str, Vector]:
        """Passage id to the vector that it holds, for those of the passages that it can return."""
        if not ids:
            return {}
        with self.errors():
            found = self._passages.get(ids=list(ids), include=["embeddings"])
            return dict(zip(found["ids"], np.asarray(found["embeddings"], np.float32), strict=True))

    def firsts(self, vectors: Sequence[Vector]) -> list[tuple[str, float]]:
        """The nearest passage of each vector with its cosine; an empty id where none is found."""
        with self.errors():
            found = self._passages.query(query_embeddings=list(vectors), n_results=1, include=["distances"])
        pairs = zip(found["ids"], found["distances"], strict=True)
        return [(ids[0], 1.0 - float(d[0])) if ids else ("", -1.0) for ids, d in pairs]

    def unseal(self) -> None:
        """Called before the first change; the files' own manifest is their owner's (corpus/manifest.py)."""

    def seal(self, head: Head) -> None:
        """Called after the last change, when it reflects `head`."""

    def errors(self) -> AbstractContextManager[None]:
        """What Chroma raises, as IndexDamaged."""
        return _damage()

    def close(self) -> None:
        """Let go of the folder."""
        self._client.close()


@contextmanager
def _damage() -> Iterator[None]:
    from chromadb.errors import ChromaError

    try:
        yield
    except (ChromaError, ValueError, RuntimeError, OSError) as error:
        raise IndexDamaged(str(error)) from error

"""Stand-ins for the slow parts, as subclasses of the public base classes."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Sequence

import numpy as np

from corpus.embed import Embedder, PassageInput, PassageVectors
from corpus.types import Vector


class HashEmbedder(Embedder):
    """Bags of words hashed into signed directions: equal words are near, everything is deterministic, and fast."""

    def __init__(self, name: str = "fake-hash", dimension: int = 64) -> None:
        self.name = name
        self.fingerprint = f"{name}/{dimension}"
        self.dimension = dimension
        self.n_encoded = 0

    def encode_queries(self, questions: Sequence[str]) -> Vector:
        return np.stack([self._vector(question) for question in questions])

    def encode_passages(
        self, passages: Sequence[PassageInput], progress: Callable[[int], None] | None = None
    ) -> list[PassageVectors]:
        self.n_encoded += len(passages)
        made = [
            PassageVectors(
                self._vector(f"{passage.header} {passage.text}"),
                np.stack([self._vector(passage.text[start:end]) for start, end in passage.sentences]),
            )
            for passage in passages
        ]
        if progress:
            progress(len(passages))
        return made

    def _vector(self, text: str) -> Vector:
        vector = np.full(self.dimension, 1e-3, np.float32)
        for word in re.findall(r"\w+", text.lower()):
            seed = np.random.default_rng(zlib.crc32(word.encode()))
            vector += seed.standard_normal(self.dimension, np.float32)
        return vector / np.float32(np.linalg.norm(vector))

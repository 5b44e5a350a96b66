"""Embedders: a question or a passage to unit vectors. Plug 1."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from corpus.types import Vector

DEFAULT_EMBEDDER = "all-MiniLM-L6-v2"


@dataclass(frozen=True, slots=True)
class PassageInput:
    """What is embedded for a passage: its text, the sentences as spans of that text, and a header before it.

    The header (title, outlet, date) shapes the vectors and is no part of any span.
    """

    header: str
    text: str
    sentences: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, eq=False)
class PassageVectors:
    """The vectors of one passage, unit length: `passage` (d,), `sentences` (n_sentences, d), both float32."""

    passage: Vector
    sentences: Vector


class Embedder(ABC):
    """Turns text to unit vectors. A subclass sets `name`, `fingerprint` and `dimension`.

    `fingerprint` changes with anything that changes the vectors: weights, prompts, pooling.
    """

    name: str
    fingerprint: str
    dimension: int

    @abstractmethod
    def encode_queries(self, questions: Sequence[str]) -> Vector:
        """Question vectors, shape (n, d)."""

    @abstractmethod
    def encode_passages(
        self, passages: Sequence[PassageInput], progress: Callable[[int], None] | None = None
    ) -> list[PassageVectors]:
        """Passage and sentence vectors, in order; `progress` is told how many more are done."""


def load_embedder(spec: str = DEFAULT_EMBEDDER) -> Embedder:
    """The embedder that a spec names. Raises EmbedderError with what to type when it cannot be loaded."""
    raise NotImplementedError

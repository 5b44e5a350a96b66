"""Embedders: a question or a passage to unit vectors. Plug 1."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from corpus.errors import EmbedderError
from corpus.types import Vector

DEFAULT_EMBEDDER = "all-MiniLM-L6-v2"
MULTILINGUAL = "multilingual-e5-small"
"""For libraries that are not in English: by this name from a package, by its hub name from the hub."""
E5_PROMPTS = {"query": "query: ", "document": "passage: "}
"""What the models of the E5 family were trained with, and do not say of themselves."""


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


class SentenceTransformerEmbedder(Embedder):
    """Any sentence-transformers model, by hub name or folder; prompts are the model's own.

    Sentences are encoded on their own, which costs a second pass over the text: how a model pools is its own matter.
    """

    def __init__(self, spec: str) -> None:
        try:
            library = import_module("sentence_transformers")
            self._model: Any = library.SentenceTransformer(spec)
            if "e5" in Path(spec).name.split("-") and not any(self._model.prompts.values()):
                self._model.prompts.update(E5_PROMPTS)
        except Exception as error:  # the hub client, the loader and torch each raise their own
            reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            raise EmbedderError(
                f"BYLINE_EMBEDDER={spec}: cannot be loaded ({reason[:200]}). Give a folder with the model, or a hub "
                f"name on a machine that reaches the hub, or unset BYLINE_EMBEDDER for {DEFAULT_EMBEDDER}."
            ) from error
        self.name = spec
        self.dimension = int(self._model.get_embedding_dimension())
        state = sha256()
        for key, value in sorted(self._model.state_dict().items()):
            state.update(key.encode() + value.float().cpu().numpy().tobytes())
        state.update(repr(sorted(self._model.prompts.items())).encode())
        self.fingerprint = f"{Path(spec).name}/{state.hexdigest()[:16]}"

    def encode_queries(self, questions: Sequence[str]) -> Vector:
        """Question vectors by the model's query prompt."""
        return self._unit(self._model.encode_query(list(questions), show_progress_bar=False))

    def encode_passages(
        self, passages: Sequence[PassageInput], progress: Callable[[int], None] | None = None
    ) -> list[PassageVectors]:
        """Passage and sentence vectors by the model's document prompt."""
        texts = [f"{p.header}\n{p.text}" if p.header else p.text for p in passages]
        sentences = [p.text[a:b] for p in passages for a, b in p.sentences]
        rows = self._unit(self._model.encode_document(texts + sentences, show_progress_bar=False))
        out, at = [], len(texts)
        for i, p in enumerate(passages):
            out.append(PassageVectors(rows[i], rows[at : at + len(p.sentences)]))
            at += len(p.sentences)
        if progress:
            progress(len(passages))
        return out

    def _unit(self, rows: Any) -> Vector:
        array = np.asarray(rows, np.float32).reshape(-1, self.dimension)
        rows_at_length_one: Vector = array / np.maximum(np.linalg.norm(array, axis=1, keepdims=True), 1e-9)
        return rows_at_length_one


def load_embedder(spec: str = DEFAULT_EMBEDDER) -> Embedder:
    """The embedder that a spec names. Raises EmbedderError with what to type when it cannot be loaded."""
    if spec == MULTILINGUAL:
        from corpus.e5 import E5

        return E5()
    if spec != DEFAULT_EMBEDDER:
        return SentenceTransformerEmbedder(spec)
    from corpus.minilm import MiniLM, model_folder

    return MiniLM(model_folder())

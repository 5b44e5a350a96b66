"""The reader in use: question and passages to sentence logits and short answers, claims and evidence to support."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from corpus.embed import PassageInput
from corpus.minilm import fast_dtype, model_folder
from corpus.types import Vector
from qa.reader.heads import Scores, score_rows
from qa.reader.pairs import Pair, Row, load_tokenizer, make_rows
from qa.reader.weights import SHIPPED, load_weights

TOKENS_AT_ONCE = 6144
"""Padded word pieces in one forward pass."""
LONGEST_ANSWER = 30
"""Word pieces of a short answer."""


@dataclass(frozen=True, slots=True, eq=False)
class ShortAnswer:
    """A span of a passage's text, in characters, and the share of its sentence's spans that it has (0 to 1)."""

    start: int
    end: int
    share: float


@dataclass(frozen=True, slots=True, eq=False)
class PassageReading:
    """What the reader made of one passage.

    `logits` (n_sentences,) are above zero where a sentence rather answers than not; `short` is the likeliest
    short answer in each sentence (None where it was cut off).
    """

    logits: Vector
    short: tuple[ShortAnswer | None, ...]


class Reader:
    """The trained reader on one set of weights. Safe to share between threads."""

    def __init__(self, path: Path = SHIPPED) -> None:
        import torch

        weights = load_weights(path)
        self._torch = torch
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        dtype = fast_dtype(self._device)
        self._weights = {k: v.to(self._device, dtype) for k, v in weights.items()}
        self._tokenizer = load_tokenizer(model_folder())

    def read(self, question: str, passages: Sequence[PassageInput]) -> list[PassageReading]:
        """What each passage says to the question, in order."""
        out: list[PassageReading] = []
        for rows, scores in self._score([Pair(question, p) for p in passages]):
            counts = np.cumsum([0] + [len(r.sentences) for r in rows])
            logits = scores.sentences.cpu().numpy()
            starts, ends = scores.starts.cpu().numpy(), scores.ends.cpu().numpy()
            for i, row in enumerate(rows):
                short = tuple(_best_span(row, j, starts[i], ends[i]) for j in range(len(row.sentences)))
                out.append(PassageReading(logits[counts[i] : counts[i + 1]], short))
        return out

    def judge(self, pairs: Sequence[tuple[str, str]]) -> Vector:
        """How likely each (claim, evidence) is supported, partial, unsupported: shape (n, 3), rows sum to one."""
        made = [Pair(claim, PassageInput("", evidence, ())) for claim, evidence in pairs]
        rows = [scores.support.softmax(1).cpu().numpy() for _, scores in self._score(made)]
        return np.concatenate(rows) if rows else np.zeros((0, 3), np.float32)

    def _score(self, pairs: Sequence[Pair]) -> list[tuple[list[Row], Scores]]:
        rows = make_rows(self._tokenizer, pairs)
        out, at = [], 0
        with self._torch.inference_mode():
            while at < len(rows):
                longest, end = 0, at
                while end < len(rows):
                    longest = max(longest, len(rows[end].ids))
                    if end > at and longest * (end + 1 - at) > TOKENS_AT_ONCE:
                        break
                    end += 1
                out.append((rows[at:end], score_rows(self._weights, rows[at:end], self._device)))
                at = end
        return out


def _best_span(row: Row, sentence: int, starts: Vector, ends: Vector) -> ShortAnswer | None:
    """The likeliest span within one sentence, by the softmax of start plus end over all spans of that sentence."""
    a, b = row.sentences[sentence]
    if b <= a:
        return None
    width = b - a
    sums = starts[a:b, None] + ends[None, a:b]
    apart = np.arange(width)[None, :] - np.arange(width)[:, None]
    sums = np.where((apart >= 0) & (apart < LONGEST_ANSWER), sums, -np.inf)
    best = int(sums.argmax())
    first, last = divmod(best, width)
    share = 1.0 / float(np.exp(sums - sums.flat[best]).sum())
    return ShortAnswer(row.offsets[a + first][0], row.offsets[a + last][1], share)


def load_reader(spec: str = "shipped") -> Reader | None:
    """The reader that ships (`shipped`), the one in a file, or none (`off`). Raises ReaderError where it cannot be loaded."""
    if spec == "off":
        return None
    return Reader(SHIPPED if spec == "shipped" else Path(spec))

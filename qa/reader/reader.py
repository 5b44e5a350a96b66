"""The reader in use: question and passages to sentence logits and short answers, claims and evidence to support."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from corpus.embed import PassageInput
from corpus.lanes import cut, in_lanes
from corpus.language import DEFAULT_LANGUAGE
from corpus.minilm import fast_dtype, model_folder
from corpus.types import Vector
from qa.reader.heads import Scores, score_packed
from qa.reader.pairs import Pair, Row, load_tokenizer, make_rows
from qa.reader.weights import SHIPPED, load_weights

TOKENS_AT_ONCE = 2048
"""Word pieces in one forward pass; more do not fit a core's cache."""
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

    `logits` (n_sentences,) are above zero where a sentence rather answers than not; `starts` and `ends` (n_tokens,) say
    how well the short answer begins or ends at each word piece of `row`.
    """

    logits: Vector
    row: Row
    starts: Vector
    ends: Vector

    def short_answer(self, sentence: int) -> ShortAnswer | None:
        """The likeliest short answer within a sentence, by start plus end; None where the sentence was cut off."""
        return next(self.short_answers(sentence, 1), None)

    def short_answers(self, sentence: int, most: int) -> Iterator[ShortAnswer]:
        """The `most` likeliest short answers within a sentence, the likeliest first; they may overlap."""
        a, b = self.row.sentences[sentence]
        if b <= a:
            return
        sums = self._sums(sentence)
        total = float(np.exp(sums - sums.max()).sum())
        for place in np.argsort(-sums, axis=None, kind="stable")[:most]:
            first, last = divmod(int(place), b - a)
            share = float(np.exp(sums[first, last] - sums.max())) / total
            yield ShortAnswer(self.row.offsets[a + first][0], self.row.offsets[a + last][1], share)

    def span_logits(self) -> Vector:
        """The best span of each sentence, start plus end, less the best of the passage: 0 or below, (n_sentences,)."""
        best = [float(self._sums(i).max()) if b > a else -np.inf for i, (a, b) in enumerate(self.row.sentences)]
        top = max(best, default=-np.inf)
        return np.array([b - top if np.isfinite(top) else 0.0 for b in best], np.float32)

    def _sums(self, sentence: int) -> Vector:
        """Start plus end of each span of a sentence's word pieces; minus infinity for what is no span."""
        a, b = self.row.sentences[sentence]
        apart = np.arange(b - a)[None, :] - np.arange(b - a)[:, None]
        sums = self.starts[a:b, None] + self.ends[None, a:b]
        return np.where((apart >= 0) & (apart < LONGEST_ANSWER), sums, -np.inf)


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
        return self.read_all([(question, passages)])[0]

    def read_all(self, asked: Sequence[tuple[str, Sequence[PassageInput]]]) -> list[list[PassageReading]]:
        """`read` for many questions in fewer forward passes; each reading is the one that `read` gives, to the bit."""
        readings: list[PassageReading] = []
        split = self._torch.split
        for rows, scores in self._score([Pair(question, p) for question, passages in asked for p in passages]):
            counts = [len(row.sentences) for row in rows]
            lengths = [len(row.ids) for row in rows]
            parts = zip(
                rows,
                split(scores.sentences.cpu(), counts),
                split(scores.starts.cpu(), lengths),
                split(scores.ends.cpu(), lengths),
                strict=True,
            )
            readings += [PassageReading(s.numpy(), row, a.numpy(), b.numpy()) for row, s, a, b in parts]
        left = iter(readings)
        return [[next(left) for _ in passages] for _, passages in asked]

    def judge(self, pairs: Sequence[tuple[str, str]]) -> Vector:
        """How likely each (claim, evidence) is supported, partial, unsupported: shape (n, 3), rows sum to one."""
        made = [Pair(claim, PassageInput("", evidence, ())) for claim, evidence in pairs]
        rows = [scores.support.softmax(1).cpu().numpy() for _, scores in self._score(made)]
        return np.concatenate(rows) if rows else np.zeros((0, 3), np.float32)

    def score(self, claim: str, evidence: str) -> tuple[float, float, float]:
        """How likely the evidence supports the claim wholly, in part, not at all."""
        wholly, partly, not_at_all = self.judge([(claim, evidence)])[0].tolist()
        return wholly, partly, not_at_all

    def _score(self, pairs: Sequence[Pair]) -> Iterator[tuple[list[Row], Scores]]:
        """The rows in order, as many at once as TOKENS_AT_ONCE allows."""
        rows = make_rows(self._tokenizer, pairs)
        batches = [[rows[at] for at in run] for run in cut([len(row.ids) for row in rows], TOKENS_AT_ONCE)]

        def score(batch: list[Row]) -> Scores:
            with self._torch.inference_mode():  # each thread's own
                return score_packed(self._weights, batch, self._device)

        done = in_lanes(score, batches) if self._device == "cpu" else map(score, batches)
        yield from zip(batches, done, strict=True)


def load_reader(spec: str = "shipped", language: str = DEFAULT_LANGUAGE) -> Reader | None:
    """The reader that ships (`shipped`), the one in a file, or none (`off`).

    What ships was trained on English, and reads no other language (evals/LOG.md); a file is one's own.

    Raises ReaderError where it cannot be loaded.
    """
    if spec == "off" or (spec == "shipped" and language != DEFAULT_LANGUAGE):
        return None
    return Reader(SHIPPED if spec == "shipped" else Path(spec))

"""Which passages the trained reader reads for a question: the first, and the rest where these do not answer surely.

The logit of a passage is that of its best sentence; what it adds to the passage's score decides what comes first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corpus.adding import embedding_input
from corpus.embed import PassageInput
from corpus.types import Article, day_of
from qa.lineup.told import of_one_story

if TYPE_CHECKING:
    from qa.reader.reader import PassageReading, Reader
    from qa.retrieve import Retrieval

READ = 6
"""How many passages are read at most."""
STEPS = ((1, 2.5), (2, 2.0))
"""After so many passages no more is read where one of them has such a logit (evals/LOG.md)."""
READER_WEIGHT = 0.61
"""What the logit of a passage adds to its score (evals/LOG.md)."""
READER_LIMIT = 10.0
"""Logits count up to this, either way."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A question and the passages that may be read for it, best first; `every` one, where they are to be compared."""

    question: str
    passages: tuple[PassageInput, ...]
    every: bool = False


def read_worthwhile(reader: Reader, asked: Sequence[Unread]) -> list[list[PassageReading]]:
    """What the reader makes of the first passages of each question, as many as are worth reading."""
    read: list[list[PassageReading]] = [[] for _ in asked]
    going: Sequence[int] = range(len(asked))
    for end, sure in (*STEPS, (READ, 0.0)):
        to_read = [
            (asked[i].question, asked[i].passages[len(read[i]) : READ if asked[i].every else end]) for i in going
        ]
        for i, made in zip(going, reader.read_all(to_read), strict=True):
            read[i] += made
        going = [i for i in going if max(map(logit_of, read[i]), default=sure) < sure]
    return read


def logit_of(reading: PassageReading) -> float:
    """The logit of a passage that was read, within READER_LIMIT."""
    return float(np.clip(reading.logits.max(initial=-READER_LIMIT), -READER_LIMIT, READER_LIMIT))


def unread(retrieval: Retrieval, *, every: bool = False) -> Unread:
    """What the trained reader may read for a question.

    It is `every` passage where the newest or the oldest is asked for, or where a story that the first passages tell
    goes on in another: a later article of it may tell something else.
    """
    some = retrieval.evidence[:READ]
    inputs = tuple(embedding_input(e.article, e.hit.passage, e.stored.sentences) for e in some)
    every = every or bool(retrieval.time and retrieval.time.order) or _goes_on([e.article for e in some])
    return Unread(retrieval.question, inputs, every)


def _goes_on(articles: Sequence[Article]) -> bool:
    early = articles[: STEPS[-1][0]]
    pairs = ((a, b, day_of(a.published), day_of(b.published)) for a in early for b in articles)
    return any(day and then and then > day and of_one_story(a, b) for a, b, day, then in pairs)

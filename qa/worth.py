"""Which passages the trained reader reads for a question: the first, and the rest where these do not answer surely.

The logit of a passage is that of its best sentence; what it adds to the passage's score decides what comes first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corpus.embed import PassageInput

if TYPE_CHECKING:
    from qa.reader.reader import PassageReading, Reader

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

"""What a question searches for: its stems, and how much each weighs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import log

from corpus.language import DEFAULT_LANGUAGE
from corpus.library import Library
from corpus.stem import query_stems

NAMED = 0.6
"""A question that has this share of the words of a title or an outlet names it."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The stems that a question searches for, and their weights: log(1 + N / (df + 0.5)) over N passages.

    `language` is the library's: what the stems are.
    """

    weights: dict[str, float]
    language: str = DEFAULT_LANGUAGE
    total: float = field(init=False)
    """The weight of all terms, never zero."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "total", sum(self.weights.values()) or 1.0)

    def cover(self, found: set[str] | frozenset[str]) -> float:
        """The share of the question's weight, 0 to 1, whose terms are among those found."""
        return sum(w for term, w in self.weights.items() if term in found) / self.total

    def name(self, name: str) -> bool:
        """Whether the question names this title or outlet."""
        wanted = query_stems(name, self.language)
        return bool(wanted) and sum(t in self.weights for t in wanted) >= NAMED * len(wanted)


def weigh(wanted: Sequence[str], library: Library) -> dict[str, float]:
    """The stems with their rarity among the library's passages, the inverse document frequency."""
    n, frequency = library.stats().n_passages, library.document_frequency(list(wanted))
    return {stem: log(1 + n / (frequency.get(stem, 0) + 0.5)) for stem in wanted}

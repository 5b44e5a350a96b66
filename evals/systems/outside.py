"""What the outside systems have in common: the articles to check their quotes in, where any are named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from corpus.types import Article
from evals.libraries import load_articles
from evals.systems import System


class Outside(System):
    """A system that keeps its own library; these articles are for looking up what it cites."""

    def __init__(self, sources: Sequence[Path]) -> None:
        self._known = load_articles(sources) if sources else {}

    @property
    def knows_articles(self) -> bool:
        """Only where articles were named."""
        return bool(self._known)

    def articles(self, ids: Iterable[str]) -> Mapping[str, Article]:
        """Those of the articles that were named."""
        return {i: self._known[i] for i in ids if i in self._known}

    def all_articles(self) -> Mapping[str, Article]:
        """Every article that was named."""
        return self._known

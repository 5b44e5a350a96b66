"""Some articles alone: what a search leaves out so that only these are found."""

from __future__ import annotations

from collections.abc import Collection, Container
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Others(Container[str]):
    """Every article but these."""

    but: Collection[str]

    def __contains__(self, article_id: object) -> bool:
        return article_id not in self.but

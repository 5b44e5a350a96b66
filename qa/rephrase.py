"""Another way to ask, where nothing was found. English only."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.stem import stems
from corpus.types import Article
from qa.retrieve import Retrieval


def rephrase(question: str, retrieval: Retrieval, nearest: Sequence[Article]) -> str | None:
    """A question about the names that the articles do have, else about the nearest article; None without either."""
    found = frozenset().union(*(e.found for e in retrieval.evidence))
    names = [
        m.group()
        for m in re.finditer(r"\b[A-Z]\w+(?:[ -](?:[A-Z]\w+|\d+))*", question)
        if m.start() > 0 and set(stems(m.group())) <= found
    ]
    if names:
        return f"What do the articles say about {max(names, key=len)}?"
    return f"What do the articles say about “{nearest[0].title}”?" if nearest else None

"""What a question found on its way to an answer, and articles hidden from it."""

from __future__ import annotations

import threading
from collections.abc import Container
from dataclasses import dataclass
from typing import Any

from qa.retrieve import Retrieval, Retriever


@dataclass(frozen=True, slots=True)
class _Either(Container[str]):
    """What is in one or the other."""

    one: Container[str]
    other: Container[str]

    def __contains__(self, name: object) -> bool:
        return name in self.one or name in self.other


class Watched(Retriever):
    """A retriever that remembers, for each thread, what it found for each question, and hides articles when told to."""

    def __init__(self, inner: Retriever) -> None:
        self._inner = inner
        self._here = threading.local()

    def retrieve(self, question: str, **options: Any) -> Retrieval:
        """As the retriever within does, without the articles hidden from this thread."""
        hidden: frozenset[str] = getattr(self._here, "hidden", frozenset())
        if hidden:
            options["without"] = _Either(hidden, options.get("without", ()))
        found = self._inner.retrieve(question, **options)
        vars(self._here).setdefault("found", {})[question] = found
        return found

    def is_unread(self, found: Retrieval) -> bool:
        """As the retriever within does."""
        return self._inner.is_unread(found)

    def read(self, retrieval: Retrieval, *, every: bool = False) -> Retrieval:
        """As the retriever within does: it remembers what was found, in the order in which a model is given it."""
        return self._inner.read(retrieval, every=every)

    def hide(self, without: frozenset[str]) -> None:
        """Leave these articles out of what this thread retrieves, and forget what it found."""
        self._here.hidden, self._here.found = without, {}

    def found(self, question: str) -> Retrieval | None:
        """What this thread found for a question."""
        found: Retrieval | None = vars(self._here).get("found", {}).get(question)
        return found

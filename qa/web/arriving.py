"""Articles that are on their way into the library while a question is asked: its answer says that it lacks them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from qa.types import Answer

MOST = 10_000
"""More than that no browser has on its way."""


class Arriving:
    """How many things this page reads into the library just now. Safe to use from several threads."""

    def __init__(self) -> None:
        self._n = 0
        self._lock = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """One of them is read within."""
        with self._lock:
            self._n += 1
        try:
            yield
        finally:
            with self._lock:
                self._n -= 1

    def count(self, told: object = "") -> int:
        """How many there are: here, or as a browser tells of those that it has yet to send."""
        own = int(told) if isinstance(told, str) and told.isdecimal() and len(told) <= len(str(MOST)) else 0
        return max(self._n, min(own, MOST))


def note_arriving(answer: Answer, n: int) -> Answer:
    """The answer, saying in its notice that `n` articles were not yet to be searched when it was asked for."""
    if not n:
        return answer
    note = "One article was still being read when this was asked, and was not searched."
    if n > 1:
        note = f"{n} articles were still being read when this was asked, and were not searched."
    return replace(answer, notice=" ".join(part for part in (answer.notice, note) if part))

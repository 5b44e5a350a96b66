"""The built-in answer that stands while a language model writes, made beside the wait for it.

One question at a time is read by the trained reader, on all processors: read at once, several would all be late. Where
others are before it, the answer without the reader stands until then.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import cache
from time import perf_counter
from typing import TypeVar

from corpus.read.pause import shared as pause
from qa.retrieve import Retrieval
from qa.types import Answer

T = TypeVar("T")
AT_ONCE = 16
"""For so many questions the built-in answer is made at the same time; more wait."""


class Standing:
    """A built-in answer in the making: what of it stands by now, and in the end the whole."""

    def __init__(self) -> None:
        self._made: Future[tuple[Retrieval, Answer]] = Future()
        self._lock = threading.Lock()
        self._now: Answer | None = None
        self._tell: Callable[[], None] = lambda: None

    @classmethod
    def of(cls, retrieval: Retrieval, answer: Answer) -> Standing:
        """One that is made already."""
        standing = cls()
        standing._end(retrieval, answer)
        return standing

    @classmethod
    def begin(
        cls,
        read: Callable[[], Retrieval],
        answer: Callable[[Retrieval], Answer],
        unread: Callable[[], Answer] | None = None,
        until: float = 0.0,
    ) -> Standing:
        """Read, then answer from what was read; `unread` answers where that is not read `until` then (perf_counter)."""
        standing = cls()
        make_beside(lambda: standing._make(read, answer, unread, until))
        return standing

    @property
    def now(self) -> Answer | None:
        """What stands by now; None before there is anything."""
        return self._now

    def whole(self) -> Answer:
        """The answer, once it is made. Raises what making it raised."""
        return self._made.result()[1]

    def read(self) -> Retrieval:
        """What it was made from, once that is read. Raises what reading it raised."""
        return self._made.result()[0]

    def tell(self, changed: Callable[[], None]) -> None:
        """Call this whenever something else stands, from whatever thread; at once where something does."""
        with self._lock:
            self._tell = changed
            stands = self._now is not None
        if stands:
            changed()

    def wait(self) -> None:
        """Until nothing is at work for it any more."""
        wait([self._made])

    def _make(
        self,
        read: Callable[[], Retrieval],
        answer: Callable[[Retrieval], Answer],
        unread: Callable[[], Answer] | None,
        until: float,
    ) -> None:
        try:
            with pause.files_wait():
                reading = read_in_turn(read)
                if unread and not wait([reading], timeout=max(0.0, until - perf_counter())).done:
                    self._put(unread())
                retrieval = reading.result()
                self._end(retrieval, answer(retrieval))
        except BaseException as error:  # noqa: BLE001 - whoever waits for it raises it
            self._made.set_exception(error)
            self._put(None)

    def _end(self, retrieval: Retrieval, answer: Answer) -> None:
        self._made.set_result((retrieval, answer))
        self._put(answer)

    def _put(self, answer: Answer | None) -> None:
        with self._lock:
            self._now = answer or self._now
            tell = self._tell
        tell()


def make_beside(make: Callable[[], T]) -> Future[T]:
    """What is made in a thread of its own meanwhile."""
    return _makers().submit(make)


def read_in_turn(read: Callable[[], Retrieval]) -> Future[Retrieval]:
    """What was read, once those before it are."""
    return _turn().submit(read)


@cache
def _turn() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, "reading")


@cache
def _makers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(AT_ONCE, "built-in")

"""The trained reader in a process of its own, so that a run searches and answers while passages are read."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from time import perf_counter

from qa.reader.reader import PassageReading, Reader, load_reader
from qa.worth import Unread, read_worthwhile

Readings = tuple[list[list[PassageReading]], float]
"""What was read for each question, and the seconds that took."""

_reader: Reader | None = None


class Apart:
    """A reader on the weights that `spec` names, as `load_reader` takes them. Its process ends with this one."""

    def __init__(self, spec: str, language: str) -> None:
        self._pool = ProcessPoolExecutor(
            1, multiprocessing.get_context("spawn"), initializer=_begin, initargs=(spec, language)
        )
        self._pool.submit(_read, ())  # a pool starts no process before it has work

    def read(self, asked: Sequence[Unread]) -> Future[Readings]:
        """What is worth reading of what was asked, read as soon as the process gets to it."""
        return self._pool.submit(_read, asked)

    @property
    def processes(self) -> tuple[int, ...]:
        """The ids of its processes: one, once something is being read."""
        return tuple(self._pool._processes or ())

    def close(self) -> None:
        """End the process, whatever it is reading."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def _begin(spec: str, language: str) -> None:
    global _reader
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who is told to stop is the run
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _reader = load_reader(spec, language)


def _end_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
    os._exit(0)


def _read(asked: Sequence[Unread]) -> Readings:
    assert _reader is not None
    began = perf_counter()
    return read_worthwhile(_reader, asked), perf_counter() - began

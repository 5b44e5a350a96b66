"""Files wait while an answer is made: the processes that read them are stopped for that moment.

A reader process shares memory and processors with the answer: with one busy beside it, an answer takes twice as long,
whatever its priority.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic

MOST = 2.0
"""Seconds that files wait where answers follow each other without a gap; then they are read beside the answers."""


class Pause:
    """Which reader processes are at work, and whether they wait. Safe to use from several threads."""

    def __init__(self, most: float = MOST) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._answers = 0
        self._since = 0.0
        """When the answers under way began to follow each other without a gap."""
        self._waited: dict[int, float] = {}
        """The processes at work, and how long each has waited by now, in seconds."""
        self._stopped: dict[int, float] = {}
        """Those of them that wait, and since when."""

    @contextmanager
    def files_wait(self) -> Iterator[None]:
        """What reads files waits while this is open, as long as it may. Also a decorator."""
        with self._lock:
            self._answers += 1
            if self._answers == 1:
                self._since = monotonic()
                for process in self._waited:
                    self._stop(process)
        try:
            yield
        finally:
            with self._lock:
                self._answers -= 1
                if not self._answers:
                    self._let_go()

    @contextmanager
    def reading(self, process: int) -> Iterator[None]:
        """The process works on a file while this is open."""
        with self._lock:
            self._waited[process] = 0.0
            if self._answers and self._may_wait():
                self._stop(process)
        try:
            yield
        finally:
            with self._lock:
                self._go_on(process)
                del self._waited[process]

    def waited(self, process: int) -> float:
        """Seconds that a process at work has waited by now; it goes on where it has waited long enough."""
        with self._lock:
            if self._stopped and not self._may_wait():
                self._let_go()
            since = self._stopped.get(process)
            return self._waited[process] + (monotonic() - since if since is not None else 0.0)

    def _may_wait(self) -> bool:
        return monotonic() - self._since < self._most

    def _let_go(self) -> None:
        for process in list(self._stopped):
            self._go_on(process)

    def _stop(self, process: int) -> None:
        if _send(process, "SIGSTOP"):
            self._stopped[process] = monotonic()

    def _go_on(self, process: int) -> None:
        since = self._stopped.pop(process, None)
        if since is not None:
            self._waited[process] += monotonic() - since
            _send(process, "SIGCONT")


def _send(process: int, name: str) -> bool:
    if not hasattr(signal, name):  # Windows: files do not wait
        return False
    with suppress(ProcessLookupError):  # it died, which its own reader will notice
        os.kill(process, getattr(signal, name))
        return True
    return False


shared = Pause()
"""The pause of this process."""

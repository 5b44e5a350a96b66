"""Answers that are being written, so that a reader can stop one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Running:
    """The Stop of every answer in the making, by its key. Safe to use from several threads."""

    def __init__(self) -> None:
        self._stops: dict[str, threading.Event] = {}

    @contextmanager
    def answering(self, key: str) -> Iterator[threading.Event]:
        """An event that is set when the reader stops the answer, and when its making ends."""
        stop = self._stops[key] = threading.Event()
        try:
            yield stop
        finally:
            stop.set()
            self._stops.pop(key, None)

    def stop(self, key: str) -> bool:
        """Stop an answer; whether there was one to stop."""
        found = self._stops.get(key)
        if found is not None:
            found.set()
        return found is not None

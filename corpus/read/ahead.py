"""Reading ahead: files are read in their own processes while what was read before is embedded."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress

from corpus.read.note import Note
from corpus.types import Article, Failure

AHEAD = 128
"""Items; two groups of what is embedded together."""

Item = Article | Failure | Note


def read_ahead(items: Iterable[Item]) -> Iterator[Item]:
    """The same items in order, gathered by a thread; what that raises is raised here."""
    found: queue.Queue[Item | BaseException | None] = queue.Queue(AHEAD)
    stopped = threading.Event()

    def put(item: Item | BaseException | None) -> None:
        while not stopped.is_set():
            with suppress(queue.Full):
                found.put(item, timeout=0.2)
                return

    def gather() -> None:
        try:
            for item in items:
                put(item)
                if stopped.is_set():
                    return
            put(None)
        except BaseException as error:  # noqa: BLE001 - handed over whole
            put(error)

    threading.Thread(target=gather, name="reading-ahead", daemon=True).start()
    try:
        while (item := found.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        stopped.set()

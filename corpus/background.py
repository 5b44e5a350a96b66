"""What is followed, checked in the background of a running page: one source at a time, when nobody asks anything."""

from __future__ import annotations

import logging
import queue
import threading
from pathlib import Path
from time import monotonic

from corpus.errors import BylineError
from corpus.follow import Checker

LOOK_SECONDS = 5.0
"""How often it is looked for sources that are due."""
QUIET_SECONDS = 2.0
"""A check begins only this long after the last question, so that answers stay as fast as they are without it."""
LONGEST_PAUSE = 60.0
"""But it is not put off for longer than this, in seconds."""

log = logging.getLogger(__name__)


class Follower:
    """A thread that checks what is due, and one that watches folders for changes; `close` ends both."""

    def __init__(self, checker: Checker, *, look: float = LOOK_SECONDS, quiet: float = QUIET_SECONDS) -> None:
        self._checker = checker
        self._look = look
        self._quiet = quiet
        self._stopped = threading.Event()
        self._woken = threading.Event()
        self._changed: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._watched: frozenset[str] = frozenset()
        self._watching = threading.Event()
        self._threads = [threading.Thread(target=self._run, name="byline-follow", daemon=True)]
        self._threads[0].start()

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._watch_folders()
                for source in self._checker.due():
                    self._wait_for_quiet()
                    if self._stopped.is_set():
                        return
                    self._checker.check(source)
                self._check_changed()
            except BylineError as error:
                # A full disk or a locked database: what is due stays due.
                log.warning("following: %s", error)
            self._woken.wait(self._look)
            self._woken.clear()

    def _check_changed(self) -> None:
        changed = {self._changed.get() for _ in range(self._changed.qsize())}
        for source in self._checker.sources() if changed else ():
            if source.place in changed and not self._stopped.is_set():
                self._wait_for_quiet()
                self._checker.check(source)

    def _wait_for_quiet(self) -> None:
        began = monotonic()
        while monotonic() - began < LONGEST_PAUSE:
            left = self._checker.library.searched_at + self._quiet - monotonic()
            if left <= 0 or self._stopped.wait(left):
                return

    def _watch_folders(self) -> None:
        """Watch the folders that are followed now."""
        folders = frozenset(s.place for s in self._checker.sources() if s.kind == "folder" and Path(s.place).is_dir())
        if folders == self._watched:
            return
        self._watching.set()
        self._watched, self._watching = folders, threading.Event()
        if folders:
            watcher = threading.Thread(
                target=self._watch, args=(folders, self._watching), name="byline-watch", daemon=True
            )
            self._threads.append(watcher)
            watcher.start()

    def _watch(self, folders: frozenset[str], stop: threading.Event) -> None:
        from watchfiles import watch

        for changes in watch(*folders, stop_event=stop, rust_timeout=500, raise_interrupt=False):
            paths = [path for _, path in changes]
            for folder in folders:
                if any(path.startswith(f"{folder}/") for path in paths):
                    self._changed.put(folder)
            self._woken.set()

    def close(self) -> None:
        """End after the check that is under way."""
        self._stopped.set()
        self._watching.set()
        self._woken.set()
        for thread in self._threads:
            thread.join()

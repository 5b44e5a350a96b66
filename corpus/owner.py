"""Who keeps the indexes: one process at a time, by a lock that the operating system drops when it dies."""

from __future__ import annotations

import json
import logging
import os
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from filelock import FileLock, Timeout

from corpus.errors import BylineError

POLL_SECONDS = 0.5
"""How often a background thread looks for what other processes committed."""

RETRY_SECONDS = 5.0
"""How long it waits after an error that may pass."""

log = logging.getLogger(__name__)


class Lease(Protocol):
    """A right that all processes of one library share, whatever machine they are on."""

    @property
    def held(self) -> bool:
        """Whether this process has it."""

    def take(self) -> bool:
        """Take it if nobody has it."""

    def release(self) -> None:
        """Let the next one have it."""


class Ownership:
    """The lock of one library's indexes: of the folder, and a lease with it where an index is on a server."""

    def __init__(self, home: Path, lease: Lease | None = None) -> None:
        self._lease = lease
        self._elsewhere = False
        self._folder = home / "index"
        # Soft locks outlive a killed process; a lock file that is deleted can be locked twice.
        self._lock = FileLock(
            self._folder / "owner.lock", thread_local=False, fallback_to_soft=False, preserve_lock_file=True
        )

    @property
    def held(self) -> bool:
        """Whether this process has it."""
        return self._lock.is_locked and (self._lease is None or self._lease.held)

    def take(self) -> bool:
        """Take it if nobody has it."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(blocking=False)
        except (Timeout, OSError):
            return False
        self._elsewhere = self._lease is not None and not self._lease.take()
        if self._elsewhere:
            self._lock.release()
            return False
        with suppress(OSError):  # on a full disk: who has it is not said, but it is held
            (self._folder / "owner.json").write_text(json.dumps({"pid": os.getpid(), "host": socket.gethostname()}))
        return True

    def holder(self) -> str:
        """In words, who has it or had it last."""
        if self._elsewhere:
            return "another process of the same database"
        try:
            owner = json.loads((self._folder / "owner.json").read_text())
            here = owner["host"] == socket.gethostname()
            return f"process {owner['pid']}" + ("" if here else f" on {owner['host']}")
        except (OSError, ValueError, KeyError):
            return "another process"

    def release(self) -> None:
        """Let the next process have it."""
        if self._lease:
            self._lease.release()
        self._lock.release(force=True)


class Keeper(threading.Thread):
    """Calls `tick` every half second, or at once when woken, until stopped.

    A tick that raises a BylineError (a full disk, a locked database) is told to the log and tried again a little later;
    any other error ends the thread, loudly.
    """

    def __init__(self, tick: Callable[[], None]) -> None:
        super().__init__(name="byline-index", daemon=True)
        self._tick = tick
        self._woken = threading.Event()
        self._stopped = False

    def run(self) -> None:
        """The thread's life."""
        while not self._stopped:
            self._woken.clear()
            wait = POLL_SECONDS
            try:
                self._tick()
            except BylineError as error:
                log.warning("the indexes stay behind for now: %s", error)
                wait = RETRY_SECONDS
            self._woken.wait(wait)

    def wake(self) -> None:
        """Tick now."""
        self._woken.set()

    def stop(self) -> None:
        """Wait for the tick under way and end."""
        self._stopped = True
        self._woken.set()
        self.join()

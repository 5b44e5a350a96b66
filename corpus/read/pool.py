"""Reader processes, from the side of the one that asks: reused while they behave, killed and replaced when not."""

from __future__ import annotations

import atexit
import json
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from time import monotonic

from corpus.read.child import MEMORY_BYTES, SECONDS
from corpus.read.formats import Format
from corpus.read.note import Note
from corpus.read.pause import Pause
from corpus.read.pause import shared as shared_pause
from corpus.read.wire import END, from_line
from corpus.types import Article, Failure

START_SECONDS = 60.0
AT_ONCE = 4
"""Files that are read at the same time, by whatever threads."""
IDLE = 2
"""Children that are kept for the next file."""
AHEAD = 32
"""Items that a child may be ahead of what is done with them; then it waits."""
LOOK_SECONDS = 0.5
"""How often it is looked whether a child that waits has waited long enough."""

_MAIN = "import os; os.environ['OPENBLAS_NUM_THREADS'] = '1'; from corpus.read.child import main; main()"


class Readers:
    """A few child processes, started when first needed. Safe to use from several threads."""

    def __init__(self, seconds: float = SECONDS, pause: Pause = shared_pause) -> None:
        self.seconds = seconds
        self._pause = pause
        self._slots = threading.BoundedSemaphore(AT_ONCE)
        self._lock = threading.Lock()
        self._idle: list[_Child] = []

    def read(self, form: Format, path: Path, source: str, name: str) -> Iterator[Article | Failure | Note]:
        """What the format's reader finds in a file; a reader that dies or takes too long is a Failure."""
        with self._slots:
            child = self._take()
            whole = False
            try:
                with self._pause.reading(child.pid):
                    child.ask([form.module, str(path.absolute()), source, name, form.streamed])
                    while (line := self._answer(child)) != END:
                        yield from_line(line)
                whole = True
            except queue.Empty:
                yield Failure(source, f"took too long to read (limit {self.seconds:.0f} s)")
            except EOFError:
                yield Failure(source, f"its reader crashed (limit {MEMORY_BYTES / 1e9:.0f} GB of memory)")
            finally:
                self._give(child, whole)

    def _answer(self, child: _Child) -> str:
        """A child's next line; the time that it waits for answers is not counted. Raises queue.Empty, EOFError."""
        began, waited = monotonic(), self._pause.waited(child.pid)
        while True:
            spent = monotonic() - began - (self._pause.waited(child.pid) - waited)
            with suppress(queue.Empty):
                return child.answer(min(LOOK_SECONDS, max(0.0, self.seconds - spent)))
            if spent >= self.seconds:
                raise queue.Empty

    def _take(self) -> _Child:
        while True:
            with self._lock:
                child = self._idle.pop() if self._idle else None
            if child is None:
                return _Child()
            if child.alive:
                return child
            child.stop()

    def _give(self, child: _Child, whole: bool) -> None:
        with self._lock:
            if whole and len(self._idle) < IDLE:
                self._idle.append(child)
                return
        child.stop()

    def close(self) -> None:
        """End the children that nobody uses."""
        with self._lock:
            idle, self._idle = self._idle, []
        for child in idle:
            child.stop()


class _Child:
    def __init__(self) -> None:
        # Spawned, never forked: this process may have threads. Its folder is where `corpus` is found.
        root = str(Path(__file__).resolve().parents[2])
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and program
            # A thread pool for sums that are never made would reserve most of the memory that it is allowed.
            [sys.executable, "-c", _MAIN],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            cwd=root,
        )
        self._stopped = False
        self._lines: queue.Queue[str] = queue.Queue(AHEAD)
        threading.Thread(target=self._pump, daemon=True).start()
        try:
            ready = self._lines.get(timeout=START_SECONDS)  # its imports are no part of a file's time
        except queue.Empty:
            ready = ""
        if not ready:
            self.stop()
            raise OSError(0, "the process that reads files did not start")

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, request: list[object]) -> None:
        assert self._process.stdin is not None
        with suppress(OSError):  # a dead child's answer is the end of its output
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()

    def answer(self, seconds: float) -> str:
        line = self._lines.get(timeout=seconds)
        if not line:
            raise EOFError
        return line.rstrip("\n")

    def _pump(self) -> None:
        assert self._process.stdout is not None
        with suppress(ValueError):  # closed by stop
            for line in self._process.stdout:
                self._hand_over(line)
        self._hand_over("")

    def _hand_over(self, line: str) -> None:
        while not self._stopped:
            with suppress(queue.Full):
                self._lines.put(line, timeout=0.5)
                return

    def stop(self) -> None:
        self._stopped = True
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with suppress(OSError):
                    pipe.close()


shared = Readers()
"""The readers of this process."""
atexit.register(shared.close)

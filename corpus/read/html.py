"""Web pages, saved: the article's own text without menus and advertisements.

The parsing runs in a child process with limits, because a hostile page of 0.4 MB can hold a parser for half a minute.
One child reads many files; one that takes too long is killed, and the next file gets a new one.
"""

from __future__ import annotations

import atexit
import json
import queue
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from corpus.read.decode import decode
from corpus.read.draft import Draft, finish
from corpus.read.note import Note
from corpus.types import Article, Failure

SECONDS = 20.0
MEMORY_BYTES = 1_000_000_000
START_SECONDS = 60.0


def read_file(path: Path, source: str, name: str) -> Iterator[Article | Failure | Note]:
    """The one article of a saved page."""
    answer = _shared.extract(path)
    if "error" in answer:
        yield Failure(source, answer["error"])
        return
    if answer["remark"]:
        yield Note(source, answer["remark"])
    yield from finish(Draft(**answer["draft"]), source, name)


class HtmlParser:
    """A child process that extracts articles, started when first needed. Safe to use from several threads."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._child: subprocess.Popen[str] | None = None
        self._lines: queue.Queue[str] = queue.Queue()

    def extract(self, path: Path) -> dict[str, Any]:
        """`{"draft", "remark"}`, or `{"error"}` with a reason."""
        with self._lock:
            if self._child is None or self._child.poll() is not None:
                self._start()
            assert self._child is not None
            assert self._child.stdin is not None
            try:
                self._child.stdin.write(json.dumps(str(path.absolute())) + "\n")
                self._child.stdin.flush()
                line = self._lines.get(timeout=self._seconds)
            except queue.Empty:
                self._stop()
                return {"error": f"took too long to parse (limit {self._seconds:.0f} s)"}
            except OSError:
                line = ""
            if not line:
                self._stop()
                return {"error": f"the parser gave up (limit {MEMORY_BYTES / 1e9:.0f} GB of memory)"}
            answer: dict[str, Any] = json.loads(line)
            return answer

    def _start(self) -> None:
        self._stop()
        # Spawned, never forked: this process may have threads. Its folder is where `corpus` is found.
        root = str(Path(__file__).resolve().parents[2])
        self._child = subprocess.Popen(
            [sys.executable, "-m", "corpus.read.html"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            cwd=root,
        )
        self._lines = queue.Queue()
        threading.Thread(target=_pump, args=(self._child, self._lines), daemon=True).start()
        try:
            self._lines.get(timeout=START_SECONDS)  # "ready": its imports are no part of a file's time
        except queue.Empty:
            self._stop()
            raise OSError(0, "the HTML parser did not start") from None

    def _stop(self) -> None:
        child, self._child = self._child, None
        if child:
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                if pipe:
                    with suppress(OSError):
                        pipe.close()

    def close(self) -> None:
        """End the child."""
        with self._lock:
            self._stop()


def _pump(child: subprocess.Popen[str], lines: queue.Queue[str]) -> None:
    assert child.stdout is not None
    with suppress(ValueError):  # closed by _stop
        for line in child.stdout:
            lines.put(line)
    lines.put("")


_shared = HtmlParser()
atexit.register(_shared.close)


def _limit() -> None:
    try:
        import resource
    except ImportError:  # Windows: the time limit alone has to do
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_cpu() -> None:
    """For a child whose parent died: what is under way ends by itself."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime + SECONDS) + 2, resource.RLIM_INFINITY))


def _serve() -> None:
    from corpus.read.page import parse_page

    _limit()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        _limit_cpu()
        answer: dict[str, Any]
        try:
            data = Path(json.loads(line)).read_bytes()
            text, remark = decode(data, declared=_declared(data))
            answer = {"error": remark} if text is None else {"draft": parse_page(text), "remark": remark}
        except MemoryError:
            answer = {"error": f"too big to parse (limit {MEMORY_BYTES / 1e9:.0f} GB of memory)"}
        except Exception as error:  # noqa: BLE001 - the per-item boundary: whatever a parser raises is this file's
            answer = {"error": f"cannot be parsed: {type(error).__name__}: {error}"[:300]}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _declared(data: bytes) -> str:
    match = re.search(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w-]+)", data[:4096], re.IGNORECASE)
    return match[1].decode("ascii", "ignore") if match else ""


if __name__ == "__main__":
    _serve()

"""The child process that reads files (corpus/read/pool.py starts it), with limits that it sets itself.

One request a line on standard input, `[module, path, source, name, streamed]`; items a line each on standard output,
then END. Whatever a parser does to this process, the one that asked goes on.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from corpus.errors import ReadError
from corpus.read.decode import MAX_BYTES
from corpus.read.note import Note
from corpus.read.wire import END, to_line
from corpus.types import Article, Failure

SECONDS = 20.0
MEMORY_BYTES = 1_000_000_000
TEXT_BYTES = MAX_BYTES

Item = Article | Failure | Note


def main() -> None:
    """Serve requests until standard input ends."""
    _limit_memory()
    _say("ready")
    for line in sys.stdin:
        module, path, source, name, streamed = json.loads(line)
        _limit_cpu()
        for item in _guarded(module, Path(path), source, name):
            _say(to_line(item))
            if streamed:
                _limit_cpu()
        _say(END)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _guarded(module: str, path: Path, source: str, name: str) -> Iterator[Item]:
    """What the reader yields, and what it raises as a Failure."""
    try:
        for item in import_module(module).read_file(path, source, name):
            if isinstance(item, Article) and len(item.text.encode()) > TEXT_BYTES:
                yield Failure(item.source, f"more than {TEXT_BYTES / 1e6:.0f} MB of text in one article")
            else:
                yield item
    except ReadError as error:
        yield Failure(source, str(error))
    except MemoryError:
        yield Failure(source, f"too big to read (limit {MEMORY_BYTES / 1e9:.0f} GB of memory)")
    except RecursionError:
        yield Failure(source, "nested too deep")
    except OSError as error:
        yield Failure(source, f"cannot be read: {error.strerror or error}")
    except Exception as error:  # noqa: BLE001 - the per-item boundary: whatever a parser raises is this file's
        said = " ".join(str(error).split())
        yield Failure(source, f"cannot be read: {type(error).__name__}: {said}"[:300])


def _limit_memory() -> None:
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

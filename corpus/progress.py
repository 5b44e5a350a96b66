"""A bar on a terminal for what takes longer."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

SHOW_AFTER = 2.0
"""Seconds."""


@contextmanager
def show_progress(what: str) -> Iterator[Callable[[int, int], None] | None]:
    """A bar on a terminal, once it has taken two seconds; nothing where nobody watches."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn

    began = monotonic()
    bar = Progress(BarColumn(), MofNCompleteColumn(), what, TimeElapsedColumn(), console=Console(stderr=True))
    task = bar.add_task(what)

    def show(done: int, total: int) -> None:
        if monotonic() - began > SHOW_AFTER:
            bar.start()
            bar.update(task, completed=done, total=total)

    try:
        yield show
    finally:
        bar.stop()

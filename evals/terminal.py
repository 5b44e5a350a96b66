"""What the commands write to a terminal: lines, tables, and a bar that shows how far a run is."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

SHOW_PROGRESS_AFTER = 2.0


def make_console() -> Console:
    """The terminal; wide enough for the tables where there is none."""
    return Console() if sys.stdout.isatty() else Console(width=160)


def say(text: str) -> None:
    """One line of a command's result, on standard output."""
    sys.stdout.write(text + "\n")


def warn(text: str) -> None:
    """One line beside the result, on standard error."""
    sys.stderr.write(text + "\n")


def say_json(value: Any) -> None:
    """A result as `--json` prints it."""
    say(json.dumps(value, ensure_ascii=False, indent=1))


@contextmanager
def show_progress(total: int, done: int = 0) -> Iterator[Callable[[], None]]:
    """A bar with rate and time left on a terminal, once it has taken two seconds; nothing where nobody watches.

    `done` of the total were done before.
    """
    began, before = monotonic(), done
    bar = Progress(
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("questions, {task.fields[rate]} a second,"),
        TimeElapsedColumn(),
        TextColumn("gone,"),
        TimeRemainingColumn(),
        TextColumn("to go"),
        console=Console(stderr=True),
    )
    task = bar.add_task("questions", total=total, completed=done, rate="-")

    def step() -> None:
        nonlocal done
        done += 1
        seconds = monotonic() - began
        if sys.stderr.isatty() and seconds > SHOW_PROGRESS_AFTER:
            bar.start()
            bar.update(task, completed=done, rate=f"{(done - before) / seconds:.1f}")

    try:
        yield step
    finally:
        bar.stop()

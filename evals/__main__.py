"""Evaluation from a terminal: `python -m evals COMMAND`. What a command does is in its module in evals/commands."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from corpus.errors import BylineError
from qa.config import COLLECTIONS

COMMANDS = (
    "run",
    "report",
    "compare",
    "gate",
    "sweep",
    "fit",
    "edited",
    "rows",
    "copies",
    "disagree",
    "times",
    "rewrite",
    "dialogue",
    "unclear",
    "bench",
    "browse",
    "check",
    "import_set",
    "new",
    "inbox",
    "judge",
    "claims",
    "injection",
    "local",
)
"""Modules of evals/commands in the order of the help. Each has `register(commands)`, which adds one parser or more
and sets its default `run`: a function of the parsed arguments that returns the exit status."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status: 0, 1 when the command says no, 2 on wrong usage, 130 when interrupted."""
    args = _parser().parse_args(argv)
    gc.set_threshold(*COLLECTIONS)
    try:
        status: int = args.run(args)
    except BylineError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:  # what reads the output, such as `head`, has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals", description="How well, and how fast, Byline answers.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name in COMMANDS:
        import_module(f"evals.commands.{name}").register(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())

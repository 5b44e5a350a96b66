"""What the commands that measure on generated data have in common: a half, a seed, what is shown."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Literal

HALVES: tuple[Literal["tune"], Literal["report"]] = ("tune", "report")


def add_half_options(parser: ArgumentParser, parts: Sequence[str] = HALVES, *, of: str) -> None:
    """Add `--half`, `--seed`, `--show` and `--json`; `parts` are what there is to measure, `of` says what is shown."""
    parser.add_argument("--half", choices=parts, help="only one half of the templates")
    parser.add_argument("--seed", type=int, default=0, help="of what is drawn; default 0")
    parser.add_argument("--show", type=int, default=0, metavar="N", help=f"show N of the {of} that went wrong")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")

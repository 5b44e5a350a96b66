"""`python -m evals reading`: figures of the trained reader that a run does not show."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from evals.choose import add_set_arguments, choose_cases, make_config, open_library
from evals.terminal import say, show_progress


def register(commands: Any) -> None:
    """Add `reading`."""
    reading = commands.add_parser("reading", help="edited questions, and claims with labels, by the trained reader")
    add_set_arguments(reading)
    reading.add_argument("--set", nargs="+", action="extend", default=[], dest="settings", metavar="KEY=VALUE")
    reading.add_argument("--half", choices=("tune", "report"))
    reading.add_argument("--claims", type=Path, metavar="FILE", help='lines of {"claim", "evidence", "label"}')
    reading.set_defaults(run=_reading)


def _reading(args: Any) -> int:
    from evals.reading import measure_claims, measure_edits, read_claims
    from qa.assistant import Assistant
    from qa.reader.reader import load_reader

    args.limit, args.tags = None, ""
    config = make_config(args.settings)
    with open_library(args) as library:
        cases = choose_cases(args)
        assistant = Assistant(library, config)
        with show_progress(len(cases)) as step:
            say(f"edited questions, AUROC of the confidence: {_rounded(measure_edits(assistant, cases, step))}")
        if args.claims and (reader := load_reader(config.reader)):
            claims = read_claims(args.claims)
            for half in (0, 1):
                figures = measure_claims(reader, library.embedder, claims[half::2])
                say(f"claims, half {half + 1}, AUROC: {_rounded(figures)}")
    return 0


def _rounded(figures: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.3f}" for name, value in figures.items())

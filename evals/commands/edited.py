"""`python -m evals edited`: questions edited so that their article no longer answers them."""

from __future__ import annotations

from typing import Any

from evals.choose import add_set_arguments, choose_cases, make_config, open_library
from evals.terminal import say, say_json, show_progress


def register(commands: Any) -> None:
    """Add `edited`."""
    edited = commands.add_parser("edited", help="does the answerer notice when a question is edited?")
    add_set_arguments(edited)
    edited.add_argument("--set", nargs="+", action="extend", default=[], dest="settings", metavar="KEY=VALUE")
    edited.add_argument("--half", choices=("tune", "report"))
    edited.add_argument("--json", action="store_true")
    edited.set_defaults(run=_edited)


def _edited(args: Any) -> int:
    from evals.edited import measure_edits
    from qa.assistant import Assistant

    args.limit, args.tags = None, ""
    config = make_config(args.settings)
    with open_library(args) as library:
        cases = choose_cases(args)
        assistant = Assistant(library, config)
        with show_progress(len(cases)) as step:
            figures = {"edited questions": measure_edits(assistant, cases, step)}
    if args.json:
        say_json(figures)
    else:
        for name, of in figures.items():
            say(f"{name}, AUROC of the confidence: {', '.join(f'{k} {v:.3f}' for k, v in of.items())}")
    return 0

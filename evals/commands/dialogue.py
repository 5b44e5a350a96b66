"""`python -m evals dialogue`: how often questions are taken for commands over the last answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from evals.terminal import say


def register(commands: Any) -> None:
    """Add `dialogue`."""
    dialogue = commands.add_parser("dialogue", help="which questions are taken for commands over the last answer")
    dialogue.add_argument("questions", type=Path, nargs="+", help="JSON lines with questions, perhaps with history")
    dialogue.set_defaults(run=_dialogue)


def _dialogue(args: Any) -> int:
    from evals.dialogue import find_commands, list_questions

    n_all = n_taken = 0
    for path in args.questions:
        questions = list_questions(path)
        taken = list(find_commands(questions))
        say(f"{path}: {len(taken)} of {len(questions)} questions taken for commands")
        for question, command in taken:
            say(f"  {command.kind} {command.outlet}: {question}")
        n_all, n_taken = n_all + len(questions), n_taken + len(taken)
    say(f"in all: {n_taken} of {n_all}, {n_taken / max(1, n_all):.2%}")
    return 0

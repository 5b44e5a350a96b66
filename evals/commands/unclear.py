"""`python -m evals unclear`: how many questions that lack something are asked back, and how many clear ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from corpus.config import LibraryConfig
from evals.terminal import say


def register(commands: Any) -> None:
    """Add `unclear`."""
    unclear = commands.add_parser("unclear", help="which questions are asked back, or fit the weights of that")
    unclear.add_argument("cases", type=Path, help="JSON lines: question, history, answerability")
    unclear.add_argument("--articles", type=Path, action="append", help="their articles; else the library is asked")
    unclear.add_argument("--clear", type=Path, help="cases of another library that are all clear where answerable")
    unclear.add_argument("--clear-articles", type=Path, action="append", help="the articles of --clear")
    unclear.add_argument(
        "--after-others", action="store_true", help="each asked after another of them, as a new subject"
    )
    unclear.add_argument("--fit", action="store_true", help="fit the weights of qa/unclear.py on the tuning halves")
    unclear.set_defaults(run=_unclear)


def _unclear(args: Any) -> int:
    from evals.choose import open_sources
    from evals.unclear import Judged, fit, judge_posed, put_after_others, read_posed, summarise
    from qa.assistant import Assistant

    judged: list[list[Judged]] = []
    for cases, articles in ((args.cases, args.articles), (args.clear, args.clear_articles)):
        if cases is None:
            judged.append([])
            continue
        with open_sources([path.resolve() for path in articles or ()], LibraryConfig.from_env()) as library:
            posed = read_posed(cases)
            if args.after_others:
                posed = put_after_others(posed, Assistant(library))
            judged.append(judge_posed(posed, library))
        say(f"{cases}:")
        for line in summarise(judged[-1]):
            say(f"  {line}")
    if args.fit:
        weights, threshold = fit(*judged)
        say(f"qa/unclear.py WEIGHTS = {weights}")
        say(f"THRESHOLD = {threshold:.2f}")
    return 0

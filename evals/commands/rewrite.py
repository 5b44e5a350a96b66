"""`python -m evals rewrite`: follow-ups as typed, joined with the question before, rewritten, and said by people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from corpus.config import LibraryConfig
from corpus.errors import EvalError
from evals.choose import open_sources
from evals.terminal import say


def register(commands: Any) -> None:
    """Add `rewrite`."""
    rewrite = commands.add_parser("rewrite", help="how follow-ups are understood, or fit the weights of that")
    rewrite.add_argument("--turns", type=Path, help="JSON lines: history, question, standalone or rewrite")
    rewrite.add_argument("--cases", type=Path, help="JSON lines: history, question, articles (ids), perhaps standalone")
    rewrite.add_argument(
        "--articles", type=Path, action="append", help="the articles of --cases; else the library is asked"
    )
    rewrite.add_argument("--alone", type=Path, action="append", help="cases that stand alone, asked one after another")
    rewrite.add_argument("--half", choices=("tune", "report"), help="every other one of --turns and --cases")
    rewrite.add_argument("--fit", type=Path, metavar="FILE", help="fit qa/needs.py and qa/topics.py on such turns")
    rewrite.set_defaults(run=_rewrite)


def _rewrite(args: Any) -> int:
    from evals.follow_ups import agree, list_alone, read_tasks, search, tell_apart
    from evals.rewrites import fit_needs, fit_topics, read_follow_ups

    if not (args.fit or args.turns or args.cases or args.alone):
        raise EvalError("Nothing to measure. Give --turns, --cases with --articles, --alone, or --fit.")
    if args.fit:
        rows = read_follow_ups(args.fit)
        for name, fitted in (("qa/needs.py", fit_needs(rows)), ("qa/topics.py", fit_topics(rows))):
            say(f"{name} WEIGHTS = {fitted.weights}")
            say(f"on the rows kept back: { {k: round(v, 3) for k, v in fitted.reached.items()} }")
    if args.turns:
        turns = _half(read_follow_ups(args.turns), args.half)
        for name, value in {**tell_apart(turns), **agree(turns)}.items():
            say(f"{name}: {value:.3f}")
    for path in args.alone or ():
        alone = list_alone(path)
        for name, value in alone.items():
            say(f"{path}: {name}: {value:.3f}")
    if args.cases:
        tasks = _half(read_tasks(args.cases), args.half)
        with open_sources([path.resolve() for path in args.articles or ()], LibraryConfig.from_env()) as library:
            for line in search(tasks, library):
                say(line)
    return 0


def _half(rows: list[Any], half: str | None) -> list[Any]:
    return rows if half is None else rows[half == "report" :: 2]

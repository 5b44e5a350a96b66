"""`python -m evals compare A B`: whether run B is worse than run A, and where."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from corpus.errors import EvalError
from evals.compare import compare_scores, scores_of
from evals.runs import read_run
from evals.side_by_side import by_key, print_comparison, print_worst
from evals.terminal import make_console, say_json, warn


def register(commands: Any) -> None:
    """Add `compare`."""
    compare = commands.add_parser("compare", help="is run B worse than run A? 0: no, 1: yes")
    compare.add_argument("a", type=Path, metavar="A", help="folder of a run")
    compare.add_argument("b", type=Path, metavar="B", help="folder of a run of the same cases")
    compare.add_argument("--json", action="store_true")
    compare.set_defaults(run=_compare)


def _compare(args: Any) -> int:
    a, b = read_run(args.a), read_run(args.b)
    for name, print_ in a.record["sets"].items():
        other = b.record["sets"].get(name)
        if other not in (None, print_):
            raise EvalError(f"{name} changed between {args.a} and {args.b}: run both on one version of the set.")
    names = (str(args.a), str(args.b)) if args.a.name == args.b.name else (args.a.name, args.b.name)
    if a.record.get("library") != b.record.get("library") and a.record["articles"] != b.record["articles"]:
        warn("Note: the two runs were asked of different articles.")
    found = compare_scores(scores_of(names[0], a.results), scores_of(names[1], b.results))
    if args.json:
        say_json({**asdict(found), "worse": found.is_worse})
        return int(found.is_worse)
    console = make_console()
    print_worst(found, by_key(a.results), by_key(b.results), console)
    print_comparison(found, names, console)
    return int(found.is_worse)

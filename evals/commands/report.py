"""`python -m evals report`: everything of a run computed again from its cases.jsonl; several runs side by side."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from evals.commands.run import read_prices
from evals.html import write_report
from evals.report import print_side_by_side, print_summary
from evals.runs import find_last, read_run
from evals.summary import summarize
from evals.terminal import make_console, say_json


def register(commands: Any) -> None:
    """Add `report`."""
    report = commands.add_parser("report", help="compute everything of kept runs again; several stand side by side")
    report.add_argument("runs", nargs="+", type=Path, metavar="DIR", help="folders of runs")
    report.add_argument("--risk", type=float, default=0.1, metavar="SHARE", help="wrong answers allowed")
    report.add_argument("--prices", type=Path, metavar="FILE", help="price of a million tokens by answerer, in JSON")
    report.add_argument("--all", action="store_true", help="show every metric, not only the first")
    report.add_argument("--json", action="store_true", help="print the summaries")
    report.set_defaults(run=_report)


def _report(args: Any) -> int:
    prices = read_prices(args.prices)
    runs = {path: read_run(path, prices) for path in args.runs}
    names = {path: f"{run.record['system']}: {path.name}" for path, run in runs.items()}
    summaries = {names[path]: summarize(run.results, risk=args.risk) for path, run in runs.items()}
    for path, run in runs.items():
        last = find_last(path, run.record)
        others = {names[other]: runs[other] for other in runs if other != path}
        write_report(path, run, read_run(last[0]) if last else None, risk=args.risk, others=others)
    if args.json:
        say_json({name: asdict(summary) for name, summary in summaries.items()})
        return 0
    console = make_console()
    if len(runs) == 1:
        print_summary(next(iter(summaries.values())), console, whole=args.all)
    else:
        print_side_by_side(summaries, console, whole=args.all)
    return 0

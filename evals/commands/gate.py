"""`python -m evals gate` and `baseline`: refuse a change that makes answers worse than those of a committed file."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from corpus.config import LibraryConfig
from corpus.errors import EvalError
from evals.baseline import check_baseline, read_baseline, shipped_baseline, write_baseline
from evals.cases import read_set
from evals.commands.run import add_run_arguments, have_judged, make_plan, read_prices, told_how_to_go_on
from evals.compare import compare_scores, scores_of
from evals.judges import load_judge
from evals.perform import Run, perform
from evals.runs import name_run
from evals.side_by_side import by_key, print_comparison, print_worst
from evals.terminal import make_console, say, say_json, show_progress


def register(commands: Any) -> None:
    """Add `gate` and `baseline`."""
    gate = commands.add_parser("gate", help="run a set and exit 1 where it is worse than its baseline")
    add_run_arguments(gate, sets="+")
    gate.add_argument("--baseline", type=Path, metavar="FILE", help="default: the one that ships with the set")
    gate.add_argument("--out", type=Path, metavar="DIR", help="keep the run there")
    gate.add_argument("--json", action="store_true")
    gate.set_defaults(run=_gate)
    baseline = commands.add_parser("baseline", help="run a set and write the file that a gate compares with")
    add_run_arguments(baseline, sets="+")
    baseline.add_argument("--to", type=Path, metavar="FILE", help="default: where the gate looks for a shipped set's")
    baseline.add_argument("--out", type=Path, metavar="DIR", help="keep the run there")
    baseline.add_argument("--json", action="store_true")
    baseline.set_defaults(run=_baseline)


def _gate(args: Any) -> int:
    path = _file_of(args, args.baseline, "--baseline")
    head, before = read_baseline(path)
    check_baseline(head, path, {s.header.name: s.fingerprint for s in map(read_set, args.sets)})
    run = _run(args)
    found = compare_scores(before, scores_of("this run", run.results))
    if args.json:
        say_json({**asdict(found), "worse": found.is_worse})
        return int(found.is_worse)
    console = make_console()
    if found.is_worse:
        print_worst(found, None, by_key(run.results), console)
    print_comparison(found, (path.name, "this run"), console)
    return int(found.is_worse)


def _baseline(args: Any) -> int:
    path = _file_of(args, args.to, "--to")
    run = _run(args)
    write_baseline(run, path)
    if args.json:
        say_json({"path": str(path), "cases": len(run.results), "sets": run.record["sets"]})
        return 0
    say(f"Written: {path}. Commit it, and a change is held against it with: python -m evals gate")
    return 0


def _run(args: Any) -> Run:
    chosen = load_judge(args.judge) if args.judge else None
    folder = args.out or name_run(LibraryConfig.from_env().home, args.sets)
    with told_how_to_go_on(folder):
        run = perform(make_plan(args), show_progress, folder=folder, jobs=args.jobs, prices=read_prices(args.prices))
        return have_judged(run, folder, chosen, jobs=args.jobs) if chosen else run


def _file_of(args: Any, given: Path | None, option: str) -> Path:
    """The baseline's file: as given, else beside those that ship."""
    if given:
        return given
    if len(args.sets) == 1 and not args.sets[0].endswith(".jsonl"):
        return shipped_baseline(args.sets[0])
    raise EvalError(f"Which baseline? Name its file after {option}.")

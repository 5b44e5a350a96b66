"""`python -m evals run`: ask every case of a set, keep the run, and report."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from corpus.config import LibraryConfig
from corpus.errors import EvalError
from evals.choose import add_set_arguments, read_bars, read_settings
from evals.judge import Judge
from evals.judges import load_judge
from evals.judging import judge_run, read_judgements
from evals.perform import Plan, Run, perform
from evals.record import read_record
from evals.report import print_summary
from evals.runs import find_last, name_run, read_run
from evals.score import Prices
from evals.summary import Summary, summarize
from evals.systems.load import FRESH, SPECS
from evals.terminal import make_console, say_json, show_progress, warn


def register(commands: Any) -> None:
    """Add `run`."""
    run = commands.add_parser("run", help="ask every case of a set and report")
    add_run_arguments(run)
    run.add_argument(
        "--out", type=Path, metavar="DIR", help="keep the run there; default: under BYLINE_HOME/evals/runs"
    )
    run.add_argument("--resume", type=Path, metavar="DIR", help="go on with a run that was cut short")
    run.add_argument("--fail-under", nargs="+", action="extend", default=[], metavar="METRIC=VALUE")
    run.add_argument("--all", action="store_true", help="show every metric, not only the first")
    run.add_argument("--json", action="store_true", help="print what is kept in run.json")
    run.set_defaults(run=_run)


def add_run_arguments(parser: Any, *, sets: str = "*") -> None:
    """The arguments of everything that runs a set."""
    add_set_arguments(parser, sets=sets)
    parser.add_argument("--system", default="byline", metavar="SPEC", help=f"what is measured: {SPECS}")
    parser.add_argument("--no-cache", action="store_true", help="ask an LLM anew, even what it was asked before")
    parser.add_argument("--set", nargs="+", action="extend", default=[], dest="settings", metavar="KEY=VALUE")
    parser.add_argument("--repeat", type=int, default=1, metavar="N", help="ask each case N times")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="how many cases are asked at once")
    parser.add_argument("--limit", type=int, metavar="N", help="only the first N cases of each set")
    parser.add_argument("--half", choices=("tune", "report"))
    parser.add_argument("--tags", default="", help="only cases with one of these, separated by commas")
    parser.add_argument("--judge", default="", metavar="SPEC", help="a model, such as ollama:MODEL, to judge answers")
    parser.add_argument("--without-gold", action="store_true", help="ask again with the answering articles hidden")
    parser.add_argument(
        "--risk", type=float, default=0.1, metavar="SHARE", help="wrong answers allowed; for a threshold"
    )
    parser.add_argument("--prices", type=Path, metavar="FILE", help="price of a million tokens by answerer, in JSON")


def make_plan(args: Any) -> Plan:
    """What the arguments of `add_run_arguments` ask for."""
    return Plan(
        sets=tuple(args.sets),
        articles=tuple(args.articles),
        system=args.system.replace("byline", FRESH, 1) if args.no_cache else args.system,
        settings=read_settings(args.settings),
        repeat=args.repeat,
        draw=args.draw,
        unanswerable=args.unanswerable,
        seed=args.seed,
        limit=args.limit,
        half=args.half,
        tags=args.tags,
        without_gold=args.without_gold,
    )


def read_prices(path: Path | None) -> Prices:
    """`{"ANSWERER": {"input_tokens": 3.0, ...}}`. Raises EvalError."""
    if path is None:
        return {}
    try:
        data = json.loads(path.read_text("utf-8"))
        return {str(k): {str(name): float(price) for name, price in v.items()} for k, v in data.items()}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise EvalError(f'{path}: no price table ({error}). Form: {{"ANSWERER": {{"input_tokens": 3.0}}}}') from error


@contextmanager
def told_how_to_go_on(folder: Path) -> Iterator[None]:
    """On Ctrl-C, say how the run goes on."""
    try:
        yield
    except KeyboardInterrupt:
        if (folder / "run.json").exists():
            warn(f"\nWhat was answered is kept. Go on with: python -m evals run --resume {folder}")
        raise


def _run(args: Any) -> int:
    bars, prices = read_bars(args.fail_under), read_prices(args.prices)
    if args.resume:
        if args.sets or args.out:
            raise EvalError("--resume takes its sets, articles and settings from the run. Give it alone.")
        plan, folder = Plan.from_json(read_record(args.resume)["plan"]), args.resume
    elif args.sets:
        plan = make_plan(args)
        folder = args.out or name_run(LibraryConfig.from_env().home, args.sets)
    else:
        raise EvalError("Which set? Name one: python -m evals run sample")
    chosen = load_judge(args.judge) if args.judge else None
    with told_how_to_go_on(folder):
        run = perform(
            plan,
            show_progress,
            folder=folder,
            resume=bool(args.resume),
            jobs=args.jobs,
            prices=prices,
            risk=args.risk,
        )
        if chosen:
            run = have_judged(run, folder, chosen, jobs=args.jobs)
    finish(run, folder, args)
    return judge(summarize(run.results, risk=args.risk), bars)


def have_judged(run: Run, folder: Path, by: Judge, *, jobs: int = 1) -> Run:
    """The run with the scores of a language model that judges its answers; verdicts are kept beside it."""
    left = len(run.results) - len(read_judgements(folder))
    with show_progress(len(run.results), len(run.results) - left) as step:
        return Run(run.record, tuple(judge_run(folder, run.results, by, jobs=jobs, progress=step)))


def finish(run: Run, folder: Path, args: Any) -> None:
    """The page beside the run, and what the terminal shows."""
    from evals.html import write_report

    last = find_last(folder, run.record)
    last_run = read_run(last[0]) if last else None
    page = write_report(folder, run, last_run, risk=args.risk)
    if args.json:
        say_json({**run.record, "folder": str(folder)})
        return
    console = make_console()
    before = summarize(last_run.results, risk=args.risk) if last_run else None
    print_summary(summarize(run.results, risk=args.risk), console, last=before, whole=args.all)
    console.print(f"Kept in {folder}; to read: {page}", highlight=False, soft_wrap=True)


def judge(summary: Summary, bars: dict[str, float]) -> int:
    """1 when a bar is missed; a run with errors passes no bar, since what it did not score is unknown."""
    missed = [f"{len(summary.errors)} cases have errors"] if bars and summary.errors else []
    for metric, least in bars.items():
        found = summary.groups[0].measures.get(metric)
        if found is None:
            raise EvalError(f"--fail-under {metric}: this run has no case that measures it")
        if found.value < least:
            missed.append(f"{metric} is {found.value:.4f}, under {least:g}")
    for line in missed:
        warn(f"FAIL: {line}")
    return 1 if missed else 0

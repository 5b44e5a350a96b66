"""`python -m evals sweep`: a grid of settings, one table, and which of them are worth having."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rich.table import Table

from corpus.errors import EvalError
from evals.choose import check_gold, choose_cases, find_sources, open_sources
from evals.commands.run import add_run_arguments, make_plan
from evals.measures import METRICS
from evals.report import interval_cell
from evals.run import ask_all, plan_asks
from evals.summary import Measure, Summary, summarize
from evals.sweep import Settings, mark_best, read_grid, try_all
from evals.systems.byline import Byline
from evals.terminal import make_console, say_json, show_progress
from qa.assistant import Assistant
from qa.config import Config

SHOWN = ("passage_read", "claim_hit@1", "claim_hit@3", "answered", "answered_unanswerable", "auroc", "seconds_p50")


def register(commands: Any) -> None:
    """Add `sweep`."""
    sweep = commands.add_parser("sweep", help="try a grid of settings: --set top_k=2,4,8 --set dense_weight=0.5,1")
    add_run_arguments(sweep, sets="+")
    sweep.add_argument("--metric", default="claim_hit@3", help="the quality that is set against median seconds")
    sweep.add_argument("--json", action="store_true")
    sweep.set_defaults(run=_sweep)


def _sweep(args: Any) -> int:
    grid = read_grid(args.settings)
    if args.metric not in METRICS:
        raise EvalError(f"--metric {args.metric}: no such metric. Valid: {', '.join(METRICS)}")
    if args.judge:
        raise EvalError("sweep asks no judge. Run the settings that are worth it: python -m evals run … --judge SPEC")
    if args.system != "byline":
        raise EvalError("sweep tries Byline's own settings; other systems have none that it knows.")
    args.settings = []
    plan = make_plan(args)
    cases = choose_cases(plan)
    asks = plan_asks(cases, repeats=plan.repeat, without_gold=plan.without_gold)
    config = Config.from_env()
    with open_sources(find_sources(plan), config.library) as library, show_progress(len(asks) * len(grid)) as step:
        systems = [Byline(library, Assistant(library, replace(config, **s)), replace(config, **s)) for s in grid]
        check_gold(cases, systems[0].articles)
        for system in systems:
            system.share(systems[0])

        def ask(settings: Settings) -> Summary:
            system = systems[grid.index(settings)]
            results = []
            for result in ask_all(system, asks, jobs=args.jobs):
                results.append(result)
                step()
            return summarize(results, risk=args.risk)

        trials = mark_best(try_all(grid, ask), args.metric)
    if args.json:
        say_json([{"settings": t.settings, "best": t.best, **_values(t.summary)} for t in trials])
        return 0
    table = Table(title=f"* no other setting is better in both {args.metric} and median seconds")
    shown = tuple(dict.fromkeys((*SHOWN, args.metric)))
    for name in ("", *grid[0], *shown):
        table.add_column(name.replace("_", " "), justify="right")
    for t in trials:
        found = {n: t.summary.groups[0].measures.get(n) for n in shown}
        cells = [interval_cell(m) if n == args.metric else _cell(m) for n, m in found.items()]
        table.add_row("*" if t.best else "", *map(str, t.settings.values()), *cells, style="bold" if t.best else "")
    make_console().print(table)
    return 0


def _cell(measure: Measure | None) -> str:
    return "-" if measure is None else f"{measure.value:.3f}"


def _values(summary: Summary) -> dict[str, float]:
    return {name: m.value for name, m in summary.groups[0].measures.items()}

"""Evaluation from a terminal: run a set, fit the weights, bench against plain llama-index."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from time import monotonic
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn

from corpus.adding import fingerprint_of
from corpus.errors import BylineError, EvalError
from evals.choose import SETTINGS, choose_cases, make_config, open_library, read_bars
from evals.report import SCHEMA, print_summary, write_run
from evals.run import run_cases
from evals.summary import Summary, summarize
from evals.types import CaseResult, find_set
from qa.assistant import Assistant

SHOW_PROGRESS_AFTER = 2.0
PACKAGES = ("torch", "numpy", "chromadb", "tantivy", "tokenizers")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status: 0, 1 when a bar of --fail-under or --check is missed, 2 on wrong usage."""
    args = _parser().parse_args(argv)
    try:
        status: int = args.run(args)
    except BylineError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals", description="How well, and how fast, Byline answers.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="ask every case of a set and report")
    fit = commands.add_parser("fit", help="fit the answerer's weights on the tuning half, and print them")
    for made in (run, fit):
        made.add_argument("sets", nargs="+", metavar="SET", help="a .jsonl file, or the name of a shipped set")
        made.add_argument("--articles", nargs="+", default=[], metavar="FILE", help="default: the BYLINE_HOME library")
        made.add_argument("--draw", type=int, metavar="N", help="N answerable cases of each set, drawn at random")
        made.add_argument("--seed", type=int, default=0)
    run.add_argument("--set", nargs="+", action="extend", default=[], dest="settings", metavar="KEY=VALUE")
    run.add_argument("--out", type=Path, metavar="DIR", help="keep run.json and cases.jsonl there")
    run.add_argument("--fail-under", nargs="+", action="extend", default=[], metavar="METRIC=VALUE")
    run.add_argument("--limit", type=int, metavar="N", help="only the first N cases of each set")
    run.add_argument("--half", choices=("tune", "report"))
    run.add_argument("--tags", default="", help="only cases with one of these, separated by commas")
    run.add_argument("--without-gold", action="store_true", help="ask again with the answering articles hidden")
    run.add_argument("--json", action="store_true", help="print what --out keeps in run.json")
    bench = commands.add_parser("bench", help="measure speed beside plain llama-index, in one run")
    bench.add_argument("--articles", nargs="+", default=[], metavar="FILE")
    bench.add_argument("--questions", nargs="+", default=[], metavar="FILE")
    bench.add_argument("--only", choices=("adding", "answering", "cold"))
    bench.add_argument("--quick", action="store_true", help="small sizes, to see that it works")
    bench.add_argument("--check", action="store_true", help="exit 1 when a requirement is missed")
    run.set_defaults(run=_run)
    fit.set_defaults(run=_fit)
    bench.set_defaults(run=_bench)
    return parser


def _run(args: Any) -> int:
    config, bars, began = make_config(args.settings), read_bars(args.fail_under), datetime.now(UTC)
    cases = choose_cases(args)
    with open_library(args) as library:
        assistant = Assistant(library, config)
        results: list[CaseResult] = []
        again = [c for c in cases if c.answerable] if args.without_gold else []
        with _progress(len(cases) + len(again)) as step:
            for name in dict.fromkeys(c.set_name for c in cases):
                of_set = [c for c in cases if c.set_name == name]
                results += run_cases(assistant, of_set, progress=step)
                if args.without_gold:
                    hard = [c for c in of_set if c.answerable]
                    results += run_cases(assistant, hard, without_gold=True, progress=step)
        summary = summarize(results)
        stats = library.stats()
        record = {
            "schema": SCHEMA,
            "began": began.isoformat(timespec="seconds"),
            "ended": datetime.now(UTC).isoformat(timespec="seconds"),
            "settings": {k: getattr(config, k) for k in SETTINGS} | {"threshold": assistant.threshold},
            "answerer": assistant.answerer,
            "sets": {s: hashlib.sha256(find_set(s).read_bytes()).hexdigest() for s in args.sets},
            "chosen": {k: getattr(args, k) for k in ("draw", "seed", "limit", "half", "tags", "without_gold")},
            "library": {
                "fingerprint": fingerprint_of(library.embedder),
                "generation": stats.generation,
                "n_articles": stats.n_articles,
                "n_passages": stats.n_passages,
            },
            "versions": {"python": sys.version.split()[0]} | {name: version(name) for name in PACKAGES},
            "summary": asdict(summary),
        }
    if args.out:
        write_run(args.out, record, results)
    if args.json:
        print(json.dumps(record, ensure_ascii=False, indent=1))
    else:
        print_summary(summary, _console())
    return _judge(summary, bars)


def _judge(summary: Summary, bars: dict[str, float]) -> int:
    """1 when a bar is missed; a run with errors passes no bar, since what it did not score is unknown."""
    missed = [f"{len(summary.errors)} cases have errors"] if bars and summary.errors else []
    for metric, least in bars.items():
        found = summary.groups[0].measures.get(metric)
        if found is None:
            raise EvalError(f"--fail-under {metric}: this run has no case that measures it")
        if found.value < least:
            missed.append(f"{metric} is {found.value:.4f}, under {least:g}")
    for line in missed:
        print(f"FAIL: {line}", file=sys.stderr)
    return 1 if missed else 0


def _fit(args: Any) -> int:
    from evals.fit import fit_confidence, fit_passages, fit_sentences

    args.limit, args.half, args.tags = None, None, ""
    args.unanswerable = args.draw
    cases = [c for c in choose_cases(args) if c.half != "report"]
    yes, no = [c for c in cases if c.answerable], [c for c in cases if not c.answerable]
    with open_library(args) as library:
        assistant = Assistant(library)
        print("qa/retrieve.py WEIGHTS =", fit_passages(assistant, yes))
        print("qa/read.py WEIGHTS =", fit_sentences(assistant, yes))
        weights, reached = fit_confidence(assistant, yes, yes, no)
        print("qa/read.py CONFIDENCE =", weights)
        print("AUROC on what it was fitted to:", {k: round(v, 3) for k, v in reached.items()})
    return 0


def _bench(args: Any) -> int:
    from evals.bench import bench

    passed = bench(args.articles, args.questions, args.only, _console(), quick=args.quick)
    return 1 if args.check and not passed else 0


def _console() -> Console:
    """The terminal; wide enough for the tables where there is none."""
    return Console() if sys.stdout.isatty() else Console(width=160)


@contextmanager
def _progress(total: int) -> Iterator[Callable[[], None]]:
    """A bar on a terminal, once it has taken two seconds; nothing where nobody watches."""
    began, done = monotonic(), 0
    bar = Progress(BarColumn(), MofNCompleteColumn(), "questions", TimeElapsedColumn(), console=Console(stderr=True))
    task = bar.add_task("questions", total=total)

    def step() -> None:
        nonlocal done
        done += 1
        if sys.stderr.isatty() and monotonic() - began > SHOW_PROGRESS_AFTER:
            bar.start()
            bar.update(task, completed=done)

    try:
        yield step
    finally:
        bar.stop()


if __name__ == "__main__":
    sys.exit(main())

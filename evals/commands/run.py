"""`python -m evals run`: ask every case of a set and report."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from corpus.adding import fingerprint_of
from corpus.errors import EvalError
from evals.choose import SETTINGS, add_set_arguments, choose_cases, make_config, open_library, read_bars
from evals.report import SCHEMA, print_summary, write_run
from evals.run import run_cases
from evals.summary import Summary, summarize
from evals.terminal import make_console, say_json, show_progress, warn
from evals.types import CaseResult, find_set
from qa.assistant import Assistant

PACKAGES = ("torch", "numpy", "chromadb", "tantivy", "tokenizers")


def register(commands: Any) -> None:
    """Add `run`."""
    run = commands.add_parser("run", help="ask every case of a set and report")
    add_set_arguments(run)
    run.add_argument("--set", nargs="+", action="extend", default=[], dest="settings", metavar="KEY=VALUE")
    run.add_argument("--out", type=Path, metavar="DIR", help="keep run.json and cases.jsonl there")
    run.add_argument("--fail-under", nargs="+", action="extend", default=[], metavar="METRIC=VALUE")
    run.add_argument("--limit", type=int, metavar="N", help="only the first N cases of each set")
    run.add_argument("--half", choices=("tune", "report"))
    run.add_argument("--tags", default="", help="only cases with one of these, separated by commas")
    run.add_argument("--without-gold", action="store_true", help="ask again with the answering articles hidden")
    run.add_argument("--json", action="store_true", help="print what --out keeps in run.json")
    run.set_defaults(run=_run)


def _run(args: Any) -> int:
    config, bars, began = make_config(args.settings), read_bars(args.fail_under), datetime.now(UTC)
    cases = choose_cases(args)
    with open_library(args) as library:
        assistant = Assistant(library, config)
        results: list[CaseResult] = []
        again = [c for c in cases if c.answerable] if args.without_gold else []
        with show_progress(len(cases) + len(again)) as step:
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
        say_json(record)
    else:
        print_summary(summary, make_console())
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
        warn(f"FAIL: {line}")
    return 1 if missed else 0

"""`python -m evals judge`: have a run judged; `judge-check`: measure the judge against people's labels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from evals.terminal import make_console, say, say_json, show_progress


def register(commands: Any) -> None:
    """Add `judge` and `judge-check`."""
    made = commands.add_parser("judge", help="have the answers of a run judged by a language model")
    made.add_argument("folder", type=Path, metavar="DIR", help="the folder of the run")
    made.add_argument("--judge", required=True, metavar="SPEC", help="the model, such as ollama:MODEL")
    made.add_argument("--jobs", type=int, default=1, metavar="N", help="how many answers are judged at once")
    made.add_argument("--json", action="store_true", help="print the figures as JSON")
    made.set_defaults(run=_judge)
    check = commands.add_parser("judge-check", help="how far a judge agrees with people's labels (Cohen's kappa)")
    check.add_argument("labels", type=Path, metavar="LABELS", help="a .jsonl of labelled examples, see docs/sets.md")
    check.add_argument("--judge", required=True, metavar="SPEC", help="the model, such as ollama:MODEL")
    check.add_argument("--json", action="store_true", help="print the figures as JSON")
    check.set_defaults(run=_check)


def _judge(args: Any) -> int:
    from dataclasses import asdict

    from evals.commands.run import have_judged
    from evals.judges import load_judge
    from evals.report import print_summary
    from evals.runs import read_run
    from evals.summary import summarize

    run = read_run(args.folder)
    summary = summarize(have_judged(run, args.folder, load_judge(args.judge), jobs=args.jobs).results)
    if args.json:
        measures = summary.groups[0].measures
        say_json({name: asdict(m) for name, m in measures.items() if name.startswith("judge_")})
        return 0
    print_summary(summary, make_console(), whole=True)
    say(f"To read: python -m evals report {args.folder}")
    return 0


def _check(args: Any) -> int:
    from evals.agreement import ask_judge, measure_agreement, read_labels
    from evals.judges import load_judge

    labels = read_labels(args.labels)
    judge = load_judge(args.judge)
    with show_progress(len(labels)) as step:
        found = measure_agreement(labels, ask_judge(judge, labels, step))
    if args.json:
        say_json([_plain(one) for one in found])
        return 0
    for one in found:
        say(f"{one.task}: {one.n} labelled, {one.n - one.n_scored} unscored")
        if one.agreeing is not None:
            say(f"  agrees on {one.agreeing:.1%} of those scored")
        if one.kappa is None:
            say("  kappa is not defined: everything is in one class")
        else:
            span = "" if one.low is None or one.high is None else f", 95% interval {one.low:.2f} to {one.high:.2f}"
            say(f"  Cohen's kappa {one.kappa:.2f}{span}")
        _print_pairs(one.pairs)
        for reason, n in sorted(one.reasons.items(), key=lambda item: -item[1]):
            say(f"  unscored, {n} ×: {reason}")
    return 0


def _print_pairs(pairs: Any) -> None:
    from rich.table import Table

    names = list(dict.fromkeys([*(a for a, _ in pairs), *(b for _, b in pairs)]))
    table = Table("people \\ judge", *names)
    for row in names:
        table.add_row(row, *(str(pairs.get((row, column), 0)) for column in names))
    make_console().print(table)


def _plain(one: Any) -> dict[str, Any]:
    return {
        "task": one.task,
        "n": one.n,
        "n_scored": one.n_scored,
        "agreeing": one.agreeing,
        "kappa": one.kappa,
        "low": one.low,
        "high": one.high,
        "pairs": [{"person": a, "judge": b, "n": n} for (a, b), n in sorted(one.pairs.items())],
        "unscored": dict(one.reasons),
    }

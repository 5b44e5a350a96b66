"""`python -m evals claims`: how well the claim check tells supported claims from others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from corpus.errors import EvalError
from evals.terminal import say, say_json


def register(commands: Any) -> None:
    """Add `claims`."""
    parser = commands.add_parser("claims", help="measure the claim check on judged claims and on edited sentences")
    parser.add_argument("--judged", type=Path, metavar="FILE", help="claims with label and evidence, one JSON a line")
    parser.add_argument("--articles", nargs="+", default=[], metavar="FILE", help="sentences to edit; default: samples")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--fit", action="store_true", help="fit the weights on the tuning half, and print them")
    parser.add_argument(
        "--reader", default="off", metavar="SPEC", help="measure its judgement too: shipped, or a file of weights"
    )
    parser.add_argument("--by-words", action="store_true", help="compare words by their stems alone, not by meaning")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.set_defaults(run=_claims)


def _claims(args: Any) -> int:
    from evals.claim_weights import choose_thresholds, describe_weights
    from evals.claims import (
        confusion,
        make_checker,
        measure_claims,
        measure_edits,
        read_claims,
        signals_of,
    )
    from evals.material import SAMPLE_ARTICLES, read_all
    from qa.alignment import Aligner
    from qa.check import Checker
    from qa.reader.reader import load_reader

    if args.fit and not args.judged:
        raise EvalError("--fit needs judged claims. Name their file after --judged.")
    judge = load_reader(args.reader)
    aligner = None if args.by_words else Aligner()
    figures: dict[str, Any] = {}
    if args.judged:
        claims = read_claims(args.judged)
        checker = make_checker(claims, judge, aligner)
        signals = signals_of(checker, claims)
        if args.fit:
            for line in describe_weights(checker, signals, claims):
                say(line)
            say(f"thresholds on the tuning half: {choose_thresholds(checker, signals, claims)}")
        figures["auroc"] = {row.name: {"supported": row.supported, "some": row.some}
                            for row in measure_claims(checker, signals, claims)}  # fmt: skip
        figures["verdicts"] = {f"{label} {word}": n for (label, word), n in confusion(checker, claims).items()}
    edits, each = measure_edits(
        Checker(judge=judge, aligner=aligner), read_all(args.articles or [str(SAMPLE_ARTICLES)]), args.seed
    )
    figures["passed"] = {edit: {"n": n, "share": round(share, 4)} for edit, (n, share) in edits.items()}
    figures["milliseconds"] = round(each, 2)
    if args.json:
        say_json(figures)
    else:
        _say_figures(figures)
    return 0


def _say_figures(figures: dict[str, Any]) -> None:
    if "auroc" in figures:
        say("AUROC of supported against the rest, and of some support against none")
        say(f"{'':16} {'tune':>6} {'report':>6}   {'tune':>6} {'report':>6}")
        for name, row in figures["auroc"].items():
            (a, b), (c, d) = row["supported"], row["some"]
            say(f"{name:16} {a:6.3f} {b:6.3f}   {c:6.3f} {d:6.3f}")
        say("report half, judged (2 supported, 1 in part, 0 not) and verdict:")
        for pair, n in sorted(figures["verdicts"].items()):
            say(f"{pair:16} {n:6}")
    say(f"edited sentences; share that passes as supported ({figures['milliseconds']:.1f} ms a claim)")
    for edit, row in figures["passed"].items():
        say(f"{edit:16} {row['share']:6.3f} of {row['n']}")

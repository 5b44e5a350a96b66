"""`python -m evals claims`: how well the claim check tells supported claims from others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from corpus.errors import EvalError
from evals.terminal import say


def register(commands: Any) -> None:
    """Add `claims`."""
    parser = commands.add_parser("claims", help="measure the claim check on judged claims and on edited sentences")
    parser.add_argument("--judged", type=Path, metavar="FILE", help="claims with label and evidence, one JSON a line")
    parser.add_argument("--articles", nargs="+", default=[], metavar="FILE", help="sentences to edit; default: samples")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--fit", action="store_true", help="fit the weights on the tuning half, and print them")
    parser.set_defaults(run=_claims)


def _claims(args: Any) -> int:
    from evals.claims import (
        choose_thresholds,
        confusion,
        describe_weights,
        make_checker,
        measure_claims,
        measure_edits,
        read_claims,
        signals_of,
    )
    from evals.material import SAMPLE_ARTICLES, read_all
    from qa.check import Checker

    if args.fit and not args.judged:
        raise EvalError("--fit needs judged claims. Name their file after --judged.")
    if args.judged:
        claims = read_claims(args.judged)
        checker = make_checker(claims)
        signals = signals_of(checker, claims)
        if args.fit:
            say(describe_weights(checker, claims))
            say(f"thresholds on the tuning half: {choose_thresholds(signals, claims)}")
        say(f"{len(claims)} judged claims; AUROC of supported against the rest, of some support against none")
        say(f"{'':16} {'tune':>6} {'report':>6}   {'tune':>6} {'report':>6}")
        for row in measure_claims(signals, claims):
            a, b = row.supported, row.some
            say(f"{row.name:16} {a[0]:6.3f} {a[1]:6.3f}   {b[0]:6.3f} {b[1]:6.3f}")
        say("report half, judged -> verdict: " + str(dict(sorted(confusion(checker, claims).items()))))
    edits, each = measure_edits(Checker(), read_all(args.articles or [str(SAMPLE_ARTICLES)]), args.seed)
    say(f"edited sentences; share that passes as supported ({each:.1f} ms a claim)")
    for edit, (n, passed) in edits.items():
        say(f"{edit:16} {passed:6.3f} of {n}")
    return 0

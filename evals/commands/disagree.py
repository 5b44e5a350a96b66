"""`python -m evals disagree`: articles that say something else told from those that only put it otherwise."""

from __future__ import annotations

from typing import Any

from evals.terminal import say, say_json


def register(commands: Any) -> None:
    """Add `disagree`."""
    parser = commands.add_parser("disagree", help="measure on generated pairs how disagreement is told from wording")
    parser.add_argument("--pairs", type=int, default=440, help="pairs of each half; default 440")
    parser.add_argument("--half", choices=("tune", "report", "edited"), help="only one half of the templates")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="show N of the pairs that were told wrongly")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.set_defaults(run=_disagree)


def _disagree(args: Any) -> int:
    from evals.disagree import differs, each_half, measure_pairs, shares
    from evals.material import SAMPLE_ARTICLES, read_all

    figures: dict[str, Any] = {}
    for name, pairs in each_half(args.seed, args.pairs, read_all([str(SAMPLE_ARTICLES)])):
        if args.half and not name.startswith(args.half):
            continue
        rows = measure_pairs(pairs)
        figures[name] = {"pairs": len(pairs)} | {k: round(v, 4) for k, v in shares(rows).items()}
        if args.json:
            continue
        both = shares(rows)
        say(f"{name}: {len(pairs)} pairs; found {both['found']:.3f}, false alarms {both['false alarms']:.3f}")
        for row in rows:
            made = "differ" if row.differs else "agree"
            say(f"  {made:7} {row.kind:9} {row.how:18} {row.said:4} of {row.n:4} said to differ")
        for pair in [p for p in pairs if bool(differs(p)) != p.differs][: args.show]:
            say(f"  {'missed' if pair.differs else 'false alarm'} ({pair.kind}, {pair.how}):")
            say(f"    {pair.one.text!r} {pair.one.published}\n    {pair.other.text!r} {pair.other.published}")
    if args.json:
        say_json(figures)
    return 0

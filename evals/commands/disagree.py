"""`python -m evals disagree`: articles that say something else told from those that only put it otherwise."""

from __future__ import annotations

from typing import Any

from evals.commands.halves import HALVES, add_half_options
from evals.terminal import say, say_json

PARTS = (*HALVES, "edited")
"""The two halves of the templates, and sentences of the sample articles, edited."""


def register(commands: Any) -> None:
    """Add `disagree`."""
    parser = commands.add_parser("disagree", help="measure on generated pairs how disagreement is told from wording")
    parser.add_argument("--pairs", type=int, default=440, help="pairs of each half; default 440")
    add_half_options(parser, PARTS, of="pairs")
    parser.set_defaults(run=_disagree)


def _disagree(args: Any) -> int:
    from corpus.embed import load_embedder
    from evals.closeness import meanings_of
    from evals.disagree import differs, make_part, measure_pairs, shares
    from evals.material import SAMPLE_ARTICLES, read_all

    figures: dict[str, Any] = {}
    embedder = load_embedder()
    for part in PARTS:
        if args.half not in (None, part):
            continue
        pairs = make_part(part, args.seed, args.pairs, read_all([str(SAMPLE_ARTICLES)]))
        meanings = meanings_of(pairs, embedder)
        rows = measure_pairs(pairs, meanings)
        figures[part] = {"pairs": len(pairs)} | {k: round(v, 4) for k, v in shares(rows).items()}
        if args.json:
            continue
        both = shares(rows)
        say(f"{part}: {len(pairs)} pairs; found {both['found']:.3f}, false alarms {both['false alarms']:.3f}")
        for row in rows:
            made = "differ" if row.differs else "agree"
            say(f"  {made:7} {row.kind:9} {row.how:18} {row.said:4} of {row.n:4} said to differ")
        both_ways = zip(pairs, meanings, strict=True)
        for pair in [p for p, near in both_ways if bool(differs(p, near)) != p.differs][: args.show]:
            say(f"  {'missed' if pair.differs else 'false alarm'} ({pair.kind}, {pair.how}):")
            say(f"    {pair.one.text!r} {pair.one.published}\n    {pair.other.text!r} {pair.other.published}")
    if args.json:
        say_json(figures)
    return 0

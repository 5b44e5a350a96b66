"""`python -m evals copies`: how well edited copies of articles are found to be copies."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from evals.terminal import say, say_json, show_progress

PRECISION, RECALL = 0.98, 0.95
"""What is required over all pairs."""


def register(commands: Any) -> None:
    """Add `copies`."""
    parser = commands.add_parser("copies", help="are copies with 5 to 30% of their words edited found to be copies?")
    parser.add_argument("--articles", nargs="+", metavar="FILE", help="articles to edit (default: the samples)")
    parser.add_argument("--limit", type=int, metavar="N", help="the first N of them")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=_copies)


def _copies(args: Any) -> int:
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from evals.copies import SHARES, NoEmbedder, measure_copies
    from evals.material import SAMPLE_ARTICLES, read_all

    articles = read_all(args.articles or [str(SAMPLE_ARTICLES)])[: args.limit]
    with TemporaryDirectory(prefix="byline-copies-") as home, show_progress(len(SHARES) * len(articles)) as step:
        found = measure_copies(articles, Path(home), NoEmbedder(), args.seed, step)
    reached = found["all"].precision >= PRECISION and found["all"].recall >= RECALL
    if args.json:
        say_json({k: asdict(p) | {"precision": p.precision, "recall": p.recall} for k, p in found.items()})
        return 0 if reached else 1
    say(f"{len(articles)} articles, each with {len(SHARES)} edits, seed {args.seed}")
    for name, p in found.items():
        what = "all pairs" if name == "all" else f"{float(name):.0%} edited, with the original"
        say(f"{what:32} precision {p.precision:.4f}  recall {p.recall:.4f}  (pairs: {p.true:,}; said: {p.said:,})")
    say(f"Required of all pairs: precision {PRECISION}, recall {RECALL}: {'reached' if reached else 'not reached'}.")
    return 0 if reached else 1

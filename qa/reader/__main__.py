"""Make a reader: `python -m qa.reader train --data FILE ... --out DIR`, `python -m qa.reader average`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from corpus.errors import BylineError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status: 0, or 2 where something is not usable."""
    parser = argparse.ArgumentParser(prog="python -m qa.reader", description="The trained reader.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    made = commands.add_parser("train", help="train on files of questions and claims; goes on where it was stopped")
    made.add_argument("--data", nargs="+", type=Path, required=True, metavar="FILE", help=".jsonl or .jsonl.gz")
    made.add_argument("--out", type=Path, required=True, metavar="DIR", help="checkpoints, curve and weights")
    made.add_argument("--from", type=Path, dest="start", metavar="WEIGHTS", help="go on from a reader's weights")
    made.add_argument("--tokens", type=float, default=20e6, help="how many word pieces to train on (20e6)")
    made.add_argument("--rate", type=float, default=2e-4, help="the learning rate (2e-4)")
    made.add_argument("--seed", type=int, default=0)
    made.add_argument("--no-mining", action="store_true", help="do not look for confusing passages first")
    made.set_defaults(run=_train)
    made.add_argument("--wordnet", type=Path, metavar="DIR", help="reword questions with synonyms from WordNet's files")
    mean = commands.add_parser("average", help="the mean of readers of one line: a run, and what it went on from")
    mean.add_argument("weights", nargs="+", type=Path, metavar="WEIGHTS")
    mean.add_argument("--out", type=Path, required=True, metavar="FILE")
    mean.set_defaults(run=_average)
    args = parser.parse_args(argv)
    try:
        args.run(args)
    except BylineError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 2
    return 0


def _train(args: argparse.Namespace) -> None:
    from qa.reader.train import Plan, train

    start = (args.start, args.seed, not args.no_mining, args.rate, args.wordnet)
    print(json.dumps(train(Plan(tuple(args.data), args.out, int(args.tokens), *start))))


def _average(args: argparse.Namespace) -> None:
    from qa.reader.weights import average_weights

    average_weights(args.weights, args.out)


if __name__ == "__main__":
    sys.exit(main())

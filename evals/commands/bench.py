"""`python -m evals bench`: measure speed beside plain llama-index."""

from __future__ import annotations

from typing import Any

from evals.terminal import make_console


def register(commands: Any) -> None:
    """Add `bench`."""
    bench = commands.add_parser("bench", help="measure speed beside plain llama-index, in one run")
    bench.add_argument("--articles", nargs="+", default=[], metavar="FILE")
    bench.add_argument("--questions", nargs="+", default=[], metavar="FILE")
    bench.add_argument("--only", choices=("adding", "answering", "cold", "evals"))
    bench.add_argument("--quick", action="store_true", help="small sizes, to see that it works")
    bench.add_argument("--check", action="store_true", help="exit 1 when a requirement is missed")
    bench.set_defaults(run=_bench)


def _bench(args: Any) -> int:
    from evals.bench import bench

    passed = bench(args.articles, args.questions, args.only, make_console(), quick=args.quick)
    return 1 if args.check and not passed else 0

"""`python -m evals bench`: measure speed beside plain llama-index."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from evals.terminal import make_console, say_json


def register(commands: Any) -> None:
    """Add `bench`."""
    bench = commands.add_parser("bench", help="measure speed beside plain llama-index, in one run")
    bench.add_argument("--articles", nargs="+", default=[], metavar="FILE")
    bench.add_argument("--questions", nargs="+", default=[], metavar="FILE")
    bench.add_argument("--only", choices=("adding", "answering", "cold", "evals", "llm", "library"))
    bench.add_argument("--quick", action="store_true", help="small sizes, to see that it works")
    bench.add_argument("--check", action="store_true", help="exit 1 when a requirement is missed")
    bench.add_argument("--json", action="store_true")
    bench.set_defaults(run=_bench)


def _bench(args: Any) -> int:
    from evals.bench import bench, print_rows

    rows = bench(args.articles, args.questions, args.only, quick=args.quick)
    if args.json:
        say_json([asdict(row) for row in rows])
    else:
        print_rows(rows, make_console())
    return int(args.check and any(row.passed is False for row in rows))

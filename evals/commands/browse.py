"""`python -m evals browse`: how fast the Library tab's pages come over a large library."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from evals.terminal import say, say_json, show_progress


def register(commands: Any) -> None:
    """Add `browse`."""
    parser = commands.add_parser("browse", help="how fast the Library tab's pages come over a large library")
    parser.add_argument("--articles", type=int, default=50_000, metavar="N", help="how many (default: 50,000)")
    parser.add_argument("--times", type=int, default=10, metavar="N", help="requests of each kind (default: 10)")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=_browse)


def _browse(args: Any) -> int:
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from corpus.config import LibraryConfig
    from corpus.library import Library
    from evals.browse import REQUIRED, fill_table, measure_pages

    with TemporaryDirectory(prefix="byline-browse-") as home:
        config = LibraryConfig(Path(home))
        with Library.open(config, own=False) as library, show_progress(args.articles // 1000) as step:
            fill_table(library, args.articles, step=step)
        with Library.open(config, own=False) as library:
            found = list(measure_pages(library, args.times))
    slow = [timed for timed in found if timed.share(1) > REQUIRED]
    if args.json:
        say_json([asdict(timed) for timed in found])
        return 1 if slow else 0
    say(f"{args.articles:,} articles; milliseconds, required: at most {1000 * REQUIRED:.0f}")
    for timed in found:
        late = "  too slow" if timed in slow else ""
        say(f"{timed.what:40} median {1000 * timed.share(0.5):6.1f}   slowest of {len(timed.seconds):2} "
            f"{1000 * timed.share(1):6.1f}{late}")  # fmt: skip
    return 1 if slow else 0

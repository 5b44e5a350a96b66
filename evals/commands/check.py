"""`python -m evals check`: see whether a set holds together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evals.terminal import say, say_json


def register(commands: Any) -> None:
    """Add `check`."""
    check = commands.add_parser("check", help="see that gold stands in the articles and every case is whole")
    check.add_argument("sets", nargs="+", metavar="SET", help="a .jsonl file, or the name of a shipped set")
    check.add_argument(
        "--articles", nargs="+", type=Path, default=[], metavar="FILE", help="default: the set's own, else the library"
    )
    check.add_argument("--json", action="store_true", help="print the findings as JSON")
    check.set_defaults(run=_check)


def _check(args: Any) -> int:
    from evals.cases import find_set
    from evals.check import Finding, check_cases, read_all

    found: list[Finding] = []
    n_cases = 0
    for name in args.sets:
        path = find_set(name)
        checked = read_all(path)
        found += checked.findings
        if checked.cases:
            found += check_cases(checked.cases, _articles_of(path, args.articles or checked.articles))
        n_cases += len(checked.cases)
    found.sort(key=lambda f: (f.place.rpartition(":")[0], int(f.place.rpartition(":")[2])))
    if args.json:
        say_json({"cases": n_cases, "findings": [{"place": f.place, "id": f.id, "message": f.message} for f in found]})
    else:
        for finding in found:
            say(str(finding))
        say(f"{n_cases:,} cases: {f'{len(found):,} findings' if found else 'all hold'}.")
    return 1 if found else 0


def _articles_of(path: Path, sources: Sequence[Path]) -> dict[str, Any]:
    """The articles that a set is asked of, by id."""
    from corpus.config import LibraryConfig
    from corpus.database import is_made
    from corpus.errors import EvalError
    from corpus.library import Library
    from evals.libraries import load_articles
    from evals.material import SAMPLE_ARTICLES
    from evals.types import SETS

    if not sources and path.parent == SETS:
        sources = [SAMPLE_ARTICLES]
    if sources:
        return load_articles(sources)
    config = LibraryConfig.from_env()
    if not is_made(config):
        raise EvalError(f"{path}: its articles are not known. Name them with --articles.")
    with Library.open(config, own=False) as library:
        return library.all_articles()

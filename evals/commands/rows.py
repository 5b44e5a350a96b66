"""`python -m evals rows`: a set as rows to train a reader on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from corpus.errors import EvalError
from evals.choose import add_set_arguments, choose_cases, open_library
from evals.terminal import say, say_json


def register(commands: Any) -> None:
    """Add `rows`."""
    rows = commands.add_parser("rows", help="write a set as rows that a reader can be trained on")
    add_set_arguments(rows)
    rows.add_argument("--half", choices=("tune", "report"), help="leave the other half to measure with")
    rows.add_argument("--tags", default="", metavar="A,B")
    rows.add_argument("--out", type=Path, required=True, metavar="FILE")
    rows.add_argument("--json", action="store_true")
    rows.set_defaults(run=_rows)


def _rows(args: Any) -> int:
    from evals.rows import make_rows

    args.limit = None
    cases = choose_cases(args)
    with open_library(args) as library:
        made = list(make_rows(cases, library.articles({a for case in cases for a in case.articles})))
    if not made:
        raise EvalError("No case names an article that has its gold. Look with: python -m evals check SET")
    draft = args.out.with_name(args.out.name + ".draft")
    draft.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in made), "utf-8")
    draft.replace(args.out)
    answerable = sum(row["answerable"] for row in made)
    if args.json:
        say_json({"cases": len(cases), "rows": len(made), "answerable": answerable})
    else:
        say(f"{args.out}: {len(made)} rows of {len(cases)} cases, {answerable} with an answer")
    return 0

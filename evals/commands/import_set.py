"""`python -m evals import`: another set's files as articles and cases of ours."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from evals.importers import FORMATS, import_set
from evals.terminal import say, say_json

SHOWN = 10
"""How many dropped rows the terminal names; all are in dropped.jsonl."""


def register(commands: Any) -> None:
    """Add `import`."""
    formats = "; ".join(f"{name}: {form.source}" for name, form in FORMATS.items())
    made = commands.add_parser("import", help="make articles and cases of another set's files", description=formats)
    made.add_argument("format", metavar="FORMAT", help=", ".join(FORMATS))
    made.add_argument("source", type=Path, metavar="SOURCE")
    made.add_argument("out", type=Path, metavar="OUT", help="the folder to write; it must not be there yet")
    made.add_argument("--licence", default="", help="the source's licence, where it is not the format's own")
    made.add_argument("--json", action="store_true")
    made.set_defaults(run=_import)


def _import(args: Any) -> int:
    imported = import_set(args.format, args.source, args.out, args.licence)
    with (args.out / "cases.jsonl").open(encoding="utf-8") as file:
        licence = json.loads(file.readline())["licence"]
    n_yes = sum(case.answerable for case in imported.cases.values())
    if args.json:
        say_json(
            {
                "out": str(args.out),
                "licence": licence,
                "articles": len(imported.articles),
                "cases": len(imported.cases),
                "answerable": n_yes,
                "dropped": [{"place": d.place, "id": d.id, "reason": d.reason} for d in imported.dropped],
            }
        )
        return 0
    say(f"{args.out}: {len(imported.articles):,} articles, {len(imported.cases):,} cases ({n_yes:,} answerable).")
    say(
        f"Licence: {licence}." + ("" if licence != "unknown" else " Name it with --licence before you pass the set on.")
    )
    if imported.dropped:
        say(f"{len(imported.dropped):,} rows dropped or remarked on, all in {args.out / 'dropped.jsonl'}:")
        for dropped in imported.dropped[:SHOWN]:
            say(f"  {dropped.place}: {dropped.id + ': ' if dropped.id else ''}{dropped.reason}")
        if len(imported.dropped) > SHOWN:
            common = Counter(_kind(d.reason) for d in imported.dropped).most_common(SHOWN)
            say("  " + "; ".join(f"{n:,} × {reason}" for reason, n in common))
    say(f"Next: python -m evals check {args.out / 'cases.jsonl'}")
    return 0


def _kind(reason: str) -> str:
    """A reason without what is its own row's, to count by."""
    return reason.split("'")[0].strip(" ,:(")[:60]

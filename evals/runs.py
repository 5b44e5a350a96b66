"""The runs that are kept: where they are, which came last, and each one read back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from corpus.errors import EvalError
from evals.perform import Run
from evals.record import read_record, read_results
from evals.score import Prices


def runs_folder(home: Path) -> Path:
    """Where runs are kept unless told otherwise."""
    return home / "evals" / "runs"


def name_run(home: Path, sets: Sequence[str]) -> Path:
    """A new folder for a run of these sets, named so that the newest comes last in order."""
    names = "-".join(
        re.sub(r"[^\w.-]+", "_", Path(s).stem if Path(s).stem != "cases" else Path(s).parent.name) for s in sets
    )
    place = runs_folder(home) / f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{names[:60]}"
    n = 1
    while place.exists():
        n += 1
        place = place.with_name(f"{place.name.split('~')[0]}~{n}")
    return place


def list_runs(folder: Path) -> list[tuple[Path, Mapping[str, Any]]]:
    """The complete runs in a folder's folders, oldest first."""
    found = []
    for file in folder.glob("*/run.json"):
        try:
            record = read_record(file.parent)
        except EvalError:
            continue  # of another version, or not a run
        if record.get("state") == "complete":
            found.append((file.parent, record))
    return sorted(found, key=lambda pair: (pair[1]["began"], pair[0].name))


def find_last(place: Path, record: Mapping[str, Any]) -> tuple[Path, Mapping[str, Any]] | None:
    """The newest complete run beside `place` that asked the same cases before it did."""
    chosen = ("draw", "unanswerable", "seed", "limit", "half", "tags", "without_gold")
    before = [
        (path, other)
        for path, other in list_runs(place.parent)
        if path != place
        and other["began"] <= record["began"]
        and other["sets"] == record["sets"]
        and all(other["plan"].get(k) == record["plan"].get(k) for k in chosen)
    ]
    return before[-1] if before else None


def read_run(folder: Path, prices: Prices | None = None) -> Run:
    """A run from its folder, everything computed again from what was recorded. Raises EvalError."""
    return Run(read_record(folder), tuple(read_results(folder, prices)))

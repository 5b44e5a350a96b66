"""report.html (stub)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from evals.perform import Run


def write_report(
    folder: Path, run: Run, last: Run | None = None, *, risk: float = 0.1, others: Mapping[str, Run] | None = None
) -> Path:
    """Write it."""
    return folder / "report.html"

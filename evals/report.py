"""A summary as tables to read, and a run as files to keep. Not here: what is measured (evals/summary.py)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from corpus.errors import EvalError
from evals.summary import METRICS, Group, Measure, Summary
from evals.types import CaseResult

SCHEMA = 1
"""The version of run.json's form."""


def print_summary(summary: Summary, console: Console) -> None:
    """The summary as tables; what must never happen stands in bold below."""
    whole = summary.groups[0]
    for shown in (summary.groups[:1], summary.groups[1:]):
        if not shown:
            continue
        table = Table(title=f"{whole.n_scored} scored of {whole.n_asked} asked" if shown[0] is whole else None)
        table.add_column("metric", no_wrap=True)
        for group in shown:
            table.add_column(group.name if group is whole else f"{group.name} ({group.n_scored})", justify="right")
        for metric in METRICS:
            if any(metric in g.measures for g in shown):
                table.add_row(metric, *[_cell(g.measures.get(metric), whole=g is whole) for g in shown])
        console.print(table if len(shown) <= 6 else _turned(shown))
    if summary.curve:
        table = Table("threshold", "answerable refused", *[f"{n} answered" for n in summary.curve[0].answered])
        for point in summary.curve:
            table.add_row(f"{point.threshold:.3f}", *[f"{v:.3f}" for v in (point.refused, *point.answered.values())])
        console.print(table)
    exact = whole.measures.get("exact_quotes")
    if exact and exact.value < 1:
        console.print(
            f"ERROR: exact_quotes is {exact.value:.4f}: a quote is not what its article says.", style="bold red"
        )
    for id, message in summary.errors:
        console.print(f"error: {id}: {message}", style="bold", markup=False)


def _turned(groups: Sequence[Group]) -> Table:
    """Many groups: one a row, with the metrics that tell them apart."""
    names = ("passage_hit@5", "claim_hit@1", "claim_hit@3", "answered", "answered_unanswerable", "auroc")
    table = Table("group", "scored", *[n.replace("_", " ") for n in names])
    for g in groups:
        table.add_row(g.name, str(g.n_scored), *[_cell(g.measures.get(n), whole=False) for n in names])
    return table


def _cell(measure: Measure | None, *, whole: bool) -> str:
    if measure is None:
        return "-"
    if not whole or measure.low is None:
        return f"{measure.value:.3f}"
    return f"{measure.value:.3f}  [{measure.low:.3f}, {measure.high:.3f}]  n={measure.n}"


def write_run(folder: Path, record: Mapping[str, Any], results: Sequence[CaseResult]) -> None:
    """cases.jsonl, then run.json, each whole or not at all: where run.json stands, the run is complete."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "run.json").unlink(missing_ok=True)
        lines = [json.dumps(r.to_json(), ensure_ascii=False) for r in results]
        _write(folder / "cases.jsonl", "\n".join(lines) + "\n")
        _write(folder / "run.json", json.dumps(record, ensure_ascii=False, indent=1) + "\n")
    except OSError as error:
        raise EvalError(f"{folder} cannot be written: {error.strerror}. Name another folder after --out.") from error


def _write(path: Path, text: str) -> None:
    draft = path.with_name(path.name + ".draft")
    draft.write_text(text, "utf-8")
    draft.replace(path)

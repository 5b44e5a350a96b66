"""The small file that a gate compares with: the scores of each case of a run, and what they are of. No texts."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

from corpus.errors import EvalError
from evals.compare import SURE, Scored, scores_of
from evals.measures import COMPARED
from evals.perform import Run
from evals.record import write_whole

BASELINES = Path(__file__).parent / "baselines"
"""The baselines that ship, one for each shipped set."""
SCHEMA = 1
DIGITS = 4


def write_baseline(run: Run, path: Path) -> None:
    """A run's scores, one case a line, so that a change of the file reads well. Raises EvalError."""
    if errors := [r for r in run.results if r.error]:
        raise EvalError(
            f"{len(errors)} cases raised an error: a baseline is of a run without. First: {errors[0].error}"
        )
    scored = scores_of("this run", run.results)
    keys = [(r.case.set_name, r.case.id) for r in run.results if not r.without_gold and r.repeat == 0]
    head = {
        "schema": SCHEMA,
        "sets": run.record["sets"],
        "system": run.record["system"],
        "settings": run.record.get("settings", {}),
        "fingerprint": run.record.get("library", {}).get("fingerprint"),
        "commit": (run.record.get("git") or {}).get("commit"),
        "began": run.record["began"],
    }
    lines = []
    for key in keys:
        scores = {m: round(scored.scores[m][key], DIGITS) for m in scored.scores if key in scored.scores[m]}
        cluster = scored.clusters[key]
        shared = cluster[1] if isinstance(cluster, tuple) and "\0" not in cluster[1] else None
        lines.append(json.dumps({"set": key[0], "id": key[1], "article": shared, "scores": scores}, ensure_ascii=False))
    body = (
        json.dumps(head, ensure_ascii=False, indent=1)[:-2] + ',\n "cases": [\n  ' + ",\n  ".join(lines) + "\n ]\n}\n"
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, body)
    except OSError as error:
        raise EvalError(f"{path} cannot be written: {error.strerror}.") from error


def read_baseline(path: Path) -> tuple[Mapping[str, Any], Scored]:
    """The head of a baseline and its scores. Raises EvalError with what to type."""
    try:
        data = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise EvalError(f"{path}: {error.strerror}. Make it: python -m evals baseline SET --to {path}") from error
    except ValueError as error:
        raise EvalError(f"{path}: no baseline: {error}") from error
    try:
        if data["schema"] != SCHEMA:
            raise EvalError(f"{path}: a baseline of another version. Make it anew with: python -m evals baseline SET")
        scores: dict[str, dict[tuple[str, str], float]] = {}
        clusters: dict[tuple[str, str], Hashable] = {}
        for case in data["cases"]:
            key = (case["set"], case["id"])
            clusters[key] = (case["set"], case["article"] or f"\0{case['id']}")
            for metric, value in case["scores"].items():
                if metric in (*COMPARED, SURE):
                    scores.setdefault(metric, {})[key] = float(value)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise EvalError(f"{path}: no baseline: {type(error).__name__}: {error}") from error
    return data, Scored(f"baseline {path.name}", scores, clusters, frozenset(clusters), 0)


def check_baseline(head: Mapping[str, Any], path: Path, sets: Mapping[str, str]) -> None:
    """EvalError where a baseline is of other sets, or of the same before they changed."""
    if head["sets"].keys() != sets.keys():
        raise EvalError(f"{path}: a baseline of {', '.join(head['sets'])}, not of {', '.join(sets)}.")
    changed = [name for name in sets if head["sets"][name] != sets[name]]
    if changed:
        names = ", ".join(changed)
        raise EvalError(
            f"{path}: {names} changed since this baseline was made. Look at the change, then: python -m evals baseline "
            f"{names} --to {path}"
        )


def shipped_baseline(name: str) -> Path:
    """Where the baseline of a shipped set is."""
    return BASELINES / f"{name}.json"

"""Curves of a run: risk over coverage, and what each threshold would refuse and answer. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from evals.columns import RIGHT_BY, Numbers, is_right
from evals.metrics import risk_coverage, threshold_for_risk
from evals.types import CaseResult

REFUSED_AT = (0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6)
"""The shares of answerable questions refused at which the table of thresholds has a row."""
TAGS_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Point:
    """A threshold, the share of answerable questions refused there, and by tag the share of others answered."""

    threshold: float
    refused: float
    answered: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Risk:
    """The risk-coverage curve as far as the run answered, and the threshold at which a chosen risk holds, if any."""

    curve: tuple[tuple[float, float, float], ...]
    n: int
    chosen: float
    held: tuple[float, float, float] | None


def judged_answers(results: Sequence[CaseResult]) -> list[CaseResult]:
    """Those that were answered and can be judged, for the curve of risk and coverage."""
    return [
        r
        for r in results
        if r.answer
        and r.answer.status != "not_found"
        and (not r.case.answerable or any(r.scores.get(name) is not None for name in RIGHT_BY))
    ]


def trace_risk(results: Sequence[CaseResult], chosen: float) -> Risk:
    """Coverage is of all that were asked and did not fail: what the run refused lies beyond the curve's end."""
    asked = [r for r in results if not r.without_gold and r.answer]
    answered = judged_answers(asked)
    curve = risk_coverage([(r.answer.confidence, is_right(r)) for r in answered if r.answer])
    share = len(answered) / len(asked) if asked else 0.0
    held = threshold_for_risk(curve, len(answered), chosen)
    return Risk(
        tuple((t, coverage * share, risk) for t, coverage, risk in curve),
        len(asked),
        chosen,
        (held[0], held[1] * share, held[2]) if held else None,
    )


def threshold_points(results: Sequence[CaseResult]) -> tuple[Point, ...]:
    """What thresholds would do that refuse round shares of the answerable questions."""
    asked = [r for r in results if not r.without_gold and r.answer]
    yes = _sure([r for r in asked if r.case.answerable])
    no = [r for r in asked if not r.case.answerable]
    if not len(yes) or not no:
        return ()
    common = Counter(tag for r in no for tag in r.case.tags).most_common(TAGS_SHOWN)
    groups = {"unanswerable": _sure(no)}
    groups |= {tag: _sure([r for r in no if tag in r.case.tags]) for tag, _ in common}
    thresholds = dict.fromkeys(float(np.quantile(yes, q, method="higher")) for q in REFUSED_AT)
    return tuple(
        Point(t, float((yes < t).mean()), {name: float((sure >= t).mean()) for name, sure in groups.items()})
        for t in thresholds
    )


def _sure(results: Sequence[CaseResult]) -> Numbers:
    return np.array([r.answer.confidence for r in results if r.answer])

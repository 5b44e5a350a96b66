"""What is read off many results at once: a metric's scores as a column, and which cases belong together. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from evals.measures import IF_ANSWERED, PER_CASE, Metric, why_unscored
from evals.types import CaseResult

RIGHT_BY = ("claim_hit@3", "contains_answer@3")
"""What says that an answer to an answerable question is right: the first of these that the case has."""
Numbers = NDArray[np.float64]


def cluster_of(result: CaseResult) -> Hashable:
    """What a case shares with others: its first gold article, else itself."""
    case = result.case
    return (case.set_name, case.articles[0] if case.articles else f"\0{case.id}")


def is_right(result: CaseResult) -> bool:
    """Whether answering was right: the gold is there; never so for an unanswerable question."""
    if not result.case.answerable:
        return False
    known = [value for name in RIGHT_BY if (value := result.scores.get(name)) is not None]
    return bool(known and known[0])


def _has_no_verdict(metric: Metric, result: CaseResult) -> bool:
    """Whether the judge was asked about claims and gave no verdict that holds."""
    return metric.source == "judge" and result.answer is not None and bool(result.answer.claims)


def column(results: Sequence[CaseResult], name: str) -> tuple[Numbers, dict[str, int]]:
    """The scores of a metric as an array, NaN where it does not apply, and why those asked for have none.

    A share without a score counts as a miss, an amount is left out; what a system tells of no case is not measured.
    """
    metric = PER_CASE[name]
    values = np.full(len(results), np.nan)
    missing: Counter[str] = Counter()
    unscored = []
    for i, r in enumerate(results):
        score = r.scores.get(name)
        if score is not None:
            values[i] = score
        elif metric.applies(r.case) and (name not in IF_ANSWERED or _has_no_verdict(metric, r)):
            missing[why_unscored(name, r.error)] += 1
            unscored.append(i)
    if np.isnan(values).all() and metric.source != "answer":
        return values, {}
    if metric.source == "judge":
        pass  # a verdict that the judge did not give says nothing about the answer
    elif metric.kind != "amount":
        values[unscored] = float(metric.smaller)
    elif name not in ("seconds",):
        missing = Counter()  # a system that tells no tokens lacks nothing
    return values, dict(missing)


def is_failed(result: CaseResult) -> bool:
    """Whether a person should look at it: an error, a wrong or missing answer, or one where there should be none."""
    if result.error or result.answer is None:
        return True
    said = result.answer.status != "not_found"
    if not result.case.answerable:
        return said
    judged = any(result.scores.get(name) is not None for name in RIGHT_BY)
    return not (is_right(result) if judged else said)

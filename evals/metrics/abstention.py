"""Metrics of knowing when not to answer, all from the confidence that decides between answering and not.

Of an answer's three states, `answered` and `partial` both make claims and count as answering; `partial` is shown by
itself beside them, and counts in the curve like any answer: right where its claims hold the gold.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Curve = list[tuple[float, float, float]]


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """Area under the ROC curve: the chance that a positive scores above a negative, ties half (Hanley, McNeil 1982)."""
    if not positive or not negative:
        return None
    return float(auroc_of(np.asarray(positive, np.float64), np.asarray(negative, np.float64)))


def auroc_of(positive: Numbers, negative: Numbers, axis: int = -1) -> Numbers:
    """`auroc` of many resamples at once, along an axis, by the rank sum of Mann and Whitney."""
    from scipy.stats import rankdata

    n, m = positive.shape[axis], negative.shape[axis]
    ranks = rankdata(np.concatenate([positive, negative], axis=axis), axis=axis)
    total = np.take(ranks, range(n), axis=axis).sum(axis=axis)
    return np.asarray((total - n * (n + 1) / 2) / (n * m))


def risk_coverage(scored: Sequence[tuple[float, bool]]) -> Curve:
    """The risk-coverage curve: (threshold, share answered, share of those wrong), best score first.

    Each entry of `scored` is a confidence and whether answering was right (El-Yaniv and Wiener, 2010).
    """
    curve, wrong = [], 0
    ordered = sorted(scored, key=lambda s: -s[0])
    for i, (score, right) in enumerate(ordered, 1):
        wrong += not right
        if i == len(ordered) or ordered[i][0] != score:
            curve.append((score, i / len(ordered), wrong / i))
    return curve


def area_of_curve(curve: Curve) -> float | None:
    """Area under the risk-coverage curve (AURC, Geifman et al., 2019): the mean risk over coverage, 0 is best.

    Taken as steps: up to a coverage the risk is that of the next point. None for an empty curve.
    """
    if not curve:
        return None
    before, area = 0.0, 0.0
    for _, coverage, risk in curve:
        area += (coverage - before) * risk
        before = coverage
    return area / before


def threshold_for_risk(curve: Curve, n: int, risk: float, sure: float = 0.95) -> tuple[float, float, float] | None:
    """The point with the most coverage at which the risk holds; None where there is none.

    Holds: the upper end of the one-sided exact interval (Clopper and Pearson, 1934) of the share that is wrong, out of
    those answered among all `n`, is at most `risk`. One threshold is read off many, so that the level is nominal;
    Geifman and El-Yaniv (2017) have the correction.
    """
    from scipy.stats import beta

    held = None
    for point in curve:
        answered = round(point[1] * n)
        wrong = round(point[2] * answered)
        upper = 1.0 if wrong == answered else float(beta.ppf(sure, wrong + 1, answered - wrong))
        if upper <= risk:
            held = point
    return held

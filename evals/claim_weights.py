"""Weights and thresholds of the claim check, from the tuning half of judged claims; what a signal adds, held out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import minimize

from evals.claims import JudgedClaim, auroc
from qa.check import Checker, probability

FOLDS, ROUNDS = 10, 3
_PENALTY = 0.1


def fit_weights(
    signals: Sequence[Mapping[str, float]], wanted: Sequence[bool], names: Sequence[str]
) -> dict[str, float]:
    """Logistic weights by penalised maximum likelihood, the bias unpenalised."""
    table = np.array([[row[name] for name in names] for row in signals])
    sign = 2.0 * np.array(wanted) - 1.0

    def loss(weights: np.ndarray) -> float:
        return float(np.logaddexp(0, -(table @ weights) * sign).sum() + _PENALTY * (weights[1:] ** 2).sum() / 2)

    return dict(zip(names, map(float, minimize(loss, np.zeros(len(names))).x), strict=True))


def choose_thresholds(
    checker: Checker, signals: Sequence[Mapping[str, float]], claims: Sequence[JudgedClaim]
) -> tuple[float, float]:
    """Where supported begins and unsupported ends: the best balanced accuracy on the tuning half."""
    out = []
    for weights, least in ((checker.grades.whole, 2), (checker.grades.some, 1)):
        scores = np.array([probability(weights, row) for row in signals])[::2]
        truth = np.array([claim.label >= least for claim in claims])[::2]
        levels = np.round(np.unique(scores), 3)
        gains = [(scores >= t)[truth].mean() + (scores < t)[~truth].mean() for t in levels]
        out.append(float(levels[int(np.argmax(gains))]))
    return out[0], out[1]


def cross_validate(signals: Sequence[Mapping[str, float]], wanted: Sequence[bool], names: Sequence[str]) -> float:
    """The AUROC that weights fitted on nine tenths have on the tenth left out, over ROUNDS ways to cut the tenths."""
    found = []
    for seed in range(ROUNDS):
        order = np.random.default_rng(seed).permutation(len(signals))
        scores = np.zeros(len(signals))
        for fold in range(FOLDS):
            out = order[fold::FOLDS]
            rest = np.setdiff1d(order, out)
            weights = fit_weights([signals[i] for i in rest], [wanted[i] for i in rest], names)
            scores[out] = [probability(weights, signals[i]) for i in out]
        found.append(auroc(list(scores), wanted))
    return float(np.mean(found))


def describe_weights(
    checker: Checker, signals: Sequence[Mapping[str, float]], claims: Sequence[JudgedClaim]
) -> list[str]:
    """The weights and thresholds that the tuning half gives, as they stand in qa/check.py, with and without a judge."""
    signals, claims = signals[::2], claims[::2]
    lines = []
    for part, least, judged in (("whole", 2, "judged"), ("some", 1, "judged some")):
        wanted = [claim.label >= least for claim in claims]
        names = [name for name in getattr(checker.grades, part) if name != judged]
        for tried in [names, [*names, judged]] if judged in signals[0] else [names]:
            weights = {name: round(weight, 2) for name, weight in fit_weights(signals, wanted, tried).items()}
            lines.append(f"{part}={weights}, AUROC held out {cross_validate(signals, wanted, tried):.3f}")
    return lines

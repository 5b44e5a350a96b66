"""Intervals, tests and power, all by scipy: cases that share an article move together, seeds are fixed.

scipy.stats is imported where it is used: the page, which starts with this package, should not wait for it.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Statistic = Callable[[Numbers], Numbers]
"""Weights of the cases, (resamples, cases), to the statistic of each resample, (resamples,) or (several, resamples)."""

RESAMPLES = 1000
PERMUTATIONS = 9999
SEED = 0
LEVEL = 0.05


def find_interval(statistic: Statistic, clusters: Sequence[Hashable]) -> tuple[Numbers, Numbers] | None:
    """The 95% percentile bootstrap interval (Efron, 1979) of statistics of weighted cases; None below two clusters.

    Whole clusters are drawn, as many as there are (Field and Welsh, 2007): `clusters` names that of each case.
    Resamples that a statistic gives no value (NaN) are left out.
    """
    values = _resample(statistic, clusters)
    return None if values is None else _ends(values)


def find_shift(statistic: Statistic, clusters: Sequence[Hashable]) -> tuple[float, float, float, float] | None:
    """Of one statistic that is a difference: the ends of its interval, a two-sided p of 0, and its standard error.

    All by `find_interval`'s resamples; p is twice the smaller share of them on the far side of 0, itself counted in
    (Davison and Hinkley, 1997). None below two clusters and where hardly a resample has a value.
    """
    values = _resample(statistic, clusters)
    known = values[~np.isnan(values)] if values is not None else np.zeros(0)
    if len(known) < RESAMPLES / 2:
        return None
    low, high = _ends(known)
    far = min(int((known <= 0).sum()), int((known >= 0).sum()))
    return float(low), float(high), min(1.0, 2 * (far + 1) / (len(known) + 1)), float(known.std())


def _ends(values: Numbers) -> tuple[Numbers, Numbers]:
    known = np.where(np.isnan(values).all(axis=-1, keepdims=True), 0.0, values)  # all-NaN rows have no quantile
    low, high = np.nanquantile(known, [LEVEL / 2, 1 - LEVEL / 2], axis=-1)
    return low, high


def _resample(statistic: Statistic, clusters: Sequence[Hashable]) -> Numbers | None:
    """The statistic of each resample of whole clusters; None below two."""
    from scipy.stats import DegenerateDataWarning, bootstrap

    numbers = {name: i for i, name in enumerate(dict.fromkeys(clusters))}
    member = np.array([numbers[name] for name in clusters])
    n = len(numbers)
    if n < 2:
        return None

    def of_resamples(drawn: NDArray[np.int64], axis: int = -1) -> Numbers:
        rows = drawn.reshape(-1, n)
        places = rows + n * np.arange(len(rows))[:, None]
        counts = np.bincount(places.ravel(), minlength=rows.size).reshape(-1, n).astype(np.float64)
        found = statistic(counts[:, member])
        return found[..., 0] if drawn.ndim == 1 else found

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DegenerateDataWarning)  # its own interval is not used where there are NaN
        return np.asarray(
            bootstrap(
                (np.arange(n),),
                of_resamples,
                n_resamples=RESAMPLES,
                batch=max(1, 4_000_000 // max(1, len(member))),
                vectorized=True,
                method="percentile",
                rng=np.random.default_rng(SEED),
            ).bootstrap_distribution
        )


def weighted_means(values: Numbers) -> Statistic:
    """The means of the columns of `values` (cases, metrics); NaN means that a metric does not apply to a case."""
    known = ~np.isnan(values)
    filled = np.where(known, values, 0.0)

    def means(weights: Numbers) -> Numbers:
        totals = weights @ known
        return np.asarray(((weights @ filled) / np.where(totals > 0, totals, np.nan)).T)

    return means


def weighted_quantile(values: Numbers, q: float) -> Statistic:
    """The q-quantile of values (cases,), as numpy's `inverted_cdf` has it."""
    order = np.argsort(values, kind="stable")

    def quantile(weights: Numbers) -> Numbers:
        reached = np.cumsum(weights[:, order], axis=1)
        wanted = reached[:, -1:] * q
        return np.asarray(values[order][(reached < wanted - 1e-9).sum(axis=1).clip(max=len(values) - 1)])

    return quantile


def weighted_auroc(scores: Numbers, positive: NDArray[np.bool_]) -> Statistic:
    """AUROC of `scores` (cases,), ties half; NaN where a resample lacks one of the two kinds."""
    order = np.argsort(scores, kind="stable")
    starts = np.flatnonzero(np.diff(scores[order], prepend=np.nan) != 0)

    def area(weights: Numbers) -> Numbers:
        ordered = weights[:, order]
        yes = np.add.reduceat(ordered * positive[order], starts, axis=1)
        no = np.add.reduceat(ordered * ~positive[order], starts, axis=1)
        below = np.cumsum(no, axis=1) - no
        pairs = yes.sum(axis=1) * no.sum(axis=1)
        return np.asarray((yes * (below + no / 2)).sum(axis=1) / np.where(pairs > 0, pairs, np.nan))

    return area


def weighted_aurc(scores: Numbers, right: NDArray[np.bool_]) -> Statistic:
    """Area under the risk-coverage curve, as `area_of_curve` takes it."""
    order = np.argsort(-scores, kind="stable")
    starts = np.flatnonzero(np.diff(scores[order], prepend=np.nan) != 0)

    def area(weights: Numbers) -> Numbers:
        ordered = weights[:, order]
        steps = np.add.reduceat(ordered, starts, axis=1)
        wrong = np.cumsum(np.add.reduceat(ordered * ~right[order], starts, axis=1), axis=1)
        answered = np.cumsum(steps, axis=1)
        risk = wrong / np.where(answered > 0, answered, 1.0)
        return np.asarray((steps * risk).sum(axis=1) / answered[:, -1])

    return area


def paired_p(differences: Sequence[float], clusters: Sequence[Hashable]) -> float:
    """Two-sided p of a mean difference being 0, by the paired permutation test over whole clusters.

    Under the null each cluster's summed difference is as likely to have the other sign (Fisher, 1935); exact where
    all sign patterns are no more than the permutations drawn.
    """
    from scipy.stats import permutation_test

    sums: dict[Hashable, float] = {}
    for name, value in zip(clusters, differences, strict=True):
        sums[name] = sums.get(name, 0.0) + value
    moved = np.array([value for value in sums.values() if abs(value) > 1e-12])
    if len(moved) < 2:  # of one change both signs are as extreme
        return 1.0

    def total(one: Numbers, other: Numbers, axis: int = -1) -> Numbers:
        return np.asarray((one - other).sum(axis=axis))

    return float(
        permutation_test(
            (moved, np.zeros_like(moved)),
            total,
            permutation_type="samples",
            vectorized=True,
            n_resamples=PERMUTATIONS,
            batch=max(1, 4_000_000 // len(moved)),
            rng=np.random.default_rng(SEED),
        ).pvalue
    )


def mcnemar_p(wins: int, losses: int) -> float:
    """Exact two-sided p of McNemar's test (1947): the cases that changed are as likely to be wins as losses.

    It takes cases as independent; where they share articles, the interval beside it is the more careful word.
    """
    from scipy.stats import binomtest

    return float(binomtest(wins, wins + losses, 0.5).pvalue) if wins + losses else 1.0


def adjust_holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p values of Holm's step-down procedure (1979), in the order given."""
    adjusted = [0.0] * len(p_values)
    largest = 0.0
    for rank, i in enumerate(sorted(range(len(p_values)), key=lambda i: p_values[i])):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[i]))
        adjusted[i] = largest
    return adjusted


def smallest_detectable(
    differences: Sequence[float], clusters: Sequence[Hashable], *, binary: bool, level: float = LEVEL
) -> float:
    """The mean difference that a test at `level`, two-sided, would find with a power of 80%, seen these differences.

    (z(1 - level/2) + z(.8)) times the clustered standard error; for yes/no metrics at least as many changed cases, all
    one way, as McNemar's exact test needs to reach the level.
    """
    n = len(differences)
    mean = sum(differences) / n
    sums: dict[Hashable, float] = {}
    for name, value in zip(clusters, differences, strict=True):
        sums[name] = sums.get(name, 0.0) + value - mean
    found = power_of(float(np.sqrt(sum(value**2 for value in sums.values()))) / n, level)
    if not binary:
        return found
    needed = int(np.ceil(np.log2(2 / level)))
    return max(found, needed / n)


def power_of(error: float, level: float = LEVEL) -> float:
    """The change that a two-sided test at `level` finds four times in five, where its standard error is this."""
    from scipy.stats import norm

    return float(norm.ppf(1 - level / 2) + norm.ppf(0.8)) * error

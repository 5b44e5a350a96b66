from __future__ import annotations

import random

import numpy as np
import pytest
from scipy.stats import binomtest, ttest_1samp

from evals.metrics import area_of_curve, auroc, risk_coverage
from evals.statistics import (
    adjust_holm,
    find_interval,
    mcnemar_p,
    paired_p,
    smallest_detectable,
    weighted_aurc,
    weighted_auroc,
    weighted_means,
    weighted_quantile,
)


def test_the_interval_is_the_same_each_time_and_holds_the_mean() -> None:
    values = np.array([[1.0]] * 30 + [[0.0]] * 10)
    low, high = find_interval(weighted_means(values), range(40)) or pytest.fail("no interval")
    again = find_interval(weighted_means(values), range(40))
    assert again is not None
    assert (low[0], high[0]) == (again[0][0], again[1][0])
    assert 0.55 < low[0] < 0.70 < 0.75 < 0.80 < high[0] < 0.95  # the normal one is 0.75 ± 0.134


def test_cases_of_one_article_widen_the_interval() -> None:
    """Ten articles of ten alike cases say as much as ten cases do."""
    values = np.array([[float(i < 5)] for i in range(10) for _ in range(10)])
    apart = find_interval(weighted_means(values), range(100))
    together = find_interval(weighted_means(values), [i // 10 for i in range(100)])
    assert apart is not None
    assert together is not None
    # Standard errors .05 and .158: the second interval is about 3.2 times as wide.
    assert 2.5 < (together[1][0] - together[0][0]) / (apart[1][0] - apart[0][0]) < 4


def test_one_cluster_has_no_interval() -> None:
    assert find_interval(weighted_means(np.array([[1.0], [0.0]])), ["a", "a"]) is None


def test_a_mean_leaves_out_what_does_not_apply() -> None:
    values = np.array([[1.0, np.nan], [0.0, 1.0], [1.0, np.nan]])
    assert weighted_means(values)(np.array([[1.0, 1.0, 1.0], [2.0, 0.0, 1.0]])).tolist()[0] == [
        pytest.approx(2 / 3),
        1.0,
    ]
    second = weighted_means(values)(np.array([[1.0, 1.0, 1.0], [2.0, 0.0, 1.0]]))[1]
    assert second[0] == 1.0
    assert np.isnan(second[1])


@pytest.mark.parametrize("seed", range(5))
def test_weighted_statistics_are_the_plain_ones_of_repeated_cases(seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.integers(0, 6, 25).astype(float)
    right = rng.random(25) < 0.6
    weights = rng.integers(0, 4, 25)
    repeated, held = np.repeat(scores, weights), np.repeat(right, weights)
    row = weights[None, :].astype(float)
    assert weighted_auroc(scores, right)(row)[0] == pytest.approx(
        auroc(repeated[held].tolist(), repeated[~held].tolist())
    )
    curve = risk_coverage(list(zip(repeated.tolist(), held.tolist(), strict=True)))
    assert weighted_aurc(scores, right)(row)[0] == pytest.approx(area_of_curve(curve))
    for q in (0.5, 0.95, 1.0):
        expected = np.quantile(repeated, q, method="inverted_cdf")
        assert weighted_quantile(scores, q)(row)[0] == expected


def test_mcnemar_is_the_sign_test_of_the_changed_cases() -> None:
    assert mcnemar_p(0, 6) == pytest.approx(2 * 0.5**6)
    assert mcnemar_p(9, 3) == pytest.approx(binomtest(3, 12).pvalue)
    assert mcnemar_p(0, 0) == 1.0


def test_the_permutation_test_counts_sign_patterns() -> None:
    # Five changes, all one way: 2 of the 32 patterns are as extreme.
    assert paired_p([0.2, 0.1, 0.4, 0.3, 0.25, 0.0], range(6)) == pytest.approx(2 / 32)
    assert paired_p([0.0, 0.0], range(2)) == 1.0
    # The same five within one article are one change: 2 of 2.
    assert paired_p([0.2, 0.1, 0.4, 0.3, 0.25], ["a"] * 5) == 1.0


def test_the_permutation_test_agrees_with_mcnemar_on_yes_and_no() -> None:
    changes = [1.0] * 14 + [-1.0] * 5 + [0.0] * 60
    assert paired_p(changes, range(len(changes))) == pytest.approx(mcnemar_p(14, 5), abs=0.01)


def test_holm_by_hand() -> None:
    assert adjust_holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert adjust_holm([0.5, 0.9]) == [1.0, 1.0]


def test_the_smallest_detectable_difference_is_found_four_times_in_five() -> None:
    rng = random.Random(1)
    spread = [rng.gauss(0, 0.3) for _ in range(200)]
    smallest = smallest_detectable(spread, range(200), binary=False)
    assert smallest == pytest.approx(2.8016 * np.std(spread) / 200**0.5, rel=1e-4)
    # The t test stands in for the permutation test, which it agrees with here and is faster than.
    found = sum(ttest_1samp([rng.gauss(smallest, 0.3) for _ in range(200)], 0).pvalue < 0.05 for _ in range(500))
    assert 360 <= found <= 440  # 400 expected, standard deviation 9


def test_where_nothing_changed_six_cases_would_have_to() -> None:
    # Exact McNemar: 2 * 0.5 ** 6 = .031 is the first under .05.
    assert smallest_detectable([0.0] * 100, range(100), binary=True) == 0.06

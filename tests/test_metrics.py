from __future__ import annotations

import random

import numpy as np
import pytest
from scipy.stats import mannwhitneyu

from evals.metrics import (
    auroc,
    auroc_of,
    contains_answer,
    hit_at,
    holds_sentence,
    interval,
    normalize_answer,
    rank_of,
    risk_coverage,
)


def test_normalizing_drops_case_punctuation_and_articles() -> None:
    assert normalize_answer("The  U.S. has a Dog!") == "us has dog"


def test_an_answer_is_found_word_for_word() -> None:
    assert contains_answer("It was Eliot's poem.", ["Eliot"])
    assert contains_answer("It cost $2.6 billion", ["2.6 Billion"])
    assert not contains_answer("Eliotson wrote it", ["Eliot"])
    assert not contains_answer("anything", ["", "the"])


def test_a_part_holds_a_gold_sentence_from_half_its_length() -> None:
    gold = ["One two three four five six."]
    assert holds_sentence("Before. One two three four five six. After.", gold)
    assert holds_sentence("one two three four", gold)
    assert not holds_sentence("one two", gold)
    assert not holds_sentence("", gold)


def test_hit_at_k_counts_ranks_from_one() -> None:
    assert rank_of([False, False, True]) == 3
    assert rank_of([False]) is None
    assert [hit_at(3, 1), hit_at(3, 3), hit_at(None, 5)] == [0.0, 1.0, 0.0]


def test_auroc_counts_ties_half() -> None:
    # Pairs (0.9, 0.5) 1, (0.9, 0.1) 1, (0.5, 0.5) one half, (0.5, 0.1) 1: 3.5 of 4.
    assert auroc([0.9, 0.5], [0.5, 0.1]) == 3.5 / 4
    assert auroc([], [0.5]) is None


@pytest.mark.parametrize("seed", range(5))
def test_auroc_agrees_with_mann_and_whitney(seed: int) -> None:
    rng = random.Random(seed)
    yes = [float(rng.randint(2, 12)) for _ in range(40)]
    no = [float(rng.randint(0, 10)) for _ in range(31)]
    expected = mannwhitneyu(yes, no).statistic / (40 * 31)
    assert auroc(yes, no) == pytest.approx(expected)
    assert float(auroc_of(np.array(yes), np.array(no))) == pytest.approx(expected)


def test_risk_coverage_goes_from_surest_to_least_sure() -> None:
    curve = risk_coverage([(0.2, False), (0.9, True), (0.5, True), (0.5, False)])
    assert curve == [(0.9, 0.25, 0.0), (0.5, 0.75, 1 / 3), (0.2, 1.0, 0.5)]


def test_the_interval_is_the_same_each_time_and_holds_the_mean() -> None:
    values = [1.0] * 30 + [0.0] * 10
    low, high = interval(np.mean, values) or (0.0, 0.0)
    assert (low, high) == interval(np.mean, values)
    assert 0.55 < low < 0.70 < 0.75 < 0.80 < high < 0.95  # the normal one is 0.75 ± 0.134


def test_one_value_has_no_interval() -> None:
    assert interval(np.mean, [1.0]) is None

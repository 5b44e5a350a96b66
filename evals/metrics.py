"""Metrics of single cases and of many: pure functions. Not here: asking, reading sets, printing."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import bootstrap, rankdata

from evals.types import EvalCase
from qa.types import Answer

_ARTICLES = re.compile(r"\b(a|an|the)\b")
Samples = NDArray[np.float64]
Statistic = Callable[..., Samples]

RESAMPLES = 1000
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalize_answer(text: str) -> str:
    """SQuAD's normalisation: lower case, no punctuation, no articles, single spaces (Rajpurkar et al., 2016)."""
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def contains_answer(text: str, answers: Iterable[str]) -> bool:
    """Whether an accepted answer stands in the text, word for word.

    Both are normalised as SQuAD does, but punctuation ends a word, so that "Eliot" stands in "Eliot's".
    """
    within = f" {_words(text)} "
    return any(f" {_words(a)} " in within for a in answers if _words(a))


def _words(text: str) -> str:
    return " ".join(_ARTICLES.sub(" ", re.sub(r"[^\w\s]|_", " ", text.lower())).split())


def holds_sentence(text: str, sentences: Iterable[str]) -> bool:
    """Whether the text has a whole gold sentence, or is a whole part of one (of at least half its length)."""
    plain = normalize_answer(text)
    gold = [normalize_answer(s) for s in sentences]
    return any(g and (g in plain or (plain in g and len(plain) * 2 >= len(g))) for g in gold)


def holds(text: str, case: EvalCase) -> bool:
    """Whether the text answers the case: a gold sentence where the case has any, else an accepted answer."""
    if case.sentences:
        return holds_sentence(text, case.sentences)
    return contains_answer(text, case.answers)


def claim_hit(answer: Answer, case: EvalCase, k: int) -> bool:
    """Whether one of the first k claims cites what answers the case."""
    return any(holds(cite.quote, case) for claim in answer.claims[:k] for cite in claim.citations)


def rank_of(found: Sequence[bool]) -> int | None:
    """The rank from 1 of the first true value."""
    return next((i for i, hit in enumerate(found, 1) if hit), None)


def hit_at(rank: int | None, k: int) -> float:
    """hit@k of one question: 1 where the first right result has rank k or better."""
    return float(rank is not None and rank <= k)


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """Area under the ROC curve: the chance that a positive scores above a negative, ties half (Hanley, McNeil 1982)."""
    if not positive or not negative:
        return None
    ordered = sorted([(s, 1) for s in positive] + [(s, 0) for s in negative])
    ranks, i = 0.0, 0
    while i < len(ordered):
        j = i
        while j < len(ordered) and ordered[j][0] == ordered[i][0]:
            j += 1
        ranks += sum(label for _, label in ordered[i:j]) * (i + j + 1) / 2
        i = j
    n, m = len(positive), len(negative)
    return (ranks - n * (n + 1) / 2) / (n * m)


def risk_coverage(scored: Sequence[tuple[float, bool]]) -> list[tuple[float, float, float]]:
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


def interval(statistic: Statistic, *samples: Sequence[float]) -> tuple[float, float] | None:
    """The 95% percentile bootstrap interval of a statistic (Efron, 1979), the same each time; None below two values.

    `statistic` takes one array a sample and `axis`, as numpy.mean does.
    """
    if not samples or any(len(s) < 2 for s in samples):
        return None
    arrays = [np.asarray(s, np.float64) for s in samples]
    found = bootstrap(
        arrays,
        statistic,
        n_resamples=RESAMPLES,
        batch=max(1, 2_000_000 // max(len(a) for a in arrays)),
        vectorized=True,
        method="percentile",
        rng=np.random.default_rng(0),
    ).confidence_interval
    return float(found.low), float(found.high)


def auroc_of(positive: Samples, negative: Samples, axis: int = -1) -> Samples:
    """`auroc` of many resamples at once, along an axis."""
    n, m = positive.shape[axis], negative.shape[axis]
    ranks = rankdata(np.concatenate([positive, negative], axis=axis), axis=axis)
    total = np.take(ranks, range(n), axis=axis).sum(axis=axis)
    return np.asarray((total - n * (n + 1) / 2) / (n * m))

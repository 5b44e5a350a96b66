"""Two runs against each other, case by case: what changed, how sure that is, and which cases got worse. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from corpus.errors import EvalError
from evals.columns import cluster_of, column
from evals.measures import COMPARED, PER_CASE, SMALLER_IS_BETTER
from evals.statistics import (
    LEVEL,
    adjust_holm,
    find_interval,
    find_shift,
    mcnemar_p,
    paired_p,
    power_of,
    smallest_detectable,
    weighted_auroc,
    weighted_means,
)
from evals.types import CaseResult

WORST = 10
SURE = "confidence"
"""Kept beside the scores of each case: what AUROC is made of."""
Key = tuple[str, str]
"""A case: the name of its set and its id."""


@dataclass(frozen=True, slots=True)
class Scored:
    """The scores by case that are compared, with what each case shares with others; a metric may lack cases."""

    name: str
    scores: Mapping[str, Mapping[Key, float]]
    clusters: Mapping[Key, Hashable]
    cases: frozenset[Key]
    n_errors: int


@dataclass(frozen=True, slots=True)
class Difference:
    """How one metric moved from A to B over the n cases that have it in both.

    AUROC is of all cases at once: it has no wins, losses and ties, and its p is by bootstrap.
    `change` is B less A, with its 95% interval; `p` is Holm's, over the metrics shown. `verdict` says `worse` or
    `better` where p is under .05. `detectable`: the smallest change that these n cases would show, four times in five.
    """

    metric: str
    n: int
    before: float
    after: float
    change: float
    low: float | None
    high: float | None
    p: float
    wins: int
    losses: int
    ties: int
    detectable: float
    verdict: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """All metrics that both have, and the cases that lost most, worst first, with how much they lost."""

    differences: tuple[Difference, ...]
    worst: tuple[tuple[Key, Mapping[str, float]], ...]
    broken: tuple[str, ...]
    """What no significance excuses: quotes that are not what their article says, more errors than before."""

    @property
    def is_worse(self) -> bool:
        """Whether B must not pass."""
        return bool(self.broken) or any(d.verdict == "worse" for d in self.differences)


def scores_of(name: str, results: Sequence[CaseResult], metrics: Sequence[str] = COMPARED) -> Scored:
    """The scores of a run by case, over repeats the mean; what could not be scored is a miss, as in a report."""
    asked = [r for r in results if not r.without_gold]
    keys: list[Key] = [(r.case.set_name, r.case.id) for r in asked]
    scores: dict[str, dict[Key, float]] = {}
    for metric in metrics:
        values, _ = column(asked, metric)
        of_case: dict[Key, list[float]] = {}
        for key, value in zip(keys, values, strict=True):
            if not np.isnan(value):
                of_case.setdefault(key, []).append(float(value))
        if of_case:
            scores[metric] = {key: sum(v) / len(v) for key, v in of_case.items()}
    sure: dict[Key, list[float]] = {}
    for key, r in zip(keys, asked, strict=True):
        if r.answer:
            sure.setdefault(key, []).append(r.answer.confidence)
    scores[SURE] = {key: sum(v) / len(v) for key, v in sure.items()}
    clusters = {key: cluster_of(r) for key, r in zip(keys, asked, strict=True)}
    return Scored(name, scores, clusters, frozenset(keys), sum(bool(r.error) for r in asked))


def compare_scores(a: Scored, b: Scored) -> Comparison:
    """B against A. Raises EvalError where they are not of the same cases, with those that one of them lacks."""
    if a.cases != b.cases:
        raise EvalError(f"{a.name} and {b.name} are not of the same cases. {_lacking(a, b)} Run both on one set.")
    pairs = [(m, sorted(a.scores[m].keys() & b.scores[m].keys())) for m in COMPARED if m in a.scores and m in b.scores]
    pairs = [(metric, keys) for metric, keys in pairs if keys]
    broken = tuple(_broken(a, b))
    if not pairs and not broken:
        raise EvalError(f"{a.name} and {b.name} have no metric in common that could be compared.")
    n_tests = len(pairs) + int(_can_tell_apart(a, b))
    found = [_differ(metric, keys, a, b, level=LEVEL / n_tests) for metric, keys in pairs]
    if auroc := _differ_in_auroc(a, b, level=LEVEL / n_tests):
        found.append(auroc)
    adjusted = adjust_holm([d.p for d in found])
    judged = tuple(_judge(d, p) for d, p in zip(found, adjusted, strict=True))
    return Comparison(judged, _worst(a, b), broken)


def _lacking(a: Scored, b: Scored) -> str:
    parts = []
    for one, other in ((a, b), (b, a)):
        if missing := sorted(other.cases - one.cases):
            some = ", ".join(id for _, id in missing[:5])
            parts.append(f"{one.name} lacks {len(missing)}: {some}{', …' if len(missing) > 5 else ''}.")
    return " ".join(parts)


def _differ(metric: str, keys: Sequence[Key], a: Scored, b: Scored, *, level: float) -> Difference:
    spec = PER_CASE[metric]
    before = [a.scores[metric][k] for k in keys]
    after = [b.scores[metric][k] for k in keys]
    changes = [y - x for x, y in zip(before, after, strict=True)]
    clusters = [a.clusters.get(k, k) for k in keys]
    up, down = sum(c > 1e-9 for c in changes), sum(c < -1e-9 for c in changes)
    wins, losses = (down, up) if spec.smaller else (up, down)
    whole = all(v in (0.0, 1.0) for v in (*before, *after))
    binary = spec.kind == "yes/no" and whole
    p = mcnemar_p(wins, losses) if binary else paired_p(changes, clusters)
    ends = find_interval(weighted_means(np.array([changes]).T), clusters)
    n = len(keys)
    return Difference(
        metric,
        n,
        sum(before) / n,
        sum(after) / n,
        sum(changes) / n,
        float(ends[0][0]) if ends else None,
        float(ends[1][0]) if ends else None,
        p,
        wins,
        losses,
        n - wins - losses,
        smallest_detectable(changes, clusters, binary=binary, level=level),
        "",
    )


def _kinds(a: Scored, b: Scored) -> dict[Key, bool]:
    """Whether each case that both are sure of, more or less, can be answered."""
    both = sorted(a.scores.get(SURE, {}).keys() & b.scores.get(SURE, {}).keys())
    yes, no = (a.scores.get(name, {}) for name in ("answered", "answered_unanswerable"))
    return {key: key in yes for key in both if key in yes or key in no}


def _can_tell_apart(a: Scored, b: Scored) -> bool:
    return len(set(_kinds(a, b).values())) == 2


def _differ_in_auroc(a: Scored, b: Scored, *, level: float) -> Difference | None:
    """How well the confidence tells the two kinds of question apart, both runs over the same resamples of cases."""
    if not _can_tell_apart(a, b):
        return None
    kinds = _kinds(a, b)
    positive = np.array(list(kinds.values()), bool)
    one, other = (weighted_auroc(np.array([s.scores[SURE][k] for k in kinds]), positive) for s in (a, b))
    shift = find_shift(lambda weights: other(weights) - one(weights), [a.clusters.get(k, k) for k in kinds])
    before, after = (float(f(np.ones((1, len(kinds))))[0]) for f in (one, other))
    low, high, p, error = shift or (None, None, 1.0, 0.0)
    detectable = power_of(error, level)
    return Difference("auroc", len(kinds), before, after, after - before, low, high, p, 0, 0, 0, detectable, "")


def _judge(d: Difference, p: float) -> Difference:
    gained = -d.change if d.metric in SMALLER_IS_BETTER else d.change
    verdict = "" if p >= LEVEL or not gained else "better" if gained > 0 else "worse"
    return replace(d, p=p, verdict=verdict)


def _worst(a: Scored, b: Scored) -> tuple[tuple[Key, Mapping[str, float]], ...]:
    """Cases by how much they lost, over the metrics that both have; those that lost nothing are left out."""
    lost: dict[Key, dict[str, float]] = {}
    for metric in (m for m in COMPARED if m in a.scores and m in b.scores):
        sign = -1.0 if PER_CASE[metric].smaller else 1.0
        for key in a.scores[metric].keys() & b.scores[metric].keys():
            change = sign * (b.scores[metric][key] - a.scores[metric][key])
            if change < -1e-9:
                lost.setdefault(key, {})[metric] = -change
    ordered = sorted(lost.items(), key=lambda item: (-sum(item[1].values()), item[0]))
    return tuple(ordered[:WORST])


def _broken(a: Scored, b: Scored) -> list[str]:
    broken = []
    exact = [key for key, value in b.scores.get("exact_quotes", {}).items() if value < 1]
    if exact:
        broken.append(f"{len(exact)} answers of {b.name} have a quote that is not what its article says: {exact[0][1]}")
    if b.n_errors > a.n_errors:
        broken.append(f"{b.n_errors} cases of {b.name} raised an error, {a.n_errors} of {a.name}")
    return broken

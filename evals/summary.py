"""Case results to a summary of all cases, and of each set, half and tag. Pure. Not here: scoring one case, printing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from evals.columns import cluster_of, column, is_right
from evals.curves import Point, Risk, judged_answers, threshold_points, trace_risk
from evals.measures import DERIVED, METRICS, PER_CASE, SMALLER_IS_BETTER, why_unscored
from evals.statistics import (
    Statistic,
    find_interval,
    weighted_aurc,
    weighted_auroc,
    weighted_means,
    weighted_quantile,
)
from evals.types import CaseResult


@dataclass(frozen=True, slots=True)
class Measure:
    """One metric of one group: its value over the `n` that were asked, with its 95% bootstrap interval if there is one.

    `unscored` counts, by reason, those of the n that have no score. A share counts each of them as a miss.
    """

    value: float
    n: int
    low: float | None
    high: float | None
    unscored: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Group:
    """The measures of the cases that have something in common; those without an error are scored."""

    name: str
    n_asked: int
    n_scored: int
    measures: Mapping[str, Measure]


@dataclass(frozen=True, slots=True)
class Summary:
    """What came of a run; the first group is all cases. `spread` has the mean of each repeat, if several."""

    groups: tuple[Group, ...]
    curve: tuple[Point, ...]
    risk: Risk
    errors: tuple[tuple[str, str], ...]
    spread: Mapping[str, tuple[float, ...]]


def summarize(results: Sequence[CaseResult], *, risk: float = 0.1) -> Summary:
    """All cases, then each set, half and tag where there is more than one; `risk` is that of the chosen threshold."""
    groups = [_group("all", results, results)]
    by: tuple[tuple[str, Callable[[CaseResult], Sequence[str]]], ...] = (
        ("set", lambda r: (r.case.set_name,)),
        ("half", lambda r: (r.case.half,) if r.case.half else ()),
        ("tag", lambda r: r.case.tags),
    )
    for kind, keys_of in by:
        names = list(dict.fromkeys(key for r in results for key in keys_of(r)))
        if len(names) > 1:
            groups += [_group(f"{kind} {n}", [r for r in results if n in keys_of(r)], results) for n in names]
    errors = tuple((r.case.id, r.error) for r in results if r.error)
    return Summary(tuple(groups), threshold_points(results), trace_risk(results, risk), errors, _spread(results))


def _group(name: str, members: Sequence[CaseResult], everything: Sequence[CaseResult]) -> Group:
    asked = [r for r in members if not r.without_gold]
    found = _measure_means(asked, [m for m in PER_CASE if m not in ("seconds", "first_seconds")])
    again = [r for r in members if r.without_gold]
    paired = {(r.case.set_name, r.case.id) for r in again}
    yes = [r for r in asked if r.case.answerable]
    found |= {
        "claim_hit@3_if_answered": _measure_means([r for r in yes if r.scores.get("answered")], ["claim_hit@3"]).get(
            "claim_hit@3"
        ),
        "answered_without_gold": _measure_means(again, ["answered"]).get("answered"),
        "auroc": _auroc(_sure_of(yes, everything), [r for r in asked if not r.case.answerable]),
        "auroc_without_gold": _auroc([r for r in yes if (r.case.set_name, r.case.id) in paired], again),
        "aurc": _aurc(asked),
    }
    for metric, q in (("seconds", 0.5), ("seconds", 0.95), ("seconds", 1.0), ("first_seconds", 0.5)):
        ending = "max" if q == 1 else f"p{round(q * 100)}"
        if f"{metric}_{ending}" in DERIVED:
            found[f"{metric}_{ending}"] = _quantile(asked, metric, q)
    scored = sum(not r.error for r in asked)
    return Group(name, len(asked), scored, {m: v for m in METRICS if (v := found.get(m)) is not None})


def _sure_of(yes: Sequence[CaseResult], everything: Sequence[CaseResult]) -> Sequence[CaseResult]:
    """A tag of unanswerable questions has no answerable ones of its own to be told from: all are taken."""
    return yes or [r for r in everything if r.case.answerable and not r.without_gold]


def _measure_means(results: Sequence[CaseResult], names: Sequence[str]) -> dict[str, Measure | None]:
    """The means of several metrics, their intervals from the same resamples."""
    columns = {name: column(results, name) for name in names} if results else {}
    kept = [name for name, (values, _) in columns.items() if not np.isnan(values).all()]
    if not kept:
        return {}
    values = np.column_stack([columns[name][0] for name in kept])
    means = weighted_means(values)
    middle = means(np.ones((1, len(results))))[:, 0]
    ends = find_interval(means, [cluster_of(r) for r in results])
    return {
        name: Measure(
            float(middle[i]),
            int((~np.isnan(values[:, i])).sum()),
            float(ends[0][i]) if ends else None,
            float(ends[1][i]) if ends else None,
            columns[name][1],
        )
        for i, name in enumerate(kept)
    }


def _measure(statistic: Statistic, results: Sequence[CaseResult], unscored: Mapping[str, int]) -> Measure:
    ends = find_interval(statistic, [cluster_of(r) for r in results])
    value = float(statistic(np.ones((1, len(results))))[0])
    low, high = (float(ends[0]), float(ends[1])) if ends else (None, None)
    return Measure(value, len(results), low, high, unscored)


def _quantile(results: Sequence[CaseResult], name: str, q: float) -> Measure | None:
    scored = [r for r in results if r.scores.get(name) is not None]
    if not scored:
        return None
    return _measure(weighted_quantile(np.array([r.scores[name] for r in scored], np.float64), q), scored, {})


def _auroc(yes: Sequence[CaseResult], no: Sequence[CaseResult]) -> Measure | None:
    both = [r for r in (*yes, *no) if r.answer]
    among = {id(r) for r in yes}
    positive = np.array([id(r) in among for r in both], bool)
    if not positive.any() or positive.all():
        return None
    scores = np.array([r.answer.confidence for r in both if r.answer])
    n_errors = len(yes) + len(no) - len(both)
    unscored = {why_unscored("answered", "error"): n_errors} if n_errors else {}
    return _measure(weighted_auroc(scores, positive), both, unscored)


def _aurc(results: Sequence[CaseResult]) -> Measure | None:
    answered = judged_answers(results)
    if not answered:
        return None
    scores = np.array([r.answer.confidence for r in answered if r.answer])
    return _measure(weighted_aurc(scores, np.array([is_right(r) for r in answered])), answered, {})


def _spread(results: Sequence[CaseResult]) -> dict[str, tuple[float, ...]]:
    """The mean of each share, repeat by repeat."""
    repeats = sorted({r.repeat for r in results})
    if len(repeats) < 2:
        return {}
    parts = [[r for r in results if r.repeat == n and not r.without_gold] for n in repeats]
    out = {}
    for name, metric in PER_CASE.items():
        means = [float(np.nanmean(v)) for part in parts if not np.isnan(v := column(part, name)[0]).all()]
        if metric.kind != "amount" and len(means) == len(repeats):
            out[name] = tuple(means)
    return out


def better(name: str, one: float, other: float) -> bool:
    """Whether the first value of a metric is the better one."""
    return one < other if name in SMALLER_IS_BETTER else one > other


def to_json(summary: Summary) -> dict[str, Any]:
    """The summary as run.json has it."""
    return asdict(summary)

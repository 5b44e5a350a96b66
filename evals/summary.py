"""Case results to a summary of all cases, and of each set, half and tag. Pure. Not here: scoring one case, printing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from evals.metrics import Samples, Statistic, auroc_of, interval
from evals.types import CaseResult

REFUSED_AT = (0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6)
"""The shares of answerable questions refused at which the risk-coverage table has a row."""
TAGS_SHOWN = 4
SMALLER_IS_BETTER = ("answered_unanswerable", "answered_without_gold", "seconds_p50", "seconds_p95")
METRICS = (
    "article_hit@1", "article_hit@5", "passage_hit@1", "passage_hit@5", "claim_hit@1", "claim_hit@3",
    "claim_hit@3_if_answered", "answered", "answered_unanswerable", "auroc", "answered_without_gold",
    "auroc_without_gold", "exact_quotes", "seconds_p50", "seconds_p95",
)  # fmt: skip
"""Every metric, in the order of the table. A refused question counts 0 in claim_hit; `answered` is of answerable
questions, `answered_unanswerable` of the others; `auroc` is of the confidence, answerable against unanswerable, and
`auroc_without_gold` the same questions with and without the articles that answer them."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One metric of one group: its value, over how many, and its 95% bootstrap interval (None below two values)."""

    value: float
    n: int
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Group:
    """The measures of the cases that have something in common; those without an error are scored."""

    name: str
    n_asked: int
    n_scored: int
    measures: Mapping[str, Measure]


@dataclass(frozen=True, slots=True)
class Point:
    """A threshold, the share of answerable questions refused there, and by tag the share of others answered."""

    threshold: float
    refused: float
    answered: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Summary:
    """What came of a run; the first group is all cases."""

    groups: tuple[Group, ...]
    curve: tuple[Point, ...]
    errors: tuple[tuple[str, str], ...]


def summarize(results: Sequence[CaseResult]) -> Summary:
    """All cases, then each set, half and tag where there is more than one, with a risk-coverage curve of all."""
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
    return Summary(tuple(groups), _curve(results), errors)


def _group(name: str, members: Sequence[CaseResult], everything: Sequence[CaseResult]) -> Group:
    asked = [r for r in members if not r.without_gold]
    yes = [r for r in asked if r.case.answerable]
    no = [r for r in asked if not r.case.answerable]
    twins = [r for r in members if r.without_gold]
    paired = {(r.case.set_name, r.case.id) for r in twins}
    # A tag of unanswerable questions has no answerable ones of its own to be told from.
    against = yes or [r for r in everything if r.case.answerable and not r.without_gold]
    seconds = _scores(asked, "seconds")
    found = {
        **{m: _measure(np.mean, _scores(yes, m)) for m in METRICS[:6]},
        "claim_hit@3_if_answered": _measure(
            np.mean, _scores([r for r in yes if r.scores.get("answered")], "claim_hit@3")
        ),
        "answered": _measure(np.mean, _scores(yes, "answered")),
        "answered_unanswerable": _measure(np.mean, _scores(no, "answered")),
        "auroc": _measure(auroc_of, _sure(against), _sure(no)),
        "answered_without_gold": _measure(np.mean, _scores(twins, "answered")),
        "auroc_without_gold": _measure(
            auroc_of, _sure([r for r in yes if (r.case.set_name, r.case.id) in paired]), _sure(twins)
        ),
        "exact_quotes": _measure(np.mean, _scores(members, "exact_quotes")),
        "seconds_p50": _measure(_p50, seconds),
        "seconds_p95": _measure(_p95, seconds),
    }
    scored = sum(not r.error for r in asked)
    return Group(name, len(asked), scored, {m: v for m, v in found.items() if v is not None})


def _p50(values: Samples, axis: int = -1) -> Samples:
    return np.asarray(np.quantile(values, 0.5, axis=axis))


def _p95(values: Samples, axis: int = -1) -> Samples:
    return np.asarray(np.quantile(values, 0.95, axis=axis))


def _scores(results: Sequence[CaseResult], metric: str) -> list[float]:
    return [value for r in results if (value := r.scores.get(metric)) is not None]


def _sure(results: Sequence[CaseResult]) -> list[float]:
    return [r.answer.confidence for r in results if r.answer]


def _measure(statistic: Statistic, *samples: list[float]) -> Measure | None:
    if not all(samples):
        return None
    value = float(statistic(*[np.asarray(s) for s in samples], axis=-1))
    low, high = interval(statistic, *samples) or (None, None)
    return Measure(value, sum(map(len, samples)), low, high)


def _curve(results: Sequence[CaseResult]) -> tuple[Point, ...]:
    asked = [r for r in results if not r.without_gold]
    yes = np.array(_sure([r for r in asked if r.case.answerable]))
    no = [r for r in asked if not r.case.answerable and r.answer]
    if not len(yes) or not no:
        return ()
    common = Counter(tag for r in no for tag in r.case.tags).most_common(TAGS_SHOWN)
    groups = {"unanswerable": np.array(_sure(no))}
    groups |= {tag: np.array(_sure([r for r in no if tag in r.case.tags])) for tag, _ in common}
    thresholds = dict.fromkeys(float(np.quantile(yes, q, method="higher")) for q in REFUSED_AT)
    return tuple(
        Point(t, float((yes < t).mean()), {name: float((sure >= t).mean()) for name, sure in groups.items()})
        for t in thresholds
    )


def to_json(summary: Summary) -> dict[str, Any]:
    """The summary as run.json has it."""
    return asdict(summary)

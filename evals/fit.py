"""Fit the weights of qa/retrieve.py and qa/read.py on the tuning half, and print them with what they reach.

The printed tables are copied into the code by hand: a weight is a decision, with its entry in evals/LOG.md.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from evals.metrics import auroc, holds
from evals.run import holds_gold, twins
from evals.types import EvalCase
from qa.assistant import Assistant
from qa.read import (
    MOST_CLAIMS,
    Weights,
    confidence_in,
    score_sentences,
    signals_of_evidence,
    weights_for,
)
from qa.retrieve import WEIGHTS as PASSAGE_WEIGHTS
from qa.retrieve import Retrieval
from qa.worth import READER_WEIGHT

Matrix = NDArray[np.float64]
Kind = str
MARGINS = (0.0, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 8.0)
REFUSED = (0.02, 0.05, 0.1, 0.15, 0.2)


@dataclass(frozen=True, slots=True)
class Asked:
    """A case and what retrieval found for it; `kind` is present, absent (its articles hidden) or unanswerable."""

    kind: Kind
    case: EvalCase
    retrieval: Retrieval


def ask_cases(assistant: Assistant, cases: Sequence[EvalCase], step: Callable[[], None] = lambda: None) -> list[Asked]:
    """Every case retrieved (and read) once, the answerable ones a second time with their articles hidden."""
    hidden = twins(assistant.library, [c for c in cases if c.answerable])

    def retrieve(case: EvalCase, without: Collection[str] = ()) -> Retrieval:
        found = assistant.retriever.retrieve(case.question, without=without)
        step()
        return found

    out = [Asked("present" if c.answerable else "unanswerable", c, retrieve(c)) for c in cases]
    out += [Asked("absent", c, retrieve(c, hidden[c.id])) for c in cases if c.answerable]
    return [a for a in out if a.retrieval.evidence]


def fit_passages(asked: Sequence[Asked]) -> dict[str, float]:
    """Passage weights by listwise logistic regression: the log-share of the softmax that gold passages get.

    With a reader, its weight comes last, beside the first score as it is.
    """
    reads = any(e.reading for a in asked for e in a.retrieval.evidence)
    names = ["score", "reader"] if reads else list(PASSAGE_WEIGHTS)
    groups = []
    for one in asked:
        if one.kind == "present":
            ranked = [e for e in one.retrieval.ranked if e.reading or not reads]
            rows = [[_first_score(e.signals)] if reads else [] for e in ranked]
            rows = [r + [e.signals[n] for n in names if n in e.signals] for r, e in zip(rows, ranked, strict=True)]
            groups.append((np.array(rows), np.array([holds_gold(e, one.case) for e in ranked])))
    beta = _listwise(groups, len(names))
    return dict(zip(names, (beta / beta[0] if reads else beta).round(2).tolist(), strict=True))


def set_reader_weight(asked: Sequence[Asked], weight: float) -> list[Asked]:
    """What retrieval would have found with another weight of the reader among the passages that were read."""
    out = []
    for one in asked:
        evidence = [
            replace(e, hit=replace(e.hit, score=e.hit.score + (weight - READER_WEIGHT) * e.signals["reader"]))
            if e.reading
            else e
            for e in one.retrieval.evidence
        ]
        out.append(replace(one, retrieval=replace(one.retrieval, evidence=tuple(evidence))))
    return out


def fit_sentences(asked: Sequence[Asked], weights: Weights) -> dict[str, float]:
    """Sentence weights, likewise, over the sentences of the passages that retrieval returns."""
    names = list(weights.sentence)
    groups = []
    for one in asked:
        if one.kind == "present":
            scored = score_sentences(one.retrieval, weights)
            rows = np.array([[s.signals.get(n, 0.0) for n in names] for s in scored])
            groups.append((rows, np.array([holds(s.text, one.case) for s in scored])))
    return dict(zip(names, _listwise(groups, len(names)).round(2).tolist(), strict=True))


def fit_confidence(asked: Sequence[Asked], weights: Weights) -> dict[str, float]:
    """Logistic weights of the confidence: present against absent and unanswerable, each kind with the same weight."""
    signals = [_signals(one, weights) for one in asked]
    names = list(signals[0])
    x = np.array([[s[n] for n in names] for s in signals])
    y = np.array([float(one.kind == "present") for one in asked])
    share = {kind: sum(one.kind == kind for one in asked) for kind in ("present", "absent", "unanswerable")}
    w = np.array([(2.0 if one.kind == "present" else 1.0) / share[one.kind] for one in asked])
    w /= w.sum()

    def loss(beta: Matrix) -> float:
        z = x @ beta
        return float((w * (np.logaddexp(0, z) - y * z)).sum() + 1e-3 * (beta[1:] ** 2).sum())

    beta = minimize(loss, np.zeros(len(names)), method="L-BFGS-B").x
    return dict(zip(names, np.round(beta, 2).tolist(), strict=True))


def confidences(asked: Sequence[Asked], weights: Weights) -> dict[Kind, list[float]]:
    """The confidence of each case, by kind."""
    out: dict[Kind, list[float]] = {"present": [], "absent": [], "unanswerable": []}
    for one in asked:
        scored = score_sentences(one.retrieval, weights)
        out[one.kind].append(confidence_in(one.retrieval, scored, weights))
    return out


def describe_confidence(sure: Mapping[Kind, Sequence[float]]) -> list[str]:
    """AUROC against each kind, and the thresholds at which a share of the answerable is refused."""
    lines = [
        f"AUROC against {kind}: {auroc(sure['present'], sure[kind]) or 0:.3f}" for kind in ("absent", "unanswerable")
    ]
    for refused in REFUSED:
        threshold = float(np.quantile(sure["present"], refused)) if sure["present"] else 0.0
        answered = {k: float(np.mean(np.array(v) >= threshold)) if v else 0.0 for k, v in sure.items()}
        lines.append(
            f"threshold {threshold:.3f}: present refused {1 - answered['present']:.3f}, "
            f"absent answered {answered['absent']:.3f}, unanswerable answered {answered['unanswerable']:.3f}"
        )
    return lines


def hits_by_margin(asked: Sequence[Asked], weights: Weights) -> list[str]:
    """For each margin within which a second and third sentence are shown: how many, and how often one answers."""
    rows = []
    for one in asked:
        if one.kind == "present":
            scored = score_sentences(one.retrieval, weights)[:MOST_CLAIMS]
            rows.append([(scored[0].score - s.score, holds(s.text, one.case)) for s in scored])
    lines = []
    for margin in MARGINS:
        shown = [[hit for gap, hit in row if gap <= margin] for row in rows]
        lines.append(
            f"margin {margin:g}: {np.mean([len(s) for s in shown]):.2f} sentences, one answers "
            f"{np.mean([any(s) for s in shown]):.3f}"
        )
    return lines


def weights_of(asked: Sequence[Asked]) -> Weights:
    """The table of weights that is being fitted."""
    return weights_for(asked[0].retrieval)


def _first_score(signals: Mapping[str, float]) -> float:
    return sum(PASSAGE_WEIGHTS[name] * value for name, value in signals.items() if name in PASSAGE_WEIGHTS)


def _signals(one: Asked, weights: Weights) -> dict[str, float]:
    return signals_of_evidence(one.retrieval, score_sentences(one.retrieval, weights))


def _listwise(groups: Sequence[tuple[Matrix, NDArray[np.bool_]]], n: int) -> Matrix:
    usable = [(rows, gold) for rows, gold in groups if gold.any() and not gold.all()]

    def loss(beta: Matrix) -> float:
        total = 0.0
        for rows, gold in usable:
            z = rows @ beta
            total -= float(np.logaddexp.reduce(z[gold]) - np.logaddexp.reduce(z))
        return total / len(usable) + 1e-3 * float((beta**2).sum())

    return np.asarray(minimize(loss, np.zeros(n), method="L-BFGS-B").x)

"""Fit the weights of qa/retrieve.py and qa/read.py on the tuning half, and print them with what they reach.

The printed tables are copied into the code by hand: a weight is a decision, with its entry in evals/LOG.md.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from evals.metrics import auroc, holds
from evals.run import holds_gold, twins
from evals.types import EvalCase
from qa.assistant import Assistant
from qa.read import WITH_READER, WITHOUT_READER, score_sentences, signals_of_evidence, weights_for
from qa.retrieve import WEIGHTS as PASSAGE_WEIGHTS

Matrix = NDArray[np.float64]


def fit_passages(assistant: Assistant, cases: Sequence[EvalCase]) -> dict[str, float]:
    """Passage weights by listwise logistic regression: the log-share of the softmax that gold passages get."""
    names = [*PASSAGE_WEIGHTS, *(["reader"] if assistant.reads else [])]
    groups = []
    for case in cases:
        ranked = assistant.retriever.retrieve(case.question).ranked
        ranked = tuple(e for e in ranked if e.reading) or ranked
        rows = np.array([[e.signals[n] for n in names] for e in ranked])
        groups.append((rows, np.array([holds_gold(e, case) for e in ranked])))
    return dict(zip(names, _listwise(groups, len(names)).round(1).tolist(), strict=True))


def fit_sentences(assistant: Assistant, cases: Sequence[EvalCase]) -> dict[str, float]:
    """Sentence weights, likewise, over the sentences of the passages that retrieval returns."""
    weights = WITH_READER if assistant.reads else WITHOUT_READER
    names = list(weights.sentence)
    groups = []
    for case in cases:
        scored = score_sentences(assistant.retriever.retrieve(case.question), weights)
        rows = np.array([[s.signals.get(n, 0.0) for n in names] for s in scored])
        groups.append((rows, np.array([holds(s.text, case) for s in scored])))
    return dict(zip(names, _listwise(groups, len(names)).round(1).tolist(), strict=True))


def fit_confidence(
    assistant: Assistant, present: Sequence[EvalCase], absent: Sequence[EvalCase], unanswerable: Sequence[EvalCase]
) -> tuple[dict[str, float], dict[str, float]]:
    """Logistic weights of the confidence, and AUROCs on what it was fitted to.

    `present` are answerable, `absent` are answerable but their articles are hidden, `unanswerable` were judged so by
    people. Each of the three kinds has the same weight.
    """
    hidden = twins(assistant.library, absent)
    kinds = [
        [(c, frozenset[str]()) for c in present],
        [(c, hidden[c.id]) for c in absent],
        [(c, frozenset[str]()) for c in unanswerable],
    ]
    rows: list[list[float]] = []
    labels: list[float] = []
    weights: list[float] = []
    kept: list[int] = []
    names: list[str] = []
    for kind, members in enumerate(kinds):
        for case, without in members:
            retrieval = assistant.retriever.retrieve(case.question, without=without)
            if not retrieval.evidence:
                continue
            signals = signals_of_evidence(retrieval, score_sentences(retrieval, weights_for(retrieval)))
            names = list(signals)
            rows.append([signals[n] for n in names])
            labels.append(float(kind == 0))
            kept.append(kind)
            weights.append((2.0 if kind == 0 else 1.0) / len(members))
    x, y, w = np.array(rows), np.array(labels), np.array(weights)
    w /= w.sum()

    def loss(beta: Matrix) -> float:
        z = x @ beta
        return float((w * (np.logaddexp(0, z) - y * z)).sum() + 1e-3 * (beta[1:] ** 2).sum())

    beta = minimize(loss, np.zeros(len(names)), method="L-BFGS-B").x
    z = (x @ beta).tolist()
    of_kind = [[score for score, k in zip(z, kept, strict=True) if k == kind] for kind in range(3)]
    reached = {
        "absent": auroc(of_kind[0], of_kind[1]) or 0.0,
        "unanswerable": auroc(of_kind[0], of_kind[2]) or 0.0,
    }
    return dict(zip(names, np.round(beta, 2).tolist(), strict=True)), reached


def _listwise(groups: Sequence[tuple[Matrix, NDArray[np.bool_]]], n: int) -> Matrix:
    usable = [(rows, gold) for rows, gold in groups if gold.any() and not gold.all()]

    def loss(beta: Matrix) -> float:
        total = 0.0
        for rows, gold in usable:
            z = rows @ beta
            total -= float(np.logaddexp.reduce(z[gold]) - np.logaddexp.reduce(z))
        return total / len(usable) + 1e-3 * float((beta**2).sum())

    return np.asarray(minimize(loss, np.zeros(n), method="L-BFGS-B").x)

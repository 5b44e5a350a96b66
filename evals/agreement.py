"""How far a judge agrees with people: labelled examples in, Cohen's kappa with its interval out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import bootstrap

from corpus.errors import EvalError
from evals.judge import CORRECTNESS, SUPPORT, Judge, Ruling

RESAMPLES = 2000
Numbers = NDArray[Any]
SEED = 0


@dataclass(frozen=True, slots=True)
class Label:
    """One example that a person has labelled: an answer to a question, or a claim with its quotes."""

    place: str
    label: str
    question: str = ""
    accepted: Mapping[str, Sequence[str]] | None = None
    text: str = ""
    quotes: tuple[str, ...] = ()

    @property
    def task(self) -> str:
        """`correctness` for an answer to a question, `support` for a claim."""
        return "correctness" if self.question else "support"


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of one task: examples, those scored, the share that agrees, kappa with its 95% interval, who said what.

    `kappa` is None where it is not defined (fewer than two labels in use). `pairs` counts (person, judge).
    """

    task: str
    n: int
    n_scored: int
    agreeing: float | None
    kappa: float | None
    low: float | None
    high: float | None
    pairs: Mapping[tuple[str, str], int]
    reasons: Mapping[str, int]


def read_labels(path: Path) -> list[Label]:
    """The examples of a .jsonl file, one a line, in either of two forms.

    `{"question", "answer", "answers"?, "sentences"?, "reference"?, "label": "correct" | "partly" | "wrong"}`
    `{"claim", "quotes", "label": "supported" | "partial" | "unsupported"}`

    Raises EvalError with file and line.
    """
    try:
        lines = path.read_text("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise EvalError(f"{path}: cannot be read ({error}). Give a .jsonl of labelled examples.") from error
    labels = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            labels.append(_read_label(json.loads(line), f"{path}:{number}"))
        except (ValueError, RecursionError) as error:
            raise EvalError(f"{path}:{number}: {error}") from error
    if not labels:
        raise EvalError(f"{path}: no example in it")
    return labels


def _read_label(data: Any, place: str) -> Label:
    if not isinstance(data, dict) or ("question" in data) == ("claim" in data):
        raise ValueError('expected an object with either "question" or "claim"')
    names = CORRECTNESS if "question" in data else SUPPORT
    if data.get("label") not in names:
        raise ValueError(f'"label" must be one of {", ".join(names)}')
    for key in ("question", "answer") if "question" in data else ("claim",):
        if not isinstance(data.get(key), str) or not data[key].strip():
            raise ValueError(f"{key!r} must be text")
    for key in ("answers", "sentences", "quotes"):
        if not isinstance(data.get(key, []), list) or not all(isinstance(x, str) for x in data.get(key, [])):
            raise ValueError(f"{key!r} must be a list of texts")
    if "claim" in data:
        return Label(place, data["label"], text=data["claim"], quotes=tuple(data.get("quotes", ())))
    accepted = {k: tuple(data[k]) for k in ("answers", "sentences") if data.get(k)}
    if data.get("reference"):
        accepted["reference"] = (str(data["reference"]),)
    if not accepted:
        raise ValueError('an answer is judged against "answers", "sentences" or "reference"; it has none')
    return Label(place, data["label"], data["question"], accepted, data["answer"])


def ask_judge(judge: Judge, labels: Sequence[Label], progress: Callable[[], None] = lambda: None) -> list[Ruling]:
    """What the judge says of each example, without being told the label."""
    out = []
    for one in labels:
        if one.task == "correctness":
            out.append(judge.is_correct(one.question, one.accepted or {}, one.text))
        else:
            out += judge.are_supported([(one.text, one.quotes)])
        progress()
    return out


def measure_agreement(labels: Sequence[Label], rulings: Sequence[Ruling]) -> list[Agreement]:
    """Agreement of each task that has examples. Unscored ones are counted apart, and are no disagreement.

    Kappa after Cohen (1960), with a percentile bootstrap over examples (fixed seed).
    """
    out = []
    for task in ("correctness", "support"):
        pairs = [(a, b) for a, b in zip(labels, rulings, strict=True) if a.task == task]
        if pairs:
            out.append(_agreement(task, pairs))
    return out


def _agreement(task: str, pairs: Sequence[tuple[Label, Ruling]]) -> Agreement:
    scored = [(label.label, ruling.verdict) for label, ruling in pairs if ruling.verdict]
    people, machine = [a for a, _ in scored], [b for _, b in scored]
    kappa, low, high = _kappa_with_interval(people, machine, list(CORRECTNESS if task == "correctness" else SUPPORT))
    return Agreement(
        task,
        len(pairs),
        len(scored),
        sum(a == b for a, b in scored) / len(scored) if scored else None,
        kappa,
        low,
        high,
        Counter(scored),
        Counter(ruling.reason for _, ruling in pairs if not ruling.verdict),
    )


def cohen_kappa(a: Numbers, b: Numbers, axis: int = -1) -> Numbers:
    """Cohen's kappa (1960) of two raters' classes, given as small whole numbers, along an axis.

    1 where both say one and the same class throughout: they agree, though chance alone would make them.
    """
    observed = (a == b).mean(axis)
    chance = sum((a == k).mean(axis) * (b == k).mean(axis) for k in range(1 + int(max(a.max(), b.max()))))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(chance < 1, (observed - chance) / (1 - chance), 1.0)


def _kappa_with_interval(
    people: Sequence[str], machine: Sequence[str], names: Sequence[str]
) -> tuple[float | None, float | None, float | None]:
    if len(set(people) | set(machine)) < 2:
        return None, None, None  # all in one class: chance agreement is complete, kappa is 0/0
    at = {name: i for i, name in enumerate(names)}
    a, b = np.array([at[x] for x in people]), np.array([at[x] for x in machine])
    kappa = float(cohen_kappa(a, b))
    if len(a) < 3:
        return kappa, None, None
    found = bootstrap((a, b), cohen_kappa, paired=True, n_resamples=RESAMPLES, method="percentile", rng=SEED)
    return kappa, float(found.confidence_interval.low), float(found.confidence_interval.high)

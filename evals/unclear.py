"""Measure and fit asking back: of questions that lack something, and of clear ones, how many are asked back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from corpus.errors import EvalError
from corpus.library import Library
from evals.rewrites import fit_logistic
from qa.assistant import Assistant
from qa.config import Config
from qa.history import read_history
from qa.rewrite import retrieve_in_context
from qa.types import Turn
from qa.unclear import WEIGHTS, ask_back, features, list_stories

CLEAR = 0.045
"""The share of the clear questions of the tuning half that a fitted threshold lets be asked back."""


@dataclass(frozen=True, slots=True)
class Posed:
    """A question in its conversation, and whether people found that something is missing in it."""

    question: str
    history: tuple[Turn, ...]
    lacks: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """What the model makes of a question: its features, and whether it is asked back."""

    posed: Posed
    features: dict[str, float]
    asked_back: bool


def read_posed(path: Path) -> list[Posed]:
    """The questions of JSON lines with question, perhaps history, and what people said of them. Raises EvalError.

    `answerability` UNDERSPECIFIED: something is missing; where `answerable` is false, the question is left out.
    """
    try:
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
        return [
            Posed(
                " ".join(row["question"].split()),
                read_history(row.get("history") or []),
                row.get("answerability") == "UNDERSPECIFIED",
            )
            for row in rows
            if row.get("answerable", True)
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise EvalError(f"{path}: cannot be read ({error}). Give JSON lines with question, answerability.") from error


def put_after_others(posed: Sequence[Posed], assistant: Assistant) -> list[Posed]:
    """Each question as one that changes the subject: after another one of them and the answer to that."""
    out = []
    for n, one in enumerate(posed):
        other = posed[(n + len(posed) // 2) % len(posed)].question
        out.append(replace(one, history=(Turn("user", other), Turn("assistant", assistant.ask(other).text))))
    return out


def judge_posed(posed: Sequence[Posed], library: Library) -> list[Judged]:
    """Every question, over the library that it is asked of."""
    retriever, embedder = Assistant(library, Config()).retriever, library.embedder
    out = []
    for one in posed:
        typed = retriever.retrieve(one.question)
        found = typed if not one.history else retrieve_in_context(retriever, one.question, one.history)
        _, choices = ask_back(one.question, one.history, found, retriever, embedder)
        seen = features(one.question, one.history, typed, list_stories(typed), embedder)
        out.append(Judged(one, seen, bool(choices)))
    return out


def summarise(judged: Sequence[Judged]) -> Iterator[str]:
    """Lines with the shares asked back, in halves: every other question for tuning."""
    for lacks in (True, False):
        for name, half in (("tune", judged[::2]), ("report", judged[1::2])):
            among = [one.asked_back for one in half if one.posed.lacks == lacks]
            if among:
                what = "lacking something" if lacks else "clear"
                yield f"{what}, {name} half: {np.mean(among):.3f} of {len(among)} asked back"


def fit(judged: Sequence[Judged], others: Sequence[Judged] = ()) -> tuple[dict[str, float], float]:
    """Weights and threshold from the tuning halves; `others` are clear questions of another library."""
    rows = [*judged[::2], *others[::2]]
    x = np.array([[one.features[name] for name in WEIGHTS] for one in rows])
    y = np.array([float(one.posed.lacks) for one in rows])
    beta = fit_logistic(x, y, np.full(len(rows), 1 / len(rows)))
    z = x @ beta
    n = len(judged[::2])
    clear = np.quantile(z[:n][y[:n] == 0], 1 - CLEAR)
    return dict(zip(WEIGHTS, beta.round(2).tolist(), strict=True)), float(clear)

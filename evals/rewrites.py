"""Fit the weights that qa/rewrite.py goes by, on public follow-ups and their hand-written standalone forms.

The printed tables are copied into the code by hand: a weight is a decision, with its entry in evals/LOG.md.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from corpus.errors import EvalError
from qa.needs import needs_features
from qa.phrases import clean_turn, content_stems
from qa.topics import list_topics
from qa.types import Turn

KEYWORDS = "-kw"
"""A source whose answers are lists of keywords: it tells whether a question needs its history, not what it needs."""
MOST_KEYWORDS = 2500
SEED = 5
TRAINED = 0.7
"""The share of the rows that is fitted on; the rest is what the printed figures are of."""

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question in its conversation, and the same as a person wrote it to stand alone."""

    history: tuple[Turn, ...]
    question: str
    standalone: str
    source: str = ""

    @property
    def added(self) -> frozenset[str]:
        """The stems that the standalone form has and the question lacks."""
        return content_stems(self.standalone) - content_stems(self.question)


@dataclass(frozen=True, slots=True)
class Fitted:
    """A table of weights, and what it reaches on the rows kept back."""

    weights: dict[str, float]
    reached: dict[str, float]


def read_follow_ups(path: Path) -> list[FollowUp]:
    """JSON lines, gzipped or not: `{"history", "question", "rewrite" or "standalone"}`; those without history left out.

    A turn is a string (the user's) or `{"role", "text" or "content"}`; a first turn of role `topic` opens the first
    question. Raises EvalError.
    """
    try:
        raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        rows = [json.loads(line) for line in raw.decode().splitlines() if line.strip()]
        return [one for one in map(_follow_up, rows) if one.history]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EvalError(
            f"{path}: cannot be read ({error}). Give JSON lines with history, question, rewrite."
        ) from error


def fit_needs(rows: Sequence[FollowUp]) -> Fitted:
    """Weights of qa/needs.py: follow-ups against standalone forms with the same history and with a foreign one."""
    rows = _mixed(rows)
    kinds: list[tuple[str, dict[str, float], bool]] = []
    for at, row in enumerate(rows):
        said = content_stems(" ".join(turn.content for turn in row.history))
        foreign = rows[(at + 37) % len(rows)].standalone
        if row.added:
            kinds += [("follow-up", needs_features(row.question, said), True)]
            kinds += [("standalone", needs_features(row.standalone, said), False)]
        else:
            kinds += [("as it was", needs_features(row.question, said), False)]
        kinds += [("foreign", needs_features(foreign, said), False)]
    names = list(kinds[0][1])
    x = np.array([[found[name] for name in names] for _, found, _ in kinds])
    y = np.array([needed for *_, needed in kinds], float)
    n = int(TRAINED * len(kinds))
    beta = fit_logistic(x[:n], y[:n], np.full(n, 1 / n))
    z = x[n:] @ beta
    reached = {
        f"{kind}, over one half": float(np.mean([z[i] > 0 for i, k in enumerate(kinds[n:]) if k[0] == kind]))
        for kind in dict.fromkeys(k[0] for k in kinds)
    }
    return Fitted(dict(zip(names, beta.round(1).tolist(), strict=True)), reached)


def fit_topics(rows: Sequence[FollowUp]) -> Fitted:
    """Weights of qa/topics.py: phrases of the history whose words people added, against the other phrases."""
    groups = []
    for row in _mixed([row for row in rows if KEYWORDS not in row.source and row.added]):
        asked, topics = content_stems(row.question), list_topics(row.question, row.history)
        right = [bool(t.phrase.stems - asked) and t.phrase.stems - asked <= row.added for t in topics]
        if topics:
            groups.append((topics, right))
    names = list(groups[0][0][0].features)
    n = int(TRAINED * len(groups))
    x = np.array([[t.features[name] for name in names] for topics, _ in groups[:n] for t in topics])
    y = np.array([one for _, right in groups[:n] for one in right], float)
    w = np.array([len(topics) ** -0.5 for topics, _ in groups[:n] for _ in topics])
    beta = fit_logistic(x, y, w / w.sum())
    first = [right[int(np.argmax([_score(t.features, names, beta) for t in topics]))] for topics, right in groups[n:]]
    return Fitted(dict(zip(names, beta.round(1).tolist(), strict=True)), {"first topic right": float(np.mean(first))})


def _score(features: dict[str, float], names: Sequence[str], beta: Matrix) -> float:
    return float(np.array([features[name] for name in names]) @ beta)


def _mixed(rows: Sequence[FollowUp]) -> list[FollowUp]:
    """The rows in a fixed random order, few of them with keywords for answers."""
    full = [row for row in rows if KEYWORDS not in row.source]
    keywords = [row for row in rows if KEYWORDS in row.source]
    draw = random.Random(SEED)
    draw.shuffle(keywords)
    out = full + keywords[:MOST_KEYWORDS]
    draw.shuffle(out)
    return out


def fit_logistic(x: Matrix, y: Matrix, weights: Matrix) -> Matrix:
    """Logistic regression of y (n,) on x (n, d), rows weighted; the d coefficients, hardly shrunk."""

    def loss(beta: Matrix) -> float:
        z = x @ beta
        return float((weights * (np.logaddexp(0, z) - y * z)).sum() + 1e-4 * (beta**2).sum())

    return np.asarray(minimize(loss, np.zeros(x.shape[1]), method="L-BFGS-B").x)


def _follow_up(row: dict[str, object]) -> FollowUp:
    turns = list(_turns(row["history"]))
    standalone = row.get("rewrite", row.get("standalone"))
    return FollowUp(
        tuple(turns), clean_turn(str(row["question"])), clean_turn(str(standalone)), str(row.get("source", ""))
    )


def _turns(history: object) -> Iterator[Turn]:
    opening = ""
    for turn in history if isinstance(history, list) else []:
        if isinstance(turn, str):
            yield Turn("user", turn)
            continue
        text = str(turn.get("text", turn.get("content")))
        if turn["role"] == "topic":
            opening = f"{text}. "
            continue
        yield Turn("assistant" if turn["role"] == "assistant" else "user", opening + text)
        opening = ""
    if opening:
        yield Turn("user", opening)

"""How well the claim check tells supported claims from others: judged claims, and edited sentences.

Judged claims are lines of `{"claim", "label", "evidence": [sentences]}`; the check has to find its evidence among the
sentences itself. Every other claim is for tuning, the rest for the report.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import log
from pathlib import Path
from time import perf_counter

import numpy as np
from scipy.optimize import minimize
from scipy.stats import rankdata

from corpus.errors import EvalError
from corpus.types import Article
from evals.edits import make_pairs
from qa.check import SOME, SOME_FROM, SUPPORTED, SUPPORTED_FROM, Checker, probability
from qa.lacking import Quote
from qa.retrieve import stems_of

LABELS = {"supported": 2, "partially_supported": 1, "not_supported": 0}
_TOLD = re.compile(r"PUBLISHED DATETIME: (\d{4}-\d\d-\d\d)")
_PENALTY = 0.1


@dataclass(frozen=True, slots=True)
class JudgedClaim:
    """A claim, people's judgement of it (2 supported, 1 in part, 0 not) and the sentences of its article."""

    text: str
    label: int
    sentences: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """One row: a signal, and its AUROC of supported against the rest and of some support against none, by half."""

    name: str
    supported: tuple[float, float]
    some: tuple[float, float]


def read_claims(path: Path) -> list[JudgedClaim]:
    """The judged claims of a file. Raises EvalError naming the line."""
    out = []
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise EvalError(f"{path} cannot be read: {error.strerror}. Name a file of judged claims.") from error
    for number, line in enumerate(lines, 1):
        try:
            data = json.loads(line)
            found = _TOLD.search(" ".join(data["evidence"]))
            told = date.fromisoformat(found[1]) if found else None
            sentences = tuple(Quote(sentence, told) for sentence in data["evidence"])
            out.append(JudgedClaim(data["claim"], LABELS[data["label"]], sentences))
        except (ValueError, KeyError, TypeError) as error:
            raise EvalError(f"{path}:{number}: no judged claim ({error})") from error
    return out


def make_checker(claims: Sequence[JudgedClaim]) -> Checker:
    """A checker that weighs words by how rare they are among the sentences of all the claims' articles."""
    seen: Counter[str] = Counter()
    n = 0
    for sentences in {claim.sentences: None for claim in claims}:
        for quote in sentences:
            seen.update(set(stems_of(quote.text)))
            n += 1
    return Checker(lambda wanted: {stem: log(1 + n / (seen[stem] + 0.5)) for stem in wanted})


def signals_of(checker: Checker, claims: Sequence[JudgedClaim]) -> list[dict[str, float]]:
    """The signals of each claim, from the sentences that the check gathers for it."""
    out = []
    for claim in claims:
        found = [claim.sentences[i] for i in checker.gather(claim.text, claim.sentences)]
        whole = checker.signals(claim.text, found)
        best = [checker.signals(claim.text, [quote])["cover"] for quote in found[:1]]
        out.append(whole | {"one sentence": max(best, default=0.0)})
    return out


def fit_weights(
    signals: Sequence[Mapping[str, float]], wanted: Sequence[bool], names: Sequence[str]
) -> dict[str, float]:
    """Logistic weights by penalised maximum likelihood, the bias unpenalised."""
    table = np.array([[row[name] for name in names] for row in signals])
    sign = 2.0 * np.array(wanted) - 1.0

    def loss(weights: np.ndarray) -> float:
        return float(np.logaddexp(0, -(table @ weights) * sign).sum() + _PENALTY * (weights[1:] ** 2).sum() / 2)

    return dict(zip(names, map(float, minimize(loss, np.zeros(len(names))).x), strict=True))


def measure_claims(signals: Sequence[Mapping[str, float]], claims: Sequence[JudgedClaim]) -> list[Measured]:
    """The single signals and the two scores of qa/check.py, each on the tuning and the report half."""
    rows = {name: [row[name] for row in signals] for name in ("one sentence", "cover", "pairs", "words", "names")}
    rows["facts lacking"] = [-row["facts"] for row in signals]
    out = [Measured(name, _halves(s, claims, 2), _halves(s, claims, 1)) for name, s in rows.items()]
    whole = [probability(SUPPORTED, row) for row in signals]
    some = [probability(SOME, row) for row in signals]
    return [*out, Measured("the check", _halves(whole, claims, 2), _halves(some, claims, 1))]


def confusion(checker: Checker, claims: Sequence[JudgedClaim]) -> dict[tuple[int, str], int]:
    """How often each judgement meets each verdict, on the report half."""
    counted: Counter[tuple[int, str]] = Counter()
    for claim in claims[1::2]:
        found = [claim.sentences[i] for i in checker.gather(claim.text, claim.sentences)]
        verdict = checker.check(claim.text, found).support if found else "unsupported"
        counted[claim.label, "supported" if verdict == "quote" else verdict] += 1
    return dict(counted)


def choose_thresholds(signals: Sequence[Mapping[str, float]], claims: Sequence[JudgedClaim]) -> tuple[float, float]:
    """Where supported begins and unsupported ends: the best balanced accuracy on the tuning half."""
    out = []
    for weights, least in ((SUPPORTED, 2), (SOME, 1)):
        scores = np.array([probability(weights, row) for row in signals])[::2]
        truth = np.array([claim.label >= least for claim in claims])[::2]
        levels = np.round(np.unique(scores), 3)
        gains = [(scores >= t)[truth].mean() + (scores < t)[~truth].mean() for t in levels]
        out.append(float(levels[int(np.argmax(gains))]))
    return out[0], out[1]


def measure_edits(
    checker: Checker, articles: Sequence[Article], seed: int
) -> tuple[dict[str, tuple[int, float]], float]:
    """For each edit how many pairs, and how many of them pass as supported; and milliseconds a claim."""
    pairs = make_pairs(articles, seed)
    began = perf_counter()
    passed = [checker.check(pair.claim, [pair.source]).support in ("quote", "supported") for pair in pairs]
    each = 1000 * (perf_counter() - began) / max(1, len(pairs))
    by_edit: dict[str, list[bool]] = {}
    for pair, ok in zip(pairs, passed, strict=True):
        by_edit.setdefault(pair.edit, []).append(ok)
    return {edit: (len(oks), sum(oks) / len(oks)) for edit, oks in by_edit.items()}, each


def auroc(scores: Sequence[float], positive: Sequence[bool]) -> float:
    """The area under the ROC curve, by ranks (Mann and Whitney, 1947); ties count half."""
    truth = np.array(positive, bool)
    n_yes, n_no = int(truth.sum()), int((~truth).sum())
    if not n_yes or not n_no:
        return float("nan")
    ranks = rankdata(scores)
    return float((ranks[truth].sum() - n_yes * (n_yes + 1) / 2) / (n_yes * n_no))


def _halves(scores: Sequence[float], claims: Sequence[JudgedClaim], least: int) -> tuple[float, float]:
    truth = [claim.label >= least for claim in claims]
    return auroc(scores[::2], truth[::2]), auroc(scores[1::2], truth[1::2])


def describe_weights(checker: Checker, claims: Sequence[JudgedClaim]) -> str:
    """The weights and thresholds that the tuning half gives, as they stand in qa/check.py."""
    signals = signals_of(checker, claims[::2])
    names = list(SUPPORTED)
    whole = fit_weights(signals, [claim.label == 2 for claim in claims[::2]], names)
    some = fit_weights(signals, [claim.label >= 1 for claim in claims[::2]], names)
    shown = [{name: round(weight, 2) for name, weight in weights.items()} for weights in (whole, some)]
    now = f"now {SUPPORTED_FROM} and {SOME_FROM}"
    return f"SUPPORTED = {shown[0]}\nSOME = {shown[1]}\nthresholds by balanced accuracy: {now}"

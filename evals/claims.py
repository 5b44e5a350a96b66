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
from scipy.stats import rankdata

from corpus.errors import EvalError
from corpus.types import Article
from evals.edits import make_pairs
from qa.alignment import Aligner
from qa.check import Checker, Judge, probability
from qa.lacking import Quote
from qa.retrieve import stems_of

LABELS = {"supported": 2, "partially_supported": 1, "not_supported": 0}
SINGLE = {
    "alone": "one sentence", "cover": "cover", "pairs": "pairs", "words": "words", "names": "names",
    "near": "near", "worst": "worst quarter", "part": "best clause",
}  # fmt: skip
"""Signals that are measured by themselves, and what they are called."""
_TOLD = re.compile(r"PUBLISHED DATETIME: (\d{4}-\d\d-\d\d)")


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


def make_checker(claims: Sequence[JudgedClaim], judge: Judge | None = None, aligner: Aligner | None = None) -> Checker:
    """A checker that weighs words by how rare they are among the sentences of all the claims' articles."""
    seen: Counter[str] = Counter()
    n = 0
    for sentences in {claim.sentences: None for claim in claims}:
        for quote in sentences:
            seen.update(set(stems_of(quote.text)))
            n += 1
    return Checker(lambda wanted: {stem: log(1 + n / (seen[stem] + 0.5)) for stem in wanted}, judge, aligner=aligner)


def signals_of(checker: Checker, claims: Sequence[JudgedClaim]) -> list[dict[str, float]]:
    """The signals of each claim, from the sentences that the check gathers for it."""
    out = []
    for claim in claims:
        found = [claim.sentences[i] for i in checker.gather(claim.text, claim.sentences)]
        out.append(checker.signals(claim.text, found))
    return out


def measure_claims(
    checker: Checker, signals: Sequence[Mapping[str, float]], claims: Sequence[JudgedClaim]
) -> list[Measured]:
    """The single signals and the two scores of qa/check.py, each on the tuning and the report half."""
    single = [name for name in SINGLE if all(name in row for row in signals)]
    rows = {SINGLE[name]: [row[name] for row in signals] for name in single}
    rows["facts lacking"] = [-row["facts"] for row in signals]
    out = [Measured(name, _halves(s, claims, 2), _halves(s, claims, 1)) for name, s in rows.items()]
    if all("judged" in row for row in signals):
        yes, part = ([row[name] for row in signals] for name in ("judged", "judged some"))
        out.append(Measured("the judge", _halves(yes, claims, 2), _halves(part, claims, 1)))
    whole = [probability(checker.grades.whole, row) for row in signals]
    some = [probability(checker.grades.some, row) for row in signals]
    return [*out, Measured("the check", _halves(whole, claims, 2), _halves(some, claims, 1))]


def confusion(checker: Checker, claims: Sequence[JudgedClaim]) -> dict[tuple[int, str], int]:
    """How often each judgement meets each verdict, on the report half."""
    counted: Counter[tuple[int, str]] = Counter()
    for claim in claims[1::2]:
        found = [claim.sentences[i] for i in checker.gather(claim.text, claim.sentences)]
        verdict = checker.check(claim.text, found).support if found else "unsupported"
        counted[claim.label, "supported" if verdict == "quote" else verdict] += 1
    return dict(counted)


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

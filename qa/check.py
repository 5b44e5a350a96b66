"""Does the cited text support the claim? Every claim passes through here, whoever wrote it.

A claim that stands in its evidence word for word is a `quote`. Any other is judged by how much of its words the
evidence has, the rare ones counting more; and by what no paraphrase replaces (qa/facts.py): a number, date or name that
the evidence lacks, or a denial, a hedge or a direction that it turns round, makes it at most `partial`. A trained judge
can be put beside the rules.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, log
from typing import Literal, Protocol

from corpus.language import DEFAULT_LANGUAGE
from corpus.stem import WIDE, query_stems, stems
from qa.facts import (
    names_of,
)
from qa.foreign import lacking_abroad, turned_abroad
from qa.lacking import Quote, has_name, lacking_facts, plain, turned_round
from qa.retrieve import stems_of
from qa.types import Support

_WIDE = re.compile(rf"[{WIDE}]")
JUDGE_LIMIT = 5.0
"""A judge's log-odds count up to this, either way."""
MOST_EVIDENCE = 3
"""Sentences that the check takes together where no source is named."""
CANDIDATES, LEAST_WORDS = 4, 3
"""For a claim without a source: how many sentences are looked at, and how many words it has to have."""
LEAST_GAIN = 0.01
"""A further sentence has to add this share of the claim's weight."""


@dataclass(frozen=True, slots=True)
class Grades:
    """How signals become a verdict; fitted and chosen on the tuning half (evals/LOG.md).

    `whole` and `some` are logistic weights: is all of the claim supported, is any of it? `supported` begins where the
    first reaches `whole_from`, `unsupported` ends where the second reaches `some_from`.
    """

    whole: Mapping[str, float]
    some: Mapping[str, float]
    whole_from: float
    some_from: float


BY_RULES = Grades(
    whole={"bias": -3.02, "cover": 3.43, "pairs": 0.06, "names": 0.73, "facts": -0.94},
    some={"bias": -0.71, "cover": 3.63, "pairs": 3.65, "names": 0.49, "facts": -0.35},
    whole_from=0.5,
    some_from=0.75,
)


class Judge(Protocol):
    """A trained model beside the rules; the reader that ships does not help there yet (evals/LOG.md)."""

    def score(self, claim: str, evidence: str) -> tuple[float, float, float]:
        """How probable it is that the evidence supports the claim wholly, in part, not at all; they sum to 1."""
        ...


class Second(Protocol):
    """A second opinion."""

    def give(self, claim: str, evidence: str) -> Support | None:
        """`supported`, `partial` or `unsupported`; None for no opinion."""
        ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """How far a claim is supported, and in words what is lacking (empty where nothing is)."""

    support: Support
    reason: str = ""


Rarity = Callable[[Sequence[str]], Mapping[str, float]]
"""Stems to weights, larger for rarer ones."""


class Checker:
    """Checks claims.

    `rarity` weighs words (all alike without it); what `judge` says is a signal more, for `grades` that weigh it.
    `second` is asked about claims that lack nothing in particular and are found partly supported all the same.
    `language` says what claims and quotes are written in; English has the most rules.
    """

    def __init__(
        self,
        rarity: Rarity | None = None,
        judge: Judge | None = None,
        second: Second | None = None,
        grades: Grades = BY_RULES,
        language: Callable[[], str] = lambda: DEFAULT_LANGUAGE,
    ) -> None:
        self._language = language
        self._rarity = rarity or (lambda wanted: dict.fromkeys(wanted, 1.0))
        self._judge = judge
        self._second = second
        self.grades = grades

    def check(self, claim: str, quotes: Sequence[Quote]) -> Verdict:
        """The verdict on one claim, from the quotes alone."""
        if not quotes:
            return Verdict("unsupported", "no source is cited")
        places = [place for quote in quotes if (place := _stands_in(claim, quote.text))]
        if "sentence" in places:
            return Verdict("quote")
        turned = self._turned(claim, quotes)
        if places:  # what stands before the words can take them back: "he denied that …"
            return Verdict("partial", turned) if turned else Verdict("quote")
        signals = self.signals(claim, quotes)
        lacking = self._lacking(claim, quotes)
        grades = self.grades
        if probability(grades.some, signals) < grades.some_from:
            return Verdict("unsupported", "what is cited says something else")
        if lacking or turned:
            return Verdict("partial", lacking or turned)
        if probability(grades.whole, signals) >= grades.whole_from:
            return Verdict("supported")
        opinion = self._second.give(claim, " ".join(quote.text for quote in quotes)) if self._second else None
        if opinion == "unsupported":
            return Verdict("unsupported", "what is cited says something else")
        return Verdict("supported") if opinion == "supported" else Verdict("partial", self._unsaid(claim, quotes))

    def find(self, claim: str, quotes: Sequence[Quote]) -> int | None:
        """Which of the quotes supports the claim by itself; None where none does, however near it comes."""
        weights = self._rarity(query_stems(claim, self._language()))
        has = [frozenset(stems_of(quote.text, self._language())) for quote in quotes]
        nearest = sorted(range(len(quotes)), key=lambda i: -_cover(weights, has[i]))[:CANDIDATES]
        for i in nearest:
            support = self.check(claim, [quotes[i]]).support
            # Two words or less are in many sentences by chance.
            if support == "quote" or (support == "supported" and len(weights) >= LEAST_WORDS):
                return i
        return None

    def gather(self, claim: str, quotes: Sequence[Quote]) -> list[int]:
        """The one to three of the quotes that have most of the claim's words together, the first adding most."""
        weights = self._rarity(query_stems(claim, self._language()))
        has = [frozenset(stems_of(quote.text, self._language())) for quote in quotes]
        chosen: list[int] = []
        covered: frozenset[str] = frozenset()
        while len(chosen) < min(MOST_EVIDENCE, len(quotes)):
            gain = max(range(len(quotes)), key=lambda i: _cover(weights, covered | has[i]))
            if _cover(weights, covered | has[gain]) <= _cover(weights, covered) + LEAST_GAIN:
                break
            chosen.append(gain)
            covered |= has[gain]
        return chosen

    def signals(self, claim: str, quotes: Sequence[Quote]) -> dict[str, float]:
        """What the evidence says about the claim, each from 0 to 1 (the bias is 1, a judge's from -1 to 1)."""
        language = self._language()
        wanted = query_stems(claim, language)
        weights = self._rarity(wanted)
        has: frozenset[str] = frozenset()
        beside: set[tuple[str, str]] = set()
        for quote in quotes:
            own = stems(quote.text, language)
            has |= frozenset(own)
            beside |= set(pairwise(own))
        said = list(pairwise(stems(claim, language)))
        names = names_of(claim) if language == DEFAULT_LANGUAGE else []
        judged = {}
        if self._judge:
            yes, part, _ = self._judge.score(claim, " ".join(quote.text for quote in quotes))
            judged = {"judged": _odds(yes), "judged some": _odds(yes + part)}
        return judged | {
            "bias": 1.0,
            "cover": _cover(weights, has),
            "pairs": sum(pair in beside for pair in said) / len(said) if said else 0.0,
            "words": sum(stem in has for stem in wanted) / len(wanted) if wanted else 0.0,
            "names": sum(has_name(name, has) for name in names) / len(names) if names else 1.0,
            "facts": float(bool(self._lacking(claim, quotes))),
        }

    def _lacking(self, claim: str, quotes: Sequence[Quote]) -> str:
        language = self._language()
        if language == DEFAULT_LANGUAGE:
            return lacking_facts(claim, quotes)
        return lacking_abroad(claim, quotes, language)

    def _turned(self, claim: str, quotes: Sequence[Quote]) -> str:
        language = self._language()
        return turned_round(claim, quotes) if language == DEFAULT_LANGUAGE else turned_abroad(claim, quotes, language)

    def _unsaid(self, claim: str, quotes: Sequence[Quote]) -> str:
        language = self._language()
        has = {stem for quote in quotes for stem in stems(quote.text, language)}
        words = [w for w in re.findall(r"[\w’'-]{4,}", claim) if not set(stems(w, language)) <= has]
        if not words or language == "zh":  # nothing says where a Chinese word ends
            return "the article says only a part of this"
        return f"the article says only a part: not “{words[0]}”"


def check_claim(claim: str, quotes: Sequence[str]) -> tuple[Support, str]:
    """How far the quotes support the claim, and what is lacking, in words, with all words weighing alike."""
    verdict = Checker().check(claim, [Quote(quote) for quote in quotes])
    return verdict.support, verdict.reason


def _odds(share: float) -> float:
    """Log-odds, cut at JUDGE_LIMIT and scaled to -1 to 1."""
    share = min(max(share, 1e-6), 1 - 1e-6)
    return max(-1.0, min(1.0, log(share / (1 - share)) / JUDGE_LIMIT))


def probability(weights: Mapping[str, float], signals: Mapping[str, float]) -> float:
    """The logistic function of the weighted signals."""
    return 1 / (1 + exp(-sum(weight * signals[name] for name, weight in weights.items())))


def _stands_in(claim: str, quote: str) -> Literal["", "sentence", "clause"]:
    """Whether the claim is a stretch of whole words of the quote, and whether it begins where a sentence does."""
    said, text = plain(claim), plain(quote)
    found: Literal["", "sentence", "clause"] = ""
    at = text.find(said)
    while at >= 0:
        before, after = text[:at].rstrip(' "“„«「『'), text[at + len(said) : at + len(said) + 1]
        cut = _one_word(text[at - 1 : at], said[:1]) or _one_word(said[-1:], after)
        if not cut and (not before or before[-1] in ".!?:”。！？：…؟۔”“»」』"):
            return "sentence"
        found = found or ("" if cut else "clause")
        at = text.find(said, at + 1)
    return found


def _one_word(before: str, after: str) -> bool:
    """Whether two characters side by side stand in one word; of Chinese ones nobody can say so."""
    return before.isalnum() and after.isalnum() and not _WIDE.match(before) and not _WIDE.match(after)


def _cover(weights: Mapping[str, float], has: frozenset[str]) -> float:
    total = sum(weights.values())
    return sum(weight for stem, weight in weights.items() if stem in has) / total if total else 0.0

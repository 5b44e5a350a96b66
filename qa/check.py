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
from datetime import date, datetime
from itertools import pairwise
from math import exp
from typing import Literal, Protocol

from corpus.stem import query_stems, stems
from corpus.types import day_of
from qa.facts import (
    HEDGE,
    NEGATION,
    Moment,
    Number,
    moments_of,
    names_of,
    numbers_of,
    quotations_of,
    sides_of,
)
from qa.retrieve import stems_of
from qa.types import Support

SUPPORTED = {"bias": -3.02, "cover": 3.43, "pairs": 0.06, "names": 0.73, "facts": -0.94}
SOME = {"bias": -0.71, "cover": 3.63, "pairs": 3.65, "names": 0.49, "facts": -0.35}
"""Logistic weights: is all of the claim supported, is any of it? Fitted on the tuning half (evals/LOG.md)."""
SUPPORTED_FROM, SOME_FROM = 0.5, 0.75
"""Where `supported` begins and `unsupported` ends, chosen on the tuning half (evals/LOG.md)."""
MOST_EVIDENCE = 3
"""Sentences that the check takes together where no source is named."""
CANDIDATES, LEAST_WORDS = 4, 3
"""For a claim without a source: how many sentences are looked at, and how many words it has to have."""
LEAST_GAIN = 0.01
"""A further sentence has to add this share of the claim's weight."""
SAME_SENTENCE = 0.6
"""A sentence that has this share of a claim's words is about the same thing, so that a "not" more or less counts."""

MUCH_THE_SAME = 0.8
"""Two sentences that share this much of their other words (Jaccard) differ in the order of their names alone."""


class Judge(Protocol):
    """A trained model beside the rules."""

    def score(self, claim: str, evidence: str) -> tuple[float, float, float]:
        """How probable it is that the evidence supports the claim wholly, in part, not at all; they sum to 1."""
        ...


@dataclass(frozen=True, slots=True)
class Quote:
    """A text that a claim is checked against, and when its article was published."""

    text: str
    published: date | datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """How far a claim is supported, and in words what is lacking (empty where nothing is)."""

    support: Support
    reason: str = ""


Rarity = Callable[[Sequence[str]], Mapping[str, float]]
"""Stems to weights, larger for rarer ones."""


class Checker:
    """Checks claims. `rarity` weighs words (all alike without it); `judge` decides on what the rules let pass."""

    def __init__(self, rarity: Rarity | None = None, judge: Judge | None = None) -> None:
        self._rarity = rarity or (lambda wanted: dict.fromkeys(wanted, 1.0))
        self._judge = judge

    def check(self, claim: str, quotes: Sequence[Quote]) -> Verdict:
        """The verdict on one claim, from the quotes alone."""
        if not quotes:
            return Verdict("unsupported", "no source is cited")
        places = [place for quote in quotes if (place := _stands_in(claim, quote.text))]
        if "sentence" in places:
            return Verdict("quote")
        turned = turned_round(claim, quotes)
        if places:  # what stands before the words can take them back: "he denied that …"
            return Verdict("partial", turned) if turned else Verdict("quote")
        signals = self.signals(claim, quotes)
        lacking = lacking_facts(claim, quotes)
        whole, some = probability(SUPPORTED, signals), probability(SOME, signals)
        if self._judge is not None:
            whole, part, _ = self._judge.score(claim, " ".join(quote.text for quote in quotes))
            some = whole + part
        if some < SOME_FROM:
            return Verdict("unsupported", "what is cited says something else")
        if lacking or turned:
            return Verdict("partial", lacking or turned)
        return Verdict("supported") if whole >= SUPPORTED_FROM else Verdict("partial", _unsaid(claim, quotes))

    def find(self, claim: str, quotes: Sequence[Quote]) -> int | None:
        """Which of the quotes supports the claim by itself; None where none does, however near it comes."""
        weights = self._rarity(query_stems(claim))
        has = [frozenset(stems_of(quote.text)) for quote in quotes]
        nearest = sorted(range(len(quotes)), key=lambda i: -_cover(weights, has[i]))[:CANDIDATES]
        for i in nearest:
            support = self.check(claim, [quotes[i]]).support
            # Two words or less are in many sentences by chance.
            if support == "quote" or (support == "supported" and len(weights) >= LEAST_WORDS):
                return i
        return None

    def gather(self, claim: str, quotes: Sequence[Quote]) -> list[int]:
        """The one to three of the quotes that have most of the claim's words together, the first adding most."""
        weights = self._rarity(query_stems(claim))
        has = [frozenset(stems_of(quote.text)) for quote in quotes]
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
        """What the evidence says about the claim, each from 0 to 1 (the bias is 1)."""
        wanted = query_stems(claim)
        weights = self._rarity(wanted)
        has: frozenset[str] = frozenset()
        beside: set[tuple[str, str]] = set()
        for quote in quotes:
            own = stems(quote.text)
            has |= frozenset(own)
            beside |= set(pairwise(own))
        said = list(pairwise(stems(claim)))
        names = names_of(claim)
        return {
            "bias": 1.0,
            "cover": _cover(weights, has),
            "pairs": sum(pair in beside for pair in said) / len(said) if said else 0.0,
            "words": sum(stem in has for stem in wanted) / len(wanted) if wanted else 0.0,
            "names": sum(_has_name(name, has) for name in names) / len(names) if names else 1.0,
            "facts": float(bool(lacking_facts(claim, quotes))),
        }


def check_claim(claim: str, quotes: Sequence[str]) -> tuple[Support, str]:
    """How far the quotes support the claim, and what is lacking, in words, with all words weighing alike."""
    verdict = Checker().check(claim, [Quote(quote) for quote in quotes])
    return verdict.support, verdict.reason


def probability(weights: Mapping[str, float], signals: Mapping[str, float]) -> float:
    """The logistic function of the weighted signals."""
    return 1 / (1 + exp(-sum(weight * signals[name] for name, weight in weights.items())))


def lacking_facts(claim: str, quotes: Sequence[Quote]) -> str:
    """The numbers, dates, names and quotations of a claim that its evidence lacks, in words; empty without any."""
    has = frozenset(stem for quote in quotes for stem in stems(quote.text))
    given = [number for quote in quotes for number in numbers_of(quote.text)]
    said = numbers_of(claim)
    wrong = [n for n in said if not any(n.fits(other) for other in given)]
    if not wrong and len(said) == len(given):
        wrong = _left_over(said, given)
    for number in wrong:
        near = [g for g in given if g.unit == number.unit and _beside_the_same(number.text, claim, g.text, quotes)]
        if near:
            return f"the article says {near[0].text}, not {number.text}"
    if wrong:
        return f"the article does not have {_listed([n.text for n in wrong])}"
    days = [(moment, quote) for quote in quotes for moment in moments_of(quote.text, day_of(quote.published))]
    told = next((day for quote in quotes if (day := day_of(quote.published))), None)
    off = [m for m in moments_of(claim, told) if not any(_dated(m, other) for other, _ in days)]
    if off:
        other = next((o.text for o, _ in days if o.kind == off[0].kind), "")
        says = f"the article says {other}, not {off[0].text}"
        return says if other else f"the article does not say that it was {off[0].text}"
    if names := [name for name in names_of(claim) if not _has_name(name, has)]:
        return f"the article does not name {_listed(names)}"
    plain = [_plain(quote.text).lower() for quote in quotes]
    for words in quotations_of(claim):
        if not any(_plain(words).lower().strip(".,") in text for text in plain):
            return "the article does not have the quoted words"
    return ""


def turned_round(claim: str, quotes: Sequence[Quote]) -> str:
    """Whether the claim turns round what the nearest quote says: a denial, a hedge, a direction, who did it to whom."""
    wanted = frozenset(query_stems(claim))
    parts = [part for quote in quotes for part in re.split(r"(?<=[.!?])[\"”’)]*\s+|\n+", quote.text) if part.strip()]
    nearest = max(parts, key=lambda part: len(wanted & frozenset(stems(part))), default="")
    near = frozenset(stems(nearest))
    if not wanted or len(wanted & near) < SAME_SENTENCE * len(wanted):
        return ""
    clause = _clause(claim, nearest)
    denied, denies = (len(NEGATION.findall(text)) for text in (clause, claim))
    if denied % 2 != denies % 2:
        return "the article denies this" if denied > denies else "the article says this without the denial"
    if HEDGE.search(clause) and not HEDGE.search(claim):
        return f"the article has it only with “{HEDGE.search(clause)[0]}”"  # type: ignore[index]
    theirs = sides_of(near)
    for pair, sides in sides_of(frozenset(stems(claim))).items():
        if len(sides) == 1 and theirs.get(pair) and not sides & theirs[pair]:
            return "the article says the opposite"
    return "the article has it the other way round" if _swapped(claim, nearest) else ""


def _clause(claim: str, sentence: str) -> str:
    """The part of a sentence that the claim restates: from a word before its first word of the claim to its last."""
    wanted = frozenset(query_stems(claim))
    words = list(re.finditer(r"[\w’']+", sentence))
    at = [i for i, word in enumerate(words) if wanted & frozenset(stems(word.group()))]
    if not at:
        return sentence
    first, last = max(0, at[0] - 4), at[-1]
    return sentence[words[first].start() : words[last].end()]


def _swapped(claim: str, sentence: str) -> bool:
    """Whether names have changed places while the rest is much the same."""
    if _COPULA.search(claim) and _COPULA.search(sentence) and not _PASSIVE.search(claim):
        return False  # "the mayor is Ana" says what "Ana is the mayor" says
    known = frozenset(stem for text in (claim, sentence) for name in names_of(text) for stem in stems(name))
    ours, theirs = _in_order(claim, known), _in_order(sentence, known)
    shared = [name for name in ours if name in theirs]
    if len(shared) < 2 or shared == [name for name in theirs if name in shared]:
        return False
    names = {stem for name in shared for stem in stems(name)}
    mine, other = frozenset(stems(claim)) - names, frozenset(stems(sentence)) - names
    return len(mine & other) >= MUCH_THE_SAME * len(mine | other)


def _in_order(text: str, known: frozenset[str]) -> list[str]:
    """Names by first appearance, words that stand together as one."""
    runs = [re.sub(r"^(?:The|A|An) ", "", " ".join(run.split())) for run in re.findall(_RUN, text)]
    return list(dict.fromkeys(run for run in runs if set(stems(run)) & known))


_RUN = r"[A-Z][\w’'-]*(?:\s+[A-Z][\w’'-]*)*"
_COPULA = re.compile(r"\b(?:is|was|are|were|remains?|became)\b", re.IGNORECASE)
_PASSIVE = re.compile(r"\b(?:is|was|are|were|been|being)\b[^.]{0,60}\bby\b", re.IGNORECASE)


def _stands_in(claim: str, quote: str) -> Literal["", "sentence", "clause"]:
    """Whether the claim is a stretch of whole words of the quote, and whether it begins where a sentence does."""
    said, text = _plain(claim), _plain(quote)
    found: Literal["", "sentence", "clause"] = ""
    at = text.find(said)
    while at >= 0:
        before, after = text[:at].rstrip(' "“'), text[at + len(said) : at + len(said) + 1]
        cut = (text[at - 1 : at].isalnum() and said[:1].isalnum()) or (after.isalnum() and said[-1:].isalnum())
        if not cut and (not before or before[-1] in ".!?:”"):
            return "sentence"
        found = found or ("" if cut else "clause")
        at = text.find(said, at + 1)
    return found


def _dated(moment: Moment, other: Moment) -> bool:
    """Whether the source's date gives the claim's; a weekday on both sides is compared by name."""
    if moment.kind == "weekday" and other.kind == "weekday":
        return moment.text.lower() == other.text.lower() or moment.fits(other)
    return moment.fits(other) or (moment.kind == "weekday" and other.kind in ("day", "partial") and other.fits(moment))


def _has_name(name: str, has: frozenset[str]) -> bool:
    """Whether the evidence has a name, its possessive or its adjective (Tarvenia, Tarvenian)."""
    own = stems(name)
    return all(stem in has or (len(stem) > 5 and any(_kin(stem, other) for other in has)) for stem in own)


def _kin(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) > 4 and longer.startswith(shorter) and len(longer) - len(shorter) <= 3


def _left_over(said: Sequence[Number], given: Sequence[Number]) -> list[Number]:
    """Numbers of a claim that remain when each number of the source stands for one: "two of two" for "two of four"."""
    free = list(given)
    left = []
    for number in said:
        match = next((other for other in free if number.fits(other)), None)
        if match is None:
            left.append(number)
        else:
            free.remove(match)
    return left


def _beside_the_same(number: str, claim: str, given: str, quotes: Sequence[Quote]) -> bool:
    """Whether the word after the claim's number stands after the source's, too."""
    after = re.search(re.escape(number) + r"\W+(\w+)", claim)
    if after is None:
        return False
    return any(re.search(re.escape(given) + r"\W+" + re.escape(after[1]) + r"\b", quote.text) for quote in quotes)


def _unsaid(claim: str, quotes: Sequence[Quote]) -> str:
    has = {stem for quote in quotes for stem in stems(quote.text)}
    words = [w for w in re.findall(r"[\w’'-]{4,}", claim) if not set(stems(w)) <= has]
    return f"the article says only a part: not “{words[0]}”" if words else "the article says only a part of this"


def _cover(weights: Mapping[str, float], has: frozenset[str]) -> float:
    total = sum(weights.values())
    return sum(weight for stem, weight in weights.items() if stem in has) / total if total else 0.0


def _listed(words: Sequence[str]) -> str:
    return ", ".join(list(dict.fromkeys(words))[:3])


def _plain(text: str) -> str:
    return " ".join(text.split())

"""What a claim says that its evidence does not, in words: facts that it lacks, and statements that it turns round.

Pure. Whether a claim is supported on the whole is in qa/check.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from corpus.split import split_sentences
from corpus.stem import query_stems, stems
from corpus.types import day_of
from qa.facts import HEDGE, NEGATION, names_of, quotations_of, sides_of
from qa.moments import DAYS, Moment, moments_of
from qa.numbers import Number, numbers_of
from qa.swapped import have_swapped

SAME_SENTENCE = 0.6
"""A sentence that has this share of a claim's words is about the same thing, so that a "not" more or less counts."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A text that a claim is checked against, and when its article was published."""

    text: str
    published: date | datetime | None = None


def lacking_facts(claim: str, quotes: Sequence[Quote]) -> str:
    """The numbers, dates, names and quotations of a claim that its evidence lacks, in words; empty without any."""
    has = frozenset(stem for quote in quotes for stem in stems(quote.text))
    given = [number for quote in quotes for number in numbers_of(quote.text)]
    ordinals = [number for quote in quotes for number in numbers_of(quote.text, from_first=True)]
    said = numbers_of(claim)
    wrong = [n for n in said if not any(n.fits(other) for other in ordinals)]
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
    if not days and told:
        # A sentence without a date tells of the time in which it was published, as far as a month or a year goes.
        off = [m for m in off if m.kind not in ("month", "year") or not any(a <= told <= b for a, b in m.spans)]
    if off:
        other = next((o.text for o, _ in days if o.kind == off[0].kind), "")
        says = f"the article says {other}, not {off[0].text}"
        return says if other else f"the article does not say that it was {off[0].text}"
    if names := [name for name in names_of(claim) if not has_name(name, has)]:
        return f"the article does not name {_listed(names)}"
    texts = [plain(quote.text).lower() for quote in quotes]
    for words in quotations_of(claim):
        if not any(plain(words).lower().strip(".,") in text for text in texts):
            return "the article does not have the quoted words"
    return ""


def turned_round(claim: str, quotes: Sequence[Quote]) -> str:
    """Whether the claim turns round what the nearest quote says: a denial, a hedge, a direction, who did it to whom."""
    wanted = frozenset(query_stems(claim))
    parts = [quote.text[start:end] for quote in quotes for start, end in split_sentences(quote.text)]
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
    return "the article has it the other way round" if have_swapped(claim, nearest) else ""


def _clause(claim: str, sentence: str) -> str:
    """The part of a sentence that the claim restates: from a word before its first word of the claim to its last."""
    wanted = frozenset(query_stems(claim))
    words = list(re.finditer(r"[\w’']+", sentence))
    at = [i for i, word in enumerate(words) if wanted & frozenset(stems(word.group()))]
    if not at:
        return sentence
    first, last = max(0, at[0] - 4), at[-1]
    return sentence[words[first].start() : words[last].end()]


def _dated(moment: Moment, other: Moment) -> bool:
    """Whether the source's date gives the claim's; a weekday on both sides is compared by name."""
    if moment.kind == "weekday" and other.kind == "weekday":
        return moment.text.lower() == other.text.lower() or moment.fits(other)
    if moment.kind == "weekday" and not moment.spans and other.kind == "day":
        return any(day.weekday() == DAYS.index(moment.text.lower()) for day, _ in other.spans)
    return moment.fits(other) or (moment.kind == "weekday" and other.kind in ("day", "partial") and other.fits(moment))


def has_name(name: str, has: frozenset[str]) -> bool:
    """Whether the evidence has a name, its possessive or its adjective (Tarvenia, Tarvenian)."""
    own = stems(name)
    return all(stem in has or (len(stem) > 5 and any(are_kin(stem, other) for other in has)) for stem in own)


def are_kin(one: str, other: str) -> bool:
    """Whether one stem is the other with up to three letters more."""
    if one[:5] != other[:5]:
        return False  # nearly always, and without a look at which is the shorter
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


def _listed(words: Sequence[str]) -> str:
    return ", ".join(list(dict.fromkeys(words))[:3])


def plain(text: str) -> str:
    """The text with single spaces."""
    return " ".join(text.split())

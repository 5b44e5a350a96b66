"""Two sentences that are nearly one: which number, date, name or denial stands in place of another. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import lru_cache

from qa.facts import NEGATION
from qa.lineup.stated import Kind
from qa.moments import DATE, DAYS, MONTHS
from qa.numbers import Number, find_numbers

ONE_SENTENCE = 0.75
"""Sentences with this share of their words in one order (difflib's ratio) are one sentence, changed."""
ROUNDED_FROM = 1000.0
ABOUT = 0.1
"""A number said to be about another may be off by this share."""
_rough_words = """
about around nearly almost roughly approximately some close to
"""
_ROUGH = frozenset(_rough_words.split())
_WORD = re.compile(r"[\w’'$€£%.,:-]*\w")
_CALENDAR = frozenset([*MONTHS, *DAYS])

Change = tuple[Kind, str, str, int]
"""Kind, what one has, what the other has, and where the first begins."""


@lru_cache(maxsize=8192)
def find_changes(one: str, other: str) -> tuple[Change, ...] | None:
    """What was put for what; None where they are not nearly one sentence, () where only the wording differs."""
    a, b = list(_WORD.finditer(one)), list(_WORD.finditer(other))
    matcher = SequenceMatcher(None, [m.group() for m in a], [m.group() for m in b], autojunk=False)
    if min(len(a), len(b)) < 5 or matcher.real_quick_ratio() < ONE_SENTENCE or matcher.ratio() < ONE_SENTENCE:
        return None
    found: list[Change] = []
    for tag, a1, a2, b1, b2 in matcher.get_opcodes():
        if tag == "equal":
            continue
        mine = (a[a1].start(), a[a2 - 1].end()) if a2 > a1 else (len(one), len(one))
        theirs = (b[b1].start(), b[b2 - 1].end()) if b2 > b1 else (len(other), len(other))
        found += _change(one, other, mine, theirs)
    return tuple(found)


def _change(one: str, other: str, mine_at: tuple[int, int], theirs_at: tuple[int, int]) -> Iterator[Change]:
    mine, theirs, at = one[slice(*mine_at)], other[slice(*theirs_at)], mine_at[0]
    if len(NEGATION.findall(mine)) % 2 != len(NEGATION.findall(theirs)) % 2:
        yield "denial", "", "", at
    if not mine or not theirs or len(mine.split()) > 4 or len(theirs.split()) > 4:
        return
    if ({w.lower() for w in mine.split()} & _CALENDAR and {w.lower() for w in theirs.split()} & _CALENDAR) or (
        _is_year(mine) and _is_year(theirs)
    ):
        yield "date", mine, theirs, at
    elif (a := _numbers_in(one, mine_at)) and (b := _numbers_in(other, theirs_at)):
        if not (a[0].fits(b[0]) or b[0].fits(a[0])):  # in one sentence, a round number is no rounding of another
            yield "number", a[0].text, b[0].text, at
    elif re.search(r"\d", mine) and re.search(r"\d", theirs):
        yield "number", mine, theirs, at
    elif mine[:1].isupper() and theirs[:1].isupper() and at > 0:
        yield "name", mine, theirs, at


def _is_year(text: str) -> bool:
    return bool(re.fullmatch(r"(?:1[5-9]|20)\d\d", text)) and bool(DATE.fullmatch(text))


def _numbers_in(text: str, span: tuple[int, int]) -> list[Number]:
    return [number for number, start, end in find_numbers(text) if span[0] < end and start < span[1]]


def same_number(one: Number, other: Number) -> bool:
    """Whether two numbers say the same, but for rounding and for words like "about"."""
    rough = one.about.lower() in _ROUGH or other.about.lower() in _ROUGH
    if rough and abs(one.value - other.value) <= ABOUT * max(one.value, other.value):
        return True
    return one.fits(other) or other.fits(one) or _rounds(one.value, other.value) or _rounds(other.value, one.value)


def _rounds(rough: float, exact: float) -> bool:
    """Whether a large number is the other one rounded to at least two digits."""
    if abs(rough) < ROUNDED_FROM:
        return False
    digits = len(f"{rough:.0f}".rstrip("0"))
    return digits >= 2 and abs(float(f"{exact:.{digits - 1}e}") - rough) <= 1e-6 * abs(rough)

"""Two sentences that are nearly the same, word by word: which number, date, name or denial was put for another? Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import lru_cache

from qa.facts import NEGATION, numbers_of
from qa.moments import DATE, DAYS, MONTHS

ONE_SENTENCE = 0.75
"""Sentences with this share of their words in one order (difflib's ratio) are one sentence, changed."""
_WORD = re.compile(r"[\w’'$€£%.,:-]*\w")
_CALENDAR = frozenset([*MONTHS, *DAYS])

Change = tuple[str, str, str, int]
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
        mine = one[a[a1].start() : a[a2 - 1].end()] if a2 > a1 else ""
        theirs = other[b[b1].start() : b[b2 - 1].end()] if b2 > b1 else ""
        at = a[a1].start() if a1 < len(a) else len(one)
        found += _change(mine, theirs, at)
    return tuple(found)


def _change(mine: str, theirs: str, at: int) -> Iterator[Change]:
    if len(NEGATION.findall(mine)) % 2 != len(NEGATION.findall(theirs)) % 2:
        yield "denial", "", "", at
    if not mine or not theirs or len(mine.split()) > 4 or len(theirs.split()) > 4:
        return
    if {w.lower() for w in mine.split()} & _CALENDAR and {w.lower() for w in theirs.split()} & _CALENDAR:
        yield "date", mine, theirs, at
    elif _is_year(mine) and _is_year(theirs):
        yield "date", mine, theirs, at
    elif _has_number(mine) and _has_number(theirs):
        if not _same_numbers(mine, theirs):
            yield "number", mine, theirs, at
    elif mine[:1].isupper() and theirs[:1].isupper() and at > 0:
        yield "name", mine, theirs, at


def _is_year(text: str) -> bool:
    return bool(re.fullmatch(r"(?:1[5-9]|20)\d\d", text)) and bool(DATE.fullmatch(text))


def _has_number(text: str) -> bool:
    return bool(re.search(r"\d", text) or numbers_of(text))


def _same_numbers(mine: str, theirs: str) -> bool:
    a, b = numbers_of(mine), numbers_of(theirs)
    if len(a) == len(b) == 1:
        return a[0].fits(b[0]) or b[0].fits(a[0])
    return mine == theirs

"""Have two names or numbers changed places? "Quillon sued Brackwell" for "Brackwell sued Quillon". Pure; English."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from corpus.stem import STOP_WORDS, stems
from qa.facts import names_of
from qa.numbers import NUMBER_WORDS

MUCH_THE_SAME = 0.6
"""Two sentences that share this much of their other words (Jaccard) are about the same thing, so that order counts."""
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_FREE = frozenset(("and", "or", "with", "as", "well"))
"""Words around which the order says nothing."""
_BY = re.compile(r"\b(?:by|with|and)\b", re.IGNORECASE)
"""Between two names these make the order free, or turn it: "was sued by", "met with", "Ana and Bo"."""


@dataclass(frozen=True, slots=True)
class _Word:
    stem: str
    start: int
    end: int


def have_swapped(claim: str, sentence: str) -> bool:
    """Whether the claim has names of the sentence in exchanged places: name, word, name in the opposite order.

    A phrase that stands elsewhere, as in "In March, the plant closed", leaves names and verb in their order, and where
    nothing but a form of "to be" stands between, either order says the same. A passive turns the order once more.
    """
    names = frozenset(stem for text in (claim, sentence) for name in names_of(text) for stem in stems(name))
    if _fills_the_same(claim, sentence, names):
        return True
    ours, theirs = _words(claim), _words(sentence)
    mine, other = ({word.stem for word in words} - names for words in (ours, theirs))
    if len(mine & other) < MUCH_THE_SAME * len(mine | other):
        return False
    ours, theirs = _differing(ours, theirs)
    here, there = _once(ours), _once(theirs)
    shared = sorted(here.keys() & there.keys(), key=lambda stem: here[stem].start)
    for a, b in combinations([stem for stem in shared if stem in names], 2):
        if there[b].start > there[a].start:
            continue
        between = [
            stem for stem in shared
            if stem not in names
            and here[a].start < here[stem].start < here[b].start
            and there[b].start < there[stem].start < there[a].start
        ]  # fmt: skip
        turned = [_BY.search(claim, here[a].end, here[b].start), _BY.search(sentence, there[b].end, there[a].start)]
        if between and (turned[0] is None) == (turned[1] is None):
            return True
    return False


def _fills_the_same(claim: str, sentence: str, names: frozenset[str]) -> bool:
    """Whether both are one sentence with its names and numbers in another order: "12 died and 30 were hurt"."""
    ours, theirs = _differing(_words(claim, every=True), _words(sentence, every=True))
    (mine, own), (other, there) = (_filled(words, names) for words in (ours, theirs))
    return mine == other and own != there and sorted(own) == sorted(there) and not _FREE.issuperset(mine)


def _filled(words: Sequence[_Word], names: frozenset[str]) -> tuple[list[str], list[str]]:
    """The other words, and the names and numbers."""
    fills = [word.stem in names or word.stem.isdigit() or word.stem in NUMBER_WORDS for word in words]
    pairs = list(zip(words, fills, strict=True))
    return [word.stem for word, fill in pairs if not fill], [word.stem for word, fill in pairs if fill]


def _words(text: str, *, every: bool = False) -> list[_Word]:
    return [
        _Word(stem, *match.span())
        for match in _WORD.finditer(text)
        if every or match.group().lower() not in STOP_WORDS
        for stem in stems(match.group())
    ]


def _differing(ours: list[_Word], theirs: list[_Word]) -> tuple[list[_Word], list[_Word]]:
    """What is left between the words that both begin and end with: a name may stand there and here too."""
    start = 0
    while start < min(len(ours), len(theirs)) and ours[start].stem == theirs[start].stem:
        start += 1
    ours, theirs = ours[start:], theirs[start:]
    end = 0
    while end < min(len(ours), len(theirs)) and ours[-1 - end].stem == theirs[-1 - end].stem:
        end += 1
    return ours[: len(ours) - end], theirs[: len(theirs) - end]


def _once(words: Sequence[_Word]) -> dict[str, _Word]:
    """The words that stand there once, by stem."""
    counted = Counter(word.stem for word in words)
    return {word.stem: word for word in words if counted[word.stem] == 1}

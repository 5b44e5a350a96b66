"""Which sentences of two texts of one story differ, and which stands in the place of which."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from corpus.split import split_sentences

Span = tuple[int, int]

SAME_PLACE = 0.5
"""A sentence that has this share of another's words, and the other way round, stands in its place."""
MOST_SENTENCES = 2000
"""Longer texts are compared sentence by sentence only, because pairing takes time that grows with the square."""

_WORD = re.compile(r"[^\W\d_]{2,}")
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class Difference:
    """A sentence of the old text and the one in its place in the new, as spans in characters; None where none is."""

    old: Span | None
    new: Span | None


def compare_texts(old: str, new: str) -> list[Difference]:
    """The sentences that only one of the texts has, in order; one that only moved is no difference."""
    before, after = split_sentences(old), split_sentences(new)
    said, says = [_plain(old, span) for span in before], [_plain(new, span) for span in after]
    kept, known = set(says), set(said)
    if len(before) + len(after) > MOST_SENTENCES:
        gone = [Difference(span, None) for span, words in zip(before, said, strict=True) if words not in kept]
        return gone + [Difference(None, span) for span, words in zip(after, says, strict=True) if words not in known]
    found = []
    for tag, a, b, c, d in SequenceMatcher(None, said, says, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        lost = [n for n in range(a, b) if said[n] not in kept]
        came = [n for n in range(c, d) if says[n] not in known]
        pairs = _pair([said[n] for n in lost], [says[n] for n in came])
        found += [Difference(before[lost[i]], None if j is None else after[came[j]]) for i, j in pairs.items()]
        found += [Difference(None, after[n]) for j, n in enumerate(came) if j not in set(pairs.values())]
    return found


def _pair(lost: Sequence[str], came: Sequence[str]) -> dict[int, int | None]:
    """For each sentence that is gone the one in its place, each at most once."""
    pairs: dict[int, int | None] = {}
    for i, sentence in enumerate(lost):
        free = [j for j in range(len(came)) if j not in set(pairs.values())]
        best = max(free, key=lambda j: likeness(sentence, came[j]), default=None)
        pairs[i] = best if best is not None and likeness(sentence, came[best]) >= SAME_PLACE else None
    return pairs


def find_counterpart(sentence: str, text: str) -> Span | None:
    """The sentence of a text that says the same as this one, or stands in its place; None where there is none."""
    wanted, words = " ".join(sentence.split()), _words(sentence)
    best, where = SAME_PLACE, None
    for span, here, its in _told(text):
        if here == wanted:
            return span
        alike = _share(words, its)
        if alike >= best:
            best, where = alike, span
    return where


@lru_cache(maxsize=128)
def _told(text: str) -> tuple[tuple[Span, str, frozenset[str]], ...]:
    """The sentences of a text with their words, kept: an answer's citations look through the same copies."""
    plain = ((span, _plain(text, span)) for span in split_sentences(text))
    return tuple((span, said, frozenset(_words(said))) for span, said in plain)


def likeness(one: str, other: str) -> float:
    """The share of distinct words, figures aside, that two sentences have in common, 0 to 1."""
    return _share(_words(one), _words(other))


def _share(a: Set[str], b: Set[str]) -> float:
    return len(a & b) / max(1, len(a | b))


def has_other_figures(one: str, other: str) -> bool:
    """Whether each has a figure that the other has not; a shortened text only lacks some."""
    a, b = set(_FIGURE.findall(one)), set(_FIGURE.findall(other))
    return bool(a - b) and bool(b - a)


def corrects(early: str, late: str) -> bool:
    """Whether a sentence of the late text has another figure than the one in whose place it stands."""
    return has_other_figures(early, late) and any(
        has_other_figures(early[d.old[0] : d.old[1]], late[d.new[0] : d.new[1]])
        for d in compare_texts(early, late)
        if d.old and d.new
    )


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.lower()))


def _plain(text: str, span: Span) -> str:
    return " ".join(text[span[0] : span[1]].split())

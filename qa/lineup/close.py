"""Two sentences of one story that are close in meaning: what they state of one thing though no word says so. Pure.

By the library's sentence vectors, and only where each sentence has just one number, date or clause that it can be.
What words tell is in qa/lineup/contrast.py and comes first.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from qa.lineup.alike import MOST_TIMES_VAGUE, agree, is_alone, is_near_enough, is_to_come, other_things, within
from qa.lineup.concepts import find_concepts
from qa.lineup.contrast import Match
from qa.lineup.named import words_of_names
from qa.lineup.speakers import SAY, is_negated
from qa.lineup.stated import Fact, Kind
from qa.lineup.told import Told
from qa.retrieve import Evidence

CLOSE = 0.55
"""Cosine from which on two sentences with one number or date each can be about one thing (evals/LOG.md)."""
CLOSE_NAMES = 0.6
"""The same for sentences that name two of one thing."""
CLOSE_DENIAL = 0.65
"""The same for sentences one of which denies."""
CLOSE_COUNTS = 0.68
"""The same where what they count has other words."""
SAME_MATTER = 0.5
"""The share of the shorter one's words that a sentence and its denial have in common."""
_SAYS = re.compile(rf"^.*?\b(?:he|she|they|it)?\s?\b{SAY}\b(?: that)?|,[^,]{{1,50}}\b{SAY}\W*$")
_QUOTED = re.compile(r"[“”\"]")
_APART = ("APART", "PART", "EXTRA")
_ENDS = {"END", "LEAVE"}
"""The last day of something is that on which it ends."""


@dataclass(frozen=True, slots=True, eq=False)
class Meanings:
    """The unit vectors of sentences, by article and beginning."""

    vectors: Mapping[tuple[str, int], np.ndarray]

    def near(self, one: Told, other: Told) -> float:
        """The cosine of two sentences; 0 where one has no vector."""
        a, b = (self.vectors.get((t.article_id, t.start)) for t in (one, other))
        return float(a @ b) if a is not None and b is not None else 0.0


def gather_meanings(evidence: Iterable[Evidence]) -> Meanings:
    """The vectors of the sentences of passages."""
    return Meanings(
        {
            (one.article.id, sentence.start): vector
            for one in evidence
            for sentence, vector in zip(one.stored.sentences, one.stored.sentence_vectors, strict=True)
        }
    )


def match_close(one: Told, other: Told, near: float, matched: Collection[Kind]) -> Iterator[Match]:
    """What both state of one thing, `near` being their cosine; nothing of the kinds that words have matched."""
    if near < CLOSE or not _shared_names(one, other):
        return
    said, also = one.statement.words, other.statement.words
    alike = bool(said & also or (said & other.title_words and also & one.title_words))
    kinds: tuple[Kind, ...] = ("number", "date")
    for kind in kinds:
        if kind in matched:
            continue
        for fact in one.statement.facts:
            found = [f for f in other.statement.facts if f.kind == kind and _can_be_one(fact, f, one, other)]
            found = [f for f in found if (near >= CLOSE_COUNTS and alike) or not _count_apart(fact, f)]
            if fact.kind == kind and len(found) == 1:
                yield Match(kind, fact.text, found[0].text, fact.start, agree(fact, found[0]), near)
    if not matched:
        yield from _names(one, other, near)
    counts = any(fact.kind == "number" for fact in (*one.statement.facts, *other.statement.facts))
    if "denial" in matched or "number" in matched or counts or near < CLOSE_DENIAL:
        return
    if is_negated(one.text) != is_negated(other.text) and _of_one_matter(one, other):
        yield Match("denial", "", "", 0, False, near)


def _names(one: Told, other: Told, near: float) -> Iterator[Match]:
    """The one name of each that the other's article has not, where what is said of them is said in the same words."""
    a, b = one.statement, other.statement
    if a.facts or b.facts or near < CLOSE_NAMES or not a.words & b.words:
        return
    mine = [run for run in a.runs if not within(words_of_names((run,)), other)]
    theirs = [run for run in b.runs if not within(words_of_names((run,)), one)]
    if len(mine) == len(theirs) == 1 and is_negated(one.text) == is_negated(other.text):
        yield Match("name", mine[0], theirs[0], one.text.find(mine[0]), False, near)


def _of_one_matter(one: Told, other: Told) -> bool:
    """Whether two sentences that quote nobody share a name of which they speak, and half of the words of one."""
    if _QUOTED.search(one.text + other.text):
        return False
    a, b = (_SAYS.sub("", text) for text in (one.text, other.text))  # of what they say, not of who says it
    shared = _shared_names(one, other)
    if not all(shared & frozenset(re.findall(r"[\w-]+", text.lower())) for text in (a, b)):
        return False
    mine, theirs = one.statement.words & _words_of(a), other.statement.words & _words_of(b)
    return bool(mine & theirs) and len(mine & theirs) >= SAME_MATTER * min(len(mine), len(theirs))


def _words_of(text: str) -> frozenset[str]:
    """The concepts and stems of a text."""
    return frozenset(concept for concept, _ in find_concepts(text))


def _shared_names(one: Told, other: Told) -> frozenset[str]:
    """The words of names that both sentences have, be it as their first word, which alone is no name."""
    words = [frozenset(re.findall(r"[\w-]+", text.lower())) for text in (one.text, other.text)]
    return (one.own | other.own) & words[0] & words[1]


def _count_apart(fact: Fact, other: Fact) -> bool:
    """Whether they count things by words that have nothing in common."""
    return bool(fact.counted and other.counted) and not fact.counted & other.counted


def _can_be_one(fact: Fact, other: Fact, one: Told, two: Told) -> bool:
    """Whether nothing speaks against two facts being of one thing."""
    if fact.kind != other.kind or fact.unit != other.unit or fact.former or other.former:
        return False
    if fact.of and other.of and fact.of != other.of and {fact.of, other.of} != _ENDS:
        return False
    if any(f.of.startswith(_APART) for f in (fact, other)) or not (is_alone(fact, one) and is_alone(other, two)):
        return False
    if fact.kind == "date":
        return is_near_enough(fact, other, one, two) and is_to_come(fact, one) == is_to_come(other, two)
    times = (fact.value or 1) / (other.value or 1)
    return 1 / MOST_TIMES_VAGUE <= times <= MOST_TIMES_VAGUE and not other_things(fact, other)

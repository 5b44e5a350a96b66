"""What a conversation is about: the phrases of its turns, each with how likely a follow-up leaves it out. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

from qa.needs import MANY, PERSON, POINTED, POINTING, THERE, THING
from qa.phrases import Phrase, clean_turn, content_stems, content_words, phrases_in
from qa.types import Turn

TURNS = 12
"""How many of the last turns are looked at."""
TURN_CHARS = 1500
"""How much of a turn is looked at."""
WEIGHTS: dict[str, float] = {
    "bias": -4.2,
    "name": 0.6,
    "verb": -0.5,
    "very_long": -0.4,
    "the": 0.3,
    "of": 0.3,
    "in": -0.2,
    "user_last": -0.9,
    "user_first": 2.3,
    "first_of_last": 2.0,
    "answer_last": 0.4,
    "answer_earlier": -0.4,
    "first_of_answer": 0.4,
    "often": 1.3,
    "share": 1.1,
    "user_share": -0.5,
    "touched": 0.3,
    "shared": 0.7,
    "shared_name": -0.4,
    "head_shared": 0.7,
    "person_name": 1.1,
    "person_not": -0.7,
    "many_plural": 0.7,
    "thing_name": 0.2,
    "thing_user_last": 0.7,
    "thing_answer_last": 0.6,
    "there_name": 0.3,
    "plain_user_last": 0.3,
    "part": 1.0,
    "whole": 0.5,
    "in_longer": 0.3,
}
"""Logistic weights of a phrase, fitted on which phrases people put into follow-ups to make them stand alone:
`python -m evals rewrite --fit FILE` (evals/LOG.md)."""


_SUBJECTS = """
to who which that what when where why how i you we they he she it people and or not do does did is are was were be been
being has have had will would can could should may might must
"""
_BEFORE_VERB = frozenset(_SUBJECTS.split())
"""What comes before a verb rather than a noun."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A phrase of the history; `probability` is that the question goes on about it without saying it."""

    phrase: Phrase
    features: dict[str, float]
    probability: float

    @property
    def is_noun(self) -> bool:
        """Whether it can stand where a pronoun stands."""
        return not self.features["verb"]

    @property
    def text(self) -> str:
        """The phrase, with its article where it has one."""
        return f"the {self.phrase.text}" if self.phrase.definite else self.phrase.text


@dataclass(frozen=True, slots=True)
class _Use:
    """One place of a phrase: `age` counts the user's turns since, `rank` the phrases before it in its turn."""

    phrase: Phrase
    role: str
    age: int
    rank: int


def list_topics(question: str, history: Sequence[Turn]) -> list[Topic]:
    """The phrases of the history that the question does not say itself, most likely first."""
    turns = [(turn.role, ". ".join([clean_turn(turn.content)[:TURN_CHARS], *turn.titles])) for turn in history[-TURNS:]]
    asked, uses = content_stems(question), _uses(turns)
    of_turn = [(role, content_stems(text)) for role, text in turns]
    names = [stems for stems, places in uses.items() if any(use.phrase.is_name for use in places)]
    out = []
    for stems, places in uses.items():
        if stems <= asked:
            continue
        features = _features(question, asked, stems, places, of_turn)
        is_name = features["name"] > 0
        features["part"] = float(is_name and any(stems < other for other in names))
        features["whole"] = float(is_name and any(stems > other for other in names))
        features["in_longer"] = float(any(stems < other for other in uses))
        z = sum(WEIGHTS.get(name, 0.0) * value for name, value in features.items())
        out.append(Topic(_latest(places), features, 1 / (1 + exp(-z))))
    return sorted(out, key=lambda topic: -topic.probability)


def choose_topics(topics: Sequence[Topic], least: float, most: int) -> list[Topic]:
    """The first topic and up to `most` in all that are at least so likely, none repeating another's words."""
    out: list[Topic] = []
    seen: set[str] = set()
    for topic in topics:
        if len(out) == most or (out and topic.probability < least):
            break
        if not topic.phrase.stems & seen:
            out.append(_whole(topic, topics))
            seen |= out[-1].phrase.stems
    return out


def _whole(topic: Topic, topics: Sequence[Topic]) -> Topic:
    """The longer name that a name is part of: Peter Marrack for Marrack."""
    if not topic.features["name"]:
        return topic
    longer = [t for t in topics if t.features["name"] and t.phrase.stems > topic.phrase.stems]
    longer = [t for t in longer if len(t.phrase.text.split()) <= 3]
    return max(longer, key=lambda t: t.probability, default=topic)


def _uses(turns: Sequence[tuple[str, str]]) -> dict[frozenset[str], list[_Use]]:
    out: dict[frozenset[str], list[_Use]] = {}
    age = sum(role == "user" for role, _ in turns)
    for role, text in turns:
        age -= role == "user"
        for rank, phrase in enumerate(phrases_in(text)):
            if stems := phrase.stems:
                out.setdefault(stems, []).append(_Use(phrase, role, age, rank))
    return out


def _latest(places: Sequence[_Use]) -> Phrase:
    return min(places, key=lambda use: (use.age, use.role != "user")).phrase


def _features(
    question: str,
    asked: frozenset[str],
    stems: frozenset[str],
    places: Sequence[_Use],
    of_turn: Sequence[tuple[str, frozenset[str]]],
) -> dict[str, float]:
    phrase = _latest(places)
    by_user = [use for use in places if use.role == "user"]
    by_answer = [use for use in places if use.role != "user"]
    said = [s for role, s in of_turn if role == "user"]
    is_name = any(use.phrase.is_name for use in places)
    words = phrase.text.split()
    last = content_words(phrase.text)[-1]
    in_last, in_answer = any(u.age == 0 for u in by_user), any(u.age == 0 for u in by_answer)
    article = phrase.lead in ("the", "a", "an")
    person, many = bool(PERSON.search(question)), bool(MANY.search(question))
    thing = bool(THING.search(question) or POINTING.search(question) or POINTED.search(question))
    there = bool(THERE.search(question))
    found = {
        "bias": True,
        "name": is_name,
        "verb": len(words) == 1 and not is_name and phrase.lead in _BEFORE_VERB,
        "very_long": len(words) > 3,
        "the": article,
        "of": phrase.lead in ("of", "for", "about", "with"),
        "in": phrase.lead in ("in", "at", "to", "near", "from"),
        "user_last": in_last,
        "user_first": bool(said) and stems <= said[0],
        "first_of_last": any(use.age == 0 and use.rank == 0 for use in by_user),
        "answer_last": in_answer,
        "answer_earlier": any(use.age > 0 for use in by_answer),
        "first_of_answer": any(use.age == 0 and use.rank == 0 for use in by_answer),
        "often": min(sum(stems <= s for _, s in of_turn), 6) / 6,
        "share": sum(stems <= s for _, s in of_turn) / max(1, len(of_turn)),
        "user_share": sum(stems <= s for s in said) / max(1, len(said)),
        "touched": sum(bool(stems & s) for _, s in of_turn) / max(1, len(of_turn)),
        "shared": bool(stems & asked),
        "shared_name": bool(stems & asked) and is_name,
        "head_shared": bool(content_stems(last) & asked),
        "person_name": person and is_name and len(words) > 1 and not article,
        "person_not": person and not is_name,
        "many_plural": many and last.endswith("s"),
        "thing_name": thing and is_name,
        "thing_user_last": thing and in_last,
        "thing_answer_last": thing and in_answer,
        "there_name": there and is_name,
        "plain_user_last": in_last and not (person or many or thing or there),
    }
    return {name: float(value) for name, value in found.items()}

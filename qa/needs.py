"""Does a question need what was said before it? A small logistic model over what stands in it. Pure; English only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import exp

from corpus.stem import stem_word
from qa.phrases import clean_turn, content_stems, content_words, names_in
from qa.types import Turn

WEIGHTS: dict[str, float] = {
    "bias": -0.8,
    "person": 4.8,
    "person_named": 0.9,
    "thing": 1.9,
    "thing_named": 1.7,
    "many": 3.1,
    "many_named": 0.7,
    "pointing": 0.9,
    "pointed": 1.3,
    "there": 0.6,
    "what_about": 0.1,
    "words_0": 2.5,
    "words_1": 2.0,
    "words_2": 1.5,
    "words_3": 0.6,
    "words_4": 0.2,
    "named": -0.8,
    "named_well": -1.3,
    "definite": 1.0,
    "new_name": -1.2,
    "known": 0.5,
    "tokens": -1.6,
}
"""Logistic weights, fitted on public follow-ups and on the same questions as people wrote them to stand alone:
`python -m evals rewrite --fit FILE` (evals/LOG.md)."""

FRAGMENT = 4
"""Content words up to which "and Ana?", "what about Spain?" or "no, I meant Ana" is half a question."""
LIKELY = 0.8
"""How likely such a half, were it not a correction, needs the question before."""
_VERB = (
    r"(?:is|was|are|were|has|have|had|do|does|did|will|would|can|could|should|may|might|must|mean|means|happen|happened"
    r"|work|works|cost|costs|take|takes|called)"
)
_BEFORE = r"(?:about|of|for|with|from|to|in|on|by|like|after|before|is|was|are|were|do|did|does)"
PERSON = re.compile(r"\b(?:he|she|him|his|her|hers|himself|herself)\b", re.IGNORECASE)
THING = re.compile(r"\b(?:it|its|itself)\b", re.IGNORECASE)
MANY = re.compile(r"\b(?:they|them|their|theirs|themselves)\b", re.IGNORECASE)
POINTING = re.compile(
    rf"\b(?:this|that|these|those)\b(?=\s*(?:[?.!,;]|$|{_VERB}\b|['’]s\b))"
    rf"|(?<=\b)(?:{_BEFORE}) (?:this|that|these|those)\b(?!\s+(?:the|an?)\b)",
    re.IGNORECASE,
)
POINTED = re.compile(
    rf"\b(?:this|that|these|those|such) (?!{_VERB}\b|the\b|an?\b|i\b|you\b|we\b)([^\W\d_][\w-]*)", re.IGNORECASE
)
THERE = re.compile(
    r"(?<!is )(?<!are )(?<!was )(?<!were )(?<!will )\bthere\b(?!['’]s| is\b| are\b| was\b| were\b| any\b| a\b)",
    re.IGNORECASE,
)
WHAT_ABOUT = re.compile(
    r"\b(?:what|how) about\b|^\W*(?:and|or|but|also|what if) (?:in|on|at|for|with|from|by|to|the|an?)\b", re.IGNORECASE
)
CORRECTS = re.compile(
    r"^\W*(?:(?:no|nope|sorry|wait|actually|oops)\b\W*)*(?:(?:i|we) (?:mean|meant)\b|not that\b|rather\b)\W*",
    re.IGNORECASE,
)
EXPLETIVE = re.compile(
    r"\bit (?:takes?|took|possible|true|safe|legal|hard|easy|rains?|snows?|mean that)\b"
    r"|\b(?:is|was|be) it (?:possible|true|safe|legal|hard|easy|that)\b",
    re.IGNORECASE,
)
"""Where "it" stands for nothing."""
_FRAGMENT = re.compile(r"^\W*(?:and|or|but|(?:and |but |so )?(?:what|how) about)\b", re.IGNORECASE)
_ASKS = re.compile(
    rf"\b(?:who|when|where|why|which|what(?! about)|how(?! about)|tell|show|give|explain|{_VERB[3:]}\b", re.IGNORECASE
)
_DEFINITE = re.compile(r"\bthe ([a-z]\w+)(?! of\b)", re.IGNORECASE)


def needs_history(question: str, history: Sequence[Turn]) -> float:
    """How likely the question cannot be understood without the turns before it, 0 to 1."""
    if not history:
        return 0.0
    words = content_words(question)
    if not words or (CORRECTS.match(question) and len(words) <= FRAGMENT):
        return 1.0
    said = content_stems(" ".join(clean_turn(turn.content) for turn in history))
    z = sum(WEIGHTS[name] * value for name, value in needs_features(question, said).items())
    fragment = _FRAGMENT.match(question) and len(words) <= FRAGMENT and not _ASKS.search(question)
    return max(1 / (1 + exp(-z)), LIKELY if fragment else 0.0)


def needs_features(question: str, said: frozenset[str]) -> dict[str, float]:
    """What the model looks at, by the names in WEIGHTS; `said` are the stems of the turns before."""
    words, names = content_words(question), names_in(question)
    stems = [stem_word(word) for word in words]
    first_name = names[0].start if names else len(question)

    def opens(pattern: re.Pattern[str]) -> bool:
        """Whether a pronoun comes before any name that it could stand for."""
        match = pattern.search(question)
        return match is not None and match.start() < first_name

    found = {
        "bias": True,
        "person": opens(PERSON),
        "person_named": bool(PERSON.search(question)) and not opens(PERSON),
        "thing": opens(THING) and not EXPLETIVE.search(question),
        "thing_named": bool(THING.search(question)) and not opens(THING),
        "many": opens(MANY),
        "many_named": bool(MANY.search(question)) and not opens(MANY),
        "pointing": bool(POINTING.search(question)),
        "pointed": bool(POINTED.search(question)),
        "there": bool(THERE.search(question)),
        "what_about": bool(WHAT_ABOUT.search(question)),
        **{f"words_{n}": len(words) == n for n in range(5)},
        "named": bool(names),
        "named_well": any(" " in name.text for name in names),
        "definite": bool(_DEFINITE.search(question)) and not names,
        "new_name": any(not name.stems & said for name in names),
        "known": sum(stem in said for stem in stems) / len(stems) if stems else 0.0,
        "tokens": min(len(question.split()), 20) / 10,
    }
    return {name: float(value) for name, value in found.items()}

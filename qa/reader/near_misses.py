"""Questions near a passage that it does not answer, made from one that it answers: another word, another thing asked.

As people ask them of the right article: it says when the bridge opened, not why; how many were hurt, not how many were
rescued. Edits of names, numbers and opposites are in qa/reader/edits.py.
"""

from __future__ import annotations

import random
import re
from functools import lru_cache

from corpus.stem import stems
from qa.kinds import Kind, has_kind

_ENDINGS = ("ing", "ed", "ly", "ion", "ment", "ist", "ers", "ors", "ness", "ity")
"""Words that share one of these are likely to stand in the same place of a sentence."""
_ASKED = re.compile(r"(When|Where|Why|How) (?=(?:did|was|were|is|are|has|have|had|does|do|will)\b)")
_INSTEAD: tuple[tuple[str, Kind], ...] = (("When", "date"), ("Why", "reason"))
_PLURAL = re.compile(r"\b(?:many|which|what|of the|other) ([a-z]{4,}s)\b", re.IGNORECASE)


def swap_word(question: str, sentence: str, context: str, rng: random.Random) -> str | None:
    """A verb, adverb or noun of the question replaced by one of the same ending that the answering sentence lacks."""
    has = set(stems(f"{question} {sentence}"))
    offered = _words_by_ending(context)
    found = [(m.span(), e) for m in re.finditer(r"\b[a-z]{5,}\b", question) if (e := _ending(m.group())) in offered]
    found += [(m.span(1), "many") for m in _PLURAL.finditer(question) if "many" in offered]
    rng.shuffle(found)
    for (start, end), ending in found:
        free = [w for w in offered[ending] if w != question[start:end] and not has & set(stems(w))]
        if free:
            return question[:start] + rng.choice(free) + question[end:]
    return None


def ask_otherwise(question: str, around: str, rng: random.Random) -> str | None:
    """When, where, why or how made another of them that the text around the answer has nothing for."""
    match = _ASKED.match(question)
    if not match:
        return None
    free = [word for word, kind in _INSTEAD if word != match.group(1) and not has_kind(kind, around, frozenset())]
    return f"{rng.choice(free)} {question[match.end() :]}" if free else None


def _ending(word: str) -> str:
    return next((e for e in _ENDINGS if word.endswith(e)), "")


@lru_cache(maxsize=20_000)
def _words_by_ending(context: str) -> dict[str, list[str]]:
    """The lower-case words of a text by their ending, and its plurals after a number or a word of quantity."""
    by: dict[str, list[str]] = {}
    for word in dict.fromkeys(re.findall(r"\b[a-z]{5,}\b", context)):
        if ending := _ending(word):
            by.setdefault(ending, []).append(word)
    counted = re.findall(r"\b(?:\d+|two|three|four|five|six|many|several|some|other|all) ([a-z]{4,}s)\b", context)
    if counted:
        by["many"] = list(dict.fromkeys(counted))
    return by

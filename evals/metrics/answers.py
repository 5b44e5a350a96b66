"""Metrics of an answer's words against accepted answers and gold sentences."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from evals.types import EvalCase
from qa.types import Answer

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


@lru_cache(maxsize=65_536)
def normalize_answer(text: str) -> str:
    """SQuAD's normalisation: lower case, no punctuation, no articles, single spaces (Rajpurkar et al., 2016)."""
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def exact_match(text: str, answers: Iterable[str]) -> float:
    """Exact match of SQuAD: 1 where the normalised text is an accepted answer (Rajpurkar et al., 2016).

    Accepted answers that normalise to nothing do not count, as in the official script for version 2.0.
    """
    said = normalize_answer(text)
    return float(any(said == gold for gold in map(normalize_answer, answers) if gold))


def token_f1(text: str, answers: Iterable[str]) -> float:
    """Token F1 of SQuAD: the harmonic mean of precision and recall over words, as bags; the best accepted answer."""
    said = normalize_answer(text).split()
    return max((_f1(said, gold) for a in answers if (gold := normalize_answer(a).split())), default=0.0)


def _f1(said: list[str], gold: list[str]) -> float:
    same = sum((Counter(said) & Counter(gold)).values())
    if not same:
        return 0.0
    precision, recall = same / len(said), same / len(gold)
    return 2 * precision * recall / (precision + recall)


def contains_answer(text: str, answers: Iterable[str]) -> bool:
    """Whether an accepted answer stands in the text, word for word.

    Both are normalised as SQuAD does, but punctuation ends a word, so that "Eliot" stands in "Eliot's".
    """
    within = f" {_words(text)} "
    return any(f" {_words(a)} " in within for a in answers if _words(a))


@lru_cache(maxsize=65_536)
def _words(text: str) -> str:
    return " ".join(_ARTICLES.sub(" ", re.sub(r"[^\w\s]|_", " ", text.lower())).split())


def holds_sentence(text: str, sentences: Iterable[str]) -> bool:
    """Whether the text has a whole gold sentence, or is a whole part of one (of at least half its length)."""
    plain = normalize_answer(text)
    gold = [normalize_answer(s) for s in sentences]
    return any(g and (g in plain or (plain in g and len(plain) * 2 >= len(g))) for g in gold)


def holds(text: str, case: EvalCase) -> bool:
    """Whether the text answers the case: a gold sentence where the case has any, else an accepted answer."""
    if case.sentences:
        return holds_sentence(text, case.sentences)
    return contains_answer(text, case.answers)


def claim_hit(answer: Answer, case: EvalCase, k: int) -> bool:
    """Whether one of the first k claims cites what answers the case: "gold sentence cited" at k."""
    return any(holds(cite.quote, case) for claim in answer.claims[:k] for cite in claim.citations)

"""What a later article of the story says of the same question: another figure, which then answers.

Told from the trained reader, for which both sentences answer. Versions that rules line up are in qa/changed.py.
"""

from __future__ import annotations

import re

from corpus.stem import STOP_WORDS
from corpus.types import day_of
from qa.finding import Finding, ScoredSentence, complete
from qa.kinds import kind_of
from qa.lineup.concepts import FILLERS, concept_of, find_concepts
from qa.lineup.told import of_one_story
from qa.numbers import find_numbers
from qa.order import count_names
from qa.read import Reading, mark_short_answer, names_asked, score_sentences, weights_for
from qa.retrieve import Retrieval

NEAR = 4.0
"""How much less a sentence of a later article may score than the best one."""
ANSWERS = 0.0
"""The reader's logit from which on a sentence answers."""
KINDS = frozenset(("money", "number"))
"""Of other kinds nothing was won on the tuning half (evals/LOG.md)."""
_NEXT = re.compile(r"\W+([a-z][a-z-]+)")


def find_restated(reading: Reading, retrieval: Retrieval) -> tuple[Finding, str] | None:
    """The sentence of the newest later article that answers with something else, and its short answer."""
    if not reading.findings or not reading.short_answer or (retrieval.time and retrieval.time.order):
        return None
    first, kind = reading.findings[0], kind_of(retrieval.question, retrieval.language)
    lead, day = first.evidence.article, day_of(first.evidence.article.published)
    if day is None or kind not in KINDS or not first.evidence.reading:
        return None
    scored = score_sentences(retrieval, weights_for(retrieval))
    names = names_asked(retrieval.question, retrieval.language)
    known = count_names(first.evidence, names)
    best: dict[str, tuple[ScoredSentence, str]] = {}
    for one in scored:
        if one.score < scored[0].score - NEAR:
            break
        article = one.evidence.article
        then = day_of(article.published)
        if then is None or then <= day or article.id in best or one.signals.get("reader", -9.0) < ANSWERS:
            continue
        if retrieval.time and not retrieval.time.prefers(then):
            continue
        if not one.signals.get(kind, 0.0) or count_names(one.evidence, names) < known:
            continue
        short = mark_short_answer(retrieval.question, one, retrieval.language)
        if kind == "number" and short and not _counts_asked(retrieval.question, one.text, short):
            continue
        if short and of_one_story(lead, article) and _differs(short, reading.short_answer):
            best[article.id] = one, short
    if not best:
        return None
    one, short = max(best.values(), key=lambda b: (day_of(b[0].evidence.article.published), b[0].score))
    return complete(one), short


def _differs(short: str, other: str) -> bool:
    """Whether two short answers have numbers, and none that is the same."""
    a, b = ([number for number, _, _ in find_numbers(text)] for text in (short, other))
    return bool(a and b) and not any(x.fits(y) or y.fits(x) for x in a for y in b)


def _counts_asked(question: str, text: str, short: str) -> bool:
    """Whether what stands right after a figure is of the question, or no thing: not "nine counts" of depositors."""
    words = short.lower().split()
    after = _NEXT.match(text[text.find(short) + len(short) :].lower()) if len(words) == 1 else None
    noun = words[1] if len(words) > 1 else after[1] if after else ""
    asked = {concept for concept, _ in find_concepts(question)}
    return not noun or noun in STOP_WORDS or concept_of(noun) in asked | FILLERS

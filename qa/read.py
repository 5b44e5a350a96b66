"""The built-in answerer: retrieved passages -> the sentences that answer, verbatim, or the finding that none does.

Every sentence of every passage gets a score from a handful of signals; one calibrated confidence decides between
answering and "the articles don't say". What the trained reader made of a passage is one of the signals.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp

import numpy as np

from corpus.language import DEFAULT_LANGUAGE
from corpus.stem import stems
from qa.asked_for import STRICT, asked_for, has_asked_for, may_have
from qa.finding import Finding, ScoredSentence, complete
from qa.fits import fits_kind, fits_place
from qa.kinds import SURE_KINDS, has_kind, kind_of, short_answer
from qa.missing import names_asked_of, share_of_names
from qa.order import put_in_order
from qa.retrieve import Retrieval, stems_of
from qa.worth import READER_LIMIT


@dataclass(frozen=True, slots=True)
class Weights:
    """What an answer is decided by; fitted by `python -m evals fit` on the tuning half (evals/LOG.md).

    `sentence` weighs a sentence's signals (listwise logistic regression), `confidence` those of the evidence as a
    whole (logistic regression on questions with and without their articles). `lacking` is what its log-odds lose where
    the best sentence's article lacks a name of the question, and again where the sentence lacks what is asked for.
    Below `threshold` nothing is claimed, below `sure` it is said that this may not answer; a first sentence
    `sure_margin` above the next one answers alone.
    """

    sentence: Mapping[str, float]
    confidence: Mapping[str, float]
    threshold: float
    sure: float
    sure_margin: float
    lacking: float = 0.0


WITHOUT_READER = Weights(
    sentence={
        "cosine": 3.3,
        "cover": 3.4,
        "elsewhere": -2.3,
        "passage": 1.2,
        "bigrams": 1.3,
        "money": 1.7,
        "number": 1.7,
        "date": 1.4,
        "name": 1.2,
        "reason": 1.2,
    },
    confidence={"bias": -5.3, "passage": 2.9, "cosine": 3.2, "near": 1.4, "names": 0.5},
    threshold=0.2,
    sure=0.2,
    sure_margin=5.0,
)
WITH_READER = Weights(
    sentence={
        "reader": 0.41,
        "span": 0.14,
        "cosine": 1.87,
        "elsewhere": -1.47,
        "passage": 0.64,
        "bigrams": 0.55,
        "asked": 1.56,
        "names": 0.86,
    },
    confidence={
        "bias": -3.68,
        "passage": 2.64,
        "cosine": 2.46,
        "near": 0.1,
        "names": 0.32,
        "reader": 1.53,
        "best": 1.18,
    },
    threshold=0.13,
    sure=0.41,
    sure_margin=4.0,
    lacking=2.5,
)
SURE_SHARE = 0.05
"""The reader's short answer is marked where it has at least this share of its sentence's spans."""
LIKELIEST = 5
"""Of so many spans the likeliest one of the kind that is asked for is marked."""
WITHOUT_KIND = 0.1
"""The confidence shrinks to this where the article asked about has nothing of the kind asked for: no amount of money
anywhere for "how much did it cost". Wrong for 6 of 900 answerable questions (evals/LOG.md)."""
MOST_CLAIMS = 3
LONGEST_FINDING = 600
"""Characters up to which findings that overlap are shown as one."""
SAME_WORDS = 0.7
"""Two sentences that share this much of their words (Jaccard) say the same."""


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What the built-in answerer found: findings best first, how sure it is that they answer (0 to 1)."""

    findings: tuple[Finding, ...]
    short_answer: str | None
    confidence: float


def read(retrieval: Retrieval) -> Reading:
    """The one to three findings that answer best, whatever the confidence; none where nothing was retrieved."""
    weights = weights_for(retrieval)
    scored = score_sentences(retrieval, weights)
    if not scored:
        return Reading((), None, 0.0)
    chosen: list[ScoredSentence] = []
    findings: list[Finding] = []
    order = retrieval.time.order if retrieval.time else ""
    kind, names = kind_of(retrieval.question), names_asked(retrieval.question, retrieval.language)
    ordered = put_in_order(scored, order, kind, names)
    for candidate in ordered:
        if len(findings) == MOST_CLAIMS or scored[0].score - candidate.score > weights.sure_margin:
            break
        if any(_same(candidate, other) for other in chosen):
            continue
        chosen.append(candidate)
        _place(complete(candidate, retrieval.language), findings)
    sure = confidence_in(retrieval, scored, weights)
    return Reading(tuple(findings), mark_short_answer(retrieval.question, ordered[0], retrieval.language), sure)


def weights_for(retrieval: Retrieval) -> Weights:
    """The weights that fit what was retrieved: whether the trained reader read it."""
    return WITH_READER if any(e.reading for e in retrieval.evidence) else WITHOUT_READER


def mark_short_answer(question: str, best: ScoredSentence, language: str = DEFAULT_LANGUAGE) -> str | None:
    """The short answer within the best sentence, where it is sure: the reader's, without one by the kind asked for."""
    reading = best.evidence.reading
    if reading is None:
        return short_answer(question, best.text, frozenset(stems_of(question)), language)
    at, text = best.evidence.hit.passage.start, best.evidence.article.text
    likely = [s for s in reading.short_answers(best.index, LIKELIEST) if s.share >= SURE_SHARE]
    for short in likely:
        span = text[at + short.start : at + short.end]
        within = likely[0].start <= short.start and short.end <= likely[0].end
        if not (short is likely[0] or not within):
            continue  # a part of what does not fit is no answer
        begins, ends = (at + place - best.sentence.start for place in (short.start, short.end))
        if language != DEFAULT_LANGUAGE or (
            fits_kind(question, span) and fits_place(question, best.text, begins, ends)
        ):
            return span
    return None


def score_sentences(retrieval: Retrieval, weights: Weights) -> list[ScoredSentence]:
    """Every sentence of the evidence, best first; where the reader read some, only of what it read."""
    question, terms = retrieval.question, retrieval.terms
    kind, sought = kind_of(question, retrieval.language), asked_for(question, retrieval.language)
    words, names = stems_of(question, retrieval.language), names_asked_of(question, retrieval.language)
    asked, pairs = frozenset(words), set(pairwise(words))
    best = max((e.hit.score for e in retrieval.evidence), default=0.0)
    out: list[ScoredSentence] = []
    for evidence in [e for e in retrieval.evidence if e.reading] or retrieval.evidence:
        cosines = evidence.stored.sentence_vectors @ retrieval.vector
        found = evidence.found  # made anew at each access: once a passage, not once a sentence
        named = share_of_names(names, evidence.article, evidence.hit.passage.start)
        spans = evidence.reading.span_logits() if evidence.reading else ()
        for i, (sentence, own) in enumerate(zip(evidence.stored.sentences, evidence.stems, strict=True)):
            before = frozenset(evidence.stems[i - 1]) if i else frozenset()
            has = frozenset(own)
            text = evidence.article.text[sentence.start : sentence.end]
            signals = {
                "cosine": float(cosines[i]),
                "cover": terms.cover(has),
                "elsewhere": terms.cover(found - has - before),
                "passage": evidence.hit.score - best,
                "bigrams": len(pairs & set(pairwise(own))) / max(1, len(pairs)),
                kind: float(kind != "other" and has_kind(kind, text, asked)),
                "asked": float(bool(sought) and has_asked_for(sought, text, asked)),
                "names": named,
            }
            if evidence.reading:
                signals["reader"] = float(np.clip(evidence.reading.logits[i], -READER_LIMIT, READER_LIMIT))
                signals["span"] = float(max(spans[i], -READER_LIMIT))
            score = sum(weights.sentence.get(name, 0.0) * value for name, value in signals.items())
            out.append(ScoredSentence(evidence, i, signals, score))
    return sorted(out, key=lambda s: -s.score)


def signals_of_evidence(retrieval: Retrieval, scored: Sequence[ScoredSentence]) -> dict[str, float]:
    """What the evidence as a whole says about being an answer, each roughly within 0 to 1 (the bias is 1).

    Beside how near it is: the share of the question's weight that stands beside the best sentence, the share of its
    names found anywhere.
    """
    terms, top = retrieval.terms, scored[0]
    names = names_asked(retrieval.question, retrieval.language)
    anywhere = frozenset().union(*(e.found for e in retrieval.evidence))
    read = [s.signals["reader"] / READER_LIMIT for s in scored if "reader" in s.signals]
    return {
        "bias": 1.0,
        "passage": max(e.hit.score for e in retrieval.evidence) / 15,
        "cosine": max(s.signals["cosine"] for s in scored[:20]),
        "near": terms.cover(_beside(top)),
        "names": sum(n in anywhere for n in names) / len(names) if names else 1.0,
        **({"reader": read[0], "best": max(read)} if read else {}),
    }


def lacks_kind(retrieval: Retrieval, scored: Sequence[ScoredSentence]) -> bool:
    """Whether the articles that have the question's names have no money, number, date or name such as it asks for."""
    kind = kind_of(retrieval.question, retrieval.language)
    if kind not in SURE_KINDS:
        return False
    found: dict[str, set[str]] = {}
    for evidence in retrieval.evidence:
        found.setdefault(evidence.article.id, set()).update(evidence.found)
    names = set(names_asked(retrieval.question, retrieval.language)) & set().union(*found.values())
    if any(s.signals[kind] for s in scored if names <= found[s.evidence.article.id]):
        return False
    asked = frozenset(stems_of(retrieval.question, retrieval.language))
    scanned = {s.evidence.hit.passage.id for s in scored}
    unread = [e for e in retrieval.evidence if e.hit.passage.id not in scanned and names <= found[e.article.id]]
    return not any(has_kind(kind, e.article.text[e.hit.passage.start : e.hit.passage.end], asked) for e in unread)


def lacks_asked(retrieval: Retrieval, best: ScoredSentence) -> int:
    """How much of the question the best sentence visibly lacks: a name (0 or 1) and the kind of answer (0 or 1)."""
    sought, text = asked_for(retrieval.question, retrieval.language), complete(best, retrieval.language).text
    words = frozenset(stems_of(retrieval.question, retrieval.language))
    return (best.signals["names"] < 1) + (sought in STRICT and not may_have(sought, text, words))


def confidence_in(retrieval: Retrieval, scored: Sequence[ScoredSentence], weights: Weights) -> float:
    """The confidence, 0 to 1, that the best of the sentences answers, with what they visibly lack taken off."""
    sure = confidence(signals_of_evidence(retrieval, scored), weights)
    if lacks_kind(retrieval, scored):
        sure *= WITHOUT_KIND
    if weights.lacking and (lack := lacks_asked(retrieval, scored[0])):
        sure /= sure + (1 - sure) * exp(weights.lacking * lack)
    return sure


def confidence(signals: Mapping[str, float], weights: Weights) -> float:
    """The calibrated confidence, 0 to 1, that the evidence answers."""
    return 1 / (1 + exp(-sum(weight * signals[name] for name, weight in weights.confidence.items())))


def _beside(scored: ScoredSentence) -> frozenset[str]:
    """The stems of a sentence, of its neighbours, and of the title."""
    near = scored.evidence.stems[max(0, scored.index - 1) : scored.index + 2]
    return scored.evidence.title_stems.union(*near)


def names_asked(question: str, language: str) -> list[str]:
    """Stems of the capitalised words and numbers of a question, its first word aside; in German also of its nouns."""
    words = re.findall(r"[\w’'-]+", question)
    return [s for w in words[1:] if w[0].isupper() or w[0].isdigit() for s in stems(w, language)]


def _same(one: ScoredSentence, other: ScoredSentence) -> bool:
    a, b = (set(each.evidence.stems[each.index]) for each in (one, other))
    return len(a & b) >= SAME_WORDS * max(1, len(a | b))


def _place(finding: Finding, findings: list[Finding]) -> None:
    """Append a finding, or let the one that it overlaps grow to hold both."""
    for i, other in enumerate(findings):
        apart = max(finding.start, other.start) - min(finding.end, other.end)
        if finding.evidence.article.id != other.evidence.article.id or apart > 0:
            continue
        start, end = min(finding.start, other.start), max(finding.end, other.end)
        if end - start <= LONGEST_FINDING:
            findings[i] = Finding(other.evidence, start, end)
            return
    findings.append(finding)

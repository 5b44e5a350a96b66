"""The built-in answerer: retrieved passages -> the sentences that answer, verbatim, or the finding that none does.

Every sentence of every passage gets a score from a handful of signals; one calibrated confidence decides between
answering and "the articles don't say". A trained reader can take the place of `score_sentences`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp

from corpus.stem import stems
from corpus.types import Sentence
from qa.kinds import SURE_KINDS, has_kind, kind_of, short_answer
from qa.retrieve import Evidence, Retrieval, stems_of

WEIGHTS = {
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
}
"""Weights of a sentence's score, fitted by listwise logistic regression on the tuning half (evals/LOG.md)."""
CONFIDENCE = {"bias": -5.3, "passage": 2.9, "cosine": 3.2, "near": 1.4, "names": 0.5}
"""Logistic weights of the confidence, fitted on questions with and without their articles (evals/LOG.md)."""
WITHOUT_KIND = 0.1
"""The confidence shrinks to this where the article asked about has nothing of the kind asked for: no amount of money
anywhere for "how much did it cost". Wrong for 6 of 900 answerable questions (evals/LOG.md)."""
THRESHOLD = 0.2
"""The confidence below which nothing is claimed; chosen on the tuning half (evals/LOG.md has the curve)."""
MOST_CLAIMS = 3
SURE_MARGIN = 5.0
"""A first sentence this far above the next one answers alone."""
LONGEST_FINDING = 600
"""Characters up to which findings that overlap are shown as one."""
SAME_WORDS = 0.7
"""Two sentences that share this much of their words (Jaccard) say the same."""
_PRONOUN = re.compile(
    r"[\"“'‘]?(?:But |And |Then |Now |Later )?"
    r"(?:He|She|It|They|His|Her|Its|Their|This|That|These|Those|Such|Both|he|she|it|they)\b"
)
_DEFINITE = re.compile(
    r"(?:The|A) (?:company|firm|group|agency|man|woman|men|women|pair|latter|former|move|decision|announcement|measure"
    r"|statement|spokesman|spokeswoman|spokesperson|plan|order|deal|report|study|ruling)\b"
)
_NAMED = re.compile(r"(?<=\w[ ,])[A-Z]\w+")
_ITEM = re.compile(r"(?:[-*•]|\d{1,3}[.)]) ")


@dataclass(frozen=True, slots=True, eq=False)
class ScoredSentence:
    """One sentence of the evidence with its signals by name and its score; `index` counts within the passage."""

    evidence: Evidence
    index: int
    signals: dict[str, float]
    score: float

    @property
    def sentence(self) -> Sentence:
        """The span."""
        return self.evidence.stored.sentences[self.index]

    @property
    def text(self) -> str:
        """The sentence as it stands."""
        return self.evidence.article.text[self.sentence.start : self.sentence.end]


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """One thing to claim: a span of whole sentences of one article."""

    evidence: Evidence
    start: int
    end: int

    @property
    def text(self) -> str:
        """The span as it stands."""
        return self.evidence.article.text[self.start : self.end]


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What the built-in answerer found: findings best first, how sure it is that they answer (0 to 1)."""

    findings: tuple[Finding, ...]
    short_answer: str | None
    confidence: float


def read(retrieval: Retrieval) -> Reading:
    """The one to three findings that answer best, whatever the confidence; none where nothing was retrieved."""
    scored = score_sentences(retrieval)
    if not scored:
        return Reading((), None, 0.0)
    chosen: list[ScoredSentence] = []
    findings: list[Finding] = []
    for candidate in scored:
        if len(findings) == MOST_CLAIMS or scored[0].score - candidate.score > SURE_MARGIN:
            break
        if any(_same(candidate, other) for other in chosen):
            continue
        chosen.append(candidate)
        _place(complete(candidate), findings)
    asked = frozenset(stems_of(retrieval.question))
    short = short_answer(retrieval.question, scored[0].text, asked)
    sure = confidence(signals_of_evidence(retrieval, scored)) * (WITHOUT_KIND if lacks_kind(retrieval, scored) else 1.0)
    return Reading(tuple(findings), short, sure)


def score_sentences(retrieval: Retrieval) -> list[ScoredSentence]:
    """Every sentence of the evidence, best first."""
    question, terms = retrieval.question, retrieval.terms
    kind = kind_of(question)
    words = stems_of(question)
    asked, pairs = frozenset(words), set(pairwise(words))
    best = max((e.hit.score for e in retrieval.evidence), default=0.0)
    out: list[ScoredSentence] = []
    for evidence in retrieval.evidence:
        cosines = evidence.stored.sentence_vectors @ retrieval.vector
        found = evidence.found  # made anew at each access: once a passage, not once a sentence
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
            }
            score = sum(WEIGHTS.get(name, 0.0) * value for name, value in signals.items())
            out.append(ScoredSentence(evidence, i, signals, score))
    return sorted(out, key=lambda s: -s.score)


def signals_of_evidence(retrieval: Retrieval, scored: Sequence[ScoredSentence]) -> dict[str, float]:
    """What the evidence as a whole says about being an answer, each roughly within 0 to 1 (the bias is 1).

    Beside how near it is: the share of the question's weight that stands beside the best sentence, the share of its
    names found anywhere.
    """
    terms, top = retrieval.terms, scored[0]
    names = _names_asked(retrieval.question)
    anywhere = frozenset().union(*(e.found for e in retrieval.evidence))
    return {
        "bias": 1.0,
        "passage": max(e.hit.score for e in retrieval.evidence) / 15,
        "cosine": max(s.signals["cosine"] for s in scored[:20]),
        "near": terms.cover(_beside(top)),
        "names": sum(n in anywhere for n in names) / len(names) if names else 1.0,
    }


def lacks_kind(retrieval: Retrieval, scored: Sequence[ScoredSentence]) -> bool:
    """Whether the articles that have the question's names have no money, number, date or name such as it asks for."""
    kind = kind_of(retrieval.question)
    if kind not in SURE_KINDS:
        return False
    found: dict[str, set[str]] = {}
    for evidence in retrieval.evidence:
        found.setdefault(evidence.article.id, set()).update(evidence.found)
    names = set(_names_asked(retrieval.question)) & set().union(*found.values())
    return not any(s.signals[kind] for s in scored if names <= found[s.evidence.article.id])


def confidence(signals: dict[str, float]) -> float:
    """The calibrated confidence, 0 to 1, that the evidence answers."""
    return 1 / (1 + exp(-sum(weight * signals[name] for name, weight in CONFIDENCE.items())))


def complete(scored: ScoredSentence) -> Finding:
    """The sentence as a reader can use it: with who is meant, a quotation whole, a list with its items."""
    evidence, sentences = scored.evidence, scored.evidence.stored.sentences
    text = evidence.article.text
    first = last = scored.index

    def part(i: int) -> str:
        return text[sentences[i].start : sentences[i].end]

    def joined(i: int) -> bool:
        """Whether sentence i and the one after it stand in one paragraph."""
        return "\n\n" not in text[sentences[i].end : sentences[i + 1].start]

    quoted = text[sentences[first].start : sentences[last].end]
    while _open_quote(quoted) and last + 1 < len(sentences) and last - first < 3 and joined(last):
        last += 1
        quoted = text[sentences[first].start : sentences[last].end]
    if _open_quote(quoted) and first and joined(first - 1):
        first -= 1
    if part(last).endswith(":"):
        while last + 1 < len(sentences) and _ITEM.match(part(last + 1)) and last - first < 12:
            last += 1
    if first and _points_back(part(first)) and not _ITEM.match(part(first - 1)):
        first -= 1
    return Finding(evidence, sentences[first].start, sentences[last].end)


def _points_back(sentence: str) -> bool:
    """Whether its subject is only understood from the sentence before: a pronoun, or "the company" and no name."""
    if _PRONOUN.match(sentence):
        return True
    return bool(_DEFINITE.match(sentence)) and not _NAMED.search(sentence)


def _open_quote(text: str) -> bool:
    return text.count('"') % 2 == 1 or text.count("“") != text.count("”")


def _beside(scored: ScoredSentence) -> frozenset[str]:
    """The stems of a sentence, of its neighbours, and of the title."""
    near = scored.evidence.stems[max(0, scored.index - 1) : scored.index + 2]
    return scored.evidence.title_stems.union(*near)


def _names_asked(question: str) -> list[str]:
    """Stems of the capitalised words and numbers of a question, its first word aside."""
    words = re.findall(r"[\w’'-]+", question)
    return [s for w in words[1:] if w[0].isupper() or w[0].isdigit() for s in stems(w)]


def _same(one: ScoredSentence, other: ScoredSentence) -> bool:
    a, b = set(stems_of(one.text)), set(stems_of(other.text))
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

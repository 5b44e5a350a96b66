"""A sentence as it was scored, and as one can use it: with who is meant, a quotation whole, a list with its items."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.language import DEFAULT_LANGUAGE
from corpus.types import Sentence
from qa.retrieve import Evidence

_PRONOUN = re.compile(
    r"[\"“'‘]?(?:But |And |Then |Now |Later )?"
    r"(?:He|She|It|They|His|Her|Its|Their|This|That|These|Those|Such|Both|he|she|it|they)\b"
)
_DEFINITE = re.compile(
    r"(?:The|A) (?:company|firm|group|agency|man|woman|men|women|pair|latter|former|move|decision|announcement|measure"
    r"|statement|spokesman|spokeswoman|spokesperson|plan|order|deal|report|study|ruling)\b"
)
_NAMED = re.compile(r"(?<=\w[ ,])[A-Z]\w+")
_QUOTES = '"“”'
_SAY = r"(?:said|says|told|tells|added|adds|wrote|writes|asked|asks|replied|recalled|warned|argued|explained|insisted)"
_SAYS = re.compile(rf"[\"”“,] ?\b[^\"“”]*\b{_SAY}\b|\b{_SAY}\b[^\"“”]*[\"“]")
"""Said of a quotation: before or after its marks."""
_SAYS_PRONOUN = re.compile(rf"[\"”] ?(?:he|she|they) {_SAY}\b|[\"”] ?{_SAY} (?:he|she|they)\b")
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


def complete(scored: ScoredSentence, language: str = DEFAULT_LANGUAGE) -> Finding:
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
    while _open_quote(quoted, language) and last + 1 < len(sentences) and last - first < 3 and joined(last):
        last += 1
        quoted = text[sentences[first].start : sentences[last].end]
    if _open_quote(quoted, language) and first and joined(first - 1):
        first -= 1
    if _is_unattributed(part(first), part(last)):
        if first and joined(first - 1) and _SAYS.search(part(first - 1)):
            first -= 1
            if first and joined(first - 1) and _SAYS_PRONOUN.search(part(first)):
                first -= 1
        elif last + 1 < len(sentences) and joined(last) and _SAYS.search(part(last + 1)):
            last += 1
    if part(last).endswith(":"):
        while last + 1 < len(sentences) and _ITEM.match(part(last + 1)) and last - first < 12:
            last += 1
    if language == DEFAULT_LANGUAGE and first and _points_back(part(first)) and not _ITEM.match(part(first - 1)):
        first -= 1
    return Finding(evidence, sentences[first].start, sentences[last].end)


def _is_unattributed(first: str, last: str) -> bool:
    """Whether a span is nothing but a quotation, so that nobody is said to say it."""
    return first[:1] in _QUOTES and last[-1:] in _QUOTES and not _SAYS.search(first) and not _SAYS.search(last)


def _points_back(sentence: str) -> bool:
    """Whether its subject is only understood from the sentence before: a pronoun, or "the company" and no name."""
    if _PRONOUN.match(sentence):
        return True
    return bool(_DEFINITE.match(sentence)) and not _NAMED.search(sentence)


def _open_quote(text: str, language: str) -> bool:
    if language == "de":
        return text.count("„") != text.count("“") + text.count("”") or text.count("»") != text.count("«")
    if text.count("«") != text.count("»") or text.count("「") != text.count("」"):
        return True
    return text.count('"') % 2 == 1 or text.count("“") != text.count("”")

"""Findings to claims: verbatim, cited, numbered by first appearance, checked. Pure."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass, field
from itertools import groupby

from corpus.stem import WIDE, stems
from corpus.types import Article
from qa.check import check_claim
from qa.dates import spell_day
from qa.digest import digest_findings
from qa.finding import Finding
from qa.read import Reading
from qa.retrieve import Retrieval
from qa.types import Citation, Claim, Source


@dataclass(slots=True)
class Numbers:
    """Citation numbers by first appearance; one span keeps its number."""

    given: dict[tuple[str, int, int], int] = field(default_factory=dict)

    def of(self, finding: Finding) -> int:
        """The number of a span."""
        return self.given.setdefault((finding.evidence.article.id, finding.start, finding.end), len(self.given) + 1)


def make_claims(retrieval: Retrieval, reading: Reading) -> list[Claim]:
    """The findings of a reading as claims."""
    numbers = Numbers()
    return [make_claim(finding, retrieval, reading, numbers) for finding in reading.findings]


def make_claim(finding: Finding, retrieval: Retrieval, reading: Reading, numbers: Numbers) -> Claim:
    """A finding as a claim, with the words that the question asks about marked."""
    article, quote = finding.evidence.article, finding.text
    source = name_source(article)
    citation = Citation(
        n=numbers.of(finding),
        article_id=article.id,
        title=source.title,
        outlet=source.outlet,
        url=source.url,
        published=source.published,
        start=finding.start,
        end=finding.end,
        quote=quote,
        marks=_marks(quote, retrieval, reading.short_answer),
        page=article.page_at(finding.start),
    )
    text = " ".join(quote.split())
    support, reason = check_claim(text, [quote])
    return Claim(text, (citation,), support, reason)


def _marks(quote: str, retrieval: Retrieval, short: str | None) -> tuple[tuple[int, int], ...]:
    """The words of the quote that the question asks about, and the short answer."""
    wanted = retrieval.terms.weights
    spans = mark_words(quote, wanted.keys(), retrieval.language)
    at = quote.find(short) if short else -1
    if short and at >= 0:
        spans = [(a, b) for a, b in spans if b <= at or a >= at + len(short)] + [(at, at + len(short))]
    return tuple(sorted(spans))


_WORD = re.compile(rf"(?P<wide>[{WIDE}]+)|[^\W{WIDE}]+(?:['’\u064b-\u0652\u0670]+[^\W{WIDE}]*)*")
"""A word with its apostrophes and vowel signs, or a run of characters that no space parts into words."""


def mark_words(quote: str, wanted: Container[str], language: str) -> list[tuple[int, int]]:
    """Where words of the quote stand that have one of the stems; of Chinese, where pairs of characters do."""
    spans: list[tuple[int, int]] = []
    for match in _WORD.finditer(quote):
        start, own = match.start(), stems(match.group(), language)
        if match["wide"] and len(match.group()) > 1:
            pairs = [(start + i, start + i + 2) for i, stem in enumerate(own) if stem in wanted]
        else:
            pairs = [match.span()] if any(stem in wanted for stem in own) else []
        for a, b in pairs:
            if spans and a < spans[-1][1]:
                spans[-1] = (spans[-1][0], b)
            else:
                spans.append((a, b))
    return spans


def name_source(article: Article) -> Source:
    """An article as an answer names it."""
    return Source(article.id, article.title, article.outlet, article.url, article.published_text)


def make_digest(retrieval: Retrieval, reading: Reading) -> list[Claim]:
    """Each day, and below it what the articles of that day begin with."""
    numbers, claims = Numbers(), list[Claim]()
    for day, together in groupby(digest_findings(retrieval), key=lambda item: item[0]):
        claims.append(Claim(spell_day(day) if day else "Undated", (), "unsupported", kind="lead"))
        claims += [make_claim(finding, retrieval, reading, numbers) for _, finding in together]
    return claims

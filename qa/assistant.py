"""The path from question to answer, readable top to bottom: say it in full, retrieve, read, cite, check."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from time import perf_counter

from corpus.errors import QuestionError
from corpus.library import Library
from corpus.stem import stems
from corpus.types import Article, Vector
from qa.check import check_claim
from qa.config import Config
from qa.read import THRESHOLD, Finding, Reading, read
from qa.retrieve import Retrieval, Retriever
from qa.rewrite import retrieve_in_context
from qa.types import Answer, Citation, Claim, Progress, Searched, Source, Turn

LONGEST_QUESTION = 2000
NEAREST = 3
BUILT_IN = "Built-in answerer"


class Assistant:
    """Answers questions over one library. Safe to use from several threads."""

    answerer = BUILT_IN

    def __init__(self, library: Library, config: Config | None = None) -> None:
        config = config or Config()
        self.library = library
        self.retriever = Retriever(library, library.embedder, top_k=config.top_k, dense_weight=config.dense_weight)
        self.threshold = THRESHOLD if config.threshold is None else config.threshold

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        as_of: date | None = None,
        *,
        vector: Vector | None = None,
    ) -> Answer:
        """The whole answer. `vector` is the question's, where it is embedded already.

        A follow-up is searched for in words that stand alone: the answer's `searched_for`.

        Raises QuestionError for an empty or overlong question.
        """
        asked = _checked(question)
        began = perf_counter()
        retrieval = retrieve_in_context(self.retriever, asked, history, as_of=as_of, vector=vector)
        return replace(self.answer_from(retrieval, perf_counter() - began), question=asked)

    def stream(self, question: str, history: Sequence[Turn] = (), as_of: date | None = None) -> Iterator[Progress]:
        """The claims as they come, then the whole answer, equal to `ask`'s; raises as `ask` does."""
        answer = self.ask(question, history, as_of)
        for n in range(1, len(answer.claims)):
            yield Progress(answer.claims[:n])
        yield Progress(answer.claims, answer)

    def answer_from(self, retrieval: Retrieval, seconds: float = 0.0) -> Answer:
        """The answer that what was retrieved gives; `seconds` have been spent on it already."""
        began = perf_counter()
        reading = read(retrieval)
        claims: list[Claim] = []
        if reading.findings and reading.confidence >= self.threshold:
            numbers = _Numbers()
            claims = [_claim(finding, retrieval, reading, numbers) for finding in reading.findings]
        answer = self._answer(retrieval.question, retrieval, reading, tuple(claims))
        return replace(answer, seconds=seconds + perf_counter() - began)

    def _answer(self, question: str, retrieval: Retrieval, reading: Reading, claims: tuple[Claim, ...]) -> Answer:
        stats = self.library.stats()
        cited = {c.article_id for claim in claims for c in claim.citations}
        read_articles = {e.article.id: e.article for e in retrieval.evidence if e.article.id not in cited}
        nearest = list({e.article.id: e.article for e in retrieval.ranked}.values())[:NEAREST]
        return Answer(
            question=question,
            searched_for=question,
            status="answered" if claims else "not_found",
            claims=claims,
            short_answer=reading.short_answer if claims else None,
            also_read=tuple(_source(a) for a in read_articles.values()) if claims else (),
            nearest=() if claims else tuple(_source(a) for a in nearest),
            searched=Searched(
                stats.n_articles,
                stats.first.isoformat() if stats.first else None,
                stats.last.isoformat() if stats.last else None,
            ),
            answerer=self.answerer,
            confidence=reading.confidence,
            seconds=0.0,
            usage=None,
            library_generation=retrieval.generation,
            try_instead=None if claims else _rephrase(question, retrieval, nearest),
        )


@dataclass(slots=True)
class _Numbers:
    """Citation numbers by first appearance; one span keeps its number."""

    given: dict[tuple[str, int, int], int] = field(default_factory=dict)

    def of(self, finding: Finding) -> int:
        return self.given.setdefault((finding.evidence.article.id, finding.start, finding.end), len(self.given) + 1)


def _checked(question: str) -> str:
    asked = " ".join(question.split())
    if not re.search(r"\w", asked):
        raise QuestionError("The question is empty. Type a question about the articles.")
    if len(asked) > LONGEST_QUESTION:
        raise QuestionError(f"The question has {len(asked):,} characters; at most {LONGEST_QUESTION:,} are read.")
    return asked


def _claim(finding: Finding, retrieval: Retrieval, reading: Reading, numbers: _Numbers) -> Claim:
    article, quote = finding.evidence.article, finding.text
    source = _source(article)
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
    )
    text = " ".join(quote.split())
    support, reason = check_claim(text, [quote])
    return Claim(text, (citation,), support, reason)


def _marks(quote: str, retrieval: Retrieval, short: str | None) -> tuple[tuple[int, int], ...]:
    """The words of the quote that the question asks about, and the short answer."""
    wanted = retrieval.terms.weights
    spans = [m.span() for m in re.finditer(r"\w+(?:['’]\w+)*", quote) if set(stems(m.group())) & wanted.keys()]
    at = quote.find(short) if short else -1
    if short and at >= 0:
        spans = [(a, b) for a, b in spans if b <= at or a >= at + len(short)] + [(at, at + len(short))]
    return tuple(sorted(spans))


def _source(article: Article) -> Source:
    return Source(article.id, article.title, article.outlet, article.url, article.published_text)


def _rephrase(question: str, retrieval: Retrieval, nearest: Sequence[Article]) -> str | None:
    """Another way to ask: about the names that the articles do have, else about the nearest article."""
    found = frozenset().union(*(e.found for e in retrieval.evidence))
    names = [
        m.group()
        for m in re.finditer(r"\b[A-Z]\w+(?:[ -](?:[A-Z]\w+|\d+))*", question)
        if m.start() > 0 and set(stems(m.group())) <= found
    ]
    if names:
        return f"What do the articles say about {max(names, key=len)}?"
    return f"What do the articles say about “{nearest[0].title}”?" if nearest else None

"""What the built-in answerer found, as the answer that tells it: status, sources, and what was searched."""

from __future__ import annotations

from corpus.library import Library
from qa.claiming import name_source
from qa.read import Reading
from qa.rephrase import rephrase
from qa.retrieve import Retrieval
from qa.tuned import Tuned
from qa.types import Answer, Claim
from qa.within import describe_searched, describe_time

NEAREST = 3
BUILT_IN = "Built-in answerer"


def make_answer(
    question: str, retrieval: Retrieval, reading: Reading, claims: tuple[Claim, ...], tuned: Tuned, library: Library
) -> Answer:
    """The answer that these claims make; without any, that the articles do not say."""
    days = library.days().until(retrieval.as_of)
    cited = {c.article_id for claim in claims for c in claim.citations}
    read_articles = {e.article.id: e.article for e in retrieval.evidence if e.article.id not in cited}
    nearest = retrieval.nearest(NEAREST)
    return Answer(
        question=question,
        searched_for=retrieval.asked,
        status="not_found" if not claims else "answered" if reading.confidence >= tuned.sure else "partial",
        claims=claims,
        short_answer=reading.short_answer if claims else None,
        also_read=tuple(name_source(a) for a in read_articles.values()) if claims else (),
        nearest=() if claims else tuple(name_source(a) for a in nearest),
        searched=describe_searched(retrieval.time, days),
        answerer=BUILT_IN,
        confidence=reading.confidence,
        seconds=0.0,
        usage=None,
        library_generation=retrieval.generation,
        try_instead=None if claims else rephrase(retrieval.question, retrieval, nearest),
        notice=retrieval.note or tuned.notice,
        when=describe_time(retrieval.time, days),
    )

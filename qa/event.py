"""An event that a question counts from ("since the election") -> its day, by an article of the library. English.

The event is found as any question is: in the nearest articles that have all its words. Its day is the one that they
state right beside these words, else the one on which the oldest of them was published. Not here: which words of a
question are an event (qa/read_time.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from corpus.stem import query_stems
from corpus.types import day_of
from qa.lineup.concepts import find_concepts
from qa.moments import find_moments
from qa.relative import CUE, explain_dates
from qa.retrieve import Evidence, Retriever
from qa.time_reading import TimeReading

NEAR = 2.5
"""An article within this much of the best one's score tells of the same event."""
FARTHEST = 120
"""Days before an article at most that the day of its event lies."""
AKIN = 6
"""Letters from which on a stem that begins another one is of its family."""
BESIDE = 60
"""Characters at most between the words of an event and its day."""


def place_event(
    reading: TimeReading, question: str, retriever: Retriever, as_of: date | None, today: date
) -> TimeReading:
    """The reading with the day of its event; without days where no article tells of it, or of it as yet to come."""
    day, source = find_event(reading.event, question, retriever, as_of) or (None, "")
    if day is None or day > today:
        return TimeReading(words=reading.words, order=reading.order) if reading.order else TimeReading()
    if reading.ends:
        return replace(reading, last=day - timedelta(days=1), source=source, day=day)
    return replace(reading, first=day, source=source, day=day)


def find_event(event: str, question: str, retriever: Retriever, as_of: date | None) -> tuple[date, str] | None:
    """The day of an event and the title of the article that says so; None where none does."""
    wanted, concepts = frozenset(query_stems(event)), _words(event)
    if not wanted:
        return None
    found = retriever.retrieve(f"{event} {question}", as_of=as_of, read=False).ranked
    told = [e for e in found if day_of(e.article.published) and (_has(e.found, wanted) or _tells(e, concepts))]
    near = [e for e in told if e.hit.score >= told[0].hit.score - NEAR]
    near.sort(key=lambda e: (day_of(e.article.published) or date.max, e.article.published_text or ""))
    stated = [(day, e.article.title) for e in near for day in _stated(e, concepts)]
    if stated:
        often = Counter(day for day, _ in stated)
        return max(stated, key=lambda one: (often[one[0]], -one[0].toordinal()))
    return next(((day, e.article.title) for e in near if (day := day_of(e.article.published))), None)


def _stated(evidence: Evidence, event: frozenset[str]) -> Iterator[date]:
    """The days that stand right beside the words of an event, with no verb between them."""
    published, text = day_of(evidence.article.published), evidence.article.text
    if published is None:
        return
    for span in evidence.stored.sentences:
        sentence = text[span.start : span.end]
        said = [at for concept, at in find_concepts(sentence) if concept in event]
        for day, start, end in _days(sentence, published):
            beside = (sentence[at:start] if at < start else sentence[end:at] for at in said)
            if not published - timedelta(days=FARTHEST) <= day <= published:
                continue
            if any(len(between) <= BESIDE and not CUE.search(between) for between in beside):
                yield day


def _days(sentence: str, published: date) -> Iterator[tuple[date, int, int]]:
    for one in explain_dates(sentence, published):
        if one.first == one.last:
            yield one.first, one.start, one.end
    for moment, at in find_moments(sentence, published):
        if moment.kind == "day" and moment.spans:
            yield moment.spans[0][0], at, at + len(moment.text)


def _tells(evidence: Evidence, concepts: frozenset[str]) -> bool:
    passage = evidence.article.text[evidence.hit.passage.start : evidence.hit.passage.end]
    return concepts <= _words(f"{evidence.article.title}. {passage}")


def _has(found: frozenset[str], wanted: frozenset[str]) -> bool:
    """Whether all the wanted stems are found, or others of their family: "certification" where it was certified."""
    rest = wanted - found
    return all(any(_akin(one, other) for other in found) for one in rest)


def _akin(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) >= AKIN and long.startswith(short)


def _words(text: str) -> frozenset[str]:
    return frozenset(concept for concept, _ in find_concepts(text))

"""Questions for what is new ("What changed since May?", "What is new about X?"), and the digest by date that answers.

The digest is made of articles' own first sentences, newest first, near-copies of a story once. English only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from corpus.library import Library
from corpus.stem import query_stems
from corpus.types import Article, Hit, StoredPassage, day_of
from qa.copies import is_near_copy
from qa.finding import Finding
from qa.lineup.named import find_runs
from qa.moments import find_moments
from qa.retrieve import Evidence, Retrieval, stems_of
from qa.time_reading import TimeReading

MOST_ITEMS = 8
ENOUGH = 0.6
"""An article is about what a digest asks for where its title and passage have this share of the words' weight."""
LATEST = 200
"""Articles that a digest of everything looks at, newest first."""
_NEW = r"(?:new|changed|happened|happening|the latest(?: news)?)"
_ASKS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^what(?:['’]s| is| has|s)? (?:new|changed|happening|the latest(?: news)?)"
        r" (?:about|on|with|in|regarding|concerning) (?P<topic>.+)$",
        rf"^what(?:['’]s| is| has|s| have)? {_NEW} (?:since|after)\b(?P<topic>)",
        rf"^what(?:['’]s| is| has|s)? {_NEW}(?: (?:to|with|in|about|on|at) (?P<topic>.+?))? (?:since|after)\b",
        r"^what(?:['’]s| is| are|s) the (?:latest|newest|most recent)(?: (?:news|updates?|developments?|reports?))?"
        r" (?:about|on|regarding|from) (?P<topic>.+)$",
        r"^what(?:['’]s| is|s) new(?: (?:today|this week|lately|in the news))?$(?P<topic>)?",
        r"^(?:(?:is|are) there )?any (?:recent |new )?(?:news|updates?|developments?)"
        r" (?:about|on|regarding) (?P<topic>.+)$",
        r"^(?:the )?latest (?:news|updates?|developments?) (?:about|on|regarding) (?P<topic>.+)$",
        r"^(?:please )?(?:give me an update|bring me up to date|catch me up|update me|fill me in) on (?P<topic>.+)$",
    )
)
_HAPPENED = re.compile(
    r"^what(?:['’]s| is| was| were| has| have|s)?(?: the)?(?: (?:happened|happening|changed|new|news|reported"
    r"|in the news|been (?:happening|reported|going on)|going on))+(?: (?:in|at|to|with|about|on|from)"
    r" (?P<topic>.+))?$",
    re.IGNORECASE,
)
_SINCE = re.compile(r"\b(?:since|after)\b(?P<when>.*)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DigestQuestion:
    """What a digest is asked for: about what ("" for everything), and from which day on (None for ever)."""

    topic: str
    since: date | None


def find_digest(question: str, today: date, time: TimeReading | None = None) -> DigestQuestion | None:
    """What is asked for where a question wants a digest, else None; dates count from `today`.

    Where the question names days (`time`), what happened in them is a digest, too; their words are left out of it.
    """
    asked = " ".join(question.split()).rstrip(" ?.!")
    if time and time.narrows and (match := _HAPPENED.match(asked)):
        return DigestQuestion((match["topic"] or "").strip(), None)
    for pattern in _ASKS:
        match = pattern.match(asked)
        if match is None:
            continue
        topic = (match["topic"] or "").strip()
        since = None
        if after := _SINCE.search(topic if re.search(r"\b(?:since|after)\b", topic) else asked):
            since, left = _day(after["when"], today)
            topic = topic[: after.start()].strip() if after.string == topic else topic
            # "since the sinking" is no date: what has to do with it is asked for.
            topic = topic or ("" if since else left)
        return DigestQuestion(topic, since) if topic or since or "new" in asked.lower() else None
    return None


def _day(when: str, today: date) -> tuple[date | None, str]:
    found = [moment for moment, _ in find_moments(f"since {when.strip()}", today)]
    if not found or not found[0].spans:
        return None, when.strip()
    spans = [a for a, _ in found[0].spans if a <= today]
    return (max(spans) if spans else found[0].spans[0][0]), ""


def gather_digest(asked: DigestQuestion, retrieval: Retrieval, library: Library, as_of: date | None) -> Retrieval:
    """The openings of the articles that a digest is made of, newest first: what an LLM is given, too."""
    ids = _about(asked, retrieval) if asked.topic else _latest(library, as_of, retrieval.time)
    articles = [a for a in library.articles(ids).values() if _since(asked.since, day_of(a.published))]
    articles.sort(key=lambda a: (day_of(a.published) or date.min, a.published_text or "", a.id), reverse=True)
    chosen: list[Evidence] = []
    for article in articles:
        if len(chosen) == MOST_ITEMS:
            break
        passages = library.passages_of(article.id)
        item = _opening(article, passages[0], len(chosen) + 1) if passages else None
        if item and not any(is_near_copy(item, other) for other in chosen):
            chosen.append(item)
    return replace(retrieval, evidence=tuple(chosen), before=None, digest=True)


def digest_findings(retrieval: Retrieval) -> list[tuple[date | None, Finding]]:
    """Day and first sentence of each article of a digest."""
    return [
        (day_of(e.article.published), Finding(e, e.stored.sentences[0].start, e.stored.sentences[0].end))
        for e in retrieval.evidence
    ]


def _since(since: date | None, day: date | None) -> bool:
    return since is None or (day is not None and day >= since)


def _opening(article: Article, stored: StoredPassage, rank: int) -> Evidence:
    by_sentence = tuple(stems_of(article.text[s.start : s.end]) for s in stored.sentences)
    hit = Hit(stored.passage, 0.0, rank, ())
    return Evidence(hit, article, stored, by_sentence, frozenset(stems_of(article.title)), {})


def _about(asked: DigestQuestion, retrieval: Retrieval) -> list[str]:
    """The retrieved articles that are about the topic: they have all its names, or most of its words."""
    names = [match.group() for match in find_runs(f"about {asked.topic}")]
    wanted = {stem: retrieval.terms.weights.get(stem, 1.0) for stem in query_stems(asked.topic)}
    total = sum(wanted.values()) or 1.0
    out: list[str] = []
    for evidence in retrieval.ranked:
        article = evidence.article
        if names:
            fits = all(name in f"{article.title} {article.text}" for name in names)
        else:
            fits = sum(weight for stem, weight in wanted.items() if stem in evidence.found) / total >= ENOUGH
        if fits and article.id not in out:
            out.append(article.id)
    return out


def _latest(library: Library, as_of: date | None, time: TimeReading | None) -> list[str]:
    """The newest articles of the library, of the days that are asked for."""
    within = time if time and time.narrows else TimeReading()
    ends = [day for day in (within.last, as_of) if day]
    return library.ids_between(within.first, min(ends, default=None), LATEST)

"""What has changed over time: answered with its newest version, and with the day as of which it is said.

Not here: what has changed (qa/lineup/lineup.py), and the order that a question asks for (qa/order.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from corpus.types import day_of
from qa.claiming import make_claims
from qa.finding import Finding, ScoredSentence, complete
from qa.kinds import kind_of
from qa.lineup.concepts import ATTRIBUTES, find_concepts
from qa.lineup.lineup import line_up
from qa.order import count_names
from qa.read import Reading, names_asked, read
from qa.retrieve import Retrieval
from qa.time_reading import TimeReading
from qa.types import Claim
from qa.versions import Lineup, Version

MOST_WORDS = 3
"""Words of a short answer that is just a figure and what it counts."""
_ABOUT = re.compile(r"^(?:about|around|nearly|almost|some|at least|more than|over)\s+")
_FIGURE = re.compile(r"\d")
_ASKS = {"money": "number", "number": "number", "date": "date", "name": "name"}
"""Kinds of answer, and what a lineup of such answers is of."""


def claim_newest(reading: Reading, retrieval: Retrieval) -> tuple[Reading, list[Claim], tuple[Lineup, ...]]:
    """The findings as claims with what is lined up with them, the newest version of what is asked for first.

    Where the newest is asked for, the days of articles decide only where nothing lined up does.
    """
    if retrieval.time and retrieval.time.order == "newest":
        reading = _newest_stated(reading, retrieval) or reading
    claims = make_claims(retrieval, reading)
    lineups = line_up(claims, retrieval)
    if newer := put_newest_first(reading, claims, lineups, retrieval):
        reading, claims = newer, make_claims(retrieval, newer)
        lineups = line_up(claims, retrieval)
    return reading, list(date_claims(claims, lineups, retrieval.time)), lineups


def _newest_stated(by_date: Reading, retrieval: Retrieval) -> Reading | None:
    """The newest of the versions lined up with what answers best, unless an answer by date is newer than that."""
    assert retrieval.time is not None
    best = read(replace(retrieval, time=replace(retrieval.time, order="")))
    if not best.findings or not by_date.findings:
        return None
    names = names_asked(retrieval.question, retrieval.language)
    first = by_date.findings[0].evidence
    if count_names(best.findings[0].evidence, names) < count_names(first, names):
        return None
    claims = make_claims(retrieval, best)
    lineups = line_up(claims, retrieval)
    wanted = _ASKS.get(kind_of(retrieval.question), "")
    changed = [of for of in lineups if of.relation == "changed"]
    changed = [of for of in changed if _counts(of.versions[0].quote, retrieval.question)]
    named = bool(_attributes(retrieval.question))
    stated = [(of, old) for of in changed if (old := _said_by(claims[0], of))]
    stating = [of for of, old in stated if named or _is_asked(of, old, best, wanted or of.of)]
    if not stating and any(0 in of.claims for of in lineups):
        return None
    lineup = next(iter(stating or changed), None)
    day, since = lineup.versions[0].day if lineup else None, day_of(first.article.published)
    finding = _find(lineup.versions[0], retrieval) if lineup and day and (since is None or day >= since) else None
    return _lead_with(finding, lineup.versions[0], best) if finding and lineup else None


def _lead_with(finding: Finding, version: Version, reading: Reading) -> Reading:
    """The reading with a finding first, in the place of what overlaps it or of the last."""
    rest = [f for f in reading.findings if not _overlap(f, finding)]
    short = version.said if version.said and version.said in finding.text else None
    return replace(reading, findings=(finding, *rest[: len(reading.findings) - 1 or 1]), short_answer=short)


def put_newest_first(
    reading: Reading, claims: Sequence[Claim], lineups: Sequence[Lineup], retrieval: Retrieval
) -> Reading | None:
    """The reading with the newest version of what is asked for first, where it has changed; None where it is first.

    Nothing is put first where the question asks for the oldest, or for certain days that the newest is not of.
    """
    time = retrieval.time
    wanted = _ASKS.get(kind_of(retrieval.question), "")
    if not claims or (time and time.order == "oldest"):
        return None
    for lineup in lineups:
        if lineup.relation != "changed" or 0 not in lineup.claims:
            continue
        newest, old = lineup.versions[0], _said_by(claims[0], lineup)
        if old is None or not (_is_asked(lineup, old, reading, wanted) and _counts(newest.quote, retrieval.question)):
            continue
        if old == newest or not newest.day or (time and not time.prefers(newest.day)):
            continue
        if old.said and old.said.lower() in retrieval.question.lower():
            continue  # "why were only six counted?" is about what was said then
        finding = _find(newest, retrieval)
        if finding is None:
            continue
        return _lead_with(finding, newest, reading)
    return None


def date_claims(claims: Sequence[Claim], lineups: Sequence[Lineup], time: TimeReading | None) -> tuple[Claim, ...]:
    """The claims, those that state what has changed with the day of their article: as of then."""
    changed = [version for lineup in lineups if lineup.relation == "changed" for version in lineup.versions]
    out = []
    for n, claim in enumerate(claims):
        days = {v.day for v in changed if v.day and _states(claim, v)}
        if not days and n == 0 and time and time.order == "newest":
            days = {date.fromisoformat(c.published[:10]) for c in claim.citations if c.published}
        out.append(replace(claim, as_of=max(days).isoformat()) if days and claim.kind == "claim" else claim)
    return tuple(out)


def _is_asked(lineup: Lineup, old: Version, reading: Reading, wanted: str) -> bool:
    """Whether what is lined up is what the question asks for: the short answer is just that, else its kind is."""
    if reading.short_answer and (wanted or _FIGURE.search(reading.short_answer)):
        short, said = _plain(reading.short_answer), _plain(old.said)
        return bool(said) and (short == said or (short.startswith(f"{said} ") and len(short.split()) <= MOST_WORDS))
    return bool(wanted) and lineup.of == wanted


def _counts(quote: str, question: str) -> bool:
    """Whether a sentence counts what the question asks to be counted: the dead, not the missing."""
    asked = _attributes(question)
    return not asked or bool(asked & _attributes(quote))


def _attributes(text: str) -> frozenset[str]:
    return ATTRIBUTES.intersection(concept for concept, _ in find_concepts(text))


def _plain(text: str) -> str:
    return _ABOUT.sub("", text.lower()).strip(" .,;")


def _states(claim: Claim, version: Version) -> bool:
    return any(c.article_id == version.article_id and c.start <= version.start < c.end for c in claim.citations)


def _said_by(claim: Claim, lineup: Lineup) -> Version | None:
    return next((version for version in lineup.versions if _states(claim, version)), None)


def _find(version: Version, retrieval: Retrieval) -> Finding | None:
    for evidence in (*retrieval.evidence, *retrieval.ranked):
        if evidence.article.id != version.article_id:
            continue
        for index, sentence in enumerate(evidence.stored.sentences):
            if sentence.start == version.start:
                return complete(ScoredSentence(evidence, index, {}, 0.0))
    return None


def _overlap(one: Finding, other: Finding) -> bool:
    same = one.evidence.article.id == other.evidence.article.id
    return same and one.start < other.end and other.start < one.end

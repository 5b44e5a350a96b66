"""What has changed over time: answered with its newest version, and with the day as of which it is said.

Not here: what has changed (qa/lineup/lineup.py), and the order that a question asks for (qa/order.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from qa.claiming import make_claims
from qa.finding import Finding, ScoredSentence, complete
from qa.kinds import kind_of
from qa.lineup.lineup import line_up
from qa.read import Reading
from qa.read_time import TimeReading
from qa.retrieve import Retrieval
from qa.types import Claim
from qa.versions import Lineup, Version

_ASKS = {"money": "number", "number": "number", "date": "date", "name": "name"}
"""Kinds of answer, and what a lineup of such answers is of."""


def claim_newest(reading: Reading, retrieval: Retrieval) -> tuple[Reading, list[Claim], tuple[Lineup, ...]]:
    """The findings as claims with what is lined up with them, the newest version of what is asked for first."""
    claims = make_claims(retrieval, reading)
    lineups = line_up(claims, retrieval)
    if newer := put_newest_first(reading, claims, lineups, retrieval):
        reading, claims = newer, make_claims(retrieval, newer)
        lineups = line_up(claims, retrieval)
    return reading, list(date_claims(claims, lineups, retrieval.time)), lineups


def put_newest_first(
    reading: Reading, claims: Sequence[Claim], lineups: Sequence[Lineup], retrieval: Retrieval
) -> Reading | None:
    """The reading with the newest version of what is asked for first, where it has changed; None where it is first.

    Nothing is put first where the question asks for the oldest, or for certain days that the newest is not of.
    """
    time = retrieval.time
    wanted = _ASKS.get(kind_of(retrieval.question), "")
    if not claims or not wanted or (time and time.order == "oldest"):
        return None
    for lineup in lineups:
        if lineup.relation != "changed" or lineup.of != wanted or 0 not in lineup.claims:
            continue
        newest, old = lineup.versions[0], _said_by(claims[0], lineup)
        if old is None or old == newest or not newest.day or (time and not time.prefers(newest.day)):
            continue
        if old.said and old.said.lower() in retrieval.question.lower():
            continue  # "why were only six counted?" is about what was said then
        finding = _find(newest, retrieval)
        if finding is None:
            continue
        rest = [f for f in reading.findings if not _overlap(f, finding)]
        short = newest.said if newest.said and newest.said in finding.text else None
        return replace(reading, findings=(finding, *rest[: len(reading.findings) - 1 or 1]), short_answer=short)
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

"""What has changed over time: answered with its newest version, and with the day as of which it is said.

Not here: what has changed (qa/lineup/lineup.py), what of it is asked for (qa/lineup/asked.py), and the order that a
question asks for (qa/order.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from corpus.types import day_of
from qa.claiming import make_claims
from qa.finding import Finding
from qa.kinds import kind_of
from qa.lineup.asked import OF_KIND, attributes_asked, attributes_of, choose_asked, has_names, is_asked, is_short
from qa.lineup.lineup import line_up
from qa.order import count_names
from qa.overtaken import find_later, find_version
from qa.read import Reading, names_asked, read
from qa.restated import find_restated
from qa.retrieve import Retrieval
from qa.time_reading import TimeReading
from qa.types import Claim
from qa.versions import Lineup, Version

_FIGURE = re.compile(r"\d")


def claim_newest(reading: Reading, retrieval: Retrieval) -> tuple[Reading, list[Claim], tuple[Lineup, ...]]:
    """The findings as claims with what is lined up with them, the newest version of what is asked for first.

    Where the newest is asked for, the days of articles decide only where nothing lined up does.
    """
    if retrieval.time and retrieval.time.order == "newest":
        reading = _newest_stated(reading, retrieval) or reading
    claims = make_claims(retrieval, reading)
    lineups = line_up(claims, retrieval)
    overtaken = False
    newer = put_newest_first(reading, claims, lineups, retrieval)
    if newer is None and (later := find_later(reading, lineups, retrieval)):
        newer, overtaken = _lead_with([(later, "")], reading), True
    if newer is None and (restated := find_restated(reading, retrieval)):
        newer, overtaken = _lead_with([restated], reading), True
    if newer:
        reading, claims = newer, make_claims(retrieval, newer)
        lineups = line_up(claims, retrieval)
    lineups = choose_asked(lineups, retrieval.question, reading.short_answer)
    return reading, list(date_claims(claims, lineups, retrieval.time, overtaken=overtaken)), lineups


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
    wanted = OF_KIND.get(kind_of(retrieval.question), "")
    changed = [of for of in lineups if of.relation == "changed"]
    changed = [of for of in changed if _counts(of.versions[0].quote, retrieval.question)]
    named = bool(attributes_of(retrieval.question))
    stated = [(of, old) for of in changed if (old := _said_by(claims[0], of))]
    stating = [of for of, old in stated if named or _answers(of, old, best, wanted or of.of)]
    if not stating and any(0 in of.claims for of in lineups):
        return None
    lineup = next(iter(stating or changed), None)
    day, since = lineup.versions[0].day if lineup else None, day_of(first.article.published)
    finding = (
        find_version(lineup.versions[0], retrieval) if lineup and day and (since is None or day >= since) else None
    )
    return _lead_with([(finding, lineup.versions[0].said)], best) if finding and lineup else None


def _lead_with(leads: Sequence[tuple[Finding, str]], reading: Reading) -> Reading:
    """The reading with findings first, each with what it says, in the place of what overlaps them or of the last."""
    first, said = leads[0]
    findings = [finding for finding, _ in leads]
    rest = [f for f in reading.findings if not any(_overlap(f, finding) for finding in findings)]
    n = max(len(reading.findings), len(findings) + 1)
    short = said if said and said in first.text else None
    return replace(reading, findings=(*findings, *rest)[:n], short_answer=short)


def put_newest_first(
    reading: Reading, claims: Sequence[Claim], lineups: Sequence[Lineup], retrieval: Retrieval
) -> Reading | None:
    """The reading with the newest version of what is asked for first, where it has changed; None where it is first.

    Of versions that disagree, all of the newest days come first. Nothing is put first where the question asks for the
    oldest, or for certain days that the newest is not of.
    """
    time, question = retrieval.time, retrieval.question
    if not claims or (time and time.order == "oldest"):
        return None
    for lineup in lineups:
        newest, old = _newest_day(lineup), _said_by(claims[0], lineup)
        if lineup.relation == "agree" or old in newest or not _is_wanted(lineup, old, claims[0], reading, question):
            continue
        if not newest[0].day or (time and not time.prefers(newest[0].day)):
            continue
        if old and old.said and old.said.lower() in question.lower():
            continue  # "why were only six counted?" is about what was said then
        stated = sorted(newest, key=lambda version: not any(_states(claim, version) for claim in claims))
        found = [(finding, version.said) for version in stated if (finding := find_version(version, retrieval))]
        if found:
            return _lead_with(found, reading)
    return None


def _is_wanted(lineup: Lineup, old: Version | None, first: Claim, reading: Reading, question: str) -> bool:
    """Whether what is lined up is what the question asks for, be it that the first claim has it, or counts others."""
    wanted = OF_KIND.get(kind_of(question), "")
    newest = _newest_day(lineup)
    counted = old is None or _counts(old.quote, question, empty=False)
    if counted and not any(_counts(version.quote, question) for version in newest):
        return False
    if lineup.relation == "disagree" and len(newest) > 1 and not wanted:
        return False
    if old is None:  # those aboard, where the dead are asked for
        counts_others = kind_of(question) == "number" and not _counts(first.text, question)
        return counts_others and is_asked(lineup, question) and has_names(lineup.versions[0], question)
    return _answers(lineup, old, reading, wanted)


def date_claims(
    claims: Sequence[Claim], lineups: Sequence[Lineup], time: TimeReading | None, *, overtaken: bool = False
) -> tuple[Claim, ...]:
    """The claims, those that state what has changed with the day of their article: as of then.

    So is the first where the newest is asked for, or where it has `overtaken` what was told before.
    """
    changed = [of for of in lineups if of.relation == "changed" or len(of.at_one_time()) > 1]
    versions = [version for of in changed if of.relation != "agree" for version in of.versions]
    first = overtaken or bool(time and time.order == "newest")
    out = []
    for n, claim in enumerate(claims):
        days = {v.day for v in versions if v.day and _states(claim, v)}
        if not days and n == 0 and first:
            days = {date.fromisoformat(c.published[:10]) for c in claim.citations if c.published}
        out.append(replace(claim, as_of=max(days).isoformat()) if days and claim.kind == "claim" else claim)
    return tuple(out)


def _answers(lineup: Lineup, old: Version, reading: Reading, wanted: str) -> bool:
    """Whether what is lined up is what the question asks for: the short answer is just that, else its kind is."""
    if reading.short_answer and (wanted or _FIGURE.search(reading.short_answer)):
        return is_short(reading.short_answer, old)
    return bool(wanted) and lineup.of == wanted


def _newest_day(lineup: Lineup) -> tuple[Version, ...]:
    """The versions of the newest day; two of a day before are older, though they may stand against these."""
    group = lineup.at_one_time()[0]
    return tuple(version for version in group if version.day == group[0].day)


def _counts(text: str, question: str, *, empty: bool = True) -> bool:
    """Whether a sentence counts what the question asks to be counted: the dead, not the missing.

    `empty` where the question names nothing of the kind.
    """
    asked = attributes_asked(question)
    return bool(asked & attributes_of(text)) if asked else empty


def _states(claim: Claim, version: Version) -> bool:
    return any(c.article_id == version.article_id and c.start <= version.start < c.end for c in claim.citations)


def _said_by(claim: Claim, lineup: Lineup) -> Version | None:
    return next((version for version in lineup.versions if _states(claim, version)), None)


def _overlap(one: Finding, other: Finding) -> bool:
    same = one.evidence.article.id == other.evidence.article.id
    return same and one.start < other.end and other.start < one.end

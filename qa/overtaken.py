"""A report of what was still to come, overtaken by a later article of the story: the later one answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from corpus.types import day_of
from qa.finding import Finding, ScoredSentence, complete
from qa.kinds import kind_of
from qa.lineup.asked import ABOUT, share_asked
from qa.lineup.statements import read_statement
from qa.lineup.told import of_one_story
from qa.order import count_names
from qa.read import Reading, names_asked, score_sentences, weights_for
from qa.retrieve import Retrieval
from qa.versions import Lineup, Version

TIED = 5.0
"""How much less a sentence of a later article may score than the first one, where a lineup ties their articles."""
NEAR = 3.0
"""The same, where only their names and titles do."""
_TO_COME = re.compile(
    r"\b(?:will|would|(?:is|are|was|were|has|have) to) be (?:decided|determined|settled|counted|known|held|announced)\b"
    r"|\b(?:is|are|was|were) (?:due|set|expected|scheduled|preparing|planning|likely|about|thought|believed) to\b"
    r"|\b(?:plans?|planned|proposes?|proposed|intends?|hopes?|wants?|seeks?|considers?|may|might|could|faces?)"
    r" (?:to|be)\b"
    r"|\b(?:preliminary|provisional|unofficial|early|partial) (?:results?|counts?|figures?|reports?|estimates?)\b"
    r"|\b(?:not yet|too early|remains? (?:unclear|open|unknown)|yet to)\b",
    re.IGNORECASE,
)


def find_later(reading: Reading, lineups: Sequence[Lineup], retrieval: Retrieval) -> Finding | None:
    """What the newest later article of the story says of what is asked, where the first finding told what was to come.

    None where the question itself asks for what was to come, or for the oldest.
    """
    if not reading.findings or (retrieval.time and retrieval.time.order) or _TO_COME.search(retrieval.question):
        return None
    first = reading.findings[0]
    lead, day = first.evidence.article, day_of(first.evidence.article.published)
    if day is None or not _TO_COME.search(first.text):
        return None
    kind = kind_of(retrieval.question, retrieval.language)
    if kind != "name":  # figures and dates are lined up
        return _newest_version(lineups, day, retrieval) if kind == "other" else None
    scored = score_sentences(retrieval, weights_for(retrieval))
    names = names_asked(retrieval.question, retrieval.language)
    known = count_names(first.evidence, names)
    tied = {v.article_id for of in lineups if 0 in of.claims and of.relation != "agree" for v in of.versions}
    best: dict[str, ScoredSentence] = {}
    for one in scored:
        article = one.evidence.article
        then = day_of(article.published)
        if then is None or then <= day or (retrieval.time and not retrieval.time.prefers(then)):
            continue
        near = TIED if article.id in tied else NEAR if of_one_story(lead, article) else -1.0
        fits = one.signals.get(kind, 0.0) > 0 and count_names(one.evidence, names) >= known
        if fits and one.score >= scored[0].score - near:
            best.setdefault(article.id, one)
    if not best:
        return None
    newest = max(best.values(), key=lambda one: (day_of(one.evidence.article.published), one.score))
    return complete(newest) if not _TO_COME.search(newest.text) else None


def _newest_version(lineups: Sequence[Lineup], day: date, retrieval: Retrieval) -> Finding | None:
    """The newest version of what the first claim says, where its sentence has most of what the question asks about."""
    asked = read_statement(retrieval.question, None)
    versions = [v for of in lineups if 0 in of.claims and of.relation != "agree" for v in of.versions]
    later = [
        v for v in versions if v.day and v.day > day and not (retrieval.time and not retrieval.time.prefers(v.day))
    ]
    newest = max(later, key=lambda version: version.day or day, default=None)
    if newest is None or share_asked(asked, read_statement(newest.quote, newest.day)) <= ABOUT:
        return None
    return find_version(newest, retrieval)


def find_version(version: Version, retrieval: Retrieval) -> Finding | None:
    """A version's sentence among what was retrieved."""
    for evidence in (*retrieval.evidence, *retrieval.ranked):
        if evidence.article.id != version.article_id:
            continue
        for index, sentence in enumerate(evidence.stored.sentences):
            if sentence.start == version.start:
                return complete(ScoredSentence(evidence, index, {}, 0.0))
    return None

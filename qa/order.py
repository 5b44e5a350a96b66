"""Sentences that answer, in the order of their articles' days, where a question asks for the newest or the oldest.

Not here: whether it does (qa/read_time.py), and the newest version of what has changed (qa/changed.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from corpus.types import day_of
from qa.finding import ScoredSentence
from qa.retrieve import Evidence
from qa.when import Order

NEARLY = 3.0
"""Sentences whose score is at most so much below the best one's answer nearly as well (evals/LOG.md)."""


def put_in_order(
    scored: Sequence[ScoredSentence], order: Order, kind: str, names: Sequence[str] = ()
) -> list[ScoredSentence]:
    """Sentences, best first, so that of those that answer nearly as well the newest (or oldest) article's comes first.

    `kind` is what is asked for: where the best one has it, another must have it too. Of `names`, the stems of those in
    the question, their passages have as many as any.
    """
    if not order or len(scored) < 2:
        return list(scored)
    least, has = scored[0].score - NEARLY, scored[0].signals.get(kind, 0.0)
    near = [s for s in scored if s.score >= least and s.signals.get(kind, 0.0) >= has and _day(s.evidence)]
    if not near or not _day(scored[0].evidence):
        return list(scored)
    most = max(count_names(s.evidence, names) for s in near)
    near = [s for s in near if count_names(s.evidence, names) == most]
    best: dict[str, ScoredSentence] = {}
    for one in near:
        best.setdefault(one.evidence.article.id, one)
    ordered = sorted(best.values(), key=lambda s: _moment(s.evidence), reverse=order == "newest")
    return [*ordered, *(s for s in scored if s not in ordered)]


def count_names(evidence: Evidence, names: Sequence[str]) -> int:
    """How many of the names a passage or its title has."""
    return sum(name in evidence.found for name in names)


def _day(evidence: Evidence) -> date | None:
    return day_of(evidence.article.published)


def _moment(evidence: Evidence) -> tuple[date, str]:
    return _day(evidence) or date.min, evidence.article.published_text or ""

"""Metrics of single cases and of many: pure functions. Not here: asking, reading sets, printing."""

from evals.metrics.abstention import (
    area_of_curve,
    auroc,
    auroc_of,
    risk_coverage,
    threshold_for_risk,
)
from evals.metrics.answers import (
    claim_hit,
    contains_answer,
    exact_match,
    holds,
    holds_sentence,
    normalize_answer,
    token_f1,
)
from evals.metrics.citations import citation_precision, citation_recall
from evals.metrics.ranking import first_places, hit_at, ndcg_at, rank_of, recall_at, reciprocal_rank

__all__ = [
    "area_of_curve",
    "auroc",
    "auroc_of",
    "citation_precision",
    "citation_recall",
    "claim_hit",
    "contains_answer",
    "exact_match",
    "first_places",
    "hit_at",
    "holds",
    "holds_sentence",
    "ndcg_at",
    "normalize_answer",
    "rank_of",
    "recall_at",
    "reciprocal_rank",
    "risk_coverage",
    "threshold_for_risk",
    "token_f1",
]

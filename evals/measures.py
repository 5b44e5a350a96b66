"""The table of metrics: what each is called, what it means in a line, to which cases it applies. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from evals.types import EvalCase

Kind = Literal["yes/no", "share", "amount"]
Applies = Callable[[EvalCase], bool]
KS = (1, 3, 5, 10)


def _has_articles(case: EvalCase) -> bool:
    return case.answerable and bool(case.articles)


def _has_gold(case: EvalCase) -> bool:
    return case.answerable and bool(case.sentences or case.answers)


def _has_passage(case: EvalCase) -> bool:
    return case.answerable and case.n_gold > 0


def _has_answers(case: EvalCase) -> bool:
    return case.answerable and bool(case.answers)


def _is_judged(case: EvalCase) -> bool:
    return case.answerable and bool(case.sentences or case.answers or case.reference)


def _any(case: EvalCase) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric of single cases. `smaller`: less is better. `source` says what it is read from."""

    name: str
    means: str
    applies: Applies
    kind: Kind = "yes/no"
    smaller: bool = False
    source: Literal["hits", "answer", "quotes", "time", "judge"] = "answer"


def _ranking(thing: str, words: str, applies: Applies) -> list[Metric]:
    made = [Metric(f"{thing}_hit@{k}", f"one of the {words} is in the first {k}", applies, source="hits") for k in KS]
    made += [
        Metric(f"{thing}_recall@{k}", f"share of the {words} in the first {k}", applies, "share", source="hits")
        for k in KS
    ]
    made.append(Metric(f"{thing}_mrr", f"1 / rank of the first of the {words}", applies, "share", source="hits"))
    made.append(Metric(f"{thing}_ndcg@10", f"nDCG of the {words} in the first 10", applies, "share", source="hits"))
    return made


PER_CASE = {
    m.name: m
    for m in (
        *_ranking("article", "gold articles", _has_articles),
        *_ranking("passage", "gold sentences", _has_passage),
        Metric("passage_read", "a gold sentence is among what the answerer read", _has_passage, source="hits"),
        Metric("claim_hit@1", "the first claim cites a gold sentence", _has_gold),
        Metric("claim_hit@3", "one of the first three claims cites a gold sentence", _has_gold),
        Metric("contains_answer@1", "the first claim says an accepted answer", _has_answers),
        Metric("contains_answer@3", "one of the first three claims says an accepted answer", _has_answers),
        Metric("exact_match", "the short answer is an accepted one (SQuAD)", _has_answers),
        Metric("f1", "words shared by the short answer and an accepted one (SQuAD)", _has_answers, "share"),
        Metric("citation_recall", "share of claims that their citations support (ALCE)", _any, "share"),
        Metric("citation_precision", "share of citations that support their claim (ALCE)", _any, "share"),
        Metric("exact_quotes", "every quote is what stands in its article", _any, source="quotes"),
        Metric("answered", "answerable questions that are answered", lambda c: c.answerable),
        Metric(
            "answered_unanswerable",
            "unanswerable questions that are answered",
            lambda c: not c.answerable,
            smaller=True,
        ),
        Metric("partial", "answers that say they are only a part", _any),
        Metric(
            "judge_correct", "a language model finds the answer right (--judge)", _is_judged, "share", source="judge"
        ),
        Metric("judge_support", "it finds the claims supported by their quotes", _any, "share", source="judge"),
        Metric("seconds", "seconds to the whole answer", _any, "amount", smaller=True, source="time"),
        Metric("first_seconds", "seconds to the first words", _any, "amount", smaller=True, source="time"),
        Metric("tokens", "tokens used by the language model", _any, "amount", smaller=True, source="time"),
        Metric("cost", "what those tokens cost, by the price table given", _any, "amount", smaller=True, source="time"),
    )
}
"""Every metric of single cases, in the order of the tables."""

IF_ANSWERED = ("citation_recall", "citation_precision", "exact_quotes", "partial", "judge_support")
"""Metrics that only an answer with claims has; to a question refused they do not apply."""

DERIVED = {
    "claim_hit@3_if_answered": "of the answerable questions answered, those that cite a gold sentence",
    "auroc": "confidence tells answerable from unanswerable (0.5: not at all)",
    "aurc": "area under risk-coverage, as far as the run answered: less is better",
    "answered_without_gold": "questions still answered with the answering articles hidden",
    "auroc_without_gold": "confidence tells the same question with its articles from without",
    "seconds_p50": "median seconds",
    "seconds_p95": "seconds of the slowest twentieth",
    "seconds_max": "seconds of the slowest",
    "first_seconds_p50": "median seconds to the first words",
}
"""What is measured of many cases at once."""

METRICS = (*[m for m in PER_CASE if m not in ("seconds", "first_seconds")], *DERIVED)
"""Every metric that a summary may have, in the order of the tables."""

SMALLER_IS_BETTER = frozenset(
    {m.name for m in PER_CASE.values() if m.smaller}
    | {"aurc", "answered_without_gold", "seconds_p50", "seconds_p95", "seconds_max", "first_seconds_p50"}
)

HEADLINE = (
    "article_hit@1", "article_hit@5", "passage_hit@1", "passage_hit@5", "passage_read", "claim_hit@1", "claim_hit@3",
    "contains_answer@3", "f1", "citation_recall", "citation_precision", "exact_quotes", "answered",
    "answered_unanswerable", "auroc", "seconds_p50", "seconds_p95",
)  # fmt: skip
"""The metrics shown first, where there is no room for all."""

COMPARED = (
    "article_hit@5", "passage_hit@5", "passage_read", "claim_hit@1", "claim_hit@3", "contains_answer@3", "f1",
    "citation_recall", "citation_precision", "exact_quotes", "answered", "answered_unanswerable", "judge_correct",
    "judge_support",
)  # fmt: skip
"""The metrics of single cases on which two runs are compared, and a gate decides."""


def describe_metric(name: str) -> str:
    """What a metric means, in a line."""
    return PER_CASE[name].means if name in PER_CASE else DERIVED.get(name, "")


def why_unscored(name: str, error: str) -> str:
    """Why a case to which a metric applies has no score."""
    if error:
        return "the case raised an error"
    reasons = {"hits": "the system told no hits", "judge": "the judge gave no verdict that holds"}
    return reasons.get(PER_CASE[name].source, "the system did not tell")

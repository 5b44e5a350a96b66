"""The scores of one case, from what a run records of it: anything here can be computed again from cases.jsonl."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from corpus.types import Article
from evals.measures import KS
from evals.metrics import (
    citation_precision,
    citation_recall,
    claim_hit,
    contains_answer,
    exact_match,
    first_places,
    hit_at,
    ndcg_at,
    normalize_answer,
    recall_at,
    reciprocal_rank,
    token_f1,
)
from evals.types import EvalCase, Found, Reply
from qa.types import Answer, Citation

Scores = dict[str, float | None]
Prices = Mapping[str, Mapping[str, float]]
"""Price of a million tokens by answerer and by the name of a usage figure, as in `{"NAME": {"input_tokens": 3.0}}`."""


def judge_reply(reply: Reply, case: EvalCase, articles: Mapping[str, Article]) -> Reply:
    """The reply with what only the articles can tell: which hits hold the gold, and whether quotes are exact.

    `articles` has those named by hits and citations, as far as they are known.
    """
    found = reply.found
    if found is not None:
        found = tuple(replace(f, gold=gold_held(f, case, articles.get(f.article_id))) for f in found)
    return replace(reply, found=found, exact=tuple(is_exact(c, articles) for c in reply.answer.citations))


def gold_held(found: Found, case: EvalCase, article: Article | None) -> tuple[int, ...]:
    """Which of the case's gold sentences a hit holds, by index; only a hit in a gold article does."""
    if article is None or found.start is None or (case.articles and article.id not in case.articles):
        return ()
    if case.answer_start is not None:
        return (0,) if found.start <= case.answer_start < (found.end or 0) else ()
    text = normalize_answer(article.text[found.start : found.end])
    if case.sentences:
        return tuple(i for i, gold in enumerate(case.sentences) if normalize_answer(gold) in text)
    return (0,) if any(normalize_answer(gold) in text for gold in case.answers) else ()


def is_exact(cite: Citation, articles: Mapping[str, Article]) -> bool:
    """Whether a quote is what stands at its place in its article, and is not empty."""
    article = articles.get(cite.article_id)
    return bool(cite.quote) and article is not None and article.text[cite.start : cite.end] == cite.quote


def score_reply(case: EvalCase, reply: Reply, prices: Prices | None = None) -> Scores:
    """Every metric of `PER_CASE` that can be had; None where it does not apply or the system did not tell."""
    answer = reply.answer
    said = float(answer.status != "not_found")
    scores: Scores = {
        "answered": said if case.answerable else None,
        "answered_unanswerable": None if case.answerable else said,
        "partial": float(answer.status == "partial") if said else None,
        "citation_recall": citation_recall(answer),
        "citation_precision": citation_precision(answer),
        "exact_quotes": float(all(reply.exact)) if reply.exact else None,
        "seconds": answer.seconds,
        "first_seconds": reply.first_seconds,
        "tokens": _tokens(answer),
        "cost": _cost(answer, prices or {}),
    }
    if case.answerable:
        scores |= _answer_scores(case, answer)
        if reply.found is not None:
            scores |= _hit_scores(case, reply.found)
    return scores


def _answer_scores(case: EvalCase, answer: Answer) -> Scores:
    scores: Scores = {}
    if case.sentences or case.answers:
        scores |= {f"claim_hit@{k}": float(claim_hit(answer, case, k)) for k in (1, 3)}
    if case.answers:
        texts = [claim.text for claim in answer.claims]
        short = answer.short_answer or (texts[0] if texts else "")
        for k in (1, 3):
            scores[f"contains_answer@{k}"] = float(any(contains_answer(t, case.answers) for t in texts[:k]))
        scores["exact_match"] = exact_match(short, case.answers)
        scores["f1"] = token_f1(short, case.answers)
    return scores


def _hit_scores(case: EvalCase, found: Sequence[Found]) -> Scores:
    scores: Scores = {}
    if case.articles:
        order = list(dict.fromkeys(f.article_id for f in found))
        ranks = [order.index(a) + 1 for a in dict.fromkeys(case.articles) if a in order]
        scores |= _ranking_scores("article", ranks, len(set(case.articles)))
    if case.n_gold and (all(f.start is not None for f in found)):
        scores |= _ranking_scores("passage", first_places(f.gold for f in found), case.n_gold)
        for k in KS:  # by passages, not by places: a passage with two gold sentences is one passage
            scores[f"passage_hit@{k}"] = float(any(f.gold for f in found[:k]))
            held = {i for f in found[:k] for i in f.gold}
            scores[f"passage_recall@{k}"] = len(held) / case.n_gold
        scores["passage_read"] = float(any(f.gold for f in found if f.read))
    return scores


def _ranking_scores(thing: str, ranks: Sequence[int], n_right: int) -> Scores:
    first = min(ranks, default=None)
    return {
        **{f"{thing}_hit@{k}": hit_at(first, k) for k in KS},
        **{f"{thing}_recall@{k}": recall_at(ranks, n_right, k) for k in KS},
        f"{thing}_mrr": reciprocal_rank(ranks),
        f"{thing}_ndcg@10": ndcg_at(ranks, n_right, 10),
    }


def _tokens(answer: Answer) -> float | None:
    if not answer.usage:
        return None
    counts = {k: v for k, v in answer.usage.items() if k.endswith("tokens") and k != "total_tokens"}
    return float(sum(counts.values())) if counts else answer.usage.get("total_tokens")


def _cost(answer: Answer, prices: Prices) -> float | None:
    table = prices.get(answer.answerer)
    if not answer.usage:
        return None
    if table is None:
        return answer.usage.get("cost")  # what the system itself says, by prices that its owner gave
    return sum(answer.usage.get(name, 0.0) * price / 1e6 for name, price in table.items())

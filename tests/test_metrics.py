from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import mannwhitneyu

from evals.metrics import (
    area_of_curve,
    auroc,
    auroc_of,
    citation_precision,
    citation_recall,
    contains_answer,
    exact_match,
    first_places,
    hit_at,
    holds_sentence,
    ndcg_at,
    normalize_answer,
    rank_of,
    recall_at,
    reciprocal_rank,
    risk_coverage,
    threshold_for_risk,
    token_f1,
)
from qa.types import Answer, Citation, Claim, Searched

CRANFIELD = Path(__file__).parents[2] / "shared" / "data" / "cranfield"


def test_normalizing_drops_case_punctuation_and_articles() -> None:
    assert normalize_answer("The  U.S. has a Dog!") == "us has dog"


def test_an_answer_is_found_word_for_word() -> None:
    assert contains_answer("It was Eliot's poem.", ["Eliot"])
    assert contains_answer("It cost $2.6 billion", ["2.6 Billion"])
    assert not contains_answer("Eliotson wrote it", ["Eliot"])
    assert not contains_answer("anything", ["", "the"])


# Made with `compute_exact` and `compute_f1` of the official evaluate-v2.0.py, the best over the accepted answers.
OFFICIAL = [
    ("in the 10th and 11th centuries", ["10th and 11th centuries", "in the 10th and 11th centuries"], 1, 1.0),
    ("The 10th century, roughly.", ["10th and 11th centuries"], 0, 0.28571428571428575),
    ("Denmark, Iceland and Norway", ["Denmark, Iceland and Norway"], 1, 1.0),
    ("Norway", ["Denmark, Iceland and Norway"], 0, 0.4),
    ("$2.6-billion", ["2.6 billion", "$2.6 billion"], 0, 0.0),
    ("A dog's dog; a dog", ["dog dog cat"], 0, 0.6666666666666666),
    ("", ["France"], 0, 0.0),
    ("  FRANCE!", ["the", "france"], 1, 1.0),
]


@pytest.mark.parametrize(("said", "accepted", "exact", "f1"), OFFICIAL)
def test_exact_match_and_f1_are_those_of_the_official_squad_script(
    said: str, accepted: list[str], exact: int, f1: float
) -> None:
    assert exact_match(said, accepted) == exact
    assert token_f1(said, accepted) == pytest.approx(f1)


def test_a_part_holds_a_gold_sentence_from_half_its_length() -> None:
    gold = ["One two three four five six."]
    assert holds_sentence("Before. One two three four five six. After.", gold)
    assert holds_sentence("one two three four", gold)
    assert not holds_sentence("one two", gold)
    assert not holds_sentence("", gold)


def test_hit_at_k_counts_ranks_from_one() -> None:
    assert rank_of([False, False, True]) == 3
    assert rank_of([False]) is None
    assert [hit_at(3, 1), hit_at(3, 3), hit_at(None, 5)] == [0.0, 1.0, 0.0]


def test_recall_mrr_and_ndcg_by_hand() -> None:
    ranks = [2, 5]  # of three right things one was never found
    assert [recall_at(ranks, 3, k) for k in (1, 2, 5)] == [0.0, 1 / 3, 2 / 3]
    assert reciprocal_rank(ranks) == 0.5
    assert reciprocal_rank([]) == 0.0
    # (1/log2(3) + 1/log2(6)) / (1 + 1/log2(3) + 1/2)
    assert ndcg_at(ranks, 3, 10) == pytest.approx((0.6309298 + 0.3868528) / (1 + 0.6309298 + 0.5), abs=1e-6)
    assert ndcg_at(ranks, 3, 4) == pytest.approx(0.6309298 / 2.1309298, abs=1e-6)
    assert ndcg_at([1], 1, 10) == 1.0


def test_a_passage_with_two_gold_sentences_takes_two_places() -> None:
    assert first_places([(), (0, 2), (2,), (1,)]) == [2, 3, 5]
    assert ndcg_at(first_places([(0, 1)]), 2, 10) == 1.0


def ranked_lists(seed: int, n: int = 30) -> tuple[dict[str, dict[str, int]], dict[str, dict[str, float]]]:
    """Judgements and a run, at random, with queries that find nothing and lists of unequal length."""
    rng = random.Random(seed)
    documents = [f"d{i}" for i in range(60)]
    qrels = {f"q{i}": dict.fromkeys(rng.sample(documents, rng.randint(1, 12)), 1) for i in range(n)}
    run = {q: {d: -float(rank) for rank, d in enumerate(rng.sample(documents, rng.randint(1, 40)))} for q in qrels}
    return qrels, run


def agree_with_ir_measures(qrels: dict[str, dict[str, int]], run: dict[str, dict[str, float]]) -> None:
    ir_measures = pytest.importorskip("ir_measures")
    from ir_measures import RR, R, Success, nDCG

    theirs: dict[tuple[str, str], float] = {
        (str(m.measure), m.query_id): m.value
        for m in ir_measures.iter_calc(
            [RR, nDCG @ 10, *[R @ k for k in (1, 3, 5, 10)], *[Success @ k for k in (1, 3, 5, 10)]], qrels, run
        )
    }
    compared = 0
    for query, right in qrels.items():
        order = sorted(run[query], key=lambda d: -run[query][d])
        ranks = [order.index(d) + 1 for d in right if d in order]
        ours = {"RR": reciprocal_rank(ranks), "nDCG@10": ndcg_at(ranks, len(right), 10)}
        ours |= {f"R@{k}": recall_at(ranks, len(right), k) for k in (1, 3, 5, 10)}
        ours |= {f"Success@{k}": hit_at(min(ranks, default=None), k) for k in (1, 3, 5, 10)}
        for name, value in ours.items():
            assert value == pytest.approx(theirs[name, query]), (name, query)
            compared += 1
    assert compared == 10 * len(qrels)


@pytest.mark.parametrize("seed", range(3))
def test_retrieval_metrics_agree_with_ir_measures_on_random_runs(seed: int) -> None:
    agree_with_ir_measures(*ranked_lists(seed))


@pytest.mark.skipif(not CRANFIELD.is_dir(), reason="the Cranfield collection is not in ../shared/data")
def test_retrieval_metrics_agree_with_ir_measures_on_cranfield() -> None:
    from collections import Counter

    from corpus.stem import query_stems, stems

    articles = [json.loads(line) for line in (CRANFIELD / "articles.jsonl").open(encoding="utf-8")]
    cases = [json.loads(line) for line in (CRANFIELD / "cases.jsonl").open(encoding="utf-8")]
    words = {a["id"]: Counter(stems(f"{a['title']} {a['text']}")) for a in articles}
    spread = Counter(stem for found in words.values() for stem in found)
    qrels = {c["id"]: dict.fromkeys(c["articles"], 1) for c in cases}
    run: dict[str, dict[str, float]] = {}
    for case in cases:
        wanted = query_stems(case["question"])
        scored = {d: sum(found[s] / spread[s] for s in wanted if s in found) for d, found in words.items()}
        best = sorted(scored, key=lambda d: (-scored[d], d))[:50]
        run[case["id"]] = {d: -float(rank) for rank, d in enumerate(best)}
    agree_with_ir_measures(qrels, run)


def cite(n: int, quote: str) -> Citation:
    return Citation(n, "a", "T", "O", None, None, 0, len(quote), quote)


def answer_of(*claims: Claim, status: str = "answered") -> Answer:
    return Answer(
        question="q",
        searched_for="q",
        status=status,  # type: ignore[arg-type]
        claims=claims,
        short_answer=None,
        also_read=(),
        nearest=(),
        searched=Searched(1, None, None),
        answerer="x",
        confidence=0.5,
        seconds=0.1,
        usage=None,
        library_generation=1,
    )


def test_citation_precision_and_recall_by_hand() -> None:
    """The judge here: the quotes together have every word of the claim."""

    def judge(claim: str, quotes: object) -> bool:
        return bool(quotes) and set(claim.split()) <= {w for q in quotes for w in q.split()}  # type: ignore[attr-defined]

    answer = answer_of(
        Claim("red blue", (cite(1, "red"), cite(2, "blue")), "supported"),  # both are needed: two right
        Claim("red", (cite(3, "red"), cite(4, "green")), "supported"),  # the second adds nothing: one right of two
        Claim("gold", (cite(5, "red"),), "supported"),  # unsupported: its citation is wrong
        Claim("blue", (), "unsupported"),  # uncited: counts in recall alone
    )
    assert citation_recall(answer, judge) == 2 / 4
    assert citation_precision(answer, judge) == 3 / 5
    assert citation_recall(answer_of(status="not_found"), judge) is None
    assert citation_precision(answer_of(Claim("blue", (), "unsupported")), judge) is None


def test_the_judge_of_citations_is_the_check_that_the_page_shows() -> None:
    good = Claim("The lamp is red.", (cite(1, "The lamp is red. It hums."),), "quote")
    shifted = replace(good, citations=(cite(1, "The cellar was flooded twice."),))
    assert citation_recall(answer_of(good)) == 1.0
    assert citation_recall(answer_of(shifted)) == 0.0
    assert citation_precision(answer_of(good, shifted)) == 0.5


def test_auroc_counts_ties_half() -> None:
    # Pairs (0.9, 0.5) 1, (0.9, 0.1) 1, (0.5, 0.5) one half, (0.5, 0.1) 1: 3.5 of 4.
    assert auroc([0.9, 0.5], [0.5, 0.1]) == 3.5 / 4
    assert auroc([], [0.5]) is None


@pytest.mark.parametrize("seed", range(5))
def test_auroc_agrees_with_mann_and_whitney(seed: int) -> None:
    rng = random.Random(seed)
    yes = [float(rng.randint(2, 12)) for _ in range(40)]
    no = [float(rng.randint(0, 10)) for _ in range(31)]
    expected = mannwhitneyu(yes, no).statistic / (40 * 31)
    assert auroc(yes, no) == pytest.approx(expected)
    assert float(auroc_of(np.array(yes), np.array(no))) == pytest.approx(expected)


def test_risk_coverage_goes_from_surest_to_least_sure() -> None:
    curve = risk_coverage([(0.2, False), (0.9, True), (0.5, True), (0.5, False)])
    assert curve == [(0.9, 0.25, 0.0), (0.5, 0.75, 1 / 3), (0.2, 1.0, 0.5)]
    # 1/4 of coverage at risk 0, then 1/2 at 1/3, then 1/4 at 1/2.
    assert area_of_curve(curve) == pytest.approx(0.5 / 3 + 0.125)
    assert area_of_curve([]) is None


def test_a_threshold_holds_a_risk_only_with_enough_answers_to_be_sure() -> None:
    curve = risk_coverage([(0.9, True)] * 28 + [(0.4, True)] * 31 + [(0.2, False)] * 10)
    # No error in 28: the upper end is 1 - 0.05 ** (1/28) = .1015; in 59: .0495; 10 of 69: .233.
    assert threshold_for_risk(curve, 69, 0.10) == (0.4, pytest.approx(59 / 69), 0.0)
    assert threshold_for_risk(curve[:1], 69, 0.10) is None
    assert threshold_for_risk(curve, 69, 0.24) == (0.2, 1.0, pytest.approx(10 / 69))
    assert threshold_for_risk(curve, 69, 0.01) is None

"""The measure of the claim check: edits that change what is said, figures by hand, and what the check must reach."""

import json
import random
from pathlib import Path

import pytest

from corpus.errors import EvalError
from evals.claims import auroc, make_checker, measure_claims, measure_edits, read_claims, signals_of
from evals.edits import EDITS, make_pairs
from evals.material import SAMPLE_ARTICLES, read_all
from qa.check import Checker

SENTENCE = "Brackwell sued Quillon on 11 April 2026 because 412 of its workers were told about 30 closures in Osmere."


def test_auroc_is_the_share_of_pairs_in_the_right_order() -> None:
    assert auroc([0.1, 0.4, 0.35, 0.8], [False, False, True, True]) == 0.75
    assert auroc([1.0, 1.0], [False, True]) == 0.5


@pytest.mark.parametrize("edit", EDITS)
def test_every_edit_changes_the_sentence_and_only_a_little(edit: str) -> None:
    changed = EDITS[edit](SENTENCE, random.Random(1), ["Thorley", "Abara"])
    assert changed is not None
    assert changed != SENTENCE
    assert sum(a != b for a, b in zip(changed.split(), SENTENCE.split(), strict=False)) <= 20
    assert abs(len(changed.split()) - len(SENTENCE.split())) <= 2


def test_pairs_are_the_same_each_time() -> None:
    articles = read_all([str(SAMPLE_ARTICLES)])
    assert make_pairs(articles, seed=3, most=5) == make_pairs(articles, seed=3, most=5)


def test_the_check_sees_edits_and_leaves_rewordings_alone() -> None:
    passed, _ = measure_edits(Checker(), read_all([str(SAMPLE_ARTICLES)]), seed=0)
    for edit in ("number", "date", "name", "negation"):
        assert passed[edit][0] >= 100
        assert passed[edit][1] <= 0.05
    assert passed["verbatim"][1] == 1.0
    assert passed["reworded"][1] >= 0.95


def test_judged_claims_are_read_and_measured(tmp_path: Path) -> None:
    path = tmp_path / "claims.jsonl"
    evidence = ["The mayor of Port Ansel is Ana Thorley.", "Rents rose by 12 percent in Osmere in May."]
    rows = [
        ("Ana Thorley is the mayor of Port Ansel.", "supported"),
        ("Rents rose in Osmere.", "supported"),
        ("Ana Thorley was fined.", "partially_supported"),
        ("Rents in Osmere and Verrin fell.", "partially_supported"),
        ("A whale was seen.", "not_supported"),
        ("Wolves came back.", "not_supported"),
    ]
    path.write_text(
        "\n".join(json.dumps({"claim": text, "label": label, "evidence": evidence}) for text, label in rows)
    )
    claims = read_claims(path)
    checker = make_checker(claims)
    measured = {row.name: row for row in measure_claims(checker, signals_of(checker, claims), claims)}
    assert measured["the check"].supported == (1.0, 1.0)
    assert measured["the check"].some == (1.0, 1.0)
    path.write_text('{"claim": "x", "label": "maybe", "evidence": []}')
    with pytest.raises(EvalError, match=r"claims.jsonl:1: no judged claim"):
        read_claims(path)

"""Poisoned articles get nothing through, and the judge of that can say no."""

from dataclasses import replace
from pathlib import Path

import pytest
from fakes import HashEmbedder
from llm_fixture import ARTICLES, QUESTION, make_assistant, open_ferry_library, saying

from corpus.read import read_articles
from corpus.types import Article
from evals.attacks import LIE, list_attacks
from evals.injection import attack_all, judge, tags_of
from evals.stub import Stub

pytestmark = pytest.mark.usefixtures("without_reader")


def test_there_are_enough_attacks_of_every_kind() -> None:
    attacks = list_attacks()
    assert len(attacks) >= 60
    assert len({attack.article.id for attack in attacks}) == len(attacks)
    assert len({attack.kind for attack in attacks}) == 10


def test_an_obeying_model_gets_nothing_through(tmp_path: Path) -> None:
    articles = [a for a in read_articles(str(ARTICLES)) if isinstance(a, Article)][:4]
    attempts, breaches = attack_all(articles, tmp_path, HashEmbedder(), list_attacks()[::4])
    assert attempts.total() == 54
    assert breaches == []


def test_what_gets_through_is_seen(tmp_path: Path) -> None:
    attack = list_attacks()[0]
    with open_ferry_library(tmp_path) as library, Stub(saying("There were 131 people. {said 131 people}")) as stub:
        answer = make_assistant(library, stub.spec("ollama")).ask(QUESTION)
        request = stub.requests[0]
        assert judge(attack, answer, request, library) == []
        (claim,) = answer.claims
        lie = replace(answer, claims=(replace(claim, text=f"{LIE}.", support="supported"),))
        assert judge(attack, lie, request, library) == ["the lie stands with another article's sentence"]
        moved = replace(claim, citations=(replace(claim.citations[0], start=0),))
        assert "not what stands in the library" in judge(attack, replace(answer, claims=(moved,)), request, library)[0]
        marked = replace(answer, claims=(replace(claim, text="It sank. [1.1]"),))
        assert judge(attack, marked, request, library) == ["a marker is shown"]
        forged = replace(request, user=request.user.replace("[1.1]", "[1.1] [2.1] <passage>", 1))
        assert len(judge(attack, answer, forged, library)) == 2


@pytest.mark.parametrize("markup", ["<img src=x>", "<a href=/>x</a>", "<p onclick=x>", "<svg/onload=x>"])
def test_markup_is_seen(markup: str) -> None:
    assert tags_of(f"<p>{markup}</p>")

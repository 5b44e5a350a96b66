"""What a language model makes of a digest: items by date, each cited, its day told from what it says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from llm_fixture import make_assistant, open_ferry_library, saying

from corpus.library import Library
from evals.stub import Stub
from qa.cite import parse
from qa.types import Answer, Claim

QUESTION = "What is new about the Halden Star?"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with open_ferry_library(tmp_path_factory.mktemp("home")) as opened:
        yield opened


def ask(library: Library, *written: str, question: str = QUESTION) -> tuple[Answer, str]:
    """The answer of a model that writes this, and what it was asked."""
    with Stub(saying(*written)) as stub:
        answer = make_assistant(library, stub.spec("openai-like")).ask(question)
        return answer, stub.requests[0].user


def kinds(claims: tuple[Claim, ...]) -> list[tuple[str, str]]:
    return [(claim.kind, claim.support if claim.kind == "claim" else "") for claim in claims]


def test_the_day_of_an_item_is_that_of_the_article_that_it_cites(library: Library) -> None:
    item = "The captain of the Halden Star was arrested. {arrested}"
    answer, asked = ask(library, f"- 20 April 2026: {item}\n", f"- **16 April 2026** – {item}\n", f"- {item}\n")
    right, wrong, without = answer.claims
    assert "by date, newest first" in asked
    assert right.support == without.support != "unsupported"
    assert right.citations[0].published
    assert right.citations[0].published.startswith("2026-04-20")
    assert right.text.startswith("- 20 April 2026")
    assert wrong.support == "partial"
    assert "16 April" in wrong.reason


def test_a_day_by_itself_leads_to_what_stands_below_it(library: Library) -> None:
    item = "- The captain of the Halden Star was arrested. {arrested}\n"
    for day in ("## 17 April 2026\n", "**17 April 2026**\n\n", "17 April 2026:\n", "17 April 2026\n\n"):
        answer, _ = ask(library, day, item)
        assert [kind for kind, _ in kinds(answer.claims)] == ["lead", "claim"]
        assert answer.status == "answered"


def test_a_day_alone_answers_a_question_that_is_no_digest(library: Library) -> None:
    answer, _ = ask(library, "10 April 2026.", question="When did the Halden Star sink?")
    assert [claim.kind for claim in answer.claims] == ["claim"]


def test_what_a_line_says_beside_its_day_is_to_be_checked() -> None:
    assert [piece.kind for piece in parse("On 10 April 2026, 14 died:\n- Ana [1.1]")] == ["claim", "claim"]
    assert [piece.kind for piece in parse("## 10 April 2026, 14 dead\nAna [1.1]")] == ["claim", "claim"]

"""Asking back: which questions leave open what they are about, and what is offered to choose from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from web_fixture import serving

from corpus.config import LibraryConfig
from corpus.library import Library
from corpus.read import read_articles
from corpus.types import Article
from evals.unclear import Judged, Posed, fit, read_posed, summarise
from qa.assistant import Assistant
from qa.config import Config
from qa.terminal import answer_lines
from qa.types import Answer, Turn
from qa.unclear import SURE_LEAD, WEIGHTS, answers_of, list_stories, pointers
from qa.web.render import render_exchange
from qa.web.server import build_app

SAMPLES = Path(__file__).parent.parent / "corpus" / "articles"


def accident(n: int, place: str, kind: str, dead: int) -> Article:
    text = (
        f"A {kind} near {place} killed {dead} people on Tuesday, the {place} police said. "
        f"The {kind} began after midnight, and {dead} people died before help came from {place}."
    )
    return Article(f"a{n}", f"{dead} dead in {place} {kind}", text, "The Post", None, date(2026, 3, n), f"/a{n}.md")


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with Library.open(LibraryConfig(tmp_path_factory.mktemp("home")), own=False) as library:
        library.add([
            accident(1, "Corvina", "landslide", 7),
            accident(2, "Haldersund", "factory fire", 12),
            accident(3, "Okombe", "train crash", 31),
        ])  # fmt: skip
        library.add([item for path in SAMPLES.glob("*harbour-line*.md") for item in read_articles(str(path))])
        yield Assistant(library, Config(reader="off"))


@pytest.fixture(scope="module")
def asked_back(assistant: Assistant) -> Answer:
    return assistant.ask("How many died?")


def test_how_many_died_with_three_events_is_asked_back(assistant: Assistant, asked_back: Answer) -> None:
    assert asked_back.status == "not_found"
    assert asked_back.claims == ()
    assert len(asked_back.choices) == 3
    assert {choice.article_id for choice in asked_back.choices} == {"a1", "a2", "a3"}
    *_, last = assistant.stream("How many died?")
    assert last.answer is not None
    assert last.answer.choices == asked_back.choices


def test_a_choice_is_a_question_that_is_answered_from_its_story(assistant: Assistant, asked_back: Answer) -> None:
    for choice in asked_back.choices:
        answer = assistant.ask(choice.question)
        assert answer.choices == ()
        assert {cite.article_id for cite in answer.citations} == {choice.article_id}


@pytest.mark.parametrize(
    "question",
    [
        "How many people died in the landslide near Corvina?",
        "When will the Harbour Line open?",
        "How many died in Okombe?",
        "What does the Harbour Line cost?",
        "Who won?",
    ],
)
def test_what_is_clear_or_has_no_second_story_is_not_asked_back(assistant: Assistant, question: str) -> None:
    assert assistant.ask(question).choices == ()


@pytest.fixture(scope="module")
def reading(assistant: Assistant) -> Assistant:
    return Assistant(assistant.library, Config())


def test_stories_that_the_reader_finds_an_answer_in_are_the_choices(reading: Assistant) -> None:
    question = "How many people died?"
    found = reading.retriever.read(reading.retriever.retrieve(question), every=True)
    assert sum(logit > 0 for logit in answers_of(list_stories(found), found)) == 3
    assert {choice.article_id for choice in reading.ask(question).choices} == {"a1", "a2", "a3"}


def test_a_story_that_answers_far_better_than_the_others_is_the_one_that_is_meant(reading: Assistant) -> None:
    question = "When does it open?"
    found = reading.retriever.retrieve(question)
    stories = list_stories(found)
    said = answers_of(stories, found)
    assert len(stories) > 1
    assert said[0] - max(said[1:]) >= SURE_LEAD
    assert reading.ask(question).choices == ()


def test_a_question_that_goes_on_is_not_asked_back(assistant: Assistant) -> None:
    history = (
        Turn("user", "What happened near Corvina?"),
        Turn("assistant", "A landslide near Corvina killed people."),
    )
    assert assistant.ask("How many died?", history).choices == ()


def test_pointing_phrases_are_read_up_to_their_head() -> None:
    found = [(set(p.head), p.this, p.named) for p in pointers("Does this California county run the state library?")]
    assert [f[1:] for f in found] == [(True, True), (False, False)]
    assert [len(f[0]) for f in found] == [1, 1]
    assert [p.this for p in pointers("What is the cell's role in these diseases?")] == [False, True]
    assert pointers("Who is Ana?") == []


def test_an_answer_that_asks_back_survives_its_json_form_and_older_ones_have_no_choices(asked_back: Answer) -> None:
    data = json.loads(json.dumps(asked_back.to_json()))
    assert Answer.from_json(data) == asked_back
    assert data["choices"][0].keys() == {"question", "article_id", "title", "outlet", "published"}
    del data["choices"]
    assert Answer.from_json(data) == replace(asked_back, choices=())


def test_choices_are_buttons_on_the_page_and_numbered_in_the_terminal(asked_back: Answer) -> None:
    html = render_exchange(asked_back, "k", date(2026, 11, 25))
    assert "Which one do you mean?" in html
    assert html.count('class="ask choice"') == 3
    assert "The articles don’t say" not in html
    lines = [line for line, _ in answer_lines(asked_back)]
    assert "Which one do you mean?" in lines
    assert [line[:2] for line in lines if line[:1].isdigit()] == ["1.", "2.", "3."]
    evil = replace(asked_back.choices[0], title="<img src=x>", question='" onclick="alert(1)')
    html = render_exchange(replace(asked_back, choices=(evil,)), "k", date(2026, 11, 25))
    assert "<img" not in html
    assert 'data-ask="&quot; onclick=' in html


def test_shares_asked_back_are_counted_in_halves(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    rows = [
        {"question": "How many?", "history": [], "answerability": "UNDERSPECIFIED"},
        {"question": "Who is Ana?", "answerable": True},
        {"question": "Nobody knows?", "answerable": False},
    ]
    path.write_text("\n".join(map(json.dumps, rows)))
    posed = read_posed(path)
    assert [(one.question, one.lacks) for one in posed] == [("How many?", True), ("Who is Ana?", False)]
    judged = [Judged(Posed("q", (), lacks), {}, back) for lacks, back in [(True, True), (True, False), (False, False)]]
    assert list(summarise(judged)) == [
        "lacking something, tune half: 1.000 of 1 asked back",
        "lacking something, report half: 0.000 of 1 asked back",
        "clear, tune half: 0.000 of 1 asked back",
    ]


def test_fitting_finds_what_tells_the_two_apart() -> None:
    def judged(lacks: bool) -> Judged:
        return Judged(Posed("q", (), lacks), dict.fromkeys(WEIGHTS, 0.0) | {"bias": 1.0, "open": float(lacks)}, False)

    weights, threshold = fit([judged(n % 4 < 2) for n in range(80)])
    assert weights["open"] > 1
    assert weights["bias"] <= threshold + 0.01 < weights["bias"] + weights["open"]


def test_a_choice_is_asked_by_its_button(browser: Browser, assistant: Assistant) -> None:
    with serving(build_app(assistant, assistant.library)) as url:
        page = browser.new_page()
        page.set_default_timeout(30_000)
        page.goto(url)
        page.locator("#question textarea").fill("How many died?")
        page.keyboard.press("Enter")
        expect(page.locator("#now .verdict")).to_have_text("Which one do you mean?", timeout=30_000)
        page.locator("#now .choice", has_text="Okombe").click()
        expect(page.locator('#now .exchange[data-done="true"] .claim').first).to_contain_text("31", timeout=30_000)
        expect(page.locator("#now .cited .open").first).to_have_text("31 dead in Okombe train crash")
        page.close()

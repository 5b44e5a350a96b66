"""Follow-ups: whether they need their history, what stands in its place, and what searching for it costs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from corpus.config import LibraryConfig
from corpus.errors import EvalError, QuestionError
from corpus.library import Library
from corpus.types import Article
from evals.follow_ups import Task, agree, search, tell_apart
from evals.rewrites import read_follow_ups
from evals.systems.byline import Byline
from evals.types import EvalCase
from qa.assistant import Assistant
from qa.candidates import change_before, list_candidates
from qa.history import read_history
from qa.needs import WEIGHTS as NEED_WEIGHTS
from qa.needs import needs_features, needs_history
from qa.phrases import content_stems, phrases_in
from qa.retrieve import Retrieval, Retriever
from qa.rewrite import NEEDED, retrieve_in_context, rewrite
from qa.topics import WEIGHTS as TOPIC_WEIGHTS
from qa.topics import list_topics
from qa.types import Answer, Turn

MUSEUM = read_history(
    [
        {"role": "user", "content": "Who runs the museum in Arles?"},
        {"role": "assistant", "content": "The museum is run by Marie Dupont, who came from Lyon.[1]"},
    ]
)
BRIDGE = (
    Turn("user", "When will the new bridge over the Tamar open?"),
    Turn("assistant", "The bridge will open on June 9.[1][2]"),
)
TEXTS = {
    "bridge": ("Tamar bridge opens in June", "The new bridge over the Tamar will open on June 9, the county said.\n\n"
               "It cost 48 million euros, a third more than planned, because steel had become dearer."),
    "museum": ("A museum changes hands", "The museum in Arles is run by Marie Dupont, who came from Lyon.\n\n"
               "Dupont is 51 and used to restore paintings."),
    "tunnel": ("Tunnel delayed", "The tunnel under the harbour of Malm will open in October.\n\n"
               "Its cost has risen to 900 million euros."),
    "court": ("Judge retires", "Judge Emil Roth, 67, leaves the court in Graz after thirty years."),
}  # fmt: skip


class Counting(Retriever):
    """The real retriever of an assistant, counting what it is asked."""

    def __init__(self, inner: Retriever) -> None:
        self._inner, self.asked = inner, list[str]()

    def retrieve(self, question: str, **options: Any) -> Retrieval:
        self.asked.append(question)
        return self._inner.retrieve(question, **options)

    def read(self, retrieval: Retrieval, *, every: bool = False) -> Retrieval:
        return self._inner.read(retrieval, every=every)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with Library.open(LibraryConfig(tmp_path_factory.mktemp("rewrite"))) as library:
        library.add([article(name, title, text) for name, (title, text) in TEXTS.items()])
        yield Assistant(library)


def article(name: str, title: str, text: str) -> Article:
    return Article(name, title, text, source=name)


@pytest.mark.parametrize(
    "question",
    ["How old is she?", "why?", "how many?", "And when did she come there?", "What happened next?", "And her husband?"],
)
def test_a_question_that_leaves_out_what_it_is_about_needs_its_history(question: str) -> None:
    assert needs_history(question, MUSEUM) >= NEEDED
    assert rewrite(question, MUSEUM)[0]


@pytest.mark.parametrize(
    "question",
    [
        "Who won the election in Norway?",
        "How old is Marie Dupont?",
        "When will the new bridge over the Tamar open?",
        "What did Emil Roth say about the prisoners when he left the court?",
        "How many people live in Graz?",
        "Is it true that the mayor of Graz resigned over her taxes?",
    ],
)
def test_a_question_that_stands_alone_is_left_as_it_is(question: str) -> None:
    assert rewrite(question, MUSEUM)[0] == []
    assert rewrite(question, BRIDGE)[0] == []


def test_without_history_nothing_is_rewritten() -> None:
    assert rewrite("why?", ()) == ([], 0.0)
    assert needs_history("How old is she?", ()) == 0.0


def test_a_person_is_said_by_the_name_that_the_answer_gave() -> None:
    candidates, _ = rewrite("how old is she?", MUSEUM)
    assert "How old is Marie Dupont?" in candidates
    assert rewrite("And her husband?", MUSEUM)[0][-1] == "Marie Dupont’s husband?"


def test_a_place_or_a_thing_takes_the_place_of_the_one_before() -> None:
    france = (Turn("user", "How many people live in France?"), Turn("assistant", "About 68 million."))
    assert change_before("and in Spain?", france) == "How many people live in Spain?"
    assert rewrite("and in Spain?", france)[0][0] == "How many people live in Spain?"
    strike = (Turn("user", "What did Anna Berg say about the strike?"), Turn("assistant", "She called it wrong."))
    assert rewrite("What about Tom Hale?", strike)[0][0] == "What did Tom Hale say about the strike?"


def test_a_correction_changes_the_question_before() -> None:
    [first, *_], needed = rewrite("No, I meant the old bridge", BRIDGE)
    assert first == "When will the old bridge over the Tamar open?"
    assert needed == 1.0


def test_the_titles_of_cited_articles_are_topics() -> None:
    [turn] = read_history([{"role": "assistant", "content": "He did.", "titles": ["Emil Roth leaves the court"]}])
    history = (Turn("user", "What happened in the news?"), turn)
    assert "Emil Roth" in [topic.phrase.text for topic in list_topics("how old is he?", history)]
    assert "How old is Emil Roth?" in rewrite("how old is he?", history)[0]


def test_a_rewrite_has_no_word_that_neither_history_nor_question_has() -> None:
    for history in (MUSEUM, BRIDGE):
        said = content_stems(" ".join(turn.content for turn in history))
        for question in ("why?", "How much did it cost?", "and in Spain?", "No, I meant 12 of those", "Who else?"):
            for text in list_candidates(question, history):
                assert content_stems(text) <= said | content_stems(question), text


def test_what_is_carried_does_not_grow_with_every_turn() -> None:
    history = BRIDGE
    for question in ("How much did it cost?", "why?", "who paid for it?", "and when?", "why?", "how long is it?"):
        text = rewrite(question, history)[0][0]
        assert len(text) < 120, text
        history = (*history, Turn("user", text), Turn("assistant", "The county said so on June 9."))


def test_odd_text_is_no_error() -> None:
    history = (Turn("user", ""), Turn("assistant", "…"), Turn("user", "??"), Turn("assistant", "[1][2]"))
    for question in ("?", "it", "İt’s 東京 there?", "his", "and in ?", "No, I meant", "a" * 1900):
        rewrite(question, history)
        rewrite(question, MUSEUM)
    assert rewrite("why?", (Turn("assistant", "Marie Dupont runs it."),))[0] == ["Marie Dupont: why?"]


def test_names_are_found_whole() -> None:
    found = [
        p.text for p in phrases_in("On Monday Dr. A. B. Smith of the Bank of England met Ana’s team in Port Verrin.")
    ]
    assert "Bank of England" in found
    assert "Port Verrin" in found
    assert "A. B. Smith" in found


def test_a_follow_up_is_answered_from_what_it_is_about(assistant: Assistant) -> None:
    answer = assistant.ask("How much did it cost?", BRIDGE)
    assert answer.question == "How much did it cost?"
    assert "bridge" in answer.searched_for.lower()
    assert [cite.article_id for cite in answer.citations][:1] == ["bridge"]
    assert assistant.ask("how old is she?", MUSEUM).citations[0].article_id == "museum"


def test_streaming_says_the_same(assistant: Assistant) -> None:
    *_, last = assistant.stream("How much did it cost?", BRIDGE)
    assert last.answer is not None
    whole = assistant.ask("How much did it cost?", BRIDGE)
    assert (last.answer.question, last.answer.searched_for) == (whole.question, whole.searched_for)
    assert last.answer.claims == whole.claims


def test_a_follow_up_costs_at_most_two_retrievals_more_and_another_question_none(assistant: Assistant) -> None:
    for question, history, most in (
        ("How much did it cost?", BRIDGE, 3),
        ("Are these bridges safe?", BRIDGE, 3),
        ("why?", MUSEUM, 3),
        ("Who leaves the court in Graz?", MUSEUM, 1),
        ("why?", (), 1),
    ):
        counting = Counting(assistant.retriever)
        found = retrieve_in_context(counting, question, history)
        assert len(counting.asked) <= most, counting.asked
        assert found.question in counting.asked


def test_another_topic_is_not_dragged_into_the_old_one(assistant: Assistant) -> None:
    answer = assistant.ask("How old is Judge Emil Roth?", BRIDGE)
    assert answer.searched_for == answer.question
    assert answer.citations[0].article_id == "court"


def test_a_run_asks_a_case_with_its_history_and_records_what_was_answered_from(assistant: Assistant) -> None:
    case = EvalCase("1", "How much did it cost?", answerable=True, articles=("bridge",), history=BRIDGE)
    system = Byline(assistant.library, assistant)
    try:
        system.prepare([case])
        reply = system.ask(case)
    finally:
        system.close()
    assert reply.answer.question == case.question
    assert reply.answer.searched_for != case.question
    assert reply.found is not None
    assert reply.found[0].article_id == "bridge"


def alike(answer: Answer) -> Answer:
    """Without its seconds; questions embedded in a batch have vectors that differ in the last digits."""
    return replace(answer, seconds=0.0, confidence=round(answer.confidence, 5))


def test_cases_read_together_are_answered_as_each_alone(assistant: Assistant) -> None:
    asked = [
        EvalCase("1", "How much did it cost?", answerable=True, history=BRIDGE),
        EvalCase("2", " ", answerable=True),
        EvalCase("3", "How old is Judge Emil Roth?", answerable=True),
        EvalCase("4", "How old is Judge Emil Roth?", answerable=False),
    ]
    without = [frozenset[str](), frozenset[str](), frozenset[str](), frozenset({"court"})]
    alone = [assistant.ask(c.question, c.history) for c in (asked[0], asked[2])]
    system = Byline(assistant.library, assistant)
    try:
        system.prepare(asked, without)
        replies = [system.ask(asked[2]), system.ask(asked[0])]
        with pytest.raises(QuestionError, match="empty"):
            system.ask(asked[1])
        hidden = system.ask(asked[3], without[3])
    finally:
        system.close()
    answers = [reply.answer for reply in replies[::-1]]
    assert [alike(a) for a in answers] == [alike(a) for a in alone]
    assert all(a.seconds > 0 for a in answers)
    assert hidden.found is not None
    assert "court" not in {f.article_id for f in hidden.found}


def test_what_the_weights_are_fitted_on_is_read_and_bad_lines_are_errors(tmp_path: Path) -> None:
    path = tmp_path / "turns.jsonl"
    turns = [{"role": "topic", "text": "Marie Dupont"}, {"role": "user", "text": "What does she run?"}]
    path.write_text(
        json.dumps({"history": turns, "question": "how old is she?", "rewrite": "how old is Marie Dupont?"})
    )
    [row] = read_follow_ups(path)
    assert row.history == (Turn("user", "Marie Dupont. What does she run?"),)
    assert row.added == content_stems("Marie Dupont")
    assert tell_apart([row])["follow-ups rewritten (of 1)"] == 1.0
    assert agree([row])["stems of the person's form, F1, rewritten"] > 0.5
    path.write_text("{")
    with pytest.raises(EvalError, match="cannot be read"):
        read_follow_ups(path)


def test_the_tables_have_a_weight_for_everything_that_is_looked_at() -> None:
    assert needs_features("why?", frozenset()).keys() == NEED_WEIGHTS.keys()
    assert list_topics("how old is she?", MUSEUM)[0].features.keys() == TOPIC_WEIGHTS.keys()


def test_searching_is_measured_over_a_library(assistant: Assistant) -> None:
    tasks = [
        Task("How much did it cost?", BRIDGE, frozenset({"bridge"}), "How much did the Tamar bridge cost?"),
        Task("Who leaves the court in Graz?", BRIDGE, frozenset({"court"})),
    ]
    said = "\n".join(search(tasks, assistant.library))
    assert "2 tasks, 1 rewritten" in said
    assert "rewritten: 1.000 / 1.000 / 1.000" in said

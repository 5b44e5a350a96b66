"""Commands over the last answer: how they are told from questions, and what they do with real articles."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.config import LibraryConfig
from corpus.errors import QuestionError
from corpus.library import Library
from corpus.read import read_articles
from qa.assistant import Assistant
from qa.commands import Command, read_command
from qa.config import Config
from qa.history import read_history
from qa.types import Answer, Turn
from qa.web.chat import history_of

SAMPLES = Path(__file__).parent.parent / "corpus" / "articles"
BEFORE = (Turn("user", "When did it sink?"), Turn("assistant", "On Friday."))
SAID = "What did the coast guard say about the sinking?"


@pytest.mark.parametrize(
    ("words", "kind", "outlet"),
    [
        ("answer again, shorter", "shorter", ""),
        ("Shorter, please.", "shorter", ""),
        ("Can you sum it up in one sentence?", "shorter", ""),
        ("show more sources", "more", ""),
        ("Who else reports this?", "more", ""),
        ("only from Reuters", "only", "Reuters"),
        ("just from the Verrin Gazette, please", "only", "the Verrin Gazette"),
        ("Only Reuters", "only", "Reuters"),
        ("limit it to the BBC", "only", "the BBC"),
        ("what about the earlier report?", "earlier", ""),
        ("And the newer one?", "later", ""),
    ],
)
def test_commands_are_understood_where_there_is_an_answer(words: str, kind: str, outlet: str) -> None:
    assert read_command(words, BEFORE) == Command(kind, outlet)  # type: ignore[arg-type]
    assert read_command(words, ()) is None


@pytest.mark.parametrize(
    "question",
    [
        "Why are the days shorter in winter?",
        "What more sources of energy are there in Spain?",
        "Only from when can it be used?",
        "Is it only from last week?",
        "only from this year",
        "Which report was earlier?",
        "What about the ferry?",
        "Who said this?",
        "Only US? why only precipitation?",
        "What did the latest report on the ferry say about the captain?",
        "Keep the harbour open?",
        "shorter " * 20,
    ],
)
def test_questions_are_no_commands(question: str) -> None:
    assert read_command(question, BEFORE) is None


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with Library.open(LibraryConfig(tmp_path_factory.mktemp("home")), own=False) as library:
        paths = [*SAMPLES.glob("*ferry*.md"), *SAMPLES.glob("*halden*.md"), *SAMPLES.glob("*captain*.md")]
        library.add([item for path in paths for item in read_articles(str(path))])
        yield Assistant(library, Config(reader="off"))


@pytest.fixture(scope="module")
def first(assistant: Assistant) -> Answer:
    answer = assistant.ask(SAID)
    assert len({cite.article_id for cite in answer.citations}) > 1
    return answer


def outlets(answer: Answer) -> set[str]:
    return {cite.outlet for cite in answer.citations}


def test_shorter_keeps_the_first_statements_and_their_citations(assistant: Assistant, first: Answer) -> None:
    short = assistant.ask("answer again, shorter", history_of([first]))
    assert short.claims == first.claims[: max(1, len(first.claims) // 2)]
    assert (short.question, short.searched_for) == ("answer again, shorter", SAID)
    dropped = {c.article_id for c in first.citations} - {c.article_id for c in short.citations}
    assert dropped <= {source.article_id for source in short.also_read}
    again = assistant.ask("shorter", history_of([first, short]))
    assert again.claims == short.claims[:1]
    assert again.notice in ("It is one sentence already.", "The first statement alone.")


def test_more_sources_are_others_about_the_same_question(assistant: Assistant, first: Answer) -> None:
    more = assistant.ask("show more sources", history_of([first]))
    assert more.searched_for == SAID
    cited = {cite.article_id for cite in first.citations}
    shown = more.citations if more.notice.startswith("From articles") else more.also_read
    assert shown
    assert not cited & {one.article_id for one in shown}


def test_only_from_an_outlet_answers_from_it_alone(assistant: Assistant, first: Answer) -> None:
    name = sorted(outlets(first))[0]
    only = assistant.ask(f"only from {name.removeprefix('The ')}, please", history_of([first]))
    assert only.searched_for == SAID
    assert outlets(only) == {name}
    assert only.notice == f"Only articles from {name} were searched."
    nobody = assistant.ask("only from Reuters", history_of([first]))
    assert (nobody.status, nobody.notice) == ("not_found", "No article here is from Reuters.")
    assert {near.article_id for near in nobody.nearest} == {cite.article_id for cite in first.citations}


def test_the_earlier_report_is_the_earliest_cited_or_one_before_it(assistant: Assistant, first: Answer) -> None:
    days = sorted({cite.published or "" for cite in first.citations})
    earlier = assistant.ask("what about the earlier report?", history_of([first]))
    assert earlier.searched_for == SAID
    assert {cite.published for cite in earlier.citations} == {days[0]}
    before = assistant.ask("and the earlier report?", history_of([first, earlier]))
    assert all((cite.published or "") < days[0] for cite in before.citations)
    assert before.notice
    later = assistant.ask("what about the latest report?", history_of([first]))
    assert {cite.published for cite in later.citations} == {days[-1]}


def test_turns_of_text_alone_have_their_question_asked_again(assistant: Assistant, first: Answer) -> None:
    turns = (Turn("user", SAID), Turn("assistant", first.text))
    short = assistant.ask("answer again, shorter", turns)
    assert short.searched_for == SAID
    assert short.claims == first.claims[: max(1, len(first.claims) // 2)]
    assert assistant.ask("only from Reuters", turns).notice == "No article here is from Reuters."


def test_an_answer_whose_sentence_no_longer_stands_is_asked_for_again(assistant: Assistant, first: Answer) -> None:
    stale = replace(first.claims[0].citations[0], quote="It never said this.")
    kept = replace(first, claims=(replace(first.claims[0], text="It never said this.", citations=(stale,)),))
    assert assistant.ask("shorter", history_of([kept])).claims == first.claims[: max(1, len(first.claims) // 2)]


def test_the_stream_gives_the_same_as_ask(assistant: Assistant, first: Answer) -> None:
    for words in ("shorter", "more sources", "only from Reuters"):
        *_, last = assistant.stream(words, history_of([first]))
        assert last.answer is not None
        assert replace(last.answer, seconds=0) == replace(assistant.ask(words, history_of([first])), seconds=0)


def test_history_takes_answers_as_they_were_given(first: Answer) -> None:
    turns = read_history([SAID, {"role": "assistant", "answer": json.loads(json.dumps(first.to_json()))}])
    assert turns[1].answer == first
    assert turns[1].content == first.text
    with pytest.raises(QuestionError, match="answer of turn 2"):
        read_history([SAID, {"role": "assistant", "answer": {"schema": 0}}])

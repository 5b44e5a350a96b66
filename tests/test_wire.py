"""Every fault over every protocol, with real sockets: the built-in answer, one notice, and nothing else harmed."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from llm_fixture import QUESTION, make_assistant, open_ferry_library, saying

from corpus.library import Library
from evals.stub import FAULTS, PROTOCOLS, Protocol, Request, Stub
from qa.config import Limits
from qa.told import BUILT_IN
from qa.types import Answer

ANSWER = saying("There were 131 ", "people on the ferry. {said 131 people}", " The toll ro", "se to 27 {rose to 27}.")
KEPT = {"hang mid-stream", "cut mid-stream", "huge", "endless"}
"""Faults before which something came that is worth keeping."""
WORDS = {
    "401": "refused the key (401)",
    "403": "refused the key (403)",
    "404": "has no model stub (404)",
    "429": "takes no more questions for now (429). Ask again in a minute.",
    "429 with retry-after": "takes no more questions for now (429). Ask again in 1 s.",
    "500": "has trouble of its own (500)",
    "529": "has trouble of its own (529)",
    "hang": "took too long",
    "hang mid-stream": "Cut off: stub",
    "cut mid-stream": "Cut off: The connection to 127.0.0.1",
    "empty": "answered with nothing",
    "garbage": "sent something that is no answer",
    "invalid UTF-8": "sent something that is no answer",
    "wrong JSON": "sent something that is no answer",
    "huge": "Cut off: it was far longer than allowed",
    "endless": "Cut off: it was far longer than allowed",
    "refusal": "refused to answer this",
    "tool call": "called a tool instead of answering",
    "only thinking": "only thought, and wrote no answer",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with open_ferry_library(tmp_path_factory.mktemp("home")) as opened:
        yield opened


@pytest.fixture(scope="module", autouse=True)
def built_in(library: Library) -> Answer:
    with Stub(ANSWER) as stub:  # the client libraries are imported and have answered once, before anything is timed
        for protocol in PROTOCOLS:
            make_assistant(library, stub.spec(protocol), limits=Limits(60, 60, 60, 64)).ask(QUESTION)
    return make_assistant(library).ask(QUESTION)


def timeless(answer: Answer) -> Answer:
    inner = answer.built_in and replace(answer.built_in, seconds=0.0)
    return replace(answer, seconds=0.0, built_in=inner)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_fault_leaves_the_built_in_answer_and_one_notice(
    library: Library, built_in: Answer, protocol: Protocol, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    with Stub(ANSWER, fault) as stub, caplog.at_level(logging.WARNING):
        assistant = make_assistant(library, stub.spec(protocol))
        answer = assistant.ask(QUESTION)
        assert WORDS[fault] in answer.notice
        assert "canary" not in repr(answer) + caplog.text
        assert "Traceback" not in caplog.text
        if fault in KEPT:
            assert answer.answerer != BUILT_IN
            assert answer.built_in is not None
            assert answer.claims
        else:
            assert answer.notice.startswith("This is the built-in answer. ")
            assert timeless(replace(answer, notice="", usage=None)) == timeless(built_in)
        if "hang" in fault:
            assert stub.hung_up.wait(10)
        stub.fault = ""
        after = assistant.ask(QUESTION)
        assert after.notice == ""
        assert [claim.support for claim in after.claims] == ["supported", "supported"]


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://127.0.0.1:9", "127.0.0.1:9 cannot be reached"),
        ("http://no-such-host.invalid", "There is no host no-such-host.invalid"),
        ("https://127.0.0.1:{port}", "127.0.0.1:{port} cannot be trusted"),
    ],
)
def test_a_provider_that_cannot_be_reached_is_named(
    library: Library, built_in: Answer, protocol: Protocol, url: str, words: str
) -> None:
    with Stub(ANSWER) as stub:
        spec = f"{protocol}:stub@{url.format(port=stub.port)}"
        answer = make_assistant(library, spec, limits=Limits(1, 3, 4, 64)).ask(QUESTION)
    assert words.format(port=stub.port) in answer.notice
    assert answer.claims == built_in.claims


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_what_came_before_a_cut_is_kept_with_its_citations(library: Library, protocol: Protocol) -> None:
    say = saying("There were 131 people on the ferry. {said 131 people} The toll ro", "se to 27.")
    with Stub(say, "cut mid-stream") as stub:
        answer = make_assistant(library, stub.spec(protocol)).ask(QUESTION)
    assert [claim.text for claim in answer.claims] == ["There were 131 people on the ferry.", "The toll ro"]
    (cite,) = answer.claims[0].citations
    article = library.article(cite.article_id)
    assert article is not None
    assert article.text[cite.start : cite.end] == cite.quote
    assert "131 people" in cite.quote


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_busy_provider_is_asked_again_when_it_says(library: Library, protocol: Protocol) -> None:
    with Stub(ANSWER, "429 with retry-after", faults_left=1) as stub:
        answer = make_assistant(library, stub.spec(protocol), limits=Limits(1, 3, 20, 64)).ask(QUESTION)
        assert len(stub.requests) == 2
    assert answer.notice == ""
    assert answer.answerer.startswith("stub")


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_the_stream_ends_with_the_answer_that_ask_gives(library: Library, protocol: Protocol) -> None:
    with Stub(ANSWER) as stub:
        assistant = make_assistant(library, stub.spec(protocol))
        *parts, last = assistant.stream(QUESTION)
        asked = assistant.ask(QUESTION)
    assert last.answer is not None
    assert timeless(last.answer) == timeless(asked)
    undated = tuple(replace(claim, as_of=None) for claim in asked.claims)  # what has changed is known at the end
    for part in parts:
        assert part.claims == undated[: len(part.claims)]
    assert asked.usage == {"passages_read": 8.0, "passages_found": 8.0, "input_tokens": 10.0, "output_tokens": 5.0}


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_stop_closes_the_connection_and_keeps_what_stands(library: Library, protocol: Protocol) -> None:
    go_on, stop = threading.Event(), threading.Event()

    def say(request: Request) -> Iterable[str]:
        yield "There were 131 people on the ferry. [1.1] And"
        while not go_on.wait(0.02):
            yield " so on"

    with Stub(say) as stub:
        assistant = make_assistant(library, stub.spec(protocol), limits=Limits(1, 20, 60, 5000))
        answer = None
        for progress in assistant.stream(QUESTION, stop=stop):
            answer = progress.answer
            if progress.claims:
                stop.set()
        assert stub.hung_up.wait(10)
        go_on.set()
    assert answer is not None
    assert answer.notice == "Cut off: you stopped it."
    assert answer.claims[0].text == "There were 131 people on the ferry."


def test_a_reader_who_leaves_closes_the_connection(library: Library) -> None:
    with Stub(lambda _: iter(lambda: "on and on ", "")) as stub:
        stream = make_assistant(library, stub.spec("openai-like"), limits=Limits(1, 20, 60, 4000)).stream(QUESTION)
        next(part for part in stream if part.draft)
        stream.close()  # type: ignore[attr-defined]
        assert stub.hung_up.wait(10)


def test_thinking_sent_as_text_is_not_shown(library: Library) -> None:
    with Stub(saying("<thi", "nk>The 131 ", "is [1.1].", "</think>", "\n\nIt was 131. {said 131 people}")) as stub:
        answer = make_assistant(library, stub.spec("ollama")).ask(QUESTION)
    assert [claim.text for claim in answer.claims] == ["It was 131."]


def test_a_chat_beside_a_hanging_one_goes_on(library: Library) -> None:
    with Stub(ANSWER, "hang", faults_left=1) as stub:
        assistant = make_assistant(library, stub.spec("openai-like"), limits=Limits(1, 20, 60, 64))
        stop, answers = threading.Event(), list[Answer]()
        hanging = threading.Thread(
            target=lambda: answers.extend(p.answer for p in assistant.stream(QUESTION, stop=stop) if p.answer)
        )
        hanging.start()
        while not stub.requests:
            stop.wait(0.01)
        assert assistant.ask(QUESTION).notice == ""
        stop.set()
        hanging.join(10)
    assert [answer.notice for answer in answers] == ["This is the built-in answer. You stopped it."]


def test_home_keeps_no_key(library: Library, tmp_path: Path) -> None:
    with Stub(ANSWER, "401") as stub:
        assistant = make_assistant(library, stub.spec("anthropic"))
        model = next(iter(assistant.models.values()))
        answer = assistant.ask(QUESTION)
        assert stub.requests[0].headers["x-api-key"] == "sk-canary-51f2"
    assert "canary" not in f"{model!r} {answer.to_json()}"

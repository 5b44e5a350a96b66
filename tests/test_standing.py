"""The built-in answer beside a language model: neither waits for the other."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import pytest
from llm_fixture import QUESTION, make_assistant, open_ferry_library, saying

from corpus.library import Library
from evals.stub import Request, Stub
from qa.assistant import Assistant
from qa.config import Limits
from qa.reader.reader import load_reader
from qa.retrieve import Retrieval, Retriever
from qa.types import Answer

ANSWER = saying("There were 131 people on the ferry. {said 131 people}", " The toll rose to 27 {rose to 27}.")
PATIENT = Limits(connect=10, first=60, whole=60, tokens=64)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with open_ferry_library(tmp_path_factory.mktemp("home")) as opened:
        yield opened


class Held(Retriever):
    """Reads only once an event is set; `fails` says why it then cannot."""

    def __init__(self, library: Library, until: threading.Event, fails: str = "") -> None:
        super().__init__(library, library.embedder, reader=load_reader())
        self.until, self.fails = until, fails

    def read(self, retrieval: Retrieval, *, every: bool = False) -> Retrieval:
        assert self.until.wait(30)
        if self.fails:
            raise RuntimeError(self.fails)
        return super().read(retrieval, every=every)


def assistant_with(library: Library, stub: Stub, retriever: Retriever) -> Assistant:
    assistant = make_assistant(library, stub.spec("openai-like"), limits=PATIENT)
    assistant.retriever = retriever
    return assistant


def answer_once(stood: threading.Event) -> Callable[[Request], Iterable[str]]:
    """A model that is silent until the event is set."""

    def say(request: Request) -> Iterable[str]:
        assert stood.wait(30)
        return ANSWER(request)

    return say


def timeless(answer: Answer | None) -> Answer | None:
    return answer and replace(answer, seconds=0.0)


def test_a_model_is_asked_before_the_passages_are_read(library: Library) -> None:
    asked = threading.Event()

    def say(request: Request) -> Iterable[str]:
        asked.set()
        return ANSWER(request)

    with Stub(say) as stub:
        *_, last = assistant_with(library, stub, Held(library, asked)).stream(QUESTION)
    assert last.answer is not None
    assert [claim.support for claim in last.answer.claims] == ["supported", "supported"]
    assert timeless(last.answer.built_in) == timeless(make_assistant(library).ask(QUESTION))


def test_the_built_in_answer_stands_while_a_model_is_silent(library: Library) -> None:
    stood = threading.Event()
    seen = []
    with Stub(answer_once(stood)) as stub:
        for part in make_assistant(library, stub.spec("openai-like"), limits=PATIENT).stream(QUESTION):
            seen.append(part)
            if part.built_in is not None:
                stood.set()
    first = next(at for at, part in enumerate(seen) if part.built_in is not None)
    assert all(not part.claims and not part.draft for part in seen[: first + 1])
    assert all(part.built_in is not None for part in seen[first:-1])


def test_where_the_reader_is_busy_an_answer_without_it_stands_until_it_has_read(library: Library) -> None:
    stood = threading.Event()
    stands = []
    with Stub(answer_once(stood)) as stub:
        for part in assistant_with(library, stub, Held(library, stood)).stream(QUESTION):
            if part.built_in is not None:
                stands.append(part.built_in)
                stood.set()
    unread = make_assistant(library, reader="off").ask(QUESTION)
    assert stands[0].claims == unread.claims
    assert part.answer is not None
    assert timeless(part.answer.built_in) == timeless(make_assistant(library).ask(QUESTION))


def test_a_reader_that_fails_is_an_error_and_not_silence(library: Library) -> None:
    now = threading.Event()
    now.set()
    with Stub(ANSWER) as stub:
        assistant = assistant_with(library, stub, Held(library, now, fails="no weights"))
        with pytest.raises(RuntimeError, match="no weights"):
            assistant.ask(QUESTION)

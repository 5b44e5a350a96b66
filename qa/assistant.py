"""The path from question to answer, readable top to bottom: say it in full, retrieve, read or ask an LLM, check."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from time import perf_counter
from typing import TYPE_CHECKING

from corpus.errors import QuestionError
from corpus.language import DEFAULT_LANGUAGE
from corpus.library import Library
from corpus.read.pause import shared as pause
from corpus.types import Vector
from qa.again import Put
from qa.changed import claim_newest
from qa.check import Checker
from qa.claiming import make_digest
from qa.config import Config
from qa.copies import note_copies
from qa.digest import find_digest, gather_digest
from qa.lineup.asked import cut
from qa.lineup.lineup import line_up
from qa.question import check_question
from qa.read import Reading, read
from qa.reader.reader import load_reader
from qa.retrieve import Retrieval, Retriever
from qa.standing import Standing
from qa.terms import weigh
from qa.timely import may_widen, understand_in_time, widen
from qa.told import BUILT_IN, make_answer
from qa.tuned import tune
from qa.types import NOW, Answer, Answerer, Claim, Clock, Progress, Turn
from qa.unclear import ask_back, may_ask_back
from qa.versions import Lineup
from qa.within import Within

if TYPE_CHECKING:
    from qa.check import Second
    from qa.llm import Model
    from qa.write import Ask

STANDS = 0.15
"""Seconds after which a built-in answer is begun without the reader, where a model is asked and the reader is busy."""


class Assistant:
    """Answers questions over one library. Safe to use from several threads.

    `models` are the language models that may answer, the one that does unless told otherwise first; without any, the
    built-in answerer does, which also stands in where a model fails. `ask` is what sends a prompt to a model,
    `second` gives a second opinion on claims.
    """

    def __init__(
        self,
        library: Library,
        config: Config | None = None,
        models: Sequence[Model] = (),
        ask: Ask | None = None,
        second: Second | None = None,
    ) -> None:
        config = config or Config()
        self.library = library
        reader = load_reader(config.reader, library.language)
        self.retriever = Retriever(
            library,
            library.embedder,
            top_k=config.top_k,
            dense_weight=config.dense_weight,
            reader=reader,
        )
        tuned = [tune(library.language, library.embedder.name, reads=reads) for reads in (reader is not None, False)]
        if config.threshold is not None:
            tuned = [replace(one, threshold=config.threshold) for one in tuned]
        self._tuned, self._unread = tuned
        self.threshold = self._tuned.threshold
        self.checker = Checker(lambda wanted: weigh(wanted, library), second=second, language=lambda: library.language)
        self._ask_model = ask
        self.models = {model.answerer: model for model in models}

    @property
    def answerer(self) -> str:
        """The one that answers unless told otherwise."""
        return next(iter(self.models), BUILT_IN)

    @property
    def answerers(self) -> tuple[Answerer, ...]:
        """Those that a reader may choose among, the usual one first."""
        models = [Answerer(name, None if model.local else model.host) for name, model in self.models.items()]
        return (*models, Answerer(BUILT_IN))

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        as_of: date | None = None,
        *,
        vector: Vector | None = None,
        clock: Clock = NOW,
    ) -> Answer:
        """The whole answer. `vector` is the question's, where it is embedded already.

        Days in the question ("last week") count from `as_of`, else from the asker's `clock`. A follow-up is searched
        for in words that stand alone: the answer's `searched_for`.

        Raises QuestionError for an empty or overlong question.
        """
        *_, last = self._progress(question, history, as_of, self._model(None), vector=vector, clock=clock)
        assert last.answer is not None
        return last.answer

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        as_of: date | None = None,
        *,
        answerer: str | None = None,
        stop: threading.Event | None = None,
        clock: Clock = NOW,
    ) -> Iterator[Progress]:
        """The claims as they come, then the whole answer, equal to `ask`'s; raises as `ask` does.

        `answerer` is another one than usual, by its name. Setting `stop` ends what an LLM writes, at its provider too.
        """
        yield from self._progress(question, history, as_of, self._model(answerer), stop=stop, clock=clock)

    def answer_from(
        self, retrieval: Retrieval, seconds: float = 0.0, history: Sequence[Turn] = (), asked: str = ""
    ) -> Answer:
        """The answer that what was retrieved gives; `seconds` have been spent on it already.

        `asked` is the question as it was typed, where something else was searched for. A model that answers may say a
        follow-up better than the rules did, and then searches once more.
        """
        began = perf_counter() - seconds
        answer = self.read_from(retrieval, seconds, asked)
        if (model := self._model(None)) is not None and retrieval.evidence:
            for progress in self._write(model, retrieval, Standing.of(retrieval, answer), began, asked, history):
                answer = progress.answer or answer
        return answer

    @pause.files_wait()
    def read_from(self, retrieval: Retrieval, seconds: float = 0.0, asked: str = "") -> Answer:
        """The built-in answer, as `answer_from`."""
        began = perf_counter()
        tuned = self._unread if self.retriever.is_unread(retrieval) else self._tuned
        reading = Reading((), None, float(bool(retrieval.evidence))) if retrieval.digest else read(retrieval)
        claims, lineups = list[Claim](), tuple[Lineup, ...]()
        if retrieval.digest:
            claims = make_digest(retrieval, reading)
            lineups = cut(line_up(claims, retrieval))
        elif reading.findings and reading.confidence >= tuned.threshold:
            reading, claims, lineups = claim_newest(reading, retrieval)
        answer = make_answer(asked or retrieval.asked, retrieval, reading, tuple(claims), tuned, self.library)
        if answer.status == "answered":  # what may not answer is no ground to say what changed
            answer = replace(answer, lineups=lineups)
        return replace(note_copies(answer, self.library, retrieval.as_of), seconds=seconds + perf_counter() - began)

    def find(
        self,
        asked: str,
        history: Sequence[Turn] = (),
        as_of: date | None = None,
        vector: Vector | None = None,
        *,
        read: bool = True,
        clock: Clock = NOW,
    ) -> Retrieval | Answer:
        """What to answer a question from, for `settle`; the answer where a command over the last one needs no more.

        Without `read`, the passages may be left for `Retriever.read_all` to read with those of other questions.
        """
        put = Put(asked, history, self.retriever, self.library, self.read_from, as_of)
        return understand_in_time(put, clock, vector, read=read)

    def settle(
        self, asked: str, history: Sequence[Turn], found: Retrieval, as_of: date | None = None
    ) -> Retrieval | Answer:
        """What was found and read, gathered anew for a digest; an answer that asks back where it must."""
        if found.note or found.language != DEFAULT_LANGUAGE:
            return found if found.note else widen(found, self.retriever, self.threshold, as_of)
        if digest := self._gather(found, as_of):
            return digest
        found = widen(found, self.retriever, self.threshold, as_of)
        typed, choices = ask_back(asked, history, found, self._within(found), self.library.embedder, as_of)
        if not choices:
            return found
        nothing = make_answer(asked, typed, Reading((), None, 0.0), (), self._tuned, self.library)
        return replace(nothing, choices=choices, try_instead=None)

    def _progress(
        self,
        question: str,
        history: Sequence[Turn],
        as_of: date | None,
        model: Model | None,
        *,
        vector: Vector | None = None,
        stop: threading.Event | None = None,
        clock: Clock,
    ) -> Iterator[Progress]:
        asked = check_question(question)
        began = perf_counter()
        found = self._understand(asked, history, as_of, vector, clock)
        if isinstance(found, Answer):
            yield Progress(found.claims, replace(found, seconds=perf_counter() - began))
            return
        by_model = model is not None and bool(found.evidence)
        standing = self._begin(found, asked, began, within=STANDS if by_model else None)
        if model is not None and by_model:
            yield from self._write(model, found, standing, began, asked, history, stop)
            return
        built_in = standing.whole()
        for n in range(1, len(built_in.claims)):
            yield Progress(built_in.claims[:n])
        yield Progress(built_in.claims, built_in)

    @pause.files_wait()
    def _understand(
        self, asked: str, history: Sequence[Turn], as_of: date | None, vector: Vector | None, clock: Clock
    ) -> Retrieval | Answer:
        """What to answer from, read by the trained reader only where that may change what it is."""
        found = self.find(asked, history, as_of, vector, read=False, clock=clock)
        if isinstance(found, Retrieval) and self.retriever.is_unread(found):
            english = found.language == DEFAULT_LANGUAGE
            if english and (digest := self._gather(found, as_of)):
                return digest
            within, embedder = self._within(found), self.library.embedder
            if not may_widen(found) and not (english and may_ask_back(asked, history, found, within, embedder, as_of)):
                return found
            found = self.retriever.read(found)  # out of turn: this one is waited for
        return found if isinstance(found, Answer) else self.settle(asked, history, found, as_of)

    def _gather(self, found: Retrieval, as_of: date | None) -> Retrieval | None:
        """What a digest is made of, where the question wants one."""
        wanted = find_digest(found.question, as_of or date.today(), found.time)
        digest = gather_digest(wanted, found, self.library, as_of) if wanted else None
        return digest if digest and (digest.evidence or not found.time) else None

    def _within(self, found: Retrieval) -> Retriever | Within:
        return Within(self.retriever, found.time) if found.time else self.retriever

    def _begin(self, found: Retrieval, asked: str, began: float, *, within: float | None) -> Standing:
        """Begin the built-in answer, one without the reader where it is not there `within` seconds since `began`."""

        def answer(read: Retrieval) -> Answer:
            return self.read_from(read, perf_counter() - began, asked)

        if not self.retriever.is_unread(found):
            return Standing.begin(lambda: found, answer)
        unread = (lambda: answer(found)) if within else None
        return Standing.begin(lambda: self.retriever.read(found), answer, unread, began + (within or 0.0))

    def _model(self, answerer: str | None) -> Model | None:
        if answerer is not None and answerer != BUILT_IN and answerer not in self.models:
            raise QuestionError(
                f"{answerer} is not one of those that answer here: {', '.join(self.models)}, {BUILT_IN}."
            )
        return self.models.get(self.answerer if answerer is None else answerer)

    def _write(
        self,
        model: Model,
        found: Retrieval,
        standing: Standing,
        began: float,
        asked: str,
        history: Sequence[Turn],
        stop: threading.Event | None = None,
    ) -> Iterator[Progress]:
        # Imported late: most questions need no LLM.
        from qa.asking import ask_model
        from qa.wire import Reply

        ask, asked = self._ask_model or Reply, asked or found.asked
        for progress in ask_model(
            model, found, standing, self.retriever, self.checker, ask, began, asked, history, stop
        ):
            answer = progress.answer and note_copies(progress.answer, self.library, found.as_of)
            yield Progress(answer.claims, answer) if answer else progress


def load_assistant(library: Library, config: Config, llm: str | None = None) -> Assistant:
    """The assistant that the settings ask for; `llm` overrides which model answers. Raises LLMError."""
    from qa.llm import load_llm

    wanted = [config.llm, *config.llm_allowed] if llm is None else [llm]
    models = [model for spec in dict.fromkeys(wanted) if (model := load_llm(spec, config)) is not None]
    second = None
    if checking := load_llm(config.check_llm, config):
        from qa.opinion import SecondOpinion

        second = SecondOpinion(checking)
    return Assistant(library, config, models, second=second)

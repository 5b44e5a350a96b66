"""The path from question to answer, readable top to bottom: say it in full, retrieve, read or ask an LLM, check."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from math import log
from time import perf_counter
from typing import TYPE_CHECKING

from corpus.errors import QuestionError
from corpus.language import DEFAULT_LANGUAGE
from corpus.library import Library
from corpus.read.pause import shared as pause
from corpus.types import Vector
from qa.again import Put, turns_until
from qa.changed import claim_newest
from qa.check import Checker
from qa.claiming import make_digest, name_source
from qa.config import Config
from qa.copies import note_copies
from qa.digest import find_digest, gather_digest
from qa.lineup.asked import cut
from qa.lineup.lineup import line_up
from qa.read import Reading, read
from qa.reader.reader import load_reader
from qa.rephrase import rephrase
from qa.retrieve import Retrieval, Retriever
from qa.timely import understand_in_time, widen
from qa.tuned import tune
from qa.types import NOW, Answer, Answerer, Claim, Clock, Progress, Turn
from qa.unclear import ask_back
from qa.versions import Lineup
from qa.within import Within, describe_searched, describe_time

if TYPE_CHECKING:
    from qa.check import Second
    from qa.llm import Model
    from qa.write import Ask

LONGEST_QUESTION = 2000
NEAREST = 3
BUILT_IN = "Built-in answerer"


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
        self._tuned = tune(library.language, library.embedder.name, reads=reader is not None)
        self.threshold = self._tuned.threshold if config.threshold is None else config.threshold
        self.checker = Checker(self._rarity, second=second, language=lambda: library.language)
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
        asked = check_question(question)
        began = perf_counter()
        found = self._understand(asked, history, as_of, vector, clock)
        if isinstance(found, Answer):
            return replace(found, seconds=perf_counter() - began)
        return self.answer_from(found, perf_counter() - began, history, asked)

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
        model = self._model(answerer)
        asked = check_question(question)
        began = perf_counter()
        retrieval = self._understand(asked, history, as_of, None, clock)
        if isinstance(retrieval, Answer):
            yield Progress(retrieval.claims, replace(retrieval, seconds=perf_counter() - began))
            return
        built_in = self.read_from(retrieval, perf_counter() - began, asked)
        if model is not None and retrieval.evidence:
            yield from self._write(model, retrieval, built_in, asked, history, stop)
            return
        for n in range(1, len(built_in.claims)):
            yield Progress(built_in.claims[:n])
        yield Progress(built_in.claims, built_in)

    def answer_from(
        self, retrieval: Retrieval, seconds: float = 0.0, history: Sequence[Turn] = (), asked: str = ""
    ) -> Answer:
        """The answer that what was retrieved gives; `seconds` have been spent on it already.

        `asked` is the question as it was typed, where something else was searched for. A model that answers may say a
        follow-up better than the rules did, and then searches once more.
        """
        answer = self.read_from(retrieval, seconds, asked)
        if (model := self._model(None)) is not None and retrieval.evidence:
            for progress in self._write(model, retrieval, answer, asked, history, None):
                answer = progress.answer or answer
        return answer

    @pause.files_wait()
    def read_from(self, retrieval: Retrieval, seconds: float = 0.0, asked: str = "") -> Answer:
        """The built-in answer, as `answer_from`."""
        began = perf_counter()
        reading = Reading((), None, float(bool(retrieval.evidence))) if retrieval.digest else read(retrieval)
        claims, lineups = list[Claim](), tuple[Lineup, ...]()
        if retrieval.digest:
            claims = make_digest(retrieval, reading)
            lineups = cut(line_up(claims, retrieval))
        elif reading.findings and reading.confidence >= self.threshold:
            reading, claims, lineups = claim_newest(reading, retrieval)
        answer = self._answer(asked or retrieval.asked, retrieval, reading, tuple(claims))
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
        if wanted := find_digest(found.question, as_of or date.today(), found.time):
            digest = gather_digest(wanted, found, self.library, as_of)
            if digest.evidence or not found.time:
                return digest
        found = widen(found, self.retriever, self.threshold, as_of)
        retriever = Within(self.retriever, found.time) if found.time else self.retriever
        typed, choices = ask_back(asked, history, found, retriever, self.library.embedder, as_of)
        if not choices:
            return found
        return replace(self._answer(asked, typed, Reading((), None, 0.0), ()), choices=choices, try_instead=None)

    @pause.files_wait()
    def _understand(
        self, asked: str, history: Sequence[Turn], as_of: date | None, vector: Vector | None, clock: Clock
    ) -> Retrieval | Answer:
        found = self.find(asked, history, as_of, vector, clock=clock)
        return found if isinstance(found, Answer) else self.settle(asked, history, found, as_of)

    def _rarity(self, wanted: Sequence[str]) -> Mapping[str, float]:
        n, frequency = self.library.stats().n_passages, self.library.document_frequency(list(wanted))
        return {stem: log(1 + n / (frequency.get(stem, 0) + 0.5)) for stem in wanted}

    def _model(self, answerer: str | None) -> Model | None:
        if answerer is not None and answerer != BUILT_IN and answerer not in self.models:
            raise QuestionError(
                f"{answerer} is not one of those that answer here: {', '.join(self.models)}, {BUILT_IN}."
            )
        return self.models.get(self.answerer if answerer is None else answerer)

    def _write(
        self,
        model: Model,
        retrieval: Retrieval,
        built_in: Answer,
        asked: str,
        history: Sequence[Turn],
        stop: threading.Event | None,
    ) -> Iterator[Progress]:
        # Imported late: most questions need no LLM.
        from qa.rewrite_llm import rewrite_by_model
        from qa.wire import Reply
        from qa.write import write_answer

        ask = self._ask_model or Reply
        history = turns_until(history, retrieval.as_of)
        if history and not retrieval.note and not retrieval.digest:
            yield Progress((), built_in=built_in)  # it stands while the model says the question in full
            said = rewrite_by_model(model, asked or retrieval.asked, history, stop, ask, retrieval.language)
            if said and said != retrieval.asked:
                found = self.retriever.retrieve(said, as_of=retrieval.as_of, time=retrieval.time)
                retrieval = found if found.evidence else retrieval
        for progress in write_answer(model, retrieval, built_in, self.checker, history, stop, ask):
            answer = progress.answer and note_copies(progress.answer, self.library, retrieval.as_of)
            yield Progress(answer.claims, answer) if answer else progress

    def _answer(self, question: str, retrieval: Retrieval, reading: Reading, claims: tuple[Claim, ...]) -> Answer:
        days = self.library.days().until(retrieval.as_of)
        cited = {c.article_id for claim in claims for c in claim.citations}
        read_articles = {e.article.id: e.article for e in retrieval.evidence if e.article.id not in cited}
        nearest = retrieval.nearest(NEAREST)
        return Answer(
            question=question,
            searched_for=retrieval.asked,
            status="not_found" if not claims else "answered" if reading.confidence >= self._tuned.sure else "partial",
            claims=claims,
            short_answer=reading.short_answer if claims else None,
            also_read=tuple(name_source(a) for a in read_articles.values()) if claims else (),
            nearest=() if claims else tuple(name_source(a) for a in nearest),
            searched=describe_searched(retrieval.time, days),
            answerer=BUILT_IN,
            confidence=reading.confidence,
            seconds=0.0,
            usage=None,
            library_generation=retrieval.generation,
            try_instead=None if claims else rephrase(retrieval.question, retrieval, nearest),
            notice=retrieval.note or self._tuned.notice,
            when=describe_time(retrieval.time, days),
        )


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


def check_question(question: str) -> str:
    """The question without spaces around and between. Raises QuestionError for an empty or overlong one."""
    asked = " ".join(question.split())
    if not re.search(r"\w", asked):
        raise QuestionError("The question is empty. Type a question about the articles.")
    if len(asked) > LONGEST_QUESTION:
        raise QuestionError(f"The question has {len(asked):,} characters; at most {LONGEST_QUESTION:,} are read.")
    return asked

"""The path from question to answer, readable top to bottom: say it in full, retrieve, read or ask an LLM, check."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from math import log
from time import perf_counter
from typing import TYPE_CHECKING

from corpus.errors import QuestionError
from corpus.library import Library
from corpus.stem import stems
from corpus.types import Article, Vector
from qa.alignment import load_aligner
from qa.check import Checker, check_claim
from qa.config import Config
from qa.finding import Finding
from qa.read import WITH_READER, WITHOUT_READER, Reading, read
from qa.reader.reader import load_reader
from qa.retrieve import Retrieval, Retriever
from qa.rewrite import retrieve_in_context
from qa.types import Answer, Answerer, Citation, Claim, Progress, Searched, Source, Turn

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
        reader = load_reader(config.reader)
        self.retriever = Retriever(
            library,
            library.embedder,
            top_k=config.top_k,
            dense_weight=config.dense_weight,
            reader=reader,
        )
        weights = WITH_READER if reader else WITHOUT_READER
        self.threshold = weights.threshold if config.threshold is None else config.threshold
        self._sure = weights.sure
        # What the built-in answerer says stands in its source word for word: only a model's words need more.
        self.checker = Checker(self._rarity, second=second, aligner=load_aligner() if models else None)
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
    ) -> Answer:
        """The whole answer. `vector` is the question's, where it is embedded already.

        A follow-up is searched for in words that stand alone: the answer's `searched_for`.

        Raises QuestionError for an empty or overlong question.
        """
        asked = _checked(question)
        began = perf_counter()
        retrieval = retrieve_in_context(self.retriever, asked, history, as_of=as_of, vector=vector)
        return self.answer_from(retrieval, perf_counter() - began, history, asked, as_of)

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        as_of: date | None = None,
        *,
        answerer: str | None = None,
        stop: threading.Event | None = None,
    ) -> Iterator[Progress]:
        """The claims as they come, then the whole answer, equal to `ask`'s; raises as `ask` does.

        `answerer` is another one than usual, by its name. Setting `stop` ends what an LLM writes, at its provider too.
        """
        model = self._model(answerer)
        asked = _checked(question)
        began = perf_counter()
        retrieval = retrieve_in_context(self.retriever, asked, history, as_of=as_of)
        built_in = self.read_from(retrieval, perf_counter() - began, asked)
        if model is not None and retrieval.evidence:
            yield from self._write(model, retrieval, built_in, asked, history, as_of, stop)
            return
        for n in range(1, len(built_in.claims)):
            yield Progress(built_in.claims[:n])
        yield Progress(built_in.claims, built_in)

    def answer_from(
        self,
        retrieval: Retrieval,
        seconds: float = 0.0,
        history: Sequence[Turn] = (),
        asked: str = "",
        as_of: date | None = None,
    ) -> Answer:
        """The answer that what was retrieved gives; `seconds` have been spent on it already.

        `asked` is the question as it was typed, where something else was searched for. A model that answers may say a
        follow-up better than the rules did, and then searches once more.
        """
        answer = self.read_from(retrieval, seconds, asked)
        model = self._model(None)
        if model is not None and retrieval.evidence:
            for progress in self._write(model, retrieval, answer, asked, history, as_of, None):
                answer = progress.answer or answer
        return answer

    def read_from(self, retrieval: Retrieval, seconds: float = 0.0, asked: str = "") -> Answer:
        """The built-in answer, as `answer_from`."""
        began = perf_counter()
        reading = read(retrieval)
        claims: list[Claim] = []
        if reading.findings and reading.confidence >= self.threshold:
            numbers = _Numbers()
            claims = [_claim(finding, retrieval, reading, numbers) for finding in reading.findings]
        answer = self._answer(asked or retrieval.question, retrieval, reading, tuple(claims))
        return replace(answer, seconds=seconds + perf_counter() - began)

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
        as_of: date | None,
        stop: threading.Event | None,
    ) -> Iterator[Progress]:
        # Imported late: most questions need no LLM.
        from qa.rewrite_llm import rewrite_by_model
        from qa.wire import Reply
        from qa.write import write_answer

        ask = self._ask_model or Reply
        if history:
            yield Progress((), built_in=built_in)  # it stands while the model says the question in full
            said = rewrite_by_model(model, asked or retrieval.question, history, stop, ask)
            if said and said != retrieval.question:
                found = self.retriever.retrieve(said, as_of=as_of)
                retrieval = found if found.evidence else retrieval
        yield from write_answer(model, retrieval, built_in, self.checker, history, stop, ask)

    def _answer(self, question: str, retrieval: Retrieval, reading: Reading, claims: tuple[Claim, ...]) -> Answer:
        stats = self.library.stats()
        cited = {c.article_id for claim in claims for c in claim.citations}
        read_articles = {e.article.id: e.article for e in retrieval.evidence if e.article.id not in cited}
        nearest = list({e.article.id: e.article for e in retrieval.ranked}.values())[:NEAREST]
        return Answer(
            question=question,
            searched_for=retrieval.question,
            status="not_found" if not claims else "answered" if reading.confidence >= self._sure else "partial",
            claims=claims,
            short_answer=reading.short_answer if claims else None,
            also_read=tuple(_source(a) for a in read_articles.values()) if claims else (),
            nearest=() if claims else tuple(_source(a) for a in nearest),
            searched=Searched(
                stats.n_articles,
                stats.first.isoformat() if stats.first else None,
                stats.last.isoformat() if stats.last else None,
            ),
            answerer=BUILT_IN,
            confidence=reading.confidence,
            seconds=0.0,
            usage=None,
            library_generation=retrieval.generation,
            try_instead=None if claims else _rephrase(retrieval.question, retrieval, nearest),
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


@dataclass(slots=True)
class _Numbers:
    """Citation numbers by first appearance; one span keeps its number."""

    given: dict[tuple[str, int, int], int] = field(default_factory=dict)

    def of(self, finding: Finding) -> int:
        return self.given.setdefault((finding.evidence.article.id, finding.start, finding.end), len(self.given) + 1)


def _checked(question: str) -> str:
    asked = " ".join(question.split())
    if not re.search(r"\w", asked):
        raise QuestionError("The question is empty. Type a question about the articles.")
    if len(asked) > LONGEST_QUESTION:
        raise QuestionError(f"The question has {len(asked):,} characters; at most {LONGEST_QUESTION:,} are read.")
    return asked


def _claim(finding: Finding, retrieval: Retrieval, reading: Reading, numbers: _Numbers) -> Claim:
    article, quote = finding.evidence.article, finding.text
    source = _source(article)
    citation = Citation(
        n=numbers.of(finding),
        article_id=article.id,
        title=source.title,
        outlet=source.outlet,
        url=source.url,
        published=source.published,
        start=finding.start,
        end=finding.end,
        quote=quote,
        marks=_marks(quote, retrieval, reading.short_answer),
        page=article.page_at(finding.start),
    )
    text = " ".join(quote.split())
    support, reason = check_claim(text, [quote])
    return Claim(text, (citation,), support, reason)


def _marks(quote: str, retrieval: Retrieval, short: str | None) -> tuple[tuple[int, int], ...]:
    """The words of the quote that the question asks about, and the short answer."""
    wanted = retrieval.terms.weights
    spans = [m.span() for m in re.finditer(r"\w+(?:['’]\w+)*", quote) if set(stems(m.group())) & wanted.keys()]
    at = quote.find(short) if short else -1
    if short and at >= 0:
        spans = [(a, b) for a, b in spans if b <= at or a >= at + len(short)] + [(at, at + len(short))]
    return tuple(sorted(spans))


def _source(article: Article) -> Source:
    return Source(article.id, article.title, article.outlet, article.url, article.published_text)


def _rephrase(question: str, retrieval: Retrieval, nearest: Sequence[Article]) -> str | None:
    """Another way to ask: about the names that the articles do have, else about the nearest article."""
    found = frozenset().union(*(e.found for e in retrieval.evidence))
    names = [
        m.group()
        for m in re.finditer(r"\b[A-Z]\w+(?:[ -](?:[A-Z]\w+|\d+))*", question)
        if m.start() > 0 and set(stems(m.group())) <= found
    ]
    if names:
        return f"What do the articles say about {max(names, key=len)}?"
    return f"What do the articles say about “{nearest[0].title}”?" if nearest else None

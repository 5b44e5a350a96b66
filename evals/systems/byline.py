"""Byline itself as a system: the whole path of `Assistant.ask`, with the retrieval watched on its way."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from time import perf_counter
from typing import Any

from corpus.adding import fingerprint_of
from corpus.library import Library
from corpus.types import Article, Vector
from evals.systems import System
from evals.types import EvalCase, Found, Reply
from qa.assistant import BUILT_IN, Assistant
from qa.config import Config
from qa.retrieve import Evidence, Retrieval, Retriever

HITS_KEPT = 40
"""How many hits of a question are recorded, all that retrieval scores: ten different articles want more than ten."""


class Watched(Retriever):
    """A retriever that remembers, for each thread, what it found for each question, and hides articles when told to."""

    def __init__(self, inner: Retriever) -> None:
        self._inner = inner
        self._here = threading.local()

    def retrieve(self, question: str, **options: Any) -> Retrieval:
        """As the retriever within does, without the articles hidden from this thread."""
        hidden: frozenset[str] = getattr(self._here, "hidden", frozenset())
        if hidden:
            options["without"] = hidden
        found = self._inner.retrieve(question, **options)
        vars(self._here).setdefault("found", {})[question] = found
        return found

    def read(self, retrieval: Retrieval) -> Retrieval:
        """As the retriever within does."""
        found = self._inner.read(retrieval)
        vars(self._here).setdefault("found", {})[retrieval.question] = found
        return found

    def hide(self, without: frozenset[str]) -> None:
        """Leave these articles out of what this thread retrieves, and forget what it found."""
        self._here.hidden, self._here.found = without, {}

    def found(self, question: str) -> Retrieval | None:
        """What this thread found for a question."""
        found: Retrieval | None = vars(self._here).get("found", {}).get(question)
        return found

    @property
    def n_found(self) -> int:
        """How many different questions this thread has retrieved with."""
        return len(vars(self._here).get("found", {}))


class Byline(System):
    """An Assistant over a library; questions are embedded together."""

    name = "byline"

    def __init__(self, library: Library, assistant: Assistant, config: Config | None = None) -> None:
        self.library, self.assistant = library, assistant
        self._config = config
        self._vectors: dict[str, Vector] = {}
        self._kept: dict[str, Article] = {}
        self._inner = assistant.retriever
        self._watched = Watched(self._inner)
        assistant.retriever = self._watched

    @property
    def can_hide(self) -> bool:
        """Articles are hidden where they are retrieved."""
        return True

    def share(self, other: Byline) -> None:
        """Take the questions' vectors and the articles that another one over the same library has, and will have."""
        self._vectors, self._kept = other._vectors, other._kept

    def prepare(self, cases: Sequence[EvalCase]) -> None:
        """Embed the questions of these cases in one batch."""
        asked = [q for q in dict.fromkeys(" ".join(c.question.split()) for c in cases) if q and q not in self._vectors]
        if asked:
            self._vectors.update(zip(asked, self.library.embedder.encode_queries(asked), strict=True))

    def ask(self, case: EvalCase, without: frozenset[str] = frozenset()) -> Reply:
        """The whole answer, and what was retrieved for it."""
        self._watched.hide(without)
        vector = self._vectors.get(" ".join(case.question.split()))
        began = perf_counter()
        first: float | None = None
        if self.assistant.answerer == BUILT_IN:
            answer = self.assistant.ask(case.question, case.history, case.as_of, vector=vector)
        else:
            for progress in self.assistant.stream(case.question, case.history, case.as_of):
                if first is None and progress.claims:
                    first = perf_counter() - began
                if progress.answer is not None:
                    answer = progress.answer
        # A follow-up is searched for in more than one form; what counts is the form that was answered.
        found = self._watched.found(answer.searched_for)
        return Reply(answer, list_found(found.ranked, found.evidence) if found else None, first)

    def articles(self, ids: Iterable[str]) -> Mapping[str, Article]:
        """Articles of the library, each read once."""
        wanted = set(ids)
        if missing := wanted - self._kept.keys():
            self._kept.update(self.library.articles(missing))
        return {i: self._kept[i] for i in wanted if i in self._kept}

    def all_articles(self) -> Mapping[str, Article]:
        """Every article of the library."""
        rows, _ = self.library.rows(limit=1_000_000)
        return self.articles(r.id for r in rows)

    def describe(self) -> dict[str, Any]:
        """Settings of the answerer, and what the library is."""
        stats = self.library.stats()
        settings: dict[str, Any] = {"threshold": self.assistant.threshold}
        if self._config:
            settings |= {"top_k": self._config.top_k, "dense_weight": self._config.dense_weight}
        return {
            "answerer": self.assistant.answerer,
            "settings": settings,
            "library": {
                "fingerprint": fingerprint_of(self.library.embedder),
                "generation": stats.generation,
                "n_articles": stats.n_articles,
                "n_passages": stats.n_passages,
            },
        }

    def close(self) -> None:
        """Give the assistant its retriever back."""
        self.assistant.retriever = self._inner


def list_found(ranked: Sequence[Evidence], read: Sequence[Evidence] = ()) -> tuple[Found, ...]:
    """Scored passages as hits, best first; those in `read` were handed to the answerer."""
    chosen = {e.hit.passage.id for e in read}
    kept = [e for i, e in enumerate(ranked) if i < HITS_KEPT or e.hit.passage.id in chosen]
    return tuple(
        Found(
            e.article.id,
            e.hit.passage.start,
            e.hit.passage.end,
            round(e.hit.score, 4),
            read=e.hit.passage.id in chosen,
        )
        for e in kept
    )

"""Byline itself as a system: the whole path of `Assistant.ask`, with the retrieval watched on its way."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Future
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING, Any

from corpus.adding import fingerprint_of
from corpus.errors import EvalError
from corpus.library import Library
from corpus.types import Article, Vector
from evals.systems import System
from evals.systems.watched import Watched
from evals.types import EvalCase, Found, Reply
from qa.assistant import Assistant
from qa.config import Config
from qa.question import check_question
from qa.retrieve import Evidence, Retrieval, reread
from qa.told import BUILT_IN
from qa.types import Answer
from qa.worth import unread
from qa.write import INSTEAD

if TYPE_CHECKING:
    from evals.replies import Replies
    from evals.systems.apart import Apart, Readings

HITS_KEPT = 40
"""How many hits of a question are recorded, all that retrieval scores: ten different articles want more than ten."""


READ_AT_ONCE, AHEAD = 16, 3
"""How many cases' passages are read together, and how many times as many are at work; what was read ahead is lost
when a run is ended."""
WORTH_APART = 64
"""From so many cases on, a process of its own for the reader gains more than its start takes."""


@dataclass(frozen=True, slots=True, eq=False)
class _Read:
    """What was found and read for a case that was asked without some articles, and the seconds that took."""

    found: Retrieval | Answer
    without: frozenset[str]
    seconds: float

    @property
    def unread(self) -> Retrieval | None:
        """What is left to be read together with others'."""
        found = self.found
        return found if isinstance(found, Retrieval) and found.evidence and not found.before else None


_Asked = tuple[EvalCase, frozenset[str]]


@dataclass(frozen=True, slots=True, eq=False)
class _Begun:
    """Cases whose passages are found; `readings` where they are being read apart."""

    asked: tuple[_Asked, ...]
    found: list[_Read | Exception]
    readings: Future[Readings] | None

    def unread(self) -> dict[int, Retrieval]:
        """What is left to read, by its place."""
        return {i: r for i, one in enumerate(self.found) if isinstance(one, _Read) and (r := one.unread)}


class Byline(System):
    """An Assistant over a library; questions are embedded together, and their passages read together."""

    name = "byline"

    def __init__(
        self,
        library: Library,
        assistant: Assistant,
        config: Config | None = None,
        replies: Replies | None = None,
        apart: Callable[[], Apart] | None = None,
    ) -> None:
        """`replies` is what the assistant asks its model by, `apart` gives its reader in a process of its own."""
        self.library, self.assistant = library, assistant
        self._config, self._replies = config, replies
        self._vectors: dict[str, Vector] = {}
        self._kept: dict[str, Article] = {}
        self._inner = assistant.retriever
        self._watched = Watched(self._inner)
        assistant.retriever = self._watched
        self._lock = threading.Lock()
        self._coming: deque[_Asked] = deque()
        self._begun: deque[_Begun] = deque()
        self._read: dict[_Asked, list[_Read | Exception]] = {}
        self._make_apart = apart
        self._apart: Apart | None = None

    @property
    def can_hide(self) -> bool:
        """Articles are hidden where they are retrieved."""
        return True

    def share(self, other: Byline) -> None:
        """Take the questions' vectors and the articles that another one over the same library has, and will have."""
        self._vectors, self._kept = other._vectors, other._kept

    def prepare(self, cases: Sequence[EvalCase], without: Sequence[frozenset[str]] = ()) -> None:
        """Embed the questions of these cases in one batch; the built-in answerer reads for several of them at once."""
        if self._make_apart and len(cases) >= WORTH_APART and self.assistant.answerer == BUILT_IN:
            self._apart, self._make_apart = self._make_apart(), None  # it loads while the questions are embedded
        asked = [q for q in dict.fromkeys(" ".join(c.question.split()) for c in cases) if q and q not in self._vectors]
        if asked:
            self._vectors.update(zip(asked, self.library.embedder.encode_queries(asked), strict=True))
        if self.assistant.answerer == BUILT_IN:
            with self._lock:
                self._coming.extend(zip(cases, without or [frozenset()] * len(cases), strict=True))

    def ask(self, case: EvalCase, without: frozenset[str] = frozenset()) -> Reply:
        """The whole answer, and what was retrieved for it. Raises EvalError where the model that answers failed."""
        if self.assistant.answerer == BUILT_IN:
            with self._lock:
                read = self._take(case, without)
            return self._reply(case, read)
        self._watched.hide(without)
        if self._replies:
            self._replies.forget()
        began = perf_counter()
        first: float | None = None
        for progress in self.assistant.stream(case.question, case.history, case.as_of):
            if first is None and progress.claims:
                first = perf_counter() - began
            if progress.answer is not None:
                answer = progress.answer
        # The built-in answer in its place, or the half of one, says nothing of the model that is measured.
        trouble = self._replies.trouble if self._replies else ""
        if trouble or answer.notice.startswith(INSTEAD):
            raise EvalError(f"no answer of the model: {trouble or answer.notice.removeprefix(INSTEAD).strip()}")
        # A follow-up is searched for in more than one form; what counts is the form that was answered.
        found = self._watched.found(answer.searched_for)
        return Reply(answer, list_found(found.ranked, found.evidence) if found else None, first)

    def _take(self, case: EvalCase, without: frozenset[str]) -> _Read:
        """What was read for a case; where nothing was yet, it is read now, and for the cases that come next too."""
        key = (case, without)
        if not self._read.get(key) and not any(key in begun.asked for begun in self._begun):
            self._begun.append(self._begin([key, *self._next(READ_AT_ONCE - 1, key)]))
        while not self._read.get(key):
            while self._apart and self._coming and len(self._begun) < AHEAD:
                self._begun.append(self._begin(self._next(READ_AT_ONCE)))
            begun = self._begun.popleft()
            for one, read in zip(begun.asked, self._finish(begun), strict=True):
                self._read.setdefault(one, []).append(read)
        taken = self._read[key].pop()
        if not self._read[key]:
            del self._read[key]
        if isinstance(taken, Exception):
            raise taken
        return taken

    def _next(self, most: int, but: _Asked | None = None) -> list[_Asked]:
        """The cases that come next."""
        some: list[_Asked] = []
        while self._coming and len(some) < most:
            if (coming := self._coming.popleft()) != but:
                some.append(coming)
        return some

    def _begin(self, asked: Sequence[_Asked]) -> _Begun:
        """What each case finds, or what it raised; the reading of it is under way where that is done apart."""
        found: list[_Read | Exception] = []
        for case, without in asked:
            began = perf_counter()
            try:
                question = check_question(case.question)
                self._watched.hide(without)
                vector = self._vectors.get(question)
                made = self.assistant.find(question, case.history, case.as_of, vector, read=False)
                found.append(_Read(made, without, perf_counter() - began))
            except Exception as error:  # noqa: BLE001 - it belongs to this case, and is raised when that is asked
                found.append(error)
        begun = _Begun(tuple(asked), found, None)
        if not self._apart:
            return begun
        try:
            return replace(begun, readings=self._apart.read([unread(r) for r in begun.unread().values()]))
        except BrokenExecutor:
            self._apart = None
            return begun

    def _finish(self, begun: _Begun) -> list[_Read | Exception]:
        """The same cases, read."""
        left, out = begun.unread(), list(begun.found)
        read, seconds = self._read_all(list(left.values()), begun.readings)
        # A case's time is its own retrieval, and of the common reading what its word pieces took.
        pieces = [sum(len(e.reading.row.ids) for e in r.evidence if e.reading) for r in read]
        a_piece = seconds / max(1, sum(pieces))
        for i, retrieval, n in zip(left, read, pieces, strict=True):
            one = out[i]
            assert isinstance(one, _Read)
            out[i] = replace(one, found=retrieval, seconds=one.seconds + n * a_piece)
        return out

    def _read_all(self, found: list[Retrieval], readings: Future[Readings] | None) -> tuple[list[Retrieval], float]:
        """What was found, read, and the seconds that took."""
        began = perf_counter()
        if readings:
            try:
                made, seconds = readings.result()
                return [reread(each, r) for each, r in zip(made, found, strict=True)], seconds
            except BrokenExecutor:  # killed, perhaps for its memory
                self._apart = None
        return self._inner.read_all(found), perf_counter() - began

    def _reply(self, case: EvalCase, read: _Read) -> Reply:
        """The answer from what was read; what its passages were, where it was answered from any."""
        asked, began = check_question(case.question), perf_counter()
        answer = read.found
        if isinstance(answer, Retrieval):
            self._watched.hide(read.without)
            answer = self.assistant.settle(asked, case.history, answer, case.as_of)
        seconds = read.seconds + perf_counter() - began
        if isinstance(answer, Retrieval):
            answer = self.assistant.answer_from(answer, seconds, case.history, asked)
        else:
            answer = replace(answer, seconds=seconds)
        found = read.found if isinstance(read.found, Retrieval) else self._watched.found(answer.searched_for)
        return Reply(answer, list_found(found.ranked, found.evidence) if found else None)

    def articles(self, ids: Iterable[str]) -> Mapping[str, Article]:
        """Articles of the library, each read once."""
        wanted = set(ids)
        if missing := wanted - self._kept.keys():
            self._kept.update(self.library.articles(missing))
        return {i: self._kept[i] for i in wanted if i in self._kept}

    def all_articles(self) -> Mapping[str, Article]:
        """Every article of the library."""
        found = self.library.all_articles()
        self._kept.update(found)
        return found

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
                "fingerprint": fingerprint_of(self.library.embedder, self.library.language),
                "generation": stats.generation,
                "n_articles": stats.n_articles,
                "n_passages": stats.n_passages,
            },
        }

    def close(self) -> None:
        """Give the assistant its retriever back, and end the reader's process."""
        self.assistant.retriever = self._inner
        if self._apart:
            self._apart.close()


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

"""What the page needs of the assistant and the library; the real ones fit without knowing of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from typing import Protocol

from sqlalchemy import Connection

from corpus.catalogue import Catalogue
from corpus.followed import Followed
from corpus.origins import Origin
from corpus.overview import Overview
from corpus.read import Note
from corpus.stories import Story
from corpus.timeline import Timeline
from corpus.types import AddReport, Article, ArticleRow, Failure, LibraryStats
from corpus.versions import Version
from qa.types import NOW, Answerer, Clock, Progress, Turn


class Asks(Protocol):
    """Answers questions; safe to call from several threads."""

    @property
    def answerer(self) -> str:
        """Which one answers, as the page names it."""
        ...

    @property
    def answerers(self) -> Sequence[Answerer]:
        """Those that a reader may choose among, the usual one first."""
        ...

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
        """Claims as they come, the whole answer last; setting `stop` ends it early; `clock` is the asker's."""
        ...


class Keeps(Protocol):
    """Holds the articles; safe to call from several threads."""

    @property
    def writable(self) -> bool:
        """Whether anything can be kept in its database."""
        ...

    @property
    def language(self) -> str:
        """The code of the language that its articles are in."""
        ...

    def reading(self) -> AbstractContextManager[Connection]:
        """One read transaction in its database."""
        ...

    def writing(self) -> AbstractContextManager[Connection]:
        """One write transaction in its database."""
        ...

    @property
    def owner(self) -> str | None:
        """Who keeps the indexes, or None when this process does."""
        ...

    def article(self, article_id: str, /) -> Article | None:
        """One article, or None."""
        ...

    def articles(self, ids: Iterable[str], /) -> Mapping[str, Article]:
        """Those of the articles that there are."""
        ...

    def versions(self, article_id: str, /) -> Sequence[Version]:
        """What an article said before, oldest first."""
        ...

    def stories(self, ids: Sequence[str], /) -> Mapping[str, Story]:
        """Those of the articles that have near-copies, each with its story."""
        ...

    def followed(self) -> Sequence[Followed]:
        """What is followed, and how that went."""
        ...

    def rows(
        self, *, query: str = "", order: str = "published", descending: bool = True, limit: int = 100, offset: int = 0
    ) -> tuple[Sequence[ArticleRow], int]:
        """A page of the table, and how many rows there are in all."""
        ...

    def removals(self) -> Sequence[Version]:
        """What was removed and can still be had back, the last first."""
        ...

    def catalogue(self) -> Catalogue:
        """The whole table, to be filtered and counted."""
        ...

    def timeline(self) -> Timeline:
        """All articles over time."""
        ...

    def overview(self) -> Overview:
        """All articles counted by outlet and by origin."""
        ...

    def feeds(self) -> Sequence[Origin]:
        """The feeds that are followed, and how many articles came by each."""
        ...

    def taken_from(self, place: str, /) -> frozenset[str]:
        """The ids of the articles that came by a feed that is followed."""
        ...

    def stats(self) -> LibraryStats:
        """How much there is, from when to when."""
        ...

    def add(
        self, items: Iterable[Article | Failure | Note], progress: Callable[[int, int], None] | None = None
    ) -> AddReport:
        """Add what was read, and say what became of each."""
        ...

"""What one asks of a library's database: articles, rows of the table, counts, passages."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import date
from threading import Lock

from sqlalchemy import Connection

from corpus import shelf
from corpus.catalogue import Catalogue
from corpus.followed import Followed, read_followed
from corpus.language import DEFAULT_LANGUAGE
from corpus.ledger import Head, changed_since, read_head, read_spoken
from corpus.origins import Origin
from corpus.overview import Overview, read_feeds, read_overview, read_taken, read_timeline
from corpus.stories import Story, count_copies, read_stories
from corpus.timeline import Timeline
from corpus.types import Article, ArticleRow, LibraryStats, PublishedDays, StoredPassage
from corpus.versions import Version, read_removals, read_versions

MOST_CHANGED = 2000
"""Changed rows that are read one by one; where more changed, all are read again."""


class Readable(ABC):
    """A library as far as it is only read; each call sees one committed state."""

    _stats: LibraryStats | None = None
    _days: tuple[Head, PublishedDays] | None = None
    _stories: tuple[Head, dict[str, Story]] | None = None
    _catalogue: tuple[Head, list[str], Catalogue] | None = None
    _overview: tuple[Head, list[str], Overview] | None = None
    _timeline: tuple[Head, Timeline] | None = None
    _catalogue_lock = Lock()
    _spoken_when_empty = DEFAULT_LANGUAGE

    @abstractmethod
    def reading(self) -> AbstractContextManager[Connection]:
        """One read transaction, for this package."""

    def generation(self) -> int:
        """The generation of what is committed now, by any process."""
        with self.reading() as connection:
            return read_head(connection).generation

    @property
    def language(self) -> str:
        """The code of the language that its articles were split and indexed in; while it is empty, the one set."""
        with self.reading() as connection:
            return read_spoken(connection, self._spoken_when_empty)

    def article(self, id: str) -> Article | None:
        """The article with this id."""
        return self.articles([id]).get(id)

    def articles(self, ids: Iterable[str]) -> dict[str, Article]:
        """The articles with these ids, by id; unknown ids are left out."""
        with self.reading() as connection:
            return shelf.read_articles(connection, list(ids))

    def all_articles(self) -> dict[str, Article]:
        """Every article by id, the latest first; all their texts are in memory at once."""
        with self.reading() as connection:
            rows, _ = shelf.read_rows(connection, "", "published", descending=True, limit=-1, offset=0)
            found = shelf.read_articles(connection, [row.id for row in rows])
            return {row.id: found[row.id] for row in rows}

    def rows(
        self, *, query: str = "", order: str = "published", descending: bool = True, limit: int = 100, offset: int = 0
    ) -> tuple[list[ArticleRow], int]:
        """One page of the articles whose title, outlet, id or source has all words of `query`, and how many have.

        `order` is one of shelf.ORDERS; articles without that value come last.
        """
        with self.reading() as connection:
            return shelf.read_rows(connection, query, order, descending, limit, offset)

    def timeline(self) -> Timeline:
        """All articles over time, as of what is committed now."""
        with self.reading() as connection:
            head = read_head(connection)
            if self._timeline is None or self._timeline[0] != head:
                self._timeline = (head, read_timeline(connection))
            return self._timeline[1]

    def overview(self) -> Overview:
        """All articles counted by outlet and by origin, as of what is committed now."""
        with self.reading() as connection:
            state = read_head(connection), _roots(connection)
            if self._overview is None or self._overview[:2] != state:
                self._overview = (*state, read_overview(connection, state[1]))
            return self._overview[2]

    def feeds(self) -> tuple[Origin, ...]:
        """The feeds that are followed, and how many articles came by each; not those that none came by."""
        with self.reading() as connection:
            return read_feeds(connection)

    def taken_from(self, place: str) -> frozenset[str]:
        """The ids of the articles that came by a feed that is followed."""
        with self.reading() as connection:
            return read_taken(connection, place)

    def catalogue(self) -> Catalogue:
        """The whole table in memory, as of what is committed now; only what changed since the last call is read."""
        with self._catalogue_lock, self.reading() as connection:
            head = read_head(connection)
            roots = _roots(connection)
            if self._catalogue and self._catalogue[:2] == (head, roots):
                return self._catalogue[2]
            rows: Iterable[ArticleRow] | None = None
            if self._catalogue and head.covers(self._catalogue[0]):
                changed = set(changed_since(connection, self._catalogue[0].generation))
                if len(changed) <= MOST_CHANGED:
                    kept = [row for row in self._catalogue[2].rows if row.id not in changed]
                    rows = kept + shelf.read_all_rows(connection, list(changed))
            catalogue = Catalogue(shelf.read_all_rows(connection) if rows is None else rows, self._count_copies, roots)
            self._catalogue = (head, roots, catalogue)
            return catalogue

    def _count_copies(self) -> dict[str, int]:
        with self.reading() as connection:
            return count_copies(connection)

    def stats(self) -> LibraryStats:
        """How much there is, from when to when."""
        with self.reading() as connection:
            generation = read_head(connection).generation
            if self._stats is None or self._stats.generation != generation:
                self._stats = shelf.read_stats(connection, generation)
            return self._stats

    def days(self) -> PublishedDays:
        """When the articles were published."""
        with self.reading() as connection:
            head = read_head(connection)
            held = self._days
            if held is None or held[0] != head:
                held = self._days = (head, shelf.read_days(connection))
            return held[1]

    def ids_between(self, first: date | None, last: date | None, most: int) -> list[str]:
        """Articles published from `first` to `last` by their own days, None open, the newest `most` of them."""
        with self.reading() as connection:
            return shelf.ids_between(connection, first, last, most)

    def stored(self, passage_ids: Sequence[str]) -> dict[str, StoredPassage]:
        """Passages with their vectors, by id; unknown ids are left out."""
        with self.reading() as connection:
            return {s.passage.id: s for s in shelf.read_stored(connection, list(passage_ids))}

    def sources(self, folder: str) -> dict[str, str]:
        """Source to id of the articles that were read from a folder, given as an absolute path, or below it."""
        with self.reading() as connection:
            return shelf.read_sources(connection, folder.rstrip("/") + "/")

    def passages_of(self, article_id: str) -> list[StoredPassage]:
        """An article's passages in order."""
        with self.reading() as connection:
            return shelf.read_passages_of(connection, article_id)

    def passages_of_all(self, article_ids: Sequence[str]) -> list[StoredPassage]:
        """The passages of several articles, in no order."""
        with self.reading() as connection:
            return shelf.read_passages_of_all(connection, article_ids)

    def versions(self, article_id: str) -> list[Version]:
        """What an article said before, oldest first; the last one is `removed` where it is no more."""
        with self.reading() as connection:
            return read_versions(connection, article_id)

    def removals(self) -> list[Version]:
        """What was removed and can still be had back, the last first."""
        with self.reading() as connection:
            return read_removals(connection)

    def stories(self, ids: Sequence[str]) -> dict[str, Story]:
        """Article id to its story, for those of the articles that have near-copies."""
        with self.reading() as connection:
            head = read_head(connection)
            held = self._stories
            if held is None or held[0] != head:
                held = self._stories = (head, {})
            return read_stories(connection, ids, held[1])

    def followed(self) -> list[Followed]:
        """What is followed, and how that went."""
        with self.reading() as connection:
            return read_followed(connection)


def _roots(connection: Connection) -> list[str]:
    """The folders that are followed, each with a slash at its end."""
    return [source.place.rstrip("/") + "/" for source in read_followed(connection) if source.kind == "folder"]

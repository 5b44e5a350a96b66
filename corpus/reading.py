"""What one asks of a library's database: articles, rows of the table, counts, passages."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager

from sqlalchemy import Connection

from corpus import shelf
from corpus.followed import Followed, read_followed
from corpus.ledger import read_head
from corpus.stories import Story, read_stories
from corpus.types import Article, ArticleRow, LibraryStats, StoredPassage
from corpus.versions import Version, read_versions


class Readable(ABC):
    """A library as far as it is only read; each call sees one committed state."""

    _stats: LibraryStats | None = None

    @abstractmethod
    def reading(self) -> AbstractContextManager[Connection]:
        """One read transaction, for this package."""

    def generation(self) -> int:
        """The generation of what is committed now, by any process."""
        with self.reading() as connection:
            return read_head(connection).generation

    def article(self, id: str) -> Article | None:
        """The article with this id."""
        return self.articles([id]).get(id)

    def articles(self, ids: Iterable[str]) -> dict[str, Article]:
        """The articles with these ids, by id; unknown ids are left out."""
        with self.reading() as connection:
            return shelf.read_articles(connection, list(ids))

    def rows(
        self, *, query: str = "", order: str = "published", descending: bool = True, limit: int = 100, offset: int = 0
    ) -> tuple[list[ArticleRow], int]:
        """One page of the articles whose title, outlet, id or source has all words of `query`, and how many have.

        `order` is one of shelf.ORDERS; articles without that value come last.
        """
        with self.reading() as connection:
            return shelf.read_rows(connection, query, order, descending, limit, offset)

    def stats(self) -> LibraryStats:
        """How much there is, from when to when."""
        with self.reading() as connection:
            generation = read_head(connection).generation
            if self._stats is None or self._stats.generation != generation:
                self._stats = shelf.read_stats(connection, generation)
            return self._stats

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

    def versions(self, article_id: str) -> list[Version]:
        """What an article said before, oldest first; the last one is `removed` where it is no more."""
        with self.reading() as connection:
            return read_versions(connection, article_id)

    def stories(self, ids: Sequence[str]) -> dict[str, Story]:
        """Article id to its story, for those of the articles that have near-copies."""
        with self.reading() as connection:
            return read_stories(connection, ids)

    def followed(self) -> list[Followed]:
        """What is followed, and how that went."""
        with self.reading() as connection:
            return read_followed(connection)

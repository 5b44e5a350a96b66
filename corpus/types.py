"""The values that leave the corpus package: all frozen, all compared by value."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]
Why = Literal["dense", "words", "reader"]


@dataclass(frozen=True, slots=True)
class Article:
    """One news article; `text` is normalised, and every offset anywhere refers to it.

    `published` is a date, or a datetime with zone, or None where the source does not say.
    `text` is plain text with four line conventions: blank lines between paragraphs, `## ` headings,
    `- ` list items and `| a | b |` table rows.
    `source` says where it was read from (an absolute path, a URL, `pasted`); with `id` it is the identity.
    `pages` are the offsets at which its pages begin, where it was read from pages; the first is 0.
    """

    id: str
    title: str
    text: str
    outlet: str = ""
    url: str | None = None
    published: date | datetime | None = None
    source: str = ""
    content_hash: str = ""
    author: str = ""
    pages: tuple[int, ...] = ()

    def page_at(self, offset: int) -> int | None:
        """The number of the page, from 1, on which a character stands; None where the source has no pages."""
        return bisect_right(self.pages, offset) or None

    @property
    def published_text(self) -> str | None:
        """`published` in ISO 8601, or None."""
        return self.published.isoformat() if self.published else None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, as a span of its article's text, in characters."""

    article_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences of one article, as a span of its text, in characters."""

    id: str
    article_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class StoredPassage:
    """A passage with what the library keeps beside it.

    `vector` has shape (d,), `sentence_vectors` (n_sentences, d); all rows have unit length, float32.
    """

    passage: Passage
    sentences: tuple[Sentence, ...]
    vector: Vector
    sentence_vectors: Vector


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved passage; a higher score is better, `rank` counts from 1."""

    passage: Passage
    score: float
    rank: int
    why: tuple[Why, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """One item that could not be added, and why, in words for the person who added it."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class AddReport:
    """What an add did: article ids by outcome, failures with reasons, notes (source, remark) on what was added.

    `renamed` articles have only another source than before.
    """

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    failed: tuple[Failure, ...] = ()
    notes: tuple[Failure, ...] = ()
    seconds: float = 0.0
    renamed: tuple[str, ...] = ()

    def __add__(self, other: AddReport) -> AddReport:
        """Both reports as one."""
        return AddReport(
            self.added + other.added,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
            self.removed + other.removed,
            self.failed + other.failed,
            self.notes + other.notes,
            self.seconds + other.seconds,
            self.renamed + other.renamed,
        )


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """An article as a table shows it: everything but its text."""

    id: str
    title: str
    outlet: str
    url: str | None
    published: date | datetime | None
    source: str
    added: datetime
    n_passages: int


@dataclass(frozen=True, slots=True)
class LibraryStats:
    """How much a library holds, and from when to when (None where no article has a date)."""

    n_articles: int
    n_passages: int
    first: date | None
    last: date | None
    generation: int


@dataclass(frozen=True, slots=True)
class PublishedDays:
    """The publication day of each article that has one, in order, and how many have none."""

    days: tuple[date, ...] = ()
    n_undated: int = 0

    def until(self, last: date | None) -> PublishedDays:
        """Without what was published after that day; all of it without one."""
        return self if last is None else PublishedDays(self.days[: bisect_right(self.days, last)], self.n_undated)

    def between(self, first: date | None, last: date | None) -> tuple[date, ...]:
        """The days from `first` to `last`, both inclusive, None open."""
        return self.days[self.n_before(first) : len(self.days) - self.n_after(last)]

    def n_before(self, first: date | None) -> int:
        """How many articles are older."""
        return bisect_left(self.days, first) if first else 0

    def n_after(self, last: date | None) -> int:
        """How many articles are newer."""
        return len(self.days) - bisect_right(self.days, last) if last else 0


@dataclass(frozen=True, slots=True)
class Candidates:
    """What both indexes return for one question, at one generation of the library.

    `dense` is (passage id, cosine), `words` is (passage id, BM25), each best first.
    """

    generation: int
    dense: tuple[tuple[str, float], ...]
    words: tuple[tuple[str, float], ...]


def parse_published(text: str | None) -> date | datetime | None:
    """The stored form of a publication date, read back."""
    if text is None:
        return None
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def day_of(published: date | datetime | None) -> date | None:
    """The calendar day of a publication date, in its own zone."""
    return published.date() if isinstance(published, datetime) else published


def moment_of(published: date | datetime) -> datetime:
    """A point in time for ordering: a bare date counts as its midnight UTC."""
    if isinstance(published, datetime):
        return published
    return datetime(published.year, published.month, published.day, tzinfo=UTC)

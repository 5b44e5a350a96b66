"""The library's table in memory, as of one state: filtered, sorted, paged and counted in milliseconds at any size.

The texts stay in the database. Not here: when it is made anew (corpus/reading.py).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from functools import cached_property
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.errors import LibraryError
from corpus.origins import find_origin, key_of
from corpus.timeline import Timeline, spread
from corpus.types import ArticleRow, moment_of

Places = NDArray[np.intp]
Mask = NDArray[np.bool_]

UNDATED = 0
"""Stands for no day: ordinals begin at 1."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles: with every word of `query` in title, outlet, id or source, from a day to a day, and so on.

    `origin` is the key of one of the overview's origins; `copies` asks for articles that have near-copies; `only` are
    the ids of some articles, however they were chosen. Articles without a date are in no span of days.
    """

    query: str = ""
    outlet: str = ""
    origin: str = ""
    first: date | None = None
    last: date | None = None
    copies: bool = False
    only: frozenset[str] | None = None


_ORDERS: dict[str, Callable[[ArticleRow], Any]] = {
    "published": lambda row: moment_of(row.published).timestamp() if row.published else None,
    "added": lambda row: row.added.timestamp(),
    "title": lambda row: row.title.lower(),
    "outlet": lambda row: row.outlet.lower() or None,
    "id": lambda row: row.id,
    "passages": lambda row: row.n_passages,
}


class Catalogue:
    """Every row of the table. Never changed once made, so safe to share between threads.

    `copies` gives how many near-copies each id that has any has, when asked for; `roots` are as `find_origin` takes
    them.
    """

    def __init__(
        self, rows: Iterable[ArticleRow], copies: Callable[[], Mapping[str, int]], roots: Sequence[str] = ()
    ) -> None:
        self._rows = sorted(rows, key=lambda row: row.id)
        self._count_copies = copies
        self._roots = list(roots)
        self._orders: dict[tuple[str, bool], Places] = {}

    @property
    def rows(self) -> Sequence[ArticleRow]:
        """All rows, by id."""
        return self._rows

    def page(
        self, filters: Filters, order: str = "published", descending: bool = True, limit: int = 100, offset: int = 0
    ) -> tuple[list[ArticleRow], int]:
        """One page of what the filters leave, and how many they leave; rows without the value come last."""
        places = self._ordered(order, descending)
        left = places[self._filter(filters)[places]]
        return [self._rows[at] for at in left[offset : offset + limit]], len(left)

    def timeline(self, filters: Filters) -> Timeline:
        """What the filters leave, counted over time by calendar days in UTC."""
        days, counts = np.unique(self._days[self._filter(filters)], return_counts=True)
        dated = {date.fromordinal(int(d)): int(n) for d, n in zip(days, counts, strict=True) if d != UNDATED}
        return spread(dated, int(counts[days == UNDATED].sum()))

    def _ordered(self, order: str, descending: bool) -> Places:
        key = _ORDERS.get(order)
        if key is None:
            raise LibraryError(f"Articles cannot be ordered by {order!r}, only by {', '.join(_ORDERS)}.")
        if (order, descending) not in self._orders:
            keys = [key(row) for row in self._rows]
            having = [at for at, value in enumerate(keys) if value is not None]
            having.sort(key=lambda at: keys[at], reverse=descending)
            lacking = [at for at, value in enumerate(keys) if value is None]
            self._orders[order, descending] = np.array(having + lacking, np.intp)
        return self._orders[order, descending]

    def _filter(self, filters: Filters) -> Mask:
        mask = np.ones(len(self._rows), np.bool_)
        for word in filters.query.lower().split():
            mask &= self._having(word)
        if filters.outlet:
            mask &= np.fromiter((row.outlet == filters.outlet for row in self._rows), np.bool_, len(mask))
        if filters.origin:
            mask &= self._origin_keys == filters.origin
        if filters.only is not None:
            mask &= np.fromiter((row.id in filters.only for row in self._rows), np.bool_, len(mask))
        if filters.first or filters.last:
            first, last = filters.first or date.min, filters.last or date.max
            mask &= (self._days >= first.toordinal()) & (self._days <= last.toordinal())
        if filters.copies:
            copied = self.n_copies
            mask &= np.fromiter((row.id in copied for row in self._rows), np.bool_, len(mask))
        return mask

    def _having(self, word: str) -> Mask:
        """The rows in which a word stands: found in one long text, which is far faster than row by row."""
        text, ends = self._text
        having, row = [], 0
        at = text.find(word)
        while at >= 0:
            row = bisect_right(ends, at, lo=row)
            having.append(row)
            at = text.find(word, ends[row])
        mask = np.zeros(len(self._rows), np.bool_)
        mask[having] = True
        return mask

    @cached_property
    def _text(self) -> tuple[str, list[int]]:
        """What is searched, each row after the other, and where each ends; no word has a line break in it."""
        texts = ["\n".join((row.title, row.outlet, row.id, row.source, "")).lower() for row in self._rows]
        return "".join(texts), list(accumulate(map(len, texts)))

    @cached_property
    def _days(self) -> Places:
        """Each row's day as an ordinal."""
        days = (
            moment_of(row.published).astimezone(UTC).toordinal() if row.published else UNDATED for row in self._rows
        )
        return np.fromiter(days, np.intp, len(self._rows))

    @cached_property
    def n_copies(self) -> Mapping[str, int]:
        """How many near-copies each id that has any has."""
        return self._count_copies()

    @cached_property
    def _origin_keys(self) -> NDArray[np.str_]:
        found = [find_origin(row.source, self._roots) for row in self._rows]
        keys = {origin: key_of(*origin) for origin in set(found)}
        return np.array([keys[origin] for origin in found], "<U12")

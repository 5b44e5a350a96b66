"""The library's table in memory, as of one state: filtered, sorted, paged and counted in milliseconds at any size.

The texts stay in the database. Not here: when it is made anew (corpus/reading.py).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from functools import cached_property, lru_cache
from hashlib import sha256
from itertools import accumulate
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from corpus.errors import LibraryError
from corpus.types import ArticleRow, moment_of

Places = NDArray[np.intp]
Mask = NDArray[np.bool_]

UNDATED = 0
"""Stands for no day: ordinals begin at 1."""
MOST_BARS = 60
"""More steps of time than this are counted in longer ones."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles: with every word of `query` in title, outlet, id or source, from a day to a day, and so on.

    `origin` is the key of one of the catalogue's origins; `copies` asks for articles that have near-copies. Articles
    without a date are in no span of days.
    """

    query: str = ""
    outlet: str = ""
    origin: str = ""
    first: date | None = None
    last: date | None = None
    copies: bool = False


@dataclass(frozen=True, slots=True)
class Origin:
    """Where articles came from: a site, a folder, or a way to hand them over. `key` names it without telling `name`."""

    key: str
    kind: str
    name: str
    n_articles: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """How many articles in each step of time, empty ones too; `unit` is day, month, year or decade."""

    unit: str
    steps: tuple[tuple[date, int], ...]
    n_undated: int


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

    `copies` gives how many near-copies each id that has any has, when asked for; `roots` are folders whose parts are
    not told apart.
    """

    def __init__(
        self, rows: Iterable[ArticleRow], copies: Callable[[], Mapping[str, int]], roots: Sequence[str] = ()
    ) -> None:
        self._rows = sorted(rows, key=lambda row: row.id)
        self._count_copies = copies
        self._roots = [root.rstrip("/") + "/" for root in roots]
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
        undated = int(counts[days == UNDATED].sum())
        if not dated:
            return Timeline("day", (), undated)
        unit = next(u for u in _UNITS if u == "decade" or _distance(u, min(dated), max(dated)) < MOST_BARS)
        total: Counter[date] = Counter()
        for day, n in dated.items():
            total[_begin(unit, day)] += n
        at: date | None = _begin(unit, min(dated))
        steps = []
        while at is not None and at <= max(dated):
            steps.append((at, total[at]))
            at = _next(unit, at)
        return Timeline(unit, tuple(steps), undated)

    @cached_property
    def origins(self) -> tuple[Origin, ...]:
        """Where articles came from, most articles first."""
        keys, counts = np.unique(self._origin_keys, return_counts=True)
        kinds = {_key(*origin): origin for origin in set(self._origin_of)}
        found = [Origin(str(key), *kinds[str(key)], int(n)) for key, n in zip(keys, counts, strict=True)]
        return tuple(sorted(found, key=lambda origin: (-origin.n_articles, origin.kind, origin.name)))

    @cached_property
    def outlets(self) -> tuple[tuple[str, int], ...]:
        """Outlets and how many articles each has, most first."""
        counts = Counter(row.outlet for row in self._rows if row.outlet)
        return tuple(sorted(counts.items(), key=lambda one: (-one[1], one[0].lower())))

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
    def _origin_of(self) -> list[tuple[str, str]]:
        return [find_origin(row.source, self._roots) for row in self._rows]

    @cached_property
    def _origin_keys(self) -> NDArray[np.str_]:
        keys = {origin: _key(*origin) for origin in set(self._origin_of)}
        return np.array([keys[origin] for origin in self._origin_of], "<U12")


def find_origin(source: str, roots: Sequence[str] = ()) -> tuple[str, str]:
    """The kind and name of where a source is: `("site", "news.example")`, `("folder", "/news")`, `("upload", "")`."""
    if source.startswith(("http://", "https://")):
        return "site", _host("/".join(source.split("/", 3)[:3]))
    for kind in ("upload", "pasted", "stdin"):
        if source.startswith(kind):
            return kind, ""
    path = source.partition("#")[0]
    root = next((root for root in roots if path.startswith(root)), path.rpartition("/")[0] + "/" if "/" in path else "")
    return ("folder", root.rstrip("/") or "/") if root else ("other", "")


@lru_cache(maxsize=4096)
def _host(site: str) -> str:
    try:
        return (urlsplit(site).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _key(kind: str, name: str) -> str:
    return sha256(f"{kind}\0{name}".encode("utf-8", "surrogatepass")).hexdigest()[:12]


_UNITS = ("day", "month", "year", "decade")


def _begin(unit: str, day: date) -> date:
    if unit == "day":
        return day
    year = day.year - day.year % 10 if unit == "decade" else day.year
    return date(max(year, 1), day.month if unit == "month" else 1, 1)


def _next(unit: str, day: date) -> date | None:
    """The step after this one; None at the end of the calendar."""
    try:
        return _begin(unit, day + timedelta({"day": 1, "month": 31, "year": 366, "decade": 3660}[unit]))
    except OverflowError:
        return None


def _distance(unit: str, first: date, last: date) -> int:
    days = (last - first).days
    return days // {"day": 1, "month": 28, "year": 365, "decade": 3650}[unit]

"""Articles over time: a count for each day, as steps that are few enough to draw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

MOST_BARS = 60
"""More steps of time than this are counted in longer ones."""
_UNITS = ("day", "month", "year", "decade")


@dataclass(frozen=True, slots=True)
class Timeline:
    """How many articles in each step of time, empty ones too; `unit` is day, month, year or decade."""

    unit: str
    steps: tuple[tuple[date, int], ...]
    n_undated: int


def spread(days: Mapping[date, int], n_undated: int) -> Timeline:
    """Counts by day as a timeline, in the shortest unit that has at most about MOST_BARS steps."""
    if not days:
        return Timeline("day", (), n_undated)
    unit = next(u for u in _UNITS if u == "decade" or _distance(u, min(days), max(days)) < MOST_BARS)
    total: Counter[date] = Counter()
    for day, n in days.items():
        total[_begin(unit, day)] += n
    at: date | None = _begin(unit, min(days))
    steps = []
    while at is not None and at <= max(days):
        steps.append((at, total[at]))
        at = _next(unit, at)
    return Timeline(unit, tuple(steps), n_undated)


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

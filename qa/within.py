"""A question's days against the library: what lies in them, what is searched, and how an answer tells of it.

Days in which the library has nothing never make it look empty: a weekday or a month is then the last one that it has
articles of, and other days are given up, in words. Not here: reading them from the question (qa/read_time.py).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from corpus.types import PublishedDays
from qa.retrieve import Retrieval, Retriever
from qa.time_reading import TimeReading
from qa.types import Searched
from qa.when import When, say_days, say_event, say_reading

FARTHEST = 60 * 366
"""Days that a weekday or a month is moved at most."""


class Within(Retriever):
    """A retriever that searches as a question was read as to time."""

    def __init__(self, inner: Retriever, time: TimeReading) -> None:
        self._inner, self._time = inner, time

    def retrieve(self, question: str, **options: Any) -> Retrieval:
        """As the retriever within does, in the days that were read."""
        return self._inner.retrieve(question, **{"time": self._time, **options})

    def is_unread(self, found: Retrieval) -> bool:
        """As the retriever within does."""
        return self._inner.is_unread(found)

    def read(self, retrieval: Retrieval, *, every: bool = False) -> Retrieval:
        """As the retriever within does."""
        return self._inner.read(retrieval, every=every)


def fit_reading(reading: TimeReading, days: PublishedDays) -> TimeReading | None:
    """The reading as far as it means something for articles of these days; None where nothing of it is left."""
    if not reading.dated:
        return reading if reading.order else None
    fitted = _fit(reading, days)
    if fitted is None and reading.order:
        return TimeReading(words=reading.words, order=reading.order)
    return fitted


def _fit(reading: TimeReading, days: PublishedDays) -> TimeReading | None:
    if not days.days:
        return None
    if not _inside(reading, days):
        # A weekday on which something happened may be any of the library's; one of publication is its last one.
        moved = _move(reading, days) if reading.moves == "year" or (reading.moves and reading.only) else None
        if moved:
            return moved
        if not reading.only:
            return None
        if reading.sure and reading.first is None:
            return reading  # of a day before all articles nothing is known
        return give_up(reading, f"No article of {_of_days(reading)} is here, so all days were searched.")
    is_all = len(_inside(reading, days)) == len(days.days)
    return None if is_all and not (reading.only and reading.sure) else reading


def give_up(reading: TimeReading, why: str) -> TimeReading:
    """The reading with all days searched in spite of it."""
    return replace(reading, widened=why)


def nothing_answers(reading: TimeReading) -> str:
    """Why all days were searched after nothing in the reading's own did answer."""
    return f"No article of {_of_days(reading)} answers this, so all days were searched."


def describe_time(time: TimeReading | None, days: PublishedDays) -> When | None:
    """The reading as an answer carries it, with how many articles lie outside."""
    if time is None:
        return None
    return When(
        words=time.words,
        read_as=say_event(time.words, time.day, time.source)
        if time.day
        else say_reading(time.first, time.last, time.order, only=time.only),
        first=time.first.isoformat() if time.first else None,
        last=time.last.isoformat() if time.last else None,
        order=time.order,
        only=time.narrows,
        older=days.n_before(time.first) if time.narrows else 0,
        newer=days.n_after(time.last) if time.narrows else 0,
        undated=0 if time.admits(None) else days.n_undated,
        widened=time.widened,
        event=time.source,
    )


def describe_searched(time: TimeReading | None, days: PublishedDays) -> Searched:
    """How many articles were searched, and from when to when."""
    searched = days.days
    if time and time.narrows:
        searched = days.between(time.first, time.last)
    n = len(searched) + (days.n_undated if time is None or time.admits(None) else 0)
    return Searched(n, *((searched[0].isoformat(), searched[-1].isoformat()) if searched else (None, None)))


def _inside(reading: TimeReading, days: PublishedDays) -> tuple[date, ...]:
    margin = timedelta(days=0 if reading.only else reading.margin)
    return days.between(reading.first, reading.last + margin if reading.last else None)


def _move(reading: TimeReading, days: PublishedDays) -> TimeReading | None:
    """The same days of the last week or year in which there are articles."""
    for n in range(1, FARTHEST // (7 if reading.moves == "week" else 366)):
        moved = replace(
            reading,
            first=_before(reading.first, n, reading.moves),
            last=_before(reading.last, n, reading.moves),
        )
        if _inside(moved, days):
            return moved
        if moved.last and moved.last < days.days[0]:
            return None
    return None


def _before(day: date | None, n: int, unit: str) -> date | None:
    if day is None or unit == "week":
        return day and day - timedelta(weeks=n)
    year = day.year - n
    if day.month == 2 and day.day >= 28 and (day + timedelta(days=1)).month == 3:
        return date(year, 3, 1) - timedelta(days=1)
    return day.replace(year=year)


def _of_days(reading: TimeReading) -> str:
    words = say_days(reading.first, reading.last)
    return words if words[:1].isdigit() else f"the days {words}"

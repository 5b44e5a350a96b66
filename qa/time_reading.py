"""The days and the order that a question asks for, and what a date means for what is searched: left out, or preferred.

Not here: which words of a question are a date (qa/read_time.py), and what they mean (qa/spans.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from corpus.types import day_of
from qa.periods import Span
from qa.when import Order

MONTH = 31
WHOLE_YEAR = 300
"""Days from which on a stretch is as long as a year: "since 2019" is about what has been so, not about reports."""


@dataclass(frozen=True, slots=True)
class TimeReading:
    """The days, inclusive, None is open, and the order. `words` are the question's own.

    With `only`, articles of other days are left out; else those from `first` until `margin` days after `last` are
    preferred. `sure`: not even where nothing in these days answers are others searched. `moves`: days that may also be
    the same ones of an earlier week or year, where the library has nothing in these. `event`: what the question calls
    the event whose `day` it begins with, or `ends` before; `source` is the title of the article that has it.
    `widened` says why all days are searched in spite of the words.
    """

    words: str = ""
    first: date | None = None
    last: date | None = None
    order: Order = ""
    only: bool = False
    sure: bool = False
    moves: Literal["", "week", "year"] = ""
    margin: int = 0
    event: str = ""
    ends: bool = False
    day: date | None = None
    source: str = ""
    widened: str = ""

    @property
    def dated(self) -> bool:
        """Whether it names days at all."""
        return self.first is not None or self.last is not None

    @property
    def narrows(self) -> bool:
        """Whether articles are left out."""
        return self.only and self.dated and not self.widened

    def admits(self, published: date | datetime | None) -> bool:
        """Whether an article is searched. An undated one is not where it may be older than what is asked for."""
        if not self.narrows:
            return True
        day = day_of(published)
        if day is None:
            return self.first is None
        return (self.first is None or day >= self.first) and (self.last is None or day <= self.last)

    def prefers(self, published: date | datetime | None) -> bool:
        """Whether an article is of the days that are preferred; all are where none are."""
        day = day_of(published)
        if self.only or not self.dated or day is None:
            return True
        last = self.last + timedelta(days=self.margin) if self.last else None
        return (self.first is None or day >= self.first) and (last is None or day <= last)

    def strip(self, question: str) -> str:
        """The question without the words that articles of these days need not have."""
        if not self.only or not self.words or self.event or self.words not in question:
            return question
        before, after = question.split(self.words, 1)
        left = f"{before.rstrip(' ,')} {after.lstrip(' ,')}" if before.strip() else after.lstrip(" ,")
        return re.sub(r"\s+(?=[?.!]|$)", "", " ".join(left.split())) or question


@dataclass(frozen=True, slots=True)
class Said:
    """What a question says around a date: how it hangs on it ("since"), and what else is asked for.

    `published`: what was reported; `news`: what is new; `believed`: what was known then; `to_come`: what is yet to be.
    `alone`: nothing but what happened. `close`: days whose news are told in these same days ("last week"); `fact`:
    words that are a date only beside some of these. `edge` is `start` or `end` where these are the words of the date.
    """

    how: str = ""
    published: bool = False
    news: bool = False
    believed: bool = False
    to_come: bool = False
    alone: bool = False
    close: bool = False
    fact: bool = False
    is_year: bool = False
    vague: int = 0
    edge: str = ""


def ask_of(days: Span, said: Said, today: date) -> TimeReading | None:
    """What a question asks of days beside which it says this; None where they leave nothing out and nothing behind."""
    to_come = said.to_come and not said.published
    reading: TimeReading | None
    if said.how in ("as of", "since", "after", "before", "until", "till", "by", "up to"):
        reading = _open_ended(days, said)
    elif to_come or days[0] > today or (said.how == "for" and not said.published):
        return None
    elif said.published or (said.how == "between" and said.news):
        reading = TimeReading(first=days[0], last=days[1], only=True, sure=True)
    elif said.believed:
        reading = TimeReading(last=days[1], order="newest", only=True, sure=True)
    elif said.close or said.alone:
        reading = _near(days, today)
    elif said.fact:
        return None
    else:
        reading = _happened(days, said.vague)
    return None if reading is None or (reading.first and reading.first > today) else reading


def _open_ended(days: Span, said: Said) -> TimeReading | None:
    first, last = days
    tells = said.published or said.news
    if said.how == "as of":
        return TimeReading(last=last, order="newest", only=True, sure=True)
    if said.how in ("since", "after"):
        start = first if said.how == "since" or said.edge == "start" else last + timedelta(days=1)
        return TimeReading(first=start, only=True, sure=tells) if tells or not said.is_year else None
    if said.how == "before":
        end = last if said.edge == "end" else first - timedelta(days=1)
        sure = tells or said.believed
        told_later = said.is_year or (last - first).days > MONTH  # what was so before a summer
        return TimeReading(last=end, only=True, sure=sure) if sure or not told_later else None
    # "Who led it until 2019?" and "must be done by May" are about what happened, or is to.
    if tells or said.believed:
        return TimeReading(last=last, order="newest" if said.believed else "", only=True, sure=True)
    return None


def _near(days: Span, today: date) -> TimeReading:
    """What happened on a day is news on that day and on the next."""
    first, last = days
    last = last + timedelta(days=1) if first == last else last
    return TimeReading(first=first, last=min(last, max(today, first)), only=True, sure=True)


def _happened(days: Span, vague: int = 0) -> TimeReading:
    """What happened then is told in articles of the days after, too; "two months ago" is not said to the day."""
    first, last = (days[0] - timedelta(days=vague), days[1] + timedelta(days=vague))
    return TimeReading(first=first, last=last, margin=MONTH if (last - first).days > MONTH else 10)

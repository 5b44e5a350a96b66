"""How a question was read as to time, as an answer carries it: the days, the order, and what lies outside."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

Order = Literal["", "newest", "oldest"]
_ENDS_IN_VERB = re.compile(r"(?:ed|began|broke out|came out|sank|fell|left|won|lost|met|quit|\d)$")
_ORDERS = ("", "newest", "oldest")
_ORDER_WORDS = {"": "", "newest": "newest first", "oldest": "oldest first"}


@dataclass(frozen=True, slots=True)
class When:
    """The days and the order that a question asks for; `first` and `last` are ISO days, inclusive, None is open.

    `words` are the question's own, `read_as` says what was made of them. With `only`, articles of other days were not
    searched: `older`, `newer` and `undated` of them. Without it, those of these days come first. `widened` says why
    all were searched although the question names days, else it is empty. `event` is the title of the article whose day
    is meant, where the question names an event.
    """

    words: str
    read_as: str
    first: str | None = None
    last: str | None = None
    order: Order = ""
    only: bool = False
    older: int = 0
    newer: int = 0
    undated: int = 0
    widened: str = ""
    event: str = ""

    @property
    def outside(self) -> str:
        """`3 older articles and 1 undated not searched`; empty where all were."""
        counts = [(self.older, "older"), (self.newer, "newer"), (self.undated, "undated")]
        told = [(n, name) for n, name in counts if n]
        if not told:
            return ""
        n, name = told[0]
        parts = [f"{n:,} {name} article{'' if n == 1 else 's'}", *(f"{n:,} {name}" for n, name in told[1:])]
        return f"{', '.join(parts[:-1])}{' and ' if len(parts) > 1 else ''}{parts[-1]} not searched"

    @property
    def sentence(self) -> str:
        """All of it in words, such as `“last week” read as: 2 to 8 Nov 2026. 3 older articles not searched`."""
        after = self.widened or (f"{self.outside}." if self.outside else "")
        return f"“{self.words}” read as: {self.read_as}. {after}".strip()

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> When:
        """Read what `asdict` wrote; the values may come from anywhere. Raises ValueError or TypeError."""
        when = cls(**data)
        texts = (when.words, when.read_as, when.order, when.widened, when.event)
        counts = (when.older, when.newer, when.undated)
        for day in (when.first, when.last):
            if day is not None:
                date.fromisoformat(day)
        if not all(isinstance(t, str) for t in texts) or when.order not in _ORDERS or type(when.only) is not bool:
            raise TypeError("a reading of time has a value of another kind")
        if any(type(n) is not int or n < 0 for n in counts):
            raise TypeError("a reading of time counts in whole numbers")
        return when


def say_days(first: date | None, last: date | None) -> str:
    """The days in short: `1 to 7 Nov 2026`, `since 9 Nov 2026`, `up to 2 May 2026`; empty without any."""
    if first is None or last is None:
        return f"since {_short(first)}" if first else f"up to {_short(last)}" if last else ""
    if first == last:
        return _short(first)
    if first.year != last.year:
        return f"{_short(first)} to {_short(last)}"
    return f"{first.day}{'' if first.month == last.month else f' {first:%b}'} to {_short(last)}"


def say_reading(first: date | None, last: date | None, order: Order, *, only: bool) -> str:
    """What was made of a question's words: `1 to 7 Nov 2026, newest first`."""
    days = say_days(first, last)
    if days and not only:
        days = f"about {days}"  # as "about 3 May 2026": articles of other days are searched too
    return ", ".join(part for part in (days, _ORDER_WORDS[order]) if part)


def say_event(words: str, day: date, source: str) -> str:
    """What was made of an event's words: `since the election of 3 Nov 2026, from “…”`."""
    said = f"({_short(day)})" if _ENDS_IN_VERB.search(words) else f"of {_short(day)}"
    return f"{words[:1].lower()}{words[1:]} {said}, from “{source}”"


def _short(day: date) -> str:
    return f"{day.day} {day:%b} {day.year}"

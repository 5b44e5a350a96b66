"""Dates of a sentence as the days they mean, counted from the day on which its article was published. Pure; English."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]

_MONTH = "|".join([*MONTHS, "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sept?", "oct", "nov", "dec"])

DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

DATE = re.compile(
    rf"\b(?P<iso>\d{{4}}-\d\d-\d\d)\b"
    rf"|\b(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<m1>{_MONTH})\b\.?(?:,? (?P<y1>\d{{4}})\b)?"
    rf"|\b(?P<m2>{_MONTH})\b\.? (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?!,?\d)(?:,? (?P<y2>\d{{4}})\b)?"
    rf"|\b(?P<m3>{_MONTH})\b\.?,? (?:of )?(?P<y3>\d{{4}})\b"
    rf"|\b(?P<decade>(?:1[5-9]|20)\d0)[’']?s\b"
    rf"|\b(?P<y4>(?:1[5-9]|20)\d\d)(?![\d,.]\d|\s?%|\w)"
    rf"|\b(?:in|last|next|this|since|until|by|from|of|late|early|mid)[ -](?P<m5>{_MONTH})\b(?!\.?,? \d)"
    rf"|\b(?P<weekday>{'|'.join(DAYS)})\b|\b(?P<near>yesterday|today|tomorrow|tonight)\b"
    rf"|\b(?P<which>last|this|next) (?P<span>week|month|year)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Moment:
    """The days that a date can mean, from and to inclusive; `text` as it stands.

    Without any it means no day (31 November), or one that nobody knows (Friday, in an article without a date).
    """

    spans: tuple[tuple[date, date], ...]
    text: str
    kind: Literal["day", "month", "year", "weekday", "partial", "span"] = "day"
    month_day: tuple[int, int] | None = None

    def fits(self, other: Moment) -> bool:
        """Whether a source that gives `other` gives this one: as the same days, or as some of these."""
        if self.month_day and other.month_day and "partial" in (self.kind, other.kind):
            return self.month_day == other.month_day
        if not self.spans and self.text.lower() == other.text.lower():
            return True
        # A year is borne out only by the likeliest reading of what stands in the source, which comes first.
        theirs = other.spans[:1] if self.kind == "year" else other.spans
        return any(a <= c and d <= b for a, b in self.spans for c, d in theirs)


def moments_of(text: str, told: date | None) -> list[Moment]:
    """The dates of a text; `told` is the day on which it was published, from which "on Friday" counts."""
    return [moment for moment, _ in find_moments(text, told)]


def find_moments(text: str, told: date | None) -> list[tuple[Moment, int]]:
    """As `moments_of`, each with where it begins."""
    return [(moment, match.start()) for match in DATE.finditer(text) if (moment := _moment(match, told))]


def is_date(text: str) -> bool:
    """Whether a text is one date, and nothing else but signs."""
    return bool(DATE.search(text)) and not re.search(r"\w", DATE.sub("", text, count=1))


def _moment(match: re.Match[str], told: date | None) -> Moment | None:
    text = match.group()
    try:
        if match["iso"]:
            day = date.fromisoformat(match["iso"])
            return Moment(((day, day),), text, month_day=(day.month, day.day))
        month_name = match["m1"] or match["m2"] or match["m3"] or match["m5"]
        month = 1 + next(i for i, m in enumerate(MONTHS) if m.startswith(month_name[:3].lower())) if month_name else 0
        year = match["y1"] or match["y2"] or match["y3"] or match["y4"]
        number = match["d1"] or match["d2"]
        if month and number:
            years = [int(year)] if year else [told.year, told.year - 1, told.year + 1] if told else [2000]
            days = [date(y, month, int(number)) for y in years if not (month == 2 and int(number) == 29 and y % 4)]
            kind: Literal["day", "partial"] = "day" if year else "partial"
            return Moment(tuple((d, d) for d in days), text, kind, (month, int(number)))
        if month:
            years = [int(year)] if year else [told.year, told.year - 1, told.year + 1] if told else []
            spans = tuple((date(y, month, 1), date(y, month, monthrange(y, month)[1])) for y in years)
            return Moment(spans, text, "month") if spans else None
        if match["decade"]:
            first = int(match["decade"])
            return Moment(((date(first, 1, 1), date(first + 9, 12, 31)),), text, "year")
        if year:
            return Moment(((date(int(year), 1, 1), date(int(year), 12, 31)),), text, "year")
    except (ValueError, StopIteration):
        return Moment((), text)
    if told is None:
        return Moment((), text, "weekday") if match["weekday"] else None
    return Moment(tuple(_relative(match, told)), text, "span" if match["span"] else "weekday")


def _relative(match: re.Match[str], told: date) -> Iterator[tuple[date, date]]:
    if weekday := match["weekday"]:
        back = (told.weekday() - DAYS.index(weekday.lower())) % 7
        for days in (-back, 7 - back, -back - 7):
            day = told + timedelta(days=days)
            yield day, day
    elif near := match["near"]:
        day = told + timedelta(days={"yesterday": -1, "tomorrow": 1}.get(near.lower(), 0))
        yield day, day
    elif match["span"]:
        step = {"last": -1, "this": 0, "next": 1}[match["which"].lower()]
        span = match["span"].lower()
        if span == "year":
            yield date(told.year + step, 1, 1), date(told.year + step, 12, 31)
        elif span == "month":
            year, month = divmod(told.year * 12 + told.month - 1 + step, 12)
            yield date(year, month + 1, 1), date(year, month + 1, monthrange(year, month + 1)[1])
        else:
            monday = told - timedelta(days=told.weekday()) + timedelta(weeks=step)
            yield monday, monday + timedelta(days=6)

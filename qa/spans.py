"""A date in words, said on a day -> the days that it means. What it means is read by dateparser; English by default.

Not here: which words of a question are a date, and what the question asks of it (qa/read_time.py).
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from qa.periods import Span, period_of

DAY = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?"
FEW = r"(?:\d{1,3}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|few|several|couple of)"
UNIT = r"(?:days?|weeks?|months?|years?|hours?|fortnights?)"
_FEW = {
    "few": 3,
    "several": 5,
    "couple of": 2,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
}
_FEW |= {"nine": 9, "ten": 10, "eleven": 11, "twelve": 12}
_DAYTIME = r"this (?:morning|afternoon|evening)|today|tonight"


def span_of(text: str, today: date, language: str = "en") -> Span | None:
    """The days that a date means when it is said on `today`; weeks begin on Monday. None where it means none.

    A month alone is the one that was last, today's included; a weekday is the last one before today.
    """
    return period_of(text, today, lambda inner: _plain(inner, today, language)) or _plain(text, today, language)


def _plain(text: str, today: date, language: str) -> Span | None:
    low = re.sub(r"\s+", " ", text.lower()).strip(" ,.")
    low = re.sub(r"^(?:in|over|within|during|on) ", "", low)
    if run := re.fullmatch(rf"(?:the |these )?(?:last ({FEW})|past(?: ({FEW}))?) ({UNIT})", low):
        return _back(run[1] or run[2], run[3], today, language)
    if ago := re.fullmatch(rf"(?:an? )?({FEW} )?({UNIT}) ago", low):
        start = _back((ago[1] or "").strip(), ago[2], today, language)
        return (start[0], start[0]) if start else None
    named = re.sub(r"^(?:last|past|this|the) (?=\w+day\b)", "", low).replace("the day before", "day before")
    named = {"last night": "yesterday"}.get(named, re.sub(rf"^(?:{_DAYTIME})$", "today", named))
    named = re.sub(r"^the last (?=week|month|year)", "last ", named).replace(" of ", " ")
    named = re.sub(r"^(?:last|this) (?=[a-z]{3,9}$)(?!week|month|year)", "", named)
    return _widen(re.sub(r"\bsept\b", "sep", named), today, language)


def between(a: str, b: str, today: date, language: str = "en") -> Span | None:
    """The days from `a` to `b`, where the month or year that `a` lacks is that of `b`; None where they mean none."""
    last = span_of("today" if b.lower() == "now" else b, today, language)
    if re.search(r"[a-z]day$", a) and last and last[0] == last[1]:  # the last such day until then
        first = span_of(a, last[0], language)
        return (first[0], last[1]) if first else None
    if re.fullmatch(DAY, a):  # "between 3 and 10 March" has the month once
        a = re.sub(rf"{DAY}(?= [A-Za-z])|(?<=[A-Za-z] ){DAY}", re.sub(r"\D", "", a), b, count=1)
    elif last and not re.search(r"\d{4}", a) and re.search(r"[A-Za-z]", a):
        years = (last[0].year, last[0].year - 1)  # from December to February
        ever = (span_of(f"{a} {year}", today, language) for year in years)
        return next(((one[0], last[1]) for one in ever if one and one[0] <= last[1]), None)
    first = span_of(a, today, language)
    return (first[0], last[1]) if first and last and first[0] <= last[1] else None


def _back(few: str | None, unit: str, today: date, language: str) -> Span | None:
    n = _FEW.get(few or "") or int(few or 1)
    if unit.startswith("fortnight"):
        n, unit = 2 * n, "weeks"
    parsed = _parse(f"{n} {unit} ago", today, language, counted=True)
    return (parsed[0].date(), today) if parsed else None


def _widen(text: str, today: date, language: str) -> Span | None:
    """A day, week, month or year as the days that it has."""
    parsed = _parse(text, today, language)
    if parsed is None:
        return None
    day, period = parsed[0].date(), parsed[1]
    if period == "year":
        return date(day.year, 1, 1), date(day.year, 12, 31)
    if period == "month":
        return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
    if period == "week":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    return day, day


def _parse(text: str, today: date, language: str, *, counted: bool = False) -> tuple[datetime, str] | None:
    data = _parser(today, language, "current" if counted else "first").get_date_data(text)
    return (data.date_obj, data.period) if data.date_obj else None


@lru_cache(maxsize=8)
def _parser(today: date, language: str, day_of_month: str) -> Any:
    # Imported late: most questions have no date, and it takes a third of a second.
    from dateparser.date import DateDataParser  # type: ignore[import-untyped]

    settings = {
        "RELATIVE_BASE": datetime(today.year, today.month, today.day, 12),
        "PREFER_DATES_FROM": "past",
        "PREFER_DAY_OF_MONTH": day_of_month,
        "PREFER_MONTH_OF_YEAR": day_of_month,
        "DATE_ORDER": "DMY",
    }
    return DateDataParser(languages=[language], settings=settings)

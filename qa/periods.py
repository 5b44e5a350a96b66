"""Stretches of time that dateparser does not know ("Q3", "last summer", "the end of last year") -> their days.

English. Seasons are those of meteorologists in the north: whole months, spring from 1 March on; a winter has the year
in which it begins. "Early", "mid" and "late" are thirds of a month or a year, start and end of a year a quarter.
A season, a quarter or a week without a year is the last one that has begun. Not here: days, weeks, months and years
(qa/spans.py), which words of a question are meant (qa/read_time.py).
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

Span = tuple[date, date]
"""From and to, both inclusive."""
Inner = Callable[[str], Span | None]
"""Reads a day, week, month or year."""

_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": 4}
_TENS = {"twenties": 20, "thirties": 30, "forties": 40, "fifties": 50, "sixties": 60, "seventies": 70, "eighties": 80}
_TENS |= {"nineties": 90}
_RECENT = {"days": 7, "weeks": 42, "months": 183}
"""How many days back "in recent weeks" goes: a convention, not a measurement."""

_YEAR = r"(?:1[6-9]|20)\d\d(?!\d)"
_OF_YEAR = rf"(?:{_YEAR}|(?:last|this) year)"
_SEASON = r"(?:spring|summer|autumn|winter)"
_NTH = r"(?:first|second|third|fourth|1st|2nd|3rd|4th)"
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|january|february|april|june|july|september|october|november|december"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?"
)
_PART = r"(?:(?:(?i:early|mid|late)(?: in)?[ -])|(?i:the )?(?i:very )?(?i:start|beginning|middle|end) of )"
_QUARTER = (
    rf"(?i:Q[1-4](?:[ -/]| of )?{_YEAR}|{_YEAR}[ -/]?Q[1-4]|(?:the )?{_NTH} quarter of {_OF_YEAR})"
    rf"|(?i:(?:last|this|past|previous|current) quarter\b)(?! of\b)"
    rf"|Q[1-4]\b(?=\W*$|[ ’'](?:s\b|results?|earnings|sales|revenues?|profits?|loss\w*|figures|numbers|report))"
)
_HALF = rf"(?i:H[12](?:[ -/]| of )?{_YEAR}|{_YEAR}[ -/]?H[12]|(?:the )?(?:first|second) half of (?:{_OF_YEAR}\b)?)"
_HALF += rf"(?:(?<=of ){_MONTH}(?: {_YEAR})?)?"
_DECADE = (
    r"(?i:the )?(?:1[6-9]|20)\d0['’]?s\b"
    rf"|(?i:the )(?:['’]?[2-9]0['’]?s\b|(?i:{'|'.join(_TENS)})\b)"
)
PERIOD = (
    rf"{_QUARTER}|{_HALF}"
    rf"|{_PART}?(?:{_DECADE})"
    rf"|{_PART}(?:(?i:(?:last|this) (?:year|month|week))\b|the (?:year|month|week)\b(?! of| before)"
    rf"|{_MONTH}(?:,?(?: of)? {_OF_YEAR})?|{_YEAR}|(?i:{_SEASON}(?:,?(?: of)? {_OF_YEAR})?)\b)"
    rf"|(?i:(?:last|this|past|previous) {_SEASON})\b(?! of\b)|(?i:(?:last|this) fall)\b(?! (?:in|of)\b)"
    rf"|(?i:(?:{_SEASON}|fall),?(?: of)? {_OF_YEAR})\b"
    rf"|(?i:(?:month|year) before last)\b"
    rf"|(?i:(?:calendar )?week (?:5[0-3]|[1-4]\d|0?[1-9])(?:,?(?: of)? {_YEAR})?)\b(?!,\d)"
)
"""Words that are a stretch of time by themselves."""
CLOSE = (
    r"(?i:(?:last|this|past) (?:weekend|fortnight)|fortnight|week(?:end)? before last"
    r"|earlier this (?:week|month)|recent (?:days|weeks|months))\b(?! of\b)"
)
"""Those whose news are told in these same days."""
AFTER_IN = (
    rf"(?i:(?:the )?{_SEASON})(?=\s*(?:[?.,;]|$"
    r"| (?:and|about|did|was|were|has|have|had|the|by|to|with|after|before)\b))"
    rf"|(?i:the {_NTH} quarter)\b(?! of\b)|Q[1-4]\b|(?i:the weekend)\b(?! of\b)"
)
"""Those that are one only after "in", "since" and the like."""


def period_of(text: str, today: date, inner: Inner) -> Span | None:
    """The days that a stretch of time has when it is said on `today`; `inner` reads days, months and years."""
    low = re.sub(r"\s+", " ", text.lower().replace("’", "'")).strip(" ,.")
    low = re.sub(r"\bmid-|\bearly-|\blate-", lambda m: m.group()[:-1] + " ", low)
    low = re.sub(r"^(early|mid|late) in ", r"\1 ", low)
    for read in (_quarter, _half, _decade, _season, _near):
        if span := read(low, today, inner):
            return span
    match = re.fullmatch(
        r"(early|mid|late|(?:the )?(?:very )?(?:start|beginning|middle|end) of) (?:the (?=last|this))?(.+)", low
    )
    if match is None:
        return None
    whole = match[2] if not re.fullmatch(r"the (?:year|month|week)", match[2]) else f"this {match[2][4:]}"
    span = period_of(whole, today, inner) or inner(whole)
    return _part(match[1].split()[-2] if match[1].endswith(" of") else match[1], span) if span else None


def half_of(which: int, span: Span) -> Span:
    """The first or second half of a month or year."""
    first, last = span
    if (last - first).days > 31:
        middle = date(first.year, 7, 1) if first.month == 1 else first + (last - first) // 2
    else:
        middle = first + timedelta(days=15 if (last - first).days > 7 else 4)
    return (first, middle - timedelta(days=1)) if which == 1 else (middle, last)


def _part(which: str, span: Span) -> Span:
    """The first, middle or last third; of a year, the start and the end are a quarter."""
    first, last = span
    n = (last - first).days + 1
    where = {"early": 0, "start": 0, "beginning": 0, "mid": 1, "middle": 1}.get(which, 2)
    if n > 31:  # whole months
        months = (last.year - first.year) * 12 + last.month - first.month + 1
        size = 3 if months == 12 and which in ("start", "beginning", "end") else months // 3
        return _months(first, (0, size, months - size)[where], months - 2 * size if where == 1 else size)
    third = 10 if n >= 28 else max(n // 3, 1)
    starts = (0, third, 2 * third, n)
    return first + timedelta(days=starts[where]), first + timedelta(days=starts[where + 1] - 1)


def _months(start: date, skip: int, n: int) -> Span:
    """`n` whole months, from the one that begins `skip` months after `start`."""
    first, last = start.year * 12 + start.month - 1 + skip, start.year * 12 + start.month - 2 + skip + n
    year, month = divmod(last, 12)
    return date(first // 12, first % 12 + 1, 1), date(year, month + 1, monthrange(year, month + 1)[1])


def _year(text: str | None, today: date) -> int | None:
    if not text:
        return None
    digits = re.search(r"\d{4}", text)
    return int(digits.group()) if digits else today.year - ("last" in text)


def _begun(spans: list[Span], today: date) -> Span:
    return max(span for span in spans if span[0] <= today)


def _quarter(text: str, today: date, inner: Inner) -> Span | None:
    def nth(n: int, year: int) -> Span:
        return _months(date(year, 1, 1), 3 * (n - 1), 3)

    if re.fullmatch(r"(?:the )?(?:last|this|past|previous|current) quarter", text):
        now = nth((today.month + 2) // 3, today.year)
        return now if re.search("this|current", text) else _months(now[0], -3, 3)
    match = re.fullmatch(rf"q(\d)(?:\W?| of )({_YEAR})?|(?:the )?({_NTH}) quarter(?: of)?(?: ({_OF_YEAR}))?", text)
    match = match or re.fullmatch(rf"(?P<y>{_YEAR})\W?q(?P<q>\d)", text)
    if match is None:
        return None
    named = match.groupdict()
    n = int(match[1]) if not named and match[1] else int(named["q"]) if named else _ORDINALS[match[3]]
    year = _year(named["y"] if named else match[2] or match[4], today)
    return nth(n, year) if year else _begun([nth(n, today.year - 1), nth(n, today.year)], today)


def _half(text: str, today: date, inner: Inner) -> Span | None:
    if match := re.fullmatch(rf"h(\d)(?:\W?| of )({_YEAR})", text):
        return half_of(int(match[1]), (date(int(match[2]), 1, 1), date(int(match[2]), 12, 31)))
    if match := re.fullmatch(rf"({_YEAR})\W?h(\d)", text):
        return half_of(int(match[2]), (date(int(match[1]), 1, 1), date(int(match[1]), 12, 31)))
    if match := re.fullmatch(r"(?:the )?(first|second) half of (.+)", text):
        span = inner(match[2])
        return half_of(_ORDINALS[match[1]], span) if span else None
    return None


def _decade(text: str, today: date, inner: Inner) -> Span | None:
    match = re.fullmatch(rf"(?:the )?(?:(early|mid|late) )?(?:(\d{{4}})|'?(\d0)|({'|'.join(_TENS)}))(?:'?s)?", text)
    if match is None or not text.endswith("s"):
        return None
    year = int(match[2]) if match[2] else 1900 + (int(match[3] or 0) or _TENS[match[4]])
    if not match[2] and year + 100 <= today.year:
        year += 100
    span = date(year, 1, 1), date(year + 9, 12, 31)
    return _part(match[1], span) if match[1] else span


def _season(text: str, today: date, inner: Inner) -> Span | None:
    match = re.fullmatch(
        rf"(?:the )?(?:(last|past|previous|this) )?({'|'.join(_SEASONS)})(?:,?(?: of)? ({_OF_YEAR}))?", text
    )
    if match is None:
        return None
    month, year = _SEASONS[match[2]], _year(match[3], today)
    ever = [_months(date(y, month, 1), 0, 3) for y in range(today.year - 2, today.year + 1)]
    if year:
        named = _months(date(year, month, 1), 0, 3)
        return named if named[0] <= today or month != 12 else _months(named[0], -12, 3)
    if match[1] in ("last", "past", "previous"):
        return max(span for span in ever if span[1] < today)
    if match[1] == "this" and month != 12:
        return ever[-1]
    return _begun(ever, today)


def _near(text: str, today: date, inner: Inner) -> Span | None:
    """Weekends, fortnights, weeks with a number, and what is said of the last few days."""
    monday = today - timedelta(days=today.weekday())
    saturday = monday + timedelta(days=5)
    if match := re.fullmatch(r"(?:(?:the )?(last|this|past) |the )weekend", text):
        back = 1 if saturday > today or match[1] in ("last", "past") else 0
        return saturday - timedelta(weeks=back), saturday + timedelta(days=1) - timedelta(weeks=back)
    if re.fullmatch(r"(?:the )?(?:(?:last|past|this) )?fortnight", text):
        return today - timedelta(days=14), today
    if match := re.fullmatch(r"recent (days|weeks|months)", text):
        return today - timedelta(days=_RECENT[match[1]]), today
    if match := re.fullmatch(r"earlier this (week|month)", text):
        return (monday if match[1] == "week" else today.replace(day=1)), today
    if match := re.fullmatch(r"(?:the )?(week|month|year|weekend) before last", text):
        if match[1] == "week":
            return monday - timedelta(weeks=2), monday - timedelta(days=8)
        if match[1] == "weekend":
            return saturday - timedelta(weeks=2), saturday - timedelta(days=13)
        if match[1] == "month":
            return _months(today.replace(day=1), -2, 1)
        return date(today.year - 2, 1, 1), date(today.year - 2, 12, 31)
    if match := re.fullmatch(r"(?:the )?week(end)? of (.+)", text):
        day = inner(match[2])
        if day is None or day[0] != day[1]:
            return None
        start = day[0] - timedelta(days=day[0].weekday())
        return (start + timedelta(days=5 if match[1] else 0), start + timedelta(days=6))
    if match := re.fullmatch(rf"(?:calendar )?week (\d+)(?:,?(?: of)? ({_YEAR}))?", text):
        return _week(int(match[1]), _year(match[2], today), today)
    return None


def _week(n: int, year: int | None, today: date) -> Span | None:
    """A week by its number in the year (ISO 8601)."""
    for each in (year,) if year else (today.year, today.year - 1):
        try:
            monday = date.fromisocalendar(each, n, 1)
        except ValueError:  # not every year has 53
            continue
        if year or monday <= today:
            return monday, monday + timedelta(days=6)
    return None

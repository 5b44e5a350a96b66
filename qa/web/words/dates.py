"""Dates as the page spells them: `3 June 2026, 5 months ago`, `3. Juni 2026, vor 5 Monaten`. English: qa/dates.py."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from qa import dates as english
from qa.dates import read_day
from qa.web.words import language, say, say_n
from qa.web.words.catalogue import ENGLISH
from qa.when import say_days


def spell_day(day: date) -> str:
    """`3 June 2026`."""
    return english.spell_day(day) if language() == ENGLISH else _spell(day, "long")


def spell_month(day: date) -> str:
    """`June 2026`."""
    return f"{day:%B} {day.year}" if language() == ENGLISH else _format(day, "yMMMM")


def spell_age(day: date, today: date) -> str:
    """How long ago, in the largest unit that is not vague; empty for a day to come."""
    if language() == ENGLISH:
        return english.spell_age(day, today)
    n, unit = english.count_age(day, today)
    return {
        "": "",
        "today": say("today"),
        "yesterday": say("yesterday"),
        "day": say_n("{n} day ago", "{n} days ago", n),
        "week": say_n("{n} week ago", "{n} weeks ago", n),
        "month": say_n("{n} month ago", "{n} months ago", n),
        "year": say_n("{n} year ago", "{n} years ago", n),
    }[unit]


def spell_published(value: str | None, today: date) -> str:
    """Date and age of a publication, `3 June 2026, 5 months ago`; `undated` where it has none."""
    day = read_day(value)
    if day is None:
        return value or say("undated")
    age = spell_age(day, today)
    return f"{spell_day(day)}, {age}" if age else spell_day(day)


def spell_span(first: str | None, last: str | None) -> str:
    """From when to when, naming a year or month once; empty without dates."""
    a, b = read_day(first), read_day(last)
    if language() == ENGLISH or a is None or b is None:
        return english.spell_span(first, last)
    return _span(a, b, "MMMMd", spell_day)


def spell_days(first: date | None, last: date | None) -> str:
    """Days in short, either end open: `1 to 7 Nov 2026`, `since 9 Nov 2026`; empty without any."""
    if language() == ENGLISH:
        return say_days(first, last)
    if first is None or last is None:
        since, until = first and say("since {day}", day=_short(first)), last and say("up to {day}", day=_short(last))
        return since or until or ""
    return _span(first, last, "MMMd", _short)


def _span(a: date, b: date, skeleton: str, spell: Callable[[date], str]) -> str:
    if a == b:
        return spell(a)
    if a.year != b.year:
        return say("{first} to {last}", first=spell(a), last=spell(b))
    if a.month == b.month:
        return say("{day} to {last}", day=a.day, last=spell(b))
    return say("{first} to {last}", first=_format(a, skeleton), last=spell(b))


def _short(day: date) -> str:
    return _format(day, "yMMMd")


def _format(day: date, skeleton: str) -> str:
    # Imported late: an English page needs none of it.
    from babel.dates import format_skeleton

    return str(format_skeleton(skeleton, day, locale=language()))


def _spell(day: date, form: str) -> str:
    from babel.dates import format_date

    return str(format_date(day, form, locale=language()))

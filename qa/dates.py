"""Dates as they are spelled for readers: `3 June 2026`, `5 months ago`, `2 March to 28 July 2026`. Pure."""

from __future__ import annotations

from datetime import date


def read_day(value: str | None) -> date | None:
    """The calendar day of an ISO 8601 date or datetime, or None where there is none to be read."""
    try:
        return date.fromisoformat(value[:10]) if value else None
    except ValueError:
        return None


def spell_day(day: date) -> str:
    """`3 June 2026`."""
    return f"{day.day} {day:%B} {day.year}"


def count_age(day: date, today: date) -> tuple[int, str]:
    """How long ago, as a number and the largest unit that is not vague; the unit is empty for a day to come."""
    n_days = (today - day).days
    if n_days < 0:
        return 0, ""
    if n_days < 2:
        return n_days, ("today", "yesterday")[n_days]
    n_months = (today.year - day.year) * 12 + today.month - day.month - (today.day < day.day)
    for n, unit in ((n_months // 12, "year"), (n_months if n_months >= 2 else 0, "month")):
        if n:
            return n, unit
    return (n_days, "day") if n_days < 14 else (n_days // 7, "week")


def spell_age(day: date, today: date) -> str:
    """How long ago, in words; empty for a day to come."""
    n, unit = count_age(day, today)
    return unit if unit in ("", "today", "yesterday") else f"{n} {unit}{'s' if n > 1 else ''} ago"


def spell_published(value: str | None, today: date) -> str:
    """Date and age of a publication, `3 June 2026, 5 months ago`; `undated` where it has none."""
    day = read_day(value)
    if day is None:
        return value or "undated"
    age = spell_age(day, today)
    return f"{spell_day(day)}, {age}" if age else spell_day(day)


def spell_span(first: str | None, last: str | None) -> str:
    """From when to when, naming a year or month once: `2 March to 28 July 2026`; empty without dates."""
    a, b = read_day(first), read_day(last)
    if a is None or b is None:
        return ""
    if a == b:
        return spell_day(a)
    if a.year != b.year:
        return f"{spell_day(a)} to {spell_day(b)}"
    return f"{a.day}{'' if a.month == b.month else f' {a:%B}'} to {spell_day(b)}"

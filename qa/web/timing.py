"""How a question was read as to time: the chip on the page, and what the page says of the asker's clock. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from html import escape
from zoneinfo import ZoneInfo

from qa.dates import read_day
from qa.relative import explain_dates
from qa.types import NOW, Answer, Clock
from qa.web.words import language, retell, say, say_n
from qa.web.words.catalogue import ENGLISH
from qa.web.words.dates import spell_days
from qa.when import When

LONGEST_ZONE = 64


def render_when(answer: Answer) -> str:
    """The reading as a chip with a button that asks again without it, and what it left out; empty without one."""
    when = answer.when
    if when is None:
        return ""
    status = retell(when.widened) or say_outside(when)
    told = f' <span class="status">{escape(status)}</span>' if status else ""
    anytime = escape(say("Ask again for any time"))
    remove = (
        f'<button type="button" class="anytime" data-ask="{escape(answer.question)}" '
        f'aria-label="{anytime}" title="{anytime}">×</button>'
    )
    words = say("“{words}” is read so", words=when.words) if when.words else ""
    return (
        f'<p class="when"><span class="chip" title="{escape(words)}">{escape(say_reading(when))}'
        f"{'' if when.widened else remove}</span>{told}</p>"
    )


def say_when(when: When) -> str:
    """All of the reading in words, where there is no chip: `“last week” read as: 2 to 8 Nov 2026. …`."""
    read = say("“{words}” read as: {reading}.", words=when.words, reading=say_reading(when))
    return f"{read} {retell(when.widened) or say_outside(when)}".strip()


def say_reading(when: When) -> str:
    """What was made of a question's words as to time, in the language that is spoken."""
    first, last = (read_day(day) for day in (when.first, when.last))
    if language() == ENGLISH:
        return when.read_as
    if when.event:
        # Up to an event its own day is left out (qa/event.py).
        day = first or (last + timedelta(days=1) if last else None)
        words = f"{when.words} ({spell_days(day, day)})" if day else when.words
        return say("{words}, from “{source}”", words=words, source=when.event)
    days = spell_days(first, last)
    near = bool(days) and not when.only and not when.widened
    order = {"": "", "newest": say("newest first"), "oldest": say("oldest first")}[when.order]
    return ", ".join(part for part in (say("about {days}", days=days) if near else days, order) if part)


def say_outside(when: When) -> str:
    """What lies outside the days that were searched; empty where nothing does."""
    if language() == ENGLISH:
        return f"{when.outside}." if when.outside else ""
    told = [
        say_n("{n} older article not searched.", "{n} older articles not searched.", when.older) if when.older else "",
        say_n("{n} newer article not searched.", "{n} newer articles not searched.", when.newer) if when.newer else "",
        say_n("{n} undated article not searched.", "{n} undated articles not searched.", when.undated)
        if when.undated
        else "",
    ]
    return " ".join(part for part in told if part)


def render_dates(quote: str, published: str | None) -> str:
    """The dates of a quote that count from its article's day, with the days that they are; empty without any."""
    dates = explain_dates(quote, read_day(published))
    told = "".join(
        f"<li>{escape(say('“{words}”', words=one.words))} → {escape(retell(one.days))}</li>" for one in dates
    )
    return f'<ul class="dates" aria-label="{escape(say("Dates in this quote"))}">{told}</ul>' if told else ""


def read_clock(said: object, question: str) -> Clock:
    """The asker's clock as the page says it: `ZONE`, or `ZONE QUESTION` with the question asked for any time."""
    if not isinstance(said, str):
        return NOW
    zone, _, anytime = said.partition(" ")
    return Clock(_day_in(zone), bool(anytime) and anytime.strip() == question)


def _day_in(zone: str) -> date | None:
    if not zone or len(zone) > LONGEST_ZONE:
        return None
    try:
        return datetime.now(UTC).astimezone(ZoneInfo(zone)).date()
    except (ValueError, OSError, KeyError):  # no zone of that name, or no name at all
        return None

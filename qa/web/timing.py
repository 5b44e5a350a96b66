"""How a question was read as to time: the chip on the page, and what the page says of the asker's clock. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime
from html import escape
from zoneinfo import ZoneInfo

from qa.dates import read_day
from qa.relative import explain_dates
from qa.types import NOW, Answer, Clock

LONGEST_ZONE = 64


def render_when(answer: Answer) -> str:
    """The reading as a chip with a button that asks again without it, and what it left out; empty without one."""
    when = answer.when
    if when is None:
        return ""
    status = when.widened or (f"{when.outside}." if when.outside else "")
    told = f' <span class="status">{escape(status)}</span>' if status else ""
    remove = (
        f'<button type="button" class="anytime" data-ask="{escape(answer.question)}" '
        f'aria-label="Ask again for any time" title="Ask again for any time">×</button>'
    )
    words = f"“{when.words}” is read so" if when.words else ""
    return (
        f'<p class="when"><span class="chip" title="{escape(words)}">{escape(when.read_as)}'
        f"{'' if when.widened else remove}</span>{told}</p>"
    )


def render_dates(quote: str, published: str | None) -> str:
    """The dates of a quote that count from its article's day, with the days that they are; empty without any."""
    dates = explain_dates(quote, read_day(published))
    told = "".join(f"<li>“{escape(one.words)}” → {escape(one.days)}</li>" for one in dates)
    return f'<ul class="dates" aria-label="Dates in this quote">{told}</ul>' if told else ""


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

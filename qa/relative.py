"""Dates of a quote that count from the day of its article ("Monday", "last week") -> the days that they are. English.

Pure. What a weekday is depends on whether it is told of as past or to come: the last verb before it says so. Where that
leaves two days, as "next Friday" does on a Monday, nothing is said. The days themselves are those of qa/moments.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from qa.moments import DAYS, MONTHS, find_moments
from qa.when import say_days

MOST = 4
"""Dates of one quote that are explained at most."""
NEAR = 100
"""A day or month without a year is the one that is at most so many days away, where the other is not."""
_WEEKDAY = "|".join(DAYS)
_MONTH = "|".join(MONTHS)
_FEW = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}
_FEW |= {"nine": 9, "ten": 10}
_RELATIVE = re.compile(
    rf"\b(?P<word>the day before yesterday|the day after tomorrow|yesterday|today|tonight|tomorrow|last night"
    rf"|this (?:morning|afternoon|evening))\b"
    rf"|\b(?P<ago>(?:{'|'.join(_FEW)}|\d{{1,2}}) (?:days?|weeks?) ago)\b"
    rf"|\b(?P<span>(?:last|this|next) (?:week|month|year|weekend))\b(?! of\b)"
    rf"|\b(?P<which>(?:last|next|this) )?(?P<day>{_WEEKDAY})\b(?![’']?s? \d|,? \d{{1,2}} (?:{_MONTH})\b"
    rf"|, [A-Z]|,? (?:{_MONTH})\b)"
    rf"|\b(?P<month>(?:last|next|this|in|since|until|by|from) (?:{_MONTH}))\b(?!,? (?:of )?\d| of (?:last|this|next))"
    rf"|\b(?P<partial>(?:{_MONTH}) \d{{1,2}}(?!\d|,? \d{{4}}|:)|\d{{1,2}} (?:{_MONTH})(?!,? \d{{4}}))\b",
    re.IGNORECASE,
)
_VERBS = (
    "open|reopen|start|begin|end|stop|close|meet|vote|decide|hold|return|resume|appear|be|take|run|sail|leave|announce"
    "|publish|rule|present|give|go|pay|launch|arrive|play|speak|visit|sign|come|continue|hear|answer|expire|work|drive"
)
CUE = re.compile(
    rf"(?P<future>\b(?:will|shall|won[’']t|would|due|scheduled|upcoming|plans?|expects?|expected|is to|are to|was to"
    rf"|were to|set to|going to|to (?:{_VERBS}))\b)"
    r"|(?P<open>\b(?:invited|called|summoned|ordered|asked|urged|agreed|promised|planned|allowed"
    r"|offered|decided|wants?|wanted|hopes?|hoped)\b)"
    r"|(?P<past>\b(?:was|were|had|has|have|did|said|told|went|came|saw|made|got|met|lost|won|began|took|gave|found|left"
    r"|held|broke|fell|rose|sank|struck|hit|put|set|sent|spoke|wrote|became|led|shut|cut|ran|sold|bought|paid|stood|brought"
    r"|\w{3,}ed)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Explained:
    """A date of a quote, from `start` to `end` in it, and the days that it is, `first` to `last`, in words too."""

    words: str
    days: str
    first: date
    last: date
    start: int
    end: int


def explain_dates(quote: str, told: date | None) -> list[Explained]:
    """The dates of a quote that count from the day `told`, each once; none without that day."""
    if told is None:
        return []
    found: dict[str, Explained] = {}
    for match in _RELATIVE.finditer(quote):
        days = _days_of(match, quote, told)
        if days is None or (match["month"] and not match.group().split()[-1][0].isupper()):
            continue
        words = match.group()
        month = match["month"]
        words = words.split()[-1] if month and words.split()[0].lower() not in ("last", "next", "this") else words
        explained = Explained(words, _say(days), *days, match.start(), match.end())
        found.setdefault(f"{words.lower()} {explained.days}", explained)
    return list(found.values())[:MOST]


def _days_of(match: re.Match[str], quote: str, told: date) -> tuple[date, date] | None:
    text = match.group().lower()
    if word := match["word"]:
        step = {"the day before yesterday": -2, "the day after tomorrow": 2, "tomorrow": 1}.get(word.lower())
        step = step if step is not None else -1 if word.lower() in ("yesterday", "last night") else 0
        return _one(told + timedelta(days=step))
    if match["ago"]:
        n, unit, _ = text.split()
        count = _FEW.get(n) or int(n)
        return _one(told - timedelta(days=count * (7 if unit.startswith("week") else 1)))
    if text.endswith("weekend"):
        saturday = told - timedelta(days=told.weekday()) + timedelta(days=5, weeks={"l": -1, "t": 0, "n": 1}[text[0]])
        return None if text[0] == "n" and told.weekday() < 5 else (saturday, saturday + timedelta(days=1))
    tense = _tense(match, quote)
    if day := match["day"]:
        if not day[0].isupper():
            return None
        return _weekday(day, (match["which"] or "").strip().lower(), told, tense)
    spans = [moment.spans for moment, _ in find_moments(match.group(), told) if moment.spans]
    if not spans:
        return None
    if match["span"]:
        return spans[0][0]
    leads = text.split()[0]
    before = max((s for s in spans[0] if s[0] <= told and not (leads == "last" and s[1] >= told)), default=None)
    after = min((s for s in spans[0] if s[1] >= told and not (leads == "next" and s[0] <= told)), default=None)
    if leads in ("last", "next", "this"):
        return before if leads == "last" else after
    if before is None or after is None or before == after:
        return before or after
    n_before, n_after = (told - before[1]).days, (after[0] - told).days
    if min(n_before, n_after) <= NEAR < max(n_before, n_after):
        return before if n_before < n_after else after  # the year is left out because it is plain
    return {"past": before, "future": after}.get(tense)


def _weekday(name: str, which: str, told: date, tense: str) -> tuple[date, date] | None:
    ahead = (DAYS.index(name.lower()) - told.weekday()) % 7
    if which == "last":
        return _one(told - timedelta(days=7 - ahead if ahead else 7))
    if which == "next":
        # On a Monday, "next Friday" is this week's to some and next week's to others.
        coming = told + timedelta(days=ahead or 7)
        return _one(coming) if ahead == 0 or DAYS.index(name.lower()) < told.weekday() else None
    if tense == "open":
        return None
    if which == "this" or tense == "future":
        return _one(told + timedelta(days=ahead))
    return _one(told - timedelta(days=(7 - ahead) % 7))


def _tense(match: re.Match[str], quote: str) -> str:
    """Whether a date is told of as `future` or `past`, by the last verb before it in its sentence, else the next one.

    `open` after words that leave it open ("invited them to talks on Thursday"), empty without a verb.
    """
    if re.search(r"\b(?:until|by)\s+(?:early |late |next )?$", quote[: match.start()]):
        return "future"
    start = max((quote.rfind(mark, 0, match.start()) for mark in (". ", "? ", "! ", "\n")), default=-1) + 1
    if re.search(r"\b(?:would|could|might) have\b", quote[start : match.start()]):
        return "open"
    before = list(CUE.finditer(quote, start, match.start()))
    cue = before[-1] if before else CUE.search(quote, match.end())
    return (cue.lastgroup or "") if cue else ""


def _one(day: date) -> tuple[date, date]:
    return day, day


def _say(days: tuple[date, date]) -> str:
    first, last = days
    if first == last:
        return f"{first:%a} {first.day} {first:%b} {first.year}"
    if first.day == 1 and first.month == 1 and (last.month, last.day) == (12, 31):
        return str(first.year)
    if first.day == 1 and first.month == last.month and (last + timedelta(days=1)).day == 1:
        return f"{first:%B} {first.year}"
    return say_days(first, last)

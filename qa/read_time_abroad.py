"""A question in German, Spanish, French, Chinese or Arabic -> the days it asks about, by tables of words.

What is asked of the days is decided as in English (qa/time_reading.py). Not read: events.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Literal

from qa.spans import between, span_of
from qa.time_reading import WHOLE_YEAR, Said, TimeReading, ask_of
from qa.time_words import TimeWords
from qa.time_words_east import EAST
from qa.time_words_west import WEST
from qa.when import Order

_YEAR = r"(?<!\d)(?:1[6-9]|20)\d\d(?!\d)"
_DAY = r"(?<!\d)(?:3[01]|[12]\d|0?[1-9])(?!\d)"
_DIGITS = {ord(c): str(n) for n, c in enumerate("٠١٢٣٤٥٦٧٨٩")}
_OPEN = ("as of", "since", "after", "before", "by")
TIME_WORDS = WEST | EAST


def read_time_abroad(question: str, today: date, language: str) -> TimeReading | None:
    """How a question is read as to time; None where it says nothing of it."""
    low = question.translate(_DIGITS)
    words = TIME_WORDS[language]
    order, asked = _order(low, words)
    dated = _read_dates(low, question, today, language)
    if dated is None:
        return TimeReading(words=asked, order=order) if order else None
    return replace(dated, order=order or dated.order)


def _order(question: str, words: TimeWords) -> tuple[Order, str]:
    for order, pattern in (("newest", words.newest), ("oldest", words.oldest)):
        if match := re.search(pattern, question, re.IGNORECASE):
            return ("newest" if order == "newest" else "oldest"), match.group().strip()
    return "", ""


def _read_dates(question: str, whole: str, today: date, language: str) -> TimeReading | None:
    words = TIME_WORDS[language]
    if match := _compiled(language)[0].search(question):
        a, b = (_english(match[name], language) for name in ("a", "b"))
        days = between(a, b, today) if a and b else None
        if days:
            reading = ask_of(days, _said(question, match.start(), match.end(), words, "between", ""), today)
            return reading and replace(reading, words=whole[match.start() : match.end()].strip())
    preferred, taken = None, set[int]()
    for pattern, english in _compiled(language)[1]:
        for match in pattern.finditer(question):
            if not taken.isdisjoint(range(*match.span("date"))):
                continue  # of "12 de abril" the month alone is no date of its own
            taken.update(range(*match.span("date")))
            reading = _read_match(question, match, english, today, language)
            if reading is None:
                continue
            reading = replace(reading, words=whole[match.start() : match.end()].strip())
            if reading.only:
                return reading
            preferred = preferred or reading
        if preferred:
            return preferred
    return None


def _read_match(question: str, match: re.Match[str], english: str, today: date, language: str) -> TimeReading | None:
    words = TIME_WORDS[language]
    how = next((h for name in ("how", "after") if (h := _how(match[name], words))), "")
    if not english and not how and not re.search(r"\d", match["date"]):
        return None  # a month or weekday alone is many things: "März", "mars", "Mai"
    said_in_english = _fill(english, match, words) if english else ""
    days = span_of(said_in_english, today) if said_in_english else _absolute(match["date"], today, language)
    if days is None:
        return None
    whole = (days[1] - days[0]).days > WHOLE_YEAR
    said = _said(question, match.start(), match.end(), words, how, said_in_english)
    said = replace(said, is_year=whole, close=said.close and not whole)
    reading = ask_of(days, said, today)
    lacks_year = not re.search(r"\d{4}|last|this|ago|yesterday", said_in_english or match["date"])
    moves: Literal["", "year"] = "year" if lacks_year and not whole else ""
    return replace(reading, moves=moves) if reading else None


def _said(question: str, start: int, end: int, words: TimeWords, how: str, english: str) -> Said:
    rest = f"{question[:start]} {question[end:]}"
    weekday = english in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    news = re.search(words.news, rest, re.IGNORECASE)
    return Said(
        how=how,
        published=bool(re.search(words.published, rest, re.IGNORECASE)),
        news=bool(news),
        believed=how in _OPEN and bool(re.search(words.believed, rest, re.IGNORECASE)),
        to_come=bool(re.search(words.to_come, rest, re.IGNORECASE)),
        alone=bool(news) and len(re.sub(r"\W", "", rest)) <= len(re.sub(r"\W", "", news.group() if news else "")),
        close=bool(re.search(r"yesterday|weekend|(?:last|this) (?:week|month)|the last .* \w+", english)),
        fact=weekday and how != "in",
    )


def _how(text: str | None, words: TimeWords) -> str:
    low = (text or "").strip().lower()
    every = (*words.hows, *words.hows_after)
    return next((how for pattern, how in every if low and re.fullmatch(pattern, low, re.IGNORECASE)), "")


def _english(text: str, language: str) -> str:
    """A day, month or weekday in English, for `between`."""
    words = TIME_WORDS[language].words
    named = {**words["month"], **words["weekday"]}
    said = re.sub(r"\bde\b|年|[日号]|يوم|1er", lambda m: "1" if m.group() == "1er" else " ", text.lower())
    for own in sorted(named, key=len, reverse=True):
        said = said.replace(own, f" {named[own]} ")
    said = re.sub(r"(\d)\.", r"\1 ", " ".join(said.split()))
    if match := re.fullmatch(r"(?:(\d{4}) )?([A-Z]\w+) (\d{1,2})", said):  # Chinese: year, month, day
        said = " ".join(part for part in (match[3], match[2], match[1]) if part)
    return said.strip()


def _absolute(text: str, today: date, language: str) -> tuple[date, date] | None:
    return span_of(text, today, language) or span_of(_english(text, language), today)


def _fill(english: str, match: re.Match[str], words: TimeWords) -> str:
    found = {name: text for name, text in match.groupdict().items() if text}
    for name, text in found.items():
        kind = name.rstrip("2") if name not in ("decade2",) else name
        said = words.words.get(kind, {}).get(text.lower(), text)
        english = english.replace(f"<{kind}>", said)
    english = " ".join(re.sub(r"<\w+>", "", english).split())
    if re.search(r"\b(?:two|three|four|five|six|seven|eight|nine|ten|\d{1,2}) (?:day|week|month|year)\b", english):
        english = re.sub(r"\b(day|week|month|year)\b", r"\1s", english, count=1)
    return english


@lru_cache(maxsize=8)
def _compiled(language: str) -> tuple[re.Pattern[str], tuple[tuple[re.Pattern[str], str], ...]]:
    """The pattern of what lies between two dates, and those of all others with their English."""
    words = TIME_WORDS[language]
    apart = language != "zh"
    begin, end = (r"(?<!\w)", r"(?!\w)") if apart else ("", "")
    space = r"\s+" if apart else r"\s*"

    def fill(pattern: str) -> str:
        pattern = pattern.replace("{end}", _plain_end(words, language))
        for kind, named in words.words.items():
            own = "|".join(sorted(map(re.escape, named), key=len, reverse=True))
            more = r"|\d{1,2}" if kind == "few" else ""
            pattern = pattern.replace(f"{{{kind}}}", f"(?P<{kind}>{own}{more})")
        pattern = pattern.replace("{year}", f"(?P<year>{_YEAR})").replace("{day}", f"(?P<day>{_DAY})")
        return pattern.replace("{decade}", r"(?P<decade>(?:19|20)\d0)").replace("{decade2}", r"(?P<decade2>[2-9]0)")

    def whole(pattern: str) -> re.Pattern[str]:
        how = "|".join(p for p, _ in words.hows)
        after = "|".join(p for p, _ in words.hows_after) or "(?!)"
        text = rf"(?:{begin}(?P<how>{how}){space})?{begin}(?P<date>{fill(pattern)}){end}(?:\s*(?P<after>{after}))?"
        return re.compile(text, re.IGNORECASE)

    spans = [(whole(pattern), english) for pattern, english in words.spans]
    dates = [(whole(pattern), "") for pattern in (r"\d{4}-\d\d-\d\d", *words.absolute)]
    days = [(whole("{weekday}"), "<weekday>"), (whole("{year}"), "<year>")]
    return re.compile(begin + fill(words.between) + end, re.IGNORECASE), (*spans, *dates, *days)


def _plain_end(words: TimeWords, language: str) -> str:
    month = "|".join(sorted(words.words["month"], key=len, reverse=True))
    weekday = "|".join(sorted(words.words["weekday"], key=len, reverse=True))
    if language == "zh":
        return rf"(?:(?:\d{{4}}年)?(?:{month})(?:\d{{1,2}}[日号])?|{weekday})"
    return rf"(?:(?:{_DAY}\.?|1er)(?: de)? (?:{month})(?:(?: de)? {_YEAR})?|(?:{month})(?:(?: de)? {_YEAR})?|{weekday})"

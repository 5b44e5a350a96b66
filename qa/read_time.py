"""A question -> the days it asks about, and whether it asks for the newest or the oldest. By rules; English.

A date says when articles were published ("last week", "since Monday", "as of 3 May", "reported in March"): then only
these are searched. Or it says when something happened ("in March", "the flood of 2019"): that is told later, and was
announced before, so articles of these days are only preferred. Words such as "now", "today" and "so far" leave nothing
out. Not here: what a date means (qa/spans.py), and what of the library lies in the days (qa/within.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from corpus.types import day_of
from qa.spans import DAY, FEW, UNIT, Span, between, span_of
from qa.when import Order

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?"
)
# In small letters, May, March and August are words like others.
_SMALL_MONTH = r"(?:january|february|april|june|july|september|october|november|december)\b"
_YEAR = r"(?:1[6-9]|20)\d\d(?![\d,.]\d|\s?%|\w|-\d)"
_WEEKDAY = r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b(?! [A-Z])"
_FULL = (
    rf"\d{{4}}-\d\d-\d\d|(?i:{DAY}(?: of)? {_MONTH}(?:,? {_YEAR})?|{_MONTH} {DAY}\b(?!,?\d)(?:,? {_YEAR})?)"
    rf"|(?i:{_MONTH},?(?: of)? {_YEAR})"
)
_NEAR = (
    r"(?i:(?:the )?day before yesterday|yesterday|last night|last weekend"
    r"|(?:last|this|the past|the last) (?:week|month|year)\b(?! of\b))"
)
_RUN = rf"(?i:(?:the |these )?(?:last|past) {FEW} {UNIT}\b)"
_AGO = rf"(?i:(?:{FEW}|an?) {UNIT} ago)"
_HOW = r"(?i:as of|since|after|before|until|till|by|in|on|during|within|over|from|of|throughout|up to|for|last|this)"
_BARE = rf"(?:{_MONTH}(?! (?:[A-Z][a-z]|\d))|{_SMALL_MONTH})"
_DATED = re.compile(
    rf"\b(?P<between>(?i:between|from)) (?P<a>{_FULL}|{_BARE}|{_YEAR}|{DAY}) (?i:and|to|until|till) "
    rf"(?P<b>{_FULL}|{_BARE}|{_YEAR})"
    rf"|(?:\b(?P<how>{_HOW})(?: (?i:the (?:start|beginning|end|middle) of|early|late|mid))?[ -])?(?P<full>{_FULL})"
    rf"|(?:\b(?P<how2>{_HOW}) )?\b(?:(?P<run>{_RUN})|(?P<ago>{_AGO})|(?P<near>{_NEAR}))"
    rf"|\b(?P<how3>{_HOW}) (?:(?i:last) )?(?P<weekday>{_WEEKDAY})"
    rf"|\b(?P<how4>{_HOW})(?: (?i:(?:the (?:start|beginning|end|middle) of|early|late|mid|last)))?[ -]"
    rf"(?:(?P<year>{_YEAR})|(?P<bare>{_BARE}))"
)
_NO_DATES = re.compile(
    r"(?:by|from|on|this|of|for|after|before|over) (?:may|mar|jan|dec|sep|april|june|august|march)\b", re.IGNORECASE
)
"""What is a name or a verb more often: "by April", "from June"."""
_ARTICLES = re.compile(r"\b(?:articles?|reports|news|coverage|headlines|papers) $", re.IGNORECASE)
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|‘[^’]{3,}’")

_NEWEST = re.compile(
    r"(?<!at the )\b(?:latest|newest|(?:most|more) recent(?:ly)?)\b|\bso far\b|\bright now\b|\bat present\b|\bto date\b"
    r"|\bat the moment\b|\bas (?:of|things stand) (?:now|today)\b|\bby now\b|\bcurrently\b"
    r"|(?:^|\b(?:the|its|his|her|their|whose) )current(?= [a-z])"
    r"(?! (?:account|affairs|in|of|through|flow\w*|that|is|was|events)\b)"
    r"|(?<!until )(?<!up to )\bnow\b(?=\s*(?:[?,.]|$))"
)
_OLDEST = re.compile(
    r"\b(?<!at )first (?=(?:news )?reports?\b|reported\b|articles?\b|news\b|estimates?\b|estimated\b|figures?\b|given\b"
    r"|believed\b|thought\b|feared\b|put at\b|said to\b)"
    r"|\bearliest (?=reports?\b|articles?\b|news\b|estimates?\b|figures?\b|count\b|known\b)"
    r"|\b(?:initially|originally)\b|\bat first\b"
    r"|\b(?:initial|original) (?=reports?\b|estimates?\b|figures?\b|count\b|toll\b|date\b|cost\b|price\b"
    r"|budget\b|number\b)"
)
_BOTH_ENDS = re.compile(
    r"\b(?:and|to|than|or)\b.*\b(?:final\w*|later|the end|corrected|now|then|when|what|how|latest)\b", re.IGNORECASE
)
_PUBLISHED = re.compile(
    r"\breports\b|\breported\b(?! (?:to|missing|stolen)\b)|\bnews\b(?! (?:agency|conference|paper))|\bheadlines?\b"
    r"|\barticles?\b|\bcover(?:age|ed)\b|\bpublish(?:ed)?\b|\bwr(?:ote|itten)\b|\bthe (?:press|papers)\b"
    r"|\bnewspapers?\b",
    re.IGNORECASE,
)
_BELIEVED = re.compile(
    r"\b(?:was|were|had|been)\b[^?.,]{0,60}\b(?:known|believed|thought|expected|feared|estimated|assumed|put at"
    r"|supposed)\b"
    r"|\bhow \w+ (?:\w+ ){0,4}had\b|\bhad (?:\w+ ){1,4}(?:by|as of)\b|\bstood at\b",
    re.IGNORECASE,
)
_NEWS = re.compile(
    r"\bwhat(?:['’]s| is| has| have| was| did)? (?:happened|happen|changed|new|been)\b|^any ", re.IGNORECASE
)
_EVENT = re.compile(
    r"\b(?P<how>since|after|before) (?P<what>(?:the|its|his|her|their)(?: [\w’'-]+){1,5}?)"
    r"(?=\s*[,?.;]|$| (?:about|regarding|concerning|on|with)\b)",
    re.IGNORECASE,
)
_NO_EVENT = re.compile(
    r"\b(?:start|beginning|end|turn|middle|age|time|day|week|month|year|\d+s|[a-z]+ties|court|courts|judge|council|jury"
    r"|committee|parliament|commission|cameras?|public|house|others?|first|last|next|morning|evening|summer|winter|spring"
    r"|autumn|fall|deadline)$",
    re.IGNORECASE,
)
_NOTHING_ELSE = re.compile(r"\W*what(?:['’]s)? (?:(?:was|has|did|else|all) )?happen(?:ed)?\W*", re.IGNORECASE)
_TO_COME = re.compile(
    r"\b(?:will|shall|won[’']t|going to|scheduled|upcoming|next)\b|\bset to\b|\bdue (?:to|in|on|for|by)\b"
    r"|\b(?:is|are) (?:\w+ )?(?:to|planned|supposed|expected)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class TimeReading:
    """The days, inclusive, None is open, and the order. `words` are the question's own.

    With `only`, articles of other days are left out; else those from `first` until `margin` days after `last` are
    preferred. `sure`: not even where nothing in these days answers are others searched. `moves`: days that may also be
    the same ones of an earlier week or year, where the library has nothing in these. `event`: what the question calls
    the event whose `day` it begins with, or `ends` before; `source` is the title of the article that has it.
    `widened` says why all days are searched in spite of the words.
    """

    words: str = ""
    first: date | None = None
    last: date | None = None
    order: Order = ""
    only: bool = False
    sure: bool = False
    moves: Literal["", "week", "year"] = ""
    margin: int = 0
    event: str = ""
    ends: bool = False
    day: date | None = None
    source: str = ""
    widened: str = ""

    @property
    def dated(self) -> bool:
        """Whether it names days at all."""
        return self.first is not None or self.last is not None

    @property
    def narrows(self) -> bool:
        """Whether articles are left out."""
        return self.only and self.dated and not self.widened

    def admits(self, published: date | datetime | None) -> bool:
        """Whether an article is searched. An undated one is not where it may be older than what is asked for."""
        if not self.narrows:
            return True
        day = day_of(published)
        if day is None:
            return self.first is None
        return (self.first is None or day >= self.first) and (self.last is None or day <= self.last)

    def prefers(self, published: date | datetime | None) -> bool:
        """Whether an article is of the days that are preferred; all are where none are."""
        day = day_of(published)
        if self.only or not self.dated or day is None:
            return True
        last = self.last + timedelta(days=self.margin) if self.last else None
        return (self.first is None or day >= self.first) and (last is None or day <= last)

    def strip(self, question: str) -> str:
        """The question without the words that articles of these days need not have."""
        if not self.only or not self.words or self.event or self.words not in question:
            return question
        before, after = question.split(self.words, 1)
        left = f"{before.rstrip(' ,')} {after.lstrip(' ,')}" if before.strip() else after.lstrip(" ,")
        return re.sub(r"\s+(?=[?.!]|$)", "", " ".join(left.split())) or question


def read_time(question: str, today: date, language: str = "en") -> TimeReading | None:
    """How a question asked on `today` is read as to time; None where it says nothing of it.

    Of a question in another language than English only the days are read that are written in digits.
    """
    plain = _QUOTED.sub(lambda match: "·" * len(match.group()), question)
    order, asked = _order(plain) if language == "en" else ("", "")
    dated = _read_dates(plain, today, language) or (_read_event(plain) if language == "en" else None)
    if dated is None:
        return TimeReading(words=asked, order=order) if order else None
    return replace(dated, order=order or dated.order)


def _order(question: str) -> tuple[Order, str]:
    if match := _NEWEST.search(question[:1].lower() + question[1:]):
        return "newest", match.group().strip()
    match = _OLDEST.search(question[:1].lower() + question[1:])
    if match and not _BOTH_ENDS.search(question, match.end()):
        return "oldest", match.group().strip()
    return "", ""


def _read_dates(question: str, today: date, language: str) -> TimeReading | None:
    happened: list[TimeReading] = []
    for match in _DATED.finditer(question):
        if _NO_DATES.fullmatch(match.group()) and not _ARTICLES.search(question[: match.start()]):
            continue
        reading = _read_match(question, match, today, language)
        if reading is None:
            continue
        happened.append(replace(reading, words=match.group().strip()))
        if reading.only:
            return happened[-1]
    if not happened:
        return None
    # "In May, and in June": what lies between them is as good.
    firsts, lasts = [r.first for r in happened if r.first], [r.last for r in happened if r.last]
    return replace(happened[0], first=min(firsts, default=None), last=max(lasts, default=None))


def _read_event(question: str) -> TimeReading | None:
    """An event from which the question counts. What was so before it may be told later: only reports are older."""
    match = _EVENT.search(question)
    if match is None or _NO_EVENT.search(match["what"]):
        return None
    rest = f"{question[: match.start()]} {question[match.end() :]}"
    how, reports = match["how"].lower(), bool(_PUBLISHED.search(rest))
    tells = reports or bool(_NEWS.search(rest))
    if (how == "before" and not reports) or _TO_COME.search(rest):
        return None
    only = tells or how == "since"
    return TimeReading(match.group(), only=only, sure=tells, event=match["what"], ends=how == "before")


def _read_match(question: str, match: re.Match[str], today: date, language: str) -> TimeReading | None:
    rest = f"{question[: match.start()]} {question[match.end() :]}"
    published, believed = bool(_PUBLISHED.search(rest)), bool(_BELIEVED.search(rest))
    to_come = bool(_TO_COME.search(rest)) and not published
    how = (match["how"] or match["how2"] or match["how3"] or match["how4"] or "").lower()
    if match["between"]:
        days = between(match["a"], match["b"], today, language)
        if days is None or days[0] > today or to_come:
            return None
        return _reported(days) if published or _NEWS.search(rest) else _happened(days)
    text = next(t for name in ("full", "run", "ago", "near", "weekday", "year", "bare") if (t := match[name]))
    days = span_of(text, today, language)
    if days is None:
        return None
    is_year = bool(match["year"]) or bool(re.search(r"\byears?\b", text, re.IGNORECASE))
    moves: Literal["", "week", "year"] = "week" if match["weekday"] else "year" if _lacks_year(match) else ""
    if how in ("as of", "since", "after", "before", "until", "till", "by", "up to"):
        tells = published or bool(_NEWS.search(rest))
        reading = _open_ended(how, days, tells=tells, believed=believed, is_year=is_year)
    elif to_come or days[0] > today or (how == "for" and not published):
        return None
    elif published:
        reading = _reported(days)
    elif believed:
        reading = TimeReading(last=days[1], order="newest", only=True, sure=True)
    elif ((match["run"] or match["near"]) and not is_year) or _NOTHING_ELSE.fullmatch(rest):
        reading = _near(days, today)
    elif how == "of" or (match["weekday"] and how not in ("on", "last", "this", "in")):
        return None
    else:
        reading = _happened(days, _how_vague(match["ago"] or ""))
    if reading is None or (reading.first and reading.first > today):
        return None
    return replace(reading, moves=moves)


def _open_ended(how: str, days: Span, *, tells: bool, believed: bool, is_year: bool) -> TimeReading | None:
    first, last = days
    if how == "as of":
        return TimeReading(last=last, order="newest", only=True, sure=True)
    if how in ("since", "after"):
        start = first if how == "since" else last + timedelta(days=1)
        return TimeReading(first=start, only=True, sure=tells) if tells or not is_year else None
    if how == "before":
        sure = tells or believed
        return TimeReading(last=first - timedelta(days=1), only=True, sure=sure) if sure or not is_year else None
    # "Who led it until 2019?" and "must be done by May" are about what happened, or is to.
    if tells or believed:
        return TimeReading(last=last, order="newest" if believed else "", only=True, sure=True)
    return None


def _reported(days: Span) -> TimeReading:
    return TimeReading(first=days[0], last=days[1], only=True, sure=True)


def _near(days: Span, today: date) -> TimeReading:
    """What happened on a day is news on that day and on the next."""
    first, last = days
    last = last + timedelta(days=1) if first == last else last
    return TimeReading(first=first, last=min(last, max(today, first)), only=True, sure=True)


def _happened(days: Span, vague: int = 0) -> TimeReading:
    """What happened then is told in articles of the days after, too; "two months ago" is not said to the day."""
    first, last = (days[0] - timedelta(days=vague), days[1] + timedelta(days=vague))
    return TimeReading(first=first, last=last, margin=31 if (last - first).days > 31 else 10)


def _how_vague(ago: str) -> int:
    units = {"week": 3, "month": 15, "year": 183}
    return next((n for unit, n in units.items() if unit in ago.lower()), 0)


def _lacks_year(match: re.Match[str]) -> bool:
    text = match["full"] or match["bare"] or ""
    return bool(text) and not re.search(r"\d{4}", match.group())

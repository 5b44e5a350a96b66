"""A question -> the days it asks about, and whether it asks for the newest or the oldest. By rules; English.

A date says when articles were published ("last week", "since Monday", "as of 3 May", "reported in March"): then only
these are searched. Or it says when something happened ("in March", "the flood of 2019"): that is told later, and was
announced before, so articles of these days are only preferred. Words such as "now", "today" and "so far" leave nothing
out. Not here: what a date means (qa/spans.py), and what of the library lies in the days (qa/within.py).
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Literal

from corpus.language import DEFAULT_LANGUAGE
from qa.periods import AFTER_IN, CLOSE, PERIOD
from qa.read_time_abroad import read_time_abroad
from qa.spans import DAY, FEW, UNIT, between, span_of
from qa.time_reading import WHOLE_YEAR, Said, TimeReading, ask_of
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
    r"(?i:(?:the )?day before yesterday|yesterday|last night"
    r"|(?:last|this|the past|the last) (?:week|month|year)\b(?! of\b))"
)
_RUN = rf"(?i:(?:the |these )?(?:last|past) {FEW} {UNIT}\b)"
_AGO = rf"(?i:(?:{FEW}|an?) {UNIT} ago)"
_HOW = r"(?i:as of|since|after|before|until|till|by|in|on|at|during|within|over|from|of|throughout|up to|for|last|this)"
_BARE = rf"(?:{_MONTH}(?! (?:[A-Z][a-z]|\d))|{_SMALL_MONTH})"
_WEEK_OF = rf"(?i:week(?:end)? of) (?:{_FULL})"
_END = rf"{_FULL}|{_BARE}|{_YEAR}|(?:(?i:last) )?{_WEEKDAY}|(?i:yesterday|today|now)"
_DATED = re.compile(
    rf"\b(?P<between>(?i:between|from)) (?P<a>{_END}|{DAY}) (?i:and|to|until|till) (?P<b>{_END})"
    rf"|(?:\b(?P<how5>{_HOW}) (?:(?i:the) )?)?\b(?:(?P<close>{CLOSE}|{_WEEK_OF})|(?P<period>{PERIOD}))"
    rf"|(?:\b(?P<how>{_HOW})[ -])?(?P<full>{_FULL})"
    rf"|(?:\b(?P<how2>{_HOW}) )?\b(?:(?P<run>{_RUN})|(?P<ago>{_AGO})|(?P<near>{_NEAR}))"
    rf"|\b(?P<how3>{_HOW}) (?:(?i:last) )?(?P<weekday>{_WEEKDAY})"
    rf"|\b(?P<how4>{_HOW})(?: (?i:last))? (?:(?P<year>{_YEAR})|(?P<bare>{_BARE})|(?P<season>{AFTER_IN}))"
)
_NO_DATES = re.compile(
    r"(?:by|from|on|this|of|for|after|before|over) (?:may|mar|jan|dec|sep|april|june|august|march)\b", re.IGNORECASE
)
"""What is a name or a verb more often: "by April", "from June"."""
_ARTICLES = re.compile(r"\b(?:articles?|reports|news|coverage|headlines|papers) $", re.IGNORECASE)
_EDGES = {"start": r"(?:the )?(?:very )?(?:start|beginning)\b", "end": r"(?:the )?(?:very )?end\b"}
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
    r"\b(?P<how>since|after|before) (?P<what>(?:the|its|his|her|their)(?: [\w’'-]+){1,8}?)"
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


def read_time(question: str, today: date, language: str = DEFAULT_LANGUAGE) -> TimeReading | None:
    """How a question asked on `today` is read as to time; None where it says nothing of it."""
    if language != DEFAULT_LANGUAGE:
        return read_time_abroad(question, today, language)
    plain = _QUOTED.sub(lambda match: "·" * len(match.group()), question)
    order, asked = _order(plain)
    dated = _read_dates(plain, today, language) or _read_event(plain)
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
    how = next((h for name in ("how", "how2", "how3", "how4", "how5") if (h := match[name])), "").lower()
    said = Said(
        how=how,
        published=bool(_PUBLISHED.search(rest)),
        news=bool(_NEWS.search(rest)),
        believed=bool(_BELIEVED.search(rest)),
        to_come=bool(_TO_COME.search(rest)),
        alone=bool(_NOTHING_ELSE.fullmatch(rest)),
    )
    if match["between"]:
        days = between(match["a"], match["b"], today, language)
        # "Open from Monday to Thursday" is no week of the past.
        weekly = bool(re.match(_WEEKDAY, match["a"])) and match["between"].lower() == "from"
        return ask_of(days, replace(said, how="between", fact=weekly), today) if days else None
    names = ("close", "period", "full", "run", "ago", "near", "weekday", "year", "bare", "season")
    name, text = next((name, t) for name in names if (t := match[name]))
    days = span_of(text, today, language)
    if days is None:
        return None
    whole = (days[1] - days[0]).days > WHOLE_YEAR or bool(re.search(r"\byears?\b", text, re.IGNORECASE))
    said = replace(
        said,
        close=(name in ("close", "run", "near") or "weekend" in text.lower()) and not whole,
        fact=how == "of" or (name == "weekday" and how not in ("on", "last", "this", "in")),
        is_year=name == "year" or whole,
        vague=_how_vague(match["ago"] or ""),
        edge=next((edge for edge, words in _EDGES.items() if re.match(words, text, re.IGNORECASE)), ""),
    )
    reading = ask_of(days, said, today)
    moves: Literal["", "week", "year"] = (
        "week" if name == "weekday" else "year" if not whole and _lacks_year(match) else ""
    )
    return replace(reading, moves=moves) if reading else None


def _how_vague(ago: str) -> int:
    units = {"week": 3, "fortnight": 3, "month": 15, "year": 183}
    return next((n for unit, n in units.items() if unit in ago.lower()), 0)


def _lacks_year(match: re.Match[str]) -> bool:
    text = match["full"] or match["bare"] or match["season"] or match["period"] or ""
    return bool(text) and not re.search(r"\d{4}|last|past|this|previous|current|before|week", match.group())

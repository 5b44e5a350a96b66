"""The kind of answer that a question expects (money, a number, a date, a name, a reason), and where a sentence has one.

English only, by rules; a question of no known kind is `other`, and nothing here ever rules a sentence out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from corpus.language import DEFAULT_LANGUAGE
from corpus.stem import STOP_WORDS, stem_word, stems
from qa.moments import DAYS, MONTHS
from qa.numbers import find_numbers

Kind = Literal["money", "number", "date", "name", "reason", "other"]

_PAID = (
    r"costs?|pay|pays|paid|spen[dt]|worth|prices?|priced|charged?|earn(?:ed|s)?|money|sold|sell|bought|buy|fined?|owe[ds]?"
    r"|donated?|invest(?:ed)?|raised?|funding|salary|budget|tickets?|fees?|loan|debt|stolen|steal|damages?|losses"
    r"|compensation|severance|grants?"
)
_QUESTION: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "money",
        re.compile(
            rf"\bhow much\b(?! (?:more|less|higher|lower)\b)(?=.*\b(?:{_PAID})\b)"
            r"|\b(?:what|which)\b.*\b(?:costs?|price|salary|wage|fare|rent|fee|fine|budget)\b"
        ),
    ),
    (
        "number",
        re.compile(
            r"\bhow (?:many|much|long|far|old|large|big|tall|high|often|fast|deep|wide|heavy)\b"
            r"|\b(?:what|which) (?:percent|percentage|number|amount|age|distance|temperature|share|proportion)\b"
        ),
    ),
    (
        "date",
        re.compile(
            r"\bwhen(?:['’]s)?\s(?:did|do|does|was|were|is|are|will|would|has|have|had|can|could|should|may|might|must)\b"
            r"|^\W*when\b(?!.*\b(?:what|which|who|where|how|why)\b)"
            r"|\b(?:and|since|from|until|till|by) when\b|\bwhen\W*$"
            r"|\b(?:what|which) (?:year|date|day|month|time|century|decade)\b|\bwhat was the date\b"
        ),
    ),
    ("reason", re.compile(r"\bwhy\b|\bwhat (?:caused|causes|cause|led)\b|\bwhat (?:is|was|are|were) the reasons?\b")),
    (
        "name",
        re.compile(
            r"\bwho(?:m|se)?\b|\bwhere\b|\b(?:what|which) (?:person|company|country|city|town|team|group|state|nation"
            r"|organization|organisation|outlet|river)\b|\bwhat (?:is|was) the name\b"
        ),
    ),
)
_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    "|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|dozens?|hundreds?|thousands?|millions?"
    "|billions?|half|third|twice|once"
)
_AMOUNT = re.compile(
    rf"(?<![\w.])(?:[$€£¥]\s?)?(?:\d[\d,]*(?:\.\d+)?|\b(?:{_WORDS})\b(?:[- ](?:{_WORDS})\b)*)"
    r"(?:\s?%|\s(?:percent|per cent|million|billion|trillion|thousand|hundred)\b)*",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"[$€£¥₹]\s?\d[\d,]*(?:\.\d+)?(?:\s(?:million|billion|trillion|thousand)\b)?"
    rf"|\b(?:\d[\d,]*(?:\.\d+)?|(?:{_WORDS})(?:[- ](?:{_WORDS}))*)(?:\s(?:million|billion|trillion|thousand))?"
    r"\s(?:dollars?|euros?|pounds?|cents?|pence|yen|rupees?|francs?|crowns?|lira|marks|kron(?:or|er|a)|pesos?|rou?bles?"
    r"|shillings?|yuan|dinars?|dirhams?|zlotys?|forints?|shekels?|riyals?|guilders?|florins?|rand|USD|EUR|GBP)\b",
    re.IGNORECASE,
)
_MONTH = (
    "january|february|march|april|may|june|july|august|september|october|november|december"
    "|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
)
_DATE = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)? (?:{_MONTH})\b\.?(?:,? \d{{4}})?|(?:{_MONTH})\b\.? \d{{1,2}}(?:st|nd|rd|th)?\b"
    rf"(?:,? \d{{4}})?|(?:{_MONTH})\.? \d{{4}}|(?:1\d|20)\d\d(?:[’']?s)?\b(?!,\d))",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december|monday|tuesday"
    r"|wednesday|thursday|friday|saturday|sunday|today|yesterday|tomorrow|century|decade|year|month|week|morning"
    r"|afternoon|evening|night)s?\b|\b(?:1\d|20)\d\d(?:[’']?s)?\b|\d\s?[ap]\.?m\b",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"\b(?:because|since|due to|owing to|as a result|therefore|so that|in order to|caused|reasons?|over concerns?"
    r"|led to|thus|after|to (?:avoid|prevent|allow|ensure|protect|stop))\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"\b[A-Z][\w’'-]*[a-z0-9](?:\s(?:(?:of|the|de|van|von|al|bin|and)\s)?[A-Z][\w’'-]*)*")
_NO_NAME = STOP_WORDS | frozenset([*MONTHS, *DAYS, "mr", "mrs", "ms", "dr"])
SURE_KINDS: frozenset[Kind] = frozenset({"money", "number", "date", "name"})


def kind_of(question: str, language: str = DEFAULT_LANGUAGE) -> Kind:
    """The kind of answer that a question expects; `other` in another language than English."""
    if language != DEFAULT_LANGUAGE:
        return "other"
    low = question.lower()
    return next((kind for kind, pattern in _QUESTION if pattern.search(low)), "other")


def has_kind(kind: Kind, sentence: str, asked: frozenset[str]) -> bool:
    """Whether a sentence has something of the kind; a name counts only if the question (its stems) lacks it."""
    if kind == "date":
        return bool(_TIME.search(sentence))
    if kind == "reason":
        return bool(_REASON.search(sentence))
    return bool(spans_of(kind, sentence, asked))


def spans_of(kind: Kind, sentence: str, asked: frozenset[str]) -> list[tuple[int, int]]:
    """Where a sentence has amounts, dates or names that the question does not already say."""
    if kind == "money":
        found = [m.span() for m in _MONEY.finditer(sentence)]
    elif kind == "number":
        numbers = [(a, b) for _, a, b in find_numbers(sentence)]
        whole = [m.span() for m in _DATE.finditer(sentence)] + numbers
        found = [m.span() for m in _AMOUNT.finditer(sentence) if not any(a <= m.start() < b for a, b in whole)]
        found = sorted([*found, *numbers])
    elif kind == "date":
        found = [m.span() for m in _DATE.finditer(sentence)]
    elif kind == "name":
        found = list(_names(sentence))
    else:
        return []
    return [(a, b) for a, b in found if not set(stems(sentence[a:b])) <= asked]


def _names(sentence: str) -> Iterator[tuple[int, int]]:
    """Runs of capitalised words, without the days, months and small words that they begin with ("On Monday Ana …")."""
    for match in _NAME.finditer(sentence):
        start, end = match.span()
        while (word := re.match(r"[\w’'-]+", sentence[start:end])) and word.group().lower() in _NO_NAME:
            start += word.end()
            start += len(sentence[start:end]) - len(sentence[start:end].lstrip(" ."))
        if start < end and (start > 0 or " " in sentence[start:end]):
            yield start, end


def short_answer(question: str, sentence: str, asked: frozenset[str], language: str = DEFAULT_LANGUAGE) -> str | None:
    """The amount, date or name that answers, where the sentence leaves no choice; else None.

    No choice means: just one candidate, or, for "how many X", just one that stands directly before X.
    """
    kind = kind_of(question, language)
    if kind not in SURE_KINDS:
        return None
    spans = spans_of(kind, sentence, asked)
    counted = re.search(r"\bhow (?:many|much) ([\w-]+)", question.lower()) if kind == "number" else None
    if counted:
        noun = stem_word(counted.group(1))
        beside = [(a, b) for a, b in spans if noun in stems(sentence[b : b + 40])[:2]]
        spans = beside or spans
    return sentence[slice(*spans[0])] if len(spans) == 1 else None

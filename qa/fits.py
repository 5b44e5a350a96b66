"""Can a short answer be of the kind that a question asks for? "Eleven days" is no day, a percentage no population.

By rules, English, pure. Only what cannot be is ruled out: a short answer of no known kind fits every question.
"""

from __future__ import annotations

import re

from corpus.stem import STOP_WORDS, stems
from qa.asked_for import UNITS, AskedFor, asked_for, has_asked_for
from qa.kinds import kind_of
from qa.moments import DATE
from qa.numbers import GAP, NUMBER_WORDS, find_numbers

_COUNT = re.compile(
    r"\bhow many (?P<noun>[a-z-]+)|\b(?:what|which)(?: is| was| are| were|['’]s)? (?:the )?(?:total |current |exact )?"
    r"(?P<total>population|number|death toll|toll|headcount|attendance|circulation|membership)\b",
    re.IGNORECASE,
)
_TIME = UNITS["duration"]
_LENGTH = r"(?:kilomet(?:er|re)|met(?:er|re)|mile|feet|foot|yard|inche?|hectare|acre|km|ton|tonne|kilogram|kg)s?"
_MONEY = re.compile(
    r"[$€£¥₹]|\b(?:dollars?|euros?|pounds?|yen|rupees?|francs?|crowns?|lira|cents?|pence|usd|eur|gbp)\b", re.IGNORECASE
)
_PERCENT = re.compile(r"%|\b(?:percent|per cent|percentage)\b", re.IGNORECASE)
_SPAN = re.compile(rf"(?<![\w.,])(?:\d[\d,.]*|[a-z]+(?:-[a-z]+)?)[ -](?:and a half )?{_TIME}\b", re.IGNORECASE)
_SIZE = re.compile(rf"\d[\d,.]* ?(?:square )?{_LENGTH}\b", re.IGNORECASE)
_POINT = re.compile(
    r"\b(?:ago|later|after|before|earlier|since|until|till|by|in|within|from|during|when|once|as|next|last|this|every"
    r"|each|first|same|following|previous|now|soon|today|tonight|tomorrow|yesterday|noon|midnight|century|centuries"
    r"|\d{3,4}s|\d+(?:st|nd|rd|th)|(?:1\d|20)\d\d|\d+ ?[ap]\.?m|o.?clock|summer|winter|spring|autumn|fall|christmas"
    r"|easter|morning|afternoon|evening|bc|ad|bce|ce)\b|\d:\d\d",
    re.IGNORECASE,
)
_CUT = re.compile(r"\b(?:after|before|since|until|till|by|in|within|from|during|when|once|as|the|a)\W*$", re.IGNORECASE)
"""What ends here was cut off."""
_SHARES = re.compile(r"\b(?:percent|percentage|share|proportion|points?|degrees?)\b", re.IGNORECASE)
_UNITS = re.compile(
    rf"\bhow many (?:[a-z-]+ ){{0,2}}(?:{_TIME}|{_LENGTH}|dollars?|euros?|pounds?|francs?|cents?)\b", re.IGNORECASE
)
_AUTHOR = re.compile(r"(?:[\"”’']|\b[A-Z][\w’'-]*)\s+by\s+$")
"""What stands before the author of a work: its title, and "by"."""
_BY_AUTHOR = re.compile(r"[\"”’'] by [A-Z]")
_MAKES = re.compile(
    r"\b(?:wr[io]tes?|written|(?:paint|compos|creat|design|direct|record|sculpt|film|draw)(?:ed|s|er|or|es)|made|makes|drew"
    r"|sang|sings|sung|author|artist|poet|by)\b",
    re.IGNORECASE,
)
_CALLED = re.compile(r"\b(?:called|named|known)\b", re.IGNORECASE)


def fits_place(question: str, sentence: str, start: int, end: int) -> bool:
    """Whether what stands there in a sentence can be who is asked for: an author only where works are made."""
    if asked_for(question) not in ("who", "identity", "named", "which") or _MAKES.search(question):
        return True
    return not _AUTHOR.search(sentence[:start]) and not _BY_AUTHOR.search(sentence[start:end])


def fits_kind(question: str, short: str) -> bool:
    """Whether a short answer can be what a question asks for: a count, an amount of money, a date, a name."""
    asked = asked_for(question)
    if asked in UNITS:
        return _fits_unit(asked, question, short)
    kind = kind_of(question)
    if (kind == "name" or asked in ("identity", "named", "which")) and not re.search(r"[^\W\d_]{2}", short):
        return False
    if asked in ("named", "which") and not _CALLED.search(question):
        return _has_name(short, frozenset(stems(question)))
    if count := _COUNT.search(question):
        return _fits_count(count["noun"] or "", question, short)
    if kind == "date":
        return _fits_date(short)
    if kind == "money":
        return bool(_MONEY.search(short)) or not (_PERCENT.search(short) or _is_span(short))
    return True


def _fits_unit(asked: AskedFor, question: str, short: str) -> bool:
    """Whether it can be a length of time, a length, a weight or a temperature: no number of another unit."""
    others = "|".join(unit for kind, unit in UNITS.items() if kind != asked)
    if any(re.match(rf"{GAP}?(?:{others})\b", short[end:], re.IGNORECASE) for _, _, end in find_numbers(short)):
        return has_asked_for(asked, short, frozenset())
    if re.search(r"\bhow many\b", question, re.IGNORECASE):  # which says the unit itself
        return not _MONEY.search(short)
    return has_asked_for(asked, short, frozenset()) or not find_numbers(short)


def _has_name(short: str, question: frozenset[str]) -> bool:
    """Whether it has a capitalised word that the question does not say."""
    words = re.findall(r"[^\W_][\w’'-]*", short)
    named = [w for w in words if w[0].isupper() and w.lower() not in STOP_WORDS]
    return any(not {*stems(w)} <= question | NUMBER_WORDS for w in named)


def _fits_count(noun: str, question: str, short: str) -> bool:
    """Whether it can be a count: no money, no share and no length unless the question counts them."""
    if _UNITS.search(question) or _SHARES.search(question):
        return True
    if _MONEY.search(short) or _SIZE.search(short) or _is_span(short):
        return False
    return bool(noun) or not _PERCENT.search(short)  # "how many people?" can be a share of them, a population cannot


def _fits_date(short: str) -> bool:
    """Whether it can be a date: no mere duration ("eleven days"), and no number of something else."""
    if DATE.search(short) or (_POINT.search(short) and not _CUT.search(short)):
        return True
    return not (_is_span(short) or _MONEY.search(short) or _PERCENT.search(short) or _SIZE.search(short))


def _is_span(short: str) -> bool:
    """Whether it is a length of time, such as "eleven days", not "a rainy day"."""
    match = _SPAN.search(short)
    return bool(match and find_numbers(match.group()))

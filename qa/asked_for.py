"""What exactly a question asks for: a time of day, a length of time, a size, a person, a name; finer than qa/kinds.py.

By rules, English, pure. Whether a sentence has it is told by what stands there, so that only of kinds that are always
written in the same few ways (`STRICT`) can a sentence be said to lack it.
"""

from __future__ import annotations

import re
from typing import Literal

from corpus.language import DEFAULT_LANGUAGE
from corpus.stem import STOP_WORDS, stems
from qa.kinds import has_kind, kind_of, spans_of
from qa.numbers import GAP, NUMBER_WORDS, find_numbers

AskedFor = Literal[
    "clock", "age", "share", "length", "mass", "heat", "duration", "population", "count", "money", "date", "named",
    "which", "identity", "called", "who", "reason", "",
]  # fmt: skip
STRICT: frozenset[AskedFor] = frozenset(
    {
        "clock",
        "share",
        "length",
        "mass",
        "heat",
        "duration",
        "population",
        "money",
        "date",
        "named",
        "which",
        "identity",
    }
)
"""The kinds that a sentence can be said to lack: wrong for about 1 of 100 sentences that answer (evals/LOG.md)."""

_TIME = r"(?:second|minute|hour|day|night|week|weekend|month|year|decade|centur(?:y|ie)|season)s?"
_LENGTH = r"(?:(?:kilo|centi|milli)?met(?:er|re)s?|miles?|feet|foot|yards?|inch(?:es)?|km|cm|mm|m|ft)"
UNITS: dict[AskedFor, str] = {
    "duration": _TIME,
    "length": _LENGTH,
    "mass": r"(?:tons?|tonnes?|kilograms?|kilos?|kg|grams?|pounds?|ounces?|lbs?)",
    "heat": r"(?:degrees?|kelvins?|°\s?[CF]?)",
}
"""What a number of each kind is followed by."""
_POPULATION = re.compile(
    r"\b(?:population|inhabitants|residents|citizens|villagers|souls|home to|people (?:who )?live\w*"
    r"|(?:town|city|village|nation|country|island|province|county) of (?:about |some |nearly |almost |around )?\d)\b",
    re.IGNORECASE,
)
_OFFICE = (
    r"(?:person|man|woman|boy|girl|officials?|officer|judge|lawyer|attorney|prosecutor|manager|director|executive|chief"
    r"|minister|mayor|captain|president|senator|politician|candidate|leader|inspector|detective|doctor|scientist|chair"
    r"|biologist|professor|researcher|artist|painter|author|writer|poet|singer|actor|actress|player|coach|king|queen"
    r"|emperor|philosopher|general|journalist|reporter|witness|spokes(?:man|woman|person)|engineer|architect|composer)"
)
_THING = (
    r"(?:company|firm|town|city|country|state|university|college|journal|newspaper|magazine|hospital|school|bank|river"
    r"|island|street|ship|publisher|airline)"
)
_QUESTION: tuple[tuple[AskedFor, re.Pattern[str]], ...] = (
    (
        "clock",
        re.compile(
            r"\b(?:what|which)(?: was the| is the)? (?:time|hour)"
            r"(?= (?:did|do|does|was|were|is|are|will|would|can|has)\b|\W*$)"
        ),
    ),
    ("age", re.compile(r"\bhow old\b|\b(?:what|which)\b[^?]{0,30}\bage\b(?! group)")),
    ("share", re.compile(r"\b(?:what|which) (?:percentage|percent|share|proportion)\b|\bhow many percent\b")),
    (
        "length",
        re.compile(
            rf"\bhow (?:tall|high|far|deep|wide) (?:is|was|are|were)\b|\bhow many (?:[a-z-]+ )?{_LENGTH}\b",
        ),
    ),
    ("mass", re.compile(r"\bhow heavy\b|\bhow many (?:tons?|tonnes?|kilograms?|kilos?|kg)\b")),
    (
        "heat",
        re.compile(
            r"\bhow (?:cold|hot|warm) (?:is|was|are|were|did|does)\b|\bhow many degrees\b"
            r"|\b(?:what|which) temperatures?\b",
        ),
    ),
    (
        "duration",
        re.compile(
            rf"\bhow long (?:do|did|does|has|have|had|will|would|must|can|could|should|ago)\b|\bhow many {_TIME}\b",
        ),
    ),
    (
        "population",
        re.compile(
            r"\bwhat(?:['’]s| is| was) the (?:\w+ )?population\b|\bhow many (?:people live|inhabitants|residents)\b"
        ),
    ),
    ("count", re.compile(r"\bhow many\b|\b(?:what|which)(?: (?:is|was|are|were)|['’]s)? the (?:[a-z]+ )?number\b")),
    ("named", re.compile(r"\bnames? of the\b(?! (?:game|law|rule))|['’]s (?:\w+ )?names?\b")),
    ("which", re.compile(rf"\b(?:what|which) (?:[a-z-]+ )?{_THING}s?\b")),
    ("identity", re.compile(r"\bwho(?:['’]s| is| was| are| were) (?:the|an?)\b(?! (?:most|best|first|last))")),
    ("called", re.compile(r"\bwhat (?:is|was|are|were)\b[^?]*\b(?:called|named)\b")),
    ("who", re.compile(rf"\bwho(?:m|se)?\b|\b(?:what|which) (?:[a-z-]+ )?{_OFFICE}\b")),
)
_CLOCK = re.compile(
    r"\b\d{1,2}(?:[:.]\d\d)?\s?[ap]\.?m\b|\b\d{1,2}:\d\d\b|\bo.?clock\b"
    r"|\b(?:noon|midday|midnight|dawn|dusk|sunrise|sunset)\b|\b(?:minutes?|hours?) (?:later|after|before|earlier)\b",
    re.IGNORECASE,
)
_AGE = re.compile(
    r",\s\d{1,3}(?=[,.;]|\sand\b)|\b\d{1,3}[- ]years?[- ]old\b|\b(?:old|age[ds]?|built|born|founded|since|dates?)\b",
    re.IGNORECASE,
)
_SHARE = re.compile(
    r"\b(?:half|third|quarter|fifth|tenth|most|none|all|one in|out of|majority|minority)\b", re.IGNORECASE
)
_LASTS = re.compile(
    rf"\b(?:an?|one|several|few|half an?|all) {_TIME}\b|\b(?:since|until|till|permanently|forever|for life)\b",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\b(?:called|named|names|known as|dubbed|nicknamed|referred to|titled|means?|meaning|as)\b")


_LOOSELY: dict[AskedFor, re.Pattern[str]] = {
    "date": re.compile(
        r"\b(?:centur|dynast|decade|reign|period|era\b|ages?\b|war\b|times\b|season)|\b(?:bc|bce|ce|ad|bp)\b|\b\d{3,4}\b"
        r"|\b(?:during|after|before|until|following|once|when|upon|while|soon|recently|earlier|later|ago)\b",
        re.IGNORECASE,
    ),
    "duration": re.compile(rf"\b{_TIME}\b|\b(?:into|through|throughout|from)\b", re.IGNORECASE),
    "population": re.compile(
        r"\d(?:,\d{3})+(?! ?(?:%|dollars|euros|percent|meters|kilometers))|\bmillion\b", re.IGNORECASE
    ),
    "length": re.compile(rf"\d\W{{0,3}}{_LENGTH}\b", re.IGNORECASE),
    "money": re.compile(r"[$€£¥₹]|\b(?:dollars?|euros?|pounds?|francs?|crowns?|free|cents?|pence)\b", re.IGNORECASE),
    "clock": re.compile(r"\b(?:morning|noon|evening|night|hours?)\b", re.IGNORECASE),
}
"""What else can be meant by one who is asked."""
_WHY = re.compile(
    r"\b(?:because|due to|owing to|thanks to|as a result|as (?:a )?consequence|therefore|thus|so that|in order to"
    r"|caus\w+|reasons?|led to|blam\w+|prompt\w+|trigger\w+|spark\w+|in protest|in response|fear\w*|concern\w*|worr\w+"
    r"|to (?:avoid|prevent|allow|ensure|protect|stop)|criticiz\w+ for|accus\w+ of|rejecting|cit(?:ing|ed)"
    r"|over (?!the (?:past|next|last|course|years|weekend)|(?:an?|this|that) (?:week|year|month|day|hour|period)"
    r"|(?:one|two|three|four|five|six|seven|eight|nine|ten|several|half|many|most|all|and|which)\b)[a-z]+)\b",
    re.IGNORECASE,
)
"""What gives a reason; a strike can be over pay, but none is over two years."""


def asked_for(question: str, language: str = DEFAULT_LANGUAGE) -> AskedFor:
    """What a question asks for; empty where nothing can be told."""
    if language != DEFAULT_LANGUAGE:
        return ""
    low, kind = question.lower(), kind_of(question)
    found: AskedFor = next((name for name, pattern in _QUESTION if pattern.search(low)), "")
    if kind == "date" and found != "clock":
        return "date"
    if found:
        return found
    return "money" if kind == "money" else "reason" if kind == "reason" else ""


def has_asked_for(asked: AskedFor, sentence: str, question: frozenset[str]) -> bool:
    """Whether a sentence has something of the kind that the question (its stems) does not already say."""
    if asked == "reason":
        return bool(_WHY.search(sentence))
    if asked in ("money", "date"):
        table = asked == "money" and sentence.startswith("|")  # the unit stands in the head of its column
        return has_kind("number" if table else asked, sentence, question)
    if asked == "clock":
        return bool(_CLOCK.search(sentence))
    if asked == "age":
        return bool(_AGE.search(sentence))
    if asked == "share":
        return any(n.unit == "percent" for n, _, _ in find_numbers(sentence)) or bool(_SHARE.search(sentence))
    if asked in ("count", "population"):
        told = asked == "count" or "|" in sentence or bool(_POPULATION.search(sentence))
        return told and bool(spans_of("number", sentence, question))
    if asked in ("named", "which", "identity", "called", "who"):
        return bool(spans_of("name", sentence, question)) or (asked == "called" and bool(_NAMED.search(sentence)))
    if unit := UNITS.get(asked):
        after = re.compile(rf"(?:{GAP}[a-z]+)?{GAP}?{unit}\b", re.IGNORECASE)
        if "|" in sentence or any(after.match(sentence, end) for _, _, end in find_numbers(sentence)):
            return True
        return asked == "duration" and bool(_LASTS.search(sentence))
    return True


def may_have(asked: AskedFor, sentence: str, question: frozenset[str]) -> bool:
    """As `has_asked_for`, but also by what is rarely meant: where it is false, what is asked for is not there."""
    if has_asked_for(asked, sentence, question):
        return True
    if asked in ("named", "which", "identity"):
        words = re.findall(r"[^\W\d_][\w’'-]*", sentence)
        named = [
            w for w in (words if asked == "which" else words[1:]) if w[0].isupper() and w.lower() not in STOP_WORDS
        ]
        return any(not {*stems(w)} <= question | NUMBER_WORDS for w in named) or bool(_NAMED.search(sentence))
    loosely = _LOOSELY.get(asked)
    return loosely is not None and bool(loosely.search(sentence))

"""What of a sentence no paraphrase replaces: numbers with their unit, names, polarity. By rules.

English, and pure. What each is compared for is in qa/check.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.stem import STOP_WORDS, stem_word
from qa.moments import DATE, DAYS, MONTHS

_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_VALUES = {word: n for n, word in enumerate(_ONES)} | {word: 10 * n for n, word in enumerate(_TENS, 2)}
NUMBER_WORDS = frozenset(map(stem_word, _VALUES))
"""Stems of the words for numbers up to a hundred."""
_SCALES = {
    "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "dozen": 12, "k": 1e3,
    "m": 1e6, "mn": 1e6, "bn": 1e9, "tn": 1e12,
}  # fmt: skip
_WORD = "|".join(_VALUES)
_BIG = "hundred|thousand|million|billion|trillion|dozen"
_NUMBER = re.compile(
    rf"(?P<money>[$€£¥₹]\s?)?(?<![\w.])(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"(?P<tight>(?:k|m|mn|bn|tn)\b)?"
    rf"(?P<scale>(?:[ -](?:{_BIG})s?\b)*)(?P<unit>\s?%|[ -](?:percent|per cent)\b)?"
    rf"|\b(?P<words>(?:a|{_WORD})\b(?:(?:[ -]|\sand\s)(?:{_WORD}|{_BIG})\b)*)"
    rf"(?P<word_unit>\s?%|[ -](?:percent|per cent)\b)?",
    re.IGNORECASE,
)
_CURRENCY = re.compile(
    r"[ -](?:\w+ )?(dollars?|euros?|pounds?|yen|rupees?|francs?|crowns?|lira|cents?|usd|eur|gbp)\b", re.IGNORECASE
)
_SIGNS = {
    "$": "dollar",
    "€": "euro",
    "£": "pound",
    "¥": "yen",
    "₹": "rupee",
    "usd": "dollar",
    "eur": "euro",
    "gbp": "pound",
}
_ABOUT = re.compile(
    r"\b(about|around|nearly|almost|roughly|approximately|some|more than|over|at least|less than|under|up to|close to"
    r"|as many as|fewer than)\s+(?:[$€£¥₹])?$",
    re.IGNORECASE,
)

_NAME = re.compile(r"\b(?:[A-Z]\.){2,}|\b[A-Z][\w’'&-]*(?<![’'-])")
_NOT_NAMES = STOP_WORDS | frozenset(
    [*MONTHS, *DAYS, "mr", "mrs", "ms", "dr", "today", "yesterday", "tomorrow", "according", "meanwhile", "also"]
)
NEGATION = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|denie[sd]|deny|denying|refus\w+|reject\w*|fail\w*"
    r"|false|untrue|unable|unlikely|lack\w*|dismiss\w*|disput\w+|rul(?:e|es|ed|ing) out)\b|n[’']t\b",
    re.IGNORECASE,
)
HEDGE = re.compile(
    r"\b(?:may|might|could|would|should|plan(?:s|ned|ning)?|propos\w+|expect\w*|consider\w*|alleg\w+|reportedly|likely"
    r"|possibl[ey]|perhaps|if|unless|threaten\w*|hop(?:e|es|ed|ing)|aim(?:s|ed)?|intend\w*|rumou?r\w*|suspect\w*|believed"
    r"|appear(?:s|ed)?|seem(?:s|ed)?|suggest\w*|whether)\b",
    re.IGNORECASE,
)
_OPPOSITES = (
    ("rise rose risen increase increased grew grow grown gain gained climb climbed jump jumped soar soared up",
     "fall fell fallen decrease decreased drop dropped decline declined shrink shrank slump slumped down cut"),
    ("more above higher larger bigger exceeded", "less fewer below lower smaller"),
    ("won win wins victory", "lost lose loses defeat defeated"),
    ("before earlier prior", "after later following"),
    ("first", "last"),
    ("opened open opens reopened", "closed close closes shut closure"),
    ("approved approve accepted accept backed support supported upheld", "rejected reject opposed oppose overturned"),
    ("started began begin begun start launched", "ended end ends stopped finished halted"),
    ("bought buy acquired purchased", "sold sell"),
    ("guilty convicted", "acquitted innocent cleared"),
    ("joined join", "left leave quit"),
    ("best most", "worst least"),
)  # fmt: skip
_SIDE: dict[str, tuple[int, int]] = {
    stem_word(word): (pair, side)
    for pair, sides in enumerate(_OPPOSITES)
    for side, words in enumerate(sides)
    for word in words.split()
}


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it counts: 1.5 million is 1,500,000. `unit` is percent, a currency or nothing; `about` its hedge."""

    value: float
    unit: str
    about: str
    text: str

    def fits(self, other: Number) -> bool:
        """Whether a source that gives `other` gives this one."""
        if self.unit and other.unit and self.unit != other.unit:
            return False
        if abs(self.value - other.value) <= 1e-9 * max(1.0, abs(self.value)):
            return True
        if other.about or _n_digits(self.value) >= _n_digits(other.value):
            return False  # only a rounder number can stand for an exact one
        about = self.about.lower()
        if about in ("more than", "over", "at least"):
            return self.value <= other.value <= 1.5 * self.value
        if about in ("less than", "under", "up to", "fewer than"):
            return self.value / 1.5 <= other.value <= self.value
        return bool(about) and abs(self.value - other.value) <= 0.1 * abs(other.value)


def numbers_of(text: str) -> list[Number]:
    """The numbers of a text, those of its dates left out."""
    return [number for number, _, _ in find_numbers(text)]


def find_numbers(text: str) -> list[tuple[Number, int, int]]:
    """As `numbers_of`, each with where it stands, from and to."""
    dated = [match.span() for match in DATE.finditer(text)]
    found = []
    for match in _NUMBER.finditer(text):
        if any(a <= match.start() < b or a < match.end() <= b for a, b in dated):
            continue
        value = _value(match)
        if value is None:
            continue
        after = _CURRENCY.match(text, match.end())
        unit = ""
        if match["unit"] or match["word_unit"]:
            unit = "percent"
        elif match["money"]:
            unit = _SIGNS[match["money"].strip()]
        elif after:
            unit = _SIGNS.get(after[1].lower(), after[1].lower().rstrip("s"))
        about = _ABOUT.search(text[max(0, match.start() - 16) : match.start()])
        number = Number(value, unit, about[1] if about else "", match.group().strip())
        found.append((number, match.start(), match.end()))
    return found


def names_of(text: str) -> list[str]:
    """The words of names, the first of a sentence only where the text has it elsewhere too or another follows."""
    found = []
    for match in _NAME.finditer(text):
        word = re.sub(r"[’']s?$", "", match.group())
        if word.lower() in _NOT_NAMES or (len(word) == 1 and not word.isupper()) or word == "I":
            continue
        before = text[: match.start()].rstrip(" \"“‘('")
        starts = not before or before[-1] in ".!?:•·\n"
        if starts and not re.match(r"\s[A-Z]\w", text[match.end() :]) and not re.search(r"[A-Z\d]", word[1:]):
            continue
        found.append(word)
    return list(dict.fromkeys(found))


def sides_of(stems: frozenset[str]) -> dict[int, set[int]]:
    """For each pair of opposites that the stems touch, which sides."""
    found: dict[int, set[int]] = {}
    for stem in stems & _SIDE.keys():
        pair, side = _SIDE[stem]
        found.setdefault(pair, set()).add(side)
    return found


def quotations_of(text: str) -> list[str]:
    """What stands between quotation marks, of three words or more; a title, in capitals, is a name and no quotation."""
    found = [q for q in re.findall(r"[\"“]([^\"“”]{8,})[\"”]", text) if len(q.split()) >= 3]
    return [q for q in found if not _is_title(q)]


def _is_title(words: str) -> bool:
    """Whether every word that counts is capital: "The Sound of Music"."""
    counting = [word for word in re.findall(r"[^\W\d_][\w’']*", words) if word.lower() not in STOP_WORDS]
    return len(counting) > 1 and all(word[:1].isupper() for word in counting)


def _n_digits(value: float) -> int:
    """How many digits count: 1,500,000 has two."""
    return len(f"{value:.6f}".replace(".", "").strip("0")) or 1


def _value(match: re.Match[str]) -> float | None:
    if match["digits"]:
        value = float(match["digits"].replace(",", ""))
        for scale in re.findall(r"[a-z]+", f"{match['tight'] or ''} {match['scale'] or ''}".lower()):
            value *= _SCALES.get(scale.rstrip("s") if scale not in _SCALES else scale, 1.0)
        return value
    words = [w for w in re.findall(r"[a-z]+", match["words"].lower()) if w != "and"]
    if words == ["a"] or (words[0] == "a" and len(words) == 1) or words == ["one"]:
        return None  # "one" is a pronoun more often than a number
    total = part = 0.0
    for word in words:
        scale = _SCALES.get(word.rstrip("s") if word not in _SCALES else word)
        if word in _VALUES:
            part += _VALUES[word]
        elif scale in (100.0, 12.0):
            part = max(part, 1.0) * scale
        elif scale:
            total, part = total + max(part, 1.0) * scale, 0.0
    return total + part

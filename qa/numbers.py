"""Numbers of a sentence as they count, with their unit: "half a million" is 500,000, "the fifteenth" the 15th.

English, and pure. The one place where they are read; the days of dates are read in qa/moments.py and left out here.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from corpus.stem import stem_word
from qa.moments import DATE

_ONES = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_VALUES = {word: n for n, word in enumerate(_ONES)} | {word: 10 * n for n, word in enumerate(_TENS, 2)}
NUMBER_WORDS = frozenset(map(stem_word, _VALUES))
"""Stems of the words for numbers up to a hundred."""
_SCALES = {
    "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "dozen": 12, "k": 1e3,
    "m": 1e6, "mn": 1e6, "bn": 1e9, "tn": 1e12,
}  # fmt: skip
_FIRST = {"first": 1, "second": 2, "third": 3}
"""Read only where they are asked for: a second is also a time, a third a share, and "at first" no number."""
_IRREGULAR = {"five": "fifth", "eight": "eighth", "nine": "ninth", "twelve": "twelfth"}
_ORDINALS = {
    _IRREGULAR.get(word, (word[:-1] + "ie" if word.endswith("y") else word) + "th"): n
    for word, n in _VALUES.items()
    if n > 3
}
ORDINAL = "ordinal"
"""The unit of the fifteenth and the 15th."""
GAP = r"[ \u00a0\u2009\u202f-]"
"""What may stand between a number and its scale or unit: spaces that do not break are spaces all the same."""
_WORD = "|".join(_VALUES)
_BIG = "hundred|thousand|million|billion|trillion|dozen"
_NTH = "|".join([*_ORDINALS, *_FIRST])
_NUMBER = re.compile(
    rf"(?P<money>[$€£¥₹]\s?)?(?<![\w.])"
    rf"(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d{{1,3}}(?:[\u00a0\u2009\u202f]\d{{3}})+(?!\d)|\d+(?:\.\d+)?)"
    rf"(?:(?P<nth>st|nd|rd|th)\b|(?P<vulgar>[¼½¾])|{GAP}(?P<half>and a half)\b)?"
    rf"(?P<tight>(?:k|m|mn|bn|tn)\b)?"
    rf"(?P<scale>(?:{GAP}(?:{_BIG})s?\b)*)(?P<unit>\s?%|{GAP}(?:percent|per cent)\b)?"
    rf"|\b(?P<part>half|(?:a|one|three){GAP}quarters?){GAP}(?:of{GAP})?(?:an?{GAP})?(?P<of>{_BIG})\b"
    rf"|\ba{GAP}(?P<half_scale>half){GAP}(?P<of_half>{_BIG})\b"
    rf"|\b(?:(?P<tens>{'|'.join(_TENS)}){GAP})?(?P<nth_word>{_NTH})\b"
    rf"|\b(?P<words>(?:a(?={GAP}(?:{_BIG})\b)|(?:{_WORD})\b)(?:(?:{GAP}|\sand\s)(?:{_WORD}|{_BIG})\b)*)"
    rf"(?:{GAP}(?P<word_half>and{GAP}a{GAP}half)\b(?P<half_of>{GAP}(?:{_BIG})\b)?)?"
    rf"(?P<word_unit>\s?%|{GAP}(?:percent|per cent)\b)?",
    re.IGNORECASE,
)
_CURRENCY = re.compile(
    rf"{GAP}(?:\w+ )?(dollars?|euros?|pounds?|yen|rupees?|francs?|crowns?|lira|cents?|usd|eur|gbp)\b", re.IGNORECASE
)
_SIGNS = {
    "$": "dollar", "€": "euro", "£": "pound", "¥": "yen", "₹": "rupee", "usd": "dollar", "eur": "euro", "gbp": "pound",
}  # fmt: skip
_ABOUT = re.compile(
    r"\b(about|around|nearly|almost|roughly|approximately|some|more than|over|at least|less than|under|up to|close to"
    r"|as many as|fewer than)\s+(?:[$€£¥₹])?$",
    re.IGNORECASE,
)
_SHARE = re.compile(rf"{GAP}of\b")
"""A fifth of something is a share, and none of five."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it counts: 1.5 million is 1,500,000. `about` is its hedge.

    `unit` is percent, a currency, ORDINAL, or nothing.
    """

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


def numbers_of(text: str, *, from_first: bool = False) -> list[Number]:
    """The numbers of a text, ordinals too, those of its dates left out.

    "first", "second" and "third" count only with `from_first`; "2nd" always does.
    """
    found = [number for number, _, _ in _find(text)]
    return [n for n in found if from_first or n.text.lower() not in _FIRST]


def find_numbers(text: str) -> list[tuple[Number, int, int]]:
    """The numbers that count something, each with where it stands, from and to: no dates, no ordinals."""
    return [found for found in _find(text) if found[0].unit != ORDINAL]


def _find(text: str) -> list[tuple[Number, int, int]]:
    dated = [match.span() for match in DATE.finditer(text)]
    found = []
    for match in _NUMBER.finditer(text):
        if any(a <= match.start() < b or a < match.end() <= b for a, b in dated):
            continue
        value = _value(match)
        if value is None or (match["nth_word"] and _SHARE.match(text, match.end())):
            continue
        about = _ABOUT.search(text[max(0, match.start() - 16) : match.start()])
        number = Number(value, _unit(match, text), about[1] if about else "", match.group().strip())
        found.append((number, match.start(), match.end()))
    return found


def _unit(match: re.Match[str], text: str) -> str:
    if match["nth"] or match["nth_word"]:
        return ORDINAL
    if match["unit"] or match["word_unit"]:
        return "percent"
    if match["money"]:
        return _SIGNS[match["money"].strip()]
    after = _CURRENCY.match(text, match.end())
    return _SIGNS.get(after[1].lower(), after[1].lower().rstrip("s")) if after else ""


def _value(match: re.Match[str]) -> float | None:
    if match["digits"]:
        value = float(re.sub(r"[,\s]", "", match["digits"]))
        value += unicodedata.numeric(match["vulgar"]) if match["vulgar"] else 0.5 if match["half"] else 0.0
        for scale in re.findall(r"[a-z]+", f"{match['tight'] or ''} {match['scale'] or ''}".lower()):
            value *= _scale(scale) or 1.0
        return value
    if match["part"] or match["half_scale"]:
        part = (match["part"] or match["half_scale"]).lower()
        share = 0.5 if part == "half" else 0.75 if part.startswith("three") else 0.25
        return share * _SCALES[(match["of"] or match["of_half"]).lower()]
    if match["nth_word"]:
        tens = match["tens"]
        return float((_VALUES[tens.lower()] if tens else 0) + (_FIRST | _ORDINALS)[match["nth_word"].lower()])
    words = [w for w in re.findall(r"[a-z]+", match["words"].lower()) if w not in ("and", "a")]
    if words == ["one"] and not match["word_half"]:
        return None  # "one" is a pronoun more often than a number
    if not match["word_half"]:
        return _sum(words)
    return (_sum(words) + 0.5) * (_SCALES[match["half_of"][1:].lower()] if match["half_of"] else 1.0)


def _sum(words: list[str]) -> float:
    total = part = 0.0
    for word in words:
        scale = _scale(word)
        if word in _VALUES:
            part += _VALUES[word]
        elif scale in (100.0, 12.0):
            part = max(part, 1.0) * scale
        elif scale:
            total, part = total + max(part, 1.0) * scale, 0.0
    return total + part


def _scale(word: str) -> float | None:
    return _SCALES.get(word.rstrip("s") if word not in _SCALES else word)


def _n_digits(value: float) -> int:
    """How many digits count: 1,500,000 has two."""
    return len(f"{value:.6f}".replace(".", "").strip("0")) or 1

"""What a claim says that its evidence does not, in languages other than English: numbers, months, denials, quotations.

By rules, and fewer than English has (qa/lacking.py): names are not told from other words, hedges and directions are not
read. What is not looked at is never held against a claim. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.split import split_sentences
from corpus.stem import plain_number, query_stems, stems
from qa.lacking import SAME_SENTENCE, Quote, plain

MUCH_LONGER = 2.0
"""A sentence with so many times the claim's words may deny something else: its denials are not counted."""


@dataclass(frozen=True, slots=True)
class Tongue:
    """How a language writes what is compared: scales of numbers, months from January on, and denials."""

    scales: dict[str, float]
    months: str
    denial: str


TONGUES = {
    "de": Tongue(
        {
            "tausend": 1e3,
            "tsd": 1e3,
            "million": 1e6,
            "millionen": 1e6,
            "mio": 1e6,
            "milliarde": 1e9,
            "milliarden": 1e9,
            "mrd": 1e9,
            "billion": 1e12,
            "billionen": 1e12,
            "dutzend": 12,
        },
        "januar februar märz april mai juni juli august september oktober november dezember",
        r"\b(?:nicht|nichts|nie|niemals|niemand\w*|kein\w*|nirgends|ohne|weder|bestreite\w*|bestritt\w*|dementier\w*"
        r"|verneint\w*|unwahr|falsch)\b",
    ),
    "es": Tongue(
        {"mil": 1e3, "millón": 1e6, "millones": 1e6, "billón": 1e12, "billones": 1e12, "docena": 12, "docenas": 12},
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        r"\b(?:no|nunca|jamás|nadie|nada|ningun[oa]s?|ningún|sin|tampoco|ni|niega\w*|negó|negaron|desmint\w+|falso)\b",
    ),
    "fr": Tongue(
        {"mille": 1e3, "million": 1e6, "millions": 1e6, "milliard": 1e9, "milliards": 1e9, "douzaine": 12},
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        # Of "ne … pas" only the second word counts, which speech and headlines keep.
        r"\b(?:pas|jamais|personne|rien|aucune?s?|sans|ni|non|nie|nient|niée?s?|dément\w*|faux)\b",
    ),
    "zh": Tongue(
        {"百": 1e2, "千": 1e3, "万": 1e4, "萬": 1e4, "百万": 1e6, "千万": 1e7, "亿": 1e8, "億": 1e8, "万亿": 1e12},
        " ".join(f"{n}月" for n in range(1, 13)),
        r"不|没有|没|沒|未曾|未能|未(?=[\u4e00-\u9fff])|无法|從未|从未|否认|否認|拒绝|并非|並非",
    ),
    "ar": Tongue(
        {"ألف": 1e3, "آلاف": 1e3, "مليون": 1e6, "ملايين": 1e6, "مليار": 1e9, "مليارات": 1e9, "تريليون": 1e12},
        "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
        r"(?<!\w)(?:و|ف)?(?:لا|لم|لن|ليس|ليست|ليسوا|لست|دون|بدون|نفى|نفت|ينفي|تنفي|أنكر|أنكرت|غير)(?!\w)",
    ),
}
_DIGITS = re.compile(r"(?<![\w.,])\d+(?:[.,\u00a0\u202f ]\d{3})*(?:[.,]\d+)*|\d+(?:[.,]\d+)*")
_QUOTED = re.compile(r"[„“«»「『\"]([^„“”«»「」『』\"]{8,})[“”«»」』\"]")
_ARABIC = {ord(c): str(n % 10) for n, c in enumerate("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")} | {ord("٫"): ".", ord("٬"): ","}


def lacking_abroad(claim: str, quotes: Sequence[Quote], language: str) -> str:
    """The numbers, months and quotations of a claim that its evidence lacks, in words; empty without any."""
    evidence = "\n".join(quote.text for quote in quotes)
    given = values_of(evidence, language)
    if wrong := [text for text, value in values_of(claim, language).items() if value not in given.values()]:
        return f"the article does not have {', '.join(wrong[:3])}"
    theirs = _months(evidence, language)
    told = {quote.published.month for quote in quotes if quote.published}
    if off := [name for n, name in _months(claim, language).items() if n not in theirs and n not in told]:
        return f"the article does not say that it was {off[0]}"
    text = plain(evidence).casefold()
    if any(plain(words).casefold().strip(" .,。،") not in text for words in _QUOTED.findall(claim)):
        return "the article does not have the quoted words"
    return ""


def turned_abroad(claim: str, quotes: Sequence[Quote], language: str) -> str:
    """Whether the claim denies what the nearest sentence of the same length says, or the other way round."""
    wanted = frozenset(query_stems(claim, language))
    parts = [q.text[start:end] for q in quotes for start, end in split_sentences(q.text, language)]
    nearest = max(parts, key=lambda part: len(wanted & frozenset(stems(part, language))), default="")
    near = frozenset(query_stems(nearest, language))
    if not wanted or len(wanted & near) < SAME_SENTENCE * len(wanted) or len(near) > MUCH_LONGER * len(wanted):
        return ""
    denied, denies = (len(re.findall(TONGUES[language].denial, t, re.IGNORECASE)) for t in (nearest, claim))
    if bool(denied) == bool(denies):
        return ""
    return "the article denies this" if denied else "the article says this without the denial"


def values_of(text: str, language: str) -> dict[str, float]:
    """The numbers of a text as they stand, and what they count to: `3,5 Mio.` is 3,500,000."""
    text = text.translate(_ARABIC)
    scales = TONGUES[language].scales
    named = re.compile(r"\s?(" + "|".join(sorted(scales, key=len, reverse=True)) + r")" + _end(language), re.IGNORECASE)
    found: dict[str, float] = {}
    for match in _DIGITS.finditer(text):
        digits = re.sub(r"[\u00a0\u202f ]", "", match.group())
        try:
            value = float(plain_number(digits, language))
        except ValueError:
            continue  # a version, a score, a time
        end = match.end()
        while scale := named.match(text, end):
            value *= scales[scale[1].lower()]
            end = scale.end()
        found[text[match.start() : end]] = round(value, 6)
    return found


def _months(text: str, language: str) -> dict[int, str]:
    """The months that a text names, by number, as they stand."""
    found = {}
    for number, name in enumerate(TONGUES[language].months.split(), 1):
        if match := re.search(rf"{_begin(language)}{name}{_end(language)}", text, re.IGNORECASE):
            found[number] = match.group()
    return found


def _begin(language: str) -> str:
    return r"(?<!\d)" if language == "zh" else r"(?<!\w)"


def _end(language: str) -> str:
    """Where a word ends; in Chinese nothing says so."""
    return "" if language == "zh" else r"(?!\w)"

"""Numbers of a sentence with what they count, how it is measured, and what stands beside them. Pure; English."""

from __future__ import annotations

import re

from qa.lineup.concepts import ATTRIBUTES
from qa.lineup.named import in_runs, words_of_names
from qa.lineup.stated import Fact
from qa.numbers import find_numbers

_BORDER = re.compile(r"[;:()–—]|,(?!\d)|\s-\s|\b(?:and|but|while|whereas|although|though|plus)\b", re.IGNORECASE)


FORMER = re.compile(
    r"\b(?:up from|down from|instead of|rather than|compared (?:with|to)|than the|not the|originally|initially"
    r"|at first|first (?:estimate|put|to|said)|previously|earlier|had been (?:due|set|planned)|had told|was due to"
    r"|formerly|once)\b[^;:,]{0,40}$",
    re.IGNORECASE,
)


_FORMER_CLOSE = re.compile(r"\b(?:from|not|than)\b(?: (?:the|an?|about|some|only))?\s*[$€£]?$", re.IGNORECASE)


_EXTRA = re.compile(r"\b(?:another|(?:a )?further|additional|extra|other)\s(?:\S+\s)?$", re.IGNORECASE)


_RATE = re.compile(r"^\W*(?:\w+\s){0,2}?(?:(?:an?|per|each|every)\s(second|minute|hour|day|week|month|year)\b)", re.I)


_APART = re.compile(
    r"^\W*(?:\w+\s){0,2}?(?:(?:more|less|fewer|higher|lower) than|short of|apart\b|too (?:many|few))", re.I
)


_PART = re.compile(r"^\s+of\s(?:the|them|those|these|its|whom|which|his|her|their|our)\b", re.IGNORECASE)


_AGE = re.compile(r"^[- ]year[s]?[- ]old|^ years of age")


_COMPOUND = re.compile(r"^-(?!year|day|week|month|hour|minute|kilomet|mile|met|foot)[a-z]")


_SINCE = re.compile(
    r"^[ -](?:hour|minute|day|week|month|year|decade)s?(?: and \S+)? (?:after|ago|before|later|earlier|since)\b"
)


_WITHIN = re.compile(
    r"\b(?:past|last|next|within|every|for the first|(?:in|over) (?:about|the past))\s$", re.IGNORECASE
)


_HOUR = re.compile(r"^(?::\d\d)?\s?[ap]\.?m\b|^:\d\d|^\s?o’?'?clock")


_MEASURES: dict[str, tuple[str, float]] = {
    "km": ("length", 1000.0), "kilometer": ("length", 1000.0), "kilometre": ("length", 1000.0),
    "mile": ("length", 1609.344), "meter": ("length", 1.0), "metre": ("length", 1.0), "foot": ("length", 0.3048),
    "feet": ("length", 0.3048), "centimeter": ("length", 0.01), "yard": ("length", 0.9144), "inch": ("length", 0.0254),
    "inches": ("length", 0.0254), "millimeter": ("length", 0.001), "hour": ("time", 60.0), "minute": ("time", 1.0),
    "second": ("time", 1 / 60), "day": ("days", 1.0), "week": ("days", 7.0), "month": ("days", 30.4),
    "year": ("days", 365.0), "decade": ("days", 3650.0), "kilogram": ("mass", 1.0), "kg": ("mass", 1.0),
    "ton": ("mass", 1000.0), "tonne": ("mass", 1000.0), "hectare": ("area", 1e4), "acre": ("area", 4046.86),
    "megawatt": ("power", 1.0), "gigawatt": ("power", 1000.0), "degree": ("degree", 1.0),
}  # fmt: skip


_MEASURE = re.compile(
    r"^[- ](?:square )?(" + "|".join(sorted(_MEASURES, key=len, reverse=True)) + r")s?\b", re.IGNORECASE
)


_money_of_words = """
COST DAMAGE STOLEN AID FARE FINE RAISED OFFER DEMAND PROFIT SALES SALARY
"""
_MONEY_OF = frozenset(_money_of_words.split())


def count_numbers(text: str, concepts: list[tuple[str, int]], runs: list[tuple[str, int]]) -> list[Fact]:
    """The numbers of a sentence as facts; its concepts and names come with where they begin."""
    numbers = [
        (n, a, b)
        for n, a, b in find_numbers(text)
        if not _COMPOUND.match(text[b:]) and not _SINCE.match(text[b:])
        and not (_WITHIN.search(text[:a]) and _MEASURE.match(text[b:]))
        and not _AGE.match(text[b:]) and not _HOUR.match(text[b:]) and not _is_age(text, a, b)
        and not (text[a:b].isdigit() and not n.about and re.search(r"\w [A-Z][\w’'-]* $", text[max(0, a - 24) : a]))
    ]  # fmt: skip
    out = []
    for number, a, b in numbers:
        left, right = clause_around(text, a, b, [(x, y) for _, x, y in numbers if x != a])
        before, after = text[left:a], text[b:right]
        unit, value = number.unit, number.value
        if not unit and (measure := _MEASURE.match(text[b:])):
            unit, factor = _MEASURES[measure[1].lower()]
            value *= factor
        money = bool(unit) and unit not in ("percent", *{u for u, _ in _MEASURES.values()})
        within = [(c, at) for c, at in concepts if left <= at < right and not a <= at < b]
        of = _attribute(text, a, b, within, concepts, money, unit, alone=len(numbers) == 1)
        tail = text[b : b + 40]
        if _APART.match(tail) and of != "MARGIN":
            of = "APART"
        if not money and unit != "percent" and _PART.match(after) and not _after_part(within, b, text):
            of = of and "PART"
        if rate := _RATE.match(text[b : b + 30]):
            unit += f"/{rate[1].lower()}"
        more = unit != "percent" and re.match(
            r"\s(?:other|more)\s(?!than)", text[b:]
        )  # "4 percent more pay" is all of it
        if more or _EXTRA.search(text[max(0, a - 20) : a]):
            of = f"EXTRA {of}"
        plain = [(c, at) for c, at in within if not in_runs(at, runs)]
        counted = frozenset([c for c, at in plain if at >= b and at - b < 30][:2])
        if not counted and re.search(r"\b(?:number|total|count) of\b", before, re.IGNORECASE):
            counted = frozenset(c for c, at in plain if at < a)
        near = frozenset(run for run, at in runs if left <= at < right)
        if not near and of == "VOTES":  # votes are somebody's
            near = frozenset(run for run, _ in runs[:1])
        out.append(
            Fact(
                "number", text[a:b].strip(), a, of, unit, counted, frozenset(c for c, _ in plain),
                words_of_names(tuple(near)), bool(_FORMER_CLOSE.search(before) or FORMER.search(before)), number, value,
            )
        )  # fmt: skip
    return out


def _is_age(text: str, a: int, b: int) -> bool:
    """Whether the number is an age as newspapers give it: `Peter Marrack, 58, was`, `aged 19`."""
    before = text[max(0, a - 24) : a]
    named = re.search(r"[A-Z][\w’'-]+, $", before) and re.match(r"[,.]|$", text[b:])
    return bool(named or (re.search(r"\b(?:aged?|turned)(?: of)? $", before) and re.match(r"[,.]| and\b", text[b:])))


def clause_around(text: str, a: int, b: int, others: list[tuple[int, int]]) -> tuple[int, int]:
    """The clause around [a, b): up to the borders and to the numbers beside it."""
    left, right = 0, len(text)
    for match in _BORDER.finditer(text):
        if match.end() <= a:
            left = max(left, match.end())
        elif match.start() >= b:
            right = min(right, match.start())
    for x, y in others:
        if y <= a:
            left = max(left, y)
        elif x >= b and not _PART.match(text[b:x]):
            right = min(right, x)
    return left, right


def _attribute(
    text: str, a: int, b: int, within: list[tuple[str, int]], everywhere: list[tuple[str, int]], money: bool, unit: str,
    *, alone: bool,
) -> str:  # fmt: skip
    """What a number counts: the nearest word of its clause that says so, else of the sentence where it is alone."""

    def fits(concept: str) -> bool:
        if concept not in ATTRIBUTES:
            return False
        if money:
            return concept in _MONEY_OF
        if concept == "PRISON":
            return unit == "days"
        return concept not in ("COST", "FARE", "FINE", "RAISED") and unit not in ("length", "time", "mass", "area")

    cues = [(c, at) for c, at in within if fits(c)]
    for above in ("CAPACITY", "MARGIN"):  # "a lead of 87 votes" counts no ballots
        if any(c == above for c, _ in cues):
            return above
    if not cues and alone:
        cues = [(c, at) for c, at in everywhere if fits(c)]
    if _PART.match(text[b:]):
        cues = cues[-1:]
    best = min(cues, key=lambda cue: cue[1] - b if cue[1] >= b else 1.2 * (a - cue[1]), default=("", 0))[0]
    return best or ("MONEY" if money else "")


def _after_part(within: list[tuple[str, int]], b: int, text: str) -> bool:
    """Whether "two of the nine" goes on to say what of them: "… survived"."""
    return sum(1 for c, at in within if at >= b and c in ATTRIBUTES) > 1 or bool(
        re.match(r"\s+of\s\w+\s[\d]", text[b:])
    )

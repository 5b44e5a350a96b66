"""A sentence of an article as what it states: numbers and dates with what they are of, names, who says so, denials.

Pure and by rules; English. What of two statements is compared is in qa/compare.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from corpus.stem import STOP_WORDS
from qa.concepts import ATTRIBUTES, EVENTS, FILLERS, find_concepts
from qa.facts import NEGATION, Number, find_numbers
from qa.moments import DAYS, MONTHS, Moment, find_moments

Kind = Literal["number", "date", "name", "denial"]

_BORDER = re.compile(r"[;:()–—]|,(?!\d)|\s-\s|\b(?:and|but|while|whereas|although|though|plus)\b", re.IGNORECASE)
_FORMER = re.compile(
    r"\b(?:up from|down from|instead of|rather than|compared (?:with|to)|than the|not the|originally|initially"
    r"|at first|first (?:estimate|put|to|said)|previously|earlier|had been (?:due|set|planned)|had told|was due to"
    r"|formerly|once)\b[^;:,]{0,40}$",
    re.IGNORECASE,
)
_FORMER_CLOSE = re.compile(r"\b(?:from|not|than)\b(?: (?:the|an?|about|some|only))?\s*[$€£]?$", re.IGNORECASE)
_EXTRA = re.compile(r"\b(?:another|(?:a )?further|additional|extra|other)\s(?:\S+\s)?$", re.IGNORECASE)
_RATE = re.compile(r"^\W*(?:\w+\s){0,2}?(?:(?:an?|per|each|every)\s(second|minute|hour|day|week|month|year|person)\b)", re.I)
_APART = re.compile(r"^\W*(?:\w+\s){0,2}?(?:(?:more|less|fewer|higher|lower) than|short of|apart\b|too (?:many|few))", re.I)
_PART = re.compile(r"^\s+of\s(?:the|them|those|these|its|whom|which|his|her|their|our)\b", re.IGNORECASE)
_AGE = re.compile(r"^[- ]year[s]?[- ]old|^ years of age")
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
_MEASURE = re.compile(r"^[- ](?:square )?(" + "|".join(sorted(_MEASURES, key=len, reverse=True)) + r")s?\b", re.IGNORECASE)
_SAY = (
    r"(?:said|says|told|wrote|announced|reported|estimated|estimates|puts?|argued|argues|insisted|insists|admitted"
    r"|conceded|denied|denies|denying|rejected|rejects|rejecting|disputed|disputes|called|confirmed|confirms|acknowledged"
    r"|claimed|claims|warned|added|replied|found|ruled|maintained|contradicted|agreed|declined)"
)
_RUN = r"(?:(?:[A-Z]\.)+|[A-Z][\w’'-]*[\w])(?:\s(?:(?:of|de|van|von|al|bin|for|the|&)\s)?(?:(?:[A-Z]\.)+|[A-Z][\w’'-]*[\w]))*"
_NAMED_SPEAKER = re.compile(rf"({_RUN})(?:,[^,.;]{{1,70}},)?\s(?:(?:has|have|had|now|also|later)\s)?{_SAY}\b")
_SAID_BY = re.compile(rf"\b{_SAY}\s(?:the\s(?:[a-z’'-]+\s){{0,4}})?({_RUN})")
_PLAIN_SPEAKER = re.compile(
    rf"\b((?:[Tt]he|[Aa]n?|[Ii]ts|[Hh]er|[Hh]is)\s(?:[\w’'-]+\s){{1,3}}?)(?:[\w’'-]+ly\s)?{_SAY}\b|"
    rf"\b((?:[Pp]olice|[Oo]fficials|[Dd]octors|[Ee]ngineers|[Pp]rosecutors|[Oo]rganizers|[Rr]escuers|[Oo]pponents"
    rf"|[Aa]uthorities|[Aa]nalysts))\s{_SAY}\b"
)
_ACCORDING = re.compile(r"\b[Aa]ccording to\s((?:the |an? )?[\w’' -]{3,60}?)(?=[,.;]|$|\s(?:with|who|that)\b)")
_COUNTED_BY = re.compile(r"\bBy\s((?:the\s)?[\w’'-]+(?:\s[\w’'-]+)?)['’]s?\s(?:own\s)?(?:count|estimate|figures|reckoning)\b")
_DENIES = re.compile(
    r"\b(?:den(?:y|ies|ied|ying)|reject(?:s|ed|ing)?|disput(?:e|es|ed|ing)|contradict\w*|dismiss(?:es|ed|ing)?|false|untrue"
    r"|inaccurate|disagrees?|no plans?|denials?|refut\w+|wrong)\b",
    re.IGNORECASE,
)
_AGAINST = re.compile(
    r"\b(?:unsafe\w*|dangerous|against|oppos(?:es?|ed)|contradict\w*|disagree\w*|inaccurate|overturned|wrong)\b", re.IGNORECASE
)
_NO_NAMES = STOP_WORDS | frozenset([*MONTHS, *DAYS, "mr", "mrs", "ms", "dr", "another", "some", "according", "about"])


@dataclass(frozen=True, slots=True)
class Fact:
    """One number or date of a sentence: what it is of, and what stands beside it.

    `of` is its attribute or event as a concept ("" where none is known), `unit` what it is measured in; `counted` are
    the words counted, `beside` the content words of its clause. `former`: the sentence itself puts it into the past.
    """

    kind: Kind
    text: str
    start: int
    of: str
    unit: str
    counted: frozenset[str]
    beside: frozenset[str]
    names: frozenset[str]
    former: bool
    number: Number | None = None
    value: float = 0.0
    moment: Moment | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """What a sentence states. `words` are its concepts and stems without fillers, names and who says it left out.

    `runs` are its names as they stand, without the speaker's.
    """

    text: str
    facts: tuple[Fact, ...]
    words: frozenset[str]
    runs: tuple[str, ...]
    who: str
    denies: bool
    clauses: tuple[tuple[frozenset[str], bool], ...]


@lru_cache(maxsize=32_768)
def read_statement(text: str, told: date | None) -> Statement:
    """What a sentence states; `told` is the day of its article. Remembered: the same sentences come up again."""
    speaker, spans = _speaker(text)
    runs = [(m.group(), m.start()) for m in find_runs(text)]
    spoken = [(run, at) for run, at in runs if not any(a <= at < b for a, b in spans)]
    named = {word.lower() for run, _ in runs for word in run.split()}
    concepts = [(c, at) for c, at in find_concepts(text) if c not in FILLERS and not any(a <= at < b for a, b in spans)]
    plain = [(c, at) for c, at in concepts if not _in_runs(at, runs)]
    facts = [*_numbers(text, concepts, spoken), *_dates(text, told, concepts, spoken)]
    clauses = []
    for a, b in _clauses(text):
        words = frozenset(c for c, at in plain if a <= at < b)
        if words:
            clauses.append((words, _negated(text[a:b])))
    return Statement(
        text,
        tuple(facts),
        frozenset(c for c, _ in plain if c.lower() not in named),
        tuple(dict.fromkeys(run for run, _ in spoken)),
        speaker,
        bool(_DENIES.search(text)),
        tuple(clauses),
    )


@lru_cache(maxsize=16_384)
def find_runs(text: str) -> tuple[re.Match[str], ...]:
    """Names as they stand, runs of capitalised words; a lone word that opens a sentence is none."""
    found = []
    for match in re.finditer(rf"(?<![\w]){_RUN}", text):
        start = match.start()
        first = re.match(r"[\w’'.-]+\s?", match.group())
        while first and first.group().strip(" .").lower() in _NO_NAMES:
            start += first.end()
            first = re.match(r"[\w’'.-]+\s?", text[start : match.end()])
        again = re.compile(_RUN).match(text, start, match.end()) if start < match.end() else None
        if not again:
            continue
        opens = not text[: again.start()].strip(" \"“‘('") or text[: again.start()].rstrip(" \"“‘('")[-1:] in ".!?:•·\n"
        if opens and " " not in again.group() and again.start() == match.start() and not re.search(r"[A-Z]", again.group()[1:]):
            if not re.match(r"['’]s?\s|,\s(?:the|an?|who)\s", text[again.end() :]) and not again.group().endswith(("’s", "'s")):
                if text.count(again.group()) < 2 and not re.match(r"\s(?:has|will|is|was|won|goes|gets|plans)\b", text[again.end() :]):
                    continue
        found.append(again)
    return tuple(found)


def words_of_names(runs: tuple[str, ...]) -> frozenset[str]:
    """The words of names, folded, possessives off."""
    return frozenset(
        re.sub(r"['’]s?$", "", word).lower()
        for run in runs
        for word in run.split()
        if word.lower() not in _NO_NAMES and len(word) > 1
    )


def _speaker(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Who says it, as it stands ("" where nobody is named), and the spans that only say who says it."""
    found: list[tuple[int, str, tuple[int, int]]] = []
    for pattern in (_COUNTED_BY, _NAMED_SPEAKER, _SAID_BY, _PLAIN_SPEAKER, _ACCORDING):
        for match in pattern.finditer(text):
            who = next((g for g in match.groups() if g), "")
            if who.split() and who.split()[0].lower() in ("he", "she", "they", "it"):
                continue
            found.append((match.start(), " ".join(who.split()), match.span()))
    found.sort()
    return (found[0][1] if found else ""), [span for _, _, span in found]


def _numbers(text: str, concepts: list[tuple[str, int]], runs: list[tuple[str, int]]) -> list[Fact]:
    numbers = [
        (n, a, b)
        for n, a, b in find_numbers(text)
        if not _AGE.match(text[b:]) and not _HOUR.match(text[b:]) and not _is_age(text, a, b)
        and not (text[a:b].isdigit() and not n.about and re.search(r"\w [A-Z][\w’'-]* $", text[max(0, a - 24) : a]))
    ]  # fmt: skip
    out = []
    for number, a, b in numbers:
        left, right = _segment(text, a, b, [(x, y) for _, x, y in numbers if x != a])
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
        if _PART.match(after) and not _after_part(within, b, text):
            of = of and "PART"
        if rate := _RATE.match(text[b : b + 30]):
            unit += f"/{rate[1].lower()}"
        if _EXTRA.search(text[max(0, a - 20) : a]):
            of = f"EXTRA {of}"
        plain = [(c, at) for c, at in within if not _in_runs(at, runs)]
        counted = frozenset([c for c, at in plain if at >= b and at - b < 30][:2])
        near = frozenset(run for run, at in runs if left <= at < right)
        if not near and of == "VOTES":  # votes are somebody's
            near = frozenset(run for run, _ in runs[:1])
        out.append(
            Fact(
                "number", text[a:b].strip(), a, of, unit, counted, frozenset(c for c, _ in plain),
                words_of_names(tuple(near)), bool(_FORMER_CLOSE.search(before) or _FORMER.search(before)), number, value,
            )
        )  # fmt: skip
    return out


def _is_age(text: str, a: int, b: int) -> bool:
    """Whether the number is an age as newspapers give it: `Peter Marrack, 58, was`, `aged 19`."""
    before = text[max(0, a - 24) : a]
    named = re.search(r"[A-Z][\w’'-]+, $", before) and re.match(r"[,.]|$", text[b:])
    return bool(named or re.search(r"\b(?:aged?|turned)(?: of)? $", before) and re.match(r"[,.]| and\b", text[b:]))


def _segment(text: str, a: int, b: int, others: list[tuple[int, int]]) -> tuple[int, int]:
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


_MONEY_OF = frozenset("COST DAMAGE STOLEN AID FARE FINE RAISED OFFER DEMAND".split())


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
        return concept not in ("COST", "FARE", "FINE", "RAISED") and not (unit in ("length", "time", "mass", "area"))

    cues = [(c, at) for c, at in within if fits(c)]
    if any(c == "CAPACITY" for c, _ in cues):
        return "CAPACITY"
    if not cues and alone:
        cues = [(c, at) for c, at in everywhere if fits(c)]
    if _PART.match(text[b:]):
        cues = cues[-1:]
    best = min(cues, key=lambda cue: cue[1] - b if cue[1] >= b else 1.2 * (a - cue[1]), default=("", 0))[0]
    if not best and unit not in ("percent",) and any(c == "STAFF" and 0 <= at - b < 30 for c, at in within):
        return "STAFF"
    return best or ("COST" if money and not best else "")


def _after_part(within: list[tuple[str, int]], b: int, text: str) -> bool:
    """Whether "two of the nine" goes on to say what of them: "… survived"."""
    return sum(1 for c, at in within if at >= b and c in ATTRIBUTES) > 1 or bool(re.match(r"\s+of\s\w+\s[\d]", text[b:]))


def _dates(text: str, told: date | None, concepts: list[tuple[str, int]], runs: list[tuple[str, int]]) -> list[Fact]:
    out = []
    found = find_moments(text, told)
    for moment, at in found:
        end = at + len(moment.text)
        if moment.kind == "year" or (moment.kind in ("weekday", "span") and _is_report(text, at, end)):
            continue
        left, right = _segment(text, at, end, [])
        within = [(c, p) for c, p in concepts if left <= p < right and not at <= p < end]
        if not [c for c, _ in within if c in EVENTS]:
            left, right = 0, len(text)
            within = [(c, p) for c, p in concepts if not at <= p < end]
        events = [(c, p) for c, p in within if c in EVENTS]
        # "The strike begins on": of the strike, since what begins or ends is what tells one date from another.
        of = min(events, key=lambda event: (event[0] in ("OPEN", "END"), abs(event[1] - at)), default=("", 0))[0]
        if any(c == "DELAY" for c, _ in events):
            of = "DELAY"
        former = bool(_FORMER.search(text[max(0, at - 60) : at]))
        plain = frozenset(c for c, p in within if not _in_runs(p, runs))
        near = tuple(run for run, p in runs if left <= p < right)
        out.append(
            Fact("date", moment.text, at, of, "", frozenset(), plain, words_of_names(near), former, moment=moment)
        )
    return out


def _is_report(text: str, start: int, end: int) -> bool:
    """Whether a weekday is only when somebody said so: "said on Friday", "announced Thursday"."""
    before, after = text[max(0, start - 50) : start], text[end : end + 30]
    return bool(re.search(rf"\b{_SAY}\b[^.;]*$", before) or re.match(rf"\W+(?:\w+\W+){{0,3}}{_SAY}\b", after))


def _clauses(text: str) -> list[tuple[int, int]]:
    borders = [0]
    for match in re.finditer(r"[;:]|,(?!\d)|[\"“”]|\b(?:but|while|although|and)\b", text):
        borders += [match.start(), match.end()]
    borders.append(len(text))
    return [(a, b) for a, b in zip(borders[::2], borders[1::2], strict=True) if text[a:b].strip()]


def _negated(clause: str) -> bool:
    """Whether a clause denies: an odd number of denials, "not only" and the like aside."""
    plain = re.sub(r"\bnot (?:only|just)\b|\bno (?:doubt|longer)\b|\bfail\w*\b|\black\w*\b", " ", clause)
    return bool((len(NEGATION.findall(plain)) + len(_AGAINST.findall(plain))) % 2)


def _in_runs(at: int, runs: list[tuple[str, int]]) -> bool:
    return any(start <= at < start + len(run) for run, start in runs)

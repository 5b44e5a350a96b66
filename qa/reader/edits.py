"""Small edits that change what a sentence says: another name, number or opposite. For training and for measuring.

The question so edited is near the passage and no longer answered by it; the statement so edited is no longer supported.
"""

from __future__ import annotations

import random
import re
from calendar import day_name, month_name
from collections.abc import Callable, Sequence

_OPPOSITES = """
first/last, before/after, more/less, most/least, increase/decrease, increased/decreased, rise/fall, rose/fell,
rising/falling, raised/cut, highest/lowest, high/low, higher/lower, largest/smallest, larger/smaller, large/small,
biggest/smallest, oldest/newest, older/younger, oldest/youngest, longest/shortest, longer/shorter, early/late,
earlier/later, earliest/latest, north/south, northern/southern, east/west, eastern/western, win/lose, won/lost,
winning/losing, start/end, started/ended, begin/end, began/ended, open/close, opened/closed, born/died,
accept/reject, accepted/rejected, approve/reject, approved/rejected, support/oppose, supported/opposed, allow/ban,
allowed/banned, buy/sell, bought/sold, enter/leave, entered/left, arrive/leave, arrived/left, join/leave,
joined/left, gain/lose, gained/lost, majority/minority, maximum/minimum, positive/negative, success/failure,
strong/weak, strongest/weakest, men/women, man/woman, male/female, father/mother, son/daughter, brother/sister,
king/queen, husband/wife, inside/outside, above/below, public/private, best/worst, better/worse, new/old,
same/different, always/never, all/none, many/few, possible/impossible, likely/unlikely, legal/illegal,
confirmed/denied, confirm/deny, agree/disagree, agreed/disagreed, internal/external, import/export, imports/exports,
attack/defend, attacked/defended, wrote/read, found/lost, built/destroyed, created/destroyed, hired/fired,
appointed/dismissed, guilty/innocent, convicted/acquitted, cause/prevent, caused/prevented, advantage/disadvantage,
advantages/disadvantages, up/down, rich/poor, left/right, day/night
"""
OPPOSITES: dict[str, str] = {}
for _pair in _OPPOSITES.split(","):
    _one, _other = _pair.strip().split("/")
    OPPOSITES.setdefault(_one, _other)
    OPPOSITES.setdefault(_other, _one)

_NAME = re.compile(r"\b[A-Z][\w’'-]+(?: (?:(?:of|the|de|van|von) )?[A-Z][\w’'-]+)*")
_NUMBER = re.compile(r"(?<![\w.,])\d[\d,]*(?:\.\d+)?(?![\w]|[.,]\d)")
_YEAR = re.compile(r"(?:1[0-9]|20)\d\d$")
_MONTHS, _DAYS = list(month_name)[1:], list(day_name)
_VERB = re.compile(r"\b(is|was|are|were|has|have|had|did|does|do|can|could|will|would|should)\b(?! not\b)")
_NO_NAMES = """
Who What When Where Why Which How Whose Whom In On At By For From The A An Did Was Is Are Were Do Does Has Have Had If
"""
_QUESTION_WORDS = frozenset(_NO_NAMES.split())

Edit = Callable[[str, Sequence[str], random.Random], str | None]


def find_names(text: str) -> list[str]:
    """Runs of capitalised words, without those that only open a sentence in the way of a question or an article."""
    names = []
    for match in _NAME.finditer(text):
        words = match.group().split()
        while words and words[0] in _QUESTION_WORDS:
            words.pop(0)
        name = " ".join(words)
        if name and (match.start() > 0 or len(words) > 1 or match.group() != name) and name not in _MONTHS + _DAYS:
            names.append(name)
    return names


def swap_name(text: str, others: Sequence[str], rng: random.Random) -> str | None:
    """One name replaced by another one that is not in the text, of as many words where there is one."""
    names = find_names(text)
    if not names:
        return None
    old = rng.choice(names)
    free = [o for o in others if o not in text and old not in o and not set(o.split()) & set(old.split())]
    alike = [o for o in free if len(o.split()) == len(old.split())] or free
    return text.replace(old, rng.choice(alike), 1) if alike else None


def swap_two_names(text: str, _others: Sequence[str], rng: random.Random) -> str | None:
    """Two different names of the text, each in the other's place."""
    names = list(dict.fromkeys(find_names(text)))
    if len(names) < 2:
        return None
    one, other = rng.sample(names, 2)
    if one in other or other in one:
        return None
    return text.replace(one, "\0", 1).replace(other, one, 1).replace("\0", other, 1)


def change_number(text: str, _others: Sequence[str], rng: random.Random) -> str | None:
    """One number replaced by another of the same look: a year by one at most thirty years off, 1,200 by 2,600."""
    found = list(_NUMBER.finditer(text))
    if not found:
        return None
    match = rng.choice(found)
    old = match.group()
    if _YEAR.match(old):
        new = str(int(old) + rng.choice([-1, 1]) * rng.choice([1, 2, 3, 5, 8, 10, 20, 30]))
    else:
        digits = [i for i, c in enumerate(old) if c.isdigit()]
        at = rng.choice(digits[:2])
        new = old[:at] + rng.choice([d for d in "123456789" if d != old[at]]) + old[at + 1 :]
    return text[: match.start()] + new + text[match.end() :]


def change_date(text: str, _others: Sequence[str], rng: random.Random) -> str | None:
    """One month or day of the week replaced by another."""
    for words in rng.sample([_MONTHS, _DAYS], 2):
        found = [w for w in words if re.search(rf"\b{w}\b", text) and w != "May"]
        if found:
            old = rng.choice(found)
            return re.sub(rf"\b{old}\b", rng.choice([w for w in words if w != old]), text, count=1)
    return None


def turn_opposite(text: str, _others: Sequence[str], rng: random.Random) -> str | None:
    """One word replaced by its opposite."""
    found = [m for m in re.finditer(r"\b[a-z]+\b", text) if m.group() in OPPOSITES]
    if not found:
        return None
    match = rng.choice(found)
    return text[: match.start()] + OPPOSITES[match.group()] + text[match.end() :]


def negate(text: str, _others: Sequence[str], rng: random.Random) -> str | None:
    """A "not" put in, or taken out."""
    if " not " in text and rng.random() < 0.7:
        return text.replace(" not ", " ", 1)
    match = _VERB.search(text)
    return text[: match.end()] + " not" + text[match.end() :] if match else None


EDITS: dict[str, Edit] = {
    "name": swap_name,
    "number": change_number,
    "date": change_date,
    "opposite": turn_opposite,
    "swapped": swap_two_names,
    "negation": negate,
}
"""By the kind of what changes. The edits that nearly always make a question unanswerable come first."""


def edit(text: str, others: Sequence[str], rng: random.Random, kinds: Sequence[str] = tuple(EDITS)) -> tuple[str, str]:
    """The text with one edit of a kind that it allows, drawn at random, and that kind; ("", "") where none applies.

    `others` are names to choose from.
    """
    for kind in rng.sample(list(kinds), len(kinds)):
        made = EDITS[kind](text, others, rng)
        if made and made != text:
            return made, kind
    return "", ""

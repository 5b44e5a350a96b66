"""Are two numbers, or two dates, of the same thing, and do they say the same? Pure."""

from __future__ import annotations

from qa.lineup.concepts import EVENTS
from qa.lineup.near import same_number
from qa.lineup.stated import Fact
from qa.lineup.told import Told

MOST_TIMES, MOST_TIMES_VAGUE = 8.0, 3.0
"""A number more than this many times another is of something else; the second where what it is of is not clear."""


CONVERTED = 0.03
"""Numbers in other units may differ by this share, for they are rounded when they are converted."""


_delayed_words = """
OPEN END TRIAL ELECT
"""


_DELAYED = frozenset(_delayed_words.split())


_things_words = """
HOME SHIP FLIGHT tree anim cattl build car bird fish shop room tent bed dollar acr
"""


_THINGS = frozenset(_things_words.split())


_people_words = """
REFUGEE PUPIL PRISONER STAFF CROWD passeng resid inhabit guest patient soldier victim member visitor tourist voter
driver fan famili adult women men woman man civilian firefight
"""


_PEOPLE = frozenset(_people_words.split())


def how_alike(fact: Fact, other: Fact, one: Told, two: Told) -> float:
    """How surely both are of the same thing; 0 where they are not."""
    if (fact.names and not within(fact.names, two)) or (other.names and not within(other.names, one)):
        return 0.0
    if fact.names and other.names and not fact.names & other.names:
        return 0.0
    shared = (fact.beside & other.beside) - {fact.of, other.of}
    said, also = one.statement.words, two.statement.words
    # What only the titles have says that it is one story, not what the number counts.
    wider = ((said & (also | two.title_words)) | (also & one.title_words)) - {fact.of, other.of}
    names = fact.names & other.names
    if fact.kind == "date":
        inner = one.statement.words & two.statement.words
        return _alike_dates(fact, other, shared, inner, bool(names), one, two)
    if fact.unit != other.unit or not 1 / MOST_TIMES <= (fact.value or 1) / (other.value or 1) <= MOST_TIMES:
        return 0.0
    if "MONEY" in (fact.of, other.of):  # one of them does not say what the money is for
        if not 1 / MOST_TIMES_VAGUE <= (fact.value or 1) / (other.value or 1) <= MOST_TIMES_VAGUE:
            return 0.0
        told = fact.of != other.of
        alone = is_alone(fact, one) and is_alone(other, two)
        some = len(wider) >= 2 and bool(names or (alone and told))
        some = some or bool(told and alone and names and one_event(one, two))
        if not (shared or some or (told and len(wider) >= 3)):
            return 0.0
        return len(shared) + len(names) + 0.2 * len(wider) + 0.3 * told
    if fact.of != other.of:
        alone = not (fact.of and other.of) and is_alone(fact, one) and is_alone(other, two)
        close = names and (len(wider) >= 2 or (wider and one_event(one, two)))
        return 0.3 * len(wider) if alone and close and not other_things(fact, other) else 0.0
    if fact.of and fact.of not in ("COST", "OFFER", "DEMAND", "VOTES", "APART", "PART", "CAPACITY"):
        return 0.0 if other_things(fact, other) else 1.0 + len(shared) + len(names)
    if fact.of:
        if fact.of in ("OFFER", "DEMAND"):
            return 0.5 + len(shared) + len(names)
        return 0.5 + len(shared) + len(names) + 0.1 * len(wider) if shared or names or len(wider) >= 2 else 0.0
    if fact.counted and other.counted and not fact.unit:
        if not fact.counted & other.counted:
            alone = is_alone(fact, one) and is_alone(other, two) and bool(names) and not other_things(fact, other)
            people = bool(fact.counted & _PEOPLE and other.counted & _PEOPLE) and one_event(one, two)
            return 0.2 + 0.3 * len(wider) if alone and (len(wider) >= 2 or people) else 0.0
        return len(shared) + len(names) if len(shared) + len(names) >= 2 else 0.0
    if len(shared) + len(names) >= 2:
        return float(len(shared) + len(names))
    return 0.3 * len(wider) if is_alone(fact, one) and is_alone(other, two) and names and wider else 0.0


def _alike_dates(
    fact: Fact, other: Fact, shared: frozenset[str], inner: frozenset[str], named: bool, one: Told, two: Told
) -> float:
    if not is_near_enough(fact, other, one, two):
        return 0.0
    moved = "DELAY" in (fact.of, other.of)
    subjects = shared - EVENTS
    if fact.of != other.of and not (moved and {fact.of, other.of} - {"DELAY"} <= _DELAYED):
        vague = not ({fact.of, other.of} - {"", "OPEN"}) or not (fact.of and other.of)
        alone = (
            vague and is_alone(fact, one) and is_alone(other, two) and is_to_come(fact, one) == is_to_come(other, two)
        )
        return 0.5 + len(subjects) if alone and named and ((inner - EVENTS) or one_event(one, two)) else 0.0
    if fact.of:
        return 1.0 + len(subjects) if subjects or named else 0.0
    alone = named and is_alone(fact, one) and is_alone(other, two) and is_to_come(fact, one) == is_to_come(other, two)
    return 0.4 + len(subjects) if len(subjects) + named >= 3 or (alone and one_event(one, two)) else 0.0


def agree(fact: Fact, other: Fact) -> bool:
    """Whether two facts of the same thing say the same."""
    if fact.moment and other.moment:
        return fact.moment.fits(other.moment) or other.moment.fits(fact.moment)
    a, b = fact.number, other.number
    if a is None or b is None:
        return fact.text == other.text
    if abs(a.value * other.value - b.value * fact.value) > 1e-6 * abs(a.value * other.value):  # miles, kilometers
        return abs(fact.value - other.value) <= CONVERTED * max(abs(fact.value), abs(other.value))
    return same_number(a, b)


def within(names: frozenset[str], told: Told) -> bool:
    """Whether any of the name words is of a name of the article."""
    return any(names & name for name in told.around)


def one_event(one: Told, two: Told) -> bool:
    """Whether the titles share a word that is no name: one event, not only one place."""
    return bool(one.title_words & two.title_words)


def is_dated(told: Told) -> bool:
    """Whether a sentence has a date."""
    return any(fact.kind == "date" for fact in told.statement.facts)


def is_alone(fact: Fact, told: Told) -> bool:
    """Whether the sentence has no other of its kind and unit."""
    alike = [f for f in told.statement.facts if f.kind == fact.kind and f.unit == fact.unit and not f.former]
    return len(alike) == 1


def other_things(fact: Fact, other: Fact) -> bool:
    """Whether they count different things: trees and people."""
    one, two = fact.counted - {fact.of}, other.counted - {other.of}
    return bool(one and two and not one & two and (one | two) & _THINGS)


def is_near_enough(fact: Fact, other: Fact, one: Told, two: Told) -> bool:
    """Whether dates can be of one event: a weekday means little in an article of another week."""
    loose = [f.moment.kind in ("weekday", "span") for f in (fact, other) if f.moment]
    if not any(loose):
        return True
    return bool(one.day and two.day and abs((one.day - two.day).days) <= 6)


def is_to_come(fact: Fact, told: Told) -> bool:
    """Whether a date lay ahead when its article was written."""
    return bool(fact.moment and told.day and fact.moment.spans and fact.moment.spans[0][1] > told.day)

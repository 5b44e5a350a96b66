"""Two sentences of one story: which of their numbers, dates, names and denials are of one thing, and do agree.

Pure. Differences that say the same (rounding, "about", other units, a weekday and its date) are no disagreement.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from corpus.stem import stems
from qa.concepts import EVENTS
from qa.named import find_runs, words_of_names
from qa.near import find_changes, same_number
from qa.stated import Fact, Kind, Statement
from qa.statements import read_statement

NEARLY_THE_SAME = 0.62
"""Sentences that share this much of their other words (Jaccard) are compared number by number, name by name."""
SAME_CLAUSE = 0.6
"""The share of the shorter clause's words that the other has, from which one can deny the other."""
SAME_FRAME = 0.5
MOST_TIMES, MOST_TIMES_VAGUE = 8.0, 3.0
"""A number more than this many times another is of something else; the second where what it is of is not clear."""
CONVERTED = 0.03
"""Numbers in other units may differ by this share, for they are rounded when they are converted."""
LEAD = 400
"""Characters of an article's beginning in which the names of its story stand."""
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
_for_names_words = """
HEAD WIN APPOINT ARREST BUY ELECT LEAVE captain mayor minist judg governor presid prosecutor lawyer coach author
owner editor spokesman author pilot driver suspect
"""
_FOR_NAMES = frozenset(_for_names_words.split())
_same_role_words = """
HEAD WIN APPOINT ARREST BUY ELECT captain mayor minist judg governor pilot driver
"""
_SAME_ROLE = frozenset(_same_role_words.split())


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """A sentence with what it states, and where it stands.

    `around` are the names of its article's title and beginning and its own, each as its words; `own` are its own name
    words, `words` its stems. Compared by identity.
    """

    article_id: str
    start: int
    end: int
    text: str
    title: str
    day: date | None
    around: frozenset[frozenset[str]]
    own: frozenset[str]
    title_words: frozenset[str]
    words: frozenset[str]
    statement: Statement


@dataclass(frozen=True, slots=True)
class Match:
    """The same thing in two sentences: what each says of it as it stands, and whether that is the same."""

    kind: Kind
    one: str
    other: str
    at: int
    agrees: bool
    near: float


@lru_cache(maxsize=8192)
def story_of(title: str, lead: str) -> tuple[frozenset[frozenset[str]], frozenset[str]]:
    """The names of an article's title and beginning, each as its words, and the other words of its title."""
    names = names_in(lead)
    words = title.split()
    if sum(word[:1].isupper() for word in words) <= 0.7 * len(words):  # else every word has a capital
        names |= names_in(title)
    return names, read_statement(title, None).words


@lru_cache(maxsize=32_768)
def names_in(text: str) -> frozenset[frozenset[str]]:
    """The names of a text, each as its words."""
    return frozenset(words for m in find_runs(text) if (words := words_of_names((m.group(),))))


@lru_cache(maxsize=65_536)
def tell_sentence(article_id: str, start: int, end: int, text: str, title: str, lead: str, day: date | None) -> Told:
    """A sentence ready to be compared, remembered."""
    names, titled = story_of(title, lead)
    own = names_in(text)
    words = frozenset(word for name in own for word in name)
    return Told(
        article_id, start, end, text, title, day, names | own, words, titled, frozenset(stems(text)),
        read_statement(text, day),
    )  # fmt: skip


@lru_cache(maxsize=65_536)
def contrast(one: Told, other: Told) -> tuple[Match, ...]:
    """Every number, date, name and denial of `one` that `other` has too, as the same or as another."""
    if not same_story(one.around, other.around):
        return ()
    a, b = one.statement, other.statement
    if len(a.words & b.words) + len(one.own & other.own) < 2 and not _alike_at_all(a, b):
        return ()
    near = _jaccard(a.words, b.words)
    if near >= NEARLY_THE_SAME and (changes := find_changes(one.text, other.text)):
        return tuple(Match(kind, mine, theirs, at, False, near) for kind, mine, theirs, at in changes)
    out = [*_facts(one, other, near)]
    if not any(m.kind == "number" and not m.agrees for m in out):
        out += [*_names(one, other, near)]
        # Who says the same figure otherwise ("without power", "no electricity") denies nothing, unless it says that.
        if a.denies != b.denies or not any(m.agrees for m in out):
            out += [*_denials(one, other, near)]
    return tuple(out)


def _alike_at_all(one: Statement, other: Statement) -> bool:
    """Whether two statements have a number or a date of one thing."""
    things = {(f.kind, f.of) for f in one.facts if f.of} | {(f.kind, f.unit) for f in one.facts if f.unit == "dollar"}
    return any((f.kind, f.of) in things or (f.kind, f.unit) in things for f in other.facts)


@lru_cache(maxsize=65_536)
def same_story(one: frozenset[frozenset[str]], other: frozenset[frozenset[str]]) -> bool:
    """Whether they share a name, whole or as a part of the other's: not `Pell Harbour` and `Harbour Line`."""
    return any(a <= b or b <= a for a in one for b in other)


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 0.0


def _facts(one: Told, other: Told, near: float) -> Iterator[Match]:
    a, b = one.statement, other.statement
    for i, fact in enumerate(a.facts):
        if fact.former:
            continue
        same = [f for f in b.facts if f.kind == fact.kind and not f.former]
        if near >= NEARLY_THE_SAME and len(a.facts) == len(b.facts) and b.facts[i] in same:
            found: Fact | None = b.facts[i] if b.facts[i].unit == fact.unit else None
        else:
            scored = [(score, -n, f) for n, f in enumerate(same) if (score := _alike(fact, f, one, other)) > 0]
            found = max(scored, key=lambda s: s[:2])[2] if scored else None
        if found is None:
            continue
        others = [f for f in same if f is not found]
        agrees = agree(fact, found)
        if not agrees and any(agree(fact, f) and _alike(fact, f, one, other) > 0 for f in others):
            agrees = True
        yield Match(fact.kind, fact.text, found.text, fact.start, agrees, near)


def _alike(fact: Fact, other: Fact, one: Told, two: Told) -> float:
    """How surely both are of the same thing; 0 where they are not."""
    if (fact.names and not _within(fact.names, two)) or (other.names and not _within(other.names, one)):
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
        alone = _alone(fact, one) and _alone(other, two)
        some = len(wider) >= 2 and bool(names or (alone and told))
        some = some or (told and alone and bool(names) and _one_event(one, two))
        if not (shared or some or (told and len(wider) >= 3)):
            return 0.0
        return len(shared) + len(names) + 0.2 * len(wider) + 0.3 * told
    if fact.of != other.of:
        alone = not (fact.of and other.of) and _alone(fact, one) and _alone(other, two)
        close = names and (len(wider) >= 2 or (wider and _one_event(one, two)))
        return 0.3 * len(wider) if alone and close and not _other_things(fact, other) else 0.0
    if fact.of and fact.of not in ("COST", "OFFER", "DEMAND", "VOTES", "APART", "PART", "CAPACITY"):
        return 0.0 if _other_things(fact, other) else 1.0 + len(shared) + len(names)
    if fact.of:
        if fact.of in ("OFFER", "DEMAND"):
            return 0.5 + len(shared) + len(names)
        return 0.5 + len(shared) + len(names) + 0.1 * len(wider) if shared or names or len(wider) >= 2 else 0.0
    if fact.counted and other.counted and not fact.unit:
        if not fact.counted & other.counted:
            alone = _alone(fact, one) and _alone(other, two) and names and not _other_things(fact, other)
            people = bool(fact.counted & _PEOPLE and other.counted & _PEOPLE) and _one_event(one, two)
            return 0.2 + 0.3 * len(wider) if alone and (len(wider) >= 2 or people) else 0.0
        return len(shared) + len(names) if len(shared) + len(names) >= 2 else 0.0
    if len(shared) + len(names) >= 2:
        return float(len(shared) + len(names))
    return 0.3 * len(wider) if _alone(fact, one) and _alone(other, two) and names and wider else 0.0


def _within(names: frozenset[str], told: Told) -> bool:
    return any(names & name for name in told.around)


def _one_event(one: Told, two: Told) -> bool:
    """Whether the titles share a word that is no name: one event, not only one place."""
    return bool(one.title_words & two.title_words)


def _dated(told: Told) -> bool:
    return any(fact.kind == "date" for fact in told.statement.facts)


def _alone(fact: Fact, told: Told) -> bool:
    """Whether the sentence has no other of its kind and unit."""
    alike = [f for f in told.statement.facts if f.kind == fact.kind and f.unit == fact.unit and not f.former]
    return len(alike) == 1


def _other_things(fact: Fact, other: Fact) -> bool:
    """Whether they count different things: trees and people."""
    one, two = fact.counted - {fact.of}, other.counted - {other.of}
    return bool(one and two and not one & two and (one | two) & _THINGS)


def _alike_dates(
    fact: Fact, other: Fact, shared: frozenset[str], inner: frozenset[str], named: bool, one: Told, two: Told
) -> float:
    if not _near_enough(fact, other, one, two):
        return 0.0
    moved = "DELAY" in (fact.of, other.of)
    subjects = shared - EVENTS
    if fact.of != other.of and not (moved and {fact.of, other.of} - {"DELAY"} <= _DELAYED):
        vague = not ({fact.of, other.of} - {"", "OPEN"}) or not (fact.of and other.of)
        alone = vague and _alone(fact, one) and _alone(other, two) and _to_come(fact, one) == _to_come(other, two)
        return 0.5 + len(subjects) if alone and named and ((inner - EVENTS) or _one_event(one, two)) else 0.0
    if fact.of:
        return 1.0 + len(subjects) if subjects or named else 0.0
    alone = named and _alone(fact, one) and _alone(other, two) and _to_come(fact, one) == _to_come(other, two)
    return 0.4 + len(subjects) if len(subjects) + named >= 3 or (alone and _one_event(one, two)) else 0.0


def _near_enough(fact: Fact, other: Fact, one: Told, two: Told) -> bool:
    """Whether dates can be of one event: a weekday means little in an article of another week."""
    loose = [f.moment.kind in ("weekday", "span") for f in (fact, other) if f.moment]
    if not any(loose):
        return True
    return bool(one.day and two.day and abs((one.day - two.day).days) <= 6)


def _to_come(fact: Fact, told: Told) -> bool:
    """Whether a date lay ahead when its article was written."""
    return bool(fact.moment and told.day and fact.moment.spans and fact.moment.spans[0][1] > told.day)


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


def _names(one: Told, other: Told, near: float) -> Iterator[Match]:
    a, b = one.statement, other.statement
    mine, theirs = words_of_names(a.runs), words_of_names(b.runs)
    only_a = [run for run in a.runs if not any(_same_name(run, r) for r in b.runs)]
    only_b = [run for run in b.runs if not any(_same_name(run, r) for r in a.runs)]
    if near >= NEARLY_THE_SAME:  # all else being the same, one word of a name counts
        left, right = sorted(mine - theirs), sorted(theirs - mine)
        if left and right and len(left) <= 2 and len(right) <= 2:
            said = next(run for run in a.runs if left[0] in words_of_names((run,)))
            yield Match(
                "name",
                said,
                next(r for r in b.runs if right[0] in words_of_names((r,))),
                a.text.find(said),
                False,
                near,
            )
        return
    roles = a.words & b.words & _FOR_NAMES
    if len(only_a) == len(a.runs):
        return
    own = [run for run in only_a if not _within(words_of_names((run,)), other)]
    their = [run for run in only_b if not _within(words_of_names((run,)), one)]
    frame = len(a.words & b.words) / max(1, min(len(a.words), len(b.words)))
    if not roles and len(a.words & b.words) < 2 - _one_event(one, other):
        return
    if len(own) == 1 and len(their) == 1 and frame >= SAME_FRAME:
        yield Match("name", own[0], their[0], a.text.find(own[0]), False, near)
    elif not own and not their:
        both = [run for run in a.runs if run not in only_a]
        if len(both) >= 2 and frame >= SAME_FRAME:
            yield Match("name", both[0], both[0], a.text.find(both[0]), True, near)


def _same_name(one: str, other: str) -> bool:
    """Whether one name is the other, or a part of it: `Okray` and `Mayor Desmond Okray`."""
    a, b = words_of_names((one,)), words_of_names((other,))
    return bool(a and b) and (a <= b or b <= a)


def _denials(one: Told, other: Told, near: float) -> Iterator[Match]:
    best: tuple[float, int, bool] | None = None
    for words, poles, names, negated in one.statement.clauses:
        for theirs, their_poles, their_names, also in other.statement.clauses:
            shared, named = words & theirs, names & their_names
            if names and their_names and not named:
                continue
            if not (len(named) > 1 or names <= their_names or their_names <= names):
                named = frozenset()
            if poles != their_poles or not shared | poles:
                continue
            # Little in common is enough where there is nothing else in either, or where somebody denies something.
            n = len(shared | poles)
            alike = words == theirs or (poles and len(named) > 1 and len(words ^ theirs) == 1)
            if n < 2 and not (named and alike):
                continue
            denies = one.statement.denies or other.statement.denies
            if (
                "RUN" in poles and not denies and _dated(one) != _dated(other)
            ):  # closed now, and to open on a day, is no contradiction
                continue
            if n < 3 and not (named or poles or one.statement.denies != other.statement.denies):
                continue
            share = (len(shared) + len(poles)) / max(1, min(len(words), len(theirs)) + len(poles))
            found = (share, len(shared) + len(poles), negated != also)
            if share < SAME_CLAUSE:
                continue
            if best is None or found[:2] > best[:2] or (found[:2] == best[:2] and not found[2]):
                best = found
    if best and best[2]:
        yield Match("denial", "", "", 0, False, near)

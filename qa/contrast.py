"""Two sentences of one story: which of their numbers, dates, names and denials are of the same thing, and do they agree?

Pure. Differences that say the same (rounding, "about", other units, a weekday and its date) are no disagreement.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from qa.concepts import EVENTS
from qa.near import find_changes
from qa.statements import Fact, Kind, Statement, find_runs, read_statement, words_of_names

NEARLY_THE_SAME = 0.62
"""Sentences that share this much of their other words (Jaccard) are compared number by number, name by name."""
SAME_CLAUSE = 0.6
"""The share of the shorter clause's words that the other has, from which one can deny the other."""
SAME_FRAME = 0.5
MOST_TIMES = 8.0
"""A number more than this many times another is of something else."""
CONVERTED = 0.03
"""Numbers in other units may differ by this share, for they are rounded when they are converted."""
ROUNDED_FROM = 1000.0
ABOUT = 0.1
"""A number said to be about another may be off by this share."""
_ROUGH = frozenset(["about", "around", "nearly", "almost", "roughly", "approximately", "some", "close to"])
LEAD = 400
"""Characters of an article's beginning in which the names of its story stand."""
_FOR_NAMES = frozenset(
    "HEAD WIN APPOINT ARREST BUY ELECT LEAVE captain mayor minist judg governor presid prosecutor lawyer coach author"
    " owner editor spokesman author pilot driver suspect".split()
)
_SAME_ROLE = frozenset("HEAD WIN APPOINT ARREST BUY ELECT captain mayor minist judg governor pilot driver".split())


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence and where it stands: its article's id, title and names, and the day of the article."""

    article_id: str
    start: int
    end: int
    text: str
    title: str
    day: date | None
    around: frozenset[str]
    title_words: frozenset[str]

    @property
    def statement(self) -> Statement:
        """What it states."""
        return read_statement(self.text, self.day)


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
def story_of(title: str, lead: str) -> tuple[frozenset[str], frozenset[str]]:
    """The name words of an article's title and beginning, and the other words of its title."""
    names = words_of_names(tuple(m.group() for m in find_runs(lead)))
    lowered = title.split()
    if sum(word[:1].isupper() for word in lowered) > 0.7 * len(lowered):
        titled = frozenset(w for w in words_of_names(tuple(lowered)) if w in names)
    else:
        titled = words_of_names(tuple(m.group() for m in find_runs(title)))
    return names | titled, read_statement(title, None).words


def contrast(one: Told, other: Told) -> list[Match]:
    """Every number, date, name and denial of `one` that `other` has too, as the same or as another."""
    if not one.around & other.around:
        return []
    a, b = one.statement, other.statement
    near = _jaccard(a.words, b.words)
    if near >= NEARLY_THE_SAME and (changes := find_changes(one.text, other.text)):
        return [Match(kind, mine, theirs, at, False, near) for kind, mine, theirs, at in changes]
    out = [*_facts(one, other, near)]
    if not any(m.kind == "number" and not m.agrees for m in out):
        out += [*_names(one, other, near)]
        # Who says the same figure otherwise ("without power", "no electricity") denies nothing, unless it says that.
        if a.denies != b.denies or not any(m.agrees for m in out):
            out += [*_denials(one, other, near)]
    return out


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
    if fact.names and not fact.names & two.around or other.names and not other.names & one.around:
        return 0.0
    if fact.names and other.names and not fact.names & other.names:
        return 0.0
    shared = (fact.beside & other.beside) - {fact.of, other.of}
    wider = (one.statement.words | one.title_words) & (two.statement.words | two.title_words) - {fact.of, other.of}
    names = fact.names & other.names
    if fact.kind == "date":
        return _alike_dates(fact, other, shared, wider, bool(names))
    if fact.unit != other.unit or fact.of != other.of:
        return 0.0
    if not 1 / MOST_TIMES <= (fact.value or 1) / (other.value or 1) <= MOST_TIMES:
        return 0.0
    if fact.of and fact.of not in ("COST", "OFFER", "DEMAND", "STAFF", "VOTES", "APART", "PART"):
        if fact.counted and other.counted and not (fact.counted & other.counted) and _things(fact) and _things(other):
            return 0.0
        return 1.0 + len(shared) + len(names)
    if fact.of:
        return 0.5 + len(shared) + len(names) + 0.1 * len(wider) if shared or names or len(wider) >= 2 else 0.0
    if fact.counted and other.counted and not fact.unit:
        if not fact.counted & other.counted:
            return 0.0
        return len(shared) + len(names) if len(shared) + len(names) >= 2 or len(wider) >= 3 else 0.0
    if fact.unit:
        return len(shared) + len(names) if len(shared) + len(names) >= 2 else 0.0
    return 0.0


def _things(fact: Fact) -> bool:
    """Whether it counts things, of which some are not others."""
    return bool(fact.counted & {"hous", "home", "tree", "anim", "cattl", "build", "car", "anim", "bird", "fish"})


def _alike_dates(fact: Fact, other: Fact, shared: frozenset[str], wider: frozenset[str], named: bool) -> float:
    moved = "DELAY" in (fact.of, other.of)
    if fact.of != other.of and not (moved and {fact.of, other.of} - {"DELAY"} <= EVENTS):
        return 0.0
    subjects = shared - EVENTS
    if fact.of:
        return 1.0 + len(subjects) if subjects or named else 0.0
    return float(len(subjects)) if len(subjects) + named >= 3 else 0.0


def agree(fact: Fact, other: Fact) -> bool:
    """Whether two facts of the same thing say the same."""
    if fact.moment and other.moment:
        return fact.moment.fits(other.moment) or other.moment.fits(fact.moment)
    a, b = fact.number, other.number
    if a is None or b is None:
        return fact.text == other.text
    if a.value != fact.value or b.value != other.value:  # measured: compared in one unit
        return abs(fact.value - other.value) <= CONVERTED * max(abs(fact.value), abs(other.value))
    if (a.about.lower() in _ROUGH or b.about.lower() in _ROUGH) and abs(a.value - b.value) <= ABOUT * max(a.value, b.value):
        return True
    return a.fits(b) or b.fits(a) or _rounds(a.value, b.value) or _rounds(b.value, a.value)


def _rounds(rough: float, exact: float) -> bool:
    """Whether a large number is the other one rounded to at least two digits."""
    if abs(rough) < ROUNDED_FROM:
        return False
    digits = len(f"{rough:.0f}".rstrip("0"))
    return digits >= 2 and abs(float(f"{exact:.{digits - 1}e}") - rough) <= 1e-6 * abs(rough)


def _names(one: Told, other: Told, near: float) -> Iterator[Match]:
    a, b = one.statement, other.statement
    mine, theirs = words_of_names(a.runs), words_of_names(b.runs)
    only_a = [run for run in a.runs if not words_of_names((run,)) & theirs]
    only_b = [run for run in b.runs if not words_of_names((run,)) & mine]
    if near >= NEARLY_THE_SAME:  # all else being the same, one word of a name counts
        left, right = sorted(mine - theirs), sorted(theirs - mine)
        if left and right and len(left) <= 2 and len(right) <= 2:
            said = next(run for run in a.runs if left[0] in words_of_names((run,)))
            yield Match("name", said, next(r for r in b.runs if right[0] in words_of_names((r,))), a.text.find(said), False, near)
        return
    roles = a.words & b.words & _FOR_NAMES
    if not roles or not (mine & theirs):
        return
    own = [run for run in only_a if not words_of_names((run,)) & other.around]
    their = [run for run in only_b if not words_of_names((run,)) & one.around]
    frame = len(a.words & b.words) / max(1, min(len(a.words), len(b.words)))
    if len(own) == 1 and len(their) == 1 and frame >= SAME_FRAME:
        yield Match("name", own[0], their[0], a.text.find(own[0]), False, near)
    elif not own and not their:
        both = [run for run in a.runs if words_of_names((run,)) & theirs]
        if len(both) >= 2 and frame >= SAME_FRAME:
            yield Match("name", both[0], both[0], a.text.find(both[0]), True, near)


def _denials(one: Told, other: Told, near: float) -> Iterator[Match]:
    best: tuple[float, int, bool] | None = None
    for words, negated in one.statement.clauses:
        for theirs, also in other.statement.clauses:
            shared = words & theirs
            share = len(shared) / min(len(words), len(theirs))
            if len(shared) < 2 or share < SAME_CLAUSE:
                continue
            found = (share, len(shared), negated != also)
            if best is None or found[:2] > best[:2] or (found[:2] == best[:2] and not found[2]):
                best = found
    if best and best[2]:
        yield Match("denial", "", "", 0, False, near)

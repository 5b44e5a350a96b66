"""Two sentences of one story: which of their numbers, dates, names and denials are of one thing, and do agree.

Pure. Differences that say the same (rounding, "about", other units, a weekday and its date) are no disagreement.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from qa.lineup.alike import agree, how_alike, is_dated, one_event, within
from qa.lineup.named import words_of_names
from qa.lineup.near import find_changes
from qa.lineup.stated import Fact, Kind, Statement
from qa.lineup.told import Told, same_story

NEARLY_THE_SAME = 0.62
"""Sentences that share this much of their other words (Jaccard) are compared number by number, name by name."""


SAME_CLAUSE = 0.6
"""The share of the shorter clause's words that the other has, from which one can deny the other."""


SAME_FRAME = 0.5


_for_names_words = """
HEAD WIN APPOINT ARREST BUY ELECT LEAVE captain mayor minist judg governor presid prosecutor lawyer coach author
owner editor spokesman author pilot driver suspect
"""


_FOR_NAMES = frozenset(_for_names_words.split())


_same_role_words = """
HEAD WIN APPOINT ARREST BUY ELECT captain mayor minist judg governor pilot driver
"""


_SAME_ROLE = frozenset(_same_role_words.split())


@dataclass(frozen=True, slots=True)
class Match:
    """The same thing in two sentences: what each says of it as it stands, and whether that is the same."""

    kind: Kind
    one: str
    other: str
    at: int
    agrees: bool
    near: float


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
        kinds = {kind for kind, *_ in changes}
        if "name" in kinds and len(kinds) > 1:  # the same of another place is another thing
            return ()
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
            scored = [(score, -n, f) for n, f in enumerate(same) if (score := how_alike(fact, f, one, other)) > 0]
            found = max(scored, key=lambda s: s[:2])[2] if scored else None
        if found is None:
            continue
        others = [f for f in same if f is not found]
        agrees = agree(fact, found)
        if not agrees and any(agree(fact, f) and how_alike(fact, f, one, other) > 0 for f in others):
            agrees = True
        yield Match(fact.kind, fact.text, found.text, fact.start, agrees, near)


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
    own = [run for run in only_a if not within(words_of_names((run,)), other)]
    their = [run for run in only_b if not within(words_of_names((run,)), one)]
    frame = len(a.words & b.words) / max(1, min(len(a.words), len(b.words)))
    if not roles and len(a.words & b.words) < 2 - one_event(one, other):
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
                "RUN" in poles and not denies and is_dated(one) != is_dated(other)
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

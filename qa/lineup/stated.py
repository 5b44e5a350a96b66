"""What a sentence states, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from qa.moments import Moment
from qa.numbers import Number

Kind = Literal["number", "date", "name", "denial"]


Clause = tuple[frozenset[str], frozenset[str], frozenset[str], bool]
"""Of a clause: its words, the poles among them (opening and ending are one), its names, and whether it denies."""


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
    clauses: tuple[Clause, ...]

"""Which of the lineups a question asks about: its quantity, date, name or denial, of its subject. Pure; English."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.kinds import kind_of
from qa.lineup.concepts import ATTRIBUTES, EVENTS, FILLERS, concept_of, find_concepts
from qa.lineup.named import words_of_names
from qa.lineup.stated import Fact, Statement
from qa.lineup.statements import read_statement
from qa.versions import Lineup, Of, Version

MOST = 3
"""Lineups of one answer that are shown, those that differ and those that agree apart."""
ABOUT = 0.5
"""The share of a question's words and names that a sentence has which it may ask about."""
MOST_WORDS = 3
"""Words of a short answer that is just a figure and what it counts."""
OF_KIND: dict[str, Of] = {"money": "number", "number": "number", "date": "date", "name": "name"}
"""Kinds of answer, and what a lineup of such answers is of."""
_MEASURED = frozenset(("percent", "length", "time", "days", "mass", "area", "power", "degree"))
_LENGTHS = {"long": ("time", "days", "length"), "far": ("length",), "old": ("days",), "tall": ("length",)}
_HOW = re.compile(r"\bhow ([a-z]+)(?: of (?:the|these|those|them|its|their|his|her))?(?: ([a-z-]+))?", re.IGNORECASE)
_PERCENT = re.compile(r"\b(?:percent|percentage|per cent|share|proportion|rate)\b", re.IGNORECASE)
_ANY = frozenset(("people", "persons", "of", "more", "is", "are", "was", "were", "did", "do", "does", "will", "have"))
"""What follows "how many" and says nothing of what is counted."""
_ROUGHLY = re.compile(r"^(?:about|around|nearly|almost|some|at least|more than|over)\s+")


def choose_asked(lineups: Sequence[Lineup], question: str, short: str | None = None) -> tuple[Lineup, ...]:
    """Of the lineups that differ those that the question asks about, then those that agree, as many as are shown.

    Of another one that differs stay the outlets that say one thing.
    """
    differing, agreeing = list[Lineup](), list[Lineup]()
    for lineup in lineups:
        if lineup.relation == "agree":
            agreeing.append(lineup)
        elif is_asked(lineup, question, short):
            differing.append(lineup)
        else:
            several = [version for version in lineup.versions if len(version.outlets) > 1]
            agreeing += [Lineup(lineup.of, "agree", (version,), lineup.claims) for version in several]
    return cut((*differing, *agreeing))


def cut(lineups: Sequence[Lineup]) -> tuple[Lineup, ...]:
    """As many lineups as are shown, those that differ first."""
    differing = [lineup for lineup in lineups if lineup.relation != "agree"][:MOST]
    return (*differing, *[lineup for lineup in lineups if lineup.relation == "agree"][:MOST])


def is_asked(lineup: Lineup, question: str, short: str | None = None) -> bool:
    """Whether a question asks about what is lined up; `short` is the short answer of the claim that answers.

    It does where the short answer of its kind is one of the versions, where what is counted or takes place is named in
    it, and of denials and names where most of its words and names stand in a version.
    """
    kind = kind_of(question)
    wanted = OF_KIND.get(kind, "")
    asked = read_statement(question, None)
    told = [(version, read_statement(version.quote, version.day)) for version in lineup.versions]
    if not any(has_names(version, question, every=False) for version in lineup.versions):
        return False
    if lineup.of == "denial":
        return kind in ("other", "reason") and any(share_asked(asked, s) >= ABOUT for _, s in told)
    if wanted and wanted != lineup.of:
        return False
    if kind == "reason":
        return False
    if any(is_short(short, version) for version in lineup.versions):
        return True
    if lineup.of == "name":
        return bool(wanted) and any(share_asked(asked, s) >= ABOUT for _, s in told)
    facts = [fact for version, s in told for fact in s.facts if fact.text == version.said and fact.kind == lineup.of]
    return bool(facts) and any(_fact_fits(fact, question, kind) for fact in facts)


def is_short(short: str | None, version: Version) -> bool:
    """Whether a short answer is just what a version says, or that and what it counts."""
    if not short or not version.said:
        return False
    answer, said = _plain(short), _plain(version.said)
    return answer == said or (answer.startswith(f"{said} ") and len(answer.split()) <= MOST_WORDS)


def attributes_asked(question: str) -> frozenset[str]:
    """What a question wants counted, as concepts: of the dead of a ferry, the dead."""
    found = attributes_of(question)
    return found - {"ABOARD"} if len(found) > 1 else found


def attributes_of(text: str) -> frozenset[str]:
    """The concepts of a text that say what a number counts."""
    return ATTRIBUTES.intersection(concept for concept, _ in find_concepts(text))


def share_asked(asked: Statement, told: Statement) -> float:
    """The share of a question's words and names that a sentence has."""
    names, own = words_of_names(asked.runs), words_of_names(told.runs)
    n = len(asked.words) + len(names)
    return (len(asked.words & told.words) + len(names & own)) / n if n else 0.0


def _fact_fits(fact: Fact, question: str, kind: str) -> bool:
    """Whether a number or date is of what the question names: the dead, the opening, jobs."""
    concepts = frozenset(concept for concept, _ in find_concepts(question))
    if fact.kind == "date":
        events = concepts & EVENTS
        return fact.of in events or (fact.of == "DELAY" and bool(events)) or (bool(fact.of) and "DELAY" in events)
    money = bool(fact.unit) and fact.unit.split("/")[0] not in _MEASURED
    if (kind == "money" and not money) or (kind == "number" and money and re.search(r"\bhow many\b", question, re.I)):
        return False
    how = _HOW.search(question)
    if how and how[1].lower() in _LENGTHS and fact.unit not in _LENGTHS[how[1].lower()]:
        return False
    of, attributes = fact.of.removeprefix("EXTRA "), attributes_asked(question)
    if attributes:
        return of in attributes or (of == "MARGIN" and "VOTES" in attributes)
    if kind == "other":
        return bool(fact.beside & (concepts - FILLERS) - EVENTS) and of in concepts
    if how and how[1].lower() in ("many", "much") and (noun := (how[2] or "").lower()) and noun not in _ANY:
        return concept_of(noun) in fact.counted | {of} | fact.beside
    if fact.unit == "percent" and not _PERCENT.search(question):
        return of in concepts
    return of in concepts or len(fact.beside & (concepts - FILLERS)) >= 2


def has_names(version: Version, question: str, *, every: bool = True) -> bool:
    """Whether a version's sentence and title have the names of a question: all of them, or any."""
    names = words_of_names(read_statement(question, None).runs)
    around = set(re.findall(r"[\w-]+", f"{version.title} {version.quote}".lower()))
    found = [name in around or f"{name}s" in around for name in names]
    return not found or (all(found) if every else any(found))


def _plain(text: str) -> str:
    return _ROUGHLY.sub("", text.lower()).strip(" .,;")

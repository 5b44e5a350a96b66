"""A factual sentence to a question, by rules: no parser, so it asks only where the sentence's shape leaves no doubt.

Three shapes, first that fits: a person's name before its verb ("Who …?"), a clause whose verb is an auxiliary
("When was …?"), and else the sentence with its answer replaced ("The ferry left Pell Harbour at what time?").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qa.kinds import Kind, spans_of

AUXILIARY = r"(?:is|are|was|were|will|would|can|could|has|have|had|may|must|should)"
_STARTS_BADLY = re.compile(
    r"(?:He|She|It|They|We|You|I|This|That|These|Those|There|Here|His|Her|Its|Their|But|And|Or|So|Yet|If|When|While"
    r"|One|Two|Both|Neither|Half|Others?|Another|Some|Many|Most|Each|Such|Then|Now|Still|Instead|Asked|According"
    r"|In|On|At|By|For|From|With|After|Before|Of|To|As|Nor|Not|Only|Even|Also|Twenty minutes)\b"
)
_CLAUSE_END = re.compile(r"\s*(?:[.,;]|\band\b|\bbut\b|\bwhich\b|\bwhile\b)")
_SUBJECT = re.compile(rf"^(?P<subject>(?:(?!\b{AUXILIARY}\b)[^,;:“”\"()])+?) (?P<aux>{AUXILIARY}) (?P<rest>.+)$")
_UNITS = re.compile(
    r"\s(?P<noun>percent|kilometers|kilometres|meters|metres|miles|degrees|hours|minutes|seconds|days|weeks|months"
    r"|years|votes|jobs|people|passengers|homes|dollars|[a-z]{3,}s)\b"
)
_PLAIN_NUMBER = re.compile(r"\d[\d,.]*\d|\d|[A-Za-z-]+")
_LEAD = re.compile(r"(?:\b(?P<prep>in|on|at|by|for|until|since|before|from)\s)$", re.IGNORECASE)
_WHO = re.compile(
    r"^(?P<name>(?:(?:Mr|Ms|Mrs|Dr)\. )?[A-Z][\w’'-]+(?: [A-Z][\w’'-]+){1,2})(?P<aside>, [^,]{3,60},)? "
    r"(?P<verb>said|will|was|is|has|had|received|won|lost|confirmed|denied|announced|resigned|opened|wrote|told|called"
    r"|gave|took|led|leads|runs|owns|made) (?P<rest>.+?)[.]?$"
)
_NO_PERSON = re.compile(
    r"^(?:The|A|An|In|On)\b|\b(?:Lines?|Robotics|Energy|Union|League|Commerce|Ministry|Bus|Star|Association|Institute"
    r"|Council|Board|Company|Bank|Group|Party|Court|University|Museum|Hospital|Government|Office|Authority|Savings"
    r"|Quay|Harbour|Harbor|Street|Hills?|Park|Island|Lake|River|Valley)\b"
)
_NOT_A_SUBJECT = re.compile(r"\b(?:said|says|found|finds|reported|told|estimates?d?|think|thinks|believes?|that)\b")
_PARTICIPLE = re.compile(
    r"(?:so far |already |now |since )?(?:\w+ed|been|built|cost|cut|found|given|gone|held|left|lost|made|met|paid|put"
    r"|risen|run|sent|sold|spent|stolen|taken|told|won|written)\b"
)
_SECOND_CLAUSE = re.compile(rf"\b(?:and|but|then)\b.*\b{AUXILIARY}\b|\band then\b|\band\s*$")
_FIRST_LOWER = re.compile(r"^(?:(?:The|A|An|Its|Their|About|More|Some|Nearly)\b|[A-Z][a-z]+s [a-z])")


@dataclass(frozen=True, slots=True)
class Question:
    """A question that a sentence answers, and the words of the sentence that do."""

    text: str
    answer: str
    kind: Kind


def make_questions(sentence: str) -> list[Question]:
    """The questions that the sentence answers, the most natural ones first; none where it leans on its neighbours."""
    plain = " ".join(sentence.split())
    if not _stands_alone(plain):
        return []
    asked = [*_ask_who(plain), *_ask_amounts(plain)]
    return [q for q in asked if re.search(r"\s[A-Z][a-z]", q.text)]  # without a name nobody knows what it is about


def _ask_amounts(sentence: str) -> list[Question]:
    """A question for each amount and date: those with the wh-phrase in front, then those with it in its place."""
    kinds: tuple[Kind, ...] = ("money", "date", "number")
    taken: list[tuple[int, int]] = []
    fronted, cloze = [], []
    for kind in kinds:
        for start, end in spans_of(kind, sentence, frozenset()):
            end = start + len(sentence[start:end].rstrip(",."))
            if any(start < b and a < end for a, b in taken) or _is_part(sentence, start, end):
                continue
            taken.append((start, end))
            asked = _phrase(sentence, start, end, kind)
            if asked is None:
                continue
            wh, span, answer = asked
            if text := _front(sentence, span, wh):
                fronted.append(Question(text.replace("On what date", "When", 1), answer, kind))
            else:
                cloze.append(Question(_replace(sentence, span, wh), answer, kind))
    return fronted + cloze


def _stands_alone(sentence: str) -> bool:
    words = sentence.split()
    return (
        6 <= len(words) <= 32
        and sentence[0].isupper()
        and sentence[-1] == "."
        and not re.search(r"[“”\"|:()]", sentence)
        and not _STARTS_BADLY.match(sentence)
        and not re.search(r"\b(?:he|she|they|his|her|their|it|its|this|that day|there|former|latter)\b", sentence)
        and bool(re.search(r"(?<!^)\b[A-Z][a-z]+", sentence))
    )


def _ask_who(sentence: str) -> Iterator[Question]:
    found = _WHO.match(sentence)
    if found and not _NO_PERSON.search(found["name"]) and len(found["rest"].split()) >= 4:
        rest = re.split(r", (?:who|which|after|where|hours|days|weeks|a|an)\b|; ", found["rest"])[0]
        yield Question(f"Who {found['verb']} {rest.rstrip('.')}?", found["name"], "name")


def _is_part(sentence: str, start: int, end: int) -> bool:
    """Whether the span is a piece of a larger thing: a name, a compound, "one of", a list of figures."""
    before, after = sentence[max(0, start - 8) : start], sentence[end : end + 10]
    return (
        bool(re.search(r"[\w$€£-]$", before))
        or bool(re.match(r"[-–/:%]|(?:st|nd|rd|th)\b|\s(?:of|to|or|a\.m|p\.m)\b|\.\d", after))
        or sentence[start:end].lower() in ("one", "once", "twice", "half", "third", "may")
        or bool(
            re.search(r"\b(?:No\.|route|room|age|aged|all|last|further|the|other|these|some)\s$", before, re.IGNORECASE)
        )
    )


def _phrase(sentence: str, start: int, end: int, kind: Kind) -> tuple[str, tuple[int, int], str] | None:
    """The wh-phrase for a span, the span that it replaces (with its preposition or noun), and the answer."""
    lead = _LEAD.search(sentence[:start])
    answer = sentence[start:end]
    if kind == "date":
        if not lead:
            return None
        prep = lead["prep"].lower()
        year = bool(re.fullmatch(r"(?:1\d|20)\d\d", answer))
        if prep in ("in", "on", "at"):
            return ("In what year" if year else "On what date"), (lead.start("prep"), end), answer
        return f"{prep} when", (lead.start("prep"), end), answer
    if kind == "money":
        return "how much", (start, end), answer
    if re.search(r"percent|%", answer):
        return "what percentage", (start, end), answer
    unit = _UNITS.match(sentence[end:])
    if not unit or not _PLAIN_NUMBER.fullmatch(answer):
        return None
    return f"how many {unit['noun']}", (start, end + unit.end()), f"{answer} {unit['noun']}"


def _front(sentence: str, span: tuple[int, int], wh: str) -> str:
    """The question with the wh-phrase in front, where the clause is subject, auxiliary, rest; else ""."""
    clause = sentence[: span[0]].rstrip()
    found = _SUBJECT.match(clause + " \0")
    if not found or not _CLAUSE_END.match(sentence[span[1] :]) or len(found["subject"].split()) > 8:
        return ""
    rest = found["rest"].removesuffix("\0").strip()
    if not rest or re.search(r"[,;]", rest) or len(rest.split()) > 14 or _SECOND_CLAUSE.search(rest):
        return ""
    subject = found["subject"]
    if _NOT_A_SUBJECT.search(subject) or (found["aux"] in ("has", "have", "had") and not _PARTICIPLE.match(rest)):
        return ""
    if _FIRST_LOWER.match(subject):
        subject = subject[0].lower() + subject[1:]
    return f"{wh[0].upper()}{wh[1:]} {found['aux']} {subject} {rest}?"


def _replace(sentence: str, span: tuple[int, int], wh: str) -> str:
    """The sentence with the answer replaced in its place, cut after its clause where more follows."""
    wh = wh[0].lower() + wh[1:]
    after = sentence[span[1] :].rstrip(".")
    cut = re.search(r", (?:who|which|where|while|after|and|but|a|an|the)\b|;", after)
    kept = f"{sentence[: span[0]]}{wh}{after[: cut.start()] if cut else after}"
    whole = re.search(rf"\b{AUXILIARY}\b|\w[a-z]ed\b|\b(?:said|told|put|gives?|faces)\b", kept)
    text = kept if whole else f"{sentence[: span[0]]}{wh}{after}"
    return text.strip()[0].upper() + text.strip()[1:] + "?"

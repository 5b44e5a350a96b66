"""What is said about the last answer instead of asking anew: "shorter", "only from Reuters". By rules, English; pure.

A command is the whole of what was typed, but for politeness: a question that merely has such words in it is none.
What a command does is in qa/again.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from qa.types import Turn

Kind = Literal["shorter", "more", "only", "earlier", "later"]


@dataclass(frozen=True, slots=True)
class Command:
    """What to do with the last answer; `outlet` is the name typed, of `only`."""

    kind: Kind
    outlet: str = ""


LONGEST = 90
"""Characters of a command; what is longer is a question."""

_POLITE = (
    r"(?:(?:please|ok(?:ay)?|now|and|so|then|well|thanks|thank you|no|yes|hm+|could you|can you|would you|will you"
    r"|can we|let[’']?s|let us|i want you to|i[’']?d like you to|i want|i[’']?d like|give me|just)\b[\s,.!:;-]*)*"
)
_AFTER = r"[\s,]*(?:please|pls|thanks|thank you|now|then|instead|though)?[\s.!?…]*"
_SOURCES = r"(?:sources?|articles?|reports?|references|outlets|citations|coverage)"
_IT = r"(?:it|that|this|the answer|your answer|that answer|the last answer)"
_ABOUT = r"(?:\s+(?:on|about|for|of)\s+(?:it|this|that|the same))?"
_SHORT = (
    r"(?:a\s+(?:bit|little)\s+)?"
    r"(?:shorter|briefer|more briefly|more concisely|more concise|more succinctly|in (?:one|a single) sentence)"
)
_FURTHER = rf"(?:more|other|further|additional)\s+{_SOURCES}{_ABOUT}"
_LEAD = r"(?:(?:what|how) about|show me|show|see|what did|what does|what do|what was in|what is in|and)?\s*"
_REPORT = rf"(?:{_SOURCES}|one|story|version|piece)(?:\s+(?:say|says|said|report|tell)(?:\s+(?:about\s+)?{_IT})?)?"
_SHORTER = (
    rf"(?:answer|say|put|tell|explain|repeat|write|make|keep)(?:\s+{_IT})?(?:\s+(?:again|once more))?,?"
    rf"\s+(?:but\s+)?{_SHORT}",
    rf"(?:(?:again|once more),?\s+)?{_SHORT}",
    r"(?:a\s+)?shorter (?:answer|version)",
    r"(?:be|keep it|make it) (?:brief|short)",
    rf"shorten {_IT}",
    r"the short version|tl;?dr|too long|answer (?:again\s+)?in (?:brief|short)",
    rf"sum {_IT} up(?: {_SHORT})?",
)
_MORE = (
    rf"(?:(?:show|list|find|see|name)(?:\s+me)?\s+)?(?:some\s+|any\s+)?{_FURTHER}",
    rf"(?:are there|were there|do you have|have you got)\s+(?:any\s+)?{_FURTHER}",
    r"who else (?:reports|reported|says|said|wrote|writes|covers|covered)(?:\s+(?:about\s+)?(?:it|this|that|so))?",
)
_ONLY = (
    rf"(?:(?:answer|show|search|use|take|cite|look)(?:\s+{_IT})?(?:\s+again)?,?\s+)?(?:only|just|nothing but)\s+"
    r"(?:(?:articles?|reports?|sources?|use|using|what is|what[’']s)\s+)?(?:from|by|in)\s+(?P<only>[^?!;]+?)",
    r"(?:from|by)\s+(?P<from>[^?!;]+?)\s+(?:only|alone)",
    rf"limit {_IT} to\s+(?P<limit>[^?!;]+?)",
    r"(?:use|cite|show|take) only\s+(?P<use>[^?!;]+?)",
    r"only\s+(?P<bare>(?-i:(?:[Tt]he\s+)?[A-Z])[^?!;]+?)",
)
_EARLIER = (rf"{_LEAD}(?:the\s+|an\s+)?(?:earlier|previous|older|first|original|prior)\s+{_REPORT}",)
_LATER = (rf"{_LEAD}(?:the\s+|a\s+)?(?:later|newer|latest|newest|more recent|most recent)\s+{_REPORT}",)
_RULES: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    ("shorter", _SHORTER),
    ("more", _MORE),
    ("only", _ONLY),
    ("earlier", _EARLIER),
    ("later", _LATER),
)
_PATTERNS = tuple(
    (kind, re.compile(rf"\s*{_POLITE}(?:{'|'.join(rules)}){_AFTER}", re.IGNORECASE)) for kind, rules in _RULES
)
_NO_OUTLET = re.compile(
    r"(?:the\s+)?(?:this|that|it|them|there|here|here on|memory|last|first|\d.*|wh\w+\b.*|how\b.*"
    r"|.*\b(?:week|month|year|day|today|yesterday|scratch|beginning|start|now|years|days)\b.*)",
    re.IGNORECASE,
)
_MOST_WORDS = 6
"""Words of an outlet's name."""


def read_command(question: str, history: Sequence[Turn]) -> Command | None:
    """The command that a question is, given that there is an answer to speak of; else None."""
    if len(question) > LONGEST or not any(turn.role == "user" for turn in history):
        return None
    for kind, pattern in _PATTERNS:
        match = pattern.fullmatch(question)
        if match is None:
            continue
        if kind != "only":
            return Command(kind)
        name = next(part for part in match.groupdict().values() if part).strip(" \"'“”.,")
        if name and len(name.split()) <= _MOST_WORDS and not _NO_OUTLET.fullmatch(name):
            return Command(kind, name)
    return None

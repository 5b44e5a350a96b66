"""Lines of a model's answer that claim nothing: those that lead to others, and those that name a gap. Pure."""

from __future__ import annotations

import re

from qa.moments import is_date

_GAP = re.compile(
    r"\b(?:articles?|passages?|sources?|texts?|library|coverage|reports?)\b[^.]{0,40}?"
    r"\b(?:do(?:es)? not|don[’']t|doesn[’']t|did not|didn[’']t|never|cannot|can[’']t|contain no|gives? no)\b[^.]{0,60}?"
    r"(?:\b(?:say|state|mention|specify|give|report|provide|contain|include|answer|reveal|disclose|information|name"
    r"|address|discuss|explain|cover|indicate)\b|$)"
    r"|\b(?:not|never|isn[’']t|aren[’']t) (?:\w+ )?(?:stated|mentioned|given|specified|found|reported|covered|said"
    r"|disclosed|provided) (?:in|by) (?:any of )?(?:the|these) (?:articles?|passages?|sources?|library)\b",
    re.IGNORECASE,
)
_TURN = re.compile(r"\b(?:but|however|though|although|while|instead|only that)\b", re.IGNORECASE)


def is_lead(line: str) -> bool:
    """Whether a heading, or a line that ends in a colon, has nothing to check: no figure but a day, no address."""
    return is_date(line) or not re.search(r"\d|://|www\.", line)


def names_a_gap(text: str) -> bool:
    """Whether a statement says that the articles do not say it, and says nothing else."""
    return bool(_GAP.search(text)) and not _TURN.search(text)

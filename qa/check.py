"""Does the cited text support the claim? Every claim passes through here, whoever wrote it.

A claim that stands in its evidence word for word is a `quote`. Any other is judged by how much of its words the
evidence has, and a number or name that the evidence lacks makes it at most `partial`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.stem import query_stems, stems
from qa.types import Support

SUPPORTED, SOME = 0.85, 0.5
"""Shares of a claim's content words that its evidence must have; set by hand, not measured yet."""


def check_claim(claim: str, quotes: Sequence[str]) -> tuple[Support, str]:
    """How far the quotes support the claim, and what is lacking, in words (empty where nothing is)."""
    if not quotes:
        return "unsupported", "no source is cited"
    if any(_plain(claim) in _plain(quote) for quote in quotes):
        return "quote", ""
    has = {stem for quote in quotes for stem in stems(quote)}
    wanted = query_stems(claim)
    cover = sum(stem in has for stem in wanted) / len(wanted) if wanted else 0.0
    lacking = [word for word in _exact(claim) if not set(stems(word)) <= has]
    if cover < SOME:
        return "unsupported", "the source says something else"
    if lacking:
        return "partial", f"the source does not have {', '.join(lacking[:3])}"
    return ("supported", "") if cover >= SUPPORTED else ("partial", "the source says only a part of this")


def _plain(text: str) -> str:
    return " ".join(text.split())


def _exact(claim: str) -> list[str]:
    """The numbers and names of a claim, which no synonym replaces; its first word may be capital for another reason."""
    words = [(m.group(), m.start()) for m in re.finditer(r"[\w’'.,-]*\w%?", claim)]
    return [w for w, at in words if any(c.isdigit() for c in w) or (at > 0 and w[0].isupper())]

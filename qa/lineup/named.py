"""Names of a text as they stand: runs of capitalised words. Pure; English."""

from __future__ import annotations

import re
from functools import lru_cache

from corpus.stem import STOP_WORDS
from qa.moments import DAYS, MONTHS

_WORD = r"(?:(?:[A-Z]\.)+|[A-Z][\w’'-]*[\w])"
RUN = rf"{_WORD}(?:\s(?:(?:of|de|van|von|al|bin|for|the|&)\s)?{_WORD})*"


_common_words = """
police government parliament support evacuation profit turnout weather court nobody everyone anyone someone work
water fire rain snow power traffic service production access tap
"""
_COMMON = frozenset(_common_words.split())


NO_NAMES = STOP_WORDS | frozenset([*MONTHS, *DAYS, "mr", "mrs", "ms", "dr", "another", "some", "according", "about"])


@lru_cache(maxsize=16_384)
def find_runs(text: str) -> tuple[re.Match[str], ...]:
    """Names as they stand, runs of capitalised words; a lone word that opens a sentence is none."""
    found = []
    for match in re.finditer(rf"(?<![\w]){RUN}", text):
        start = match.start()
        first = re.match(r"[\w’'.-]+\s?", match.group())
        while first and first.group().strip(" .").lower() in NO_NAMES:
            start += first.end()
            first = re.match(r"[\w’'.-]+\s?", text[start : match.end()])
        again = re.compile(RUN).match(text, start, match.end()) if start < match.end() else None
        if not again:
            continue
        owner = re.match(r"[A-Z]\w*s (?:of|for) (?:the )?", again.group())  # "Liquidators of Brackwell Savings"
        if owner and not text[: again.start()].strip():
            again = re.compile(RUN).match(text, again.start() + owner.end(), again.end()) or again
        opens = not text[: again.start()].strip(" \"“‘('") or text[: again.start()].rstrip(" \"“‘('")[-1:] in ".!?:•·\n"
        lone = opens and " " not in again.group() and again.start() == match.start()
        if (
            lone
            and not re.search(r"[A-Z]", again.group()[1:])
            and text.count(again.group()) < 2
            and not _is_name(again.group(), text[again.end() :])
        ):
            continue
        found.append(again)
    return tuple(found)


def _is_name(word: str, after: str) -> bool:
    """Whether a lone capitalised word that opens a sentence is a name, by what follows it."""
    if re.match(r"['’]s?\s|,\s(?:the|an?|who)\s", after) or word.endswith(("’s", "'s")):
        return True
    if word.lower() in _COMMON or word.endswith(("s", "ing", "ed", "ly")):
        return False
    return bool(re.match(r"\s(?:has|will|is|was|won|goes|gets|plans|made|paid|took|must|may|\w+ed)\b", after))


def words_of_names(runs: tuple[str, ...]) -> frozenset[str]:
    """The words of names, folded, possessives off."""
    return frozenset(
        re.sub(r"['’]s?$", "", word).lower()
        for run in runs
        for word in run.split()
        if word.lower() not in NO_NAMES and len(word) > 1
    )


def in_runs(at: int, runs: list[tuple[str, int]]) -> bool:
    """Whether a place lies in one of the names, given with where they begin."""
    return any(start <= at < start + len(run) for run, start in runs)

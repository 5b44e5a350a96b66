"""What of a sentence no paraphrase replaces: names, polarity, quotations. By rules.

English, and pure. Numbers are in qa/numbers.py; what each is compared for is in qa/check.py.
"""

from __future__ import annotations

import re

from corpus.stem import STOP_WORDS, stem_word
from qa.moments import DAYS, MONTHS

_NAME = re.compile(r"\b(?:[A-Z]\.)+[A-Z](?![\w.])|\b(?:[A-Z]\.){2,}|\b[A-Z][\w’'&-]*(?<![’'-])")
_NOT_NAMES = STOP_WORDS | frozenset(
    [*MONTHS, *DAYS, "mr", "mrs", "ms", "dr", "today", "yesterday", "tomorrow", "according", "meanwhile", "also"]
)
NEGATION = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|denie[sd]|deny|denying|refus\w+|reject\w*|fail\w*"
    r"|false|untrue|unable|unlikely|lack\w*|dismiss\w*|disput\w+|rul(?:e|es|ed|ing) out)\b|n[’']t\b",
    re.IGNORECASE,
)
HEDGE = re.compile(
    r"\b(?:may|might|could|would|should|plan(?:s|ned|ning)?|propos\w+|expect\w*|consider\w*|alleg\w+|reportedly|likely"
    r"|possibl[ey]|perhaps|if|unless|threaten\w*|hop(?:e|es|ed|ing)|aim(?:s|ed)?|intend\w*|rumou?r\w*|suspect\w*|believed"
    r"|appear(?:s|ed)?|seem(?:s|ed)?|suggest\w*|whether)\b",
    re.IGNORECASE,
)
_OPPOSITES = (
    ("rise rose risen increase increased grew grow grown gain gained climb climbed jump jumped soar soared up",
     "fall fell fallen decrease decreased drop dropped decline declined shrink shrank slump slumped down cut"),
    ("more above higher larger bigger exceeded", "less fewer below lower smaller"),
    ("won win wins victory", "lost lose loses defeat defeated"),
    ("before earlier prior", "after later following"),
    ("first", "last"),
    ("opened open opens reopened", "closed close closes shut closure"),
    ("approved approve accepted accept backed support supported upheld", "rejected reject opposed oppose overturned"),
    ("started began begin begun start launched", "ended end ends stopped finished halted"),
    ("bought buy acquired purchased", "sold sell"),
    ("guilty convicted", "acquitted innocent cleared"),
    ("joined join", "left leave quit"),
    ("best most", "worst least"),
)  # fmt: skip
_SIDE: dict[str, tuple[int, int]] = {
    stem_word(word): (pair, side)
    for pair, sides in enumerate(_OPPOSITES)
    for side, words in enumerate(sides)
    for word in words.split()
}


def names_of(text: str) -> list[str]:
    """The words of names, the first of a sentence only where the text has it elsewhere too or another follows."""
    found = []
    for match in _NAME.finditer(text):
        word = re.sub(r"[’']s?$", "", match.group())
        if word.lower() in _NOT_NAMES or (len(word) == 1 and not word.isupper()) or word == "I":
            continue
        before = text[: match.start()].rstrip(" \"“‘('")
        starts = not before or before[-1] in ".!?:•·\n"
        if starts and not re.match(r"\s[A-Z]\w", text[match.end() :]) and not re.search(r"[A-Z\d]", word[1:]):
            continue
        found.append(word)
    return list(dict.fromkeys(found))


def sides_of(stems: frozenset[str]) -> dict[int, set[int]]:
    """For each pair of opposites that the stems touch, which sides."""
    found: dict[int, set[int]] = {}
    for stem in stems & _SIDE.keys():
        pair, side = _SIDE[stem]
        found.setdefault(pair, set()).add(side)
    return found


def quotations_of(text: str) -> list[str]:
    """What stands between quotation marks, of three words or more; a title, in capitals, is a name and no quotation."""
    found = [q for q in re.findall(r"[\"“]([^\"“”]{8,})[\"”]", text) if len(q.split()) >= 3]
    return [q for q in found if not _is_title(q)]


def _is_title(words: str) -> bool:
    """Whether every word that counts is capital: "The Sound of Music"."""
    counting = [word for word in re.findall(r"[^\W\d_][\w’']*", words) if word.lower() not in STOP_WORDS]
    return len(counting) > 1 and all(word[:1].isupper() for word in counting)

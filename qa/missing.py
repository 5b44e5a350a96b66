"""The names of a question that an article does not have: one on Port Verrin says nothing of Port Ansel.

English, and pure. Words of a name must stand side by side; its adjective ("Tarvenian") and a slip of the pen will do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise, product

from corpus.language import DEFAULT_LANGUAGE
from corpus.stem import stem_word, stems
from corpus.types import Article
from qa.lacking import are_kin
from qa.moments import DAYS, MONTHS
from qa.phrases import names_in

ALIKE = 0.82
"""Two words of five letters or more that are so much alike (Ratcliff and Obershelp) are one, spelled in two ways."""
READ = 20_000
"""Characters of an article in which names are looked for: who and where it is about stands early."""
_DATES = frozenset(stem_word(word) for word in [*MONTHS, *(month[:3] for month in MONTHS), "sept", *DAYS])
_OFFICE = re.compile(
    r"\bwho(?:['’]s| is| was)\b[^?]*?\b(mayor|president|chancellor|governor|minister|senator|king|queen|pope|ambassador"
    r"|premier)\b",
    re.IGNORECASE,
)
"""Offices that go by one name: where it is not said, nobody is said to hold them."""
_AFTER_CAPITAL = re.compile(
    r"\b(?!(?:Mr|Mrs|Ms|Dr|The|In|At|Of|And|But|For|President|Mayor|Judge)\b)[A-Z][a-z]+ ([A-Z][\w’-]+)"
)
_OF_COUNTRIES = re.compile(r"(?:ish|ese|ian|ean|can|man|ench|utch|eek|wiss|raqi|raeli)$")
"""An adjective such as "French", which an article on France need not have."""


def names_asked_of(question: str, language: str = DEFAULT_LANGUAGE) -> list[tuple[str, ...]]:
    """The stems of each name in a question, days and months aside, and of the office whose holder is asked for.

    None in other languages than English.
    """
    if language != DEFAULT_LANGUAGE:
        return []
    office = _OFFICE.search(question)
    found = [tuple(stems(office[1]))] if office else []
    for name in names_in(question):
        for at, part in enumerate(re.split(r" (?:and|&) ", name.text)):
            own = tuple(stems(part))
            if name.start == at == 0 and len(own) > 1:
                own = own[1:]  # "Besides Africa", "Conservative Islam": the first word is capital in any case
            if own and not set(own) <= _DATES and not (len(own) == 1 and _OF_COUNTRIES.search(part)):
                found.append(own)
    return found


def share_of_names(names: Sequence[tuple[str, ...]], article: Article, at: int = 0) -> float:
    """The share of the names that an article has, its title and outlet included; 1 where there is none to have.

    Of a long one, what is read is how it begins and what stands around `at`.
    """
    if not names:
        return 1.0
    text = f"{article.title} . {article.outlet or ''} . {article.text[:READ]}"
    if at > READ // 2:
        text += " . " + article.text[max(READ, at - READ // 4) : at + READ // 4]
    return sum(_has(name, text) for name in names) / len(names)


def _has(name: tuple[str, ...], text: str) -> bool:
    words, pairs, initials, full = _words_of(text)
    if len(name) == 1 and len(name[0]) > 2 and name[0] in initials:
        return True  # WSE, for the Warsaw Stock Exchange
    found = [_alike(own, words) for own in name if own not in _DATES]
    if len(found) < 2:
        return all(found)
    if all(found) and any(pair in pairs for one, other in pairwise(found) for pair in product(one, other)):
        return True
    return name[-1] in words - full  # Roosevelt is Theodore Roosevelt, Franklin Roosevelt not


def _alike(own: str, words: frozenset[str]) -> list[str]:
    if own in words:
        return [own, *(word for word in words if word != own and _is_of(own, word))]
    return [word for word in words if _is_of(own, word) or _misspelled(own, word)]


def _is_of(own: str, word: str) -> bool:
    """Whether a word is a name's adjective, or the other way round."""
    return len(own) > 5 and are_kin(own, word)


def _misspelled(own: str, word: str) -> bool:
    if len(own) < 5 or abs(len(own) - len(word)) > 2 or own[0] != word[0] or any(c.isdigit() for c in own):
        return False
    return SequenceMatcher(None, own, word).ratio() >= ALIKE


@lru_cache(maxsize=256)
def _words_of(text: str) -> tuple[frozenset[str], frozenset[tuple[str, str]], str, frozenset[str]]:
    """The stems of a text, the pairs that stand side by side, every word's initial, and what follows a capital word."""
    found = stems(text)
    full = frozenset(stem for word in _AFTER_CAPITAL.findall(text) for stem in stems(word))
    return frozenset(found), frozenset(pairwise(found)), "".join(word[:1] for word in found), full

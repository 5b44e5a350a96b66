"""Text -> the stems that the word index is made of; questions and passages pass through the same function."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import snowballstemmer

STEM_VERSION = 1
"""Raised whenever the same text would give other stems: the word index is then rebuilt."""

_WIDE = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
_TOKEN = re.compile(
    r"(?P<number>\d+(?:[.,]\d+)+)"
    r"|(?P<dotted>\b(?:[^\W\d_]\.){2,})"
    rf"|(?P<wide>[{_WIDE}]+)"
    rf"|[^\W_{_WIDE}]+(?:['’][^\W_{_WIDE}]+)*"
)
_stemmer = snowballstemmer.stemmer("english")

_STOP = """
a about above after again against all am an and any are as at be because been before being below between both
but by can could did do does doing down during each few for from further had has have having he her here hers him
himself his how i if in into is it its itself just me more most my myself no nor not now of off on once only or
other our ours ourselves out over own same she should so some such than that the their theirs them themselves then
there these they this those through to too under until up very was we were what when where which while who whom
whose why will with would you your yours yourself yourselves what's who's it's that's
"""
STOP_WORDS = frozenset(_STOP.split())
"""Left out of questions, never out of passages."""


@lru_cache(maxsize=200_000)
def stem_word(word: str) -> str:
    """The stem of one word, lower case, accents folded."""
    folded = "".join(c for c in unicodedata.normalize("NFKD", word.lower()) if not unicodedata.combining(c))
    return str(_stemmer.stemWord(folded.replace("’", "'")))


def _words(text: str) -> Iterator[str]:
    for match in _TOKEN.finditer(text):
        token = match.group()
        if match.lastgroup == "number":
            yield token.replace(",", "")
        elif match.lastgroup == "dotted":
            yield token.replace(".", "")
        elif match.lastgroup == "wide" and len(token) > 1:
            # Scripts without spaces: pairs of characters stand in for words.
            yield from (token[i : i + 2] for i in range(len(token) - 1))
        else:
            yield token


def stems(text: str) -> list[str]:
    """Every word's stem in order: `U.S.` is `us`, `1,200` is `1200`, Chinese and Japanese come as pairs."""
    return [stem_word(word) for word in _words(text)]


def query_stems(text: str) -> list[str]:
    """The distinct stems of a question in order, without stop words; all of them if nothing else is left."""
    words = list(_words(text))
    kept = [word for word in words if word.lower().replace("’", "'") not in STOP_WORDS]
    return list(dict.fromkeys(stem_word(word) for word in kept or words))

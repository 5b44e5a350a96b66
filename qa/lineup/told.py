"""A sentence ready to be compared: what it states, and the names of its story. Remembered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from corpus.stem import stems
from corpus.types import Article
from qa.lineup.named import find_runs, words_of_names
from qa.lineup.stated import Statement
from qa.lineup.statements import read_statement

LEAD = 400
"""Characters of an article's beginning in which the names of its story stand."""


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """A sentence with what it states, and where it stands.

    `around` are the names of its article's title and beginning and its own, each as its words; `own` are its own name
    words, `words` its stems. Compared by identity.
    """

    article_id: str
    start: int
    end: int
    text: str
    title: str
    day: date | None
    around: frozenset[frozenset[str]]
    own: frozenset[str]
    title_words: frozenset[str]
    words: frozenset[str]
    statement: Statement


@lru_cache(maxsize=8192)
def story_of(title: str, lead: str) -> tuple[frozenset[frozenset[str]], frozenset[str]]:
    """The names of an article's title and beginning, each as its words, and the other words of its title."""
    names = names_in(lead)
    words = title.split()
    if sum(word[:1].isupper() for word in words) <= 0.7 * len(words):  # else every word has a capital
        names |= names_in(title)
    return names, read_statement(title, None).words


@lru_cache(maxsize=32_768)
def names_in(text: str) -> frozenset[frozenset[str]]:
    """The names of a text, each as its words."""
    return frozenset(words for m in find_runs(text) if (words := words_of_names((m.group(),))))


@lru_cache(maxsize=65_536)
def tell_sentence(article_id: str, start: int, end: int, text: str, title: str, lead: str, day: date | None) -> Told:
    """A sentence ready to be compared, remembered."""
    names, titled = story_of(title, lead)
    own = names_in(text)
    words = frozenset(word for name in own for word in name)
    return Told(
        article_id, start, end, text, title, day, names | own, words, titled, frozenset(stems(text)),
        read_statement(text, day),
    )  # fmt: skip


@lru_cache(maxsize=65_536)
def same_story(one: frozenset[frozenset[str]], other: frozenset[frozenset[str]]) -> bool:
    """Whether they share a name, whole or as a part of the other's: not `Pell Harbour` and `Harbour Line`."""
    return any(a <= b or b <= a for a in one for b in other)


def of_one_story(one: Article, other: Article) -> bool:
    """Whether two articles share a name, and a word of their titles that is none."""
    (a, said), (b, also) = (story_of(article.title, article.text[:LEAD]) for article in (one, other))
    return same_story(a, b) and bool(said & also)

"""Starter questions, made from what the library itself keeps coming back to. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.language import DEFAULT_LANGUAGE
from corpus.types import Article
from qa.rephrase import ask_about

N_STARTERS = 4
_NAME = re.compile(r"(?<![\w.])[A-Z][\w’'-]*[a-z]\w*(?: (?:of |the )?[A-Z0-9][\w’-]*)*")
_PLACE = re.compile(r"(?:\b(?:in|near|across|outside) )$")
_SENTENCE_START = re.compile(r"(?:^|[.!?:]['\"”’)]*\s+|\n\s*(?:[-|#]+ )?|[\"“‘(])$")
_DULL = re.compile(
    r"^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day$|^(?:January|February|March|April|May|June|July|August|September"
    r"|October|November|December)\b|^(?:Mr|Ms|Mrs|Dr|The|A|An|In|On|At|It|He|She|They|We|But|And|President|Minister)\b"
)


@dataclass(frozen=True, slots=True)
class _Theme:
    name: str
    question: str
    articles: frozenset[int]
    n_titles: int


def make_starters(articles: Sequence[Article], n: int = N_STARTERS, language: str = DEFAULT_LANGUAGE) -> list[str]:
    """Up to `n` questions, each about a name that several of the articles (newest first) carry in title and text.

    The questions cover different articles; a library too small for that gives what its titles are about. Names are told
    from other words in English alone: in another language the questions are about the newest articles.
    """
    if language != DEFAULT_LANGUAGE:
        return [ask_about(title, language) for title in dict.fromkeys(a.title for a in articles if a.title)][:n]
    themes = sorted(_themes(articles), key=lambda t: (-t.n_titles, -len(t.articles), min(t.articles), t.name))
    chosen: list[_Theme] = []
    for theme in themes:
        if all(
            len(theme.articles & other.articles) <= min(len(theme.articles), len(other.articles)) / 3
            for other in chosen
        ):
            chosen.append(theme)
        if len(chosen) == n:
            break
    return [theme.question for theme in chosen]


def _themes(articles: Sequence[Article]) -> list[_Theme]:
    in_title: dict[str, set[int]] = {}
    for number, article in enumerate(articles):
        for name in _names(article.title):
            in_title.setdefault(name, set()).add(number)
    n_wanted = 2 if len(articles) > 3 else 1
    themes = []
    for name, titled in in_title.items():
        pattern = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
        lead: Counter[str] = Counter()
        carrying = set(titled)
        for number, article in enumerate(articles):
            found = [m.start() for m in pattern.finditer(article.text)]
            if found and (number in titled or len(found) > 1):
                carrying.add(number)
            lead.update(_lead(article.text[max(0, at - 10) : at]) for at in found)
        # A name that never stands inside a sentence is an ordinary word with a capital letter.
        if lead.total() - lead["start"] >= n_wanted and n_wanted <= len(carrying) <= max(2, len(articles) // 3):
            themes.append(_Theme(name, _ask(name, lead), frozenset(carrying), len(titled)))
    return themes


def _names(title: str) -> set[str]:
    words = title.split()
    capitals = sum(word[:1].isupper() for word in words)
    if len(words) > 3 and capitals > 0.7 * len(words):  # a title in title case names nothing by its capitals
        return set()
    names = {re.sub(r"[’']s?$", "", m.group()) for m in _NAME.finditer(title)}
    return {name for name in names if len(name) > 3 and not _DULL.search(name)}


def _lead(before: str) -> str:
    if before.endswith(("the ", "The ")):
        return "the"
    if _PLACE.search(before):
        return "place"
    return "start" if _SENTENCE_START.search(before) else "other"


def _ask(name: str, lead: Counter[str]) -> str:
    inside = max(1, lead.total() - lead["start"])
    if lead["place"] > 0.2 * inside:
        return f"What happened in {name}?"
    the = "the " if " " in name and lead["the"] > 0.5 * inside else ""
    return f"What is the latest on {the}{name}?"

"""Another way to ask, where nothing was found."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.language import DEFAULT_LANGUAGE
from corpus.stem import stems
from corpus.types import Article
from qa.retrieve import Retrieval

_ABOUT = {
    "en": "What do the articles say about “{}”?",
    "de": "Was sagen die Artikel über „{}“?",
    "es": "¿Qué dicen los artículos sobre «{}»?",
    "fr": "Que disent les articles sur « {} » ?",
    "zh": "关于“{}”，文章怎么说？",
    "ar": "ماذا تقول المقالات عن «{}»؟",
}


def rephrase(question: str, retrieval: Retrieval, nearest: Sequence[Article]) -> str | None:
    """A question about the names that the articles do have, else about the nearest article; None without either.

    In another language than English it is always about the nearest article.
    """
    if retrieval.language != DEFAULT_LANGUAGE:
        return ask_about(nearest[0].title, retrieval.language) if nearest else None
    found = frozenset().union(*(e.found for e in retrieval.evidence))
    names = [
        m.group()
        for m in re.finditer(r"\b[A-Z]\w+(?:[ -](?:[A-Z]\w+|\d+))*", question)
        if m.start() > 0 and set(stems(m.group())) <= found
    ]
    if names:
        return f"What do the articles say about {max(names, key=len)}?"
    return ask_about(nearest[0].title) if nearest else None


def ask_about(title: str, language: str = DEFAULT_LANGUAGE) -> str:
    """A question about an article, in the language of its library."""
    return _ABOUT[language].format(title)

"""Article -> sentences and passages, as exact character spans of the article's text."""

from __future__ import annotations

from corpus.types import Article, Passage, Sentence

PASSAGE_CHARS = 900
SPLIT_VERSION = "draft"
"""Part of the library's fingerprint: raised whenever the same text would be split differently."""


def split_article(article: Article) -> list[tuple[Passage, tuple[Sentence, ...]]]:
    """The passages of an article in order, each with its sentences; never across a heading."""
    raise NotImplementedError

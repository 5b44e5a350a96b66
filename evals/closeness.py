"""The sentence vectors of pairs of articles, as a library has them."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.embed import Embedder, PassageInput
from corpus.split import split_sentences
from evals.disagree import ArticlePair
from qa.lineup.close import Meanings


def meanings_of(pairs: Sequence[ArticlePair], embedder: Embedder) -> list[Meanings]:
    """For each pair the vectors of its sentences, as a library has them."""
    articles = [article for pair in pairs for article in (pair.one, pair.other)]
    spans = [tuple(split_sentences(article.text)) for article in articles]
    given = [
        PassageInput(f"{a.title}, {a.outlet}, {a.published}", a.text, s) for a, s in zip(articles, spans, strict=True)
    ]
    rows = [
        {(a.id, start): vector for (start, _), vector in zip(s, found.sentences, strict=True)}
        for a, s, found in zip(articles, spans, embedder.encode_passages(given), strict=True)
    ]
    return [Meanings({**one, **other}) for one, other in zip(rows[::2], rows[1::2], strict=True)]

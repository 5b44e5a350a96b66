"""Near-copies: articles edited word by word, and whether the library finds which of them tell one story."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path

import numpy as np

from corpus.config import LibraryConfig
from corpus.embed import Embedder, PassageInput, PassageVectors
from corpus.ledger import batches
from corpus.library import Library
from corpus.types import Article, Vector

SHARES = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3)
"""Of words that are edited: three of five are replaced, one left out, one has another put before it."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of articles: that are of one story, that the library says are, and that it says rightly."""

    true: int = 0
    said: int = 0
    right: int = 0

    @property
    def precision(self) -> float:
        """Of the pairs that it says are of one story, the share that is."""
        return self.right / self.said if self.said else 1.0

    @property
    def recall(self) -> float:
        """Of the pairs that are of one story, the share that it says are."""
        return self.right / self.true if self.true else 1.0


def measure_copies(
    articles: Sequence[Article],
    home: Path,
    embedder: Embedder,
    seed: int = 0,
    step: Callable[[], None] = lambda: None,
) -> dict[str, Pairs]:
    """Pairs among the articles and their edits, under `all`, and original with edit by share edited, as in `0.30`.

    The library in `home` is made of them. Articles that are near-copies as they are count as one story.
    """
    chance = random.Random(seed)
    vocabulary = [word for article in articles for word in article.text.split()]
    origin: dict[str, str] = {}
    share_of: dict[str, str] = {}
    with Library.open(LibraryConfig(home), embedder=embedder, own=False) as library:
        library.add(articles)
        known = library.stories([article.id for article in articles])
        made = []
        for article in articles:
            story = known.get(article.id)
            origin[article.id] = min(member.id for member in story.members) if story else article.id
            for n, share in enumerate(SHARES, 1):
                text = edit_words(article.text, share, chance, vocabulary)
                name, day = f"{article.id}-{share}", date(2030, 1, 1) + timedelta(n)
                made.append(replace(article, id=name, source=f"edit:{name}", content_hash="", text=text, published=day))
                origin[name], share_of[name] = origin[article.id], f"{share:.2f}"
        chance.shuffle(made)
        for some in batches(made, 32):
            library.add(some)
            for _ in some:
                step()
        stories = library.stories(list(origin))
    said = {frozenset(p) for s in set(stories.values()) for p in combinations([m.id for m in s.members], 2)}
    true = {frozenset(pair) for pair in combinations(origin, 2) if origin[pair[0]] == origin[pair[1]]}
    out = {"all": _count(true, said)}
    originals = {article.id for article in articles}
    for said_share in sorted(set(share_of.values())):
        ids = {name for name, of in share_of.items() if of == said_share}
        out[said_share] = _count(
            {p for p in true if len(p & ids) == 1 and p & originals},
            {p for p in said if len(p & ids) == 1 and p & originals},
        )
    return out


def edit_words(text: str, share: float, chance: random.Random, vocabulary: Sequence[str]) -> str:
    """A text with that share of its words edited, by words drawn from the vocabulary."""
    words = []
    for word in text.split():
        dice = chance.random()
        if dice < 0.6 * share:
            words.append(chance.choice(vocabulary))
        elif dice < 0.8 * share:
            continue
        elif dice < share:
            words += [chance.choice(vocabulary), word]
        else:
            words.append(word)
    return " ".join(words)


def _count(true: set[frozenset[str]], said: set[frozenset[str]]) -> Pairs:
    return Pairs(len(true), len(said), len(true & said))


class NoEmbedder(Embedder):
    """Gives every passage the same vector: copies are found by words."""

    name = fingerprint = "none"
    dimension = 1

    def encode_queries(self, questions: Sequence[str]) -> Vector:
        """A one for each question."""
        return np.ones((len(questions), 1), np.float32)

    def encode_passages(
        self, passages: Sequence[PassageInput], progress: Callable[[int], None] | None = None
    ) -> list[PassageVectors]:
        """A one for each passage and sentence."""
        one = np.ones(1, np.float32)
        return [PassageVectors(one, np.ones((len(p.sentences), 1), np.float32)) for p in passages]

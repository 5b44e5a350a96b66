"""Articles and questions to measure speed with, from what ships. Not here: measuring."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from corpus.read import read_articles
from corpus.types import Article
from evals.cases import read_cases
from evals.types import SETS

SAMPLE_ARTICLES = Path(__file__).parents[1] / "corpus" / "articles"


def make_articles(n: int) -> list[Article]:
    """`n` different articles of 250 to 900 words, the same each time: the sample articles' paragraphs, recombined."""
    base = read_all([str(SAMPLE_ARTICLES)])
    pool = [p for a in base for p in a.text.split("\n\n") if len(p.split()) > 15]
    rng = random.Random(0)
    made = []
    for i in range(n):
        words, parts = rng.randint(250, 850), list[str]()
        for paragraph in rng.sample(pool, len(pool)):
            if sum(len(p.split()) for p in [*parts, paragraph]) > max(words, 300):
                break
            parts.append(paragraph)
        title = f"{base[i % len(base)].title} ({i // len(base) + 1})"
        made.append(Article(f"made-{i}", title, "\n\n".join(parts), source=f"made:{i}"))
    return made


def read_all(sources: Sequence[str]) -> list[Article]:
    """The articles of these sources; what cannot be read is left out."""
    return [item for source in sources for item in read_articles(source) if isinstance(item, Article)]


def list_questions(articles: Sequence[Article]) -> list[str]:
    """The questions of the sample set, then the articles' titles."""
    return [c.question for c in read_cases(SETS / "sample.jsonl")] + [a.title for a in articles]

"""Speed of evaluation itself: a run of many cases over a library that is kept, and the comparison of two such runs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

from corpus.config import LibraryConfig
from corpus.split import split_sentences
from corpus.types import Article
from evals.compare import compare_scores, scores_of
from evals.perform import Plan, perform
from evals.runs import read_run
from qa.config import Config

RUN, COMPARE = 60.0, 10.0
"""What is required: at most these seconds for 1,000 cases over 1,000 articles, and for comparing two such runs."""
LONG_ENOUGH = 60
"""Characters from which a sentence is asked about."""


@dataclass(frozen=True, slots=True)
class Timing:
    """What was measured, its seconds, and at most how many there may be."""

    what: str
    seconds: float
    most: float


def time_runs(articles: Sequence[Article], n_cases: int, folder: Path) -> list[Timing]:
    """Two runs of `n_cases` over the articles, the second timed, then the two compared."""
    place = folder / "runs"
    place.mkdir()
    _write_lines(place / "articles.jsonl", [_article_line(a) for a in articles])
    _write_lines(
        place / "bench.jsonl", [{"set": "bench", "articles": "articles.jsonl"}, *_make_cases(articles, n_cases)]
    )
    config = Config(library=LibraryConfig(folder / "home"))
    plan = Plan((str(place / "bench.jsonl"),))
    seconds = 0.0
    for name in ("first", "second"):  # the first one embeds the articles
        began = perf_counter()
        perform(plan, _unwatched, folder=place / name, config=config)
        seconds = perf_counter() - began
    began = perf_counter()
    a, b = (scores_of(name, read_run(place / name).results) for name in ("first", "second"))
    compare_scores(a, b)
    compared = perf_counter() - began
    of = f"{n_cases} cases, {len(articles)} articles"
    return [Timing(f"eval run, {of}", seconds, RUN), Timing(f"eval compare, {of}", compared, COMPARE)]


def _make_cases(articles: Sequence[Article], n: int) -> Iterator[dict[str, object]]:
    """A question about a sentence of each article in turn, by its title and the sentence's first words."""
    sentences = []
    for article in articles:
        spans = [(a, b) for a, b in split_sentences(article.text) if b - a >= LONG_ENOUGH]
        sentences.append([article.text[a:b] for a, b in spans] or [article.text])
    for i in range(n):
        article, own = articles[i % len(articles)], sentences[i % len(articles)]
        gold = own[i // len(articles) % len(own)]
        question = f"What does “{article.title}” say about {' '.join(gold.split()[:8])}?"
        yield {"id": f"c{i}", "question": question, "answerable": True, "sentences": [gold], "articles": [article.id]}


def _article_line(article: Article) -> dict[str, object]:
    known = asdict(article)
    return {key: known[key] for key in ("id", "title", "outlet", "text") if known[key]}


def _write_lines(path: Path, lines: Sequence[dict[str, object]]) -> None:
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")


@contextmanager
def _unwatched(total: int, done: int) -> Iterator[Callable[[], None]]:
    yield lambda: None

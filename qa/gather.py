"""Question -> the passages that both indexes offer, with their articles and stories; copies do not crowd out the rest.

Not here: scoring and ordering them (qa/retrieve.py), and which copy is cited (qa/copies.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from corpus.library import Library
from corpus.stories import Story
from corpus.types import Article, StoredPassage, Vector
from qa.time_reading import TimeReading

MOST = 1280
"""How many passages each index offers at most, where copies of a few stories fill the first of them."""
MOST_OF_DAYS = 200
"""How many articles of the days searched are looked at one by one at most, the newest of them."""
PASSAGES_A_STORY = 8
"""How many passages of a story's copies are scored, beside those of the article that leads it."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was offered: passages by id, their articles and stories, BM25 by passage, and which were near by meaning."""

    generation: int
    stored: dict[str, StoredPassage]
    articles: dict[str, Article]
    stories: dict[str, Story]
    words: dict[str, float]
    near: frozenset[str]


def gather(
    library: Library, question: str, vector: Vector, wanted: int, top_k: int, admits: Callable[[Article], bool]
) -> Gathered:
    """At least `wanted` passages of each index, as far as there are; of admitted articles only.

    More where copies of one another are so many that fewer than `top_k` stories are among them.
    """
    while True:
        found = library.search(question, vector, k_dense=wanted, k_words=wanted)
        words, near = dict(found.words), frozenset(pid for pid, _ in found.dense)
        stored = library.stored(list(dict.fromkeys([pid for pid, _ in found.dense] + list(words))))
        known = library.articles({kept.passage.article_id for kept in stored.values()})
        articles = {name: article for name, article in known.items() if admits(article)}
        stories = library.stories(list(articles))
        n_told = len({stories[name].lead if name in stories else name for name in articles})
        crowded = n_told < top_k and 2 * n_told < len(articles)
        if not crowded or wanted >= MOST or max(len(found.dense), len(found.words)) < wanted:
            break
        wanted *= 4
    leads = library.articles({story.lead for story in stories.values()} - known.keys())
    for lead in (article for article in leads.values() if admits(article)):
        articles[lead.id], stories[lead.id] = lead, next(s for s in stories.values() if s.lead == lead.id)
        copies = {member.id for member in stories[lead.id].members}
        best = max(
            (words.get(pid, 0.0) for pid, kept in stored.items() if kept.passage.article_id in copies), default=0
        )
        for kept in library.passages_of(lead.id):
            stored[kept.passage.id] = kept
            words[kept.passage.id] = best  # its copies have these words, and it was not asked for by them
    stored = {pid: kept for pid, kept in stored.items() if kept.passage.article_id in articles}
    return Gathered(found.generation, stored, articles, stories, words, near)


def add_between(
    found: Gathered,
    library: Library,
    time: TimeReading | None,
    as_of: date | None,
    top_k: int,
    admits: Callable[[Article], bool],
) -> Gathered:
    """Where hardly any of what was offered is of the days searched, all passages of these days too, as far as few.

    In a large library the few articles of a day are not among the first of an index that knows no days.
    """
    if len(found.articles) >= top_k:
        return found
    first = time.first if time and time.narrows else None
    ends = [day for day in (time.last if time and time.narrows else None, as_of) if day]
    ids = [i for i in library.ids_between(first, min(ends, default=None), MOST_OF_DAYS) if i not in found.articles]
    articles = {name: article for name, article in library.articles(ids).items() if admits(article)}
    if not articles:
        return found
    stored = {kept.passage.id: kept for kept in library.passages_of_all(list(articles))}
    stories = library.stories(list(articles))
    return replace(
        found,
        stored=found.stored | stored,
        articles=found.articles | articles,
        stories=dict(found.stories) | dict(stories),
    )


def best_to_score(
    ordered: Sequence[str], gathered: Gathered, most: int, always: Callable[[Article], bool]
) -> list[str]:
    """The first of the passages, best first, but only a few of any story's copies; `always` are not counted."""
    of_story: Counter[str] = Counter()
    chosen: list[str] = []
    for pid in ordered:
        if len(chosen) == most:
            break
        name = gathered.stored[pid].passage.article_id
        story = gathered.stories.get(name)
        if story and name != story.lead and not always(gathered.articles[name]):
            of_story[story.lead] += 1
            if of_story[story.lead] > PASSAGES_A_STORY:
                continue
        chosen.append(pid)
    return chosen

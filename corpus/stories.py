"""Near-copies of one story: found when an article is added, grouped, never deleted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import uuid4

import numpy as np
from sqlalchemy import Connection, func, insert, select, update

from corpus.differences import corrects
from corpus.ledger import SQL_IDS, batches
from corpus.sketch import MIN_WORDS, SAME_STORY, bands_of, jaccard, sketch_words, words_of
from corpus.tables import articles, bands, sketches
from corpus.types import Article

ESTIMATE_SLACK = 0.12
"""How far a sketch's estimate may lie below the truth: more than three standard errors at 200 places."""


@dataclass(frozen=True, slots=True)
class Member:
    """One article of a story."""

    id: str
    outlet: str
    published: str | None


@dataclass(frozen=True, slots=True)
class Story:
    """Articles that are near-copies, earliest first.

    `lead` is the one to cite: the earliest, or the newest with a date where that has other figures (`corrected`).
    """

    lead: str
    members: tuple[Member, ...]
    corrected: bool

    def outlets_besides(self, id: str) -> tuple[str, ...]:
        """The other outlets that have it."""
        own = next((member.outlet for member in self.members if member.id == id), "")
        return tuple(dict.fromkeys(m.outlet for m in self.members if m.outlet and m.outlet != own))


def join_stories(connection: Connection, added: Iterable[Article]) -> None:
    """Sketch articles that were just written, and put each with the near-copies that are there."""
    for article in added:
        words = words_of(article.text)
        if len(words) < MIN_WORDS:
            continue
        sketch = sketch_words(words)
        hashes = bands_of(sketch)
        alike = _alike(connection, article.id, words, sketch, hashes)
        story = min(alike, default=uuid4().hex)
        others = sorted(alike - {story})
        if others:  # this one lies between stories that did not know of each other
            connection.execute(update(sketches).where(sketches.c.story.in_(others)).values(story=story))
        connection.execute(insert(sketches).values(article_id=article.id, sketch=sketch.tobytes(), story=story))
        connection.execute(insert(bands), [{"hash": hash_, "article_id": article.id} for hash_ in set(hashes)])


def _alike(
    connection: Connection, id: str, words: frozenset[str], sketch: np.ndarray, hashes: Sequence[int]
) -> set[str]:
    """The stories of the articles that are near-copies of these words."""
    near = select(bands.c.article_id).where(bands.c.hash.in_(hashes), bands.c.article_id != id).distinct()
    query = select(sketches.c.article_id, sketches.c.sketch, sketches.c.story).where(sketches.c.article_id.in_(near))
    likely = {
        row.article_id: row.story
        for row in connection.execute(query)
        if (np.frombuffer(row.sketch, np.uint32) == sketch).mean() >= SAME_STORY - ESTIMATE_SLACK
    }
    found = set()
    for some in batches(list(likely), SQL_IDS):
        for row in connection.execute(select(articles.c.id, articles.c.text).where(articles.c.id.in_(some))):
            if jaccard(words, words_of(row.text)) >= SAME_STORY:
                found.add(likely[row.id])
    return found


def unsketched(connection: Connection) -> list[str]:
    """Articles that an earlier version added, without a sketch; those with too little text among them."""
    query = select(articles.c.id).outerjoin(sketches, sketches.c.article_id == articles.c.id)
    return list(connection.execute(query.where(sketches.c.article_id.is_(None))).scalars())


def read_stories(connection: Connection, ids: Sequence[str], known: dict[str, Story] | None = None) -> dict[str, Story]:
    """Article id to its story, for those of the articles that have near-copies.

    `known` holds stories of this state of the library by their labels, and takes those that are read.
    """
    known = {} if known is None else known
    labels: dict[str, str] = {}
    for some in batches(list(dict.fromkeys(ids)), SQL_IDS):
        query = select(sketches.c.article_id, sketches.c.story).where(sketches.c.article_id.in_(some))
        labels |= {row.article_id: row.story for row in connection.execute(query)}
    unread = _shared(connection, set(labels.values()) - known.keys())
    for some in batches(unread, SQL_IDS):
        known |= dict(_read_some(connection, some))
    return {id_: known[label] for id_, label in labels.items() if label in known}


def count_copies(connection: Connection) -> dict[str, int]:
    """The ids of all articles that have near-copies, and how many each has."""
    n = func.count().label("n")
    shared = select(sketches.c.story, n).group_by(sketches.c.story).having(n > 1).subquery()
    query = select(sketches.c.article_id, shared.c.n).join(shared, shared.c.story == sketches.c.story)
    return {row.article_id: row.n - 1 for row in connection.execute(query)}


def _shared(connection: Connection, labels: Iterable[str]) -> list[str]:
    """Those of the labels that more than one article has: most articles are alone with theirs."""
    found: list[str] = []
    for some in batches(sorted(labels), SQL_IDS):
        query = select(sketches.c.story).where(sketches.c.story.in_(some)).group_by(sketches.c.story)
        found += connection.execute(query.having(func.count() > 1)).scalars()
    return found


def _read_some(connection: Connection, labels: Sequence[str]) -> Iterator[tuple[str, Story]]:
    query = (
        select(sketches.c.story, articles.c.id, articles.c.outlet, articles.c.published)
        .join(sketches, sketches.c.article_id == articles.c.id)
        .where(sketches.c.story.in_(labels))
        .order_by(sketches.c.story, articles.c.moment.is_(None), articles.c.moment, articles.c.added, articles.c.id)
    )
    for label, group in groupby(connection.execute(query).all(), lambda row: row.story):
        members = tuple(Member(row.id, row.outlet, row.published) for row in group)
        # What has no date cannot be known to be newer.
        dated = [member for member in members if member.published] or members
        corrected = corrects(*_texts(connection, dated[0].id, dated[-1].id))
        yield label, Story((dated[-1] if corrected else members[0]).id, members, corrected)


def _texts(connection: Connection, *ids: str) -> list[str]:
    return [connection.execute(select(articles.c.text).where(articles.c.id == name)).scalar_one() for name in ids]

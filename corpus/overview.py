"""What the Library tab opens with, counted by the database: no row of the table needs to be in memory for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from corpus.origins import Origin, count_origins, in_order, key_of
from corpus.tables import articles, entries, followed
from corpus.timeline import Timeline, spread


@dataclass(frozen=True, slots=True)
class Overview:
    """All articles counted by outlet and by origin, most articles first."""

    outlets: tuple[tuple[str, int], ...]
    origins: tuple[Origin, ...]


def make_overview(outlets: Iterable[tuple[str, int]], sources: Iterable[str], roots: Sequence[str]) -> Overview:
    """The counts in order; `roots` are as `find_origin` takes them."""
    named = sorted(((name, n) for name, n in outlets if name), key=lambda one: (-one[1], one[0].lower()))
    return Overview(tuple(named), count_origins(sources, roots))


def read_timeline(connection: Connection) -> Timeline:
    """All articles over time, by calendar days in UTC; read from the index of dates alone."""
    day = func.substr(articles.c.moment, 1, 10)
    days: dict[str | None, int] = dict(connection.execute(select(day, func.count()).group_by(day)).tuples().all())
    undated = days.pop(None, 0)
    return spread({date.fromisoformat(day): n for day, n in days.items() if day}, undated)


def read_overview(connection: Connection, roots: Sequence[str]) -> Overview:
    """The overview of what is committed now."""
    a = articles.c
    outlets = connection.execute(select(a.outlet, func.count()).group_by(a.outlet)).tuples().all()
    return make_overview(outlets, connection.execute(select(a.source)).scalars(), roots)


def read_feeds(connection: Connection) -> tuple[Origin, ...]:
    """The feeds that are followed, and how many articles came by each."""
    n = func.count(articles.c.id.distinct())
    query = (
        select(followed.c.place, followed.c.title, n)
        .join(entries, entries.c.place == followed.c.place)
        .join(articles, articles.c.id == entries.c.article_id)
        .group_by(followed.c.place, followed.c.title)
    )
    rows = connection.execute(query).tuples()
    return in_order(Origin(key_of("feed", place), "feed", place, n, title) for place, title, n in rows)


def read_taken(connection: Connection, place: str) -> frozenset[str]:
    """The ids of the articles that came by a feed, present or not."""
    query = select(entries.c.article_id).where(entries.c.place == place)
    return frozenset(connection.execute(query).scalars())

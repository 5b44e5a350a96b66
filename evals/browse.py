"""The Library tab over a large library: how long each page of the table, chart and list of filters takes to come."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any, cast

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import insert, update

from corpus.library import Library
from corpus.rows import next_generation
from corpus.tables import articles, sketches
from qa.web.ports import Asks
from qa.web.routes import make_routes
from qa.web.running import Running

REQUIRED = 0.3
"""Seconds that any page may take."""
N_OUTLETS = 60
N_WORDS = 4000
TEXT_WORDS = 500
A_STORY = 20
"""Every so many articles, one is a near-copy of another."""


@dataclass(frozen=True, slots=True)
class Timed:
    """One kind of request: the seconds that each took."""

    what: str
    seconds: tuple[float, ...]

    def share(self, of: float) -> float:
        """The seconds that this share of the requests took at most."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(of * len(ordered)))]


def fill_table(library: Library, n: int, seed: int = 0, step: Callable[[], None] = lambda: None) -> None:
    """Rows of `n` invented articles with texts of a usual length, over 22 years; without passages, which no page shows.

    `step` is called for each thousand.
    """
    chance = random.Random(seed)
    words = [f"{chance.choice('bdfgklmnprst')}{chance.choice('aeiou')}word{number}" for number in range(N_WORDS)]
    for begin in range(0, n, 1000):
        ids = range(begin, min(n, begin + 1000))
        with library.writing() as connection:
            connection.execute(insert(articles), [_article(number, chance, words) for number in ids])
            connection.execute(insert(sketches), [_sketch(number) for number in ids])
            next_generation(connection, [f"a{number}" for number in ids])
        step()


def _article(n: int, chance: random.Random, words: list[str]) -> dict[str, Any]:
    when = (datetime(2004, 1, 1, tzinfo=UTC) + timedelta(hours=chance.randrange(22 * 365 * 24))).isoformat()
    outlet = n % N_OUTLETS
    return {
        "id": f"a{n}",
        "source": f"https://news{outlet}.example/story/{n}",
        "title": " ".join(chance.choices(words, k=8)).capitalize(),
        "outlet": f"Outlet {outlet}",
        "url": f"https://news{outlet}.example/story/{n}",
        "published": when,
        "moment": when,
        "content_hash": str(n),
        "added": when,
        "n_passages": 4,
        "text": " ".join(chance.choices(words, k=TEXT_WORDS)),
    }


def _sketch(n: int) -> dict[str, Any]:
    story = f"s{n - n % A_STORY}" if n % A_STORY < 2 else f"s{n}"
    return {"article_id": f"a{n}", "sketch": bytes(800), "story": story}


def measure_pages(library: Library, n_times: int = 10, seed: int = 0) -> Iterator[Timed]:
    """The kinds of request that the tab makes, through its own routes."""
    loaded: Future[Any] = Future()
    loaded.set_result((cast(Asks, None), library))
    app = FastAPI()
    app.include_router(make_routes(loaded, Running()))
    client, chance, n = TestClient(app), random.Random(seed), library.stats().n_articles
    pages = max(1, n // 100)

    def offset() -> int:
        return 100 * chance.randrange(pages)

    def word() -> str:
        return f"word{chance.randrange(N_WORDS)}"

    def day() -> str:
        return (datetime(2004, 1, 1, tzinfo=UTC) + timedelta(days=chance.randrange(22 * 365))).date().isoformat()

    def seconds_of(path: str, wanted: Mapping[str, Any]) -> float:
        began = perf_counter()
        response = client.get(f"/byline/{path}", params=wanted)
        response.raise_for_status()
        return perf_counter() - began

    def times(what: str, path: str, make: Callable[[], Mapping[str, Any]], n_times: int = n_times) -> Timed:
        return Timed(what, tuple(seconds_of(path, make()) for _ in range(n_times)))

    yield times("first page, just opened", "articles", dict, 1)
    yield times("chart, just opened", "timeline", dict, 1)
    yield times("filters to choose from, the first time", "facets", dict, 1)
    yield times("first page", "articles", dict)
    for order in ("published", "title", "outlet", "added", "passages"):
        for descending in (True, False):
            way = {"order": order, "descending": descending}
            yield times(
                f"any page by {order}, {'down' if descending else 'up'}",
                "articles",
                lambda way=way: {**way, "offset": offset()},  # type: ignore[misc]
            )
    yield times("one word", "articles", lambda: {"query": word()})
    yield times("a word that all have", "articles", lambda: {"query": "news", "offset": offset()})
    yield times("two words, by title", "articles", lambda: {"query": f"{word()} word", "order": "title"})
    yield times("an outlet", "articles", lambda: {"outlet": f"Outlet {chance.randrange(N_OUTLETS)}"})
    yield times("a span of days", "articles", lambda: dict(zip(("first", "last"), sorted((day(), day())), strict=True)))
    yield times("with near-copies", "articles", lambda: {"copies": True, "offset": 100 * chance.randrange(10)})
    yield times("chart", "timeline", dict)
    yield times("chart of one word", "timeline", lambda: {"query": word()})
    changed = []
    for _ in range(n_times):
        with library.writing() as connection:
            name = f"a{chance.randrange(n)}"
            connection.execute(update(articles).where(articles.c.id == name).values(title=f"Changed {word()}"))
            next_generation(connection, [name])
        changed.append(seconds_of("articles", {"order": "title", "offset": offset()}))
    yield Timed("any page by title, after a change", tuple(changed))

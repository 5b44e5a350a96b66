"""The routes of the Library's table: a page of it, the chart over it, what it can be filtered by. They only read."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request

from corpus.catalogue import Filters
from corpus.origins import Origin, in_order
from corpus.timeline import Timeline
from corpus.types import ArticleRow, day_of
from qa.web.ports import Keeps
from qa.web.words import later, say, say_n
from qa.web.words.dates import spell_day, spell_month

PAGE_ROWS = 100
MOST_CHOICES = 200
"""Outlets and origins to choose from; those with most articles."""

Order = Literal["title", "outlet", "published", "added", "passages"]
_KINDS = {
    "upload": later("Files added here"),
    "pasted": later("Pasted"),
    "stdin": later("From a terminal"),
    "other": later("Other"),
}


def _filters(
    query: Annotated[str, Query(max_length=200)] = "",
    outlet: Annotated[str, Query(max_length=500)] = "",
    origin: Annotated[str, Query(max_length=40)] = "",
    first: date | None = None,
    last: date | None = None,
    copies: bool = False,
) -> Filters:
    return Filters(query, outlet, origin, first, last, copies)


Asked = Annotated[Filters, Depends(_filters)]


def make_browsing_routes(library: Callable[[], Keeps], may_change: Callable[[Request], bool]) -> APIRouter:
    """Routes for the page's own router; only who may change the library is told whole paths."""
    router = APIRouter()
    warming = threading.Lock()

    def narrowed(filters: Filters) -> Filters:
        """The filters with a feed, of which the table itself knows nothing, as the articles that came by it."""
        feed = next((one for one in library().feeds() if one.key == filters.origin), None) if filters.origin else None
        return replace(filters, origin="", only=library().taken_from(feed.name)) if feed else filters

    def read_ahead() -> None:
        """Read the table, for whoever sorts or filters it next; nobody waits for it."""
        if warming.acquire(blocking=False):
            try:
                library().catalogue()
            finally:
                warming.release()

    @router.get("/articles")
    def articles(
        filters: Asked,
        order: Order = "published",
        descending: bool = True,
        offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    ) -> dict[str, Any]:
        if filters == Filters() and order == "published" and not offset:
            # The first page is there before the table is in memory.
            rows, total = library().rows(order=order, descending=descending, limit=PAGE_ROWS)
            copies: Mapping[str, int] = {}
        else:
            catalogue = library().catalogue()
            rows, total = catalogue.page(narrowed(filters), order, descending, PAGE_ROWS, offset)
            copies = catalogue.n_copies if filters.copies else {}
        shown = [_row(row, copies.get(row.id, 0)) for row in rows]
        return {"rows": shown, "total": total, "offset": offset, "size": PAGE_ROWS}

    @router.get("/timeline")
    def timeline(filters: Asked) -> dict[str, Any]:
        if filters == Filters():
            # Counted by the database, so that it is drawn before the table is in memory.
            return describe_timeline(library().timeline())
        return describe_timeline(library().catalogue().timeline(narrowed(filters)))

    @router.get("/facets")
    def facets(request: Request) -> dict[str, Any]:
        overview, whole = library().overview(), may_change(request)
        origins = in_order([*library().feeds(), *overview.origins])
        # Asked for when the tab opens, and last.
        threading.Thread(target=read_ahead, name="table", daemon=True).start()
        return {
            "outlets": [{"key": name, "name": name, "n": n} for name, n in overview.outlets[:MOST_CHOICES]],
            "origins": [
                {"key": origin.key, "name": name_origin(origin, whole), "n": origin.n_articles}
                for origin in origins[:MOST_CHOICES]
            ],
        }

    return router


def name_origin(origin: Origin, whole: bool) -> str:
    """Where articles came from, in words; without `whole` a folder only by its last name, a feed by what it says."""
    if origin.kind == "feed":
        name = origin.title or (origin.name if whole else "")
        return say("Feed {name}", name=name) if name else say("Feed without a name")
    if origin.kind == "folder":
        return say("Folder {name}", name=origin.name if whole else origin.name.rpartition("/")[2] or "/")
    return origin.name or say(_KINDS.get(origin.kind, later("Unknown site")))


def describe_timeline(timeline: Timeline) -> dict[str, Any]:
    """The chart as the script draws it: each step's first and last day, its name, and how many articles it has."""
    steps = [
        {
            "first": day.isoformat(),
            "last": last_of(timeline.unit, day).isoformat(),
            "name": name_step(timeline.unit, day),
            "n": n,
        }
        for day, n in timeline.steps
    ]
    return {"unit": timeline.unit, "undated": timeline.n_undated, "steps": steps}


def name_step(unit: str, day: date) -> str:
    """`3 June 2026`, `June 2026`, `2026` or `the 2020s`."""
    if unit == "day":
        return spell_day(day)
    if unit == "month":
        return spell_month(day)
    return say("the {year}s", year=str(day.year)) if unit == "decade" else str(day.year)


def last_of(unit: str, day: date) -> date:
    """The last day of a step that begins on this one."""
    if unit == "month":
        return (
            date(day.year, 12, 31)
            if day.month == 12
            else date.fromordinal(day.replace(month=day.month + 1).toordinal() - 1)
        )
    return day if unit == "day" else date(min(day.year + (9 if unit == "decade" else 0), 9999), 12, 31)


def _row(row: ArticleRow, n: int) -> dict[str, Any]:
    day = day_of(row.published)
    return {
        "id": row.id,
        "title": row.title or say("Untitled"),
        "outlet": row.outlet,
        "published": spell_day(day) if day else say("undated"),
        "added": spell_day(row.added.date()),
        "passages": row.n_passages,
        "copies": say_n("{n} near-copy", "{n} near-copies", n) if n else "",
    }

"""The routes of what is followed: feeds and folders with their health; follow, check, unfollow."""

from __future__ import annotations

import json
import logging
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from contextvars import copy_context
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Any, cast

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from corpus.errors import BylineError
from corpus.fetch import Fetcher
from corpus.follow import Checker
from corpus.followed import GONE, Followed
from corpus.library import Library
from corpus.types import AddReport
from qa.web.adding import Line, Outcome, describe_report
from qa.web.ports import Keeps
from qa.web.words import retell, say, say_n
from qa.web.words.dates import spell_day

MINUTES = (5, 7 * 24 * 60)
"""How often the page may have a source checked, at most and at least, in minutes."""

log = logging.getLogger(__name__)


class Place(BaseModel):
    """What is posted to unfollow or check a source, or to follow one; `minutes` is how often it is checked."""

    place: str = Field(min_length=1, max_length=2000)
    minutes: int | None = Field(None, ge=MINUTES[0], le=MINUTES[1])


def make_following_routes(
    library: Callable[[], Keeps],
    refuses: Callable[..., None],
    may_change: Callable[[Request], bool],
    fetcher: Callable[[], Fetcher],
    reading: Callable[[], AbstractContextManager[None]],
) -> APIRouter:
    """Routes for the page's own router; `refuses` refuses strangers, `reading` counts what is being read."""
    router = APIRouter()
    guarded = [Depends(refuses)]

    def checker() -> Checker:
        return Checker(cast(Library, library()), fetcher)

    @router.get("/sources")
    def sources(request: Request) -> list[dict[str, Any]]:
        whole, now = may_change(request), datetime.now(UTC)
        return [describe_source(source, now, whole) for source in library().followed()]

    @router.post("/follow", dependencies=guarded)
    def follow(said: Place) -> StreamingResponse:
        check, place, every = checker(), said.place.strip(), said.minutes * 60 if said.minutes else None
        return _told(library(), place, lambda progress: check.follow(place, every, progress), reading)

    @router.post("/check", dependencies=guarded)
    def check(said: Place) -> StreamingResponse:
        checks = checker()
        source = next((one for one in checks.sources() if one.place == said.place), None)
        if source is None:
            raise HTTPException(404, say("{place} is not followed.", place=said.place))
        if source.kind == GONE:
            raise HTTPException(409, say("{place} is gone for good, and is not checked any more.", place=said.place))
        return _told(library(), source.place, lambda progress: checks.check(source, progress=progress), reading)

    @router.post("/unfollow", dependencies=guarded)
    def unfollow(said: Place) -> dict[str, str]:
        try:
            checker().unfollow(said.place)
        except BylineError as error:
            raise HTTPException(409, retell(str(error))) from error
        return {"place": said.place}

    return router


def _told(
    library: Keeps,
    name: str,
    work: Callable[[Callable[[int, int], None]], AddReport],
    reading: Callable[[], AbstractContextManager[None]],
) -> StreamingResponse:
    """The work's progress as it goes, a JSON object a line: `{done, of}`, and at last `{lines}`."""
    said: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()

    def run() -> None:
        try:
            with reading():
                report = work(lambda done, of: said.put({"done": done, "of": of}))
            lines = [asdict(line) for line in describe_report(report, library, name)] if _tells(report) else []
            notes = "; ".join(retell(note.reason) for note in report.notes) or say("Nothing new.")
            said.put({"lines": lines or [_line("unchanged", name, notes)]})
        except BylineError as error:
            said.put({"lines": [_line("failed", name, retell(str(error)))]})
        except Exception:  # an entry point: the person sees words, the terminal the traceback
            log.exception("a source could not be checked")
            words = say("Something went wrong inside Byline. The terminal that runs it says more.")
            said.put({"lines": [_line("failed", name, words)]})
        finally:
            said.put(None)

    def lines() -> Iterator[str]:
        while (one := said.get()) is not None:
            yield json.dumps(one, ensure_ascii=False) + "\n"

    # It speaks the language of whoever asked.
    threading.Thread(target=copy_context().run, args=(run,), name="following", daemon=True).start()
    return StreamingResponse(lines(), media_type="application/x-ndjson", headers={"cache-control": "no-store"})


def _line(outcome: Outcome, name: str, detail: str) -> dict[str, Any]:
    return asdict(Line(outcome, name, detail))


def _tells(report: AddReport) -> bool:
    return bool(report.added or report.updated or report.failed)


def describe_source(source: Followed, now: datetime, whole: bool) -> dict[str, Any]:
    """A followed source and how it is doing, in words; without `whole` nothing of where it is or what went wrong."""
    name = source.title or (PurePath(source.place).name if source.kind == "folder" else source.place)
    shown = {
        "name": name if whole or source.kind == "folder" or source.title else say("A feed"),
        "kind": source.kind,
        "health": "ended" if source.kind == GONE else "failing" if source.n_failures else "well",
        "checked": spell_ago(source.last_check, now),
    }
    if not whole:
        return shown
    return shown | {
        "place": source.place,
        "every": spell_minutes(source.every // 60),
        "next": spell_ahead(source.next_check, now),
        "new": source.n_new,
        "failures": source.n_failures,
        "problem": retell(source.problem),
    }


def spell_minutes(minutes: int) -> str:
    """`30 minutes`, `2 hours`, `3 days`."""
    n, unit = _in_units(minutes)
    return {
        "day": say_n("{n} day", "{n} days", n),
        "hour": say_n("{n} hour", "{n} hours", n),
        "minute": say_n("{n} minute", "{n} minutes", n),
    }[unit]


def _in_units(minutes: int) -> tuple[int, str]:
    for size, unit in ((1440, "day"), (60, "hour")):
        if minutes >= size and minutes % size == 0:
            return minutes // size, unit
    return minutes, "minute"


def spell_ago(then: datetime | None, now: datetime) -> str:
    """`just now`, `12 minutes ago`, `3 hours ago`, then the day; empty for never."""
    if then is None:
        return ""
    minutes = int((now - then).total_seconds() // 60)
    if minutes < 1:
        return say("just now")
    if minutes < 60:
        return say_n("{n} minute ago", "{n} minutes ago", minutes)
    return say_n("{n} hour ago", "{n} hours ago", minutes // 60) if minutes < 1440 else spell_day(then.date())


def spell_ahead(then: datetime | None, now: datetime) -> str:
    """`now`, `in 12 minutes`, `in 3 hours`, then the day; empty for never."""
    if then is None:
        return ""
    minutes = int((then - now).total_seconds() // 60) + 1
    if minutes < 1:
        return say("now")
    if minutes < 60:
        return say_n("in {n} minute", "in {n} minutes", minutes)
    return say_n("in {n} hour", "in {n} hours", minutes // 60) if minutes < 1440 else spell_day(then.date())

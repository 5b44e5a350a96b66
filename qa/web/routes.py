"""The page's own small routes: its files, what the library holds, one article's text, and files to add."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field

from corpus.errors import BylineError
from corpus.fetch import Fetcher
from corpus.link import read_link
from corpus.read import Item, read_upload
from qa.web.adding import describe_report
from qa.web.arriving import Arriving
from qa.web.browsing import make_browsing_routes
from qa.web.changes import describe_absence
from qa.web.editing import make_editing_routes
from qa.web.following import make_following_routes
from qa.web.owner import COOKIE, SESSION_SECONDS, Owner
from qa.web.ports import Asks, Keeps
from qa.web.running import Running
from qa.web.starters import make_starters
from qa.web.versions import describe_article
from qa.web.words import retell, say
from qa.web.words.dates import spell_span

STATIC = Path(__file__).parent / "static"
N_RECENT = 80
"""How many of the newest articles the starter questions are made from."""

ANYBODY = Owner()
Loaded = Future[tuple[Asks, Keeps]]


class Link(BaseModel):
    """What is posted to add a link."""

    url: str = Field(min_length=1, max_length=2000)


class Login(BaseModel):
    """What is posted to log in."""

    password: str = Field(max_length=1000)


def make_routes(
    loaded: Loaded,
    running: Running,
    today: Callable[[], date] = date.today,
    fetcher: Callable[[], Fetcher] = Fetcher,
    owner: Owner = ANYBODY,
    arriving: Arriving | None = None,
) -> APIRouter:
    """The routes under /byline; until the library is open they answer 503, and /library says `opening`."""
    reading = (arriving or Arriving()).reading
    door = cache(fetcher)  # one for all: it knows when which site may be asked again
    router = APIRouter(prefix="/byline", include_in_schema=False)

    def changes(request: Request) -> None:
        if words := owner.refusal(request.headers.get("cookie")):
            raise HTTPException(403, words)

    def may_change(request: Request) -> bool:
        return not owner.refusal(request.headers.get("cookie"))

    def library() -> Keeps:
        if not loaded.done() or loaded.exception():
            raise HTTPException(503, say("The library is still opening."))
        return loaded.result()[1]

    @router.get("/static/{name}")
    def static(
        name: Literal[
            "style.css",
            "script.js",
            "answers.css",
            "answers.js",
            "arriving.js",
            "chats.css",
            "chats.js",
            "places.js",
            "shelf.css",
            "shelf.js",
            "sheet.js",
            "versions.css",
            "words.js",
        ],
    ) -> FileResponse:
        return FileResponse(STATIC / name, headers={"cache-control": "no-cache"})

    @router.get("/library")
    def holdings(request: Request) -> dict[str, Any]:
        if not loaded.done():
            return {"state": "opening"}
        if error := loaded.exception():
            return {"state": "failed", "message": error_words(error)}
        assistant, kept = loaded.result()
        stats = kept.stats()
        return {
            "state": "open",
            "n_articles": stats.n_articles,
            "n_passages": stats.n_passages,
            "span": spell_span(*(day.isoformat() if day else None for day in (stats.first, stats.last))),
            "generation": stats.generation,
            "answerer": assistant.answerer,
            "answerers": [asdict(one) for one in assistant.answerers],
            "language": kept.language,
            "owner": kept.owner,
            "may_change": may_change(request),
            "has_login": owner.has_password,
            "starters": starters(stats.generation),
        }

    @cache
    def starters(generation: int) -> list[str]:
        rows, _ = library().rows(limit=N_RECENT)
        articles = library().articles([row.id for row in rows])
        return make_starters([articles[row.id] for row in rows if row.id in articles], language=library().language)

    @router.get("/article")
    def article(
        request: Request,
        article_id: Annotated[str, Query(alias="id", max_length=2000)],
        quote: Annotated[str, Query(max_length=8000)] = "",
        version: Annotated[int | None, Query(ge=1, le=1_000_000)] = None,
    ) -> dict[str, Any]:
        found = library().article(article_id)
        earlier = library().versions(article_id)
        if found is None:
            raise HTTPException(404, describe_absence(earlier))
        story = library().stories([article_id]).get(article_id)
        whole = may_change(request)
        return describe_article(found, earlier, story, today(), quote=quote, number=version, whole=whole)

    @router.post("/stop")
    def stop(key: Annotated[str, Query(max_length=40)]) -> dict[str, bool]:
        return {"stopped": running.stop(key)}

    @router.post("/files", dependencies=[Depends(changes)])
    async def add_file(request: Request, name: Annotated[str, Query(min_length=1, max_length=300)]) -> list[Any]:
        kept = library()
        with tempfile.TemporaryDirectory(prefix="byline-") as folder:
            path = Path(folder) / "upload"
            with path.open("wb") as file:
                async for chunk in request.stream():
                    file.write(chunk)
            called = Path(name.replace("\\", "/")).name or "file"
            return await run_in_threadpool(_add, kept, lambda: read_upload(path, called), called, reading)

    @router.post("/links", dependencies=[Depends(changes)])
    async def add_link(link: Link) -> list[Any]:
        kept = library()
        url = link.url.strip()
        return await run_in_threadpool(_add, kept, lambda: list(read_link(url, door())), url, reading)

    router.include_router(make_browsing_routes(library, may_change))
    router.include_router(make_editing_routes(library, changes))
    router.include_router(make_following_routes(library, changes, may_change, door, reading))

    @router.post("/login")
    def log_in(login: Login, response: Response) -> dict[str, str]:
        token = owner.log_in(login.password)
        if token is None:
            raise HTTPException(403, say("That is not the password, or it was tried too often. Wait a minute."))
        response.set_cookie(COOKIE, token, max_age=int(SESSION_SECONDS), httponly=True, samesite="strict")
        return {}

    return router


def error_words(error: BaseException) -> str:
    """What a person is told of an error: our own words, never a traceback or someone else's."""
    if isinstance(error, BylineError):
        return retell(str(error))
    return say("Something went wrong inside Byline. The terminal that runs it says more.")


def _add(
    library: Keeps, read: Callable[[], list[Item]], name: str, reading: Callable[[], AbstractContextManager[None]]
) -> list[dict[str, Any]]:
    try:
        with reading():
            report = library.add(read())
    except BylineError as error:
        return [{"outcome": "failed", "name": name, "detail": retell(str(error)), "article_id": None}]
    return [asdict(line) for line in describe_report(report, library, name)]

"""The routes of the list of chats and of shared ones; each acts on the chats of the visitor whose cookie it gets."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import BaseModel, Field

from corpus.errors import BylineError
from qa.chats.store import PAGE, Chat, ChatRow, Chats
from qa.types import Turn
from qa.web.chat import answers_of
from qa.web.desk import Desk
from qa.web.exporting import exchange_markdown, export_json, export_markdown
from qa.web.routes import Loaded
from qa.web.sharing import render_shared
from qa.web.since import describe_citations
from qa.web.words import later, retell, say
from qa.web.words.dates import spell_month

GONE = later("There is no such chat.")
Id = Annotated[str, Field(min_length=1, max_length=60)]


class Which(BaseModel):
    """A chat, as it is posted."""

    id: Id


class Title(Which):
    """What is posted to rename one."""

    title: str = Field(max_length=1000)


class Sharing(Which):
    """What is posted to share one, or no longer."""

    on: bool


class Said(BaseModel):
    """A turn, as it is posted."""

    role: Literal["user", "assistant"]
    content: str = Field(max_length=20_000)


class Beginning(BaseModel):
    """What is posted to begin a chat with turns that were said elsewhere."""

    turns: list[Said] = Field(min_length=1, max_length=100)


def make_chat_routes(loaded: Loaded, desk: Desk, today: Callable[[], date] = date.today) -> APIRouter:
    """The routes under /byline/chats, and /c for shared chats where the desk allows them."""
    router = APIRouter(include_in_schema=False)

    def mine(request: Request) -> tuple[Chats, str]:
        visitor = desk.visitors.read(request.headers.get("cookie"))
        if visitor is None:
            raise HTTPException(403, say("The browser sends no cookie of this page. Reload it."))
        return store(), visitor

    def store() -> Chats:
        if not loaded.done() or loaded.exception():
            raise HTTPException(503, say("The library is still opening."))
        return desk.chats()

    def one(request: Request, chat_id: str) -> Chat:
        chats, visitor = mine(request)
        chat = chats.chat(visitor, chat_id)
        if chat is None:
            raise HTTPException(404, say(GONE))
        return chat

    @router.get("/byline/chats")
    def listed(
        request: Request,
        query: Annotated[str, Query(max_length=200)] = "",
        offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    ) -> dict[str, Any]:
        chats, visitor = mine(request)
        rows, total = chats.rows(visitor, query, PAGE, offset)
        return {"rows": [_row(row, today()) for row in rows], "total": total, "may_share": desk.may_share}

    @router.post("/byline/chats/begin")
    def begin(said: Beginning, request: Request) -> dict[str, str]:
        chats, visitor = mine(request)
        chat_id = ""
        try:
            for answer in answers_of([Turn(turn.role, turn.content) for turn in said.turns]):
                chat_id = chats.keep(visitor, chat_id, answer)
        except BylineError as error:
            raise HTTPException(422, retell(str(error))) from error
        return {"id": chat_id}

    @router.post("/byline/chats/rename")
    def rename(said: Title, request: Request) -> dict[str, str]:
        chats, visitor = mine(request)
        try:
            if not chats.rename(visitor, said.id, said.title):
                raise HTTPException(404, say(GONE))
        except BylineError as error:
            raise HTTPException(422, retell(str(error))) from error
        return {"title": one(request, said.id).row.title}

    @router.post("/byline/chats/delete")
    def delete(said: Which, request: Request) -> dict[str, bool]:
        chats, visitor = mine(request)
        if not chats.delete(visitor, said.id):
            raise HTTPException(404, say(GONE))
        return {"deleted": True}

    @router.post("/byline/chats/share")
    def share(said: Sharing, request: Request) -> dict[str, str | None]:
        if not desk.may_share:
            raise HTTPException(403, say("Sharing is off here. Who runs this page turns it on with BYLINE_SHARE=1."))
        one(request, said.id)
        chats, visitor = mine(request)
        try:
            link = chats.share(visitor, said.id, on=said.on)
        except BylineError as error:
            raise HTTPException(422, retell(str(error))) from error
        return {"link": f"/c/{link}" if link else None}

    @router.get("/byline/chats/export")
    def export(
        request: Request,
        chat_id: Annotated[str, Query(alias="id", max_length=60)],
        form: Literal["markdown", "json"] = "markdown",
        n: Annotated[int | None, Query(ge=1, le=1000)] = None,
    ) -> Response:
        chat = one(request, chat_id)
        if n is not None:
            if n > len(chat.exchanges):
                raise HTTPException(404, say(GONE))
            return Response(exchange_markdown(chat.exchanges[n - 1], n), media_type="text/markdown; charset=utf-8")
        name = re.sub(r"[^\w-]+", "-", chat.row.title).strip("-")[:60] or "chat"
        if form == "json":
            return JSONResponse(export_json(chat), headers=_attached(f"{name}.json"))
        return Response(
            export_markdown(chat), media_type="text/markdown; charset=utf-8", headers=_attached(f"{name}.md")
        )

    if desk.may_share:

        @router.get("/c/{link}")
        def shared(link: str) -> HTMLResponse:
            chat = store().shared(link)
            if chat is None:
                raise HTTPException(404, say("This chat is not shared, or no longer."))
            became = describe_citations(chat.answers, loaded.result()[1])
            headers = {"cache-control": "no-store", "x-robots-tag": "noindex"}
            return HTMLResponse(render_shared(chat, became, today()), headers=headers)

    return router


def _row(row: ChatRow, today: date) -> dict[str, Any]:
    return {
        "id": row.id,
        "title": row.title,
        "when": _when(row.touched, today),
        "n": row.n_exchanges,
        "link": f"/c/{row.link}" if row.link else None,
        "brought": row.brought,
    }


def _when(moment: datetime, today: date) -> str:
    """The heading that a chat stands under: a day near by, a month further back."""
    day = moment.astimezone().date()
    n_days = (today - day).days
    if n_days < 1:
        return say("Today")
    if n_days == 1:
        return say("Yesterday")
    return say("The last seven days") if n_days < 8 else spell_month(day)


def _attached(name: str) -> dict[str, str]:
    return {"content-disposition": f"attachment; filename*=UTF-8''{quote(name)}", "cache-control": "no-store"}

"""The routes that change articles which are there: remove, take back, edit; and what can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel, Field

from corpus.changing import edit_article, restore_articles
from corpus.errors import BylineError
from corpus.library import Library
from qa.web.ports import Keeps
from qa.web.words import retell, say
from qa.web.words.dates import spell_day

MOST_REMOVED = 50
"""Removed articles that are listed."""


class Named(BaseModel):
    """What is posted to remove an article or take it back."""

    id: str = Field(min_length=1, max_length=2000)


class Edited(Named):
    """What is posted to edit one; `published` is empty for "no date"."""

    title: str = Field(min_length=1, max_length=500)
    outlet: str = Field(max_length=500)
    published: str = Field(max_length=100)


def make_editing_routes(library: Callable[[], Keeps], may_change: Callable[..., None]) -> APIRouter:
    """Routes for the page's own router; `may_change` is a dependency that refuses strangers."""
    router = APIRouter(dependencies=[Depends(may_change)])

    def kept() -> Library:
        return cast(Library, library())

    @router.post("/remove")
    def remove(named: Named) -> dict[str, str]:
        report = _told(lambda: kept().remove([named.id]))
        if report.failed:
            raise HTTPException(404, say("This article is no longer in the library."))
        return {"id": named.id}

    @router.post("/restore")
    def restore(named: Named) -> dict[str, str]:
        report = _told(lambda: restore_articles(kept(), [named.id]))
        if report.failed:
            raise HTTPException(409, say("It cannot be had back: {why}.", why=retell(report.failed[0].reason)))
        return {"id": named.id}

    @router.post("/edit")
    def edit(said: Edited) -> dict[str, str]:
        fields = {"title": said.title, "outlet": said.outlet, "published": said.published}
        return {"title": _told(lambda: edit_article(kept(), said.id, **fields)).title}

    @router.get("/removed")
    def removed() -> dict[str, Any]:
        found = library().removals()
        shown = [
            {"id": v.article.id, "title": v.article.title or say("Untitled"), "when": spell_day(v.until.date())}
            for v in found[:MOST_REMOVED]
        ]
        return {"articles": shown, "total": len(found)}

    return router


def _told(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except BylineError as error:
        raise HTTPException(409, retell(str(error))) from error

"""Further sections of the page that other packages bring: each a link in the masthead, HTML, a script and routes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from html import escape
from typing import Literal

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from qa.web.ports import Asks, Keeps
from qa.web.words import say
from qa.web.words.markup import translate


@dataclass(frozen=True, slots=True)
class Tab:
    """A section: `key` names it in addresses (lower case letters), `title` in the masthead.

    `html`, `script` and `style` are constants of whoever brings it; `make_routes` gives what answers under
    `/byline/tabs/KEY/`. Its script may use what the page's own offers as `window.byline`.
    """

    key: str
    title: str
    html: str
    script: str
    style: str
    make_routes: Callable[[Future[tuple[Asks, Keeps]]], APIRouter]


def make_tab_routes(tabs: Sequence[Tab], loaded: Future[tuple[Asks, Keeps]]) -> APIRouter:
    """The routes of all tabs, and their scripts and styles."""
    router = APIRouter(prefix="/byline/tabs", include_in_schema=False)
    known = {tab.key: tab for tab in tabs}

    @router.get("/{key}/{name}.{kind}")
    def constant(key: str, name: Literal["script", "style"], kind: Literal["js", "css"]) -> Response:
        tab = known.get(key)
        if tab is None or (name == "script") != (kind == "js"):
            raise HTTPException(404, say("There is nothing at this address."))
        text, media = (tab.script, "text/javascript") if kind == "js" else (tab.style, "text/css")
        return Response(text, media_type=media, headers={"cache-control": "no-cache"})

    for tab in tabs:
        router.include_router(tab.make_routes(loaded), prefix=f"/{tab.key}")
    return router


def frame_tabs(tabs: Sequence[Tab]) -> dict[str, str]:
    """What the page's frame takes in: `links` for the masthead, `head` for its head, `sections` beside the others."""
    links = "".join(f'<a href="#{t.key}" data-section="{t.key}">{escape(say(t.title))}</a>' for t in tabs)
    head = "".join(
        f'<link rel="stylesheet" href="/byline/tabs/{t.key}/style.css">'
        f'<script defer src="/byline/tabs/{t.key}/script.js"></script>'
        for t in tabs
    )
    sections = "".join(
        f'<section class="tab" id="tab-{t.key}" aria-label="{escape(say(t.title))}" hidden>'
        f"{translate(t.html)}</section>"
        for t in tabs
    )
    return {"links": links, "head": head, "sections": sections}

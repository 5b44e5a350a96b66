"""Which language a request is answered in: the one that is set, else the browser's first that the page speaks."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import gradio as gr

from qa.web.security import App, Receive, Scope, Send
from qa.web.words import speaking
from qa.web.words.catalogue import ENGLISH, LANGUAGES


def choose_language(setting: str, accepted: str) -> str:
    """`setting` where the page speaks it, else the best of a browser's `Accept-Language`, else English."""
    if setting in LANGUAGES:
        return setting
    wanted: list[tuple[float, str]] = []
    for part in accepted.split(",")[:20]:
        tag, _, quality = part.strip().partition(";")
        try:
            weight = float(quality.strip().removeprefix("q=") or 1)
        except ValueError:
            weight = 0.0
        wanted.append((weight, tag.partition("-")[0].strip().lower()))
    wanted.sort(key=lambda one: -one[0])
    return next((tag for weight, tag in wanted if tag in LANGUAGES and weight > 0), ENGLISH)


class Speaker:
    """ASGI middleware that speaks each request's language while it is answered."""

    def __init__(self, app: App, setting: str) -> None:
        self._app, self._setting = app, setting

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        with speaking(choose_language(self._setting, _accepted(scope))):
            await self._app(scope, receive, send)


def in_language(handler: Callable[..., Any], setting: str) -> Callable[..., Any]:
    """A handler of Gradio's that speaks its request's language: it runs apart from the request that it answers."""

    def chosen(arguments: tuple[Any, ...]) -> str:
        request = next((one for one in arguments if isinstance(one, gr.Request)), None)
        return choose_language(setting, request.headers.get("accept-language", "") if request else "")

    if not inspect.isgeneratorfunction(handler):

        @wraps(handler)
        def once(*arguments: Any) -> Any:
            with speaking(chosen(arguments)):
                return handler(*arguments)

        return once

    @wraps(handler)
    def steps(*arguments: Any) -> Iterator[Any]:
        code, running = chosen(arguments), handler(*arguments)
        try:
            while True:
                # Each step may run in another context, so that it is set anew.
                with speaking(code):
                    try:
                        step = next(running)
                    except StopIteration:
                        return
                yield step
        finally:
            running.close()

    return steps


def _accepted(scope: Scope) -> str:
    return ",".join(v.decode("latin-1") for k, v in scope.get("headers", ()) if k.lower() == b"accept-language")

"""A kept chat on the page: shown again after a reload, opened from the list, taken over from the browser's store."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date
from html import escape
from typing import Any

import gradio as gr

from corpus.errors import BylineError
from qa.types import Answer
from qa.web.chat import read_chat
from qa.web.desk import Desk, Open
from qa.web.render import render_past
from qa.web.routes import Loaded, error_words
from qa.web.since import describe_citations
from qa.web.words import say_n

OPEN_SECONDS = 300

log = logging.getLogger(__name__)


class Opening:
    """The handlers that show a chat. Each is a public endpoint: it checks what it is given."""

    def __init__(self, loaded: Loaded, desk: Desk) -> None:
        self._loaded, self._desk = loaded, desk

    def show(self, here: Open, answers: Sequence[Answer]) -> str:
        """The exchanges, with what became of what they cite, and which chat they are of."""
        became = describe_citations(answers, self._loaded.result()[1])
        return render_past(here.chat, answers, became, date.today())

    def restore(self, stored: Any, current: Any, request: gr.Request | None = None) -> tuple[Any, Any, Any]:
        """The chat that was open last. `stored` is a whole one, as browsers kept it before: taken over once."""
        answers, n_dropped = read_chat(stored)
        notice = f'<p class="notice">{escape(_say_dropped(n_dropped))}</p>' if n_dropped else ""
        cookies = cookies_of(request)
        try:
            if answers:
                current = self._desk.bring(self._desk.visitors.read(cookies), answers, OPEN_SECONDS)
            here = self._desk.open(current, cookies, OPEN_SECONDS)
            if here.chat is None:  # a first question may be answered by now: its chat stays as it is
                return notice or gr.skip(), [] if stored else gr.skip(), gr.skip()
            return notice + self.show(here, here.answers), [] if stored else gr.skip(), here.id
        except Exception as error:  # an entry point; where the library does not open, the head of the page says so
            if not isinstance(error, BylineError):
                log.exception("a chat could not be shown")
            return notice, gr.skip(), gr.skip()

    def choose(self, picked: Any, request: gr.Request | None = None) -> tuple[Any, Any, Any, Any]:
        """Another chat, or an empty one for an id that is not the visitor's."""
        try:
            here = self._desk.open(picked, cookies_of(request), OPEN_SECONDS)
            return "", self.show(here, here.answers) if here.chat else "", "", here.id
        except BylineError as error:
            return "", f'<p class="notice">{escape(error_words(error))}</p>', "", ""


def cookies_of(request: gr.Request | None) -> str | None:
    """The `Cookie` header of a handler's request."""
    cookies: str | None = request.headers.get("cookie") if request else None
    return cookies


def _say_dropped(n: int) -> str:
    return say_n(
        "One earlier exchange could not be read and is gone.",
        "{n} earlier exchanges could not be read and are gone.",
        n,
    )

"""A visitor's own chats, for the page's handlers: who asks, which chat is open, and where the answer is kept."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.pool import StaticPool

from corpus.errors import BylineError
from qa.chats.store import Chat, Chats
from qa.types import Answer
from qa.web.routes import Loaded
from qa.web.visitors import Visitors
from qa.web.words import later, retell, say

NOT_KEPT = later("This chat is not kept: the browser sends no cookie. Allow cookies for this page, then reload it.")
_ID = re.compile(r"[\w-]{10,40}")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Open:
    """The chat that a request is about: its visitor (None without a cookie) and what it holds so far."""

    visitor: str | None
    chat: Chat | None

    @property
    def id(self) -> str:
        """The chat's id, empty for one that is yet to begin."""
        return self.chat.row.id if self.chat else ""

    @property
    def answers(self) -> list[Answer]:
        """What was answered so far."""
        return self.chat.answers if self.chat else []


class Desk:
    """The chats of a page, once its library is open. Safe to use from several threads."""

    def __init__(self, loaded: Loaded, visitors: Visitors, *, may_share: bool = False) -> None:
        self.visitors, self.may_share = visitors, may_share
        self._loaded, self._lock = loaded, threading.Lock()
        self._chats: Chats | None = None

    def chats(self, seconds: float = 0.0) -> Chats:
        """The store, after waiting so long for the library at most. Raises as the library's opening did."""
        library = self._loaded.result(seconds)[1]
        with self._lock:
            if self._chats is None:
                self._chats = Chats(library if library.writable else Memory())
            return self._chats

    def open(self, chat_id: object, cookies: str | None, seconds: float = 0.0) -> Open:
        """The visitor's chat with this id; an empty one for any other value, and for another's chat."""
        visitor = self.visitors.read(cookies)
        if visitor is None or not isinstance(chat_id, str) or not _ID.fullmatch(chat_id):
            return Open(visitor, None)
        return Open(visitor, self.chats(seconds).chat(visitor, chat_id))

    def keep(self, here: Open, answer: Answer, *, replacing: bool) -> tuple[str, str]:
        """Keep an answer in an open chat; gives the chat's id, and in words why it could not be kept."""
        if here.visitor is None:
            return "", say(NOT_KEPT)
        try:
            return self.chats().keep(here.visitor, here.id, answer, replacing=replacing), ""
        except BylineError as error:
            return here.id, f"{say('This answer could not be kept.')} {retell(str(error))}"

    def bring(self, visitor: str | None, answers: Sequence[Answer], seconds: float) -> str:
        """Take over a chat that the browser kept, once; gives its id."""
        return self.chats(seconds).bring(visitor, answers) if visitor and answers else ""


class Memory:
    """A database for chats that last as long as the process: the library's folder may not be written."""

    def __init__(self) -> None:
        # One connection for all threads: an SQLite database in memory is its connection's own.
        self._engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
        self._lock = threading.Lock()

        @event.listens_for(self._engine, "connect")
        def _(connection: object, record: object) -> None:
            connection.execute("PRAGMA foreign_keys=ON")  # type: ignore[attr-defined]

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One write transaction."""
        with self._lock, self._engine.begin() as connection:
            yield connection

    def reading(self) -> AbstractContextManager[Connection]:
        """One read transaction."""
        return self.writing()

"""Chats, kept in the library's database: tables of their own beside the articles', made when they are first wanted.

A chat belongs to the visitor who began it: whoever names another's finds nothing. Who a visitor is, is known to
qa/web/visitors.py; what a chat looks like, to qa/web and qa/web/exporting.py.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from corpus.errors import LibraryError
from qa.chats.schema import prepare_tables
from qa.chats.search import find_chats, forget_removed
from qa.chats.tables import Database, chats, exchanges, words
from qa.types import Answer

MAX_CHATS = 100_000
"""In all: whoever reaches the page can begin one, and a full store says so instead of filling the disk."""
MAX_EXCHANGES = 200
"""In one chat; the next question then begins another."""
MAX_TITLE_CHARS = 120
MAX_WORDS_CHARS = 50_000
"""How much of a chat is searched."""
PAGE = 50
"""How many chats one look at the list brings."""


@dataclass(frozen=True, slots=True)
class ChatRow:
    """A chat in the list; `link` is what its share link ends in, `brought` that its answers came from a browser."""

    id: str
    title: str
    began: datetime
    touched: datetime
    n_exchanges: int
    link: str | None
    brought: bool


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question with its answer, and when it was asked (UTC)."""

    at: datetime
    answer: Answer


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat with its exchanges, oldest first; `n_lost` were written by another version and cannot be read."""

    row: ChatRow
    exchanges: tuple[Exchange, ...]
    n_lost: int = 0

    @property
    def answers(self) -> list[Answer]:
        """The answers alone."""
        return [exchange.answer for exchange in self.exchanges]


class Chats:
    """The chats of all visitors. Safe to use from several threads."""

    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        most: int = MAX_CHATS,
        most_exchanges: int = MAX_EXCHANGES,
    ) -> None:
        self._database, self._now = database, now
        self._most, self._most_exchanges = most, most_exchanges
        self._lock = threading.Lock()
        self._ready = False

    def rows(self, visitor: str, query: str = "", limit: int = PAGE, offset: int = 0) -> tuple[list[ChatRow], int]:
        """A visitor's chats, the latest first, that have all words of `query`, and how many have."""
        mine = chats.c.visitor == visitor
        latest = (chats.c.touched.desc(), chats.c.id.desc())
        wanted = _folded(query).split()
        with self._reading() as connection:
            if not wanted:
                n = connection.execute(select(func.count()).select_from(chats).where(mine)).scalar_one()
                page = select(chats).where(mine).order_by(*latest).limit(limit).offset(offset)
                return [_row(one) for one in connection.execute(page)], n
            ids = find_chats(connection, visitor, wanted)
            some = select(chats).where(chats.c.id.in_(ids[offset : offset + limit])).order_by(*latest)
            return [_row(one) for one in connection.execute(some)], len(ids)

    def chat(self, visitor: str, chat_id: str) -> Chat | None:
        """One of the visitor's chats."""
        return self._read((chats.c.id == chat_id) & (chats.c.visitor == visitor))

    def shared(self, link: str) -> Chat | None:
        """The chat that a share link shows."""
        return self._read(chats.c.link == link) if link else None

    def keep(self, visitor: str, chat_id: str, answer: Answer, *, replacing: bool = False) -> str:
        """Add an answer, in place of the last one if `replacing`; gives the chat's id, a new one if there is none.

        On disk when this returns. Raises LibraryError where the store is full.
        """
        moment = _stamp(self._now())
        with self._writing() as connection:
            row = connection.execute(
                select(chats).where(chats.c.id == chat_id, chats.c.visitor == visitor)
            ).one_or_none()
            if row is None or (row.n_exchanges >= self._most_exchanges and not replacing):
                return self._begin(connection, visitor, secrets.token_urlsafe(16), [answer], moment, brought=False)
            last = connection.execute(
                select(func.max(exchanges.c.n)).where(exchanges.c.chat_id == chat_id)
            ).scalar_one_or_none()
            if replacing and last is not None:
                connection.execute(delete(exchanges).where(exchanges.c.chat_id == chat_id, exchanges.c.n == last))
            n = row.n_exchanges + (0 if replacing and last is not None else 1)
            _insert(connection, chat_id, [((last or 0) + 1, moment, answer)])
            connection.execute(update(chats).where(chats.c.id == chat_id).values(touched=moment, n_exchanges=n))
            self._index(connection, chat_id, row.title)
        return chat_id

    def bring(self, visitor: str, answers: Sequence[Answer]) -> str:
        """A chat that a browser kept, taken over once: the same again gives the same chat."""
        said = json.dumps([visitor, *(answer.to_json() for answer in answers)], sort_keys=True)
        chat_id = sha256(said.encode()).hexdigest()[:22]
        with self._writing() as connection:
            if connection.execute(select(chats.c.id).where(chats.c.id == chat_id)).one_or_none() is None:
                self._begin(connection, visitor, chat_id, answers, _stamp(self._now()), brought=True)
        return chat_id

    def rename(self, visitor: str, chat_id: str, title: str) -> bool:
        """Give one of the visitor's chats another title; whether there is such a chat. Raises LibraryError if empty."""
        title = _line(title)
        if not title:
            raise LibraryError("A chat needs a title. Type one.")
        with self._writing() as connection:
            mine = (chats.c.id == chat_id) & (chats.c.visitor == visitor)
            if connection.execute(update(chats).where(mine).values(title=title)).rowcount == 0:
                return False
            self._index(connection, chat_id, title)
        return True

    def delete(self, visitor: str, chat_id: str) -> bool:
        """Delete one of the visitor's chats for good, out of the files too; whether there was one."""
        with self._writing() as connection:
            on_sqlite = connection.dialect.name == "sqlite"
            if on_sqlite:  # what is deleted is overwritten, not only let go
                connection.exec_driver_sql("PRAGMA secure_delete=ON")
            mine = select(chats.c.id).where(chats.c.id == chat_id, chats.c.visitor == visitor)
            if connection.execute(mine).one_or_none() is None:
                return False
            for table in (words, exchanges):
                connection.execute(delete(table).where(table.c.chat_id == chat_id))
            connection.execute(delete(chats).where(chats.c.id == chat_id))
            forget_removed(connection)
        if on_sqlite:
            with self._reading() as connection:  # nothing is read in it, so the log can be emptied
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return True

    def share(self, visitor: str, chat_id: str, *, on: bool) -> str | None:
        """Show one of the visitor's chats to whoever has its link, or no longer; gives what the link ends in.

        Raises LibraryError where there is no such chat, or its answers came from a browser.
        """
        with self._writing() as connection:
            mine = (chats.c.id == chat_id) & (chats.c.visitor == visitor)
            row = connection.execute(select(chats).where(mine)).one_or_none()
            if row is None:
                raise LibraryError("There is no such chat.")
            if row.brought and on:
                raise LibraryError(
                    "This chat was kept by the browser, so Byline cannot vouch for it; ask again to share."
                )
            link: str | None = row.link or secrets.token_urlsafe(24) if on else None
            connection.execute(update(chats).where(mine).values(link=link))
        return link

    def _begin(
        self,
        connection: Connection,
        visitor: str,
        chat_id: str,
        answers: Sequence[Answer],
        moment: str,
        *,
        brought: bool,
    ) -> str:
        if connection.execute(select(func.count()).select_from(chats)).scalar_one() >= self._most:
            raise LibraryError("No more chats can be kept here. Delete some that you no longer need.")
        title = _line(answers[0].question)
        connection.execute(
            insert(chats).values(
                id=chat_id,
                visitor=visitor,
                title=title,
                began=moment,
                touched=moment,
                n_exchanges=len(answers),
                link=None,
                brought=int(brought),
            )
        )
        connection.execute(insert(words).values(chat_id=chat_id, visitor=visitor, said=""))
        _insert(connection, chat_id, [(n, moment, answer) for n, answer in enumerate(answers, 1)])
        self._index(connection, chat_id, title)
        return chat_id

    def _index(self, connection: Connection, chat_id: str, title: str) -> None:
        """What is searched, made anew from what the chat holds now: a replaced answer leaves nothing behind."""
        chat = _chat(connection, chats.c.id == chat_id)
        body = "\n".join(f"{a.question}\n{a.text}" for a in (chat.answers if chat else ()))
        said = f"{_folded(title)}\n{_folded(body)[:MAX_WORDS_CHARS]}"
        connection.execute(update(words).where(words.c.chat_id == chat_id).values(said=said))

    def _read(self, which: Any) -> Chat | None:
        with self._reading() as connection:
            return _chat(connection, which)

    def _reading(self) -> AbstractContextManager[Connection]:
        self._prepare()
        return self._database.reading()

    def _writing(self) -> AbstractContextManager[Connection]:
        self._prepare()
        return self._database.writing()

    def _prepare(self) -> None:
        with self._lock:
            if self._ready:
                return
            with self._database.writing() as connection:
                prepare_tables(connection)
            self._ready = True


def _chat(connection: Connection, which: Any) -> Chat | None:
    row = connection.execute(select(chats).where(which)).one_or_none()
    if row is None:
        return None
    query = select(exchanges.c.at, exchanges.c.answer).where(exchanges.c.chat_id == row.id).order_by(exchanges.c.n)
    found, n_lost = [], 0
    for at, answer in connection.execute(query):
        try:
            found.append(Exchange(datetime.fromisoformat(at), Answer.from_json(json.loads(answer))))
        except ValueError:
            n_lost += 1
    return Chat(_row(row), tuple(found), n_lost)


def _insert(connection: Connection, chat_id: str, items: Sequence[tuple[int, str, Answer]]) -> None:
    rows = [{"chat_id": chat_id, "n": n, "at": at, "answer": json.dumps(a.to_json())} for n, at, a in items]
    connection.execute(insert(exchanges), rows)


def _row(row: Any) -> ChatRow:
    began, touched = datetime.fromisoformat(row.began), datetime.fromisoformat(row.touched)
    return ChatRow(row.id, row.title, began, touched, row.n_exchanges, row.link, bool(row.brought))


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _line(text: str) -> str:
    """One line that a database can hold, cut at a word where it is long."""
    line = " ".join(_storable(text).split())
    if len(line) <= MAX_TITLE_CHARS:
        return line
    return line[: MAX_TITLE_CHARS - 1].rsplit(" ", 1)[0] + "…"


def _folded(text: str) -> str:
    return " ".join(_storable(text).casefold().split())


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode().replace("\x00", " ")

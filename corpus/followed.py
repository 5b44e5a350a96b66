"""What is followed, as the database keeps it: feeds and folders, when each was checked, and what it had then."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from corpus.dialects import upsert
from corpus.errors import LibraryError
from corpus.ledger import SQL_IDS, batches
from corpus.tables import entries, followed

EVERY = {"feed": 30 * 60, "folder": 10 * 60}
"""Seconds between two checks by default; a folder is also checked when its files change."""
LONGEST_BACKOFF = 24 * 3600
GONE = "gone"
"""The kind of a source that said that it is no more: it is not checked again."""


@dataclass(frozen=True, slots=True)
class Followed:
    """A source that is followed. `place` is a feed's address or a folder's absolute path; `every` is in seconds.

    `n_new` counts articles of the last check that had any; `problem` is what went wrong at the last one, or empty.
    `next_check` is None where nothing will be checked any more.
    """

    place: str
    kind: str
    title: str
    every: int
    since: datetime
    last_check: datetime | None
    next_check: datetime | None
    n_new: int
    n_failures: int
    problem: str
    etag: str
    last_modified: str


def read_followed(connection: Connection) -> list[Followed]:
    """All of them, by place."""
    return [_followed(row) for row in connection.execute(select(followed).order_by(followed.c.place))]


def put_off(source: Followed, now: datetime) -> bool:
    """Whether the next check is later than any is ever planned: the clock was ahead when it was, and was set back."""
    longest = timedelta(seconds=1.2 * max(source.every, LONGEST_BACKOFF))
    return source.next_check is not None and source.next_check > now + longest


def _followed(row: Row[Any]) -> Followed:
    fields = dict(row._mapping)
    for name in ("since", "last_check", "next_check"):
        fields[name] = datetime.fromisoformat(fields[name]) if fields[name] else None
    return Followed(**fields)


def start_following(connection: Connection, place: str, kind: str, title: str, every: int, now: datetime) -> None:
    """Follow a place from now on, or change how often it is checked."""
    fields = {"kind": kind, "title": title, "every": every, "next_check": _iso(now)}
    rest = {"since": _iso(now), "n_new": 0, "n_failures": 0, "problem": "", "etag": "", "last_modified": ""}
    statement = upsert(connection, followed).values(place=place, **fields, **rest)
    connection.execute(statement.on_conflict_do_update(index_elements=["place"], set_=fields))


def stop_following(connection: Connection, place: str) -> None:
    """Follow it no more; its articles stay. Raises LibraryError where it is not followed."""
    if not connection.execute(delete(followed).where(followed.c.place == place)).rowcount:
        raise LibraryError(f"{place} is not followed. To see what is, type: python -m corpus sources")


def claim(connection: Connection, source: Followed, now: datetime) -> bool:
    """Take a due check, so that no other process makes it too; a killed one's is due again after its interval."""
    later = _iso(now + timedelta(seconds=source.every))
    row = followed.c.place == source.place
    due = _iso(source.next_check) if source.next_check else None
    where = followed.c.next_check == due if due else followed.c.next_check.is_(None)
    return bool(connection.execute(update(followed).where(row, where).values(next_check=later)).rowcount)


def record_check(
    connection: Connection,
    source: Followed,
    now: datetime,
    *,
    n_new: int = 0,
    problem: str = "",
    failed: bool | None = None,
    **fields: Any,
) -> None:
    """What a check found, and when the next one is: later after failures, and not all at the same moment.

    `failed` says whether a `problem` is a failure of the whole check, as it is by default.
    """
    n_failures = source.n_failures + 1 if (bool(problem) if failed is None else failed) else 0
    wait = min(source.every * 2 ** min(n_failures, 10), max(LONGEST_BACKOFF, source.every))
    spread = 0.9 + 0.2 * (zlib.crc32(f"{source.place} {now:%j%H}".encode()) % 1000) / 1000
    values = {
        "last_check": _iso(now),
        "next_check": _iso(now + timedelta(seconds=max(wait * spread, fields.pop("at_least", 0)))),
        "n_failures": n_failures,
        "problem": problem,
    }
    values |= {"n_new": n_new} if n_new else {}
    connection.execute(update(followed).where(followed.c.place == source.place).values(values | fields))


def move(connection: Connection, source: Followed, to: str) -> None:
    """A feed is at another address for good: it is followed there, with what is known of its entries."""
    if connection.execute(select(followed.c.place).where(followed.c.place == to)).first():
        connection.execute(delete(followed).where(followed.c.place == source.place))
        return
    row = connection.execute(select(followed).where(followed.c.place == source.place)).one()
    connection.execute(insert(followed).values({**row._mapping, "place": to}))
    connection.execute(update(entries).where(entries.c.place == source.place).values(place=to))
    connection.execute(delete(followed).where(followed.c.place == source.place))


def known_entries(connection: Connection, place: str) -> dict[str, str]:
    """Entry to digest of what was taken from a feed."""
    query = select(entries.c.entry, entries.c.digest).where(entries.c.place == place)
    return {row.entry: row.digest for row in connection.execute(query)}


def record_entries(connection: Connection, place: str, digests: Mapping[str, str], became: Mapping[str, str]) -> None:
    """Keep what entries said when they were taken, and the ids of the articles that entries became.

    An entry in `became` alone is known by its article, and taken again the next time.
    """
    known = dict(
        connection.execute(select(entries.c.entry, entries.c.article_id).where(entries.c.place == place)).all()
    )
    ids = {entry: became.get(entry) or known.get(entry, "") for entry in (*digests, *became)}
    rows = [
        {"place": place, "entry": entry, "digest": digests.get(entry, ""), "article_id": name}
        for entry, name in ids.items()
        if entry in digests or known.get(entry) != name
    ]
    statement = upsert(connection, entries)
    said = func.coalesce(func.nullif(statement.excluded.digest, ""), entries.c.digest)
    changes = {"digest": said, "article_id": statement.excluded.article_id}
    statement = statement.on_conflict_do_update(index_elements=["place", "entry"], set_=changes)
    for some in batches(rows, SQL_IDS):
        connection.execute(statement, some)


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()

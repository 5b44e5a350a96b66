"""What articles said before they were changed or removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select

from corpus.ledger import SQL_IDS, batches
from corpus.shelf import read_article
from corpus.tables import articles, edits, versions
from corpus.types import Article

UNDO_DAYS = 30
"""How long what was removed can be had back."""


@dataclass(frozen=True, slots=True)
class Version:
    """What an article said until a moment; `removed` where it was removed then, and not changed."""

    article: Article
    number: int
    until: datetime
    removed: bool
    added: str


def keep_versions(
    connection: Connection, ids: Mapping[str, str], removed: bool = False, moment: datetime | None = None
) -> None:
    """Keep articles as they are now, before they are changed or removed; `ids` is present id to later id."""
    now = _later_than_all(connection, moment or datetime.now(UTC)).isoformat()
    for some in batches(list(ids), SQL_IDS):
        later = [ids[name] for name in some]
        newest = dict(
            connection.execute(
                select(versions.c.article_id, func.max(versions.c.version))
                .where(versions.c.article_id.in_(later))
                .group_by(versions.c.article_id)
            )
            .tuples()
            .all()
        )
        rows = []
        for row in connection.execute(select(articles).where(articles.c.id.in_(some))):
            kept = {c.name: getattr(row, c.name) for c in versions.c if c.name in articles.c}
            name = ids[row.id]
            newest[name] = newest.get(name, 0) + 1
            rows.append(kept | {"article_id": name, "version": newest[name], "until": now, "removed": int(removed)})
        if rows:
            connection.execute(insert(versions), rows)


def _later_than_all(connection: Connection, now: datetime) -> datetime:
    """A clock that was set back does not put what happens now before what happened."""
    last = connection.execute(select(func.max(versions.c.until))).scalar_one()
    return max(now, datetime.fromisoformat(last) + timedelta(microseconds=1)) if last else now


def read_versions(connection: Connection, article_id: str) -> list[Version]:
    """An article's earlier versions, oldest first."""
    query = select(versions).where(versions.c.article_id == article_id).order_by(versions.c.version)
    return [_version(row) for row in connection.execute(query)]


def read_removed(connection: Connection, ids: Sequence[str] = (), now: datetime | None = None) -> list[Version]:
    """What can be had back: of these ids, or else all that was removed last, at one moment."""
    found = read_removals(connection, now)
    if not ids:
        return [version for version in found if version.until == found[0].until]
    known = {version.article.id: version for version in found}
    return [known[name] for name in ids if name in known]


def read_removals(connection: Connection, now: datetime | None = None) -> list[Version]:
    """Everything that can still be had back, what was removed last first."""
    first = ((now or datetime.now(UTC)) - timedelta(days=UNDO_DAYS)).isoformat()
    there = select(articles.c.id).where(articles.c.id == versions.c.article_id).exists()
    query = select(versions).where(versions.c.removed == 1, versions.c.until >= first, ~there)
    latest: dict[str, Row[Any]] = {}
    for row in connection.execute(query.order_by(versions.c.until.desc(), versions.c.article_id)):
        latest.setdefault(row.article_id, row)
    return [_version(row) for row in latest.values()]


def drop_versions(connection: Connection, found: Sequence[Version]) -> None:
    """Forget versions."""
    for version in found:
        same = versions.c.article_id == version.article.id
        connection.execute(delete(versions).where(same, versions.c.version == version.number))


def drop_old_removals(connection: Connection, now: datetime | None = None) -> None:
    """Forget what was removed too long ago to be had back, all its versions with it."""
    first = ((now or datetime.now(UTC)) - timedelta(days=UNDO_DAYS)).isoformat()
    there = select(articles.c.id)
    late = select(versions.c.article_id).where(versions.c.removed == 1, versions.c.until >= first)
    for table in (versions, edits):
        gone = table.c.article_id.not_in(there) & table.c.article_id.not_in(late)
        connection.execute(delete(table).where(gone))


def _version(row: Row[Any]) -> Version:
    article = read_article(row, row.article_id)
    return Version(article, row.version, datetime.fromisoformat(row.until), bool(row.removed), row.added)

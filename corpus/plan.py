"""What adding an article would do: new, changed or there already, and under which id."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Literal

from sqlalchemy import Connection, or_, select

from corpus.edits import apply_edit, read_edits
from corpus.read.normalize import slug
from corpus.tables import articles
from corpus.types import Article

Outcome = Literal["added", "updated", "unchanged"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What adding an article would do: under which id, in place of which article, with what remark.

    `article.content_hash` is of what the source says; its title, outlet and date are as a person set them.
    `keep_old`: what it replaces is kept as an old version.
    """

    article: Article
    outcome: Outcome
    replaces: str | None = None
    note: str = ""
    keep_old: bool = True


@dataclass(frozen=True, slots=True)
class Known:
    """What the database says of an article that is there already."""

    id: str
    source: str
    content_hash: str


def hash_article(article: Article) -> str:
    """A hash of all that an article says: text, title, outlet, url and date, and its author where one is named."""
    said = [article.text, article.title, article.outlet, article.url or "", article.published_text or ""]
    said += [article.author] if article.author else []
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


def second_id(article: Article) -> str:
    """The id of an article whose own id another source has: with six hex digits of its source."""
    return f"{article.id}-{hashlib.sha256(article.source.encode('utf-8', 'surrogatepass')).hexdigest()[:6]}"


def plan_articles(connection: Connection, incoming: Sequence[Article]) -> list[Plan]:
    """A plan for each article in order, each seeing the ones before it as done."""
    ids = {name for article in incoming for name in (article.id, second_id(article))}
    sources = {article.source for article in incoming if article.source}
    query = select(articles.c.id, articles.c.source, articles.c.content_hash).where(
        or_(articles.c.id.in_(ids), articles.c.source.in_(sources))
    )
    known = [Known(row.id, row.source, row.content_hash) for row in connection.execute(query)]
    by_id = {article.id: article for article in known}
    by_source = {article.source: article for article in known if article.source}
    plans = []
    for article in incoming:
        plan = _plan(replace(article, content_hash=hash_article(article)), by_id, by_source)
        plans.append(plan)
        if plan.outcome != "unchanged":
            if plan.replaces:
                by_id.pop(plan.replaces, None)
            done = Known(plan.article.id, plan.article.source, plan.article.content_hash)
            by_id[done.id] = done
            if done.source:
                by_source[done.source] = done
    changed = read_edits(connection, [plan.article.id for plan in plans if plan.outcome != "unchanged"])
    return [replace(plan, article=apply_edit(plan.article, changed.get(plan.article.id))) for plan in plans]


def _plan(article: Article, by_id: Mapping[str, Known], by_source: Mapping[str, Known]) -> Plan:
    mine = by_source.get(article.source) if article.source else by_id.get(article.id)
    if mine and mine.source == article.source:
        # Either the id it has, or, where the source now names another id, that one if it is free.
        stays = mine.id in (article.id, second_id(article)) or article.id in by_id or not _names_itself(article)
        article = replace(article, id=mine.id if stays else article.id)
        same = stays and mine.content_hash == article.content_hash
        return Plan(article, "unchanged") if same else Plan(article, "updated", replaces=mine.id)
    other = by_id.get(article.id)
    if other is None:
        return Plan(article, "added")
    where = f"“{article.id}” from {other.source}" if other.source else f"“{article.id}”"
    if other.content_hash == article.content_hash:
        return Plan(article, "unchanged", note=f"the same article is in the library as {where}")
    named = replace(article, id=second_id(article))
    return Plan(named, "added", note=f"added as “{named.id}”, because {where} is another article")


def _names_itself(article: Article) -> bool:
    """Whether the id is one that a file says, rather than one made of its name, its title or its address."""
    source = article.source
    return "#" not in source and "://" not in source and article.id != slug(PurePath(source).stem)

"""Title, outlet and date as a person set them: they stand over what the source says, now and after every refresh."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from corpus.dialects import upsert
from corpus.ledger import SQL_IDS, batches
from corpus.tables import edits
from corpus.types import Article, parse_published


@dataclass(frozen=True, slots=True)
class Edit:
    """What was set; None where nothing was. `published` is ISO 8601, or empty for "no date"."""

    title: str | None = None
    outlet: str | None = None
    published: str | None = None

    def over(self, other: Edit | None) -> Edit:
        """Both, this one first."""
        if other is None:
            return self
        return Edit(
            other.title if self.title is None else self.title,
            other.outlet if self.outlet is None else self.outlet,
            other.published if self.published is None else self.published,
        )


def apply_edit(article: Article, edit: Edit | None) -> Article:
    """The article with what was set in place of what its source says."""
    if edit is None:
        return article
    return replace(
        article,
        title=article.title if edit.title is None else edit.title,
        outlet=article.outlet if edit.outlet is None else edit.outlet,
        published=article.published if edit.published is None else parse_published(edit.published or None),
    )


def read_edits(connection: Connection, ids: Sequence[str]) -> dict[str, Edit]:
    """What was set for these articles."""
    found = {}
    for some in batches(ids, SQL_IDS):
        for row in connection.execute(select(edits).where(edits.c.article_id.in_(some))):
            found[row.article_id] = Edit(row.title, row.outlet, row.published)
    return found


def write_edit(connection: Connection, article_id: str, edit: Edit) -> None:
    """Keep what was set for an article."""
    values = {"title": edit.title, "outlet": edit.outlet, "published": edit.published}
    statement = upsert(connection, edits).values(article_id=article_id, **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["article_id"], set_=values))

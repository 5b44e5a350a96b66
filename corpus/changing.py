"""Changes by hand: titles, outlets and dates set, removals taken back, and what is removed really deleted."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic
from uuid import uuid4

from sqlalchemy import delete, select, update

from corpus.edits import Edit, apply_edit, read_edits, write_edit
from corpus.errors import LibraryError
from corpus.ledger import SQL_IDS, batches
from corpus.library import Library
from corpus.plan import Plan
from corpus.read.normalize import normalize_line, parse_date
from corpus.rows import next_generation
from corpus.tables import articles, edits, ledger, meta, versions
from corpus.types import AddReport, Article, Failure
from corpus.versions import drop_versions, read_removed


def edit_article(
    library: Library, id: str, *, title: str | None = None, outlet: str | None = None, published: str | None = None
) -> Article:
    """Set an article's title, outlet or date (an empty one for "no date"); None leaves it. It stays so after refreshes.

    Raises LibraryError for an unknown id, an empty title or no date.
    """
    library.must_write()
    article = library.article(id)
    if article is None:
        raise LibraryError(f"No article has the id “{id}”. To see all ids, type: python -m corpus list")
    if title is not None and not normalize_line(title):
        raise LibraryError("A title may not be empty. Type one after --title.")
    day, wrong = parse_date(published or "")
    if wrong:
        raise LibraryError(f"{wrong.partition(';')[0]}. Type one like 2026-06-03.")
    set_now = Edit(
        None if title is None else normalize_line(title),
        None if outlet is None else normalize_line(outlet),
        None if published is None else (day.isoformat() if day else ""),
    )
    with library.reading() as connection:
        edit = set_now.over(read_edits(connection, [id]).get(id))
    edited = apply_edit(article, edit)
    # The hash stays that of what the source says: only then is an unchanged source unchanged.
    library.rewrite([Plan(edited, "updated", replaces=id, keep_old=False)], lambda c: write_edit(c, id, edit))
    return edited


def restore_articles(library: Library, ids: Sequence[str] = ()) -> AddReport:
    """Take back removals: of these articles, or else the last one. What was removed too long ago is a failure."""
    library.must_write()
    began = monotonic()
    with library.reading() as connection:
        found = read_removed(connection, ids)
        sources = {version.article.source for version in found if version.article.source}
        taken = set(connection.execute(select(articles.c.source).where(articles.c.source.in_(sources))).scalars())
    back = [version for version in found if version.article.source not in taken]
    if back:
        plans = [Plan(version.article, "added") for version in back]
        library.rewrite(plans, lambda connection: drop_versions(connection, back))
    known = {version.article.id for version in found}
    failed = [Failure(name, "nothing of this id was removed in the last 30 days") for name in ids if name not in known]
    failed += [Failure(v.article.id, f"{v.article.source} is in the library again") for v in found if v not in back]
    return AddReport(added=tuple(v.article.id for v in back), failed=tuple(failed), seconds=monotonic() - began)


def purge(library: Library, ids: Sequence[str] = ()) -> int:
    """Really delete: these articles, or else all that is removed; with old versions, vectors and indexes. How many.

    The indexes of every process are built anew, because their files may hold words of what is gone.
    """
    library.must_write()
    with library.writing() as connection:
        there = set(connection.execute(select(articles.c.id)).scalars())
        removed = set(connection.execute(select(versions.c.article_id).where(versions.c.removed == 1)).scalars())
        gone = sorted(set(ids) & (there | removed)) if ids else sorted(removed - there)
        for some in batches(gone, SQL_IDS):
            connection.execute(delete(articles).where(articles.c.id.in_(some)))
            for table in (versions, edits, ledger):
                connection.execute(delete(table).where(table.c.article_id.in_(some)))
        if gone:
            connection.execute(update(meta).values(epoch=uuid4().hex))
            next_generation(connection, [])
    library.compact()
    library.refresh_indexes()
    return len(gone)

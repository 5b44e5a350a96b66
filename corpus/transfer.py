"""A whole library out of its folder and into another: export and import as JSON lines.

An exported line is an article as `add` reads it, with what only `import` reads: where it came from, what it said
before, and what a person set.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any, TextIO

from sqlalchemy import Connection, delete, insert, select, update

from corpus.adding import GROUP
from corpus.edits import Edit, read_edits, write_edit
from corpus.errors import ReadError
from corpus.ledger import batches
from corpus.library import Library
from corpus.plan import hash_article
from corpus.tables import articles, versions
from corpus.types import AddReport, Article, Failure, parse_published

SAID = ("id", "title", "outlet", "url", "published", "text", "author")
KEPT = ("source", "content_hash", "pages", "added")
"""What is exported besides what the article says, as the database has it."""


def export_articles(library: Library, file: TextIO) -> int:
    """Write all articles, a line each, by id. How many."""
    rows, n = library.rows(order="id", descending=False, limit=-1)
    for some in batches(rows, 100):
        with library.reading() as connection:
            for line in _lines(connection, [row.id for row in some]):
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
    return n


def _lines(connection: Connection, ids: Sequence[str]) -> Iterator[dict[str, Any]]:
    found = {row.id: row._mapping for row in connection.execute(select(articles).where(articles.c.id.in_(ids)))}
    earlier: dict[str, list[dict[str, Any]]] = {}
    query = select(versions).where(versions.c.article_id.in_(ids)).order_by(versions.c.article_id, versions.c.version)
    for row in connection.execute(query):
        earlier.setdefault(row.article_id, []).append({k: v for k, v in row._mapping.items() if k != "article_id"})
    edits = read_edits(connection, ids)
    for name in ids:
        if name not in found:
            continue
        line = {key: found[name][key] for key in (*SAID, *KEPT) if found[name][key] and found[name][key] != "[]"}
        if name in earlier:
            line["versions"] = earlier[name]
        if name in edits:
            line["edit"] = asdict(edits[name])
        yield line


def import_articles(
    library: Library, lines: Iterable[str], progress: Callable[[int, int], None] | None = None
) -> AddReport:
    """Take in what `export_articles` wrote, under the same ids; a line that cannot be read is a failure by number.

    Articles that are there already are brought to what the file says.
    """
    report = AddReport()
    for some in batches(iter(enumerate(lines, start=1)), GROUP):
        group, extras = [], {}
        for number, line in some:
            if not line.strip():
                continue
            try:
                article, extra = _read_line(line)
            except ReadError as error:
                report += AddReport(failed=(Failure(f"line {number}", str(error)),))
                continue
            group.append(article)
            extras[article.id] = extra
        there = library.articles(article.id for article in group)
        # Compared as it reads, edits and all: its hash is of what its source said.
        same = {a.id for a in group if a.id in there and replace(there[a.id], content_hash=a.content_hash) == a}
        done = library.add([a for a in group if a.id not in same]) + AddReport(unchanged=tuple(sorted(same)))
        report += done
        here = {article.id for article in group} & {*done.added, *done.updated, *done.unchanged}
        with library.writing() as connection:
            for name in here:
                _write_extra(connection, name, extras[name])
        if progress:
            progress(some[-1][0], some[-1][0])
    return report


def _read_line(line: str) -> tuple[Article, dict[str, Any]]:
    try:
        said = json.loads(line)
        article = Article(
            **{key: said.get(key, "") for key in SAID if key not in ("url", "published")},
            url=said.get("url"),
            published=parse_published(said.get("published")),
            source=said.get("source", ""),
            pages=tuple(json.loads(said.get("pages", "[]"))),
        )
        extra = {"versions": said.get("versions", []), "edit": Edit(**said["edit"]) if "edit" in said else None}
        extra |= {key: said[key] for key in ("content_hash", "added") if key in said}
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        raise ReadError(f"no line of an export: {error}"[:200]) from error
    if not all(isinstance(getattr(article, key), str) for key in ("id", "title", "outlet", "text", "source", "author")):
        raise ReadError("no line of an export: a field is no text")
    if not article.id or not article.text.strip():
        raise ReadError("no line of an export: it has no id or no text")
    return replace(article, content_hash=hash_article(article)), extra


def _write_extra(connection: Connection, name: str, extra: Mapping[str, Any]) -> None:
    kept = {key: extra[key] for key in ("content_hash", "added") if key in extra}
    if kept:
        connection.execute(update(articles).where(articles.c.id == name).values(kept))
    if extra["edit"]:
        write_edit(connection, name, extra["edit"])
    if extra["versions"]:
        connection.execute(delete(versions).where(versions.c.article_id == name))
        connection.execute(insert(versions), [{**version, "article_id": name} for version in extra["versions"]])

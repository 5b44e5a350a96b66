"""A folder against what the library read from it before: which files are new, changed, renamed or gone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, delete, select, update

from corpus.dialects import upsert
from corpus.ledger import SQL_IDS, batches
from corpus.read import files_in
from corpus.tables import articles, files


@dataclass(frozen=True, slots=True)
class Stamp:
    """A file as it was when it was last looked at; `digest` is of its bytes."""

    path: str
    size: int
    mtime: int
    digest: str


@dataclass(frozen=True, slots=True)
class FolderPlan:
    """What a sync would do: files to read, files that stay, renames (old and new), and paths that are gone.

    `stamps` are to be remembered once each file's articles are in the library.
    """

    read: tuple[Path, ...]
    same: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...]
    gone: tuple[str, ...]
    stamps: dict[str, Stamp]


def plan_folder(connection: Connection, folder: Path) -> FolderPlan:
    """Compare by size and time, by content where they differ."""
    prefix = f"{str(folder).rstrip('/')}/"
    query = select(files).where(files.c.path.startswith(prefix, autoescape=True))
    known = {row.path: Stamp(*row) for row in connection.execute(query) if row.path.startswith(prefix)}
    found = list(files_in(folder))
    names = {str(path) for path in found}
    lost = {stamp.digest: stamp.path for stamp in known.values() if stamp.path not in names}
    read, same, renamed, stamps = [], [], [], {}
    for path in found:
        name = str(path)
        try:
            status = path.stat()
            before = known.get(name)
            if before and (before.size, before.mtime) == (status.st_size, status.st_mtime_ns):
                same.append(name)
                continue
            stamps[name] = Stamp(name, status.st_size, status.st_mtime_ns, _digest(path))
        except OSError:
            read.append(path)  # the reader says what is wrong with it
            continue
        if before and before.digest == stamps[name].digest:
            same.append(name)
        elif not before and (old := lost.pop(stamps[name].digest, None)):
            renamed.append((old, name))
        else:
            read.append(path)
    moved = {old for old, _ in renamed}
    gone = tuple(path for path in known if path not in names and path not in moved)
    return FolderPlan(tuple(read), tuple(same), tuple(renamed), gone, stamps)


def _digest(path: Path) -> str:
    if not path.is_file():
        raise OSError
    with path.open("rb") as file:
        return hashlib.file_digest(file, "blake2b").hexdigest()[:32]


def remember_files(connection: Connection, stamps: Iterable[Stamp]) -> None:
    """Keep how files were when they were read."""
    for some in batches(iter(stamps), SQL_IDS):
        statement = upsert(connection, files)
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=["path"],
                set_={name: statement.excluded[name] for name in ("size", "mtime", "digest")},
            ),
            [{"path": s.path, "size": s.size, "mtime": s.mtime, "digest": s.digest} for s in some],
        )


def forget_files(connection: Connection, paths: Sequence[str]) -> None:
    """Forget files, so that they are read again if they come back."""
    for some in batches(paths, SQL_IDS):
        connection.execute(delete(files).where(files.c.path.in_(some)))


def rename_sources(connection: Connection, renamed: Sequence[tuple[str, str]]) -> list[str]:
    """Give articles of renamed files their new source; their ids, and so their citations, stay. The ids."""
    ids: list[str] = []
    for old, new in renamed:
        query = select(articles.c.id, articles.c.source).where(
            (articles.c.source == old) | articles.c.source.startswith(f"{old}#", autoescape=True)
        )
        for row in connection.execute(query).all():
            connection.execute(
                update(articles).where(articles.c.id == row.id).values(source=new + row.source[len(old) :])
            )
            ids.append(row.id)
    forget_files(connection, [old for old, _ in renamed])
    return ids

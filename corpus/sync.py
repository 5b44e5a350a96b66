"""The library as the mirror of a folder: what is new there is added, what changed updated, what is gone removed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from time import monotonic

from corpus.adding import in_groups
from corpus.errors import LibraryError
from corpus.folder import forget_files, plan_folder, remember_files, rename_sources
from corpus.library import Library
from corpus.plan import plan_articles
from corpus.read import Item, read_file
from corpus.types import AddReport, Article, Failure


def sync_folder(
    library: Library,
    folder: Path,
    *,
    dry_run: bool = False,
    yes: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> AddReport:
    """Mirror a folder, given as an absolute path. A file that cannot be read this time keeps its articles.

    `dry_run` reads but changes nothing; the report then names what would be done. Raises LibraryError where more than
    half of the folder's articles would be removed, unless `yes`.
    """
    library.must_write()
    began = monotonic()
    before = library.sources(str(folder))
    with library.reading() as connection:
        plan = plan_folder(connection, folder)
    by_file: dict[str, list[str]] = {}
    for source, id_ in before.items():
        for file in {source, _file_of(source)}:
            by_file.setdefault(file, []).append(id_)
    items = [item for path in plan.read for item in read_file(path, str(path), path.name)]
    same = {*plan.same, *(old for old, _ in plan.renamed)}
    gone = [before[source] for source in _gone(before, items, same)]
    if len(gone) > len(before) / 2 and not yes:
        raise LibraryError(
            f"{len(gone)} of the {len(before)} articles from {folder} are no longer there, and would be removed. "
            f"If that is right, type: python -m corpus sync {folder} --yes"
        )
    unchanged = tuple(id_ for path in plan.same for id_ in by_file.get(path, ()))
    report = AddReport(unchanged=unchanged, renamed=tuple(i for old, _ in plan.renamed for i in by_file.get(old, ())))
    if dry_run:
        report += _foresee(library, items) + AddReport(removed=tuple(gone))
        return replace(report, seconds=monotonic() - began)
    if plan.renamed or plan.gone:
        with library.writing() as connection:
            rename_sources(connection, plan.renamed)
            forget_files(connection, plan.gone)
    removed = library.remove(gone) if gone else AddReport()
    report += removed + (library.add(items, progress) if items else AddReport())
    failed = {_line_of(failure.source) for failure in report.failed} | {failure.source for failure in report.failed}
    done = [stamp for path, stamp in plan.stamps.items() if path not in failed]
    if done:
        with library.writing() as connection:
            remember_files(connection, done)
    return replace(report, seconds=monotonic() - began)


def _foresee(library: Library, items: Sequence[Item]) -> AddReport:
    """What adding would do, as far as can be said without embedding."""
    outcomes: dict[str, list[str]] = {"added": [], "updated": [], "unchanged": []}
    for group in in_groups(items):
        with library.reading() as connection:
            for plan in plan_articles(connection, [item for item in group if isinstance(item, Article)]):
                outcomes[plan.outcome].append(plan.article.id)
    return AddReport(
        added=tuple(outcomes["added"]),
        updated=tuple(outcomes["updated"]),
        unchanged=tuple(outcomes["unchanged"]),
        failed=tuple(item for item in items if isinstance(item, Failure)),
    )


def _gone(before: dict[str, str], items: Sequence[Item], same: set[str]) -> Iterator[str]:
    """The sources that are not there any more; one that merely could not be read this time is still there."""
    seen = {item.source for item in items if isinstance(item, Article)}
    failed = [item.source for item in items if isinstance(item, Failure)]
    unread = {_line_of(source) for source in failed} | set(failed)
    for source in before:
        file = _file_of(source)
        if source in seen or file in same or source in unread or file in unread:
            continue
        if not any(str(above) in unread for above in Path(source).parents):
            yield source


def _file_of(source: str) -> str:
    """The file of an article that is one of several in it."""
    return source.rpartition("#")[0] or source


def _line_of(source: str) -> str:
    """The file of a failure that names a line of it."""
    file, _, line = source.rpartition(":")
    return file if line.isdigit() else source

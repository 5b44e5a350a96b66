"""The library from a terminal: add, sync, follow, list, show, remove, export, doctor, stats, reindex and the like."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import cache
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import Any

from corpus.arguments import make_parser
from corpus.backup import back_up
from corpus.changing import edit_article, purge, restore_articles
from corpus.config import LibraryConfig
from corpus.embed import load_embedder
from corpus.errors import BylineError, LibraryError
from corpus.follow import Checker
from corpus.followed import GONE
from corpus.language import LANGUAGES
from corpus.library import Library
from corpus.link import make_fetcher, read_source
from corpus.progress import show_progress
from corpus.read.ahead import read_ahead
from corpus.sync import sync_folder
from corpus.transfer import export_articles, import_articles
from corpus.types import AddReport


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status: 0, 1 when something failed, 2 on wrong usage."""
    args = make_parser().parse_args(argv)
    try:
        status = COMMANDS[args.command](args, LibraryConfig.from_env())
    except BylineError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # Whoever read our output has stopped reading: not an error of ours.
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        print("Stopped. What was added is kept; the same command goes on from there.", file=sys.stderr)
        return 130
    return status


def _add(args: Any, config: LibraryConfig) -> int:
    fetcher = cache(lambda: make_fetcher(config))
    items = (item for source in args.sources for item in read_source(source, fetcher))
    Thread(target=import_module, args=("torch",)).start()  # takes most of a second: beside the reading
    with Library.open(config) as library, show_progress("articles") as progress:
        report = library.add(read_ahead(items), progress)
    return _print_report(report, args.json)


def _sync(args: Any, config: LibraryConfig) -> int:
    folder = Path(args.folder).expanduser().absolute()
    if not folder.is_dir():
        print(f"{args.folder} is no folder.", file=sys.stderr)
        return 2
    with Library.open(config) as library, show_progress("articles") as progress:
        report = sync_folder(library, folder, dry_run=args.dry_run, yes=args.yes, progress=progress)
    return _print_report(report, args.json)


def _follow(args: Any, config: LibraryConfig) -> int:
    with Library.open(config) as library:
        report = _checker(library, config).follow(args.place, args.every * 60 if args.every else None)
    return _print_report(report, args.json)


def _unfollow(args: Any, config: LibraryConfig) -> int:
    with Library.open(config, own=False) as library:
        _checker(library, config).unfollow(args.place)
    return 0


def _sources(args: Any, config: LibraryConfig) -> int:
    with Library.open(config, own=False) as library:
        sources = _checker(library, config).sources()
    if args.json:
        print(json.dumps([asdict(source) for source in sources], default=str, ensure_ascii=False, indent=1))
        return 0
    for source in sources:
        last, following = (f"{at:%Y-%m-%d %H:%M}" if at else "-" for at in (source.last_check, source.next_check))
        print("\t".join([source.place, source.kind, last, following, f"{source.n_new} new", source.problem or "well"]))
    return 0


def _refresh(args: Any, config: LibraryConfig) -> int:
    report = AddReport()
    with Library.open(config) as library:
        checker = _checker(library, config)
        for source in checker.sources() if args.all else checker.due():
            if source.kind != GONE:
                report += checker.check(source)
    return _print_report(report, args.json)


def _checker(library: Library, config: LibraryConfig) -> Checker:
    return Checker(library, cache(lambda: make_fetcher(config)))


def _list(args: Any, config: LibraryConfig) -> int:
    with Library.open(config, own=False) as library:
        rows, _ = library.rows(query=" ".join(args.query), limit=-1)
    if args.json:
        shown = [asdict(row) | {"published": _iso(row.published), "added": row.added.isoformat()} for row in rows]
        print(json.dumps(shown, ensure_ascii=False, indent=1))
        return 0
    for row in rows:
        print("\t".join([row.id, (_iso(row.published) or "-")[:10], row.outlet or "-", row.title]))
    return 0


def _show(args: Any, config: LibraryConfig) -> int:
    with Library.open(config, own=False) as library:
        article = library.article(args.id)
    if article is None:
        raise LibraryError(f"No article has the id “{args.id}”. To see all ids, type: python -m corpus list")
    if args.json:
        print(json.dumps(asdict(article) | {"published": article.published_text}, ensure_ascii=False, indent=1))
        return 0
    facts = [article.outlet, article.published_text or "no date", article.url or "", article.source]
    print(article.title, " · ".join(fact for fact in facts if fact), "", article.text, sep="\n")
    return 0


def _remove(args: Any, config: LibraryConfig) -> int:
    with Library.open(config) as library:
        report = library.remove(args.ids)
    return _print_report(report, args.json)


def _edit(args: Any, config: LibraryConfig) -> int:
    if args.title is None and args.outlet is None and args.published is None:
        print("Nothing to set. Name --title, --outlet or --published.", file=sys.stderr)
        return 2
    with Library.open(config) as library:
        article = edit_article(library, args.id, title=args.title, outlet=args.outlet, published=args.published)
    print(" · ".join(fact for fact in (article.title, article.outlet, article.published_text or "no date") if fact))
    return 0


def _undo(args: Any, config: LibraryConfig) -> int:
    with Library.open(config) as library:
        report = restore_articles(library, args.ids)
    return _print_report(report, args.json)


def _purge(args: Any, config: LibraryConfig) -> int:
    with Library.open(config) as library:
        n = purge(library, args.ids)
    print(f"{n} articles deleted for good.")
    return 0


def _import(args: Any, config: LibraryConfig) -> int:
    try:
        with (
            Path(args.file).open(encoding="utf-8") as file,
            Library.open(config) as library,
            show_progress("lines") as bar,
        ):
            report = import_articles(library, file, bar)
    except (OSError, UnicodeDecodeError) as error:
        raise LibraryError(f"{args.file} cannot be read: {error}. Name a file that export wrote.") from error
    return _print_report(report, args.json)


def _backup(args: Any, config: LibraryConfig) -> int:
    with Library.open(config, own=False) as library:
        back_up(library, Path(args.file))
    print(f"To use it, copy it to an empty folder as library.sqlite3 and set BYLINE_HOME: {args.file}")
    return 0


def _export(args: Any, config: LibraryConfig) -> int:
    with Library.open(config, own=False) as library:
        if args.file == "-":
            n = export_articles(library, sys.stdout)
        else:
            # Whole or not at all: a reader never meets half a file.
            draft = Path(f"{args.file}.draft")
            try:
                with draft.open("w", encoding="utf-8") as file:
                    n = export_articles(library, file)
                draft.replace(args.file)
            except OSError as error:
                raise LibraryError(f"{args.file} cannot be written: {error.strerror}. Name another file.") from error
    print(f"{n} articles exported.", file=sys.stderr)
    return 0


def _doctor(args: Any, config: LibraryConfig) -> int:
    rebuilt: list[str] = []
    with Library.open(config, on_event=rebuilt.append) as library:
        findings = library.examine()
        mended = tuple(library.repair()) if args.repair and findings.problems else ()
        if mended:
            findings = library.examine()
        remarks = [*(f"repaired: {text}" for text in mended), *findings.remarks]
        if library.owner:
            remarks.append(f"the indexes are kept by {library.owner}")
    if "rebuild" in rebuilt:
        remarks.append("the indexes were missing, damaged, far behind or left by a killed process; they are rebuilt")
    if args.json:
        print(
            json.dumps(
                {"problems": [str(each) for each in findings.problems], "remarks": remarks},
                ensure_ascii=False,
                indent=1,
            )
        )
    else:
        for remark in remarks:
            print(remark)
        for problem in findings.problems:
            print(f"PROBLEM: {problem}")
        print(f"{len(findings.problems)} problems." if findings.problems else "No problems.")
    return 1 if findings.problems else 0


def _stats(args: Any, config: LibraryConfig) -> int:
    with Library.open(config, own=False) as library:
        stats = library.stats()
    if args.json:
        print(json.dumps(asdict(stats) | {"first": _iso(stats.first), "last": _iso(stats.last)}))
        return 0
    span = f", published from {stats.first} to {stats.last}" if stats.first else ""
    print(f"{stats.n_articles} articles, {stats.n_passages} passages{span}; generation {stats.generation}.")
    return 0


def _reindex(args: Any, config: LibraryConfig) -> int:
    with Library.open(config) as library, show_progress("articles") as progress:
        embedder = load_embedder(config.embedder)
        library.reindex(embedder, progress)
        stats = library.stats()
        spoken = LANGUAGES[library.language]
    print(f"{stats.n_articles} articles split for {spoken} and embedded anew with {embedder.name}.")
    return 0


def _print_report(report: AddReport, as_json: bool) -> int:
    if as_json:
        print(json.dumps(asdict(report), ensure_ascii=False, indent=1))
    else:
        kinds = ("added", "updated", "unchanged", "renamed", "removed", "failed")
        counts = {kind: len(getattr(report, kind)) for kind in kinds}
        said = ", ".join(f"{n} {kind}" for kind, n in counts.items() if n or kind == "added")
        print(f"{said} in {report.seconds:.1f} s.")
        for note in report.notes:
            print(f"note: {note.source}: {note.reason}")
        for failure in report.failed:
            print(f"failed: {failure.source}: {failure.reason}", file=sys.stderr)
    return 1 if report.failed else 0


def _iso(day: Any) -> str | None:
    return day.isoformat() if day else None


COMMANDS: dict[str, Callable[[Any, LibraryConfig], int]] = {
    "add": _add,
    "sync": _sync,
    "follow": _follow,
    "unfollow": _unfollow,
    "sources": _sources,
    "refresh": _refresh,
    "list": _list,
    "show": _show,
    "remove": _remove,
    "export": _export,
    "undo": _undo,
    "purge": _purge,
    "edit": _edit,
    "import": _import,
    "backup": _backup,
    "doctor": _doctor,
    "stats": _stats,
    "reindex": _reindex,
}


if __name__ == "__main__":
    sys.exit(main())

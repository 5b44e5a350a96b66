"""Following sources: a feed or a folder is remembered, checked when it is due, and its articles brought up to date."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from urllib.parse import urljoin

from corpus.adding import Item
from corpus.address import canonical_url
from corpus.errors import BylineError, FetchError, LibraryError
from corpus.fetch import Fetched, Fetcher
from corpus.followed import (
    EVERY,
    GONE,
    Followed,
    claim,
    known_entries,
    move,
    put_off,
    record_check,
    record_entries,
    start_following,
    stop_following,
)
from corpus.library import Library
from corpus.link import complete_entries, is_feed, is_link, read_fetched
from corpus.read.note import SUMMARY_SO_FAR
from corpus.shelf import read_ids
from corpus.sync import sync_folder
from corpus.types import AddReport, Article, Failure

_FEED_LINK = re.compile(r"<link\b[^>]*type=[\"']application/(?:rss|atom|feed)\+(?:xml|json)[\"'][^>]*>", re.IGNORECASE)
_HREF = re.compile(r"href=[\"']([^\"']+)", re.IGNORECASE)

Progress = Callable[[int, int], None]

MOVED = "moved here from"
"""Begins what is kept with a feed that its site has moved for good."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Checker:
    """Checks what one library follows. `fetcher` is made when a feed is first asked for."""

    library: Library
    fetcher: Callable[[], Fetcher]
    now: Callable[[], datetime] = _now

    def follow(self, place: str, every: int | None = None, progress: Progress | None = None) -> AddReport:
        """Follow a feed, a page that names its feed, or a folder, and check it at once. `every` is in seconds.

        `progress` is told how many items are read and how many there are.

        Raises FetchError, or LibraryError where there is nothing to follow; then nothing is remembered.
        """
        self.library.must_write()
        if is_link(place):
            kind, place, fetched = "feed", *self._find_feed(place)
        else:
            kind, place, fetched = "folder", str(Path(place).expanduser().absolute()), None
            if not Path(place).is_dir():
                raise LibraryError(
                    f"{place} is no folder and no link. Name one that is: python -m corpus follow FOLDER"
                )
        with self.library.writing() as connection:
            start_following(connection, place, kind, "", every or EVERY[kind], self.now())
        return self.check(next(source for source in self.sources() if source.place == place), fetched, progress)

    def unfollow(self, place: str) -> None:
        """Follow a place no more; its articles stay."""
        known = {source.place for source in self.sources()}
        place = place if place in known or is_link(place) else str(Path(place).expanduser().absolute())
        with self.library.writing() as connection:
            stop_following(connection, place)

    def sources(self) -> list[Followed]:
        """What is followed."""
        return self.library.followed()

    def due(self) -> list[Followed]:
        """What is due, longest first."""
        now = self.now()
        due = [s for s in self.sources() if s.next_check and (s.next_check <= now or put_off(s, now))]
        return sorted(due, key=lambda source: source.next_check or now)

    def check(self, source: Followed, fetched: Fetched | None = None, progress: Progress | None = None) -> AddReport:
        """Bring a source up to date; what goes wrong is kept with it and comes as a failure in the report.

        Empty where another process is at it. `fetched` is the feed where it is at hand already.
        """
        with self.library.writing() as connection:
            if not claim(connection, source, self.now()):
                return AddReport()
        try:
            if source.kind == "feed":
                return self._check_feed(source, fetched, progress)
            return self._check_folder(source, progress)
        except BylineError as error:
            wait = error.wait if isinstance(error, FetchError) else None
            gone = isinstance(error, FetchError) and error.status == 410
            ends = {"kind": GONE, "next_check": None} if gone else {"at_least": wait or 0}
            with self.library.writing() as connection:
                record_check(connection, source, self.now(), problem=str(error), **ends)
            return AddReport(failed=(Failure(source.place, str(error)),))

    def _check_folder(self, source: Followed, progress: Progress | None) -> AddReport:
        if not Path(source.place).is_dir():
            raise LibraryError(f"{source.place} is not there. Its articles stay until you sync it or remove them.")
        report = sync_folder(self.library, Path(source.place), progress=progress)
        with self.library.writing() as connection:
            n = len(report.failed)
            problem = f"{n} item{'' if n == 1 else 's'} cannot be read" if n else ""
            record_check(connection, source, self.now(), n_new=_n_new(report), problem=problem, failed=False)
        return report

    def _check_feed(self, source: Followed, fetched: Fetched | None, progress: Progress | None) -> AddReport:
        if fetched is None:
            fetched = self.fetcher().fetch(source.place, etag=source.etag, last_modified=source.last_modified)
        report, title = AddReport(), source.title
        digests: dict[str, str] = {}
        links: dict[str, str] = {}
        if fetched.body is not None:
            if not is_feed(fetched):
                raise FetchError(f"{source.place}: no feed any more, but something else")
            found = read_fetched(fetched)
            links = {_entry(item.source): _link(item) for item in found if isinstance(item, Article)}
            items, digests = self._new_entries(source, found)
            title = next((item.outlet for item in items if isinstance(item, Article) and item.outlet), title)
            report = self.library.add(_counted(complete_entries(items, self.fetcher()), len(items), progress))
        moved = fetched.moved if fetched.moved != source.place else ""
        remark = source.problem if source.problem.startswith(MOVED) else ""
        remark = f"{MOVED} {source.place} on {self.now():%Y-%m-%d}" if moved else remark
        later = {note.source for note in report.notes if note.reason.startswith(SUMMARY_SO_FAR)}
        with self.library.writing() as connection:
            taken = {entry: digest for entry, digest in digests.items() if links[entry] not in later}
            ids = read_ids(connection, list(links.values()))
            became = {entry: ids[link] for entry, link in links.items() if link in ids}
            record_entries(connection, source.place, taken, became)
            record_check(connection, source, self.now(), n_new=_n_new(report), problem=remark, failed=False,
                         title=title, etag=fetched.etag, last_modified=fetched.last_modified)  # fmt: skip
            if moved:
                move(connection, source, moved)
                said = f"the feed is at {moved} now, and followed there"
                report += AddReport(notes=(Failure(source.place, said),))
        return report

    def _new_entries(self, source: Followed, items: Sequence[Item]) -> tuple[list[Item], dict[str, str]]:
        """The items of entries that say something new, and the digest of each such entry."""
        with self.library.reading() as connection:
            known = known_entries(connection, source.place)
        said = {item.source: item for item in items if isinstance(item, Article)}
        old = {place for place, entry in said.items() if known.get(_entry(place)) == _digest(entry)}
        new = {_entry(place): _digest(entry) for place, entry in said.items() if place not in old}
        return [item for item in items if item.source not in old], new

    def _find_feed(self, url: str) -> tuple[str, Fetched]:
        fetched = self.fetcher().fetch(url)
        if not is_feed(fetched):
            page = (fetched.body or b"")[:500_000].decode("utf-8", "replace")
            link = next(iter(_FEED_LINK.findall(page)), "")
            href = _HREF.search(link)
            if href is None:
                raise LibraryError(
                    f"{url} is no feed and names none. To add the page itself: python -m corpus add {url}"
                )
            url = urljoin(fetched.url, unescape(href[1]))
            fetched = self.fetcher().fetch(url)
            if not is_feed(fetched):
                raise LibraryError(f"{url} is no feed, though its page says so.")
        return fetched.moved or canonical_url(url), fetched


def _counted(items: Iterator[Item], total: int, progress: Progress | None) -> Iterator[Item]:
    for n, item in enumerate(items, 1):
        yield item
        if progress:
            progress(min(n, total), total)


def _n_new(report: AddReport) -> int:
    return len(report.added) + len(report.updated)


def _entry(source: str) -> str:
    """An entry's own name, which stays when its feed moves."""
    return source.partition("#")[2]


def _link(entry: Article) -> str:
    """What an entry's article is known by in the library."""
    return canonical_url(entry.url) if entry.url else entry.source


def _digest(entry: Article) -> str:
    said = "\0".join([entry.title, entry.text, entry.url or "", entry.published_text or ""])
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32]

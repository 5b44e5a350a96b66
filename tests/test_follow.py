"""Followed feeds and folders: taken once, checked when due, moved, ended, backed off from, and looked after."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from feeds import FEED, entry, feed_of, page
from library_fixtures import ask, wait_until
from news_server import NewsServer

from corpus.__main__ import main
from corpus.background import Follower
from corpus.errors import FetchError, LibraryError
from corpus.follow import Checker
from corpus.followed import Followed
from corpus.library import Library


class Clock:
    """A time that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 5, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def checker(library: Library, news: NewsServer, clock: Clock) -> Checker:
    fetcher = news.fetcher()
    return Checker(library, lambda: fetcher, clock)


def only(checker: Checker) -> Followed:
    (source,) = checker.sources()
    return source


def test_followed_feed_is_taken_at_once_and_then_only_what_is_new(
    checker: Checker, news: NewsServer, clock: Clock
) -> None:
    news.says("/feed", **feed_of(entry("one", full="All of one."), entry("two")), etag='"a"')
    news.says("/two?utm_medium=rss", page("Two whole"))
    assert len(checker.follow(FEED).added) == 2
    source = only(checker)
    assert (source.place, source.kind, source.title, source.etag, source.n_new) == (FEED, "feed", "C", '"a"', 2)
    assert source.problem == ""
    assert checker.due() == []
    clock.move(minutes=34)
    assert [due.place for due in checker.due()] == [FEED]
    news.seen.clear()
    news.says("/feed", **feed_of(entry("three", full="All of three."), entry("one", full="All of one."), entry("two")))
    report = checker.check(only(checker))
    assert (len(report.added), report.updated, report.unchanged) == (1, (), ())
    assert news.paths() == ["/feed"], "a page that was read is not fetched again"
    assert news.seen[0][2]["if-none-match"] == '"a"'
    news.says("/feed", **feed_of(entry("one", full="All of one, and more.")))
    assert len(checker.check(only(checker)).updated) == 1


def test_page_that_was_out_of_reach_is_tried_again_and_a_missing_one_is_not(checker: Checker, news: NewsServer) -> None:
    news.says("/feed", **feed_of(entry("down"), entry("lost")))
    news.says("/down?utm_medium=rss", status=500)
    report = checker.follow(FEED)
    assert len(report.added) == 2
    assert len(report.notes) == 2
    news.says("/down?utm_medium=rss", page("Up again"))
    news.seen.clear()
    assert len(checker.check(only(checker)).updated) == 1
    assert news.paths() == ["/feed", "/down?utm_medium=rss"]


def test_unchanged_feed_costs_one_request(checker: Checker, news: NewsServer) -> None:
    news.says("/feed", **feed_of(entry("one", full="All.")), etag='"a"')
    checker.follow(FEED)
    news.says("/feed", status=304)
    report = checker.check(only(checker))
    assert (report.added, report.failed) == ((), ())
    assert only(checker).problem == ""


def test_moved_feed_is_followed_there_and_noted(checker: Checker, news: NewsServer) -> None:
    news.says("/feed", **feed_of(entry("one", full="All.")))
    checker.follow(FEED)
    news.says("/new", **feed_of(entry("one", full="All.")))
    news.says("/feed", status=301, location="/new")
    report = checker.check(only(checker))
    assert "is at http://news.example/new now" in report.notes[0].reason
    assert only(checker).place == "http://news.example/new"
    report = checker.check(only(checker))
    assert (report.added, report.unchanged) == ((), ())
    assert (only(checker).problem, only(checker).n_failures) == (f"moved here from {FEED} on 2026-03-05", 0)


def test_dead_feed_is_said_and_not_asked_again(checker: Checker, news: NewsServer, clock: Clock) -> None:
    news.says("/feed", **feed_of(entry("one", full="All.")))
    checker.follow(FEED)
    news.says("/feed", status=410)
    assert "gone (410)" in checker.check(only(checker)).failed[0].reason
    source = only(checker)
    assert (source.kind, source.next_check) == ("gone", None)
    clock.move(days=100)
    assert checker.due() == []


def test_failing_feed_is_asked_ever_less_often_and_well_again_after_one_success(
    checker: Checker, news: NewsServer, clock: Clock
) -> None:
    news.says("/feed", **feed_of(entry("one", full="All.")))
    checker.follow(FEED)
    waits = []
    news.says("/feed", status=500)
    for _ in range(9):
        checker.check(only(checker))
        following = only(checker).next_check
        assert following is not None
        waits.append((following - clock.now).total_seconds())
    assert waits[0] > 3000
    assert all(b > 1.5 * a for a, b in pairwise(waits[:5]))
    assert max(waits) <= 1.1 * 24 * 3600
    assert "answered 500" in only(checker).problem
    assert any("answered 500" in remark for remark in checker.library.examine().remarks)
    news.says("/feed", **feed_of(entry("one", full="All.")))
    checker.check(only(checker))
    assert (only(checker).problem, only(checker).n_failures) == ("", 0)


def test_retry_after_is_longer_than_the_interval_where_it_says_so(
    checker: Checker, news: NewsServer, clock: Clock
) -> None:
    news.says("/feed", **feed_of(entry("one", full="All.")))
    checker.follow(FEED)
    news.says("/feed", status=429, retry_after="50000")
    checker.check(only(checker))
    following = only(checker).next_check
    assert following is not None
    assert (following - clock.now).total_seconds() >= 49_999


def test_only_one_of_two_processes_makes_a_check(checker: Checker, news: NewsServer, clock: Clock) -> None:
    news.says("/feed", **feed_of(entry("one", full="All.")))
    checker.follow(FEED)
    seen_by_both = only(checker)
    clock.move(hours=1)
    checker.check(seen_by_both)
    news.seen.clear()
    assert checker.check(seen_by_both).added == ()
    assert news.seen == []


def test_page_that_names_its_feed_leads_to_it_and_others_are_refused(checker: Checker, news: NewsServer) -> None:
    news.says(
        "/", '<html><head><link rel="alternate" type="application/rss+xml" href="/feed?a=1&amp;b=2"></head></html>'
    )
    news.says("/feed?a=1&b=2", **feed_of(entry("one", full="All.")))
    checker.follow("http://news.example/")
    assert only(checker).place == "http://news.example/feed?a=1&b=2"
    news.says("/page", page("No feed"))
    with pytest.raises(LibraryError, match="is no feed and names none"):
        checker.follow("http://news.example/page")
    with pytest.raises(FetchError, match="not found"):
        checker.follow("http://news.example/nowhere")
    with pytest.raises(LibraryError, match="no folder and no link"):
        checker.follow("/nowhere/at/all")
    assert len(checker.sources()) == 1


def test_followed_folder_is_a_mirror_and_unfollowing_keeps_its_articles(
    checker: Checker, library: Library, tmp_path: Path
) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "quay.md").write_text("# Quay\n\nThe quay is deep.")
    assert checker.follow(str(folder)).added == ("quay",)
    (folder / "bad.md").write_text("")
    (folder / "tower.md").write_text("# Tower\n\nThe tower is high.")
    assert checker.check(only(checker)).added == ("tower",)
    assert (only(checker).problem, only(checker).n_failures) == ("1 item cannot be read", 0)
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    assert "is not there" in checker.check(only(checker)).failed[0].reason
    checker.unfollow(str(folder))
    assert checker.sources() == []
    assert library.stats().n_articles == 2
    with pytest.raises(LibraryError, match="is not followed"):
        checker.unfollow(str(folder))


def test_running_page_checks_what_is_due_and_sees_files_change(
    checker: Checker, news: NewsServer, clock: Clock, library: Library, tmp_path: Path
) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "quay.md").write_text("# Quay\n\nThe quay is deep.")
    news.says("/feed", **feed_of(entry("one", full="All.")))
    checker.follow(FEED)
    checker.follow(str(folder), every=10**7)
    follower = Follower(checker, look=0.05, quiet=0.0)
    try:
        news.says("/feed", **feed_of(entry("two", full="The zebra left.")))
        clock.move(hours=1)
        wait_until(lambda: bool(ask(library, "zebra").words))

        def touched() -> bool:
            (folder / "tower.md").write_text("# Tower\n\nThe giraffe came.")
            return bool(ask(library, "giraffe").words)

        wait_until(touched)
    finally:
        follower.close()


class Looking(Checker):
    """Says when it has been looked for what is due."""

    looked = threading.Event()

    def due(self) -> list[Followed]:
        found = super().due()
        self.looked.set()
        return found


def test_check_waits_while_questions_are_asked(checker: Checker, news: NewsServer, clock: Clock) -> None:
    news.says("/feed", **feed_of(entry("one", full="All.")))
    checker.follow(FEED)
    clock.move(hours=1)
    assert len(checker.due()) == 1
    n_asked = len(news.seen)
    ask(checker.library, "all")
    looking = Looking(checker.library, checker.fetcher, clock)
    follower = Follower(looking, look=0.05, quiet=3600.0)
    assert looking.looked.wait(20)
    follower.close()
    assert len(news.seen) == n_asked
    assert len(checker.due()) == 1, "it is still due"


def test_commands_follow_list_refresh_and_unfollow(
    news: NewsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BYLINE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("BYLINE_ALLOW_PRIVATE", "1")
    url = f"http://127.0.0.1:{news.port}/feed"
    news.says("/feed", **feed_of(entry("one", full="The whole of it.")))
    assert main(["follow", url, "--every", "60", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["added"] == ["title-one"]
    assert main(["sources", "--json"]) == 0
    (source,) = json.loads(capsys.readouterr().out)
    assert (source["place"], source["every"], source["n_new"]) == (url, 3600, 1)
    assert main(["sources"]) == 0
    assert capsys.readouterr().out.startswith(f"{url}\tfeed\t2")
    assert main(["refresh", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["added"] == []
    news.says("/feed", **feed_of(entry("two", full="Another one.")))
    assert main(["refresh", "--all", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["added"] == ["title-two"]
    assert main(["unfollow", url]) == 0
    assert main(["unfollow", url]) == 1
    assert "is not followed" in capsys.readouterr().err

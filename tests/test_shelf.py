"""The Library tab's routes: the table and its chart, an article's versions, what is followed and what was removed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from feeds import FEED, entry, feed_of
from library_fixtures import storm
from news_server import NewsServer
from test_owner import PASSWORD, post
from test_security import call
from test_stories import telling
from web_fixture import FakeAssistant, serving

from corpus.followed import GONE, Followed
from corpus.library import Library
from qa.web.browsing import last_of, name_step
from qa.web.following import describe_source, spell_ago, spell_ahead, spell_minutes
from qa.web.owner import Owner
from qa.web.server import build_app
from qa.web.versions import describe_source as where_from


@pytest.fixture
def page(library: Library, news: NewsServer) -> Iterator[str]:
    with serving(app_over(library, news)) as url:
        yield url


def app_over(library: Library, news: NewsServer, **options: Any) -> Any:
    return build_app(FakeAssistant(library, {}), library, fetcher=news.fetcher, **options)  # type: ignore[arg-type]


def get(page: str, path: str, cookie: str = "") -> Any:
    status, _, body = call(page, "GET", f"/byline/{path}", None, {"Cookie": cookie} if cookie else {})
    assert status == 200, body
    return json.loads(body)


def told(page: str, path: str, place: str, **more: object) -> list[dict[str, Any]]:
    status, _, body = post(page, f"/byline/{path}", {"place": place} | more)
    assert status == 200, body
    return [json.loads(line) for line in body.splitlines()]


def test_table_takes_filters_and_the_chart_takes_the_same(page: str, library: Library) -> None:
    library.add([*(storm(n) for n in range(1, 9)), telling("a", "Courier", 5), telling("b", "Post", 6)])
    assert get(page, "articles")["total"] == 10
    assert get(page, "timeline?query=nothing")["steps"] == []
    some = get(page, "articles?outlet=Post")
    assert [row["id"] for row in some["rows"]] == ["b"]
    copies = get(page, "articles?copies=true&order=title")
    assert {row["copies"] for row in copies["rows"]} == {"1 near-copy"}
    january = get(page, "articles?first=2024-01-01&last=2024-01-31")
    timeline = get(page, "timeline?first=2024-01-01&last=2024-01-31")
    assert january["total"] == sum(step["n"] for step in timeline["steps"]) == 8
    assert timeline["steps"][0] == {"first": "2024-01-02", "last": "2024-01-02", "name": "2 January 2024", "n": 1}
    facets = get(page, "facets")
    assert {"key": "Post", "name": "Post", "n": 1} in facets["outlets"]
    (folder,) = [one for one in facets["origins"] if one["name"] == "Folder /news"]
    assert get(page, f"articles?origin={folder['key']}")["total"] == folder["n"] == 10
    assert get(page, "articles?offset=9&order=title")["rows"] != []
    assert get(page, "articles?offset=10")["rows"] == []


@pytest.mark.parametrize("query", ["first=soon", "last=2026-13-01", "copies=perhaps", f"outlet={'x' * 501}"])
def test_wrong_filters_are_refused(page: str, query: str) -> None:
    assert call(page, "GET", f"/byline/articles?{query}")[0] == 422
    assert call(page, "GET", f"/byline/timeline?{query}")[0] == 422


def test_quote_of_an_earlier_version_opens_that_version_with_what_differs(page: str, library: Library) -> None:
    old = "The quay is deep. It costs 9 million pounds. It opens in May."
    library.add([storm(1, text=old)])
    library.add([storm(1, text="The quay is deep. It costs 12 million pounds. It opens in May. The mayor came.")])
    quote = "It costs 9 million pounds."
    found = get(page, "article?id=a1&quote=It%20costs%209%20million%20pounds.")
    assert found["cited_before"] is True
    assert found["old"]["text"] == old
    assert [old[a:b] for a, b in found["old"]["lost"]] == [quote]
    assert [found["text"][a:b] for a, b in found["old"]["came"]] == ["It costs 12 million pounds.", "The mayor came."]
    assert [one["number"] for one in found["versions"]] == [1]
    assert found["changed"].startswith("This article changed on ")
    assert get(page, "article?id=a1&quote=The%20quay%20is%20deep.")["cited_before"] is False
    library.add([storm(1, text="The quay is gone.")])
    assert get(page, "article?id=a1&version=1")["old"]["text"] == old
    assert get(page, "article?id=a1&quote=The%20mayor%20came.")["old"]["number"] == 2
    assert get(page, "article?id=a1&version=77")["old"] is None
    assert call(page, "GET", "/byline/article?id=a1&version=0")[0] == 422


def test_article_that_never_changed_has_no_versions_and_a_removed_one_shows_none(page: str, library: Library) -> None:
    library.add([storm(1), storm(2)])
    found = get(page, "article?id=a1")
    assert (found["old"], found["versions"], found["cited_before"]) == (None, [], False)
    library.remove(["a1"])
    status, _, body = call(page, "GET", "/byline/article?id=a1&version=1&quote=alpha1")
    assert (status, b"alpha1" in body) == (404, False)


def test_feed_is_followed_checked_and_unfollowed_from_the_page(page: str, library: Library, news: NewsServer) -> None:
    news.says(
        "/feed", **feed_of(*(entry(n, full=f"The council of {n} agreed to dredge its harbour.") for n in ("a", "b")))
    )
    lines = told(page, "follow", FEED, minutes=45)
    assert lines[0] == {"done": 1, "of": 2}
    assert [line["outcome"] for line in lines[-1]["lines"]] == ["added", "added"]
    (source,) = get(page, "sources")
    assert (source["health"], source["every"], source["new"], source["checked"]) == (
        "well",
        "45 minutes",
        2,
        "just now",
    )
    assert 40 <= int(source["next"].split()[1]) <= 51, "45 minutes, spread by a tenth either way"
    assert told(page, "check", FEED)[-1]["lines"][0]["detail"] == "Nothing new."
    library.add([storm(1)])
    feed, *others = get(page, "facets")["origins"]
    assert (feed["name"], feed["n"]) == ("Feed C", 2)
    assert [one["name"] for one in others] == ["news.example", "Folder /news"]
    assert get(page, f"articles?origin={feed['key']}&order=title")["total"] == 2
    assert sum(step["n"] for step in get(page, f"timeline?origin={feed['key']}")["steps"]) == 2
    news.says("/feed", status=500)
    assert told(page, "check", FEED)[-1]["lines"][0]["outcome"] == "failed"
    (source,) = get(page, "sources")
    assert (source["health"], "answered 500" in source["problem"]) == ("failing", True)
    news.says("/feed", status=410)
    told(page, "check", FEED)
    assert get(page, "sources")[0]["health"] == "ended"
    assert post(page, "/byline/check", {"place": FEED})[0] == 409
    assert post(page, "/byline/unfollow", {"place": FEED})[0] == 200
    assert get(page, "sources") == []
    assert get(page, "facets")["origins"] == others
    assert library.stats().n_articles == 3
    assert post(page, "/byline/unfollow", {"place": FEED})[0] == 409
    assert post(page, "/byline/check", {"place": FEED})[0] == 404


def test_folder_is_followed_and_what_is_nothing_is_refused_in_words(page: str, tmp_path: Path) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "one.md").write_text("---\ntitle: One\n---\nThe council of Wyre agreed.\n")
    assert told(page, "follow", str(folder))[-1]["lines"][0]["outcome"] == "added"
    assert get(page, "sources")[0]["place"] == str(folder)
    wrong = told(page, "follow", str(tmp_path / "nowhere"))[-1]["lines"]
    assert [line["outcome"] for line in wrong] == ["failed"]
    assert "is no folder and no link" in wrong[0]["detail"]
    assert post(page, "/byline/follow", {"place": ""})[0] == 422
    assert post(page, "/byline/follow", {"place": str(folder), "minutes": 1})[0] == 422


def test_removed_articles_are_listed_until_they_are_taken_back(page: str, library: Library) -> None:
    library.add([storm(1), storm(2)])
    library.remove(["a1"])
    library.remove(["a2"])
    listed = get(page, "removed")
    assert (listed["total"], [one["title"] for one in listed["articles"]]) == (2, ["Storm 2", "Storm 1"])
    assert post(page, "/byline/restore", {"id": "a1"})[0] == 200
    assert [one["id"] for one in get(page, "removed")["articles"]] == ["a2"]


def test_readers_are_not_told_where_files_are_or_what_was_removed(library: Library, news: NewsServer) -> None:
    secret = "/srv/secret/place"
    library.add([storm(1, source=f"{secret}/a1.md"), storm(2, source="https://news.example/b?key=1")])
    library.add([storm(1, source=f"{secret}/a1.md", title="Storm one")])
    library.remove(["a2"])
    with serving(app_over(library, news, owner=Owner(password=PASSWORD))) as page:
        status, headers, _ = post(page, "/byline/login", {"password": PASSWORD})
        assert status == 200
        mine = headers["set-cookie"].partition(";")[0]
        for path in ("facets", "article?id=a1", "sources", "articles?order=title", "library"):
            assert secret not in json.dumps(get(page, path))
        assert f"Folder {secret}" in json.dumps(get(page, "facets", mine))
        assert get(page, "article?id=a1", mine)["from"] == f"{secret}/a1.md"
        assert call(page, "GET", "/byline/removed")[0] == 403
        assert get(page, "removed", mine)["total"] == 1


NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)


def test_sources_are_described_in_words() -> None:
    source = Followed("/srv/news", "folder", "", 600, NOON, None, NOON, 0, 0, "", "", "")
    assert describe_source(source, NOON, whole=False) == {
        "name": "news",
        "kind": "folder",
        "health": "well",
        "checked": "",
    }
    feed = Followed(FEED, GONE, "", 600, NOON, NOON, None, 0, 1, "gone (410)", "", "")
    assert describe_source(feed, NOON, whole=False)["name"] == "A feed"
    assert describe_source(feed, NOON, whole=True)["problem"] == "gone (410)"


def test_spans_of_time_are_spelled() -> None:
    assert [spell_minutes(n) for n in (1, 30, 60, 90, 120, 1440, 4320)] == [
        "1 minute", "30 minutes", "1 hour", "90 minutes", "2 hours", "1 day", "3 days",
    ]  # fmt: skip
    assert [spell_ago(NOON - timedelta(minutes=n), NOON) for n in (0, 1, 59, 60, 1500)] == [
        "just now", "1 minute ago", "59 minutes ago", "1 hour ago", "4 March 2026",
    ]  # fmt: skip
    assert [spell_ahead(NOON + timedelta(minutes=n), NOON) for n in (-5, 0, 10, 119, 3000)] == [
        "now", "in 1 minute", "in 11 minutes", "in 2 hours", "7 March 2026",
    ]  # fmt: skip
    assert spell_ago(None, NOON) == spell_ahead(None, NOON) == ""


def test_steps_of_the_chart_are_named_and_end_with_their_last_day() -> None:
    day = datetime(2026, 12, 1, tzinfo=UTC).date()
    assert [name_step(u, day) for u in ("day", "month", "year")] == ["1 December 2026", "December 2026", "2026"]
    assert name_step("decade", day.replace(year=2020)) == "the 2020s"
    assert [last_of(u, day).isoformat() for u in ("day", "month", "year", "decade")] == [
        "2026-12-01", "2026-12-31", "2026-12-31", "2035-12-31",
    ]  # fmt: skip
    assert last_of("month", day.replace(month=2)).isoformat() == "2026-02-28"


def test_where_an_article_was_read_is_said_in_words() -> None:
    assert where_from("/srv/a/news.jsonl#7", whole=True) == "/srv/a/news.jsonl, part 7"
    assert where_from("/srv/a/news.jsonl#7", whole=False) == "news.jsonl, part 7"
    assert where_from("https://news.example/a", whole=False) == "news.example"
    assert where_from("upload:a.md", whole=False) == "the file a.md, added on this page"
    assert where_from("pasted:1f", whole=True) == "text that was pasted"

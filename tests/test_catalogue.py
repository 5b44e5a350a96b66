"""The Library's table in memory: filtered, sorted, paged and counted, and brought up to date by what changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from library_fixtures import open_library, storm
from test_stories import telling

from corpus.catalogue import Catalogue, Filters
from corpus.errors import LibraryError
from corpus.origins import count_origins, find_origin
from corpus.types import ArticleRow


def row(n: int, **changes: object) -> ArticleRow:
    fields = {"id": f"a{n:02}", "title": f"Title {n}", "outlet": "Post", "url": None, "n_passages": n}
    fields |= {"published": date(2026, 1, 1) + timedelta(n), "source": f"https://news.example/{n}"}
    return ArticleRow(**(fields | {"added": datetime(2026, 6, 1, tzinfo=UTC)} | changes))  # type: ignore[arg-type]


def table(*rows: ArticleRow, copied: tuple[str, ...] = (), roots: tuple[str, ...] = ()) -> Catalogue:
    return Catalogue(rows, lambda: dict.fromkeys(copied, 1), roots)


def ids(catalogue: Catalogue, filters: Filters = Filters(), **how: object) -> list[str]:  # noqa: B008 - frozen
    return [one.id for one in catalogue.page(filters, **how)[0]]  # type: ignore[arg-type]


def test_every_order_sorts_both_ways_and_rows_without_the_value_come_last() -> None:
    moment = datetime(2026, 1, 3, 23, tzinfo=timezone(timedelta(hours=-5)))  # the 4th in UTC
    catalogue = table(
        row(1, title="beta", outlet=""), row(2, title="Alpha", published=None), row(3, title="gamma", published=moment)
    )
    assert ids(catalogue, order="title", descending=False) == ["a02", "a01", "a03"]
    assert ids(catalogue, order="published") == ["a03", "a01", "a02"]
    assert ids(catalogue, order="published", descending=False) == ["a01", "a03", "a02"]
    assert ids(catalogue, order="outlet", descending=True)[-1] == "a01"
    assert ids(catalogue, order="passages") == ["a03", "a02", "a01"]
    with pytest.raises(LibraryError, match="cannot be ordered by 'colour'"):
        catalogue.page(Filters(), "colour")


def test_pages_follow_one_another_and_know_how_many_there_are() -> None:
    catalogue = table(*(row(n) for n in range(25)))
    pages = [catalogue.page(Filters(), "id", False, 10, offset) for offset in (0, 10, 20, 30)]
    assert [one.id for rows, _ in pages for one in rows] == [f"a{n:02}" for n in range(25)]
    assert {total for _, total in pages} == {25}


def test_words_are_found_in_title_outlet_id_and_source_and_never_across_rows_or_fields() -> None:
    catalogue = table(row(1, title="Quay of Wyre"), row(2, outlet="Wyre Times"), row(3, source="/news/WYRE.md"), row(4))
    assert ids(catalogue, Filters("wyre"), order="id", descending=False) == ["a01", "a02", "a03"]
    assert ids(catalogue, Filters("WYRE quay")) == ["a01"]
    assert ids(catalogue, Filters("quay times")) == []
    assert ids(catalogue, Filters("a04"), order="id") == ["a04"]
    assert ids(catalogue, Filters("1post")) == []
    assert ids(table(), Filters("x")) == []


def test_filters_narrow_one_another() -> None:
    rows = [row(1), row(2, outlet="Echo"), row(3, source="upload:a.md"), row(4, published=None)]
    catalogue = table(*rows, copied=("a02", "a03"))
    keys = {origin.kind: origin.key for origin in count_origins(row.source for row in rows)}
    assert ids(catalogue, Filters(outlet="Echo")) == ["a02"]
    assert ids(catalogue, Filters(origin=keys["upload"])) == ["a03"]
    assert ids(catalogue, Filters(origin="nothing")) == []
    assert ids(catalogue, Filters(first=date(2026, 1, 3))) == ["a03", "a02"]
    assert ids(catalogue, Filters(first=date(2026, 1, 3), last=date(2026, 1, 3))) == ["a02"]
    assert ids(catalogue, Filters(copies=True, outlet="Post")) == ["a03"]
    assert ids(catalogue, Filters("title", only=frozenset({"a01", "a04", "gone"}))) == ["a01", "a04"]


def test_origins_are_sites_folders_and_ways_to_hand_over() -> None:
    assert find_origin("https://www.news.example/a/b") == ("site", "news.example")
    assert find_origin("http://[bad") == ("site", "")
    assert find_origin("/news/2026/a.jsonl#7") == ("folder", "/news/2026")
    assert find_origin("/news/2026/a.md", ["/news/"]) == ("folder", "/news")
    assert find_origin("/a.md") == ("folder", "/")
    assert [find_origin(s)[0] for s in ("upload:x/y.md", "pasted:12", "stdin", "", "a.md")] == [
        "upload",
        "pasted",
        "stdin",
        "other",
        "other",
    ]
    rows = [row(1), row(2), row(3, source="/n/a.md"), row(4, source="/n/b/c.md")]
    origins = count_origins([one.source for one in rows], ["/n/"])
    assert [(o.kind, o.name, o.n_articles) for o in origins] == [
        ("folder", "/n", 2),
        ("site", "news.example", 2),
    ]
    assert all(origin.name not in origin.key for origin in origins)
    assert ids(table(*rows, roots=("/n/",)), Filters(origin=origins[0].key)) == ["a04", "a03"]


@pytest.mark.parametrize(
    ("days", "unit", "n_steps"),
    [
        ((date(2026, 3, 1), date(2026, 3, 1)), "day", 1),
        ((date(2026, 1, 30), date(2026, 3, 2)), "day", 32),
        ((date(2024, 1, 30), date(2026, 3, 2)), "month", 27),
        ((date(1990, 5, 1), date(2026, 3, 2)), "year", 37),
        ((date(1790, 5, 1), date(2026, 3, 2)), "decade", 24),
        ((date(1, 1, 1), date.max), "decade", 1000),
    ],
)
def test_timeline_counts_every_article_once_in_steps_that_fit(days: tuple[date, date], unit: str, n_steps: int) -> None:
    rows = [row(n, published=day) for n, day in enumerate([*days, days[0]])]
    timeline = table(*rows, row(9, published=None)).timeline(Filters())
    assert (timeline.unit, len(timeline.steps), timeline.n_undated) == (unit, n_steps, 1)
    assert sum(n for _, n in timeline.steps) == 3
    assert timeline.steps[0][1] >= 2
    assert table().timeline(Filters()).steps == ()


def test_table_is_brought_up_to_date_by_what_changed(tmp_path: Path) -> None:
    with open_library(tmp_path, own=False) as library, open_library(tmp_path, own=False) as other:
        library.add([storm(n) for n in range(5)])
        first = library.catalogue()
        assert library.catalogue() is first
        other.remove(["a1"])
        other.add([storm(2, title="Another title"), storm(9)])
        now = library.catalogue()
        assert ids(now, order="id", descending=False) == ["a0", "a2", "a3", "a4", "a9"]
        assert {one.title for one in now.rows} >= {"Another title", "Storm 9"}
        assert ids(first, order="id", descending=False) == [f"a{n}" for n in range(5)], "a made one never changes"
        for order in ("published", "added", "title", "outlet", "id", "passages"):
            for descending in (True, False):
                plain = library.rows(order=order, descending=descending)[0]
                assert now.page(Filters(), order, descending)[0] == plain


def test_overview_counts_what_the_table_holds(tmp_path: Path) -> None:
    with open_library(tmp_path, own=False) as library:
        late = datetime(2024, 1, 3, 23, tzinfo=timezone(timedelta(hours=-5)))  # the 4th in UTC
        library.add([storm(1, outlet="Post"), storm(2, published=late, outlet="post"), storm(3, published=None)])
        library.add([storm(4, source="https://news.example/4", outlet="Post")])
        overview, timeline = library.overview(), library.timeline()
        assert (library.overview(), library.timeline()) == (overview, timeline)
        assert timeline == library.catalogue().timeline(Filters())
        assert (timeline.steps[-1], timeline.n_undated) == ((date(2024, 1, 5), 1), 1)
        assert overview.outlets == (("Post", 2), ("post", 1))
        assert [(o.kind, o.n_articles) for o in overview.origins] == [("folder", 3), ("site", 1)]
        library.remove(["a1"])
        assert library.overview().outlets == (("Post", 1), ("post", 1))
        assert sum(n for _, n in library.timeline().steps) == 2


def test_articles_with_near_copies_are_known(tmp_path: Path) -> None:
    with open_library(tmp_path, own=False) as library:
        library.add([storm(1), telling("a", "Courier", 5), telling("b", "Post", 6)])
        assert sorted(ids(library.catalogue(), Filters(copies=True))) == ["a", "b"]
        assert library.catalogue().n_copies == {"a": 1, "b": 1}
        library.remove(["b"])
        assert ids(library.catalogue(), Filters(copies=True)) == []

"""Versions, edits, removals taken back, purges, and a library carried from one folder to another."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from library_fixtures import EMBEDDER, ask, open_library, storm

from corpus.backup import back_up
from corpus.changing import edit_article, purge, restore_articles
from corpus.config import LibraryConfig
from corpus.errors import LibraryError
from corpus.library import Library
from corpus.transfer import export_articles, import_articles
from corpus.versions import UNDO_DAYS, read_removed

ONLY_SQLITE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@pytest.fixture
def library(tmp_path: Path, store: str) -> Iterator[Library]:
    with open_library(tmp_path / "home") as opened:
        opened.add([storm(i) for i in range(5)])
        yield opened


def words(library: Library, text: str) -> list[str]:
    return sorted({id_.split("/")[0] for id_, _ in ask(library, text).words})


# Versions


def test_changed_article_keeps_what_it_said_but_is_not_found_by_it(library: Library) -> None:
    library.add([storm(1, text="A wholly new gamma text.")])
    library.add([storm(1, text="A third delta text.")])
    first, second = library.versions("a1")
    assert (first.article.text, first.number, first.removed) == (storm(1).text, 1, False)
    assert (second.article.text, second.number) == ("A wholly new gamma text.", 2)
    assert first.until <= second.until <= datetime.now(UTC)
    assert words(library, "gamma alpha1") == []
    assert words(library, "delta") == ["a1"]
    assert library.versions("a2") == []


# Edits


def test_edit_is_found_at_once_and_survives_a_refresh(library: Library) -> None:
    assert edit_article(library, "a1", title="Zebra in town", outlet="The Post", published="2024-06-01").id == "a1"
    assert "a1" in words(library, "zebra")
    assert library.versions("a1") == []
    assert library.add([storm(1)]).unchanged == ("a1",), "the source says what it said"
    assert library.add([storm(1, text="A wholly new gamma text.")]).updated == ("a1",)
    kept = library.article("a1")
    assert kept is not None
    assert (kept.title, kept.outlet, kept.published) == ("Zebra in town", "The Post", date(2024, 6, 1))
    assert kept.text == "A wholly new gamma text."
    edit_article(library, "a1", published="")
    kept = library.article("a1")
    assert kept is not None
    assert (kept.title, kept.published) == ("Zebra in town", None)
    assert not library.examine().problems


def test_edit_of_nonsense_is_refused(library: Library) -> None:
    with pytest.raises(LibraryError, match="No article has the id “nope”"):
        edit_article(library, "nope", title="T")
    with pytest.raises(LibraryError, match="A title may not be empty"):
        edit_article(library, "a1", title=" ")
    with pytest.raises(LibraryError, match="'soon' is no date"):
        edit_article(library, "a1", published="soon")


# Removals


def test_removed_article_is_gone_at_once_and_comes_back_whole(library: Library) -> None:
    before = library.articles(["a1", "a2"])
    library.remove(["a3"])
    library.remove(["a1", "a2"])
    assert words(library, "alpha1") == []
    assert library.versions("a1")[-1].removed
    report = restore_articles(library)
    assert sorted(report.added) == ["a1", "a2"], "the last removal"
    assert library.articles(["a1", "a2"]) == before
    assert words(library, "alpha1") == ["a1"]
    assert restore_articles(library, ["a3", "nope"]).added == ("a3",)
    assert restore_articles(library).added == ()
    assert not library.examine().problems


def test_removal_cannot_be_taken_back_when_its_source_is_there_again_or_after_30_days(library: Library) -> None:
    library.remove(["a1"])
    library.add([storm(1, id="other")])
    assert restore_articles(library, ["a1"]).failed[0].reason == "/news/a1.md is in the library again"
    with library.reading() as connection:
        soon, late = (datetime.now(UTC) + timedelta(days=UNDO_DAYS + n) for n in (-1, 1))
        assert read_removed(connection, ["a1"], soon)
        assert not read_removed(connection, ["a1"], late)


@ONLY_SQLITE
@pytest.mark.usefixtures("store")
def test_purged_article_is_in_no_file_any_more(tmp_path: Path) -> None:
    home = tmp_path / "home"
    secret = "Xylophonist Quetzalcoatl was named in the confidential memorandum"
    with open_library(home) as library:
        library.add([storm(i) for i in range(3)])
        library.add([storm(7, text=f"{secret} of the year.", title="Quetzalcoatl named")])
        library.add([storm(7, text="It was withdrawn by the outlet.", title="Withdrawn")])
        library.add([storm(8, text=f"{secret} again.")])
        library.remove(["a8"])
        assert holds(home, "quetzalcoatl")
        assert purge(library) == 1
        assert holds(home, "quetzalcoatl"), "a7 is there and has an old version"
        assert purge(library, ["a7"]) == 1
        assert words(library, "withdrawn") == []
        assert words(library, "alpha2") == ["a2"]
        assert not library.examine().problems
    assert not holds(home, "quetzalcoatl")
    assert not holds(home, "xylophonist")


def holds(home: Path, word: str) -> bool:
    """Whether any file below has a word, or its stem's first letters, in any case."""
    stem = word[:8].encode()
    return any(stem in path.read_bytes().lower() for path in home.rglob("*") if path.is_file())


# Export, import, backup


def exported(library: Library) -> list[dict[str, object]]:
    file = io.StringIO()
    export_articles(library, file)
    return [json.loads(line) for line in file.getvalue().splitlines()]


def test_export_and_import_are_equal_with_versions_and_edits(library: Library, tmp_path: Path) -> None:
    library.add(
        [storm(1, text="A wholly new gamma text."), storm(9, pages=(0, 10), author="Ann", url="https://a.example/9")]
    )
    edit_article(library, "a2", title="Edited title")
    lines = exported(library)
    with open_library(tmp_path / "other") as other:
        report = import_articles(other, [json.dumps(line) for line in lines])
        assert (len(report.added), report.failed) == (6, ())
        assert exported(other) == lines
        ids = [str(line["id"]) for line in lines]
        assert other.articles(ids) == library.articles(ids)
        assert other.versions("a1") == library.versions("a1")
        assert other.add([storm(2)]).unchanged == ("a2",), "an edit is no change of the source"
        again = import_articles(other, [json.dumps(line) for line in lines])
        assert again.added == again.updated == ()
        assert exported(other) == lines


def test_bad_lines_of_an_import_are_named_and_the_rest_is_taken(library: Library, tmp_path: Path) -> None:
    good = json.dumps(exported(library)[0])
    bad = ["{", "[]", '{"id": "x"}', '{"id": 5, "text": "x"}', '{"id": "x", "text": "x", "published": "soon"}', ""]
    with open_library(tmp_path / "other") as other:
        report = import_articles(other, [*bad, good])
        assert report.added == ("a0",)
        assert [failure.source for failure in report.failed] == [f"line {n}" for n in range(1, 6)]


def test_backup_is_a_library_of_its_own(library: Library, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite3"
    back_up(library, copy)
    library.add([storm(9)])
    with pytest.raises(LibraryError, match="is there already"):
        back_up(library, copy)
    with pytest.raises(LibraryError, match="cannot be written"):
        back_up(library, tmp_path / "nowhere" / "copy.sqlite3")
    (tmp_path / "restored").mkdir()
    shutil.copy(copy, tmp_path / "restored" / "library.sqlite3")
    with sqlite3.connect(copy) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
    with Library.open(LibraryConfig(tmp_path / "restored"), embedder=EMBEDDER) as restored:
        ids = [f"a{i}" for i in range(5)]
        assert restored.articles(ids) == library.articles(ids)
        assert restored.article("a9") is None
        assert not restored.examine().problems


def test_article_with_pages_keeps_them(library: Library) -> None:
    library.add([storm(9, pages=(0, 10))])
    kept = library.article("a9")
    assert kept is not None
    assert replace(kept, content_hash="") == storm(9, pages=(0, 10))
    assert (kept.page_at(0), kept.page_at(9), kept.page_at(10)) == (1, 1, 2)

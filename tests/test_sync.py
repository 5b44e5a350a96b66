"""Folders mirrored: what is read again, what keeps its id, and what is left alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from library_fixtures import open_library

from corpus.errors import LibraryError
from corpus.library import Library
from corpus.sync import sync_folder

pytestmark = [
    pytest.mark.usefixtures("store"),
    pytest.mark.parametrize("store", ["sqlite", "postgres"], indirect=True),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "news"
    made.mkdir()
    for name in ("quay", "storm", "court", "ferry"):
        (made / f"{name}.md").write_text(f"# The {name}\n\nThe {name} was in the news of the day.")
    return made


def source_of(library: Library, id_: str) -> str:
    article = library.article(id_)
    assert article is not None
    return article.source


def test_renamed_file_keeps_its_article_s_id_even_when_it_changes_later(folder: Path, tmp_path: Path) -> None:
    with open_library(tmp_path / "home") as library:
        sync_folder(library, folder)
        generation = library.generation()
        (folder / "old").mkdir()
        (folder / "quay.md").rename(folder / "old" / "harbour.md")
        report = sync_folder(library, folder)
        assert (report.renamed, report.added, report.removed) == (("quay",), (), ())
        assert len(report.unchanged) == 3
        assert source_of(library, "quay") == str(folder / "old" / "harbour.md")
        assert library.generation() == generation
        (folder / "old" / "harbour.md").write_text("# The quay\n\nIt was wider than had been said.")
        assert sync_folder(library, folder).updated == ("quay",)


def test_rows_of_a_renamed_table_keep_their_ids(tmp_path: Path) -> None:
    folder = tmp_path / "n#ws"
    folder.mkdir()
    (folder / "a.csv").write_text("id,title,text\n1,One,Words of one.\n2,Two,Words of two.\n")
    with open_library(tmp_path / "home") as library:
        assert sync_folder(library, folder).added == ("1", "2")
        (folder / "a.csv").rename(folder / "b.csv")
        assert sync_folder(library, folder).renamed == ("1", "2")
        assert source_of(library, "2") == f"{folder / 'b.csv'}#2"
        assert sync_folder(library, folder).unchanged == ("1", "2")


def test_dry_run_says_what_would_be_done_and_does_nothing(folder: Path, tmp_path: Path) -> None:
    with open_library(tmp_path / "home") as library:
        sync_folder(library, folder)
        generation = library.generation()
        (folder / "new.md").write_text("# New\n\nWords.")
        (folder / "quay.md").write_text("# The quay\n\nOther words.")
        (folder / "storm.md").unlink()
        (folder / "court.md").rename(folder / "tribunal.md")
        (folder / "bad.md").write_text("")
        said = sync_folder(library, folder, dry_run=True)
        assert (said.added, said.updated, said.removed, said.renamed) == (("new",), ("quay",), ("storm",), ("court",))
        assert [failure.reason for failure in said.failed] == ["empty"]
        assert library.generation() == generation
        done = sync_folder(library, folder)
        assert (done.added, done.updated, done.removed, done.renamed) == (("new",), ("quay",), ("storm",), ("court",))


def test_only_what_changed_is_read_again(folder: Path, tmp_path: Path) -> None:
    with open_library(tmp_path / "home") as library:
        sync_folder(library, folder)
        # A reader that met this would fail: same size, same time, other bytes.
        path = folder / "quay.md"
        status = path.stat()
        path.write_bytes(b"\0" * status.st_size)
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
        report = sync_folder(library, folder)
        assert (len(report.unchanged), report.failed) == (4, ())
        os.utime(path)
        assert [failure.reason for failure in sync_folder(library, folder).failed] == ["binary, not text"]
        assert library.article("quay") is not None
        os.utime(folder / "storm.md")
        assert "storm" in sync_folder(library, folder).unchanged


def test_failed_file_is_tried_again_each_time(folder: Path, tmp_path: Path) -> None:
    (folder / "bad.jsonl").write_text('{"title": "One", "text": "Words."}\n{broken\n')
    with open_library(tmp_path / "home") as library:
        for _ in range(2):
            report = sync_folder(library, folder)
            assert [failure.source for failure in report.failed] == [f"{folder / 'bad.jsonl'}:2"]
        assert library.article("one") is not None


def test_removing_more_than_half_needs_a_yes(folder: Path, tmp_path: Path) -> None:
    with open_library(tmp_path / "home") as library:
        sync_folder(library, folder)
        for name in ("quay", "storm", "court"):
            (folder / f"{name}.md").unlink()
        with pytest.raises(LibraryError, match=r"3 of the 4 articles.*--yes"):
            sync_folder(library, folder)
        assert library.stats().n_articles == 4
        assert len(sync_folder(library, folder, yes=True).removed) == 3

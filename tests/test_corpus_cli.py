"""The terminal commands with the real embedder."""

import json
import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.__main__ import main
from corpus.config import LibraryConfig
from corpus.library import Library


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BYLINE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("BYLINE_EMBEDDER", raising=False)
    return tmp_path / "home"


@pytest.fixture
def news(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    folder.mkdir()
    for name in ("bridge", "storm", "ferry", "court"):
        (folder / f"{name}.md").write_text(
            f"---\ntitle: The {name}\noutlet: Courier\npublished: 2024-03-05T10:00:00+01:00\n"
            f"url: https://a.example/{name}\n---\nThe {name} was in the news.\n\n## More\n\nThe {name}, “quoted”.\n"
        )
    return folder


def run(capsys: pytest.CaptureFixture[str], *argv: object) -> tuple[int, str, str]:
    status = main([str(arg) for arg in argv])
    out, err = capsys.readouterr()
    return status, out, err


def run_json(capsys: pytest.CaptureFixture[str], *argv: object) -> tuple[int, dict[str, object]]:
    status, out, _ = run(capsys, *argv, "--json")
    return status, json.loads(out)


def test_add_reports_and_exits_by_outcome(news: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (news / "bad.md").write_text("")
    status, report = run_json(capsys, "add", news)
    assert status == 1
    assert report["added"] == ["bridge", "court", "ferry", "storm"]
    assert report["failed"] == [{"source": str(news / "bad.md"), "reason": "empty"}]
    status, out, err = run(capsys, "add", news / "storm.md")
    assert (status, err) == (0, "")
    assert out.startswith("0 added, 1 unchanged in ")
    status, out, err = run(capsys, "add", news / "nope.md")
    assert status == 1
    assert err == f"failed: {news / 'nope.md'}: no such file or folder\n"


def test_wrong_usage_exits_2(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for argv in ([], ["add"], ["frobnicate"]):
        with pytest.raises(SystemExit) as stop:
            main(argv)
        assert stop.value.code == 2
    assert run(capsys, "sync", tmp_path / "nope")[0] == 2


def test_sync_mirrors_a_folder_and_leaves_other_articles_alone(
    news: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "elsewhere.md").write_text("# Elsewhere\n\nAnother place.")
    run(capsys, "add", tmp_path / "elsewhere.md")
    assert run_json(capsys, "sync", news)[1]["added"] == ["bridge", "court", "ferry", "storm"]
    (news / "storm.md").unlink()
    (news / "ferry.md").write_text("# The ferry\n\nIt sank.")
    (news / "sub").mkdir()
    shutil.move(news / "court.md", news / "sub" / "court.md")
    status, report = run_json(capsys, "sync", news)
    assert status == 0
    assert (report["updated"], report["unchanged"]) == (["ferry"], ["bridge"])
    assert report["removed"] == ["storm"]
    assert report["renamed"] == ["court"]
    assert report["added"] == []
    assert "elsewhere" in run(capsys, "list")[1]


def test_sync_asks_before_it_removes_more_than_half(news: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "sync", news)
    for name in ("storm", "court", "ferry"):
        (news / f"{name}.md").unlink()
    status, _, err = run(capsys, "sync", news)
    assert status == 1
    assert "3 of the 4 articles" in err
    assert "--yes" in err
    status, report = run_json(capsys, "sync", news, "--yes")
    assert (status, len(report["removed"])) == (0, 3)  # type: ignore[arg-type]


def test_sync_keeps_what_cannot_be_read_this_time(news: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "sync", news)
    (news / "storm.md").write_text("---\ntitle: a: b\n---\nBroken.")
    status, report = run_json(capsys, "sync", news)
    assert status == 1
    assert report["removed"] == []


def test_list_show_and_remove(news: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "add", news)
    assert "storm\t2024-03-05\tCourier\tThe storm\n" in run(capsys, "list")[1]
    assert len(run(capsys, "list", "ferry")[1].splitlines()) == 1
    assert "The storm was in the news." in run(capsys, "show", "storm")[1]
    status, _, err = run(capsys, "show", "nope")
    assert status == 1
    assert "python -m corpus list" in err
    status, out, err = run(capsys, "remove", "storm", "nope")
    assert status == 1
    assert "1 removed" in out
    assert "nope: no article has this id" in err


def test_exported_articles_come_back_equal(
    news: Path, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "add", news)
    assert run(capsys, "export", tmp_path / "all.jsonl")[0] == 0
    assert run_json(capsys, "add", tmp_path / "all.jsonl")[1]["unchanged"] == ["bridge", "court", "ferry", "storm"]
    with Library.open(LibraryConfig(home), own=False) as library:
        before = library.articles(row.id for row in library.rows()[0])
    shutil.rmtree(home)
    assert len(run_json(capsys, "add", tmp_path / "all.jsonl")[1]["added"]) == 4  # type: ignore[arg-type]
    with Library.open(LibraryConfig(home), own=False) as library:
        after = library.articles(row.id for row in library.rows()[0])
    assert {k: replace(a, source="") for k, a in before.items()} == {k: replace(a, source="") for k, a in after.items()}
    assert len(run(capsys, "export", "-")[1].splitlines()) == 4


def test_doctor_finds_a_healthy_library_healthy_and_repairs_indexes(
    news: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "add", news)
    status, out, _ = run(capsys, "doctor")
    assert status == 0
    assert "No problems." in out
    shutil.rmtree(home / "index")
    status, out, _ = run(capsys, "doctor")
    assert status == 0
    assert "they are rebuilt" in out


def test_doctor_names_what_is_wrong_in_the_database(news: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "add", news)
    with sqlite3.connect(home / "library.sqlite3") as connection:
        connection.execute("DELETE FROM passages WHERE id LIKE 'storm/%/1'")
        connection.execute("UPDATE passages SET vector = x'00' WHERE id LIKE 'ferry/%/0'")
    connection.close()
    status, out, _ = run(capsys, "doctor")
    assert status == 1
    assert "the article “storm” lacks 1 passages" in out
    assert "1 passages of the article “ferry” have damaged sentences or vectors" in out
    assert "Type: python -m corpus doctor --repair" in out
    status, out, _ = run(capsys, "doctor", "--repair")
    assert status == 0
    assert "repaired: the passages of “storm” are mended, 1 of them embedded" in out
    assert "No problems." in out


def test_stats_and_reindex(news: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "add", news)
    assert run(capsys, "stats")[1] == (
        "4 articles, 8 passages, published from 2024-03-05 to 2024-03-05; generation 1.\n"
    )
    assert run(capsys, "reindex") == (0, "4 articles split for English and embedded anew with all-MiniLM-L6-v2.\n", "")
    assert run_json(capsys, "stats")[1]["n_passages"] == 8
    assert "No problems." in run(capsys, "doctor")[1]

"""Full disks, folders that may not be written, clocks set back: a plain error, nothing acknowledged lost, and on.

Disks are small file systems of the tests' own, full or read-only for real.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from library_fixtures import ROOT, ask, open_library, storm
from sqlalchemy import delete

from corpus.changing import purge, restore_articles
from corpus.errors import LibraryError
from corpus.follow import Checker
from corpus.followed import start_following
from corpus.library import Library
from corpus.rows import next_generation
from corpus.tables import articles
from corpus.versions import keep_versions

DISK = 8_000_000
SIZES = [20_000 * n * n for n in range(1, 21)]
"""Bytes that are free at first, 20 kB to 8 MB: from too little for an empty library to enough for all."""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    if not shutil.which("mount"):
        pytest.skip("no mount here")
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK + 8_000_000}", "tmpfs", place], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("only root may mount a small file system")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def fill(disk: Path, free: int) -> None:
    """Leave so many bytes."""
    n = max(0, shutil.disk_usage(disk).free - free)
    with (disk / "ballast").open("wb") as file:
        for _ in range(n // 65_536):
            file.write(bytes(65_536))


def add_until_full(library: Library, names: Iterator[int]) -> list[str]:
    """Add articles, some at a time, until there is no room; the ids that were acknowledged."""
    kept: list[str] = []
    for first in names:
        try:
            kept += library.add([storm(first + n) for n in range(20)]).added
        except LibraryError as error:
            said = str(error)
            assert "Make room" in said or "full" in said, said
            break
    return kept


@pytest.mark.parametrize("size", SIZES)
def test_full_disk_loses_nothing_and_goes_on_when_there_is_room(disk: Path, size: int) -> None:
    home = disk / "home"
    fill(disk, size)
    kept: list[str] = []
    said = "room"
    try:
        with open_library(home) as library:
            kept = add_until_full(library, iter(range(0, 120, 20)))
            if kept:
                assert library.articles(kept).keys() == set(kept)
                assert f"a{kept[-1][1:]}" in {
                    id_.split("/")[0] for id_, _ in ask(library, f"alpha{kept[-1][1:]}").words
                }
            (disk / "ballast").unlink()
            assert library.add([storm(900)]).added == ("a900",)
            kept.append("a900")
            assert len(ask(library, "alpha900").words) == 1
    except LibraryError as error:
        # Not even an empty library has room.
        said = str(error)
        (disk / "ballast").unlink(missing_ok=True)
    assert "room" in said or "full" in said or "No space" in said
    with open_library(home) as library:
        assert {row.id for row in library.rows(limit=-1)[0]} >= set(kept)
        assert library.add([storm(901)]).added == ("a901",)
        for name in kept[-3:]:
            assert len(ask(library, f"alpha{name[1:]}").words) == 1
        assert not library.examine().problems


def remount(disk: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", disk], check=True, capture_output=True)


def test_folder_that_becomes_read_only_answers_on_and_says_so(disk: Path) -> None:
    home = disk / "home"
    with open_library(home) as library:
        library.add([storm(i) for i in range(20)])
    # Read-only for root too, as no file's permissions are.
    remount(disk, "ro")
    try:
        with open_library(home) as library:
            assert not library.writable
            assert len(ask(library, "alpha7").words) == 1
            assert ask(library, "alpha7").dense
            for change in (lambda: library.add([storm(30)]), lambda: library.remove(["a1"]), lambda: purge(library)):
                with pytest.raises(LibraryError, match=r"is read-only. Set BYLINE_HOME"):
                    change()
            library.examine()
        with pytest.raises(LibraryError, match="read-only and holds no library"):
            open_library(disk)
        with pytest.raises(LibraryError, match="cannot be made or used"):
            open_library(disk / "another")
    finally:
        remount(disk, "rw")
    with open_library(home) as library:
        assert library.add([storm(30)]).added == ("a30",)
        assert len(ask(library, "alpha7").words) == len(ask(library, "alpha30").words) == 1
        assert not library.examine().problems


@pytest.mark.skipif(os.getuid() != 0, reason="drops root's rights to meet a folder that is another's")
@pytest.mark.parametrize("what", ["home", "home/library.sqlite3", "home/index"])
def test_what_this_user_may_not_touch_is_said_in_one_line(tmp_path: Path, what: str) -> None:
    home = tmp_path / "home"
    with open_library(home) as library:
        library.add([storm(i) for i in range(5)])
    for path in [tmp_path.parent.parent, tmp_path.parent, tmp_path, home, *home.rglob("*")]:
        path.chmod(0o777 if path.is_dir() else 0o666)
    (tmp_path / what).chmod(0)
    code = f"""
import os
from pathlib import Path
from library_fixtures import open_library, ask, storm
os.setgid(65534); os.setuid(65534)
try:
    with open_library(Path({str(home)!r})) as library:
        print("answers", ask(library, "alpha3").words[0][0])
        print("adds", library.add([storm(9)]).added)
except Exception as error: print(type(error).__name__, error)
"""
    env = os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, cwd=ROOT, check=False)
    (tmp_path / what).chmod(0o777)
    if what == "home/index":
        assert "answers a3/" in done.stdout, "the database answers without indexes"
        assert "adds ('a9',)" in done.stdout
    else:
        assert done.stdout.startswith("LibraryError"), done.stdout + done.stderr
        assert "Set BYLINE_HOME" in done.stdout or "python -m corpus" in done.stdout


def test_clock_set_back_keeps_the_order_of_what_happened(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        library.add([storm(i) for i in range(4)])
        ahead = datetime.now(UTC) + timedelta(days=20)
        with library.writing() as connection:
            keep_versions(connection, {"a1": "a1"}, removed=True, moment=ahead)
            connection.execute(delete(articles).where(articles.c.id == "a1"))
            next_generation(connection, ["a1"])
        library.remove(["a2"])  # at the true time, earlier by the clock
        assert restore_articles(library).added == ("a2",), "the last removal is the last one"
        library.add([storm(3, text="A wholly new gamma text.")])
        library.add([storm(3, text="A third delta text.")])
        assert [version.number for version in library.versions("a3")] == [1, 2]
        moments = [version.until for version in library.versions("a3")]
        assert moments == sorted(moments)
        assert not library.examine().problems


def test_source_planned_by_a_clock_that_was_ahead_is_due(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        now = datetime.now(UTC)
        for name, planned in (("far", now + timedelta(days=400)), ("near", now + timedelta(minutes=20))):
            with library.writing() as connection:
                start_following(connection, f"https://{name}.example/feed", "feed", name, 1800, planned)
        checker = Checker(library, lambda: pytest.fail("nothing is fetched"), now=lambda: now)
        assert [source.title for source in checker.due()] == ["far"]

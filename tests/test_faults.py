"""A full disk, by a small file system of its own: a plain error, nothing acknowledged lost, and on with more room."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from library_fixtures import ask, open_library, storm

from corpus.errors import LibraryError
from corpus.library import Library

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

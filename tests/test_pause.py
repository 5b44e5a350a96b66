"""Files wait while an answer is made, and no longer than they may."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.read import read_file
from corpus.read.pause import Pause
from corpus.read.pool import Readers


@pytest.fixture
def process() -> Iterator[int]:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    yield child.pid
    child.kill()
    child.communicate()


def _becomes(process: int, what: int) -> bool:
    """Wait until a child has stopped or gone on."""
    found = os.waitid(os.P_PID, process, what | os.WEXITED | os.WNOWAIT)
    return found is not None and found.si_code == (os.CLD_STOPPED if what == os.WSTOPPED else os.CLD_CONTINUED)


def test_a_process_that_reads_waits_until_the_last_answer_is_made(process: int) -> None:
    pause = Pause(most=600)
    with pause.reading(process):
        with pause.files_wait():
            with pause.files_wait():
                assert _becomes(process, os.WSTOPPED)
            assert pause.waited(process) < pause.waited(process)
        assert _becomes(process, os.WCONTINUED)
        assert pause.waited(process) == pause.waited(process) > 0


def test_a_process_that_begins_to_read_during_an_answer_waits_too(process: int) -> None:
    pause = Pause(most=600)
    with pause.files_wait():
        with pause.reading(process):
            assert _becomes(process, os.WSTOPPED)
        assert _becomes(process, os.WCONTINUED)


def test_a_file_is_read_beside_answers_that_never_end_and_its_wait_is_not_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("The ferry sails again from Monday. Repairs cost 240,000 crowns.", "utf-8")
    pause = Pause(most=1.3)
    readers = Readers(pause=pause)
    try:
        list(read_file(path, str(path), path.name, readers))
        readers.seconds = 1.0  # of a child whose imports are done
        with pause.files_wait():
            [article] = read_file(path, str(path), path.name, readers)
    finally:
        readers.close()
    assert "240,000" in getattr(article, "text", "")

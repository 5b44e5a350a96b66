import os
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from library_fixtures import EMBEDDER, ROOT, ask, open_library, same, start_worker, storm, wait_until

from corpus.snapshot import Snapshot, nearest
from corpus.stem import query_stems, stems
from corpus.types import Candidates

EVERYWHERE = pytest.mark.usefixtures("store")
QUESTIONS = ["alpha3", "storm coast town2", "repairs beta11 days", "How long did the repairs take?"]


def answers(home: Path, **options: object) -> list[Candidates]:
    with open_library(home, **options) as library:
        return [ask(library, question, k=20) for question in QUESTIONS]


def filled(home: Path, n: int = 60) -> list[Candidates]:
    with open_library(home) as library:
        library.add([storm(i) for i in range(n)])
        return [ask(library, question, k=20) for question in QUESTIONS]


def test_orderly_closed_index_is_trusted_and_not_rebuilt(tmp_path: Path) -> None:
    before = filled(tmp_path)
    events: list[str] = []
    assert all(map(same, before, answers(tmp_path, on_event=events.append)))
    assert events == ["sealed"]


@EVERYWHERE
def test_owner_and_reader_answer_the_same_before_and_after_changes(tmp_path: Path) -> None:
    with open_library(tmp_path) as owner, open_library(tmp_path, own=False) as reader:
        owner.add([storm(i) for i in range(60)])
        for change in (
            lambda: reader.add([storm(i, text=f"New text eta{i} about the storm.") for i in range(0, 20, 3)]),
            lambda: reader.remove(["a1", "a2"]),
            lambda: owner.add([storm(200), storm(201)]),
        ):
            change()
            for question in [*QUESTIONS, "eta3"]:
                early = ask(reader, question, k=20)  # before the owner has seen the change
                late = ask(owner, question, k=20)
                assert same(early, late)
                assert same(late, ask(reader, question, k=20))
        assert owner.examine().problems == ()


def test_vectors_held_for_exact_answers_are_let_go_of_when_they_were_not_needed_for_a_while(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        library.add([storm(i) for i in range(9)])
        engine, vector = library._database.engine, EMBEDDER.encode_queries(["alpha3"])[0]
        busy, idle = Snapshot(engine, tmp_path), Snapshot(engine, tmp_path, kept_seconds=-1)
        for snapshot in (busy, idle):
            first = snapshot.search("alpha3", vector, 5, 5)
            assert snapshot.n_held == 18
            snapshot.forget()
            assert snapshot.n_held == (18 if snapshot is busy else 0)
            assert same(snapshot.search("alpha3", vector, 5, 5), first)
            snapshot.close()


def damage_nothing_left(folder: Path) -> None:
    shutil.rmtree(folder)


def damage_truncated(folder: Path) -> None:
    for path in _files(folder):
        os.truncate(path, path.stat().st_size // 2)


def damage_one_byte(folder: Path) -> None:
    for path in _files(folder):
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 0x40
        path.write_bytes(data)


def damage_file_gone(folder: Path) -> None:
    random.Random(1).choice(_files(folder)).unlink()


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and path.stat().st_size > 1]


@pytest.mark.parametrize("part", ["chroma", "tantivy"])
@pytest.mark.parametrize("damage", [damage_nothing_left, damage_truncated, damage_one_byte, damage_file_gone])
def test_damaged_index_is_rebuilt_and_answers_the_same(tmp_path: Path, part: str, damage: object) -> None:
    before = filled(tmp_path)
    n = EMBEDDER.n_encoded
    damage(next(tmp_path.glob(f"index/*/{part}")))  # type: ignore[operator]
    assert all(map(same, before, answers(tmp_path, own=False)))  # who only reads is not fooled either
    events: list[str] = []
    assert all(map(same, before, answers(tmp_path, on_event=events.append)))
    assert "rebuild" in events
    assert EMBEDDER.n_encoded == n  # passages; nothing was embedded again
    with open_library(tmp_path) as library:
        assert library.examine().problems == ()
    assert len(list(tmp_path.glob("index/[0-9]*"))) == 1


@pytest.mark.parametrize("name", ["current", "manifest.json"])
def test_every_single_file_of_the_index_can_go(tmp_path: Path, name: str) -> None:
    before = filled(tmp_path)
    for path in list(tmp_path.glob(f"index/**/{name}")):
        path.unlink()
    assert all(map(same, before, answers(tmp_path)))


def test_index_of_another_database_is_not_trusted(tmp_path: Path) -> None:
    filled(tmp_path / "one")
    with open_library(tmp_path / "two") as library:
        library.add([storm(i + 500) for i in range(60)])
    shutil.rmtree(tmp_path / "two" / "index")
    shutil.copytree(tmp_path / "one" / "index", tmp_path / "two" / "index")
    with open_library(tmp_path / "two") as library:
        assert ask(library, "alpha510").words[0][0].startswith("a510/")
        assert ask(library, "alpha10").words == ()
        assert library.examine().problems == ()


def test_second_owner_is_refused_politely_and_serves(tmp_path: Path) -> None:
    before = filled(tmp_path)
    done: list[str] = []
    with open_library(tmp_path) as first, open_library(tmp_path, on_event=done.append) as second:
        assert first.owner is None
        assert second.owner == f"process {os.getpid()}"
        assert all(same(b, ask(second, q, k=20)) for b, q in zip(before, QUESTIONS, strict=True))
        second.add([storm(70)])
        assert ask(second, "alpha70").words[0][0].startswith("a70/")
        assert done == ["written", "committed"]  # it left the indexes alone
        assert ask(first, "alpha70").words[0][0].startswith("a70/")


@EVERYWHERE
def test_background_owner_sees_what_another_process_added(tmp_path: Path) -> None:
    with open_library(tmp_path, background=True) as page:
        wait_until(lambda: page.owner is None)
        worker = start_worker(tmp_path, 3, "own")
        out, _ = worker.communicate()
        assert "open process" in out
        assert ask(page, "comet2").words[0][0].startswith("w2/")  # answerable at once, from the database
        indexes = page._indexes
        assert indexes is not None
        wait_until(lambda: indexes.head is not None and indexes.head.generation == page.generation(), 5)
        assert ask(page, "comet2").words[0][0].startswith("w2/")
        assert page.examine().problems == ()


@EVERYWHERE
def test_killed_owner_is_followed_by_whoever_waits(tmp_path: Path) -> None:
    worker = start_worker(tmp_path, 5, "own", "hold")
    assert worker.stdout
    assert worker.stdout.readline() == "open None\n"
    for _ in range(5):
        worker.stdout.readline()
    with open_library(tmp_path, background=True) as page:
        assert page.owner == f"process {worker.pid}"
        assert ask(page, "comet4").words[0][0].startswith("w4/")
        os.kill(worker.pid, signal.SIGKILL)
        worker.communicate()
        wait_until(lambda: page.owner is None)
        wait_until(lambda: page.examine().problems == ())
        assert ask(page, "Worker 4. The comet4 was seen from the harbour.").dense[0][0].startswith("w4/")


def test_one_shot_reader_never_loads_chroma(tmp_path: Path) -> None:
    filled(tmp_path)
    code = f"""
import sys; from pathlib import Path; from library_fixtures import open_library, ask
with open_library(Path({str(tmp_path)!r}), own=False) as library: print(ask(library, "alpha3").words[0][0])
print("chromadb" in sys.modules)
"""
    env = os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, cwd=ROOT, check=True)
    assert done.stdout.splitlines()[1] == "False"


@pytest.mark.parametrize(
    "text", ["", "   ", '"', "(a OR", "AND OR NOT", "title:^9 ~ [x TO y]", "\\", "*", "a" * 5000, "的"]
)
def test_no_text_is_a_syntax_error(tmp_path: Path, text: str) -> None:
    filled(tmp_path, 5)
    with open_library(tmp_path) as library:
        ask(library, text)


@EVERYWHERE
def test_chroma_finds_what_an_exact_scan_finds(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        library.add([storm(i) for i in range(1500)])
        ids, vectors = [], []
        for i in range(1500):
            for stored in library.passages_of(f"a{i}"):
                ids.append(stored.passage.id)
                vectors.append(stored.vector)
        for question in QUESTIONS:
            vector = EMBEDDER.encode_queries([question])[0]
            exact = nearest(ids, np.stack(vectors), vector, 100)
            found = library.search(question, vector, k_dense=100, k_words=1).dense
            assert np.allclose([score for _, score in found], [score for _, score in exact], atol=1e-4)


@EVERYWHERE
def test_document_frequency_counts_live_passages_of_a_stem(tmp_path: Path) -> None:
    with open_library(tmp_path) as library, open_library(tmp_path, own=False) as reader:
        library.add([storm(i) for i in range(10)])
        library.remove(["a0"])
        for each in (library, reader):
            assert each.document_frequency(["repair", "alpha1", "absent"]) == {"repair": 9, "alpha1": 1, "absent": 0}


def test_stems_join_what_is_written_apart() -> None:
    assert stems("The U.S. paid €1,200.50 to Müller's heirs’ lawyers") == [
        "the", "us", "paid", "1200.50", "to", "muller", "heir", "lawyer",
    ]  # fmt: skip
    assert query_stems("What did the mayor say about running?") == ["mayor", "say", "run"]
    assert query_stems("Who is it?") == ["who", "is", "it"]
    assert stems("東京都") == ["東京", "京都"]

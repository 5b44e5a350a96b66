"""Which passages are read, and the reader in a process of its own."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from concurrent.futures import BrokenExecutor, Future
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from fakes import HashEmbedder

from corpus.config import LibraryConfig
from corpus.embed import PassageInput
from corpus.library import Library
from corpus.types import Article
from evals.run import Ask, ask_all
from evals.systems.apart import Apart, Readings
from evals.systems.byline import WORTH_APART, Byline
from evals.types import EvalCase
from qa.assistant import Assistant
from qa.config import Config
from qa.reader.pairs import Row
from qa.reader.reader import PassageReading, Reader
from qa.retrieve import Retriever
from qa.worth import READ, STEPS, Unread, read_worthwhile, unread


class Scripted(Reader):
    """Gives each passage the logit that its text says."""

    def __init__(self) -> None:
        self.read_now: list[str] = []

    def read_all(self, asked: Sequence[tuple[str, Sequence[PassageInput]]]) -> list[list[PassageReading]]:
        self.read_now += [p.text for _, passages in asked for p in passages]
        none = np.zeros(0, np.float32)
        return [
            [PassageReading(np.array([float(p.text)], np.float32), Row([], [], (), []), none, none) for p in passages]
            for _, passages in asked
        ]


def count_read(*logits: float, every: bool = False) -> int:
    unread = Unread("Who?", tuple(PassageInput("", str(x), ((0, 1),)) for x in logits), every)
    other = Unread("Why?", (PassageInput("", "9.0", ((0, 1),)),))
    read = read_worthwhile(Scripted(), [other, unread, Unread("When?", ())])
    assert [len(r) for r in (read[0], read[2])] == [1, 0]
    assert [float(r.logits[0]) for r in read[1]] == [np.float32(x) for x in logits[: len(read[1])]]
    return len(read[1])


def test_reading_ends_where_a_passage_answers_surely_and_goes_through_all_where_none_does() -> None:
    (one, surely), (two, rather) = STEPS
    assert count_read(surely, 9.0, 9.0, 9.0) == one
    assert count_read(rather, -1.0, 9.0, 9.0) == two
    assert count_read(-1.0, rather, 9.0, 9.0) == two
    assert count_read(0.0, 0.0, 9.0, 9.0) == 4
    assert count_read(*[0.0] * READ) == READ
    assert count_read(9.0, 0.0, 0.0, every=True) == 3


def test_every_passage_is_read_where_a_later_article_goes_on_with_the_story(tmp_path: Path) -> None:
    first, later, other = (
        Article("a1", "Port Ansel race to be recounted", "Ana Thorley leads the race in Port Ansel.", source="1"),
        Article("a2", "Thorley certified in Port Ansel race", "Ana Thorley won in Port Ansel.", source="2"),
        Article("a3", "Rents rise in Lorne", "Rents rose again in the port of Lorne.", source="3"),
    )
    days = {"a1": 1, "a2": 9, "a3": 9}
    dated = [replace(a, published=datetime(2026, 3, days[a.id], tzinfo=UTC)) for a in (first, later, other)]
    with Library.open(LibraryConfig(tmp_path), embedder=HashEmbedder()) as library:
        library.add(dated)
        found = Retriever(library, library.embedder).retrieve("Who leads the race in Port Ansel?")
        assert found.evidence[0].article.id == "a1"
        assert unread(found).every
        library.remove(["a2"])
        found = Retriever(library, library.embedder).retrieve("Who leads the race in Port Ansel?")
        assert [e.article.id for e in found.evidence] == ["a1", "a3"]
        assert not unread(found).every


def test_a_reader_apart_reads_the_same_to_the_bit_and_its_end_is_noticed() -> None:
    text = "The ferry sank on Friday off Lorne. Captain Ada Brill was arrested a week later."
    asked = [Unread("Who was arrested?", (PassageInput("Ferry sinks", text, ((0, 35), (36, len(text)))),))]
    apart = Apart("shipped", "en")
    try:
        read, seconds = apart.read(asked).result(timeout=120)
        [[here]] = read_worthwhile(Reader(), asked)
        [[there]] = read
        assert np.array_equal(here.logits, there.logits)
        assert np.array_equal(here.starts, there.starts)
        assert there.row == here.row
        assert seconds > 0
        (child,) = apart.processes
        os.kill(child, signal.SIGKILL)
        with pytest.raises(BrokenExecutor):
            apart.read(asked).result(timeout=60)
    finally:
        apart.close()


class Lost(Apart):
    """A reader apart whose process is killed over the second batch."""

    def __init__(self) -> None:
        self.n_asked = 0

    def read(self, asked: Sequence[Unread]) -> Future[Readings]:
        self.n_asked += 1
        future: Future[Readings] = Future()
        if self.n_asked == 1:
            future.set_result((read_worthwhile(Reader(), asked), 1.0))
        else:
            future.set_exception(BrokenExecutor("killed"))
        return future

    def close(self) -> None:
        return


def test_a_run_goes_on_where_the_reader_apart_is_lost(tmp_path: Path) -> None:
    config = Config(library=LibraryConfig(tmp_path), reader="off")
    articles = [Article(f"a{i}", f"{i}", f"{i}.0", source=f"s{i}") for i in range(4)]
    cases = [EvalCase(f"c{i}", f"What of {i % 4}.0?", answerable=False) for i in range(WORTH_APART)]
    with Library.open(config.library, embedder=HashEmbedder()) as library:
        library.add(articles)
        lost = Lost()
        system = Byline(library, Assistant(library, config), config, apart=lambda: lost)
        results = list(ask_all(system, [Ask(case) for case in cases]))
        system.close()
    assert lost.n_asked > 1
    assert [r.case.id for r in results] == [c.id for c in cases]
    assert not any(r.error for r in results)

"""Speed, measured beside plain llama-index in one run: adding, warm answers, a cold answer from a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
from rich.console import Console
from rich.table import Table

from corpus.config import LibraryConfig
from corpus.embed import Embedder, PassageInput, PassageVectors, load_embedder
from corpus.errors import EvalError
from corpus.library import Library
from corpus.types import Article, Vector
from evals import bench_library
from evals.bench_pdf import measure_pdf
from evals.bench_runs import time_runs
from evals.cases import read_cases
from evals.material import list_questions, make_articles, read_all
from evals.overhead import BUILT_IN, FIRST, N_CHATS, WHOLE, measure_chats, measure_overhead
from qa.assistant import Assistant
from qa.config import Config

if TYPE_CHECKING:
    from evals.systems.plain import PlainIndex

ROOT = Path(__file__).parents[1]
FASTER, COLD, COLDER = 3.0, 6.0, 1.0
"""What is required: times as fast at adding; at most these seconds for a cold answer, and for what the reader adds."""
WARM = {"off": (0.040, 0.100), "shipped": (0.200, 0.300)}
"""At most these seconds for the median warm answer and the 95th percentile, without the reader and with it."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much: articles in the library, those whose adding is timed, in slices, questions, eval cases, cold runs.

    `llm` are questions to a language model, the first two of them unmeasured; `turns` those of each chat beside others;
    `pages` those of a PDF.
    """

    articles: int = 1000
    added: int = 600
    slices: int = 4
    questions: int = 250
    cases: int = 1000
    warmup: int = 20
    cold: int = 3
    llm: int = 10
    turns: int = 4
    pages: int = 100


QUICK = Size(articles=12, added=8, slices=2, questions=4, cases=6, warmup=1, cold=1, llm=3, turns=1, pages=2)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: what was measured, for both where it is a race, and what is required."""

    what: str
    ours: str
    plain: str
    ratio: str
    required: str
    passed: bool | None


class TimedEmbedder(Embedder):
    """An embedder that counts the seconds it spends on passages."""

    def __init__(self, inner: Embedder) -> None:
        self._inner = inner
        self.name, self.fingerprint, self.dimension = inner.name, inner.fingerprint, inner.dimension
        self.seconds = 0.0

    def encode_queries(self, questions: Sequence[str]) -> Vector:
        """As the embedder within does."""
        return self._inner.encode_queries(questions)

    def encode_passages(
        self, passages: Sequence[PassageInput], progress: Callable[[int], None] | None = None
    ) -> list[PassageVectors]:
        """As the embedder within does, timed."""
        began = perf_counter()
        made = self._inner.encode_passages(passages, progress)
        self.seconds += perf_counter() - began
        return made


def bench(articles: Sequence[str], questions: Sequence[str], only: str | None, *, quick: bool) -> list[Row]:
    """Measure what is asked for, a row each."""
    size = QUICK if quick else Size()
    material = read_all(articles)[: size.articles] if articles else make_articles(size.articles)
    if not material:
        raise EvalError("There is no article to measure with. Name other files after --articles.")
    asked = [c.question for f in questions for c in read_cases(Path(f))] or list_questions(material)
    asked = asked[: size.questions + size.warmup]
    rows: list[Row] = []
    with TemporaryDirectory(prefix="byline-bench-") as folder:
        if only == "library":
            scale = bench_library.QUICK if quick else bench_library.Scale()
            measured = bench_library.measure_library(scale, Path(folder))
            return [_row(m) for m in measured]
        home = Path(folder) / "byline"
        embedder = TimedEmbedder(load_embedder())
        embedder.encode_queries(["warm"])
        with Library.open(LibraryConfig(home), embedder=embedder) as library:
            plain = None
            if only not in ("cold", "evals", "llm"):
                from evals.systems.plain import PlainIndex

                plain = PlainIndex(Path(folder) / "plain")
                rows += _adding(library, plain, embedder, material[: size.added], size.slices, only)
            rest = material[size.added :] if plain else material
            if rest and only not in ("adding", "evals"):
                library.add(rest)
                if plain:
                    plain.add(rest)
            if only in (None, "adding"):
                rows.append(_row(measure_pdf(library, Path(folder), size.pages)))
            if plain and only in (None, "answering"):
                rows += _answering(library, plain, asked, size.warmup, len(material))
            if only in (None, "llm"):
                rows += _llm(library, asked[: size.llm], size.turns)
        if only in (None, "cold"):
            rows += _cold(home, asked[0], size.cold)
        if only in (None, "evals"):
            for t in time_runs(material, size.cases, Path(folder)):
                rows.append(Row(t.what, f"{t.seconds:.1f} s", "", "", f"at most {t.most:g} s", t.seconds <= t.most))
    return rows


def _row(measured: bench_library.Measured) -> Row:
    return Row(measured.what, measured.shown, "", "", measured.required, measured.passed)


def print_rows(rows: Sequence[Row], console: Console) -> None:
    """What was measured as a table."""
    table = Table("what", "Byline", "plain llama-index", "ratio", "required", "verdict")
    for r in rows:
        verdict = "" if r.passed is None else "PASS" if r.passed else "FAIL"
        table.add_row(r.what, r.ours, r.plain, r.ratio, r.required, verdict)
    console.print(table)


def _adding(
    library: Library,
    plain: PlainIndex,
    embedder: TimedEmbedder,
    articles: Sequence[Article],
    slices: int,
    only: str | None,
) -> list[Row]:
    """Both add the same slices in turn, so that whatever else the machine does falls on both."""
    ours = theirs = 0.0
    embedder.seconds = 0.0
    for i in range(slices):
        part = articles[i * len(articles) // slices : (i + 1) * len(articles) // slices]
        began = perf_counter()
        report = library.add(part)
        between = perf_counter()
        plain.add(part)
        ours, theirs = ours + between - began, theirs + perf_counter() - between
        if report.failed:
            raise EvalError(f"{report.failed[0].source}: {report.failed[0].reason}")
    if only == "answering":
        return []
    share = f"{embedder.seconds / ours:.0%} of it embedding"
    ratio = theirs / ours
    return [
        Row(
            f"adding {len(articles)} articles",
            f"{ours:.1f} s, {share}",
            f"{theirs:.1f} s",
            f"{ratio:.2f} times as fast",
            f"at least {FASTER:g} times",
            ratio >= FASTER,
        )
    ]


def _answering(library: Library, plain: PlainIndex, asked: Sequence[str], warmup: int, n: int) -> list[Row]:
    """Every question to each in turn, so that whatever else the machine does falls on all."""
    ours = {reader: Assistant(library, Config(reader=reader)) for reader in WARM}
    seconds: dict[str, list[float]] = {reader: [] for reader in WARM}
    theirs: list[float] = []
    for question in asked:
        for reader, assistant in ours.items():
            began = perf_counter()
            assistant.ask(question)
            seconds[reader].append(perf_counter() - began)
        began = perf_counter()
        plain.retrieve(question)
        theirs.append(perf_counter() - began)
    rows = []
    for reader, most in WARM.items():
        for name, q, limit in (("p50", 0.5, most[0]), ("p95", 0.95, most[1])):
            a, b = float(np.quantile(seconds[reader][warmup:], q)), float(np.quantile(theirs[warmup:], q))
            what = f"warm answer, reader {reader}, {name} of {len(theirs) - warmup}, {n} articles"
            times = f"{b / a:.2f} times as fast"
            shown = (f"{a * 1000:.1f} ms", f"{b * 1000:.1f} ms (retrieval only)")
            rows.append(Row(what, *shown, times, f"at most {limit * 1000:.0f} ms", a <= limit))
    return rows


def _llm(library: Library, asked: Sequence[str], turns: int) -> list[Row]:
    """What is added to an LLM's own time, and the built-in answer beside eight chats."""
    rows = []
    for one in measure_overhead(library, asked):
        for what, seconds, most in (("first text", one.first, FIRST), ("ten claims", one.whole, WHOLE)):
            name = f"LLM by {one.protocol}: {what}, over its own time"
            rows.append(Row(name, f"{seconds * 1000:.0f} ms", "", "", f"at most {most * 1000:.0f} ms", seconds <= most))
    p95 = measure_chats(library, asked, turns)
    what = f"built-in answer beside {N_CHATS} chats, p95"
    return [*rows, Row(what, f"{p95 * 1000:.0f} ms", "", "", f"at most {BUILT_IN * 1000:.0f} ms", p95 <= BUILT_IN)]


def _cold(home: Path, question: str, runs: int) -> list[Row]:
    """A terminal's answer, without the reader and with it in turn."""
    seconds: dict[str, list[float]] = {reader: [] for reader in WARM}
    what, required = f"cold answer, slowest of {runs}", f"at most {COLD:g} s"
    for reader in list(WARM) * runs:
        began = perf_counter()
        command = [sys.executable, "-m", "qa", question]
        env = os.environ | {"BYLINE_HOME": str(home), "BYLINE_READER": reader}
        done = subprocess.run(  # noqa: S603 - our own command line
            command, cwd=ROOT, env=env, capture_output=True, text=True, check=False
        )
        seconds[reader].append(perf_counter() - began)
        # 1 means that nothing was found, which takes as long.
        if done.returncode not in (0, 1) or "No module named" in done.stderr:
            reason = (done.stderr.strip().splitlines() or ["no message"])[-1]
            return [Row(what, f"not measured: {reason}", "", "", required, False)]
    slowest = max(seconds["shipped"])
    more = float(np.median(seconds["shipped"]) - np.median(seconds["off"]))
    return [
        Row(what, f"{slowest:.2f} s", "", "", required, slowest <= COLD),
        Row("what the reader adds to it", f"{more:.2f} s", "", "", f"at most {COLDER:g} s", more <= COLDER),
    ]

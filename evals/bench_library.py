"""Speed of a large library: many short articles in one go, one more, warm answers, a start, an unchanged folder."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

import numpy as np

from corpus.config import LibraryConfig
from corpus.errors import EvalError
from corpus.library import Library
from corpus.sync import sync_folder
from corpus.types import Article
from evals.material import SAMPLE_ARTICLES, read_all
from qa.assistant import Assistant
from qa.config import Config

ROOT = Path(__file__).parents[1]
MEMORY, ONE_MORE, WARM, START, UNCHANGED = 1.5e9, 1.0, 0.060, 8.0, 5.0
"""What is required: at most these bytes while adding, and these seconds for the rest."""
ONE_START = """
import sys, time
from corpus.config import LibraryConfig
from corpus.library import Library
from qa.assistant import load_assistant
from qa.config import Config
config = Config.from_env()
with Library.open(config.library, background=True) as library:
    load_assistant(library, config, "none").ask(sys.argv[1])
    print("answered", flush=True)
"""
"""What the page does until its first answer, without its web server."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Short articles in the library, questions asked of it, unchanged files that are synced again."""

    articles: int = 26_000
    questions: int = 60
    files: int = 10_000


QUICK = Scale(articles=400, questions=8, files=300)


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured, how it came out, what is required, and whether that holds; None where nothing is."""

    what: str
    shown: str
    required: str
    passed: bool | None


def make_short_articles(n: int) -> Iterator[Article]:
    """`n` different articles of about 80 words, the same each time; `short_question` has one that only it answers."""
    # Words at random: sentences that are shared would make thousands of them one story.
    pool = [word for article in read_all([str(SAMPLE_ARTICLES)]) for word in article.text.split()]
    for i in range(n):
        dice = random.Random(i)
        body = [f"The {' '.join(dice.sample(pool, dice.randint(12, 20)))}." for _ in range(4)]
        own = f"The {_name(i)} committee counted {i + 1000} visitors on its open day."
        yield Article(f"short-{i}", f"Open day of {_name(i)}", " ".join([own, *body]), source=f"short:{i}")


def short_question(i: int) -> str:
    """What the i-th of `make_short_articles` says and no other."""
    return f"How many visitors did the {_name(i)} committee count?"


def _name(i: int) -> str:
    """Four syllables, another name for each i below 50,625."""
    parts = ["bar", "den", "fol", "gar", "hes", "kin", "lor", "mar", "nor", "pel", "ros", "sten", "tam", "vel", "wic"]
    n, said = i * 7919 % len(parts) ** 4, ""  # a prime, so that neighbours have little in common
    for _ in range(4):
        n, at = divmod(n, len(parts))
        said += parts[at]
    return said.capitalize()


def measure_library(scale: Scale, folder: Path) -> list[Measured]:
    """All of it, in one library in an empty folder."""
    home = folder / "large"
    rows = [_add_all(scale, home, folder / "short.jsonl")]
    config = Config(library=LibraryConfig(home))
    with Library.open(config.library) as library:
        for reader, most in (("off", WARM), ("shipped", None)):
            assistant = Assistant(library, Config(library=config.library, reader=reader))
            rows += _answer(assistant, scale, most, "without the reader" if most else "with the reader")
            if most:
                rows.append(_add_one(assistant, scale))
    rows.append(_start(home, scale))
    rows.append(_sync_unchanged(scale, folder))
    return rows


def _add_all(scale: Scale, home: Path, file: Path) -> Measured:
    with file.open("w", encoding="utf-8") as lines:
        for article in make_short_articles(scale.articles):
            said = {key: value for key, value in asdict(article).items() if key in ("id", "title", "text")}
            lines.write(json.dumps(said, ensure_ascii=False) + "\n")
    began = perf_counter()
    process = subprocess.Popen(  # noqa: S603 - our own command line
        [sys.executable, "-m", "corpus", "add", str(file)], cwd=ROOT, env=_env(home), stdout=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds, memory = perf_counter() - began, used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    if process.returncode:
        raise EvalError("adding the short articles failed")
    shown = f"{memory / 1e9:.2f} GB, {seconds:.0f} s ({scale.articles / seconds:.0f} a second)"
    what = f"memory while adding {scale.articles} short articles in one go"
    return Measured(what, shown, f"at most {MEMORY / 1e9:g} GB", memory <= MEMORY)


def _answer(assistant: Assistant, scale: Scale, most: float | None, how: str) -> list[Measured]:
    dice = random.Random(0)
    seconds, found = [], 0
    for n in range(scale.questions + 3):
        i = dice.randrange(scale.articles)
        began = perf_counter()
        answer = assistant.ask(short_question(i))
        seconds.append(perf_counter() - began)
        found += n >= 3 and any(c.article_id == f"short-{i}" for claim in answer.claims for c in claim.citations)
    p50, p95 = np.quantile(seconds[3:], [0.5, 0.95]) * 1000
    what = f"warm answer over {scale.articles} short articles, {how}, p50 of {scale.questions}"
    shown = f"{p50:.0f} ms (p95 {p95:.0f} ms; {found} of {scale.questions} cite the one article)"
    required = f"at most {most * 1000:.0f} ms" if most else ""
    return [Measured(what, shown, required, p50 <= most * 1000 if most else None)]


def _add_one(assistant: Assistant, scale: Scale) -> Measured:
    """From handing an article over until an answer cites it."""
    *_, article = make_short_articles(scale.articles + 1)
    began = perf_counter()
    assistant.library.add([article])
    answer = assistant.ask(short_question(scale.articles))
    seconds = perf_counter() - began
    cited = any(c.article_id == article.id for claim in answer.claims for c in claim.citations)
    shown = f"{seconds:.2f} s" if cited else f"not cited after {seconds:.2f} s"
    what = f"one article more than {scale.articles}, until an answer cites it"
    return Measured(what, shown, f"at most {ONE_MORE:g} s", cited and seconds <= ONE_MORE)


def _start(home: Path, scale: Scale) -> Measured:
    """A process of its own, from nothing to its first answer; the slowest of three."""
    slowest = 0.0
    for i in range(3):
        began = perf_counter()
        words = [sys.executable, "-c", ONE_START, short_question(i)]
        with subprocess.Popen(words, cwd=ROOT, env=_env(home), stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
            line = process.stdout.readline() if process.stdout else ""
            slowest = max(slowest, perf_counter() - began)
        if line != "answered\n":
            return Measured("start to first answer", "not measured: it failed", f"at most {START:g} s", False)
    what = f"start to first answer, {scale.articles} short articles, slowest of 3"
    return Measured(what, f"{slowest:.1f} s", f"at most {START:g} s", slowest <= START)


def _sync_unchanged(scale: Scale, folder: Path) -> Measured:
    place = folder / "files"
    place.mkdir()
    for i in range(scale.files):
        (place / f"note-{i}.txt").write_text(f"Note {i}\n\nThe {_name(i)} gate was open on day {i}.\n", "utf-8")
    with Library.open(LibraryConfig(folder / "synced"), own=False) as library:
        sync_folder(library, place)
        began = perf_counter()
        report = sync_folder(library, place)
        seconds = perf_counter() - began
    same = len(report.unchanged) == scale.files and not (report.added or report.updated or report.removed)
    shown = f"{seconds:.2f} s" if same else f"{len(report.unchanged)} unchanged"
    what = f"sync of {scale.files} unchanged files"
    return Measured(what, shown, f"at most {UNCHANGED:g} s", same and seconds <= UNCHANGED)


def _env(home: Path) -> dict[str, str]:
    return os.environ | {"BYLINE_HOME": str(home), "BYLINE_DB": "", "BYLINE_CHROMA": ""}

"""Training files, read and checked: questions over contexts, claims over evidence. Not here: what training sees."""

from __future__ import annotations

import gzip
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from corpus.embed import PassageInput
from corpus.errors import ReaderError
from corpus.split import split_sentences
from qa.reader.heads import SUPPORT
from qa.reader.pairs import Pair

LONGEST_EVIDENCE = 1500
"""Claims over more characters than that are left out: what supports them may stand in the part that is cut off."""
HELD_OUT = 40
"""One title in so many is kept for the development set."""
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Judged:
    """One claim over its evidence; `label` counts in SUPPORT."""

    pair: Pair
    label: int
    kind: str


@dataclass(frozen=True, slots=True)
class Question:
    """One row of the training files, with the sentences of its context."""

    id: str
    source: str
    title: str
    context: str
    text: str
    answers: tuple[Span, ...]
    gold: tuple[int, ...]


@dataclass(slots=True)
class Material:
    """All rows: questions, claims, and the contexts of each title, to draw passages that do not answer from."""

    questions: list[Question] = field(default_factory=list)
    claims: list[Judged] = field(default_factory=list)
    of_title: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    near: dict[str, list[str]] = field(default_factory=dict)

    def split(self) -> tuple[Material, Material]:
        """Those to train on, and those held out by title (claims: by evidence)."""
        parts = []
        for held in (False, True):
            questions = [q for q in self.questions if _held_out(q.title or q.context) is held]
            claims = [c for c in self.claims if _held_out(c.pair.second.text) is held]
            parts.append(Material(questions, claims, self.of_title, self.near))
        return parts[0], parts[1]


def read_material(files: Sequence[Path]) -> Material:
    """The rows of .jsonl or .jsonl.gz files of questions (with `context`) and claims (with `evidence`).

    Raises ReaderError with file and line for a row that is neither.
    """
    material = Material()
    stitched: dict[str, list[tuple[tuple[int, int], str]]] = defaultdict(list)
    for file in files:
        for number, row in _read_lines(file):
            try:
                if "evidence" in row:
                    if len(row["evidence"]) > LONGEST_EVIDENCE:
                        continue
                    evidence = PassageInput("", row["evidence"], ())
                    pair = Pair(row["claim"], evidence)
                    material.claims.append(Judged(pair, SUPPORT.index(row["label"]), row.get("source", "")))
                    continue
                question = _question(row)
            except (KeyError, ValueError, TypeError) as error:
                raise ReaderError(f"{file}:{number}: {type(error).__name__} {error}; see docs/reader.md") from error
            material.questions.append(question)
            known = material.of_title[question.title]
            if question.context not in known:
                known.append(question.context)
            place = re.match(r".*:(wiki\w+:\d+):(\d+):(\d+)-", question.id)
            if place and "#" not in question.id:
                at = (int(place.group(2)), int(place.group(3)))
                stitched[question.title].append((at, question.context))
    for title, placed in stitched.items():  # paragraphs in the order of their article
        ordered = [context for _, context in sorted(placed)]
        material.of_title[title] = list(dict.fromkeys(ordered + material.of_title[title]))
    return material


@lru_cache(maxsize=60_000)
def sentences_of(context: str) -> tuple[Span, ...]:
    """The sentences of a context; all of it where it has none."""
    return tuple(split_sentences(context)) or ((0, len(context)),)


def _question(row: Mapping[str, Any]) -> Question:
    context = row["context"].replace("\r", "\n")
    spans = sentences_of(context)
    answers = [(a["start"], a["start"] + len(a["text"])) for a in row.get("answers", ()) if a["text"]]
    for start, end in answers:
        if not 0 <= start < end <= len(context):
            raise ValueError(f"an answer of {row['id']!r} stands outside its context")
    starts = [start for start, _ in answers]
    if not starts and row.get("sentence"):
        starts = [row["sentence"][0]]
    gold = tuple(i for i, (a, b) in enumerate(spans) if any(a <= s < b for s in starts))
    if row.get("source", "").startswith("selqa"):
        answers = []  # the answer is the whole sentence
    source = row.get("source", "").split("#")[0]
    return Question(row["id"], source, row.get("title", ""), context, row["question"], tuple(answers), gold)


def _read_lines(file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        data = file.read_bytes()
        text = (gzip.decompress(data) if file.suffix == ".gz" else data).decode()
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise ReaderError(f"{file}: cannot be read ({error})") from error
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                row = json.loads(line)
            except ValueError as error:
                raise ReaderError(f"{file}:{number}: {error}") from error
            yield number, row


def _held_out(text: str) -> bool:
    return int.from_bytes(sha256(text.encode()).digest()[:4], "big") % HELD_OUT == 0

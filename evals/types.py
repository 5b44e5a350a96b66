"""The values of an evaluation: a case that is asked, what came back, and how it was scored. Not here: reading sets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from qa.types import Answer, Turn

SETS = Path(__file__).parent / "sets"
"""The sets that ship, one .jsonl each."""

_KEYS = {
    "id", "question", "history", "answerable", "answers", "sentences", "articles", "as_of", "tags", "half", "passage",
    "answer_start", "reference", "without", "draft",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class EvalCase:
    """One question with what is known of its answer.

    `answers` are accepted short answers, `sentences` gold sentences as they stand, `articles` gold article ids;
    `answer_start` is where an accepted answer stands in the first gold article. `half` is `tune` or `report`.
    `place` is the file and line that it was read from. `reference` is a longer answer to compare with, which need not
    stand in an article. `without` are articles to ask as if they were not there. A `draft` waits for a person, and
    no run asks it.
    """

    id: str
    question: str
    answerable: bool
    answers: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    history: tuple[Turn, ...] = ()
    as_of: date | None = None
    tags: tuple[str, ...] = ()
    half: str = ""
    answer_start: int | None = None
    set_name: str = ""
    place: str = field(default="", compare=False)
    reference: str = ""
    without: tuple[str, ...] = ()
    draft: bool = False

    @property
    def n_gold(self) -> int:
        """How many things there are to find: the gold sentences, else one accepted answer, else nothing known."""
        return len(self.sentences) or int(bool(self.answers) or self.answer_start is not None)

    @classmethod
    def from_json(cls, data: Mapping[str, Any], set_name: str = "", place: str = "") -> EvalCase:
        """Read one line of a set. Raises ValueError with what is wrong."""
        if not isinstance(data, dict):
            raise ValueError("a case is an object in braces")
        if unknown := set(data) - _KEYS:
            raise ValueError(f"unknown keys {', '.join(sorted(unknown))}")
        for key, kind in (("id", str), ("question", str), ("answerable", bool)):
            if not isinstance(data.get(key), kind) or data[key] == "":
                raise ValueError(f"{key!r} must be a {kind.__name__}")
        for key in ("answers", "sentences", "articles", "tags", "without"):
            if not isinstance(data.get(key, []), list) or not all(isinstance(x, str) for x in data.get(key, [])):
                raise ValueError(f"{key!r} must be a list of strings")
        if not isinstance(data.get("history", []), list):
            raise ValueError("'history' must be a list of turns")
        for key, kind in (("reference", str), ("draft", bool)):
            if key in data and not isinstance(data[key], kind):
                raise ValueError(f"{key!r} must be a {kind.__name__}")
        return cls(
            data["id"],
            data["question"],
            data["answerable"],
            tuple(data.get("answers", ())),
            tuple(data.get("sentences", ())),
            tuple(data.get("articles", ())),
            tuple(Turn("user", t) if isinstance(t, str) else Turn(t["role"], t["content"])
                  for t in data.get("history", ())),
            date.fromisoformat(data["as_of"]) if data.get("as_of") else None,
            tuple(data.get("tags", ())),
            data.get("half", ""),
            data.get("answer_start"),
            set_name,
            place,
            data.get("reference", ""),
            tuple(data.get("without", ())),
            data.get("draft", False),
        )  # fmt: skip

    def to_json(self) -> dict[str, Any]:
        """One line of a set: what is not known is left out."""
        known: dict[str, Any] = {"id": self.id, "question": self.question, "answerable": self.answerable}
        for key in ("answers", "sentences", "articles", "without", "tags"):
            if value := getattr(self, key):
                known[key] = list(value)
        if self.history:
            known["history"] = [{"role": turn.role, "content": turn.content} for turn in self.history]
        if self.as_of:
            known["as_of"] = self.as_of.isoformat()
        if self.half:
            known["half"] = self.half
        if self.answer_start is not None:
            known["answer_start"] = self.answer_start
        if self.reference:
            known["reference"] = self.reference
        if self.draft:
            known["draft"] = True
        return known


@dataclass(frozen=True, slots=True)
class Found:
    """One hit as a run records it, best first: a span of an article, or the whole where `start` is None.

    `read`: it was handed to the answerer. `gold`: which of the case's gold sentences it holds, by index; the accepted
    answer of a case without gold sentences has index 0.
    """

    article_id: str
    start: int | None
    end: int | None
    score: float
    read: bool = True
    gold: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """What a system gave for one question: its answer, its hits (None: it tells none), seconds to the first words.

    `exact`, for each citation of `answer.citations`: whether the quote is what stands at its place in its article.
    """

    answer: Answer
    found: tuple[Found, ...] | None
    first_seconds: float | None = None
    exact: tuple[bool, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What came of one case: the reply and its scores (None: the metric does not apply), or the error's message.

    `without_gold`: the case was asked with the articles that answer it hidden. `repeat` counts from 0.
    """

    case: EvalCase
    reply: Reply | None
    scores: Mapping[str, float | None]
    error: str = ""
    without_gold: bool = False
    repeat: int = 0

    @property
    def answer(self) -> Answer | None:
        """The answer, where one came."""
        return self.reply.answer if self.reply else None

    @property
    def key(self) -> tuple[str, str, bool, int]:
        """What tells this result from every other of its run."""
        return self.case.set_name, self.case.id, self.without_gold, self.repeat

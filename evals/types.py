"""The values of an evaluation: a case that is asked, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from corpus.errors import EvalError
from qa.types import Answer, Turn

SETS = Path(__file__).parent / "sets"
"""The sets that ship, one .jsonl each."""

_KEYS = {
    "id", "question", "history", "answerable", "answers", "sentences", "articles", "as_of", "tags", "half", "passage",
    "answer_start",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class EvalCase:
    """One question with what is known of its answer.

    `answers` are accepted short answers, `sentences` gold sentences as they stand, `articles` gold article ids;
    `answer_start` is where an accepted answer stands in the first gold article. `half` is `tune` or `report`.
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

    @classmethod
    def from_json(cls, data: Mapping[str, Any], set_name: str = "") -> EvalCase:
        """Read one line of a set. Raises ValueError with what is wrong."""
        if unknown := set(data) - _KEYS:
            raise ValueError(f"unknown keys {', '.join(sorted(unknown))}")
        for key, kind in (("id", str), ("question", str), ("answerable", bool)):
            if not isinstance(data.get(key), kind) or data[key] == "":
                raise ValueError(f"{key!r} must be a {kind.__name__}")
        for key in ("answers", "sentences", "articles", "tags"):
            if not isinstance(data.get(key, []), list) or not all(isinstance(x, str) for x in data.get(key, [])):
                raise ValueError(f"{key!r} must be a list of strings")
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
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What came of one case: the answer and its scores (None: the metric does not apply), or the error's message.

    `without_gold`: the case was asked with the articles that answer it hidden.
    """

    case: EvalCase
    answer: Answer | None
    scores: Mapping[str, float | None]
    error: str = ""
    without_gold: bool = False

    def to_json(self) -> dict[str, Any]:
        """One line of cases.jsonl."""
        return {
            "id": self.case.id,
            "set": self.case.set_name,
            "half": self.case.half,
            "tags": self.case.tags,
            "question": self.case.question,
            "gold": asdict(self.case) | {"as_of": self.case.as_of.isoformat() if self.case.as_of else None},
            "answer": self.answer.to_json() if self.answer else None,
            "scores": dict(self.scores),
            "error": self.error,
            "without_gold": self.without_gold,
        }


def find_set(name: str) -> Path:
    """The file of a set: a .jsonl path, or the name of a shipped one. Raises EvalError naming those that ship."""
    if name.endswith(".jsonl"):
        return Path(name)
    path = SETS / f"{name}.jsonl"
    if not path.is_file():
        shipped = ", ".join(sorted(p.stem for p in SETS.glob("*.jsonl")))
        raise EvalError(f"{name}: no such set. Shipped: {shipped}; any other is given as a .jsonl file.")
    return path


def read_cases(path: Path) -> Iterator[EvalCase]:
    """The cases of a .jsonl set. Raises EvalError with file and line, also for an id that comes twice."""
    seen: set[str] = set()
    try:
        lines = path.read_text("utf-8").split("\n")  # not splitlines: JSON may hold U+2028 as it is
    except (OSError, UnicodeDecodeError) as error:
        raise EvalError(f"{path}: cannot be read ({error}). Shipped sets are in evals/sets.") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            case = EvalCase.from_json(json.loads(line), path.parent.name if path.stem == "cases" else path.stem)
        except (ValueError, TypeError, KeyError) as error:
            raise EvalError(f"{path}:{number}: {error}") from error
        if case.id in seen:
            raise EvalError(f"{path}:{number}: the id {case.id!r} comes twice")
        seen.add(case.id)
        yield case
    if not seen:
        raise EvalError(f"{path}: no case in it")

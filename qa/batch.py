"""Many questions from a file of JSON lines. Not here: answering them (qa/assistant.py)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from corpus.errors import QuestionError
from qa.history import read_history
from qa.types import Question


@dataclass(frozen=True, slots=True)
class Asked:
    """One line of the file: its number from 1, its id as given, and its question."""

    line: int
    id: str | int
    question: Question


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that holds no question, and why."""

    line: int
    reason: str


def read_questions(lines: Iterable[bytes]) -> Iterator[Asked | BadLine]:
    """Every line that is not blank, in order: `{"id", "question", "history"?, "as_of"?}`; other keys are ignored."""
    for number, raw in enumerate(lines, 1):
        if not raw.strip():
            continue
        try:
            yield _read(number, json.loads(raw.decode("utf-8-sig")))
        except QuestionError as error:
            yield BadLine(number, str(error))
        except UnicodeDecodeError:
            yield BadLine(number, "not UTF-8")
        except (ValueError, RecursionError) as error:
            yield BadLine(number, f"not JSON ({error})")


def read_day(text: str) -> date:
    """A calendar day, `2026-11-24`. Raises QuestionError."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise QuestionError(f"{text!r} is no date. Write it as 2026-11-24.") from error


def _read(number: int, data: Any) -> Asked:
    if not isinstance(data, dict):
        raise QuestionError('not an object; expected {"id": …, "question": "…"}')
    name, text, as_of = data.get("id"), data.get("question"), data.get("as_of")
    if not isinstance(name, str | int) or isinstance(name, bool):
        raise QuestionError('"id" is missing or neither text nor a whole number')
    if not isinstance(text, str):
        raise QuestionError('"question" is missing or no text')
    if as_of is not None and not isinstance(as_of, str):
        raise QuestionError('"as_of" is no date. Write it as "2026-11-24".')
    history = read_history(data["history"]) if data.get("history") is not None else ()
    return Asked(number, name, Question(text, history, read_day(as_of) if as_of else None))

"""Measure which questions are taken for commands over the last answer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from corpus.errors import EvalError
from qa.commands import Command, read_command
from qa.types import Turn

ANY = (Turn("user", "…"), Turn("assistant", "…"))
"""A conversation in which a command would have something to act on."""


def list_questions(path: Path) -> list[str]:
    """Every question of a file of JSON lines: of the cases, their standalone forms, and the user's turns before."""
    found = []
    for row in _rows(path):
        found += [row[key] for key in ("question", "standalone") if isinstance(row.get(key), str)]
        turns = row.get("history")
        for turn in turns if isinstance(turns, list) else []:
            said = turn if isinstance(turn, str) else turn.get("content", turn.get("text"))
            if isinstance(turn, str) or turn.get("role") == "user":
                found.append(str(said))
    return found


def find_commands(questions: Sequence[str]) -> Iterator[tuple[str, Command]]:
    """Those that would be taken for commands."""
    for question in questions:
        if command := read_command(" ".join(question.split()), ANY):
            yield question, command


def _rows(path: Path) -> list[dict[str, Any]]:
    try:
        return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        raise EvalError(f"{path}: cannot be read ({error}). Give JSON lines.") from error

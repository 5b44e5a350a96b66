"""Answers as the turns a follow-up is read against; and the chat that browsers kept before, untrusted. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from typing import Any, get_args

from qa.types import Answer, Claim, Kind, Searched, Status, Support, Turn

MAX_EXCHANGES = 40
MAX_STORED_CHARS = 1_000_000
ELSEWHERE = "Said elsewhere"
"""Who answers in a chat that begins with turns from elsewhere."""
MAX_HISTORY = 6
"""How many earlier exchanges a follow-up can refer to."""


def read_chat(stored: object) -> tuple[list[Answer], int]:
    """The answers that a browser kept, oldest first, and how many entries had to be dropped."""
    if stored is None:
        return [], 0
    if not isinstance(stored, list) or len(_dumped(stored)) > MAX_STORED_CHARS:
        return [], 1
    answers, dropped = [], max(0, len(stored) - MAX_EXCHANGES)
    for item in stored[-MAX_EXCHANGES:]:
        try:
            answer = Answer.from_json(item)
            _check(answer)
        except (ValueError, TypeError, KeyError, AttributeError):
            dropped += 1
        else:
            answers.append(answer)
    return answers, dropped


def history_of(answers: Sequence[Answer]) -> tuple[Turn, ...]:
    """The chat as the turns that a follow-up is read against."""
    # What was searched for, not what was typed: a follow-up to "and when?" goes on about what that was about.
    turns: list[Turn] = []
    for a in answers[-MAX_HISTORY:]:
        titles = tuple(dict.fromkeys(cite.title for cite in a.citations))
        turns += [Turn("user", a.searched_for or a.question), Turn("assistant", a.text, titles, a)]
    return tuple(turns)


def answers_of(turns: Sequence[Turn]) -> list[Answer]:
    """Turns said elsewhere as a chat, the other way round from `history_of`; what was answered has no source."""
    answers: list[Answer] = []
    for i, turn in enumerate(turns):
        if turn.role != "user":
            continue
        after = turns[i + 1] if i + 1 < len(turns) else None
        text = after.content.strip() if after and after.role == "assistant" else ""
        claims = (Claim(text, (), "unsupported"),) if text else ()
        status: Status = "partial" if claims else "not_found"
        nothing = Searched(0, None, None)
        answers.append(
            Answer(turn.content, turn.content, status, claims, None, (), (), nothing, ELSEWHERE, 0.0, 0.0, None, 0)
        )
    return answers[-MAX_HISTORY:]


def _dumped(value: object) -> str:
    # A lone surrogate, which JSON can carry and UTF-8 cannot, fails here instead of on its way to the browser.
    try:
        return json.dumps(value, ensure_ascii=False).encode().decode()
    except (TypeError, ValueError, RecursionError):
        return "x" * (MAX_STORED_CHARS + 1)


# Answer.from_json checks the shape; what comes from a browser also has its leaf types and words checked.
_LEAVES: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("question", "searched_for", "answerer", "text", "reason", "quote", "notice"), (str,)),
    **dict.fromkeys(("article_id", "title", "outlet", "status", "support"), (str,)),
    **dict.fromkeys(("short_answer", "try_instead", "url", "published", "first", "last", "as_of"), (str, type(None))),
    **dict.fromkeys(("n", "start", "end", "n_articles", "library_generation"), (int,)),
    **dict.fromkeys(("confidence", "seconds"), (int, float)),
}


def _check(value: Any) -> None:
    for field in fields(value):
        item = getattr(value, field.name)
        wanted = _LEAVES.get(field.name)
        if wanted and (not isinstance(item, wanted) or isinstance(item, bool)):
            raise ValueError(f"{field.name} is {type(item).__name__}")
        for part in item if isinstance(item, tuple) else (item,):
            if is_dataclass(part):
                _check(part)
    if isinstance(value, Answer) and value.status not in get_args(Status):
        raise ValueError(f"status is {value.status!r}")
    if isinstance(value, Answer) and value.usage is not None:
        numbers = list(value.usage.values()) if isinstance(value.usage, dict) else [None]
        if any(not isinstance(n, int | float) or not -1e15 < n < 1e15 for n in numbers):
            raise ValueError("usage is not in numbers")
    if isinstance(value, Claim) and (value.kind not in get_args(Kind) or type(value.joins + value.found) is not int):
        raise ValueError("a claim of no known kind")
    if getattr(value, "support", "quote") not in get_args(Support):
        raise ValueError("unknown support")

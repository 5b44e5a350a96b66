"""Turns of an earlier conversation, from JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from corpus.errors import QuestionError
from qa.types import Answer, Turn

_FORM = 'a list of {"role": "user" or "assistant", "content": "…"}, or of strings, oldest first'


def read_history(data: Any) -> tuple[Turn, ...]:
    """The turns that a decoded JSON value holds, oldest first; a bare string is the user's.

    An assistant's turn may have `titles`, a list of those of the articles that it cites, or `answer`, the answer's JSON
    as Byline gave it, which is then its content too: commands over the last answer go by that.
    Raises QuestionError naming the turn that is not one.
    """
    if not isinstance(data, list):
        raise QuestionError(f"The history is no list. Give {_FORM}.")
    return tuple(_turn(turn, at) for at, turn in enumerate(data, 1))


def _turn(turn: Any, at: int) -> Turn:
    if isinstance(turn, str):
        return Turn("user", turn)
    if isinstance(turn, Mapping) and turn.get("role") == "assistant" and turn.get("answer") is not None:
        try:
            answer = Answer.from_json(turn["answer"])
        except (ValueError, AttributeError) as error:
            raise QuestionError(f"The answer of turn {at} of the history is none: {error}.") from error
        titles = tuple(dict.fromkeys(cite.title for cite in answer.citations))
        return Turn("assistant", answer.text, titles, answer)
    if isinstance(turn, Mapping) and isinstance(turn.get("content"), str):
        if turn.get("role") == "user":
            return Turn("user", turn["content"])
        titles = turn.get("titles", [])
        if turn.get("role") == "assistant" and isinstance(titles, list) and all(isinstance(t, str) for t in titles):
            return Turn("assistant", turn["content"], tuple(titles))
    raise QuestionError(f"Turn {at} of the history is not a turn. Give {_FORM}.")

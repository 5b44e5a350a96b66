"""Ask a language model for strict JSON: one retry that says what was wrong, then nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from qa.config import Limits
from qa.whole import ask_whole

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

T = TypeVar("T")
_FENCE = re.compile(r"^```(?:json)?\s*\n(.*)\n```$", re.DOTALL)
TRIES = 2


class NotAsked(Exception):
    """A reply that is not in the form asked for; its text says why, to the model and to the reader of the record."""


def ask_json(
    llm: LLM,
    system: str,
    user: str,
    read: Callable[[Any], T],
    options: Mapping[str, Any] | None = None,
    limits: Limits | None = None,
) -> tuple[T | None, str]:
    """What `read` makes of the model's JSON, with "", or None with the reason why there is nothing.

    `read` raises NotAsked for a value of another form. A fence around the whole reply is taken off; any other word
    beside the JSON is not in the form. An error of the provider is a reason too: it costs this one reply, not the run.
    """
    from llama_index.core.llms import ChatMessage, MessageRole

    messages = [
        ChatMessage(role=MessageRole.SYSTEM, content=system),
        ChatMessage(role=MessageRole.USER, content=user),
    ]
    reason = ""
    for _ in range(TRIES):
        try:
            said = ask_whole(llm, messages, options, limits)
        except Exception as error:  # noqa: BLE001 - each provider raises its own; its text may hold a key, its type not
            return None, f"the model could not be asked ({type(error).__name__})"
        try:
            fenced = _FENCE.match(said)
            return read(json.loads(fenced.group(1) if fenced else said)), ""
        except (ValueError, RecursionError):
            reason = "the reply is not one JSON value"
        except NotAsked as wrong:
            reason = str(wrong)
        messages = [
            *messages[:2],
            ChatMessage(role=MessageRole.ASSISTANT, content=said),
            ChatMessage(role=MessageRole.USER, content=f"Not accepted: {reason}. Reply again, with the JSON alone."),
        ]
    return None, reason

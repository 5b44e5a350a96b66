"""What a language model's server sends in the three wire protocols: Anthropic messages, OpenAI and Ollama chat."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

Protocol = Literal["anthropic", "openai-like", "ollama"]

PROTOCOLS: tuple[Protocol, ...] = ("anthropic", "openai-like", "ollama")

PATHS: dict[str, Protocol] = {
    "/v1/messages": "anthropic",
    "/v1/chat/completions": "openai-like",
    "/api/chat": "ollama",
}

HUGE = 10_000_000


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asked: the protocol, its text (instructions, then the rest), the decoded body and the headers."""

    protocol: Protocol
    system: str
    user: str
    body: dict[str, Any]
    headers: dict[str, str]


END_OF_TEXT = b"\n: end of text\n"
"""Marks the first part after the text; it is not sent."""


def list_texts(said: Iterable[str], fault: str) -> Iterator[str]:
    """The chunks of an answer as the fault has them."""
    if fault in ("empty", "refusal", "tool call", "only thinking"):
        return
    if fault == "huge":
        yield from ["x" * 10_000] * (HUGE // 10_000)
    elif fault == "endless":
        while True:
            yield "and so on and on "
    elif fault in ("cut mid-stream", "hang mid-stream"):
        yield next(iter(said))
    else:
        yield from said


def read_request(protocol: Protocol, body: dict[str, Any], headers: dict[str, str]) -> Request:
    """A decoded request."""

    def text(content: Any) -> str:
        return content if isinstance(content, str) else "\n".join(part.get("text", "") for part in content)

    system = text(body.get("system", ""))
    user = ""
    for message in body["messages"]:
        if message["role"] == "system":
            system += text(message["content"])
        else:
            user += text(message["content"])
    return Request(protocol, system, user, body, {key.lower(): value for key, value in headers.items()})


def write_whole(protocol: Protocol, text: str, fault: str = "") -> bytes:
    """The body of an answer that is not streamed."""
    said: dict[str, Any] = {"role": "assistant", "content": text}
    blocks: list[dict[str, Any]] = [{"type": "text", "text": text}]
    reason, done = "stop", "end_turn"
    if fault == "tool call":
        done, reason = "tool_use", "tool_calls"
        blocks = [{"type": "tool_use", "id": "t", "name": "search", "input": {}}]
        call: dict[str, Any] = {"name": "search", "arguments": {} if protocol == "ollama" else "{}"}
        said |= {"tool_calls": [{"id": "t", "type": "function", "function": call}]}
    elif fault == "only thinking":
        blocks = [{"type": "thinking", "thinking": "Hmm, well.", "signature": "s"}]
        said |= {"thinking": "Hmm, well."} if protocol == "ollama" else {"reasoning_content": "Hmm, well."}
    elif fault == "refusal":
        done = "refusal"
        said |= (
            {"content": "I'm sorry, but I can't help with that."} if protocol == "ollama" else {"refusal": "I cannot."}
        )
    by_protocol: dict[str, Any] = {
        "anthropic": {
            "id": "m", "type": "message", "role": "assistant", "model": "stub", "stop_reason": done,
            "content": blocks, "usage": {"input_tokens": 10, "output_tokens": 5},
        },
        "openai-like": {
            "id": "c", "object": "chat.completion", "created": 1, "model": "stub",
            "choices": [{"index": 0, "message": said, "finish_reason": reason}],
            "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15},
        },
        "ollama": {
            "model": "stub", "created_at": "2026-11-25T00:00:00Z", "message": said, "done": True,
            "done_reason": "stop", "prompt_eval_count": 10, "eval_count": 5,
        },
    }  # fmt: skip
    return json.dumps(by_protocol[protocol]).encode()


def _event(data: dict[str, Any]) -> bytes:
    return f"event: {data['type']}\ndata: {json.dumps(data)}\n\n".encode()


def _anthropic(texts: Iterator[str], fault: str) -> Iterator[bytes]:
    start: dict[str, Any] = {
        "id": "m",
        "type": "message",
        "role": "assistant",
        "model": "stub",
        "content": [],
        "stop_reason": None,
    }
    yield _event({"type": "message_start", "message": start | {"usage": {"input_tokens": 10, "output_tokens": 1}}})
    kind: dict[str, Any] = {"type": "text", "text": ""}
    if fault == "tool call":
        kind = {"type": "tool_use", "id": "t", "name": "search", "input": {}}
    elif fault == "only thinking":
        kind = {"type": "thinking", "thinking": "", "signature": ""}
    yield _event({"type": "content_block_start", "index": 0, "content_block": kind})
    if fault == "tool call":
        delta = {"type": "input_json_delta", "partial_json": '{"q": 1}'}
        yield _event({"type": "content_block_delta", "index": 0, "delta": delta})
    if fault == "only thinking":
        for word in ("Hmm, ", "well."):
            delta = {"type": "thinking_delta", "thinking": word}
            yield _event({"type": "content_block_delta", "index": 0, "delta": delta})
    for text in texts:
        delta = {"type": "text_delta", "text": text}
        yield _event({"type": "content_block_delta", "index": 0, "delta": delta})
    yield _event({"type": "content_block_stop", "index": 0}) + END_OF_TEXT
    reason = {"refusal": "refusal", "tool call": "tool_use"}.get(fault, "end_turn")
    yield _event({"type": "message_delta", "delta": {"stop_reason": reason}, "usage": {"output_tokens": 5}})
    yield _event({"type": "message_stop"})


def _openai(texts: Iterator[str], fault: str) -> Iterator[bytes]:
    base: dict[str, Any] = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "stub"}

    def part(delta: dict[str, Any], reason: str | None = None) -> bytes:
        choices = [{"index": 0, "delta": delta, "finish_reason": reason}]
        return f"data: {json.dumps(base | {'choices': choices})}\n\n".encode()

    yield part({"role": "assistant", "content": ""})
    if fault == "tool call":
        call = {"index": 0, "id": "t", "type": "function", "function": {"name": "search", "arguments": "{}"}}
        yield part({"tool_calls": [call]})
    elif fault == "only thinking":
        yield part({"reasoning_content": "Hmm, well."})
    elif fault == "refusal":
        yield part({"refusal": "I cannot."})
    for text in texts:
        yield part({"content": text})
    yield part({}, "tool_calls" if fault == "tool call" else "stop") + END_OF_TEXT
    usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
    yield f"data: {json.dumps(base | {'choices': [], 'usage': usage})}\n\n".encode()
    yield b"data: [DONE]\n\n"


def _ollama(texts: Iterator[str], fault: str) -> Iterator[bytes]:
    base = {"model": "stub", "created_at": "2026-11-25T00:00:00Z", "done": False}

    def part(**said: Any) -> bytes:
        return json.dumps(base | {"message": {"role": "assistant", "content": "", **said}}).encode() + b"\n"

    if fault == "tool call":
        yield part(tool_calls=[{"function": {"name": "search", "arguments": {"q": "1"}}}])
    elif fault == "only thinking":
        yield part(thinking="Hmm, well.")
    elif fault == "refusal":
        yield part(content="I'm sorry, but I can't help with that.")
    for text in texts:
        yield part(content=text)
    last = {"done": True, "done_reason": "stop", "prompt_eval_count": 10, "eval_count": 5}
    end = base | {"message": {"role": "assistant", "content": ""}} | last
    yield json.dumps(end).encode() + b"\n" + END_OF_TEXT


SPEAK: dict[str, Callable[[Iterator[str], str], Iterator[bytes]]] = {
    "anthropic": _anthropic,
    "openai-like": _openai,
    "ollama": _ollama,
}

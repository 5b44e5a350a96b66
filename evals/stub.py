"""A server on loopback that speaks the three wire protocols and says what it is told to, faults included.

It stands in for a provider where the wires are measured or tested. What it knows of the protocols is what the client
libraries need: Anthropic messages, OpenAI chat completions and Ollama chat, streamed and not.
"""

from __future__ import annotations

import json
import select
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

Protocol = Literal["anthropic", "openai-like", "ollama"]
PROTOCOLS: tuple[Protocol, ...] = ("anthropic", "openai-like", "ollama")
PATHS: dict[str, Protocol] = {
    "/v1/messages": "anthropic",
    "/v1/chat/completions": "openai-like",
    "/api/chat": "ollama",
}
STATUS = {"401": 401, "403": 403, "404": 404, "429": 429, "429 with retry-after": 429, "500": 500, "529": 529}
FAULTS = (
    *STATUS, "hang", "hang mid-stream", "cut mid-stream", "empty", "garbage", "invalid UTF-8", "wrong JSON", "huge",
    "endless", "refusal", "tool call", "only thinking",
)  # fmt: skip
HUGE = 10_000_000


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asked: the protocol, its text (instructions, then the rest), the decoded body and the headers."""

    protocol: Protocol
    system: str
    user: str
    body: dict[str, Any]
    headers: dict[str, str]


Say = Callable[[Request], Iterable[str]]


class Stub:
    """The running server: `say` gives the chunks of an answer, `fault` (one of FAULTS) what goes wrong instead.

    A fault that lets something through, such as "cut mid-stream", lets the first chunk through. `hung_up` is set when
    a client closes the connection before the end; `requests` keeps what was asked.
    """

    def __init__(self, say: Say, fault: str = "", faults_left: int = 1_000_000) -> None:
        self.say, self.fault, self.faults_left = say, fault, faults_left
        self.requests: list[Request] = []
        self.hung_up = threading.Event()
        self._over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (_Handler,), {"stub": self}))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def port(self) -> int:
        """Where it listens on 127.0.0.1."""
        return int(self._server.server_address[1])

    def spec(self, protocol: Protocol, model: str = "stub") -> str:
        """The BYLINE_LLM that names it."""
        end = "/v1" if protocol == "openai-like" else ""
        return f"{protocol}:{model}@http://127.0.0.1:{self.port}{end}"

    def next_fault(self) -> str:
        """The fault of this request; after `faults_left` of them all goes well."""
        self.faults_left -= 1
        return self.fault if self.faults_left >= 0 else ""

    def __enter__(self) -> Stub:
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()

    def wait_for_client(self, handler: BaseHTTPRequestHandler) -> None:
        """Say nothing until the client hangs up or the server ends."""
        while not self._over.is_set():
            ready, _, _ = select.select([handler.connection], [], [], 0.05)
            if ready and not handler.connection.recv(1):
                self.hung_up.set()
                return


class _Handler(BaseHTTPRequestHandler):
    stub: Stub
    protocol_version = "HTTP/1.1"
    wbufsize = 0

    def handle(self) -> None:
        """Serve until the client has gone, however it goes."""
        with suppress(OSError):
            super().handle()

    def log_message(self, *_: object) -> None:
        """Nothing: the terminal belongs to whoever runs this."""

    def do_GET(self) -> None:
        """An Ollama's list of models."""
        self._send(200, json.dumps({"models": [{"name": "nomic-embed-text:latest"}, {"name": "stub:latest"}]}).encode())

    def do_POST(self) -> None:
        """One chat request."""
        body = json.loads(self.rfile.read(int(self.headers.get("content-length", "0"))))
        protocol = PATHS.get(self.path.partition("?")[0])
        if protocol is None:
            self._send(404, b"{}")
            return
        request = _read(protocol, body, dict(self.headers.items()))
        self.stub.requests.append(request)
        fault = self.stub.next_fault()
        if fault in STATUS:
            extra = {"retry-after": "1"} if fault == "429 with retry-after" else {}
            reason = {"type": "error", "error": {"type": "x", "message": f"no: {self.headers.get('authorization')}"}}
            self._send(STATUS[fault], json.dumps(reason).encode(), **extra)
        elif fault == "hang":
            self.stub.wait_for_client(self)
            self.close_connection = True
        elif not body.get("stream", protocol == "ollama"):
            self._send(200, _whole(protocol, "".join(self.stub.say(request))))
        else:
            try:
                self._stream(protocol, request, fault)
            except OSError:
                self.stub.hung_up.set()
                self.close_connection = True

    def _stream(self, protocol: Protocol, request: Request, fault: str) -> None:
        kind = "application/x-ndjson" if protocol == "ollama" else "text/event-stream"
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        speak = _SPEAK[protocol]
        if fault in ("garbage", "invalid UTF-8", "wrong JSON"):
            self._chunk({
                "garbage": bytes(range(256)) * 8,
                "invalid UTF-8": b"data: {\"choices\": \xff\xfe\xc3\x28}\n\n",
                "wrong JSON": b"event: message_start\ndata: [{]]\n\n{\"message\": [1, 2\n",
            }[fault])  # fmt: skip
        else:
            texts = _texts(self.stub.say(request), fault)
            for at, part in enumerate(speak(texts, fault)):
                if fault == "cut mid-stream" and part.endswith(_END_OF_TEXT):
                    self.close_connection = True
                    return
                if fault == "hang mid-stream" and part.endswith(_END_OF_TEXT):
                    self.stub.wait_for_client(self)
                    self.close_connection = True
                    return
                if at % 64 == 63 and self._client_gone():
                    raise OSError
                self._chunk(part.removesuffix(_END_OF_TEXT))
        self.wfile.write(b"0\r\n\r\n")

    def _client_gone(self) -> bool:
        ready, _, _ = select.select([self.connection], [], [], 0)
        return bool(ready) and not self.connection.recv(1)

    def _chunk(self, data: bytes) -> None:
        if data:
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    def _send(self, status: int, data: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"content-type": "application/json", "content-length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)


_END_OF_TEXT = b"\n: end of text\n"
"""Marks, inside this module, the first part after the text."""


def _texts(said: Iterable[str], fault: str) -> Iterator[str]:
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


def _read(protocol: Protocol, body: dict[str, Any], headers: dict[str, str]) -> Request:
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


def _whole(protocol: Protocol, text: str) -> bytes:
    said = {"role": "assistant", "content": text}
    by_protocol: dict[str, Any] = {
        "anthropic": {
            "id": "m", "type": "message", "role": "assistant", "model": "stub", "stop_reason": "end_turn",
            "content": [{"type": "text", "text": text}], "usage": {"input_tokens": 10, "output_tokens": 5},
        },
        "openai-like": {
            "id": "c", "object": "chat.completion", "created": 1, "model": "stub",
            "choices": [{"index": 0, "message": said, "finish_reason": "stop"}],
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
    yield _event({"type": "content_block_stop", "index": 0}) + _END_OF_TEXT
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
    yield part({}, "tool_calls" if fault == "tool call" else "stop") + _END_OF_TEXT
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
    yield json.dumps(end).encode() + b"\n" + _END_OF_TEXT


_SPEAK: dict[str, Callable[[Iterator[str], str], Iterator[bytes]]] = {
    "anthropic": _anthropic,
    "openai-like": _openai,
    "ollama": _ollama,
}

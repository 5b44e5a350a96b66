"""A server on loopback that speaks the three wire protocols and says what it is told to, faults included.

It stands in for a provider where the wires are measured or tested. What it knows of the protocols is what the client
libraries need: Anthropic messages, OpenAI chat completions and Ollama chat, streamed and not.
"""

from __future__ import annotations

import json
import select
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from evals.protocols import (
    END_OF_TEXT,
    PATHS,
    PROTOCOLS,
    SPEAK,
    Protocol,
    Request,
    list_texts,
    read_request,
    write_whole,
)  # fmt: skip

STATUS = {"401": 401, "403": 403, "404": 404, "429": 429, "429 with retry-after": 429, "500": 500, "529": 529}
FAULTS = (
    *STATUS, "hang", "hang mid-stream", "cut mid-stream", "empty", "garbage", "invalid UTF-8", "wrong JSON", "huge",
    "endless", "refusal", "tool call", "only thinking",
)  # fmt: skip
__all__ = ["FAULTS", "PROTOCOLS", "Protocol", "Request", "Stub"]

_NO_ANSWERS = {
    "garbage": bytes(range(256)) * 8,
    "invalid UTF-8": b'data: {"choices": \xff\xfe\xc3\x28}\n\n',
    "wrong JSON": b'event: message_start\ndata: [{]]\n\n{"message": [1, 2\n',
}
Say = Callable[[Request], Iterable[str]]


class Stub:
    """The running server: `say` gives the chunks of an answer, `fault` (one of FAULTS) what goes wrong instead.

    A fault that lets something through, such as "cut mid-stream", lets the first chunk through. `hung_up` is set when
    a client closes the connection before the end; `requests` keeps what was asked. `window` is what it says of its
    model's context, where it says anything (0: nothing).
    """

    def __init__(self, say: Say, fault: str = "", faults_left: int = 1_000_000, window: int = 0) -> None:
        self.say, self.fault, self.faults_left, self.window = say, fault, faults_left, window
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
        """An Ollama's list of models, or vLLM's."""
        listed = {"models": [{"name": "nomic-embed-text:latest"}, {"name": "stub:latest"}]}
        about: dict[str, Any] = {"data": [{"id": "stub", "max_model_len": self.stub.window}]}
        self._send(200, json.dumps(listed if self.path == "/api/tags" else about).encode())

    def do_POST(self) -> None:
        """One chat request."""
        body = json.loads(self.rfile.read(int(self.headers.get("content-length", "0"))))
        protocol = PATHS.get(self.path.partition("?")[0])
        if self.path == "/api/show" and self.stub.window:
            self._send(200, json.dumps({"model_info": {"llama.context_length": self.stub.window}}).encode())
            return
        if protocol is None:
            self._send(404, b"{}")
            return
        request = read_request(protocol, body, dict(self.headers.items()))
        self.stub.requests.append(request)
        fault = self.stub.next_fault()
        if fault in STATUS:
            extra = {"retry-after": "1"} if fault == "429 with retry-after" else {}
            reason = {"type": "error", "error": {"type": "x", "message": f"no: {dict(self.headers.items())}"}}
            self._send(STATUS[fault], json.dumps(reason).encode(), **extra)
        elif fault == "hang":
            self.stub.wait_for_client(self)
            self.close_connection = True
        elif not body.get("stream", protocol == "ollama"):
            self._until_hung_up(self._whole, protocol, request, fault)
        else:
            self._until_hung_up(self._stream, protocol, request, fault)

    def _until_hung_up(
        self, write: Callable[[Protocol, Request, str], None], protocol: Protocol, request: Request, fault: str
    ) -> None:
        try:
            write(protocol, request, fault)
        except OSError:
            self.stub.hung_up.set()
            self.close_connection = True

    def _whole(self, protocol: Protocol, request: Request, fault: str) -> None:
        """An answer in one piece; what goes wrong in the middle goes wrong in the middle of its body."""
        if fault in _NO_ANSWERS:
            self._send(200, _NO_ANSWERS[fault])
            return
        if fault == "endless":
            self._begin("application/json")
            self._chunk(b'{"id": "')
            while not self._client_gone():
                self._chunk(b"and so on " * 100)
            raise OSError
        body = write_whole(protocol, "".join(list_texts(self.stub.say(request), fault)), fault)
        middle = len(body) // 2 if fault in ("cut mid-stream", "hang mid-stream") else len(body)
        self._send(200, body[:middle], **{"content-length": str(len(body))})
        if fault == "hang mid-stream":
            self.stub.wait_for_client(self)
        self.close_connection = middle < len(body)

    def _stream(self, protocol: Protocol, request: Request, fault: str) -> None:
        self._begin("application/x-ndjson" if protocol == "ollama" else "text/event-stream")
        speak = SPEAK[protocol]
        if fault in _NO_ANSWERS:
            self._chunk(_NO_ANSWERS[fault])
        else:
            texts = list_texts(self.stub.say(request), fault)
            for at, part in enumerate(speak(texts, fault)):
                if fault == "cut mid-stream" and part.endswith(END_OF_TEXT):
                    self.close_connection = True
                    return
                if fault == "hang mid-stream" and part.endswith(END_OF_TEXT):
                    self.stub.wait_for_client(self)
                    self.close_connection = True
                    return
                if at % 64 == 63 and self._client_gone():
                    raise OSError
                self._chunk(part.removesuffix(END_OF_TEXT))
        self.wfile.write(b"0\r\n\r\n")

    def _begin(self, kind: str) -> None:
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()

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

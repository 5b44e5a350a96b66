"""A web server on loopback that says what it is told, and a canary that counts who comes."""

from __future__ import annotations

import contextlib
import ipaddress
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from corpus.address import Ip, is_public
from corpus.fetch import Fetcher

Answer = tuple[int, Mapping[str, str], bytes] | Callable[[BaseHTTPRequestHandler], None]


@dataclass
class NewsServer:
    """Path to answer; `seen` are the requests (method, path, headers) so far."""

    port: int = 0
    answers: dict[str, Answer] = field(default_factory=dict)
    seen: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)

    def says(self, path: str, body: str | bytes = b"", status: int = 200, **headers: str) -> None:
        """Answer a path so from now on; header names have `_` for `-`."""
        named = {"content-type": "text/html"} | {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path] = (status, named, body if isinstance(body, bytes) else body.encode())

    def paths(self) -> list[str]:
        """What was asked for, but for robots.txt."""
        return [path for _, path, _ in self.seen if path != "/robots.txt"]

    def fetcher(self, **options: object) -> Fetcher:
        """One for which every name leads to this server."""
        return Fetcher(**({"resolve": self.resolve, "allows": allows_loopback, "pause": 0.0} | options))  # type: ignore[arg-type]

    def resolve(self, host: str, port: int) -> Sequence[tuple[str, int]]:
        """Every name leads here."""
        return [("127.0.0.1", self.port)]


def allows_loopback(ip: Ip) -> bool:
    """Only this one machine beside the public ones."""
    return is_public(ip) or ip == ipaddress.ip_address("127.0.0.1")


@contextlib.contextmanager
def serving_news(host: str = "127.0.0.1") -> Iterator[NewsServer]:
    """A running server; what it was not told of is 404."""
    news = NewsServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            news.seen.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}))
            answer = news.answers.get(self.path, (404, {}, b""))
            if callable(answer):
                with contextlib.suppress(OSError):
                    answer(self)
                return
            status, headers, body = answer
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if "content-length" not in headers:
                self.send_header("content-length", str(len(body)))
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer((host, 0), Handler)
    server.daemon_threads = True
    news.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield news
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)

"""The gate in front of the page: which hosts, which origins, which paths, how large, and with which headers.

Gradio by itself answers any Host, takes cross-site uploads, and serves some fifty routes, among them a file server
and a proxy. Here only the paths that the page uses exist at all.
"""

from __future__ import annotations

import contextlib
import re
import secrets
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from qa.web.words import say

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_BODY_BYTES = 4 * 1024 * 1024
UPLOAD_PATH = "/byline/files"

_GET = re.compile(
    r"/|/config|/theme\.css|/(assets|static)/[\w./@-]+"
    r"|/byline/(library|articles|article|timeline|facets|sources|removed|chats|chats/export|static/[\w.-]+|tabs/[a-z]+/[\w.-]+)"
    r"|/c/[\w-]{20,60}"
    r"|/gradio_api/(startup-events|queue/data|heartbeat/\w+)"
)
_POST = re.compile(
    r"/byline/(?:files|links|stop|login|remove|restore|edit|follow|unfollow|check|chats/(?:begin|rename|delete|share))|/byline/tabs/[a-z]+/[\w.-]+|/gradio_api/(queue/join|cancel|reset)/?"
)

# 'unsafe-eval': Gradio's HTML component compiles its template with Function(); the template is a constant of ours.
# Inline styles: Gradio sets style attributes and adds style elements for its own components.
_POLICY = (
    "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; frame-src 'none'; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)


class TooLarge(Exception):
    """A body went past its limit while it was read."""


class Gate:
    """ASGI middleware; `frame_page` turns Gradio's index and a nonce into the page that is sent."""

    def __init__(self, app: App, hosts: Iterable[str], frame_page: Callable[[str, str], str]) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in (*LOOPBACK, *hosts))
        self._frame_page = frame_page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it here with the reason why not."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        sender = _Sender(send, nonce, self._frame_page if scope["path"] == "/" else None)
        headers = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]}
        limit = MAX_FILE_BYTES if scope["path"] == UPLOAD_PATH else MAX_BODY_BYTES
        if refusal := self._refuse(scope, headers, limit):
            await sender.refuse(*refusal)
            return
        with contextlib.suppress(TooLarge):
            await self._app(scope, _limited(receive, limit, sender), sender)

    def _refuse(self, scope: Scope, headers: dict[str, str], limit: int) -> tuple[int, str] | None:
        host = headers.get("host", "").lower()
        if _host_name(host) not in self._hosts:
            return 421, say("This address is not one of this page’s. Add it to the allowed hosts if it should be.")
        method, path = scope["method"], scope["path"]
        arrives = (
            method == "GET" and (path == "/" or path.startswith("/c/")) and headers.get("sec-fetch-mode") == "navigate"
        )
        if headers.get("sec-fetch-site", "none") not in ("none", "same-origin") and not arrives:
            return 403, say("Refused: the request came from another site.")
        if "origin" in headers and _netloc(headers["origin"]) != host:
            return 403, say("Refused: the request came from another site.")
        allowed = _GET if method in ("GET", "HEAD") else _POST if method == "POST" else None
        if allowed is None or not allowed.fullmatch(path) or ".." in path:
            return 404, say("There is nothing at this address.")
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > limit:
            return 413, say("Larger than {n} MB.", n=limit // 2**20)
        return None


class _Sender:
    """Sends a response with our headers; holds an HTML page back until it is whole, to frame it."""

    def __init__(self, send: Send, nonce: str, frame_page: Callable[[str, str], str] | None) -> None:
        self._send, self._nonce, self._frame_page = send, nonce, frame_page
        self._held: Message | None = None
        self._body = b""
        self._started = self._refused = False

    async def __call__(self, message: Message) -> None:
        if self._refused:
            return
        if message["type"] == "http.response.start":
            self._started = True
            kept = [(k, v) for k, v in message["headers"] if not k.lower().startswith((b"access-control-", b"server"))]
            policy = _POLICY.format(nonce=self._nonce).encode()
            message["headers"] = [*kept, *_HEADERS, (b"content-security-policy", policy)]
            if self._frame_page and dict(kept).get(b"content-type", b"").startswith(b"text/html"):
                self._held = message
                return
        elif self._held is not None and message["type"] == "http.response.body":
            self._body += message.get("body", b"")
            if message.get("more_body"):
                return
            await self._send_framed(self._held)
            return
        await self._send(message)

    async def _send_framed(self, start: Message) -> None:
        assert self._frame_page is not None
        body = self._frame_page(self._body.decode(), self._nonce).encode()
        kept = [(k, v) for k, v in start["headers"] if k.lower() not in (b"content-length", b"cache-control")]
        start["headers"] = [*kept, (b"content-length", str(len(body)).encode()), (b"cache-control", b"no-store")]
        self._held = None
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})

    async def refuse(self, status: int, words: str) -> None:
        """Answer in place of the app, unless it has begun to; what it sends after that goes nowhere."""
        if self._started:
            return
        self._frame_page = None
        headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
        await self({"type": "http.response.start", "status": status, "headers": headers})
        await self({"type": "http.response.body", "body": words.encode()})
        self._refused = True


def _limited(receive: Receive, limit: int, sender: _Sender) -> Receive:
    n_bytes = 0

    async def counted() -> Message:
        nonlocal n_bytes
        message = await receive()
        n_bytes += len(message.get("body", b""))
        if n_bytes > limit:
            # Refused from here: an app in between would make of the exception whatever it likes.
            await sender.refuse(413, say("Larger than {n} MB.", n=limit // 2**20))
            raise TooLarge
        return message

    return counted


def _host_name(netloc: str) -> str:
    """A Host header without its port; a port is no part of a site's identity for DNS rebinding, the name is."""
    return re.sub(r":\d+$", "", netloc) if netloc.count(":") == 1 or "]" in netloc else netloc


def _netloc(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""

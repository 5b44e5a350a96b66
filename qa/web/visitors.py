"""Who a browser is: a random name in a signed cookie, given with the page, known to this library's Byline alone.

SameSite is Lax, not Strict: with Strict a link from another site would arrive without the cookie, be given a new one,
and the visitor's chats would be gone. Requests that change something are refused from other sites by the gate.
"""

from __future__ import annotations

import hmac
import os
import secrets
from contextlib import suppress
from hashlib import sha256
from http.cookies import CookieError, SimpleCookie
from pathlib import Path

from corpus.errors import ConfigError
from qa.web.security import App, Message, Receive, Scope, Send

KEY_FILE = "page.key"
KEY_BYTES = 32
MAX_AGE = 400 * 24 * 3600
"""The longest that browsers keep a cookie; each visit begins it anew."""


class Visitors:
    """Signs and reads the cookie, with a key of 32 bytes."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        # Browsers share cookies between the ports of a host: another library's Byline has a name of its own.
        self.cookie = f"byline-{sha256(b'name' + key).hexdigest()[:8]}"

    @classmethod
    def at(cls, home: Path | None) -> Visitors:
        """With the key in a library's folder, made if there is none; without a folder to write in, one that is lost.

        Raises ConfigError for a file that holds no key.
        """
        if home is None:
            return cls(secrets.token_bytes(KEY_BYTES))
        path = home / KEY_FILE
        try:
            key = path.read_bytes() if path.exists() else _make_key(path)
            path.chmod(0o600)
        except OSError:
            return cls(secrets.token_bytes(KEY_BYTES))
        if len(key) != KEY_BYTES:
            raise ConfigError(f"{path} holds no key. Remove it: a new one is made, and kept chats are then nobody's.")
        return cls(key)

    def greet(self, visitor: str | None = None) -> str:
        """A cookie's value for a visitor, by default a new one."""
        visitor = visitor or secrets.token_urlsafe(18)
        return f"{visitor}.{self._sign(visitor)}"

    def read(self, cookies: str | None) -> str | None:
        """The visitor that a request's `Cookie` header names; None without a cookie, or with one not made here."""
        try:
            morsel = SimpleCookie(cookies or "").get(self.cookie)
        except CookieError:
            return None
        visitor, _, signature = (morsel.value if morsel else "").rpartition(".")
        right = hmac.compare_digest(signature.encode("utf-8", "replace"), self._sign(visitor).encode())
        return visitor if visitor and right else None

    def _sign(self, visitor: str) -> str:
        return hmac.new(self._key, visitor.encode("utf-8", "replace"), sha256).hexdigest()


class Greeter:
    """ASGI middleware that sends the cookie along with the page."""

    def __init__(self, app: App, visitors: Visitors) -> None:
        self._app, self._visitors = app, visitors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; the page's own answer gets the cookie."""
        if scope["type"] != "http" or scope["path"] != "/" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        sent = next((v.decode("latin-1") for k, v in scope["headers"] if k.lower() == b"cookie"), None)
        value = self._visitors.greet(self._visitors.read(sent))
        secure = "; Secure" if scope.get("scheme") == "https" else ""
        line = f"{self._visitors.cookie}={value}; Path=/; Max-Age={MAX_AGE}; HttpOnly; SameSite=Lax{secure}"

        async def greeting(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"set-cookie", line.encode())]
            await send(message)

        await self._app(scope, receive, greeting)


def _make_key(path: Path) -> bytes:
    """A new key, whole in its file from the first moment; what another process made meanwhile counts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    file = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(file, "wb") as out:
            out.write(secrets.token_bytes(KEY_BYTES))
            out.flush()
            os.fsync(out.fileno())
        with suppress(FileExistsError):
            os.link(new, path)
    finally:
        new.unlink()
    return path.read_bytes()

"""Who may change the library through the page: everyone, nobody, or whoever has the admin password."""

from __future__ import annotations

import hmac
import ipaddress
import secrets
import threading
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from time import monotonic

from corpus.config import LibraryConfig
from corpus.errors import ConfigError
from qa.web.words import say

COOKIE = "byline-owner"
SESSION_SECONDS = 12 * 3600.0
ATTEMPTS = 5
"""Wrong passwords, of all visitors together, before the next must wait."""
WAIT_SECONDS = 60.0
MIN_PASSWORD_CHARS = 8


class Owner:
    """The one rule that every handler that changes something asks. Safe to use from several threads.

    `readonly`: nobody may. `password`: only a browser that has given it. Neither: everybody who reaches the page.
    """

    def __init__(
        self, *, readonly: bool = False, password: str | None = None, now: Callable[[], float] = monotonic
    ) -> None:
        self.readonly = readonly
        self._password = password
        self._now = now
        self._lock = threading.Lock()
        self._sessions: dict[str, float] = {}
        self._wrong: list[float] = []

    @classmethod
    def from_config(cls, config: LibraryConfig) -> Owner:
        """As the settings have it. Raises ConfigError for a password file that is none."""
        path = config.admin_password_file
        if path is None:
            return cls(readonly=config.readonly)
        try:
            password = path.read_text("utf-8").strip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"BYLINE_ADMIN_PASSWORD_FILE={path} cannot be read: {error}") from error
        if len(password) < MIN_PASSWORD_CHARS:
            least = f"{MIN_PASSWORD_CHARS} or more characters"
            raise ConfigError(f"BYLINE_ADMIN_PASSWORD_FILE={path}: a password has {least}")
        return cls(readonly=config.readonly, password=password)

    @property
    def has_password(self) -> bool:
        """Whether there is anything to log in to."""
        return self._password is not None and not self.readonly

    def refusal(self, cookies: str | None) -> str:
        """Why a request with these cookies (its `Cookie` header) may change nothing; empty if it may."""
        if self.readonly:
            return say("This page is for reading only.")
        if self._password is None or self._knows(cookies or ""):
            return ""
        return say("Only the page’s owner may change the library. Log in on the Library tab.")

    def _knows(self, cookies: str) -> bool:
        try:
            morsel = SimpleCookie(cookies).get(COOKIE)
        except CookieError:
            return False
        with self._lock:
            return morsel is not None and self._sessions.get(morsel.value, 0.0) > self._now()

    def log_in(self, password: str) -> str | None:
        """A new session's cookie value, or None for a wrong password or after too many of them."""
        now = self._now()
        with self._lock:
            self._wrong = [at for at in self._wrong if at > now - WAIT_SECONDS]
            if self._password is None or self.readonly or len(self._wrong) >= ATTEMPTS:
                return None
            if not hmac.compare_digest(password.encode(), self._password.encode()):
                self._wrong.append(now)
                return None
            self._sessions = {token: until for token, until in self._sessions.items() if until > now}
            token = secrets.token_urlsafe(32)
            self._sessions[token] = now + SESSION_SECONDS
            return token


def check_listening(host: str, owner: Owner) -> None:
    """Raise ConfigError where others could reach a page through which anyone may change the library."""
    if owner.readonly or owner.has_password or _is_loopback(host):
        return
    raise ConfigError(
        f"BYLINE_HOST={host} lets others reach this page, and whoever reaches it could change the library. "
        "Set BYLINE_READONLY=1 for a page that only answers, or BYLINE_ADMIN_PASSWORD_FILE=FILE for one that you alone "
        "can change, or leave BYLINE_HOST at 127.0.0.1"
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"

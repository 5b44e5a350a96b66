"""The one door to the network: an address is resolved once, checked, and that very machine is connected to.

Each redirect passes the same door. No cookies, no proxy from the environment, no more than is allowed of bytes, time,
redirects and connections; robots.txt and Retry-After are respected. Not here: what a page says (corpus/link.py).
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

import certifi
import httpx

from corpus import __version__
from corpus.address import Address, Ip, check_address, is_public
from corpus.errors import FetchError
from corpus.robots import Robots

AGENT = f"Byline/{__version__} (news reader)"
MAX_BYTES = 10_000_000
"""Of a body, when it is unpacked."""
SECONDS = 20.0
"""For a whole fetch, redirects and all."""
REDIRECTS = 5
PAUSE = 1.0
"""Seconds between two requests to one host."""
LONGEST_WAIT = 10.0
"""A `Retry-After` of no more than this is waited for once; a longer one is an error that names it."""

Resolve = Callable[[str, int], Sequence[tuple[str, int]]]
"""Host and port to the machines (IP, port) that have them, as getaddrinfo gives them; raises OSError."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A response: `url` is where it came from in the end; `body` is None where nothing changed since last time."""

    url: str
    body: bytes | None
    content_type: str = ""
    etag: str = ""
    last_modified: str = ""
    moved: str = ""


def resolve_host(host: str, port: int) -> list[tuple[str, int]]:
    """By the system's resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [(str(info[4][0]), int(info[4][1])) for info in found]


@dataclass(slots=True)
class _Host:
    """One host's turn: one connection at a time, with a pause between; `closed_until` after a Retry-After."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    free_at: float = 0.0
    closed_until: float = 0.0


class Fetcher:
    """Fetches addresses. Safe to use from several threads.

    `resolve` and `allows` are what is asked of every connection; `any_port` lets other ports than 80 and 443 pass.
    """

    def __init__(
        self,
        *,
        resolve: Resolve = resolve_host,
        allows: Callable[[Ip], bool] = is_public,
        any_port: bool = False,
        pause: float = PAUSE,
        seconds: float = SECONDS,
    ) -> None:
        self._resolve = resolve
        self._allows = allows
        self._any_port = any_port
        self._pause = pause
        self._seconds = seconds
        self._lock = threading.Lock()
        self._hosts: dict[str, _Host] = {}
        self._robots = Robots(AGENT)
        self._tls = ssl.create_default_context(cafile=certifi.where())

    def fetch(self, url: str, *, etag: str = "", last_modified: str = "") -> Fetched:
        """What is at an address, unless it has not changed since the `etag` or `last_modified` of last time.

        Raises FetchError naming the cause: not found, gone, blocked, too large, timed out, not allowed.
        """
        headers = {"if-none-match": etag, "if-modified-since": last_modified}
        asked = {name: value for name, value in headers.items() if value}
        try:
            return self._follow(url, asked)
        except FetchError as error:
            if error.wait is None or error.wait > LONGEST_WAIT:
                raise
            time.sleep(error.wait)
            return self._follow(url, asked)

    def _follow(self, url: str, headers: dict[str, str]) -> Fetched:
        deadline = time.monotonic() + self._seconds
        at, moved, permanent = url, "", True
        for _ in range(REDIRECTS + 1):
            address = check_address(at, self._any_port)
            self._ask_robots(address, deadline)
            response = self._turn(address, headers, deadline)
            if response.redirect is None:
                return Fetched(
                    address.url, response.body, response.content_type, response.etag, response.last_modified, moved
                )
            at = urljoin(address.url, response.redirect)
            permanent = permanent and response.status in (301, 308)
            moved = at if permanent else moved
        raise FetchError(f"{url}: more than {REDIRECTS} redirects")

    def _ask_robots(self, address: Address, deadline: float) -> None:
        if self._robots.known(address.origin, time.monotonic()) is None:
            self._robots.keep(address.origin, self._robots_text(address, deadline), time.monotonic())
        if not self._robots.allows(address.origin, address.url):
            raise FetchError(
                f"{address.url}: its site's robots.txt asks programs not to fetch it; save the page yourself"
            )

    def _robots_text(self, address: Address, deadline: float) -> str | None:
        """The file's text; "" where there is none, None where it cannot be had (RFC 9309: then nothing is allowed)."""
        at = f"{address.origin}/robots.txt"
        for _ in range(REDIRECTS + 1):
            try:
                response = self._turn(check_address(at, self._any_port), {}, deadline)
            except FetchError as error:
                if 400 <= error.status < 500 and error.status != 429:
                    return ""
                if error.status >= 500 or error.status == 429:
                    return None
                raise
            if response.redirect is None:
                return (response.body or b"").decode("utf-8", "replace")
            at = urljoin(at, response.redirect)
        return ""

    def _turn(self, address: Address, headers: dict[str, str], deadline: float) -> _Response:
        """One request, when it is the host's turn."""
        with self._lock:
            host = self._hosts.setdefault(address.netloc, _Host())
        if not host.lock.acquire(timeout=max(0.0, deadline - time.monotonic())):
            raise FetchError(f"{address.url}: timed out waiting for another fetch from {address.host}")
        try:
            now = time.monotonic()
            if host.closed_until > now:
                wait = host.closed_until - now
                raise FetchError(f"{address.host} asked to be left alone for {wait:.0f} s more", 429, wait)
            time.sleep(max(0.0, min(host.free_at, deadline) - now))
            try:
                return self._request(address, headers, deadline)
            except FetchError as error:
                if error.wait is not None:
                    host.closed_until = time.monotonic() + error.wait
                raise
            finally:
                host.free_at = time.monotonic() + max(self._pause, self._robots.delay(address.origin, self._pause))
        finally:
            host.lock.release()

    def _request(self, address: Address, headers: dict[str, str], deadline: float) -> _Response:
        left = deadline - time.monotonic()
        try:
            return asyncio.run(asyncio.wait_for(self._send(address, headers), max(left, 0.01)))
        except TimeoutError as error:
            raise FetchError(f"{address.url}: timed out (limit {self._seconds:.0f} s)") from error
        except (httpx.TransportError, httpx.InvalidURL, OSError) as error:
            raise FetchError(f"{address.url}: cannot be reached: {str(error) or type(error).__name__}"[:300]) from error

    async def _send(self, address: Address, headers: dict[str, str]) -> _Response:
        ip, port = await self._machine(address)
        host = f"[{ip}]" if ":" in ip else ip
        sent = {"host": address.netloc, "user-agent": AGENT, "accept-encoding": "gzip", "accept": "*/*"}
        # A client for each request: no connection, cookie or proxy can be left over from another.
        async with httpx.AsyncClient(trust_env=False, verify=self._tls, timeout=self._seconds) as client:
            request = client.build_request(
                "GET",
                f"{address.scheme}://{host}:{port}{address.target}",
                headers=sent | headers,
                extensions={"sni_hostname": address.host},
            )
            response = await client.send(request, stream=True, follow_redirects=False)
            try:
                return await _receive(address, response)
            finally:
                await response.aclose()

    async def _machine(self, address: Address) -> tuple[str, int]:
        """The machine to connect to. Raises FetchError where any that has the name may not be connected to."""
        pool = ThreadPoolExecutor(1)  # its own: the loop waits for its default one, and a resolver can hang
        try:
            loop = asyncio.get_running_loop()
            found = await loop.run_in_executor(pool, self._resolve, address.host, address.port)
        except (OSError, UnicodeError) as error:
            raise FetchError(f"{address.url}: no host has the name {address.host}") from error
        finally:
            pool.shutdown(wait=False)
        for ip, _ in found:
            if not self._allows(ipaddress.ip_address(ip.partition("%")[0])):
                raise FetchError(
                    f"{address.url}: {address.host} is at {ip}, which is no public address. "
                    "To fetch from your own network, set BYLINE_ALLOW_PRIVATE=1"
                )
        if not found:
            raise FetchError(f"{address.url}: no host has the name {address.host}")
        return found[0]


@dataclass(frozen=True, slots=True)
class _Response:
    status: int
    body: bytes | None
    redirect: str | None = None
    content_type: str = ""
    etag: str = ""
    last_modified: str = ""


async def _receive(address: Address, response: httpx.Response) -> _Response:
    status, headers = response.status_code, response.headers
    if status in (301, 302, 303, 307, 308) and headers.get("location"):
        return _Response(status, None, headers["location"])
    validators = headers.get("etag", "")[:500], headers.get("last-modified", "")[:100]
    if status == 304:
        return _Response(status, None, None, "", *validators)
    if status != 200:
        raise _refused(address, status, headers.get("retry-after", ""))
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    length = headers.get("content-length", "")
    if length.isdigit() and int(length) > MAX_BYTES:
        raise _too_large(address)
    return _Response(status, await _unpack(address, response), None, kind, *validators)


async def _unpack(address: Address, response: httpx.Response) -> bytes:
    """The body, never more of it in memory than is allowed."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip", ""):
        raise FetchError(f"{address.url}: packed as {encoding[:20]}, which was not asked for")
    unpacker = zlib.decompressobj(31) if "gzip" in encoding else None
    body = bytearray()
    try:
        async for chunk in response.aiter_raw():
            while chunk:
                body += unpacker.decompress(chunk, MAX_BYTES + 1 - len(body)) if unpacker else chunk
                chunk = unpacker.unconsumed_tail if unpacker else b""
                if len(body) > MAX_BYTES:
                    raise _too_large(address)
    except zlib.error as error:
        raise FetchError(f"{address.url}: damaged on its way: {error}") from error
    return bytes(body)


def _too_large(address: Address) -> FetchError:
    return FetchError(f"{address.url}: too large (limit {MAX_BYTES / 1e6:.0f} MB)")


def _refused(address: Address, status: int, retry_after: str) -> FetchError:
    words = {
        401: "asks for a password (401)",
        402: "behind a paywall (402)",
        403: "the site refuses programs, or it is behind a paywall (403)",
        404: "not found (404)",
        410: "gone (410)",
        429: "too many requests (429)",
        451: "withheld for legal reasons (451)",
    }
    wait = _seconds(retry_after) if status in (429, 503) else None
    said = words.get(status, f"the site answered {status}")
    if wait is not None:
        said += f"; it asks to be tried again in {wait:.0f} s"
    return FetchError(f"{address.url}: {said}", status, wait)


def _seconds(retry_after: str) -> float:
    """What a Retry-After header says, by number or by date; a minute where it says nothing, a day at most."""
    if retry_after.strip().isdigit():
        return min(float(retry_after), 86_400.0)
    try:
        return min(max(0.0, parsedate_to_datetime(retry_after).timestamp() - time.time()), 86_400.0)
    except (ValueError, TypeError):
        return 60.0

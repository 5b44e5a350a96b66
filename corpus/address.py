"""Web addresses: which may be fetched at all, which machines may be connected to, and which two are the same page.

Pure: nothing here resolves a name or opens a connection.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import idna

from corpus.errors import FetchError

MAX_URL_CHARS = 2000
_PORTS = {"http": 80, "https": 443}
_REFUSED = tuple(
    map(
        ipaddress.ip_network,
        ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "::ffff:0:0/96", "fec0::/10", "192.88.99.0/24"),
    )
)
"""NAT64, 6to4 and its relays, mapped IPv4 and site-local addresses: each leads to, or once led to, another address."""
_TRACKING = re.compile(
    r"(?:utm_\w+|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_[ce]id|ns_\w+|cmp|cmpid|smid|ref_?src|ref|spm|ocid|ito|_ga"
    r"|_hs\w+|wt_?mc\w*|at_(?:campaign|medium|custom\d|link\w+))",
    re.IGNORECASE,
)

Ip = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Address:
    """A web address taken apart; `host` is ASCII, `target` is what follows the host in a request."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def origin(self) -> str:
        """Scheme, host and port, as robots.txt is kept by."""
        return f"{self.scheme}://{self.netloc}"

    @property
    def netloc(self) -> str:
        """The host as the Host header names it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The whole address, without its fragment."""
        return self.origin + self.target


def check_address(url: str, any_port: bool = False) -> Address:
    """The address of a URL that may be tried. Raises FetchError where it may not, before any name is resolved."""
    shown = url[:200]
    if len(url) > MAX_URL_CHARS:
        raise FetchError(f"{shown}…: more than {MAX_URL_CHARS} characters")
    if re.search(r"[\x00-\x20\x7f\\\ud800-\udfff]", url):
        raise FetchError(f"{shown!a}: has a space, a backslash or a control character in it")
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError as error:
        raise FetchError(f"{shown}: {error}") from error
    if parts.scheme not in _PORTS:
        raise FetchError(f"{shown}: only http and https addresses are fetched")
    if "@" in parts.netloc:
        raise FetchError(f"{parts.scheme}://…@{host}: a name or password in an address is refused")
    if not host or not re.search(r"\w", host):
        raise FetchError(f"{shown}: names no host")
    if port not in (None, _PORTS[parts.scheme]) and not any_port:
        raise FetchError(f"{shown}: port {port} is refused; only {_PORTS[parts.scheme]} is used for {parts.scheme}")
    try:
        host = host if ":" in host else (idna.encode(host, uts46=True).decode() if not host.isascii() else host.lower())
        if ":" in host:
            host = str(ipaddress.IPv6Address(host))  # no zone, no other spelling
    except (idna.IDNAError, ValueError) as error:
        raise FetchError(f"{shown}: {host} is no host name") from error
    if not re.fullmatch(r"[a-z0-9._:-]{1,253}", host):
        raise FetchError(f"{shown}: {host[:60]} is no host name")
    target = _ascii(parts.path or "/") + (f"?{_ascii(parts.query)}" if parts.query else "")
    return Address(parts.scheme, host, _PORTS[parts.scheme] if port is None else port, target)


def _ascii(text: str) -> str:
    return re.sub(r"[^\x21-\x7e]", lambda m: "".join(f"%{byte:02X}" for byte in m[0].encode()), text)


def is_public(ip: Ip) -> bool:
    """Whether a machine on the open internet may have this address."""
    if ip.is_multicast or ip.is_reserved or ip.is_unspecified or not ip.is_global:
        return False
    return not any(ip.version == net.version and ip in net for net in _REFUSED)


def is_intranet(ip: Ip) -> bool:
    """The same, with private and loopback addresses; link-local ones, where clouds keep secrets, stay out."""
    if is_public(ip):
        return True
    mapped = any(ip.version == net.version and ip in net for net in _REFUSED)
    return (
        not mapped
        and not (ip.is_link_local or ip.is_multicast or ip.is_unspecified)
        and (ip.is_private or ip.is_loopback)
    )


def canonical_url(url: str) -> str:
    """The one spelling of an address: host in lower case, no default port, fragment or tracking parameters."""
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return url
    if parts.scheme not in _PORTS or not host:
        return url
    host = f"[{host}]" if ":" in host else host
    kept = [
        (key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(key)
    ]
    netloc = host if port in (None, _PORTS[parts.scheme]) else f"{host}:{port}"
    return urlunsplit((parts.scheme, netloc, parts.path or "/", urlencode(kept), ""))


def choose_canonical(fetched: str, said: str) -> str:
    """What a page is known by: the address that it names itself, if that is of its own site, else where it was."""
    here, there = _site(fetched), _site(said)
    # A page may not pass itself off as another site's, and a whole site's "canonical" top page names no article.
    if said and here and here == there and urlsplit(said).path not in ("", "/"):
        return canonical_url(said)
    return canonical_url(fetched)


def _site(url: str) -> str:
    try:
        host = (urlsplit(url).hostname or "").removeprefix("www.").removeprefix("m.").removeprefix("amp.")
    except ValueError:
        return ""
    return host

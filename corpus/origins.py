"""Where articles came from: a site, a folder, a followed feed, or a way to hand them over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Origin:
    """A site, a folder, a feed, or a way to hand articles over. `key` names it without telling `name`.

    A feed's `name` is its address, and `title` what it calls itself.
    """

    key: str
    kind: str
    name: str
    n_articles: int
    title: str = ""


def find_origin(source: str, roots: Sequence[str] = ()) -> tuple[str, str]:
    """The kind and name of where a source is: `("site", "news.example")`, `("folder", "/news")`, `("upload", "")`.

    `roots` are folders whose parts are not told apart; they end with a slash.
    """
    if source.startswith(("http://", "https://")):
        return "site", _host("/".join(source.split("/", 3)[:3]))
    for kind in ("upload", "pasted", "stdin"):
        if source.startswith(kind):
            return kind, ""
    path = source.partition("#")[0]
    root = next((root for root in roots if path.startswith(root)), path.rpartition("/")[0] + "/" if "/" in path else "")
    return ("folder", root.rstrip("/") or "/") if root else ("other", "")


def key_of(kind: str, name: str) -> str:
    """What stands for an origin where its name is not to be told."""
    return sha256(f"{kind}\0{name}".encode("utf-8", "surrogatepass")).hexdigest()[:12]


def count_origins(sources: Iterable[str], roots: Sequence[str] = ()) -> tuple[Origin, ...]:
    """The origins of articles by their sources, most articles first."""
    found = Counter(find_origin(source, roots) for source in sources)
    return in_order(Origin(key_of(*origin), *origin, n) for origin, n in found.items())


def in_order(origins: Iterable[Origin]) -> tuple[Origin, ...]:
    """Most articles first."""
    return tuple(sorted(origins, key=lambda origin: (-origin.n_articles, origin.kind, origin.name)))


@lru_cache(maxsize=4096)
def _host(site: str) -> str:
    try:
        return (urlsplit(site).hostname or "").removeprefix("www.")
    except ValueError:
        return ""

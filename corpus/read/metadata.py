"""What a web page says of itself: JSON-LD first, then Open Graph and other meta tags, then `time` tags."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from corpus.read.draft import is_web_address

ARTICLE_TYPES = (
    "article",
    "newsarticle",
    "reportagenewsarticle",
    "blogposting",
    "analysisnewsarticle",
    "liveblogposting",
)
_FIRST_JSON_BYTES = 500_000


@dataclass(frozen=True, slots=True)
class Said:
    """Each field as the page says it, empty where it does not; `free` is False where it says that it must be paid."""

    title: str = ""
    outlet: str = ""
    author: str = ""
    published: str = ""
    url: str = ""
    is_article: bool = False
    free: bool = True
    kind: str = ""


def read_metadata(tree: Any, address: str = "") -> Said:
    """From a page's lxml tree; what it says relative to itself counts from `address`."""
    meta = _meta_tags(tree)
    node = next(_article_nodes(tree), {})
    kind = meta.get("og:type", "").lower()
    canonical = next(iter(tree.xpath("//link[@rel='canonical']/@href")), "") or meta.get("og:url", "")
    return Said(
        title=_text(node.get("headline")) or meta.get("og:title", "") or meta.get("twitter:title", ""),
        outlet=_name(node.get("publisher")) or meta.get("og:site_name", "") or meta.get("application-name", ""),
        author=_names(node.get("author")) or meta.get("author", "") or meta.get("article:author", ""),
        published=_text(node.get("datePublished")) or meta.get("article:published_time", "") or _dated(tree, meta),
        url=_absolute(address or meta.get("og:url", ""), str(canonical)),
        is_article=bool(node) or kind == "article" or "article:published_time" in meta,
        free=str(node.get("isAccessibleForFree", "true")).lower() not in ("false", "0", "no"),
        kind=kind,
    )


def _absolute(base: str, said: str) -> str:
    try:
        url = urljoin(base, said) if said else ""
    except ValueError:
        return ""
    return url if is_web_address(url) else ""


def _meta_tags(tree: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for tag in tree.iter("meta"):
        key = (tag.get("property") or tag.get("name") or tag.get("itemprop") or "").lower()
        content = (tag.get("content") or "").strip()
        if key and content:
            found.setdefault(key, content)
    return found


def _dated(tree: Any, meta: dict[str, str]) -> str:
    for key in ("datepublished", "date", "dc.date", "dc.date.issued", "pubdate", "parsely-pub-date", "sailthru.date"):
        if key in meta:
            return meta[key]
    for path in ("//time[@pubdate]", "//time[@itemprop='datePublished']", "//article//time", "//header//time"):
        for tag in tree.xpath(path):
            if tag.get("datetime"):
                return str(tag.get("datetime"))
    return ""


def _article_nodes(tree: Any) -> Iterator[dict[str, Any]]:
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        try:
            said = json.loads((script.text or "")[:_FIRST_JSON_BYTES], strict=False)
        except (ValueError, RecursionError):
            continue
        for node in _nodes(said, 4):
            kinds = node.get("@type")
            names = kinds if isinstance(kinds, list) else [kinds]
            if any(isinstance(name, str) and name.lower() in ARTICLE_TYPES for name in names):
                yield node


def _nodes(said: Any, depth: int) -> Iterator[dict[str, Any]]:
    if isinstance(said, list) and depth:
        for one in said:
            yield from _nodes(one, depth - 1)
    elif isinstance(said, dict):
        yield said
        yield from _nodes(said.get("@graph"), depth - 1)
        yield from _nodes(said.get("mainEntity"), depth - 1)


def _text(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _name(value: Any) -> str:
    if isinstance(value, list):
        return next((name for one in value if (name := _name(one))), "")
    return _text(value.get("name")) if isinstance(value, dict) else _text(value)


def _names(value: Any) -> str:
    names = [_name(one) for one in (value if isinstance(value, list) else [value])]
    return ", ".join(name for name in names if name and not name.startswith("http"))

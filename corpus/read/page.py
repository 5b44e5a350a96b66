"""One HTML page to a draft: runs in the child process of corpus/read/html.py, which sets its limits."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import trafilatura
from trafilatura.settings import use_config

_PUBLISHED = (
    re.compile(r"<meta[^>]+(?:property|name)=[\"']article:published_time[\"'][^>]+content=[\"']([^\"']+)", re.I),
    re.compile(r"<meta[^>]+content=[\"']([^\"']+)[\"'][^>]+(?:property|name)=[\"']article:published_time[\"']", re.I),
    re.compile(r"\"datePublished\"\s*:\s*\"([^\"]+)\"", re.I),
)


def parse_page(html: str) -> dict[str, str]:
    """The fields of a Draft, as plain values."""
    config = use_config()
    config.set("DEFAULT", "EXTRACTION_TIMEOUT", "0")  # signals are the parent's business
    page: Any = trafilatura.bare_extraction(
        html,
        with_metadata=True,
        include_comments=False,
        include_tables=True,
        include_formatting=True,
        favor_precision=False,
        config=config,
        # Only what the page marks up as its date: never one that is found somewhere in its text.
        date_extraction_params={"extensive_search": False, "original_date": True, "outputformat": "%Y-%m-%d"},
    )
    if page is None or page.body is None:
        return {"title": "", "text": ""}
    title = page.title or ""
    blocks = [block for block in _blocks(page.body) if block.strip()]
    if blocks and title and blocks[0].removeprefix("## ") == " ".join(title.split()):
        blocks.pop(0)
    exact = next((match[1] for pattern in _PUBLISHED if (match := pattern.search(html))), "")
    return {
        "title": title,
        "text": "\n\n".join(blocks),
        "outlet": page.sitename or "",
        "url": page.url or "",
        "published": json.loads(f'"{exact}"') if "\\" in exact else exact or page.date or "",
    }


def _blocks(node: Any) -> Iterator[str]:
    """Put trafilatura's own tree in the library's plain text conventions."""
    for child in node:
        match child.tag:
            case "head":
                yield f"## {_text(child)}" if _text(child) else ""
            case "list":
                yield "\n".join(f"- {_text(item)}" for item in child.iter("item") if _text(item))
            case "table":
                rows = ([_text(cell) for cell in row.iter("cell")] for row in child.iter("row"))
                yield "\n".join(f"| {' | '.join(row)} |" for row in rows if any(row))
            case "quote" | "div" | "body" | "main" if any(grand.tag in ("p", "list", "head") for grand in child):
                yield " ".join((child.text or "").split())
                yield from _blocks(child)
            case "graphic":
                pass
            case _:
                yield _text(child)
        yield " ".join((child.tail or "").split())


def _text(node: Any) -> str:
    for line_break in node.iter("lb"):
        line_break.tail = f" {line_break.tail or ''}"
    return " ".join("".join(node.itertext()).split())

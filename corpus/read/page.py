"""One HTML page to a draft: metadata, the article's own blocks, and pages that hold no article told apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import trafilatura
from lxml import etree, html
from trafilatura.settings import use_config

from corpus.read.draft import Draft
from corpus.read.metadata import Said, read_metadata

STUB_CHARS = 1500
"""A page that asks to subscribe and has less text than this is taken for the stub before a paywall."""
CONSENT_CHARS = 2000

_CLUTTER = re.compile(
    r"\b(?:cookie|consent|gdpr|newsletter|related|read-?more|more-?stories|share|social|promo|advert|paywall-?box)",
    re.IGNORECASE,
)
_CLUTTER_LINE = re.compile(
    r"(?:read more|read also|see also|more on this story|related (?:stories|articles|topics)|advertisement"
    r"|sign up (?:to|for) |share this|follow us|we use cookies|accept (?:all )?cookies|skip to )",
    re.IGNORECASE,
)
_WALL = re.compile(
    r"subscribe (?:now )?to (?:continue|read|keep)|already a subscriber|to continue reading|(?:is|are) for subscribers"
    r"|subscriber[- ]only|to read the (?:full|rest)|create a free account to|unlock this article|start your free trial",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"before you continue|we (?:value|care about|respect) your privacy"
    r"|(?:manage|your) (?:privacy|cookie|consent) (?:choices|settings|preferences)"
    r"|our (?:\d+ )?partners (?:store|use|process)|accept all|privacy (?:gate|settings)",
    re.IGNORECASE,
)


def read_page(page: str, address: str = "") -> Draft | str:
    """The draft of a page, or why it holds no article; `address` is where it came from, if that is known."""
    try:
        tree = html.fromstring(
            page.encode("utf-8", "replace"), parser=html.HTMLParser(encoding="utf-8", huge_tree=False)
        )
    except (etree.LxmlError, ValueError) as error:
        return f"no HTML that can be read: {error}"[:200]
    said = read_metadata(tree, address)
    whole = " ".join(" ".join(tree.itertext("p", "div", "li", "h1", "h2", "button", "span", "a")).split())[:20_000]
    n_links, n_paragraphs = _weigh(tree)
    _tidy(tree)
    found = _extract(tree)
    blocks = _without_clutter(_blocks(found.body)) if found is not None and found.body is not None else []
    title = said.title or (found.title if found else "") or ""
    if blocks and title and blocks[0].removeprefix("## ") == " ".join(title.split()):
        blocks.pop(0)
    text = "\n\n".join(blocks)
    if reason := _no_article(said, text, whole, n_links, n_paragraphs):
        return reason
    return Draft(
        title=title,
        text=text,
        outlet=said.outlet or (found.sitename if found else "") or "",
        url=said.url or (found.url if found else "") or "",
        published=said.published or (found.date if found else "") or "",
        author=said.author or (found.author if found else "") or "",
    )


def _extract(tree: Any) -> Any:
    config = use_config()
    config.set("DEFAULT", "EXTRACTION_TIMEOUT", "0")  # signals are the parent's business
    return trafilatura.bare_extraction(
        tree,
        with_metadata=True,
        include_comments=False,
        include_tables=True,
        include_formatting=True,
        favor_precision=False,
        config=config,
        # Only what the page marks up as its date: never one that is found somewhere in its text.
        date_extraction_params={"extensive_search": False, "original_date": True, "outputformat": "%Y-%m-%d"},
    )


def _tidy(tree: Any) -> None:
    """Take out what is no article by its own name, and make paragraphs of captions, which would be dropped."""
    for node in list(tree.iter("div", "section", "aside", "ul", "form", "dialog", "nav")):
        named = f"{node.get('class') or ''} {node.get('id') or ''} {node.get('role') or ''}"
        if (_CLUTTER.search(named) and node.find(".//article") is None and not _is_body(node)) or node.tag == "dialog":
            node.drop_tree()
    for figure in list(tree.iter("figure")):
        captions = [" ".join(caption.itertext()) for caption in figure.iter("figcaption")]
        paragraph = html.Element("p")
        paragraph.text = " ".join(" ".join(captions).split())
        if paragraph.text and figure.getparent() is not None and figure.find(".//table") is None:
            paragraph.tail = figure.tail
            figure.getparent().replace(figure, paragraph)


def _is_body(node: Any) -> bool:
    return sum(len(p.text_content()) for p in node.iter("p")) > STUB_CHARS


def _weigh(tree: Any) -> tuple[int, int]:
    """How many links read like headlines, and how many paragraphs read like text."""
    links = sum(1 for a in tree.iter("a") if len(a.text_content().split()) >= 4 and a.getparent().tag != "p")
    return links, sum(1 for p in tree.iter("p") if len(p.text_content().split()) >= 20)


def _no_article(said: Said, text: str, whole: str, n_links: int, n_paragraphs: int) -> str:
    if len(text) < STUB_CHARS and (_WALL.search(whole) or not said.free):
        return f"behind a paywall: only {len(text.split())} words of it are there"
    if not said.is_article and len(whole) < CONSENT_CHARS and _CONSENT.search(whole):
        return "a page that asks for consent, not the article; open it in a browser, agree, and save the page"
    at_top = bool(said.url) and urlsplit(said.url).path in ("", "/")
    if not said.is_article and n_links > 12 and n_links > 3 * n_paragraphs:
        return "not an article: a page of links to others" + (" (a home page)" if at_top else "")
    return ""


def _without_clutter(blocks: Iterator[str]) -> list[str]:
    return [
        block
        for block in blocks
        if block.strip()
        and not (len(block) < 160 and _CLUTTER_LINE.match(block.removeprefix("## ").removeprefix("- ")))
    ]


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

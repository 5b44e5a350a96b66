"""Marked-up text that is all article (a mail, a feed's entry, a chapter) in the library's plain text conventions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree, html

_SKIPPED = frozenset(("script", "style", "head", "nav", "form", "button", "template", "noscript", "iframe", "svg"))
_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "p div section article main blockquote body html figure figcaption header footer ul ol table pre "
        "h1 h2 h3 h4 h5 h6 hr aside dl dt dd center address",
    )
)


def markup_text(markup: str) -> str:
    """Headings, list items and table rows keep their lines; everything else is paragraphs."""
    if not markup.strip():
        return ""
    if "<" not in markup:
        return html.fromstring(f"<p>{markup}</p>").text_content() if "&" in markup else markup
    try:
        parser = html.HTMLParser(encoding="utf-8", huge_tree=False)
        tree = html.fromstring(markup.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError):
        return ""
    return tree_text(tree)


def tree_text(tree: Any) -> str:
    """The same of an lxml tree; names may have a namespace."""
    return "\n\n".join(block for block in _blocks(tree) if block.strip())


def _blocks(node: Any) -> Iterator[str]:
    """The blocks of a node: runs of inline text between blocks are paragraphs of their own."""
    inline = [node.text or ""]
    for child in node:
        name = _name(child)
        if name in _SKIPPED or not name:
            pass
        elif name in _BLOCKS:
            yield _joined(inline)
            inline = []
            yield from _block(child, name)
        elif any(_name(inner) in _BLOCKS for inner in child.iter()):
            yield _joined(inline)
            inline = []
            yield from _blocks(child)
        else:
            inline.append("\n" if name == "br" else _text(child))
        inline.append(child.tail or "")
    yield _joined(inline)


def _block(node: Any, name: str) -> Iterator[str]:
    if re.fullmatch("h[1-6]", name):
        yield f"## {_text(node)}" if _text(node) else ""
    elif name in ("ul", "ol"):
        yield "\n".join(f"- {said}" for item in node if _name(item) == "li" and (said := _text(item)))
    elif name == "table" and not any(_name(inner) == "table" for inner in node.iterdescendants()):
        rows = [
            [_text(cell) for cell in row if _name(cell) in ("td", "th")] for row in node.iter() if _name(row) == "tr"
        ]
        if max(map(len, rows), default=0) > 1:
            yield "\n".join(f"| {' | '.join(row)} |" for row in rows if any(row))
        else:  # a table for layout
            yield from (cell for row in rows for cell in row)
    elif name == "pre":
        yield "".join(node.itertext()).strip("\n")
    else:
        yield from _blocks(node)


def _name(node: Any) -> str:
    return node.tag.rpartition("}")[2].lower() if isinstance(node.tag, str) else ""


def _text(node: Any) -> str:
    if _name(node) in _SKIPPED:
        return ""
    parts = [node.text or ""]
    for child in node:
        parts += [" " if _name(child) in _BLOCKS or _name(child) in ("br", "li", "tr", "td") else "", _text(child)]
        parts.append(child.tail or "")
    return " ".join("".join(parts).split()) if _name(node) in _BLOCKS | {"li", "td", "th"} else "".join(parts)


def _joined(parts: list[str]) -> str:
    """Inline text as a paragraph; two line breaks in a row, as mails have, begin a new one."""
    paragraphs = re.split(r"\n[ \t]*\n\s*", re.sub(r"[ \t\r]*\n[ \t\r]*", "\n", "".join(parts)))
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)

"""Markdown with optional YAML front matter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import yaml
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from corpus.read.decode import decode
from corpus.read.draft import Draft, finish
from corpus.read.normalize import normalize_line, normalize_text
from corpus.read.note import Note
from corpus.types import Article, Failure

_FRONT = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)


def read_file(path: Path, source: str, name: str) -> Iterator[Article | Failure | Note]:
    """The one article of a Markdown file."""
    text, remark = decode(path.read_bytes())
    if text is None:
        yield Failure(source, remark)
        return
    draft = parse_markdown(text, source)
    if isinstance(draft, Failure):
        yield draft
        return
    if remark:
        yield Note(source, remark)
    yield from finish(draft, source, name)


def parse_markdown(text: str, source: str) -> Draft | Failure:
    """Front matter and body; the title is the former's, else the top heading, which then leaves the body."""
    said: dict[str, str] = {}
    match = _FRONT.match(text)
    if match:
        try:
            # BaseLoader leaves every scalar the string it is: no date, number or `yes` is read into it.
            front = yaml.load(match[1], Loader=yaml.BaseLoader)  # noqa: S506
        except yaml.YAMLError as error:
            return Failure(source, _front_matter_error(error))
        if isinstance(front, dict):
            said = {str(key).lower(): value for key, value in front.items() if isinstance(value, str)}
            text = text[match.end() :]
    heading, body = markdown_text(text)
    title = said.get("title", "")
    if heading and title and normalize_line(heading) != normalize_line(title):
        body = f"## {heading}\n\n{body}"
    return Draft(
        title=title or heading,
        text=body,
        outlet=said.get("outlet", ""),
        url=said.get("url", ""),
        published=said.get("published") or said.get("date", ""),
        id=said.get("id", ""),
    )


def _front_matter_error(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    # The front matter begins on the file's second line, and YAML counts from 0.
    return f"front matter, line {mark.line + 2}: {problem}" if mark else f"front matter: {problem}"


def markdown_text(text: str) -> tuple[str, str]:
    """The first top heading, if the text opens with one, and the rest in the library's plain text conventions."""
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    root = SyntaxTreeNode(parser.parse(normalize_text(text)))
    blocks = list(root.children)
    title = ""
    if blocks and blocks[0].type == "heading" and blocks[0].tag == "h1":
        title = _inline(blocks.pop(0))
    return title, "\n\n".join(part for block in blocks for part in _blocks(block) if part.strip())


def _blocks(node: SyntaxTreeNode) -> Iterator[str]:
    match node.type:
        case "heading":
            heading = _inline(node)
            if heading:
                yield f"## {heading}"
        case "paragraph":
            yield _inline(node)
        case "bullet_list" | "ordered_list":
            yield "\n".join(_items(node))
        case "table":
            rows = [row for part in node.children for row in part.children]
            yield "\n".join("| " + " | ".join(_inline(cell) for cell in row.children) + " |" for row in rows)
        case "fence" | "code_block" | "html_block":
            yield re.sub(r"\n\s*\n", "\n", node.content.strip("\n"))
        case "hr":
            pass
        case _:
            for child in node.children:
                yield from _blocks(child)


def _items(node: SyntaxTreeNode) -> Iterator[str]:
    for item in node.children:
        own: list[str] = []
        nested: list[str] = []
        for child in item.children:
            if child.type in ("bullet_list", "ordered_list"):
                nested.extend(_items(child))
            else:
                own.extend(" ".join(part.split()) for part in _blocks(child))
        if own:
            yield "- " + " ".join(own)
        yield from nested


def _inline(node: SyntaxTreeNode) -> str:
    return " ".join("".join(_spans(node)).split())


def _spans(node: SyntaxTreeNode) -> Iterator[str]:
    match node.type:
        case "text" | "code_inline" | "html_inline" | "text_special":
            yield node.content
        case "softbreak" | "hardbreak":
            yield " "
        case "image":
            yield " ".join(_inline(child) for child in node.children) or node.content
        case _:
            for child in node.children:
                yield from _spans(child)

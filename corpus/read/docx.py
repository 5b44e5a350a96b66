"""Word documents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
from docx.opc.exceptions import OpcError
from docx.table import Table

from corpus.read.archive import MEMBER_BYTES, Archive
from corpus.read.draft import Draft, finish
from corpus.read.note import Note
from corpus.types import Article, Failure


def read_file(path: Path, source: str, name: str) -> Iterator[Article | Failure | Note]:
    """The one article of a document: headings, list items and table rows keep their lines."""
    archive = Archive(path)
    for part in archive.names():
        if part.startswith("word/") and part.endswith(".xml") and len(archive.read(part)) > MEMBER_BYTES:
            return  # `read` has raised
    try:
        document: Any = docx.Document(str(path))
    except (OpcError, KeyError, ValueError) as error:
        yield Failure(source, f"damaged: {error}"[:200])
        return
    title, blocks = "", []
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            blocks.append("\n".join(_rows(block)))
            continue
        text, style = " ".join(block.text.split()), (block.style.name if block.style is not None else "") or ""
        if not text:
            continue
        if not title and style in ("Title", "Heading 1") and not blocks:
            title = text
        elif style == "Title" or style.startswith("Heading"):
            blocks.append(f"## {text}")
        elif style.startswith("List") or block._p.xpath("./w:pPr/w:numPr"):
            joins = bool(blocks) and blocks[-1].rpartition("\n")[2].startswith("- ")
            blocks.append(f"{blocks.pop()}\n- {text}" if joins else f"- {text}")
        else:
            blocks.append(text)
    said = document.core_properties
    own = "" if re.fullmatch(r"(?i)|word document|untitled|document\d*", said.title or "") else said.title
    author = "" if said.author == "python-docx" else said.author or ""
    yield from finish(Draft(own or title, "\n\n".join(blocks), author=author), source, name)


def _rows(table: Table) -> Iterator[str]:
    for row in table.rows:
        cells: list[str] = []
        last: Any = None
        for cell in row.cells:
            if cell._tc is last:  # merged cells are given once for each column
                continue
            last = cell._tc
            cells.append(" ".join(cell.text.split()))
        if any(cells):
            yield f"| {' | '.join(cells)} |"

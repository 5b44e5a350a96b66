"""EPUB books and newspapers, read from their own XML: the usual library's licence (AGPL) does not fit this project."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from corpus.read.archive import Archive
from corpus.read.draft import Draft, finish
from corpus.read.markup import markup_text
from corpus.read.note import Note
from corpus.types import Article, Failure

_OPF = "{http://www.idpf.org/2007/opf}"
_DC = "{http://purl.org/dc/elements/1.1/}"


def read_file(path: Path, source: str, name: str) -> Iterator[Article | Failure | Note]:
    """The one article of a book, its chapters in reading order."""
    archive = Archive(path)
    if "META-INF/encryption.xml" in archive.names() and b"EncryptedData" in archive.read("META-INF/encryption.xml"):
        yield Failure(source, "encrypted (DRM)")
        return
    container = archive.xml("META-INF/container.xml")
    opf = next((str(node.get("full-path")) for node in container.iter("{*}rootfile")), "")
    package = archive.xml(opf)
    names = [posixpath.normpath(posixpath.join(posixpath.dirname(opf), href)) for href in _spine(package)]
    chapters = [markup_text(_decoded(archive.read(name))) for name in names]
    said = {field: package.findtext(f".//{_DC}{field}") or "" for field in ("title", "creator", "publisher", "date")}
    yield from finish(
        Draft(
            said["title"],
            "\n\n".join(chapter for chapter in chapters if chapter),
            outlet=said["publisher"],
            published=said["date"],
            author=said["creator"],
        ),
        source,
        name,
    )


def _spine(package: Any) -> Iterator[str]:
    items = {
        item.get("id"): str(item.get("href"))
        for item in package.iter(f"{_OPF}item")
        if "html" in (item.get("media-type") or "") and "nav" not in (item.get("properties") or "").split()
    }
    for ref in package.iter(f"{_OPF}itemref"):
        if ref.get("idref") in items:
            yield unquote(items[ref.get("idref")])


def _decoded(data: bytes) -> str:
    text = data.decode("utf-8", "replace")
    # lxml refuses a str that declares an encoding.
    return text.partition("?>")[2] if text.lstrip("\ufeff \n").startswith("<?xml") else text

"""The table of formats: which suffix, or which first bytes, are read by which module. A new format is a line here.

A reader is a module with `read_file(path, source, name)` that yields an Article, a Failure or a Note for each thing it
finds. It runs in a child process (corpus/read/child.py), so it may raise, hang or crash on what it is given.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

HEAD_BYTES = 4096
"""How much of a file is looked at to see what it is."""

Sniff = Callable[[bytes], bool]


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file; `streamed` ones hold many articles, are read one at a time, and may be of any size."""

    name: str
    suffixes: tuple[str, ...]
    sniff: Sniff
    streamed: bool = False

    @property
    def module(self) -> str:
        """The reader."""
        return f"corpus.read.{self.name}"


def _never(head: bytes) -> bool:
    return False


def _begins(*marks: bytes) -> Sniff:
    return lambda head: head.startswith(marks)


def _package(mark: bytes) -> Sniff:
    """A zip archive whose first entries say so."""
    return lambda head: head.startswith(b"PK\x03\x04") and mark in head


def _matches(pattern: bytes) -> Sniff:
    compiled = re.compile(pattern, re.IGNORECASE | re.DOTALL)
    return lambda head: bool(compiled.match(head.removeprefix(b"\xef\xbb\xbf").lstrip()))


_PROLOG = rb"(?:<\?xml[^>]*>\s*|<!--.*?-->\s*)*"

FORMATS = (
    Format("pdf", (".pdf",), _begins(b"%PDF-")),
    Format("docx", (".docx",), _package(b"word/")),
    Format("odt", (".odt",), _package(b"mimetypeapplication/vnd.oasis.opendocument.text")),
    Format("epub", (".epub",), _package(b"mimetypeapplication/epub+zip")),
    Format("rtf", (".rtf",), _begins(b"{\\rtf")),
    Format("feed", (".rss", ".atom", ".xml", ".json"), _matches(_PROLOG + rb"<(?:rss|feed|rdf:RDF)[\s>]")),
    Format("html", (".html", ".htm", ".xhtml"), _matches(_PROLOG + rb"(?:<!doctype html|<html[\s>])")),
    Format("eml", (".eml",), _matches(rb"(?:[\w-]+: [^\n]*\n(?:[ \t][^\n]*\n)*)*(?:message-id|mime-version): ")),
    Format("jsonl", (".jsonl", ".ndjson"), _never, streamed=True),
    Format("csv", (".csv", ".tsv"), _never, streamed=True),
    Format("markdown", (".md", ".markdown"), _never),
    Format("text", (".txt", ".text"), _never),
)
BY_SUFFIX = {suffix: form for form in FORMATS for suffix in form.suffixes}
_HINTS = {
    ".doc": "save it as .docx",
    ".xls": "save it as .csv",
    ".xlsx": "save it as .csv",
    ".zip": "unpack it and add the folder",
    ".mbox": "save its messages as .eml",
}


def format_of(suffix: str, head: bytes) -> Format | str:
    """The format by first bytes, else by suffix (lower case, with its dot), else why there is none."""
    sniffed = next((form for form in FORMATS if form.sniff(head)), None)
    if sniffed:
        return sniffed
    if head.startswith(b"\xd0\xcf\x11\xe0") and suffix == ".docx":
        return "encrypted, or an old Word file; open it in a word processor and save it as .docx without a password"
    if suffix in BY_SUFFIX:
        return BY_SUFFIX[suffix]
    hint = f"; {_HINTS[suffix]}" if suffix in _HINTS else ""
    return f"unknown kind of file {suffix or '(no suffix)'}{hint}; known: {', '.join(BY_SUFFIX)}"

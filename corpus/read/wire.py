"""What a reader found, as one line of JSON: how items come out of the child process."""

from __future__ import annotations

import json
from dataclasses import asdict

from corpus.read.note import Note
from corpus.types import Article, Failure, parse_published

END = "{}"


def to_line(item: Article | Failure | Note) -> str:
    """One line, without its end."""
    fields = asdict(item)
    if isinstance(item, Article):
        fields["published"] = item.published_text
    return json.dumps([type(item).__name__, fields])


def from_line(line: str) -> Article | Failure | Note:
    """The item that `to_line` wrote."""
    kind, fields = json.loads(line)
    if kind == "Article":
        return Article(**fields | {"published": parse_published(fields["published"]), "pages": tuple(fields["pages"])})
    return Failure(**fields) if kind == "Failure" else Note(**fields)

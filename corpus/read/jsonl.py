"""JSON lines: one article a line, `{"id"?, "title", "outlet"?, "url"?, "published"?, "text"}`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from corpus.read.decode import MAX_BYTES
from corpus.read.draft import Draft, finish
from corpus.read.note import Note
from corpus.types import Article, Failure

_FIELDS = ("title", "text", "outlet", "url", "published", "id", "author")


def read_file(path: Path, source: str, name: str) -> Iterator[Article | Failure | Note]:
    """The articles of a file, line by line; a bad line is a Failure that names it, and the rest is read."""
    with path.open("rb") as file:
        yield from read_lines(file, source)


def looks_like_jsonl(data: bytes) -> bool:
    """Whether the first line is a JSON object."""
    line = data.lstrip(b"\xef\xbb\xbf \t\r\n").split(b"\n", 1)[0]
    try:
        return line.startswith(b"{") and isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def read_lines(lines: Iterable[bytes], source: str) -> Iterator[Article | Failure | Note]:
    """The same for lines from anywhere."""
    for number, line in enumerate(lines, start=1):
        where = f"{source}:{number}"
        line = line.removeprefix(b"\xef\xbb\xbf").strip()
        if not line:
            continue
        if len(line) > MAX_BYTES:
            yield Failure(where, f"too large: {len(line) / 1e6:.0f} MB on one line, limit {MAX_BYTES / 1e6:.0f} MB")
            continue
        draft = _parse(line)
        if isinstance(draft, str):
            yield Failure(where, draft)
            continue
        mine = f"{source}#{draft.id or number}"
        name = draft.title
        for item in finish(draft, mine, name):
            yield Failure(where, item.reason) if isinstance(item, Failure) else item


def _parse(line: bytes) -> Draft | str:
    try:
        said: Any = json.loads(line)
    except UnicodeDecodeError:
        return "not UTF-8"
    except json.JSONDecodeError as error:
        return f"no JSON: {error.msg} at column {error.colno}"
    except RecursionError:
        return "no JSON that can be read: nested too deep"
    return draft_of(said)


def draft_of(said: Any) -> Draft | str:
    """The draft of one JSON value, or what is wrong with it."""
    if not isinstance(said, dict):
        return 'no JSON object; expected {"title": …, "text": …}'
    fields = {key: said.get(key) for key in _FIELDS}
    if isinstance(fields["id"], int):
        fields["id"] = str(fields["id"])
    if not isinstance(fields["author"], str):
        fields["author"] = ""
    for key, value in fields.items():
        if value is not None and not isinstance(value, str):
            return f'"{key}" is {type(value).__name__}, not a string'
    for key in ("title", "text"):
        if not (fields[key] or "").strip():
            return f'no "{key}"'
    return Draft(**{key: value or "" for key, value in fields.items()})

"""Mails: a newsletter, a press release."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from corpus.read.decode import decode
from corpus.read.draft import Draft, finish
from corpus.read.markup import markup_text
from corpus.read.note import Note
from corpus.read.text import parse_text
from corpus.types import Article, Failure


def read_file(path: Path, source: str, name: str) -> Iterator[Article | Failure | Note]:
    """The one article of a mail: subject, date and sender from its head; attachments are named and left out."""
    policy = email.policy.default
    message = email.message_from_bytes(path.read_bytes(), policy=policy)
    body = message.get_body(("html", "plain"))
    if body is None:
        yield Failure(source, "a mail without text")
        return
    content = _content(body)
    if body.get_content_subtype() == "html":
        text = markup_text(content)
    else:
        text = "\n\n".join(filter(None, (parse_text(content).title, parse_text(content).text)))
        text = text.partition("\n-- \n")[0]
    files = [str(part.get_filename() or "unnamed")[:80] for part in message.iter_attachments()]
    if files:
        yield Note(source, f"{len(files)} attachments left out: {', '.join(files[:5])}")
    sender, address = parseaddr(str(message.get("from", "")))
    yield from finish(
        Draft(
            str(message.get("subject", "")),
            text,
            outlet=sender or address.rpartition("@")[2],
            published=str(message.get("date", "")),
            author=address,
        ),
        source,
        name,
    )


def _content(part: Any) -> str:
    data = part.get_payload(decode=True) or b""
    text, _ = decode(data, declared=part.get_content_charset() or "")
    return text or ""

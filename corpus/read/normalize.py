"""Text, titles, ids and dates in the one form in which the library keeps them."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

ID_CHARS = 80

_JUNK = re.compile("[\u200b\u2060\ufeff\u00ad]")
"""Zero-width space, word joiner, byte order mark, soft hyphen. Joiners stay: Persian and Hindi are spelt with them."""
_BREAKS = re.compile("\r\n|[\r\u0085\u2028\u2029\x0b\x0c]")
_BLANK = re.compile("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_FORMATS = ("%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y")


def normalize_text(text: str) -> str:
    r"""NFC with `\n` line ends; no control characters, zero-width junk, trailing spaces or second blank lines.

    Doing it twice changes nothing.
    """
    text = _BREAKS.sub("\n", text)
    text = _CONTROL.sub("", _JUNK.sub("", _BLANK.sub(" ", text)))
    # Composed last: dropping a character may bring a letter and its accent together.
    lines = [line.rstrip(" ") for line in unicodedata.normalize("NFC", text).split("\n")]
    return re.sub("\n{3,}", "\n\n", "\n".join(lines)).strip("\n").rstrip(" ")


def normalize_line(text: str) -> str:
    """The same, on one line with single spaces."""
    return " ".join(normalize_text(text).split())


def slug(text: str) -> str:
    """An id out of a name: lower case, accents folded, words joined by hyphens, at most 80 characters."""
    folded = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", "-", folded).strip("-")[:ID_CHARS].rstrip("-") or "article"


def parse_date(said: str) -> tuple[date | datetime | None, str]:
    """A publication date as a source says it, and a remark where something had to be assumed or left out.

    ISO 8601, RFC 2822, `5 March 2024` and `March 5, 2024` are read; nothing is guessed.
    """
    said = said.strip()
    if not said:
        return None, ""
    found = _parse(said)
    if found is None:
        return None, f"published: '{said[:60]}' is no date; added without one"
    if isinstance(found, datetime) and found.tzinfo is None:
        return found.replace(tzinfo=UTC), f"published: '{said[:60]}' names no time zone; taken as UTC"
    return found, ""


def _parse(said: str) -> date | datetime | None:
    if re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", said):
        try:
            return date(*(int(part) for part in said.split("-")))
        except ValueError:
            return None
    if re.match(r"\d{4}-\d{2}-\d{2}[Tt ]", said):
        try:
            return datetime.fromisoformat(re.sub(r"\s+(?=[+-]\d|Z$|z$)", "", said).replace("z", "Z"))
        except ValueError:
            return None
    for form in _FORMATS:
        try:
            return datetime.strptime(said, form).date()
        except ValueError:
            continue
    try:
        return parsedate_to_datetime(said) if "," in said or ":" in said else None
    except ValueError:
        return None

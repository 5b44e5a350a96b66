"""Bytes to text: what a file is refused for before it is read, and which encoding is assumed."""

from __future__ import annotations

import codecs
from pathlib import Path

from charset_normalizer import from_bytes

MAX_BYTES = 20_000_000
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def check_file(path: Path) -> str:
    """Why a file will not be read; empty if it may be."""
    try:
        size = path.stat().st_size
        if not path.is_file():
            return "not a regular file" if not path.is_dir() else "this folder may not be read"
        with path.open("rb"):
            pass
    except FileNotFoundError:
        return "no such file or folder"
    except PermissionError:
        return "permission denied"
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    if size == 0:
        return "empty"
    return ""


def too_large(size: int) -> str:
    """Why a file of so many bytes will not be read."""
    return f"too large: {_megabytes(size)}, limit {_megabytes(MAX_BYTES)}"


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.0f} MB" if size % 1_000_000 == 0 or size > 100_000_000 else f"{size / 1e6:.1f} MB"


def decode(data: bytes, declared: str = "") -> tuple[str | None, str]:
    """The text, with a remark where its encoding was assumed; or None and why there is none.

    A byte order mark is believed, then UTF-8 if it fits, then what the file declares, then what it looks like.
    """
    if not data.strip():
        return None, "empty"
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return data.decode(encoding), ""
            except UnicodeDecodeError:
                return None, f"its first bytes say {encoding}, the rest does not fit"
    if b"\0" in data:
        return None, "binary, not text"
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_other(data, declared)
    return (None, "binary, not text") if _is_noise(text) else (text, "")


def _decode_other(data: bytes, declared: str) -> tuple[str | None, str]:
    if declared:
        try:
            return data.decode(declared), ""
        except (LookupError, UnicodeDecodeError):
            pass
    best = from_bytes(data[:200_000]).best()
    if best is None:
        return None, "binary, not text"
    try:
        text = data.decode(best.encoding)
    except UnicodeDecodeError:
        text = data.decode(best.encoding, errors="replace")
    if _is_noise(text):
        return None, "binary, not text"
    return text, f"not UTF-8; read as {best.encoding}"


def _is_noise(text: str) -> bool:
    sample = text[:20_000]
    odd = sum(1 for c in sample if (ord(c) < 32 and c not in "\t\n\r\f\x0b\x1b") or 0x7F <= ord(c) < 0xA0)
    return odd > 0.02 * len(sample)

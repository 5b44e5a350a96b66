"""The list of an index's files that is written last, so that its existence proves that they are whole."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from corpus.ledger import Head

FORMAT = 1
NAME = "manifest.json"


class IndexDamaged(Exception):
    """An index cannot be read or written: for its owner, a reason to rebuild it, never shown to anyone."""


def write_manifest(folder: Path, head: Head) -> None:
    """Vouch for every file in a folder, as reflecting `head`."""
    content = {"format": FORMAT, "epoch": head.epoch, "generation": head.generation, "files": _files(folder)}
    draft = folder / f"{NAME}.draft"
    with draft.open("w") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(folder / NAME)


def check_manifest(folder: Path, part: str = "") -> Head | None:
    """What the files in a folder reflect; None where any is missing, changed or extra, or nobody vouches.

    `part` names a folder in it, to check only that.
    """
    content = read_manifest(folder)
    if content is None:
        return None
    files = {name: file for name, file in content["files"].items() if name.startswith(part)}
    if not files or files != _files(folder, part):
        return None
    return Head(content["epoch"], content["generation"])


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest's content, unchecked."""
    try:
        content = json.loads((folder / NAME).read_text())
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) and content.get("format") == FORMAT else None


def drop_manifest(folder: Path) -> None:
    """Stop vouching: called before the first write."""
    (folder / NAME).unlink(missing_ok=True)


def _files(folder: Path, part: str = "") -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    try:
        for path in sorted((folder / part).rglob("*")):
            if path.is_file() and not path.name.startswith(NAME) and not path.name.endswith(".lock"):
                with path.open("rb") as file:
                    digest = hashlib.file_digest(file, "blake2b").hexdigest()[:32]
                found[path.relative_to(folder).as_posix()] = [path.stat().st_size, digest]
    except OSError:
        return {}
    return found

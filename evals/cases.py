"""A set from its file: the cases, and the header line that says which articles they are asked of."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from corpus.errors import EvalError
from evals.types import SETS, EvalCase

_HEADER_KEYS = {"set", "articles", "licence", "source", "about"}


@dataclass(frozen=True, slots=True)
class Header:
    """What a set says of itself: its name, where its articles are, its licence and where it comes from."""

    name: str
    articles: tuple[Path, ...] = ()
    licence: str = ""
    source: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class CaseSet:
    """A set as it was read; `fingerprint` is the SHA-256 of its file."""

    header: Header
    path: Path
    cases: tuple[EvalCase, ...]
    fingerprint: str


def find_set(name: str) -> Path:
    """The file of a set: a .jsonl path, or the name of a shipped one. Raises EvalError naming those that ship."""
    if name.endswith(".jsonl"):
        return Path(name)
    path = SETS / f"{name}.jsonl"
    if not path.is_file():
        shipped = ", ".join(sorted(p.stem for p in SETS.glob("*.jsonl")))
        raise EvalError(f"{name}: no such set. Shipped: {shipped}; any other is given as a .jsonl file.")
    return path


def read_set(name: str) -> CaseSet:
    """A set by its path or shipped name.

    Its first line may be a header, `{"set": NAME, "articles": FILE or [FILES], ...}`, with paths from the set's folder.
    Raises EvalError with file and line, also for an id that comes twice.
    """
    path = find_set(name)
    try:
        raw = path.read_bytes()
        lines = raw.decode("utf-8-sig").split("\n")  # not splitlines: JSON may hold U+2028 as it is
    except (OSError, UnicodeDecodeError) as error:
        raise EvalError(f"{path}: cannot be read ({error}). Shipped sets are in evals/sets.") from error
    header = Header(path.parent.name if path.stem == "cases" else path.stem)
    cases: dict[str, EvalCase] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
            if number == 1 and isinstance(data, dict) and "set" in data:
                header = read_header(data, path)
                continue
            case = EvalCase.from_json(data, header.name, f"{path}:{number}")
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise EvalError(f"{path}:{number}: {error}") from error
        if case.id in cases:
            raise EvalError(f"{path}:{number}: the id {case.id!r} comes twice")
        cases[case.id] = case
    if not cases:
        raise EvalError(f"{path}: no case in it")
    return CaseSet(header, path, tuple(cases.values()), sha256(raw).hexdigest())


def read_cases(path: Path) -> Iterator[EvalCase]:
    """The cases of a .jsonl set. Raises EvalError as `read_set` does."""
    yield from read_set(str(path)).cases


def read_header(data: Mapping[str, Any], path: Path) -> Header:
    """The first line of the set at `path`. Raises ValueError with what is wrong."""
    if unknown := set(data) - _HEADER_KEYS:
        raise ValueError(f"unknown keys {', '.join(sorted(unknown))} in the header")
    articles = data.get("articles", [])
    articles = [articles] if isinstance(articles, str) else articles
    texts = [data["set"], *[data.get(key, "") for key in ("licence", "source", "about")]]
    if not isinstance(articles, list) or not all(isinstance(x, str) for x in [*articles, *texts]) or not data["set"]:
        raise ValueError("the header's values must be text, 'articles' a path or a list of paths")
    name, licence, source, about = texts
    return Header(name, tuple(path.parent / a for a in articles), licence, source, about)

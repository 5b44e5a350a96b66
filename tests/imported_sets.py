"""What tests of importers share: files of lines written, and what an import wrote read back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from corpus.read import read_articles
from corpus.types import Article
from evals.cases import read_set
from evals.types import EvalCase


def write_lines(path: Path, lines: list[Any]) -> Path:
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")
    return path


def cases_of(out: Path) -> dict[str, EvalCase]:
    return {case.id: case for case in read_set(str(out / "cases.jsonl")).cases}


def articles_of(out: Path) -> dict[str, Article]:
    return {a.id: a for a in read_articles(str(out / "articles.jsonl")) if isinstance(a, Article)}


def reasons_of(out: Path) -> dict[str, str]:
    lines = (out / "dropped.jsonl").read_text("utf-8").splitlines()
    return {line["id"]: line["reason"] for line in map(json.loads, lines)}

"""Other people's question sets as ours: one reader a format, and the folder that an import writes.

Every reader takes a path and gives `Imported`; what it cannot use it drops with place and reason, never silently.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import EvalError
from evals.importers import beir, clapnq, columns, markdown, mtrag, realtimeqa, squad
from evals.importers.imported import Imported

UNKNOWN_LICENCE = "unknown"


@dataclass(frozen=True, slots=True)
class Format:
    """A format that can be read: what to point at, and the licence its makers publish it under."""

    read: Callable[[Path], Imported]
    source: str
    licence: str = UNKNOWN_LICENCE


FORMATS: Mapping[str, Format] = {
    "squad": Format(squad.read, "a .json of SQuAD 1.1, SQuAD 2.0, XQuAD or another set in that form", "CC BY-SA 4.0"),
    "beir": Format(beir.read, "a folder with corpus.jsonl, queries.jsonl and qrels/"),
    "mtrag": Format(
        mtrag.read,
        "a .jsonl of MTRAG's generation tasks, or a folder of cases.jsonl and articles.jsonl",
        "Apache-2.0",
    ),
    "clapnq": Format(clapnq.read, "an annotated .jsonl of ClapNQ", "Apache-2.0"),
    "realtimeqa": Format(realtimeqa.read, "a *_qa.jsonl of RealTime QA, or a folder of them"),
    "csv": Format(columns.read_csv, "a .csv with a header"),
    "tsv": Format(columns.read_tsv, "a .tsv with a header"),
    "markdown": Format(markdown.read, "a .md of `Q:` and `A:` lines"),
}


def import_set(name: str, source: Path, out: Path, licence: str = "") -> Imported:
    """Read `source` as the format `name` and write the folder `out`: articles.jsonl, cases.jsonl, dropped.jsonl.

    The folder appears whole or not at all. Raises EvalError for an unknown format, a source that is not in it, a
    source without one usable case, and an `out` that is there already.
    """
    if name not in FORMATS:
        raise EvalError(f"{name}: no such format. Valid: {', '.join(FORMATS)}.")
    if not source.exists():
        raise EvalError(f"{source}: no such file or folder. {name} wants {FORMATS[name].source}.")
    if out.exists():
        raise EvalError(f"{out}: is there already. Name a new folder, or remove that one.")
    imported = FORMATS[name].read(source)
    if not imported.cases:
        first = f" First: {imported.dropped[0].place}: {imported.dropped[0].reason}." if imported.dropped else ""
        wanted = FORMATS[name].source
        raise EvalError(f"{source}: no usable case in it.{first} {name} wants {wanted}.")
    header: dict[str, Any] = {"set": out.name}
    if imported.articles:
        header["articles"] = "articles.jsonl"
    header |= {"licence": licence or imported.licence or FORMATS[name].licence, "source": f"{name}: {source.name}"}
    out.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        _write(making / "articles.jsonl", (_article_line(a) for a in imported.articles.values()))
        _write(making / "cases.jsonl", [header, *(case.to_json() for case in imported.cases.values())])
        _write(making / "dropped.jsonl", (_dropped_line(d) for d in imported.dropped))
        making.chmod(0o755)
        making.replace(out)
    except OSError as error:
        shutil.rmtree(making, ignore_errors=True)
        raise EvalError(f"{out}: cannot be written ({error.strerror}). Name another folder.") from error
    return imported


def _write(path: Path, lines: Iterable[Mapping[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def _article_line(article: Any) -> dict[str, Any]:
    line = {"id": article.id, "title": article.title, "outlet": article.outlet, "url": article.url}
    line |= {"published": article.published_text, "text": article.text}
    return {key: value for key, value in line.items() if value}


def _dropped_line(dropped: Any) -> dict[str, str]:
    return {"place": dropped.place, "id": dropped.id, "reason": dropped.reason}

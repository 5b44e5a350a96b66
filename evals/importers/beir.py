"""BEIR folders (Thakur et al., 2021): corpus.jsonl, queries.jsonl, qrels/SPLIT.tsv. Only retrieval has gold there."""

from __future__ import annotations

from pathlib import Path

from corpus.errors import EvalError
from corpus.read.draft import Draft
from evals.importers.imported import Imported, read_lines, text_of
from evals.types import EvalCase

SPLITS = ("test", "dev", "train")
"""The judgements that are read: the first of these that the folder has."""


def read(source: Path) -> Imported:
    """The corpus as articles, each judged query as a case whose gold are the articles judged above 0."""
    qrels = next((p for split in SPLITS if (p := source / "qrels" / f"{split}.tsv").is_file()), None)
    missing = [name for name in ("corpus.jsonl", "queries.jsonl") if not (source / name).is_file()]
    if qrels is None or missing:
        raise EvalError(
            f"{source}: no BEIR folder; it lacks {', '.join([*missing, *([] if qrels else ['qrels/*.tsv'])])}."
        )
    imported = Imported()
    for place, said in read_lines(source / "corpus.jsonl"):
        if isinstance(said, str):
            imported.drop(place, "", said)
            continue
        more = said.get("metadata")
        url = text_of(more, "url") if isinstance(more, dict) else ""
        id, text = text_of(said, "_id"), text_of(said, "text")
        if not id:
            imported.drop(place, "", "no _id")
        else:
            imported.add_article(place, Draft(text_of(said, "title") or text[:80], text, url=url, id=id))
    judged = _read_qrels(qrels, imported)
    for place, said in read_lines(source / "queries.jsonl"):
        if isinstance(said, str):
            imported.drop(place, "", said)
            continue
        id = text_of(said, "_id")
        relevant = judged.pop(id, None)
        if relevant is None:
            continue  # a query of another split
        kept = tuple(a for a in relevant if a in imported.articles)
        if relevant and not kept:
            imported.drop(place, id, f"none of its relevant articles is in the corpus ({relevant[0]!r}, …)")
        elif not relevant:
            imported.drop(place, id, "nothing is judged relevant to it")
        else:
            imported.add_case(place, EvalCase(id, text_of(said, "text"), True, articles=kept))
    for id in judged:
        imported.drop(str(qrels), id, "judged, but not among the queries")
    return imported


def _read_qrels(path: Path, imported: Imported) -> dict[str, list[str]]:
    """The relevant articles of each judged query, best judged first."""
    scored: dict[str, list[tuple[float, str]]] = {}
    for number, line in enumerate(path.read_text("utf-8-sig").splitlines(), 1):
        cells = line.split("\t")
        if number == 1 and cells[0].strip().lower() in ("query-id", "query_id", "qid"):
            continue
        try:
            query, article, score = (
                (cells[0], cells[1], cells[2]) if len(cells) == 3 else (cells[0], cells[2], cells[3])
            )
            value = float(score)
        except (IndexError, ValueError):
            if line.strip():
                imported.drop(f"{path}:{number}", "", "expected query-id, corpus-id and score, with tabs between")
            continue
        scored.setdefault(query.strip(), []).append((value, article.strip()))
    return {q: [a for value, a in sorted(pairs, key=lambda p: -p[0]) if value > 0] for q, pairs in scored.items()}

"""Tables with a header: .csv and .tsv. `question` is needed; every other column that is known is used.

Known: id, question, answer (several: ` | ` between them), sentence (likewise), answerable, tags, as_of, article (an
id), title, text, outlet, url, published. A row with `text` brings its article with it.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from corpus.errors import EvalError
from corpus.read.draft import Draft
from corpus.read.normalize import slug
from evals.importers.imported import Imported, sentences_over, sort_answers, standing_in
from evals.types import EvalCase

NAMES = {
    "answers": "answer",
    "sentences": "sentence",
    "context": "text",
    "passage": "text",
    "document": "text",
    "article_id": "article",
    "articles": "article",
    "date": "published",
    "tag": "tags",
}
KNOWN = frozenset({
    "id", "question", "answer", "sentence", "answerable", "tags", "as_of", "article", "title", "text", "outlet", "url",
    "published",
})  # fmt: skip
YES, NO = ("yes", "true", "1", "y"), ("no", "false", "0", "n")


def read_csv(source: Path) -> Imported:
    """The rows of a .csv as cases."""
    return _read(source, ",")


def read_tsv(source: Path) -> Imported:
    """The rows of a .tsv as cases."""
    return _read(source, "\t")


def _read(source: Path, delimiter: str) -> Imported:
    imported = Imported()
    try:
        with source.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, delimiter=delimiter)
            names = {name: NAMES.get(plain, plain) for name in rows.fieldnames or () if (plain := name.strip().lower())}
            if "question" not in names.values():
                raise EvalError(f"{source}:1: no column named question. Found: {', '.join(names) or 'nothing'}.")
            for name in names:
                if names[name] not in KNOWN:
                    imported.drop(f"{source}:1", "", f"the column {name!r} is not known and was left out")
            for row in rows:
                values = {names[n]: (v or "").strip() for n, v in row.items() if n in names and isinstance(v, str)}
                _read_row(imported, f"{source}:{rows.line_num}", values, f"row-{rows.line_num}")
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise EvalError(f"{source}: cannot be read as a table ({error}).") from error
    return imported


def _read_row(imported: Imported, place: str, row: Mapping[str, str], name: str) -> None:
    id = row.get("id") or name
    answers, reference = sort_answers(_parts(row.get("answer", "")))
    said = row.get("answerable", "").lower()
    if said and said not in (*YES, *NO):
        imported.drop(place, id, f"answerable is {said!r}, expected yes or no")
        return
    text = row.get("text", "")
    answerable = said in YES if said else bool(answers or reference or row.get("sentence"))
    articles = tuple(_parts(row.get("article", "")))
    sentences = tuple(_parts(row.get("sentence", "")))
    start = None
    if text:
        title = row.get("title") or " ".join(text.split()[:10])
        article_id = articles[0] if articles else slug(title)
        draft = Draft(title, text, row.get("outlet", ""), row.get("url", ""), row.get("published", ""), article_id)
        article = imported.add_article(place, draft)
        if article is None:
            imported.drop(place, id, "its article could not be used")
            return
        articles = (article.id,)
        lost = len(sentences) - len(standing_in(article.text, sentences))
        if lost:
            imported.drop(place, id, f"{lost} of its sentences do not stand in its text")
            return
        sentences = standing_in(article.text, sentences)
        at = next((i for a in answers if (i := article.text.find(a)) >= 0), -1)
        if at >= 0 and not sentences:
            start = at
            sentences = sentences_over(article.text, at, at + 1)
    try:
        as_of = date.fromisoformat(row["as_of"]) if row.get("as_of") else None
    except ValueError:
        imported.drop(place, id, f"as_of is {row['as_of']!r}, expected a date such as 2026-06-03")
        return
    case = EvalCase(
        id,
        row.get("question", ""),
        answerable,
        answers=answers if answerable else (),
        sentences=sentences if answerable else (),
        articles=articles if answerable else (),
        as_of=as_of,
        tags=tuple(t for part in _parts(row.get("tags", "")) for t in part.replace(",", " ").split()),
        answer_start=start if answerable else None,
        reference=reference if answerable else "",
    )
    imported.add_case(place, case)


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in cell.split("|") if part.strip()]

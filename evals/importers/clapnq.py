"""ClapNQ (Rosenthal et al., 2025): natural questions with one passage each and the sentences that answer."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from corpus.read.draft import Draft
from corpus.types import Article
from evals.importers.imported import Imported, read_lines, sort_answers, standing_in, text_of
from evals.types import EvalCase


def read(source: Path) -> Imported:
    """Each line's passage as an article `clapnq-ID`, its question as a case; no written answer: unanswerable."""
    imported = Imported()
    texts: dict[str, Article] = {}
    for place, said in read_lines(source):
        if isinstance(said, str):
            imported.drop(place, "", said)
            continue
        id = text_of(said, "id")
        passages = [p for p in said.get("passages") or () if isinstance(p, dict)]
        if len(passages) != 1 or not id:
            imported.drop(place, id, f"expected an id and one passage, found {len(passages)}")
            continue
        title, text = text_of(passages[0], "title"), text_of(passages[0], "text")
        article = texts.get(text) or imported.add_article(
            place, Draft(title or "Untitled", text, outlet="Wikipedia", id=f"clapnq-{id}")
        )
        if article is None:
            continue
        texts[text] = article
        imported.dropped += _add(imported, place, id, said, article)
    return imported


def _add(imported: Imported, place: str, id: str, said: Mapping[str, Any], article: Article) -> list[Any]:
    given = [o for o in said.get("output") or () if isinstance(o, dict) and text_of(o, "answer")]
    question = text_of(said, "input")
    if not given:
        imported.add_case(place, EvalCase(id, question, False, tags=("near-miss",)))
        return []
    chosen = [s for o in given for s in o.get("selected_sentences") or () if isinstance(s, str)]
    sentences = standing_in(article.text, chosen)
    if not sentences:
        imported.drop(place, id, "none of its selected sentences stands in its passage")
        return []
    answers, reference = sort_answers([text_of(o, "answer") for o in given])
    case = EvalCase(
        id, question, True, sentences=sentences, articles=(article.id,), reference=reference or " ".join(answers)
    )
    imported.add_case(place, case)
    return []

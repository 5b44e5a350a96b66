"""SQuAD 1.1 and 2.0 (Rajpurkar et al., 2016 and 2018), and sets in their form such as XQuAD.

The paragraphs of one title become one article; an answer's place in its paragraph becomes its place in the article.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from corpus.errors import EvalError
from corpus.read.draft import Draft
from corpus.read.normalize import normalize_text, slug
from corpus.types import Article
from evals.importers.imported import Imported, sentences_over, text_of
from evals.types import EvalCase


def read(source: Path) -> Imported:
    """The articles and questions of a SQuAD file. Raises EvalError for a file of another form."""
    try:
        data = json.loads(source.read_text("utf-8-sig"))
        titles = data["data"]
        assert isinstance(titles, list)
    except (OSError, ValueError, TypeError, KeyError, AssertionError) as error:
        raise EvalError(
            f'{source}: not in SQuAD\'s form, {{"data": [{{"title", "paragraphs"}}]}} ({error}).'
        ) from error
    imported = Imported()
    for number, entry in enumerate(titles):
        _read_title(imported, f"{source}: data[{number}]", entry)
    return imported


def _read_title(imported: Imported, place: str, entry: Any) -> None:
    if not isinstance(entry, dict) or not isinstance(entry.get("paragraphs"), list):
        imported.drop(place, "", "no list of paragraphs")
        return
    title = text_of(entry, "title").replace("_", " ") or "Untitled"
    paragraphs = [p for p in entry["paragraphs"] if isinstance(p, dict)]
    texts = [normalize_text(text_of(p, "context")).strip() for p in paragraphs]
    id, n = slug(title), 1
    while id in imported.articles:
        n += 1
        id = f"{slug(title)}-{n}"
    article = imported.add_article(place, Draft(title, "\n\n".join(t for t in texts if t), id=id))
    at = 0
    for number, (paragraph, text) in enumerate(zip(paragraphs, texts, strict=True)):
        where = f"{place}.paragraphs[{number}]"
        asked = paragraph.get("qas")
        for question in asked if isinstance(asked, list) else ():
            if article is None or not text or article.text[at : at + len(text)] != text:
                imported.drop(where, text_of(question, "id"), "its paragraph has no usable text")
            elif isinstance(question, dict):
                _read_question(imported, where, question, article, paragraph["context"], (at, at + len(text)))
        at += len(text) + 2 if text else 0


def _read_question(
    imported: Imported, place: str, said: Mapping[str, Any], article: Article, context: str, span: tuple[int, int]
) -> None:
    id, question = text_of(said, "id"), text_of(said, "question")
    if said.get("is_impossible"):
        imported.add_case(place, EvalCase(id, question, False, tags=("near-miss",)))
        return
    answers = [a for a in said.get("answers") or () if isinstance(a, dict) and text_of(a, "text")]
    if not answers:
        imported.drop(place, id, "no answer, and not marked impossible")
        return
    found = [_locate(article.text, span, context, a) for a in answers]
    starts = [at for at in found if at is not None]
    if not starts:
        imported.drop(place, id, f"its answer {text_of(answers[0], 'text')[:60]!r} does not stand in its paragraph")
        return
    texts = [" ".join(text_of(a, "text").split()) for a, at in zip(answers, found, strict=True) if at is not None]
    sentences = [
        s for at, text in zip(starts, texts, strict=True) for s in sentences_over(article.text, at, at + len(text))
    ]
    imported.add_case(
        place,
        EvalCase(
            id,
            question,
            True,
            answers=tuple(dict.fromkeys(texts)),
            sentences=tuple(dict.fromkeys(sentences)),
            articles=(article.id,),
            answer_start=starts[0],
        ),
    )


def _locate(text: str, span: tuple[int, int], context: str, answer: Mapping[str, Any]) -> int | None:
    """Where the answer stands in the article: the occurrence in its paragraph nearest to where the set has it."""
    wanted = normalize_text(text_of(answer, "text")).strip()
    said = answer.get("answer_start")
    near = span[0] + len(normalize_text(context[: said if isinstance(said, int) else 0]))
    return min(_occurrences(text, wanted, span), key=lambda at: abs(at - near), default=None)


def _occurrences(text: str, wanted: str, span: tuple[int, int]) -> Sequence[int]:
    found, at = [], text.find(wanted, *span) if wanted else -1
    while at >= 0:
        found.append(at)
        at = text.find(wanted, at + 1, span[1])
    return found

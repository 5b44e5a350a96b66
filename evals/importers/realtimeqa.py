"""RealTime QA (Kasai et al., 2023): weekly news quizzes (*_qa.jsonl) with the articles a search found (*_gcs.jsonl)."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from corpus.errors import EvalError
from corpus.read.draft import Draft
from corpus.read.normalize import slug
from evals.importers.imported import Imported, read_lines, text_of
from evals.metrics import contains_answer
from evals.types import EvalCase

NONE = "none of the above"


def read(source: Path) -> Imported:
    """Each quiz question asked as of its day; gold are those articles found for it that have the right choice in them.

    Without a *_gcs.jsonl beside the quiz, the evidence that the quiz gives is the article.
    """
    files = sorted(source.glob("*_qa*.jsonl")) if source.is_dir() else [source]
    if not files:
        raise EvalError(f"{source}: no *_qa.jsonl in it.")
    imported = Imported()
    for file in files:
        found = file.with_name(re.sub(r"_qa(_nota)?\.jsonl$", "_gcs.jsonl", file.name))
        results = _read_results(imported, found) if found != file and found.is_file() else None
        for place, said in read_lines(file):
            if isinstance(said, str):
                imported.drop(place, "", said)
            else:
                _read_question(imported, place, said, results)
    return imported


def _read_results(imported: Imported, path: Path) -> dict[str, list[str]]:
    """The articles found for each question, by its id."""
    found: dict[str, list[str]] = {}
    for place, said in read_lines(path):
        if isinstance(said, str):
            imported.drop(place, "", said)
            continue
        of_question = found.setdefault(text_of(said, "question_id"), [])
        for result in said.get("search_result") or ():
            if not isinstance(result, dict):
                continue
            url, text = text_of(result, "url"), text_of(result, "text")
            published = text_of(result, "publish_date").replace("/", "-")
            draft = Draft(text_of(result, "title") or url, text, url=url, published=published, id=_id_of(url))
            if text and (article := imported.add_article(place, draft)):
                of_question.append(article.id)
    return found


def _read_question(
    imported: Imported, place: str, said: Mapping[str, Any], results: Mapping[str, list[str]] | None
) -> None:
    id = text_of(said, "question_id")
    try:
        choices = [str(choice) for choice in said["choices"]]
        answers = tuple(choices[int(number)].strip("‘’'\" ") for number in said["answer"])
        as_of = date(*(int(part) for part in text_of(said, "question_date").split("/")))
    except (KeyError, TypeError, ValueError, IndexError) as error:
        imported.drop(place, id, f"choices, answer and question_date do not fit together ({error})")
        return
    if any(a.lower() == NONE for a in answers):
        imported.drop(place, id, "the right choice is not among the choices")
        return
    if results is None:
        evidence = html.unescape(re.sub(r"<[^>]+>", "", text_of(said, "evidence")))
        if not evidence.strip():
            imported.drop(place, id, "no evidence, and no *_gcs.jsonl beside the quiz")
            return
        title = f"{text_of(said, 'question_source') or 'News quiz'}, {as_of.isoformat()}"
        draft = Draft(
            title, evidence, url=text_of(said, "question_url"), published=as_of.isoformat(), id=f"{id}-evidence"
        )
        article = imported.add_article(place, draft)
        near = [article.id] if article else []
    else:
        near = results.get(id.removesuffix("_nota"), [])
    gold = tuple(a for a in dict.fromkeys(near) if contains_answer(imported.articles[a].text, answers))
    if not gold:
        imported.drop(place, id, f"no article found for it says {answers[0]!r}")
        return
    question = text_of(said, "question_sentence")
    imported.add_case(place, EvalCase(id, question, True, answers=answers, articles=gold, as_of=as_of))


def _id_of(url: str) -> str:
    return slug(re.sub(r"^https?://(www\.)?", "", url).split("?")[0])

"""MTRAG and MTRAG-UN (Katsis et al., 2025): multi-turn tasks, each with its contexts, one a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from corpus.errors import QuestionError
from corpus.read.draft import Draft
from evals.importers.imported import Imported, read_lines, sort_answers, text_of
from evals.types import EvalCase
from qa.history import read_history
from qa.types import Turn

ANSWERABLE = {"ANSWERABLE": True, "PARTIAL": True, "UNANSWERABLE": False}
DROPPED = {
    "UNDERSPECIFIED": "underspecified: it wants a question back, which is not scored",
    "CONVERSATIONAL": "conversational: it asks nothing of the articles",
}


def read(source: Path) -> Imported:
    """Each task as a case with its turns as history; its contexts are articles, gold unless judged irrelevant.

    A folder has the passages in `articles.jsonl` and the tasks in `cases.jsonl`, which name theirs.
    """
    if source.is_dir():
        return _read_folder(source)
    imported = Imported()
    for place, said in read_lines(source):
        if isinstance(said, str):
            imported.drop(place, "", said)
        else:
            _read_task(imported, place, said)
    return imported


def _read_task(imported: Imported, place: str, said: Mapping[str, Any]) -> None:
    id = text_of(said, "task_id")
    turns = [t for t in said.get("input") or () if isinstance(t, dict) and text_of(t, "text")]
    kind = _first(said, "Answerability", "answerability").upper()
    if not turns or turns[-1].get("speaker") != "user":
        imported.drop(place, id, "its last turn is not the user's")
    elif kind in DROPPED:
        imported.drop(place, id, DROPPED[kind])
    elif kind not in ANSWERABLE:
        imported.drop(place, id, f"answerability {kind!r} is none of {', '.join([*ANSWERABLE, *DROPPED])}")
    else:
        gold = _read_contexts(imported, place, said)
        targets = [text_of(t, "text") for t in said.get("targets") or () if isinstance(t, dict)]
        answers, reference = sort_answers(targets) if ANSWERABLE[kind] else ((), "")
        tags = [kind.lower(), *_all(said, "Multi-Turn", "multi_turn"), *_all(said, "Question Type", "question_type")]
        case = EvalCase(
            id,
            text_of(turns[-1], "text"),
            ANSWERABLE[kind],
            articles=gold if ANSWERABLE[kind] else (),
            history=tuple(
                Turn("user" if t.get("speaker") == "user" else "assistant", text_of(t, "text")) for t in turns[:-1]
            ),
            tags=_tags(tags),
            reference=reference or " ".join(answers),
        )
        if case.answerable and not case.articles:
            imported.drop(place, id, "answerable, but none of its contexts is usable")
        else:
            imported.add_case(place, case)


def _read_folder(source: Path) -> Imported:
    """The form in which MTRAG-UN is passed on with its passages once: history and articles stand in each task."""
    imported = Imported()
    for place, said in read_lines(source / "articles.jsonl"):
        if isinstance(said, str):
            imported.drop(place, "", said)
            continue
        text, title, outlet = (text_of(said, key) for key in ("text", "title", "outlet"))
        imported.add_article(
            place, Draft(title or outlet or " ".join(text.split()[:10]), text, outlet=outlet, id=text_of(said, "id"))
        )
    for place, said in read_lines(source / "cases.jsonl"):
        if isinstance(said, str):
            imported.drop(place, "", said)
            continue
        id, kind = text_of(said, "id"), text_of(said, "answerability").upper()
        if kind not in ANSWERABLE:
            known = f"answerability {kind!r} is none of {', '.join([*ANSWERABLE, *DROPPED])}"
            imported.drop(place, id, DROPPED.get(kind, known))
            continue
        try:
            history = read_history(said.get("history") or [])
        except QuestionError as error:
            imported.drop(place, id, str(error))
            continue
        references = said.get("reference")
        targets = [str(one) for one in references] if isinstance(references, list) and ANSWERABLE[kind] else []
        answers, reference = sort_answers(targets)
        tags = [kind, *_all(said, "multi_turn"), *_all(said, "question_type")]
        case = EvalCase(
            id,
            text_of(said, "question"),
            ANSWERABLE[kind],
            articles=tuple(_all(said, "articles")) if ANSWERABLE[kind] else (),
            history=history,
            tags=_tags(tags),
            reference=reference or " ".join(answers),
        )
        imported.add_case(place, case)
    return imported


def _tags(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.lower().replace(" ", "-") for name in names if name and name != "N/A"))


def _read_contexts(imported: Imported, place: str, said: Mapping[str, Any]) -> tuple[str, ...]:
    """Add the contexts; the ids of those that nobody judged irrelevant."""
    gold = []
    for context in said.get("contexts") or ():
        if not isinstance(context, dict):
            continue
        text, title = text_of(context, "text"), text_of(context, "title")
        body = text.removeprefix(title).strip() if title and text.startswith(title + "\n") else text
        url = text_of(context, "url")
        article = imported.add_article(
            place,
            Draft(
                title or " ".join(body.split()[:10]),
                body,
                outlet=text_of(said, "collection") or text_of(said, "Collection"),
                url=url if url.startswith("http") and "://" in url and "(" not in url else "",
                id=text_of(context, "document_id"),
            ),
        )
        if article and _relevant(context):
            gold.append(article.id)
    return tuple(dict.fromkeys(gold))


def _relevant(context: Mapping[str, Any]) -> bool:
    """What the people who wrote the task said of it; where they said nothing, a reference passage is relevant."""
    feedback = context.get("feedback")
    votes = feedback.get("relevant") if isinstance(feedback, dict) else None
    if not isinstance(votes, dict) or not votes:
        return True
    return any(isinstance(vote, dict) and vote.get("value") == "yes" for vote in votes.values())


def _all(said: Mapping[str, Any], *keys: str) -> list[str]:
    """The texts under the first key that has a list; these files also have NaN there."""
    for key in keys:
        if isinstance(said.get(key), list):
            return [str(value) for value in said[key]]
    return []


def _first(said: Mapping[str, Any], *keys: str) -> str:
    return next(iter(_all(said, *keys)), "")

"""Verdicts from the page (qa/web/feedback.py has their form) as draft cases, and which of them are dealt with."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from corpus.read.normalize import slug
from corpus.types import Article
from evals.types import EvalCase
from qa.web.feedback import Feedback, find_inbox, read_feedback

DONE = "inbox.done"
"""Beside the inbox: the ids that were promoted or dropped, one a line. The inbox itself is never rewritten."""


@dataclass(frozen=True, slots=True)
class Inbox:
    """What waits: verdicts that nobody has dealt with, oldest first, and lines that cannot be read."""

    waiting: tuple[Feedback, ...]
    broken: tuple[str, ...]


def read_inbox(home: Path) -> Inbox:
    """The inbox of a library."""
    found, broken = read_feedback(home)
    done = _done(home)
    return Inbox(tuple(f for f in found if _mark(f) not in done), tuple(broken))


def draft_case(feedback: Feedback, articles: Mapping[str, Article]) -> EvalCase:
    """The case that a verdict suggests, marked as a draft.

    An answer called right gives its cited sentences as gold, as far as they still stand; "not found" called right an
    unanswerable case. What was called wrong has no gold yet: a person has to find it.
    """
    answer = feedback.answer
    case = EvalCase(
        slug(feedback.question)[:60].strip("-"),
        feedback.question,
        bool(answer.claims) or feedback.verdict == "wrong",
        history=feedback.history,
        tags=("from-chat",),
        draft=True,
    )
    if feedback.verdict == "wrong" or not answer.claims:
        return case
    standing = [c for c in answer.citations if c.article_id in articles and c.quote in articles[c.article_id].text]
    sentences = tuple(dict.fromkeys(c.quote for c in standing))
    return EvalCase(
        case.id,
        case.question,
        True,
        (answer.short_answer,) if answer.short_answer and any(answer.short_answer in s for s in sentences) else (),
        sentences,
        tuple(id for id, a in articles.items() if any(s in a.text for s in sentences)),
        case.history,
        tags=case.tags,
        draft=True,
    )


def settle(home: Path, feedback: Feedback) -> None:
    """Deal with a verdict for good: it waits no more, unless the person changes it."""
    with (find_inbox(home).parent / DONE).open("a", encoding="utf-8") as file:
        file.write(json.dumps(_mark(feedback)) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _mark(feedback: Feedback) -> str:
    return f"{feedback.id} {feedback.verdict} {feedback.at}"


def _done(home: Path) -> set[str]:
    path = find_inbox(home).parent / DONE
    return (
        {json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()} if path.exists() else set()
    )

"""Measure how follow-ups are understood: against people's standalone forms, and by what is retrieved with them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from corpus.errors import EvalError
from corpus.library import Library
from evals.cases import read_cases
from evals.metrics.ranking import ndcg_at
from evals.rewrites import FollowUp
from qa.assistant import Assistant
from qa.history import read_history
from qa.phrases import clean_turn, content_stems
from qa.question import LONGEST_QUESTION
from qa.retrieve import Retrieval, Retriever
from qa.rewrite import retrieve_in_context, rewrite
from qa.types import Turn

K = 5


@dataclass(frozen=True, slots=True)
class Task:
    """A question in its conversation with the articles that answer it; `standalone` is a person's, or empty."""

    question: str
    history: tuple[Turn, ...]
    articles: frozenset[str]
    standalone: str = ""


class Counted(Retriever):
    """A retriever that counts what it is asked, and asks the same once."""

    def __init__(self, inner: Retriever) -> None:
        self._inner, self._kept, self.n = inner, dict[str, Retrieval](), 0

    def retrieve(self, question: str, **options: Any) -> Retrieval:
        """As the retriever within; everything but the question is left out."""
        self.n += 1
        if question not in self._kept:
            self._kept[question] = self._inner.retrieve(question)
        return self._kept[question]

    def read(self, retrieval: Retrieval, *, every: bool = False) -> Retrieval:
        """As it is."""
        return retrieval


def tell_apart(rows: Sequence[FollowUp]) -> dict[str, float]:
    """Shares rewritten: of follow-ups, of people's standalone forms with the same history and with a foreign one."""
    needy = [row for row in rows if row.added]
    foreign = [replace(row, history=rows[(at + 37) % len(rows)].history) for at, row in enumerate(rows)]
    return {
        f"follow-ups rewritten (of {len(needy)})": _share(_said(row.question, row) != row.question for row in needy),
        f"standalone forms rewritten, same history (of {len(rows)})": _share(
            _said(row.standalone, row) != row.standalone for row in rows
        ),
        f"standalone forms rewritten, foreign history (of {len(foreign)})": _share(
            _said(row.standalone, row) != row.standalone for row in foreign
        ),
    }


def agree(rows: Sequence[FollowUp]) -> dict[str, float]:
    """F1 of the content stems that a form has with those of a person's; the rewrite is the first guess, unretrieved."""
    forms = {
        "as typed": [row.question for row in rows],
        "last two turns joined": [_joined(row.question, row.history) for row in rows],
        "rewritten": [_said(row.question, row) for row in rows],
    }
    return {
        f"stems of the person's form, F1, {name}": float(
            np.mean(
                [_f1(content_stems(text), content_stems(row.standalone)) for text, row in zip(form, rows, strict=True)]
            )
        )
        for name, form in forms.items()
    }


def list_alone(path: Path) -> dict[str, float]:
    """Shares rewritten of a set's questions, each asked after another question of the set about the same article."""
    cases = [case for case in read_cases(path) if case.articles]
    before: dict[str, Turn] = {}
    answers: dict[str, Turn] = {}
    said = []
    for case in cases:
        article = case.articles[0]
        if article in before:
            history = (before[article], answers[article])
            said.append(bool(rewrite(clean_turn(case.question), history)[0]))
        before[article] = Turn("user", case.question)
        answers[article] = Turn("assistant", (*case.sentences, *case.answers, "")[0])
    if not said:
        raise EvalError(f"{path}: no two questions about one article")
    return {f"rewritten after another about the same article (of {len(said)})": _share(said)}


def read_tasks(path: Path) -> list[Task]:
    """JSON lines with history, question, articles and perhaps standalone; those without articles are left out."""
    try:
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
        return [
            Task(
                " ".join(row["question"].split()),
                read_history(row["history"]),
                frozenset(row["articles"]),
                row.get("standalone", ""),
            )
            for row in rows
            if row.get("articles")
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise EvalError(
            f"{path}: cannot be read ({error}). Give JSON lines with history, question, articles."
        ) from error


def search(tasks: Sequence[Task], library: Library) -> Iterator[str]:
    """Lines with nDCG@5 of the articles found: as typed, joined, rewritten, and people's form where there is one."""
    retriever = Counted(Assistant(library).retriever)
    scores: dict[str, list[float]] = {}
    changed: list[bool] = []
    cost: list[int] = []
    for task in tasks:
        forms = {"as typed": task.question, "last two turns joined": _joined(task.question, task.history)}
        if task.standalone:
            forms["by people"] = task.standalone
        for name, text in forms.items():
            scores.setdefault(name, []).append(_ndcg(retriever.retrieve(text[:LONGEST_QUESTION]), task))
        retriever.n = 0
        found = retrieve_in_context(retriever, task.question, task.history)
        scores.setdefault("rewritten", []).append(_ndcg(found, task))
        changed.append(found.question != task.question)
        cost.append(retriever.n)
    yield f"{len(tasks)} tasks, {sum(changed)} rewritten; retrievals a task: mean {np.mean(cost):.2f}, most {max(cost)}"
    yield f"nDCG@{K}: all / where rewritten / where left as typed"
    for name, values in scores.items():
        parts = [float(np.mean(values))]
        if len(values) == len(changed) and 0 < sum(changed) < len(changed):
            parts += [float(np.mean(np.array(values)[np.array(changed) == which])) for which in (True, False)]
        yield f"  {name}: {' / '.join(f'{part:.3f}' for part in parts)}"


def _said(question: str, row: FollowUp) -> str:
    candidates, _ = rewrite(question, row.history)
    return candidates[0] if candidates else question


def _joined(question: str, history: Sequence[Turn]) -> str:
    before = next((turn.content for turn in reversed(history) if turn.role == "user"), "")
    return f"{before} {question}".strip()


def _ndcg(found: Retrieval, task: Task) -> float:
    ids = list(dict.fromkeys(e.article.id for e in found.ranked))
    return ndcg_at([i for i, article in enumerate(ids, 1) if article in task.articles], len(task.articles), K)


def _f1(said: frozenset[str], wanted: frozenset[str]) -> float:
    both = len(said & wanted)
    return 2 * both / (len(said) + len(wanted)) if said or wanted else 1.0


def _share(values: Iterable[bool]) -> float:
    return float(np.mean(list(values)))

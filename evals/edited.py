"""Questions edited so that their article no longer answers them: does the confidence tell? Not here: the edits."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace

from evals.metrics.abstention import auroc
from evals.types import EvalCase
from qa.assistant import Assistant
from qa.reader.edits import edit, find_names

SURE_EDITS = ("name", "number", "date", "opposite", "swapped")


def edit_cases(assistant: Assistant, cases: Sequence[EvalCase], seed: int = 0) -> list[EvalCase]:
    """Each answerable case with its question edited, unanswerable now; those that no edit fits are left out."""
    articles = assistant.library.articles({a for c in cases for a in c.articles})
    out = []
    for case in cases:
        rng = random.Random(f"{seed} {case.id}")
        names = [n for a in case.articles if a in articles for n in find_names(articles[a].text)]
        gold = " ".join((*case.answers, *case.sentences))
        made, kind = edit(case.question, [n for n in names if n not in gold], rng, SURE_EDITS)
        if made:
            tags = ("edited", kind)
            out.append(replace(case, question=made, answerable=False, answers=(), sentences=(), articles=(), tags=tags))
    return out


def measure_edits(
    assistant: Assistant, cases: Sequence[EvalCase], step: Callable[[], None] = lambda: None
) -> dict[str, float]:
    """AUROC of the confidence: questions as they are against the same ones edited, in all and by kind of edit."""
    edited = edit_cases(assistant, [c for c in cases if c.answerable])
    originals = {c.id: c for c in cases}
    pairs = []
    for case in edited:
        both = [assistant.ask(c.question).confidence for c in (originals[case.id], case)]
        pairs.append((case.tags[1], both[0], both[1]))
        step()
    kinds = {"all": set(SURE_EDITS)} | {k: {k} for k in SURE_EDITS}
    out: dict[str, float] = {}
    for name, members in kinds.items():
        chosen = [(a, b) for kind, a, b in pairs if kind in members]
        value = auroc([a for a, _ in chosen], [b for _, b in chosen])
        if value is not None:
            out[f"{name} ({len(chosen)})"] = value
    return out

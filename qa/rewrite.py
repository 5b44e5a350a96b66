"""A follow-up -> the question that stands alone, by rules and by what each candidate retrieves. English only.

Every word of a candidate stands in the question or in the history. Not here: whether a question needs its history
(qa/needs.py), what the history is about (qa/topics.py), and how a candidate is put (qa/candidates.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from corpus.types import Vector
from qa.candidates import change_before, list_candidates
from qa.needs import needs_history
from qa.retrieve import Retrieval, Retriever
from qa.types import Turn

NEEDED = 0.7
"""How likely a question must need its history to be said anew, for few false rewrites (evals/LOG.md)."""
SURE = 0.9
"""From here on the question as it was typed is no candidate."""
MOST = 2
"""How many candidates are retrieved with, besides the question itself."""
BETTER = 0.05
"""The cosine by which a candidate's nearest sentence must beat the first candidate's."""
MUCH_BETTER = 0.1
"""The cosine by which that of the question as it was typed must beat theirs. Both from the tuning half."""


def retrieve_in_context(
    retriever: Retriever,
    question: str,
    history: Sequence[Turn] = (),
    *,
    as_of: date | None = None,
    vector: Vector | None = None,
    read: bool = True,
) -> Retrieval:
    """What the question finds, read against the turns before it; `.question` is what was searched for.

    A question that needs no history is retrieved with as it is, once; another costs at most two retrievals more.
    `vector` is the question's, where it is embedded already. Without `read` the passages are not read by the trained
    reader yet.
    """
    candidates, needed = rewrite(question, history)
    if not candidates:
        return retriever.retrieve(question, as_of=as_of, vector=vector, read=read)
    best, *others = [retriever.retrieve(text, as_of=as_of, read=False) for text in candidates]
    for other in others:
        if _nearest(other) > _nearest(best) + BETTER:
            best = other
    if needed < SURE:
        typed = retriever.retrieve(question, as_of=as_of, vector=vector, read=False)
        if _nearest(typed) > _nearest(best) + MUCH_BETTER:
            best = typed
    return retriever.read(best) if read else best


def rewrite(question: str, history: Sequence[Turn]) -> tuple[list[str], float]:
    """Ways to say a follow-up in full, best guess first, and how likely it needs that; none for another question."""
    if not history:
        return [], 0.0
    needed = 1.0 if change_before(question, history) else needs_history(question, history)
    return (list_candidates(question, history)[:MOST] if needed >= NEEDED else []), needed


def _nearest(retrieval: Retrieval) -> float:
    """The cosine of the nearest sentence in the first passage; the whole score falls with every word that is added."""
    return retrieval.ranked[0].signals["sentence"] if retrieval.ranked else 0.0

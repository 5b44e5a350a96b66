"""A language model asked: first to say a follow-up in full, where it needs that, then to answer from what is found."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

from qa.again import turns_until
from qa.check import Checker
from qa.llm import Model
from qa.retrieve import Retrieval, Retriever
from qa.rewrite_llm import may_rewrite, rewrite_by_model
from qa.standing import Standing, make_beside, read_in_turn
from qa.types import Progress, Turn
from qa.write import Ask, write_answer


def ask_model(
    model: Model,
    retrieval: Retrieval,
    standing: Standing,
    retriever: Retriever,
    checker: Checker,
    ask: Ask,
    began: float,
    asked: str,
    history: Sequence[Turn] = (),
    stop: threading.Event | None = None,
) -> Iterator[Progress]:
    """As qa.write.write_answer; `asked` is the question as it was typed."""
    history, read = turns_until(history, retrieval.as_of), standing.read
    in_full = not retrieval.note and not retrieval.digest and may_rewrite(asked, history, retrieval.language)
    try:
        if in_full:
            saying = make_beside(lambda: rewrite_by_model(model, asked, history, stop, ask, retrieval.language))
            yield Progress((), built_in=standing.whole(), by_model=True)  # it stands meanwhile
            said = saying.result()
            if said and said != retrieval.asked:
                found = retriever.retrieve(said, as_of=retrieval.as_of, time=retrieval.time, read=False)
                if found.evidence:
                    retrieval, read = found, read_in_turn(lambda: retriever.read(found)).result
        yield from write_answer(model, retrieval, standing, read, checker, began, history, stop, ask)
    finally:
        standing.wait()

"""Cases over their articles as rows that `python -m qa.reader train` reads: questions over passages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from corpus.split import split_article, split_sentences
from corpus.types import Article
from evals.types import EvalCase


def make_rows(cases: Sequence[EvalCase], articles: Mapping[str, Article]) -> Iterator[dict[str, Any]]:
    """A row for each passage that has a gold sentence of an answerable case, as docs/reader.md describes them.

    An unanswerable case gives a row for each passage of the articles that it names; without any it gives none.
    Follow-ups are left out: the reader sees one question.
    """
    for case in cases:
        if case.history:
            continue
        for article in (articles[a] for a in case.articles if a in articles):
            for number, passage in enumerate(p for p, _ in split_article(article)):
                context = article.text[passage.start : passage.end]
                row = {
                    "id": f"{case.id}/{article.id}/{number}",
                    "source": case.set_name,
                    "title": article.title,
                    "context": context,
                    "question": case.question,
                }
                if not case.answerable:
                    yield row | {"answerable": False, "answers": []}
                elif gold := _gold(case, context):
                    answers = [a for a in _answers(case, context) if any(s <= a["start"] < e for s, e in gold)]
                    yield row | {"answerable": True, "answers": answers, "sentence": list(gold[0])}


def _gold(case: EvalCase, context: str) -> list[tuple[int, int]]:
    """Where gold sentences stand, or, where the case has none, the sentences with an accepted answer."""
    if case.sentences:
        return [(at, at + len(s)) for s in case.sentences if (at := context.find(s)) >= 0]
    starts = [a["start"] for a in _answers(case, context)]
    return [(a, b) for a, b in split_sentences(context) if any(a <= s < b for s in starts)]


def _answers(case: EvalCase, context: str) -> list[dict[str, Any]]:
    found = chain.from_iterable(((a, context.find(a)), (a, context.lower().find(a.lower()))) for a in case.answers)
    places = dict.fromkeys((at, len(text)) for text, at in found if at >= 0)
    return [{"text": context[at : at + n], "start": at} for at, n in places]

"""Draft cases from a library: a question to a factual sentence, and the same asked with its articles taken away.

Every draft is marked `draft` and is not asked by a run until a person has accepted it.
"""

from __future__ import annotations

import random
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from corpus.split import split_sentences
from corpus.stem import STOP_WORDS, stems
from corpus.types import Article
from evals.metrics import contains_answer
from evals.questions import make_questions
from evals.types import EvalCase

TAKEN_AWAY = "taken-away"
"""The tag of an unanswerable draft: asked as if the articles in `without` were not there."""
SHARE_UNANSWERABLE = 1 / 3
ALSO_ANSWERS = 0.5
"""A sentence elsewhere that has the answer and this share of the question's words may answer it too."""


@dataclass(frozen=True, slots=True)
class Written:
    """A question with its short answer and the sentence, verbatim, that gives it."""

    question: str
    answer: str
    sentence: str


class Writer(ABC):
    """Writes questions about an article. A writer that asks an LLM is `evals.writer.LlmWriter`."""

    @abstractmethod
    def write(self, article: Article, rng: random.Random) -> Sequence[Written]:
        """Questions that the article answers, best first; sentences must stand in its text word for word."""


class RuleWriter(Writer):
    """The best question of each sentence by `evals.questions`, sentences in random order."""

    def write(self, article: Article, rng: random.Random) -> Sequence[Written]:
        """As Writer."""
        sentences = [article.text[a:b] for a, b in split_sentences(article.text)]
        rng.shuffle(sentences)
        best = [(s, q[0]) for s in sentences if (q := make_questions(s))]
        return [Written(q.text, q.answer, s) for s, q in best]


def suggest_cases(
    articles: Mapping[str, Article], n: int, *, seed: int = 0, writer: Writer | None = None, known: Sequence[str] = ()
) -> list[EvalCase]:
    """At most `n` drafts, spread over the articles, a third of them unanswerable; none with a question of `known`.

    The same articles and seed give the same drafts, as far as the writer does.
    """
    writer = writer or RuleWriter()
    rng = random.Random(seed)
    order = sorted(articles)
    rng.shuffle(order)
    written: dict[str, list[Written]] = {}
    asked = {_plain(question) for question in known}
    drafts: list[EvalCase] = []
    while order and len(drafts) < n:
        for id in list(order):
            if len(drafts) == n:
                break
            if id not in written:
                written[id] = list(writer.write(articles[id], rng))
            one = next(
                (w for w in written[id] if _plain(w.question) not in asked and w.sentence in articles[id].text), None
            )
            if one is None:
                order.remove(id)
                continue
            asked.add(_plain(one.question))
            # Every third place in turn, so that a short list has both kinds too.
            taken = int((len(drafts) + 1) * SHARE_UNANSWERABLE) > int(len(drafts) * SHARE_UNANSWERABLE)
            drafts.append(_draft(one, id, articles, taken_away=taken))
    return drafts


def _draft(one: Written, article_id: str, articles: Mapping[str, Article], *, taken_away: bool) -> EvalCase:
    name = f"{article_id[:60]}-{sha256(one.question.encode()).hexdigest()[:6]}"
    same = [id for id, article in articles.items() if one.sentence in article.text]
    if taken_away:
        without = sorted({*same, *find_answering(one.question, one.answer, articles)})
        return EvalCase(f"{name}-without", one.question, False, tags=(TAKEN_AWAY,), without=tuple(without), draft=True)
    answers = (one.answer,) if contains_answer(one.sentence, [one.answer]) else ()
    return EvalCase(name, one.question, True, answers, (one.sentence,), tuple(sorted(same)), draft=True)


def find_answering(question: str, answer: str, articles: Mapping[str, Article]) -> list[str]:
    """The articles with a sentence that has the answer and many of the question's words: they may answer it too."""
    wanted = {s for s in stems(question) if s not in STOP_WORDS}
    out = []
    for id, article in articles.items():
        if answer.lower() not in article.text.lower():  # cheap, and true of nearly all
            continue
        for start, end in split_sentences(article.text):
            sentence = article.text[start:end]
            shared = wanted & set(stems(sentence))
            if contains_answer(sentence, [answer]) and len(shared) >= ALSO_ANSWERS * len(wanted):
                out.append(id)
                break
    return out


def _plain(question: str) -> str:
    return " ".join(re.findall(r"\w+", question.lower()))

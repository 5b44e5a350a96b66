"""Asked as of a day, with a language model: nothing published later reaches its prompt, over real HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from fakes import HashEmbedder
from llm_fixture import make_assistant

from corpus.config import LibraryConfig
from corpus.library import Library
from corpus.split import split_sentences
from corpus.types import Article
from evals.stub import Request, Stub
from evals.times import COMMANDS, COPIED, days_named, make_times
from qa.types import Turn

PLACES = ("brennick", "holt")


def test_nothing_published_after_the_as_of_day_reaches_a_prompt(tmp_path: Path) -> None:
    every, cases = make_times("tune")
    articles = [a for a in every if a.id.startswith(PLACES)]
    asked = [c for c in cases if any(place in c.question.lower() for place in PLACES)]
    prompts: list[str] = []

    def cite_all(request: Request) -> Iterable[str]:
        prompts.append(f"{request.system}\n{request.user}")
        for line in request.user.splitlines():
            if label := re.match(r"(\[\d+\.\d+\]) (.+)", line):
                yield f"{label[2]} {label[1]}\n"

    with Library.open(LibraryConfig(tmp_path), embedder=HashEmbedder()) as library, Stub(cite_all) as stub:
        library.add(articles)
        asked = asked[::2]
        assistant = make_assistant(library, stub.spec("ollama"))
        now = assistant.ask(asked[0].question)
        turns = (Turn("user", asked[0].question), Turn("assistant", now.text, answer=now))
        every_one = [(c.question, c.as_of, ()) for c in asked]
        every_one += [(command, c.as_of, turns) for c in asked[:2] for command in COMMANDS]
        n_cited = 0
        for question, as_of, history in every_one:
            prompts.clear()
            answer = assistant.ask(question, history, as_of)
            told = "\n".join(prompts)
            assert not [s for s in _only_later(articles, as_of) if s in told and s not in question], (question, as_of)
            assert not [day for day in re.findall(rf"{COPIED}([\d-]+)", told) if day > as_of.isoformat()]
            assert not [day for day in days_named(answer) if day > as_of.isoformat()], (question, as_of)
            n_cited += len(answer.citations) if prompts else 0
    assert n_cited > 2 * len(asked)


def _only_later(articles: list[Article], as_of: date) -> set[str]:
    """The sentences that stand in articles after a day alone, titles too."""

    def said(some: Iterable[Article]) -> set[str]:
        return {part for a in some for part in (*(a.text[i:j] for i, j in split_sentences(a.text)), a.title)}

    later = [a for a in articles if a.published and a.published > as_of]
    return said(later) - said(a for a in articles if a not in later)

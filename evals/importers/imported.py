"""What a reader collects: articles and cases that hold together, and everything else with its reason."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from corpus.errors import EvalError
from corpus.read.draft import Draft, finish
from corpus.read.normalize import normalize_text
from corpus.split import split_sentences
from corpus.types import Article
from evals.types import EvalCase

LONGEST_SHORT_ANSWER = 12
"""Words; what is longer is a reference to compare with, not a short answer that has to stand in an article."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A row that was left out, or a remark on one that was kept: where it stands, its id, and why."""

    place: str
    id: str
    reason: str


@dataclass(slots=True)
class Imported:
    """The articles and cases read so far, by id, and what was dropped; `licence` where the source names one."""

    articles: dict[str, Article] = field(default_factory=dict)
    cases: dict[str, EvalCase] = field(default_factory=dict)
    dropped: list[Dropped] = field(default_factory=list)
    licence: str = ""

    def drop(self, place: str, id: str, reason: str) -> None:
        """Leave a row out, and say why."""
        self.dropped.append(Dropped(place, id, reason))

    def add_article(self, place: str, draft: Draft) -> Article | None:
        """The article as the library would read it; None where it has no text or another text has its id."""
        for item in finish(draft, place, draft.id or draft.title):
            if not isinstance(item, Article):
                self.drop(place, draft.id, getattr(item, "reason", "") or getattr(item, "remark", ""))
                continue
            kept = self.articles.setdefault(item.id, item)
            if kept.text != item.text:
                self.drop(place, item.id, f"another article with the id {item.id!r} has a different text")
                return None
            return kept
        return None

    def add_case(self, place: str, case: EvalCase) -> None:
        """Keep a case; drop it where its id comes twice, it asks nothing, or is answerable by nothing that is known."""
        gold = case.sentences or case.articles or case.answers or case.reference
        if not case.question.strip():
            self.drop(place, case.id, "no question")
        elif not case.id:
            self.drop(place, "", "no id")
        elif case.id in self.cases:
            self.drop(place, case.id, f"the id {case.id!r} comes twice")
        elif case.answerable and not gold:
            self.drop(place, case.id, "answerable, but with no answer, sentence or article")
        elif lost := [a for a in case.articles if self.articles and a not in self.articles]:
            self.drop(place, case.id, f"its article {lost[0]!r} is not among the articles")
        else:
            self.cases[case.id] = replace(case, question=" ".join(case.question.split()))


def read_lines(path: Path) -> Iterator[tuple[str, dict[str, Any] | str]]:
    """Each line of a .jsonl with its place: an object, or what is wrong with it. Raises EvalError if unreadable."""
    try:
        with path.open(encoding="utf-8-sig", newline="\n") as file:
            for number, line in enumerate(file, 1):
                if not line.strip():
                    continue
                try:
                    said = json.loads(line)
                except (ValueError, RecursionError) as error:
                    said = f"no JSON: {error}"
                yield f"{path}:{number}", said if isinstance(said, dict | str) else "no JSON object"
    except (OSError, UnicodeDecodeError) as error:
        raise EvalError(f"{path}: cannot be read ({error}).") from error


def sentences_over(text: str, start: int, end: int) -> tuple[str, ...]:
    """The sentences of a text that the span touches, as they stand."""
    return tuple(text[a:b] for a, b in split_sentences(text) if a < end and start < b)


def standing_in(text: str, sentences: Sequence[str]) -> tuple[str, ...]:
    """Those sentences that stand in the text once they are normalised as it is."""
    normal = [normalize_text(s).strip() for s in sentences]
    return tuple(s for s in dict.fromkeys(normal) if s and s in text)


def sort_answers(answers: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """The short answers, and the first long one as a reference."""
    told = [" ".join(a.split()) for a in answers if a.strip()]
    short = tuple(dict.fromkeys(a for a in told if len(a.split()) <= LONGEST_SHORT_ANSWER))
    return short, next((a for a in told if len(a.split()) > LONGEST_SHORT_ANSWER), "")


def text_of(data: Mapping[str, Any], key: str) -> str:
    """A value as text: "" where it is missing or null, a number as it is written."""
    value = data.get(key)
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""

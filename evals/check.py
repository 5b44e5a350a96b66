"""Does a set hold together? Gold against the articles, and each case against itself; every finding with its place."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import EvalError
from corpus.split import split_sentences
from corpus.stem import STOP_WORDS, stems
from corpus.types import Article
from evals.cases import read_header
from evals.metrics import contains_answer
from evals.suggest import ALSO_ANSWERS
from evals.types import EvalCase

HALVES = ("", "tune", "report")


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with one case: `place` is its file and line."""

    place: str
    id: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.id + ': ' if self.id else ''}{self.message}"


@dataclass(frozen=True, slots=True)
class Checked:
    """What can be read of a set: its cases, the articles that its header names, and what is wrong with its lines."""

    cases: tuple[EvalCase, ...]
    articles: tuple[Path, ...]
    findings: tuple[Finding, ...]


def read_all(path: Path) -> Checked:
    """Every case of a file that can be read, with a finding for every line that cannot, or whose id came before.

    Unlike `read_set`, which stops at the first. Raises EvalError for a file that cannot be read or has no case.
    """
    try:
        lines = path.read_bytes().decode("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise EvalError(f"{path}: cannot be read ({error}). Shipped sets are in evals/sets.") from error
    cases: list[EvalCase] = []
    findings: list[Finding] = []
    seen: dict[str, int] = {}
    articles: tuple[Path, ...] = ()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
            if number == 1 and isinstance(data, dict) and "set" in data:
                articles = read_header(data, path).articles
                continue
            case = EvalCase.from_json(data, path.stem, f"{path}:{number}")
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            findings.append(Finding(f"{path}:{number}", "", str(error)))
            continue
        if case.id in seen:
            findings.append(Finding(case.place, case.id, f"the id comes twice, first on line {seen[case.id]}"))
        seen.setdefault(case.id, number)
        cases.append(case)
    if not cases and not findings:
        raise EvalError(f"{path}: no case in it")
    return Checked(tuple(cases), articles, tuple(findings))


def check_cases(cases: Sequence[EvalCase], articles: Mapping[str, Article]) -> list[Finding]:
    """What is wrong with the cases, in their order; `articles` is all that they are asked of."""
    texts = {id: _plain(a.text) for id, a in articles.items()}
    return [Finding(case.place, case.id, m) for case in cases for m in _check(case, articles, texts)]


def _check(case: EvalCase, articles: Mapping[str, Article], texts: Mapping[str, str]) -> Iterator[str]:
    if case.half not in HALVES:
        yield f"half is {case.half!r}, expected tune or report"
    if case.history and case.history[-1].role == "user":
        yield "the last turn of its history is the user's; the question itself does not belong there"
    for id in (*case.articles, *case.without):
        if id not in articles:
            yield f"there is no article {id!r}"
    if case.without:
        yield from _check_without(case, articles, texts)
    if not case.answerable:
        gold = [k for k in ("answers", "sentences", "articles", "reference") if getattr(case, k)]
        if gold:
            yield f"unanswerable, but it has {' and '.join(gold)}"
        return
    if case.without:
        yield "answerable, but with articles taken away"
    if not (case.sentences or case.articles or case.answers):
        yield "answerable, but with no gold: give answers, sentences or articles"
    yield from _check_gold(case, articles, texts)


def _check_without(case: EvalCase, articles: Mapping[str, Article], texts: Mapping[str, str]) -> Iterator[str]:
    """Whether what is taken away has to do with the question, and does not stand elsewhere too."""
    wanted = {s for s in stems(case.question) if s not in STOP_WORDS}
    best, most = "", -1
    for id in case.without:
        text = articles[id].text if id in articles else ""
        for start, end in split_sentences(text):
            if (shared := len(wanted & set(stems(text[start:end])))) > most:
                best, most = text[start:end], shared
    if most < 0:
        return
    if most < ALSO_ANSWERS * len(wanted):
        yield "no sentence of the articles taken away has half of its question's words: would they answer it?"
        return
    for id, text in texts.items():
        if id not in case.without and _plain(best) in text:
            yield f"{id!r} has {_short(best)!r} too, but is not taken away"


def _check_gold(case: EvalCase, articles: Mapping[str, Article], texts: Mapping[str, str]) -> Iterator[str]:
    known = [a for a in case.articles if a in articles] or ([] if case.articles else list(articles))
    found: set[str] = set()
    for sentence in case.sentences:
        holding = {a for a in known if sentence in articles[a].text}
        if not holding:
            elsewhere = [a for a, text in texts.items() if _plain(sentence) in text]
            yield f"no gold article has the sentence {_short(sentence)!r}" + (
                f"; it stands in {', '.join(elsewhere[:3])}" if elsewhere else ""
            )
        found |= holding
    if case.sentences and case.articles:
        for id in known:
            if id not in found:
                yield f"its article {id!r} has none of its sentences"
        for id, text in texts.items():
            same = [s for s in case.sentences if id not in case.articles and _plain(s) in text]
            if same:
                yield f"{id!r} has its sentence {_short(same[0])!r} too, but is not among its articles"
    gold = "\n".join(case.sentences) or "\n".join(articles[a].text for a in known)
    for answer in case.answers:
        if known and not contains_answer(gold, [answer]):
            yield f"the answer {_short(answer)!r} stands in no gold {'sentence' if case.sentences else 'article'}"
    if case.answer_start is not None and case.articles and case.articles[0] in articles:
        rest = articles[case.articles[0]].text[case.answer_start :]
        if case.answers and not any(rest.startswith(a) for a in case.answers):
            yield f"answer_start is {case.answer_start}, where {case.articles[0]!r} has {_short(rest)!r}"


def _plain(text: str) -> str:
    return " ".join(text.split())


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"

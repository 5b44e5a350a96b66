"""Cases written by a person with the answerer at hand: what a case is made of, and the set that it is added to.

`Talk` is how the person is asked; the commands give one over the terminal, tests one with the replies written down.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.errors import EvalError
from corpus.library import Library
from corpus.read.normalize import slug
from corpus.split import split_sentences
from corpus.types import Article
from evals.check import check_cases, read_all
from evals.metrics import contains_answer
from evals.types import EvalCase
from qa.assistant import Assistant
from qa.terminal import answer_lines
from qa.types import Answer, Turn

UNANSWERABLE_TAGS = ("near-miss", "other-entity", "false-premise", "off-topic")
SHOWN = 12
KEEP, CORRECT, NOT_THERE, SKIP = "k", "c", "n", "s"


@dataclass(frozen=True, slots=True)
class Talk:
    """How the person is asked and told: `ask` takes a prompt and gives a line, `say` shows one."""

    ask: Callable[[str], str]
    say: Callable[[str], None]


class Author:
    """Makes cases over one library, each shown to a person before it is kept."""

    def __init__(self, library: Library, talk: Talk) -> None:
        self._library = library
        self._assistant = Assistant(library)
        self._talk = talk
        self._articles = library.all_articles()

    @property
    def articles(self) -> Mapping[str, Article]:
        """Everything that can be asked about."""
        return self._articles

    def write(self, question: str, history: Sequence[Turn] = ()) -> EvalCase | None:
        """Ask the question, show the answer, and make a case of what the person says; None where it is skipped."""
        answer = self._assistant.ask(question, history)
        for line, _ in answer_lines(answer):
            self._talk.say(line)
        return self.judge(question, answer, history)

    def judge(self, question: str, answer: Answer, history: Sequence[Turn] = ()) -> EvalCase | None:
        """A case of a question whose answer the person has seen."""
        allowed = (KEEP, CORRECT, NOT_THERE, SKIP) if answer.claims else (CORRECT, NOT_THERE, SKIP)
        words = {
            KEEP: "[k]eep: the cited sentences are right",
            CORRECT: "[c]orrect: choose other sentences",
            NOT_THERE: "[n]ot in the articles",
            SKIP: "[s]kip",
        }
        does = self._choose(", ".join(words[a] for a in allowed), allowed)
        if does == SKIP:
            return None
        case = EvalCase(slug(question)[:60].strip("-"), question, does != NOT_THERE, history=tuple(history))
        if does == NOT_THERE:
            tag = self._talk.ask(f"Its kind ({', '.join(UNANSWERABLE_TAGS)}; empty: none): ").strip()
            return replace(case, tags=tuple(tag.replace(",", " ").split()))
        quotes = [c.quote for c in answer.citations]
        cited = tuple(dict.fromkeys(quote[a:b] for quote in quotes for a, b in split_sentences(quote)))
        sentences = cited if does == KEEP else self._find_sentences()
        if not sentences:
            self._talk.say("No sentence was chosen; skipped.")
            return None
        return self._with_gold(case, sentences, answer.short_answer or "")

    def review(self, draft: EvalCase) -> EvalCase | None:
        """A drafted case as the person leaves it: accepted, asked anew, or None where it is dropped."""
        self._talk.say(f"\n{draft.question}")
        for turn in draft.history:
            self._talk.say(f"  {turn.role}: {turn.content}")
        if draft.answerable:
            self._talk.say(f"  answer: {' | '.join(draft.answers) or '-'}")
            for sentence in draft.sentences:
                self._talk.say(f"  “{sentence}” ({', '.join(draft.articles)})")
        else:
            hidden = f" once these are taken away: {', '.join(draft.without)}" if draft.without else ""
            self._talk.say(f"  not in the articles{hidden}")
        does = self._choose("[k]eep, [e]dit the question, [a]sk and correct, [d]rop, [q]uit", ("k", "e", "a", "d", "q"))
        if does == "q":
            raise EOFError
        if does == "a":
            return self.write(draft.question, draft.history)
        if does == "e":
            draft = replace(draft, question=self._talk.ask("Question: ").strip() or draft.question)
        return replace(draft, draft=False) if does != "d" else None

    def _with_gold(self, case: EvalCase, sentences: Sequence[str], short: str) -> EvalCase:
        """The case with its sentences, every article that has one of them, and the accepted answers."""
        articles = tuple(id for id, a in self._articles.items() if any(s in a.text for s in sentences))
        said = self._talk.ask(f"Accepted short answers, | between them{f' [{short}]' if short else ''}: ").strip()
        answers = tuple(a.strip() for a in (said or short).split("|") if a.strip())
        for answer in [a for a in answers if not contains_answer("\n".join(sentences), [a])]:
            self._talk.say(f"“{answer}” does not stand in the sentences and is left out.")
            answers = tuple(a for a in answers if a != answer)
        tags = self._talk.ask("Tags, spaces between them (empty: none): ").split()
        return replace(case, sentences=tuple(sentences), articles=articles, answers=answers, tags=tuple(tags))

    def _find_sentences(self) -> tuple[str, ...]:
        """Sentences of the library, found by a piece of them and chosen by number, until an empty line."""
        chosen: list[str] = []
        while piece := self._talk.ask("A piece of a sentence that answers (empty: that is all): ").strip():
            found = self._sentences_with(piece)
            if not found:
                self._talk.say("No sentence in the library has that.")
            for number, (sentence, title) in enumerate(found[:SHOWN], 1):
                self._talk.say(f"  {number}. {sentence} ({title})")
            if len(found) > SHOWN:
                self._talk.say(f"  … and {len(found) - SHOWN} more; a longer piece finds fewer.")
            if found:
                picked = self._talk.ask("Which (numbers; empty: none): ").replace(",", " ").split()
                good = [int(p) for p in picked if p.isdigit() and 1 <= int(p) <= min(len(found), SHOWN)]
                chosen += [found[n - 1][0] for n in good if found[n - 1][0] not in chosen]
        return tuple(chosen)

    def _sentences_with(self, piece: str) -> list[tuple[str, str]]:
        """Each sentence once, with the title of the first article that has it."""
        wanted = " ".join(piece.lower().split())
        found: dict[str, str] = {}
        for article in self._articles.values():
            if wanted in " ".join(article.text.lower().split()):
                for start, end in split_sentences(article.text):
                    sentence = article.text[start:end]
                    if wanted in " ".join(sentence.lower().split()):
                        found.setdefault(sentence, article.title)
        return list(found.items())

    def _choose(self, prompt: str, allowed: Sequence[str]) -> str:
        while (said := self._talk.ask(f"{prompt}: ").strip().lower()[:1]) not in allowed:
            self._talk.say(f"Type one of {', '.join(allowed)}.")
        return said


class SetWriter:
    """Adds cases to a set's file, one line each, on disk before `add` returns; the file is made when it is needed."""

    def __init__(self, path: Path, articles: Mapping[str, Article]) -> None:
        if path.suffix != ".jsonl":
            raise EvalError(f"{path}: a set is a .jsonl file. Type for example: python -m evals new mine.jsonl")
        self._path = path
        self._articles = articles
        cases = read_all(path).cases if path.exists() and path.stat().st_size else ()
        self._ids = {case.id for case in cases}
        self._halves = Counter((case.answerable, case.half) for case in cases)
        self.questions = [case.question for case in cases]

    def add(self, case: EvalCase) -> EvalCase:
        """The case as it was written: with an id of its own, and the half that has fewer like it.

        Raises EvalError where the case does not hold; nothing is written then.
        """
        id, n = case.id or "case", 1
        while id in self._ids:
            n += 1
            id = f"{case.id}-{n}"
        half = min(("tune", "report"), key=lambda h: self._halves[case.answerable, h])
        case = replace(case, id=id, half=case.half or half)
        if findings := check_cases([case], self._articles):
            raise EvalError(f"{case.id}: {findings[0].message}")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a+b") as file:
                if file.tell():
                    file.seek(-1, os.SEEK_END)
                    if file.read(1) != b"\n":
                        file.write(b"\n")
                file.write(json.dumps(case.to_json(), ensure_ascii=False).encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise EvalError(f"{self._path}: cannot be written ({error.strerror}).") from error
        self._ids.add(id)
        self._halves[case.answerable, case.half] += 1
        self.questions.append(case.question)
        return case

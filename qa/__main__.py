"""Ask from a terminal: one question, or a file of them."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.errors import BylineError, LibraryError, QuestionError
from qa.batch import Asked, BadLine, read_day, read_questions
from qa.history import read_history
from qa.terminal import answer_lines
from qa.types import Answer, Turn

if TYPE_CHECKING:
    from qa.assistant import Assistant

EMBED_AT_ONCE = 256


def main(argv: Sequence[str] | None = None) -> int:
    """Answer; the exit status: 0, 1 when something failed, 2 on wrong usage. Not finding an answer is no failure."""
    parser = _parser()
    args = parser.parse_args(argv)
    if (args.question is None) == (args.batch is None):
        parser.error("give one question, in quotes, or --batch FILE")
    if (args.batch is None) != (args.out is None):
        parser.error("--batch and --out go together")
    if args.batch and (args.history or args.as_of or args.json):
        parser.error("with --batch, history and as_of stand in the file, and the answers are JSON in any case")
    if args.batch and args.out.resolve() == args.batch.resolve():
        parser.error("--out would overwrite the questions")
    try:
        return _answer_file(args.batch, args.out) if args.batch else _answer_one(args)
    except BylineError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # Whoever read our output has stopped reading: not an error of ours.
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m qa", description="Ask the library of articles in BYLINE_HOME.")
    parser.add_argument("question", nargs="?", metavar="QUESTION")
    parser.add_argument("--json", action="store_true", help="print the answer as JSON")
    parser.add_argument("--history", type=Path, metavar="FILE", help="a JSON list of the turns before, oldest first")
    parser.add_argument("--as-of", type=_day, metavar="DATE", help="leave out what was published after that day")
    parser.add_argument("--batch", type=Path, metavar="FILE", help="one question a line, as JSON with id and question")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where the answers to --batch go, one a line")
    return parser


def _day(text: str) -> date:
    try:
        return read_day(text)
    except QuestionError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _answer_one(args: Any) -> int:
    history = _read_history_file(args.history) if args.history else ()
    with _open_assistant() as assistant:
        answer = assistant.ask(args.question, history, args.as_of)
    if args.json:
        print(json.dumps(answer.to_json(), ensure_ascii=False))
    else:
        _show(answer)
    return 0


def _answer_file(questions: Path, out: Path) -> int:
    try:
        with questions.open("rb") as file:
            read = list(read_questions(file))
    except OSError as error:
        raise QuestionError(f"{questions} cannot be read: {error.strerror}. Name another file.") from error
    for item in read:
        if isinstance(item, BadLine):
            _complain(questions, item.line, item.reason)
    asked = [item for item in read if isinstance(item, Asked)]
    with _open_assistant() as assistant:
        try:
            with out.open("w", encoding="utf-8") as file:
                n_answered = 0
                for one, answer in _answers(assistant, asked, questions):
                    file.write(json.dumps({"id": one.id, **answer.to_json()}, ensure_ascii=False) + "\n")
                    n_answered += 1
        except OSError as error:
            raise QuestionError(f"{out} cannot be written: {error.strerror}. Name another file.") from error
    print(f"The answers to {n_answered} of {len(read)} questions are in {out}.", file=sys.stderr)
    return 0 if n_answered == len(read) else 1


def _answers(assistant: Assistant, asked: Sequence[Asked], questions: Path) -> Iterator[tuple[Asked, Answer]]:
    """The answers in order; a question that cannot be asked is reported and left out."""
    for at in range(0, len(asked), EMBED_AT_ONCE):
        group = asked[at : at + EMBED_AT_ONCE]
        vectors = assistant.library.embedder.encode_queries([one.question.text for one in group])
        for one, vector in zip(group, vectors, strict=True):
            question = one.question
            try:
                answer = assistant.ask(question.text, question.history, question.as_of, vector=vector)
            except QuestionError as error:
                _complain(questions, one.line, str(error))
            else:
                yield one, answer


def _complain(questions: Path, line: int, reason: str) -> None:
    print(f"{questions}, line {line}: {reason}", file=sys.stderr)


def _read_history_file(path: Path) -> tuple[Turn, ...]:
    try:
        return read_history(json.loads(path.read_text("utf-8-sig")))
    except OSError as error:
        raise QuestionError(f"{path} cannot be read: {error.strerror}. Name another file.") from error
    except (ValueError, RecursionError) as error:
        raise QuestionError(f"{path} holds no JSON ({error}).") from error


@contextmanager
def _open_assistant() -> Iterator[Assistant]:
    # Imported here: --help and a wrong call need none of it, and it takes most of a second.
    from corpus.library import Library
    from qa.assistant import Assistant
    from qa.config import Config

    config = Config.from_env()
    home = config.library.home
    empty = LibraryError(f"There are no articles in {home}. Type: python -m corpus add corpus/articles")
    # Asked of the file first, because opening would make an empty library.
    if not (home / "library.sqlite3").exists():
        raise empty
    # Not the owner of the indexes: answers are exact from the database, and Chroma takes a second to load.
    with Library.open(config.library, own=False) as library:
        if library.stats().n_articles == 0:
            raise empty
        yield Assistant(library, config)


def _show(answer: Answer) -> None:
    if not sys.stdout.isatty():
        for line, _ in answer_lines(answer):
            print(line)
        return
    from rich.console import Console
    from rich.text import Text

    console = Console()
    for line, style in answer_lines(answer):
        console.print(Text(line, style))


if __name__ == "__main__":
    sys.exit(main())

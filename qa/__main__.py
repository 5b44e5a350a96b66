"""Ask from a terminal: one question, or a file of them."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.errors import BylineError, LibraryError, QuestionError
from qa.batch import Asked, BadLine, read_day, read_questions
from qa.history import read_history
from qa.terminal import answer_lines, claim_text, clean, closing_lines
from qa.types import Answer, Clock, Progress, Turn

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
        return (
            _answer_file(args.batch, args.out, args.llm, Clock(any_time=args.any_time))
            if args.batch
            else _answer_one(args)
        )
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
    parser.add_argument("--any-time", action="store_true", help="take days in the question for words like others")
    parser.add_argument("--llm", metavar="SPEC", help="which LLM answers, instead of BYLINE_LLM; none for none")
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
    with _open_assistant(args.llm) as assistant:
        if args.json or not assistant.models:
            answer = assistant.ask(args.question, history, args.as_of, clock=Clock(any_time=args.any_time))
        else:
            _say_where(assistant)
            answer = _stream(assistant.stream(args.question, history, args.as_of, clock=Clock(any_time=args.any_time)))
            if sys.stdout.isatty() and answer.answerer == assistant.answerer and answer.claims:
                _print_lines(closing_lines(answer))
                return 0
    if args.json:
        print(json.dumps(answer.to_json(), ensure_ascii=False))
    else:
        _print_lines(answer_lines(answer))
    return 0


def _say_where(assistant: Assistant) -> None:
    for model in list(assistant.models.values())[:1]:
        where = "nothing leaves this machine" if model.local else f"the question and the passages go to {model.host}"
        print(f"{model.answerer} answers; {where}.", file=sys.stderr)


def _stream(events: Iterator[Progress]) -> Answer:
    """Show the text on a terminal as it comes; the whole answer."""
    written, n_done, answer = "", 0, None
    for event in events:
        answer = event.answer
        if not sys.stdout.isatty() or not event.by_model:
            continue
        for claim in event.claims[n_done:]:
            whole = clean(claim_text(claim))
            start = " " if claim.joins else "\n" if n_done else ""
            print(whole[len(written) :] if written and whole.startswith(written) else start + whole, end="", flush=True)
            written, n_done = "", n_done + 1
        draft = clean(event.draft)
        if draft.startswith(written) and draft != written:
            start = "" if written else " " if event.draft_joins else "\n" if n_done else ""
            print(start + draft[len(written) :], end="", flush=True)
            written = draft
    if n_done or written:
        print()
    assert answer is not None
    return answer


def _answer_file(questions: Path, out: Path, llm: str | None, clock: Clock) -> int:
    try:
        with questions.open("rb") as file:
            read = list(read_questions(file))
    except OSError as error:
        raise QuestionError(f"{questions} cannot be read: {error.strerror}. Name another file.") from error
    for item in read:
        if isinstance(item, BadLine):
            _complain(questions, item.line, item.reason)
    asked = [item for item in read if isinstance(item, Asked)]
    with _open_assistant(llm) as assistant:
        try:
            with out.open("w", encoding="utf-8") as file:
                n_answered = 0
                for one, answer in _answers(assistant, asked, questions, clock):
                    file.write(json.dumps({"id": one.id, **answer.to_json()}, ensure_ascii=False) + "\n")
                    n_answered += 1
        except OSError as error:
            raise QuestionError(f"{out} cannot be written: {error.strerror}. Name another file.") from error
    print(f"The answers to {n_answered} of {len(read)} questions are in {out}.", file=sys.stderr)
    return 0 if n_answered == len(read) else 1


def _answers(
    assistant: Assistant, asked: Sequence[Asked], questions: Path, clock: Clock
) -> Iterator[tuple[Asked, Answer]]:
    """The answers in order; a question that cannot be asked is reported and left out."""
    for at in range(0, len(asked), EMBED_AT_ONCE):
        group = asked[at : at + EMBED_AT_ONCE]
        vectors = assistant.library.embedder.encode_queries([one.question.text for one in group])
        for one, vector in zip(group, vectors, strict=True):
            question = one.question
            try:
                answer = assistant.ask(question.text, question.history, question.as_of, vector=vector, clock=clock)
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
def _open_assistant(llm: str | None) -> Iterator[Assistant]:
    # Imported here: --help and a wrong call need none of it, and it takes most of a second.
    from corpus.database import is_made
    from corpus.library import Library
    from qa.assistant import load_assistant
    from qa.config import Config

    config = Config.from_env()
    empty = LibraryError(f"There are no articles in {config.library.home}. Type: python -m corpus add corpus/articles")
    # Asked of the file first, because opening would make an empty library.
    if not is_made(config.library):
        raise empty
    # Not the owner of the indexes: answers are exact from the database, and Chroma takes a second to load.
    with Library.open(config.library, own=False) as library:
        if library.stats().n_articles == 0:
            raise empty
        yield load_assistant(library, config, llm)


def _print_lines(lines: Iterable[tuple[str, str]]) -> None:
    if not sys.stdout.isatty():
        for line, _ in lines:
            print(line)
        return
    from rich.console import Console
    from rich.text import Text

    console = Console()
    for line, style in lines:
        console.print(Text(line, style))


if __name__ == "__main__":
    sys.exit(main())

"""`python -m evals inbox`: what people said of answers on the page, made into cases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from evals.terminal import say, say_json, warn


def register(commands: Any) -> None:
    """Add `inbox`."""
    inbox = commands.add_parser("inbox", help="verdicts from the page: list them, or make cases of them")
    inbox.add_argument("--promote", type=Path, metavar="SET", help="go through them and add cases to this .jsonl")
    inbox.add_argument("--json", action="store_true", help="print what waits as JSON")
    inbox.set_defaults(run=_inbox)


def _inbox(args: Any) -> int:
    from corpus.config import LibraryConfig
    from evals.inbox import read_inbox
    from qa.web.feedback import find_inbox

    home = LibraryConfig.from_env().home
    inbox = read_inbox(home)
    for place in inbox.broken:
        warn(f"{place}: cannot be read and is left out")
    if args.json:
        say_json([one.to_json() for one in inbox.waiting])
        return 0
    if args.promote:
        return _promote(args.promote, home, inbox.waiting)
    if not inbox.waiting:
        say(f"Nothing waits in {find_inbox(home)}. Verdicts given under answers on the page come here.")
        return 0
    for number, one in enumerate(inbox.waiting, 1):
        turns = f", after {len(one.history) // 2} exchanges" if one.history else ""
        say(f"{number}. {one.at[:16].replace('T', ' ')} {one.verdict}{turns}: {_plain(one.question)}")
        said = _plain(one.answer.text) or "The articles don't say."
        say(f"   {said if len(said) <= 150 else said[:149] + '…'}")
    say(f"{len(inbox.waiting)} wait. Make cases of them: python -m evals inbox --promote SET")
    return 0


def _promote(path: Path, home: Path, waiting: Any) -> int:
    from evals.author import Author, SetWriter, Talk
    from evals.commands.new import count, open_own
    from evals.inbox import draft_case, settle

    n_kept = n_done = 0
    with open_own([]) as library:
        author = Author(library, Talk(input, say))
        writer = SetWriter(path, author.articles)
        try:
            for one in waiting:
                say(f"\nCalled {one.verdict}: {_plain(one.question)}\n  {_plain(one.answer.text) or 'not found'}")
                draft = draft_case(one, author.articles)
                known = one.verdict == "right" and (draft.sentences or not draft.answerable)
                case = author.review(draft) if known else author.write(one.question, one.history)
                if case:
                    kept = writer.add(case)
                    n_kept += 1
                    say(f"Kept as {kept.id}.")
                settle(home, one)
                n_done += 1
        except EOFError:
            pass
    say(f"{count(n_kept)} added to {path}; {len(waiting) - n_done} wait.")
    return 0


def _plain(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)

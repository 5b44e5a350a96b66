"""`python -m evals new`: ask, see the answer, keep or correct it; or go through drafts. `suggest` writes drafts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from evals.terminal import say, say_json


def register(commands: Any) -> None:
    """Add `new` and `suggest`."""
    new = commands.add_parser("new", help="write cases in the terminal: ask, see the answer, keep or correct it")
    new.add_argument("set", type=Path, metavar="SET", help="the .jsonl to add to; made where it is not there")
    new.add_argument("--drafts", type=Path, metavar="FILE", help="go through these drafts instead of typing questions")
    suggest = commands.add_parser("suggest", help="draft cases from the library's own sentences")
    suggest.add_argument("--n", type=int, default=50, metavar="N", help="how many, unanswerable ones among them (50)")
    suggest.add_argument("--out", type=Path, metavar="FILE", help="default: evals/drafts.jsonl in BYLINE_HOME")
    suggest.add_argument("--seed", type=int, default=0)
    suggest.add_argument("--llm", default="", metavar="SPEC", help="let this model write the questions")
    suggest.add_argument("--json", action="store_true", help="print the drafts instead of writing them")
    for made in (new, suggest):
        made.add_argument("--articles", nargs="+", type=Path, default=[], metavar="FILE", help="default: the library")
    new.set_defaults(run=_new)
    suggest.set_defaults(run=_suggest)


@contextmanager
def open_own(sources: Sequence[Path]) -> Iterator[Any]:
    """A library over these files, else the one in BYLINE_HOME, which is only read."""
    from corpus.config import LibraryConfig
    from evals.choose import open_sources

    library = open_sources(list(sources), LibraryConfig.from_env())
    try:
        yield library
    finally:
        library.close()


def _new(args: Any) -> int:
    from evals.author import Author, SetWriter, Talk
    from evals.check import read_all

    drafts = list(read_all(args.drafts).cases) if args.drafts else []
    with open_own(args.articles) as library:
        author = Author(library, Talk(input, say))
        writer = SetWriter(args.set, author.articles)
        left, n_kept = [d for d in drafts if d.draft], 0
        try:
            while left or not args.drafts:
                if args.drafts:
                    case = author.review(left[0])
                    left.pop(0)
                else:
                    question = input("\nQuestion (empty: that is all): ").strip()
                    if not question:
                        break
                    case = author.write(question)
                if case:
                    kept = writer.add(case)
                    n_kept += 1
                    say(f"Kept as {kept.id}.")
        except EOFError:
            pass
        finally:
            if args.drafts:
                write_drafts(args.drafts, left)
    say(f"{count(n_kept)} added to {args.set}." + (f" {len(left)} drafts are left." if args.drafts else ""))
    return 0


def _suggest(args: Any) -> int:
    from corpus.config import LibraryConfig
    from evals.check import read_all
    from evals.suggest import RuleWriter, suggest_cases

    out = args.out or LibraryConfig.from_env().home / "evals" / "drafts.jsonl"
    kept = list(read_all(out).cases) if out.exists() and out.stat().st_size and not args.json else []
    if args.llm:
        from evals.writer import load_writer

        writer: Any = load_writer(args.llm)
    else:
        writer = RuleWriter()
    with open_own(args.articles) as library:
        articles = library.all_articles()
        drafts = suggest_cases(articles, args.n, seed=args.seed, writer=writer, known=[c.question for c in kept])
    if args.json:
        say_json([draft.to_json() for draft in drafts])
        return 0
    if drafts:
        write_drafts(out, [*kept, *drafts])
    n_no = sum(not draft.answerable for draft in drafts)
    say(f"{len(drafts)} drafts added to {out}, {n_no} of them unanswerable with their articles taken away.")
    if len(drafts) < args.n:
        say(f"{args.n} were asked for; the library has no more sentences that questions can be made of.")
    say(f"Go through them: python -m evals new SET --drafts {out}")
    return 0


def count(n: int) -> str:
    """Cases, in words."""
    return f"{n} case{'' if n == 1 else 's'}"


def write_drafts(path: Path, drafts: Sequence[Any]) -> None:
    """The file with these drafts, whole or as it was."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".new")
    beside.write_text("".join(json.dumps(d.to_json(), ensure_ascii=False) + "\n" for d in drafts), "utf-8")
    beside.replace(path)

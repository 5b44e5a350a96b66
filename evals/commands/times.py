"""`python -m evals times`: how answers follow the day that is asked from, and the days that a question names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evals.commands.halves import HALVES, add_half_options
from evals.terminal import say, say_json

if TYPE_CHECKING:
    from evals.times import TimeCase
    from qa.assistant import Assistant
    from qa.types import Answer


def register(commands: Any) -> None:
    """Add `times`."""
    parser = commands.add_parser("times", help="measure on generated stories how answers follow dates")
    add_half_options(parser, of="cases")
    parser.set_defaults(run=_times)


def _times(args: Any) -> int:
    import tempfile
    from dataclasses import replace
    from functools import partial
    from pathlib import Path

    from corpus.library import Library
    from evals.material import SAMPLE_ARTICLES, read_all
    from evals.times import by_kind, command_times, make_times, measure_times, sample_times, share_times
    from qa.assistant import Assistant
    from qa.config import Config

    figures: dict[str, Any] = {}
    config = Config.from_env()
    for half in HALVES:
        if args.half not in (None, half):
            continue
        articles, cases = make_times(half, args.seed)
        with tempfile.TemporaryDirectory(prefix="byline-times-") as home:
            library_config = replace(config.library, home=Path(home), chroma="", database="")
            with Library.open(library_config) as library:
                library.add([*read_all([str(SAMPLE_ARTICLES)]), *articles])
                assistant = Assistant(library, replace(config, library=library_config))
                cases = [*cases, *sample_times(half), *command_times(cases, assistant.ask)]
                results = measure_times(cases, partial(_ask, assistant))
        figures[half] = {name: round(value, 4) for name, value in share_times(results).items()}
        if args.json:
            continue
        say(f"{half}: " + ", ".join(f"{name} {value:g}" for name, value in figures[half].items()))
        for kind, some in by_kind(results).items():
            shares = share_times(some)
            told = ", ".join(f"{name} {value:.3f}" for name, value in shares.items() if name != "cases")
            say(f"  {kind:9} {len(some):3} {told}")
        wrong = [
            r for r in results if not (r.follows and (r.read or not r.case.days) and not r.later and not r.outside)
        ]
        wrong += [r for r in results if r.case.kind == "alone" and not r.read]
        for result in wrong[: args.show]:
            case = result.case
            say(f"  {case.kind}, as of {case.as_of}: {case.question} {list(case.values)} {case.days or ''}")
            say(f"    {'' if result.follows else 'NOT '}followed, {'' if result.read else 'NOT '}read: {result.text}")
    if args.json:
        say_json(figures)
    return 0


def _ask(assistant: Assistant, case: TimeCase) -> Answer:
    return assistant.ask(case.question, case.history, case.as_of)

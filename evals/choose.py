"""Arguments of a run to cases, articles and settings; every mistake in them is an EvalError."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from corpus.config import LibraryConfig
from corpus.database import is_made
from corpus.embed import Embedder, load_embedder
from corpus.errors import EvalError
from corpus.library import Library
from corpus.types import Article
from evals.cases import CaseSet, read_set
from evals.libraries import open_articles
from evals.material import SAMPLE_ARTICLES
from evals.measures import METRICS, SMALLER_IS_BETTER
from evals.run import draw
from evals.types import SETS, EvalCase
from qa.config import Config

SETTINGS: dict[str, Callable[[str], Any]] = {
    "top_k": int,
    "dense_weight": float,
    "threshold": float,
    "reader": str,
}
"""The fields of Config that --set takes."""


def add_set_arguments(parser: Any, *, sets: str = "+") -> None:
    """The arguments that say which cases are asked of which articles."""
    parser.add_argument("sets", nargs=sets, metavar="SET", help="a .jsonl file, or the name of a shipped set")
    parser.add_argument(
        "--articles", nargs="+", default=[], metavar="FILE", help="default: the set's own, else the BYLINE_HOME library"
    )
    parser.add_argument("--draw", type=int, metavar="N", help="N answerable cases of each set, drawn at random")
    parser.add_argument("--unanswerable", type=int, default=0, metavar="N", help="with --draw: N unanswerable ones too")
    parser.add_argument("--seed", type=int, default=0)


def choose_cases(args: Any, sets: Sequence[CaseSet] | None = None) -> list[EvalCase]:
    """The cases that the arguments ask for; EvalError where none is left."""
    cases: list[EvalCase] = []
    names: set[str] = set()
    for one in [read_set(name) for name in args.sets] if sets is None else sets:
        if one.header.name in names:
            raise EvalError(f"{one.path}: another set here is called {one.header.name!r} too. Run it by itself.")
        names.add(one.header.name)
        of_set = [case for case in one.cases if not case.draft]
        if not of_set:
            raise EvalError(f"{one.path}: nothing but drafts. Accept them: python -m evals new SET --drafts {one.path}")
        if args.draw:
            of_set = draw(of_set, args.draw, args.seed, unanswerable=getattr(args, "unanswerable", 0))
        wanted = set(filter(None, args.tags.split(",")))
        of_set = [c for c in of_set if args.half in (None, c.half) and (not wanted or wanted & set(c.tags))]
        cases += of_set[: args.limit]
    if not cases:
        raise EvalError("No case is left to ask. Loosen --half, --tags, --limit or --draw.")
    return cases


def find_sources(args: Any, sets: Sequence[CaseSet] | None = None) -> list[Path]:
    """The files and folders of articles: those named, else those that the sets' headers name.

    A shipped set is asked of the sample articles. Raises EvalError for what is not there.
    """
    sources = [Path(a) for a in args.articles]
    for one in [read_set(name) for name in args.sets] if sets is None else sets:
        if not args.articles:
            sources += one.header.articles
        if one.path.parent == SETS and not one.header.articles:
            sources.append(SAMPLE_ARTICLES)
    sources = list(dict.fromkeys(path.resolve() for path in sources))
    for source in sources:
        if not source.exists():
            raise EvalError(f"{source}: no such file or folder. Give the articles of the set after --articles.")
    return sources


def open_library(args: Any) -> Library:
    """A library over the articles that the arguments or the sets name, else the one in BYLINE_HOME."""
    return open_sources(find_sources(args), LibraryConfig.from_env())


def open_sources(sources: Sequence[Path], config: LibraryConfig) -> Library:
    """A library of its own over these articles; without any, the one that `config` names, which is only read."""
    if sources:
        return open_articles(sources, config.home, _embedder(config.embedder), config.language)
    if not is_made(config):
        raise EvalError("There are no articles to ask about. Name them with --articles, or add some to the library.")
    library = Library.open(config, own=False)
    if library.stats().n_articles == 0:
        library.close()
        raise EvalError("There are no articles to ask about. Name them with --articles, or add some to the library.")
    return library


@lru_cache(maxsize=1)
def _embedder(name: str) -> Embedder:
    """The model, loaded once a process."""
    return load_embedder(name)


def check_gold(cases: Sequence[EvalCase], articles: Callable[[set[str]], Mapping[str, Article]]) -> None:
    """EvalError with file and line where a gold article is not there."""
    wanted = {a for case in cases for a in case.articles}
    missing = wanted - articles(wanted).keys()
    lacking = [case for case in cases if missing & set(case.articles)]
    if lacking:
        first = lacking[0]
        more = f" ({len(lacking) - 1} more cases lack theirs)" if len(lacking) > 1 else ""
        name = next(a for a in first.articles if a in missing)
        raise EvalError(
            f"{first.place or first.set_name}: case {first.id!r}: its article {name!r} is not among the articles{more}."
            " "
            "Name the articles of the set with --articles."
        )


def make_config(settings: Sequence[str]) -> Config:
    """The settings of the environment, changed by those of --set. EvalError names the valid ones."""
    return replace(Config.from_env(), **read_settings(settings))


def read_settings(settings: Sequence[str]) -> dict[str, Any]:
    """KEY=VALUE items as values. EvalError names the valid keys."""
    chosen: dict[str, Any] = {}
    for key, value in (item.partition("=")[::2] for item in settings):
        if key not in SETTINGS:
            raise EvalError(f"--set {key}: no such setting. Valid: {', '.join(SETTINGS)}")
        try:
            chosen[key] = SETTINGS[key](value)
        except ValueError as error:
            raise EvalError(f"--set {key}={value}: expected {SETTINGS[key].__name__}") from error
    return chosen


def read_bars(wanted: Sequence[str]) -> dict[str, float]:
    """The bars of --fail-under. EvalError names the valid metrics."""
    bars: dict[str, float] = {}
    for metric, value in (item.partition("=")[::2] for item in wanted):
        if metric not in METRICS or metric in SMALLER_IS_BETTER:
            valid = ", ".join(m for m in METRICS if m not in SMALLER_IS_BETTER)
            raise EvalError(f"--fail-under {metric}: no metric that can be too low. Valid: {valid}")
        try:
            bars[metric] = float(value)
        except ValueError as error:
            raise EvalError(f"--fail-under {metric}={value}: expected a number") from error
    return bars

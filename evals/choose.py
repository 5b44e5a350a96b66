"""Arguments of a run to cases, library and settings; every mistake in them is an EvalError."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from corpus.config import LibraryConfig
from corpus.embed import load_embedder
from corpus.errors import EvalError
from corpus.library import Library
from evals.material import SAMPLE_ARTICLES
from evals.run import draw, open_articles
from evals.summary import METRICS, SMALLER_IS_BETTER
from evals.types import SETS, EvalCase, find_set, read_cases
from qa.config import Config

SETTINGS: dict[str, Callable[[str], float]] = {"top_k": int, "dense_weight": float, "threshold": float}
"""The fields of Config that --set takes."""


def add_set_arguments(parser: Any) -> None:
    """The arguments that say which cases are asked of which articles."""
    parser.add_argument("sets", nargs="+", metavar="SET", help="a .jsonl file, or the name of a shipped set")
    parser.add_argument("--articles", nargs="+", default=[], metavar="FILE", help="default: the BYLINE_HOME library")
    parser.add_argument("--draw", type=int, metavar="N", help="N answerable cases of each set, drawn at random")
    parser.add_argument("--seed", type=int, default=0)


def choose_cases(args: Any) -> list[EvalCase]:
    """The cases that the arguments ask for; EvalError where none is left."""
    cases: list[EvalCase] = []
    for name in args.sets:
        of_set = list(read_cases(find_set(name)))
        if args.draw:
            of_set = draw(of_set, args.draw, args.seed, unanswerable=getattr(args, "unanswerable", 0))
        wanted = set(filter(None, args.tags.split(",")))
        of_set = [c for c in of_set if args.half in (None, c.half) and (not wanted or wanted & set(c.tags))]
        cases += of_set[: args.limit]
    if not cases:
        raise EvalError("No case is left to ask. Loosen --half, --tags, --limit or --draw.")
    return cases


def open_library(args: Any) -> Library:
    """A library over --articles (a shipped set brings its own), else the one in BYLINE_HOME."""
    config = LibraryConfig.from_env()
    sources = [Path(a) for a in args.articles]
    for source in sources:
        if not source.exists():
            raise EvalError(f"{source}: no such file or folder. Give the articles of the set after --articles.")
    if any(find_set(name).parent == SETS for name in args.sets):
        sources.append(SAMPLE_ARTICLES)
    if sources:
        return open_articles(sources, config.home, load_embedder(config.embedder))
    library = Library.open(config, own=False)
    if library.stats().n_articles == 0:
        library.close()
        raise EvalError("There are no articles to ask about. Name them with --articles, or add some to the library.")
    return library


def make_config(settings: Sequence[str]) -> Config:
    """The settings of --set. EvalError names the valid ones."""
    chosen: dict[str, Any] = {}
    for key, value in (item.partition("=")[::2] for item in settings):
        if key not in SETTINGS:
            raise EvalError(f"--set {key}: no such setting. Valid: {', '.join(SETTINGS)}")
        try:
            chosen[key] = SETTINGS[key](value)
        except ValueError as error:
            raise EvalError(f"--set {key}={value}: expected {SETTINGS[key].__name__}") from error
    return Config(**chosen)


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

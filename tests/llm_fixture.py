"""A small library and an assistant whose language model is a stub on loopback."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from fakes import HashEmbedder

from corpus.config import LibraryConfig
from corpus.library import Library
from corpus.read import read_articles
from evals.stub import Request
from qa.assistant import Assistant
from qa.config import Config, Key, Limits
from qa.llm import load_llm

ARTICLES = Path(__file__).parent.parent / "corpus" / "articles"
QUESTION = "How many people were on the ferry when it went down?"
QUICK = Limits(connect=1, first=1, whole=3, tokens=64)
KEYS = {name: Key("sk-canary-51f2") for name in ("anthropic", "openai", "openai-like")}


def open_ferry_library(home: Path) -> Library:
    """The articles about the ferry, with the fast embedder."""
    library = Library.open(LibraryConfig(home), embedder=HashEmbedder())
    library.add([a for a in read_articles(str(ARTICLES)) if "ferry" in a.source])
    return library


def make_assistant(library: Library, *specs: str, limits: Limits = QUICK, **settings: object) -> Assistant:
    """An assistant with these models, that answers however unsure the built-in answerer is."""
    config = Config(threshold=0.0, limits=limits, keys=KEYS, **settings)  # type: ignore[arg-type]
    return Assistant(library, config, [model for spec in specs if (model := load_llm(spec, config))])


def label_of(request: Request, words: str) -> str:
    """The label of the sentence in the prompt that has these words, such as `[1.2]`; one that is not there without."""
    lines = (line for line in request.user.splitlines() if words in line and line.startswith("["))
    return next(lines, "[9.9]").split(" ", 1)[0]


def saying(*chunks: str) -> Callable[[Request], Iterable[str]]:
    """A stub's script: these chunks, where `{words}` stands for the label of the sentence with those words."""

    def say(request: Request) -> Iterable[str]:
        for chunk in chunks:
            yield re.sub(r"\{([^}]+)\}", lambda m: label_of(request, m[1]), chunk)

    return say

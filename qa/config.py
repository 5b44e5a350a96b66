"""Settings of the assistant and the page: the only reader of the environment in this package."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from corpus.config import LibraryConfig
from corpus.errors import ConfigError

DEFAULT_PORT = 7860


@dataclass(frozen=True, slots=True)
class Config:
    """How questions are answered and where the page listens.

    `top_k` passages are read; `threshold` is the confidence below which the answer is "not found" (None: the
    answerer's own, calibrated one); `reader` is `shipped`, `off`, or a file of weights; `dense_weight`
    scales what meaning counts against words, 1.0 as measured.
    """

    library: LibraryConfig = field(default_factory=lambda: LibraryConfig(Path("data")))
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    allowed_hosts: tuple[str, ...] = ()
    top_k: int = 8
    dense_weight: float = 1.0
    threshold: float | None = None
    reader: str = "shipped"

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Config:
        """Read every BYLINE_ variable. Raises ConfigError naming the variable and what it may be."""
        return cls(
            library=LibraryConfig.from_env(env),
            host=env.get("BYLINE_HOST", "127.0.0.1"),
            port=_number(env, "BYLINE_PORT", DEFAULT_PORT, 1, 65535),
            allowed_hosts=tuple(h.strip() for h in env.get("BYLINE_ALLOWED_HOSTS", "").split(",") if h.strip()),
            reader=env.get("BYLINE_READER", "") or "shipped",
            top_k=_number(env, "BYLINE_TOP_K", 8, 1, 50),
        )


def _number(env: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = env.get(name, str(default))
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise ConfigError(f"{name}={text!r}: expected a whole number from {least} to {most}")
    return int(text)

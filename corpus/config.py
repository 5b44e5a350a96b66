"""Where the library lives and how it is made: the only reader of the environment in this package."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from corpus.embed import DEFAULT_EMBEDDER
from corpus.errors import ConfigError


@dataclass(frozen=True, slots=True)
class LibraryConfig:
    """Settings of a library; `home` holds everything that is written.

    `allow_private`: links may lead to private and loopback addresses, as on an intranet.
    """

    home: Path
    embedder: str = DEFAULT_EMBEDDER
    allow_private: bool = False

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> LibraryConfig:
        """Read BYLINE_HOME, BYLINE_EMBEDDER and BYLINE_ALLOW_PRIVATE."""
        return cls(
            Path(env.get("BYLINE_HOME", "data")),
            env.get("BYLINE_EMBEDDER", DEFAULT_EMBEDDER),
            flag(env, "BYLINE_ALLOW_PRIVATE"),
        )


def flag(env: Mapping[str, str], name: str) -> bool:
    """A variable that is 1 or 0 (the default). Raises ConfigError."""
    value = env.get(name, "0")
    if value not in ("0", "1", ""):
        raise ConfigError(f"{name}={value!r}: expected 1 or 0")
    return value == "1"

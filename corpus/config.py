"""Where the library lives and how it is made: the only reader of the environment in this package."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from corpus.embed import DEFAULT_EMBEDDER


@dataclass(frozen=True, slots=True)
class LibraryConfig:
    """Settings of a library; `home` holds everything that is written."""

    home: Path
    embedder: str = DEFAULT_EMBEDDER

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> LibraryConfig:
        """Read BYLINE_HOME and BYLINE_EMBEDDER."""
        return cls(Path(env.get("BYLINE_HOME", "data")), env.get("BYLINE_EMBEDDER", DEFAULT_EMBEDDER))

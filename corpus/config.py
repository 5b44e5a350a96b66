"""Where the library lives and how it is made: the only reader of the environment in this package."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from corpus.embed import DEFAULT_EMBEDDER
from corpus.errors import ConfigError
from corpus.language import read_language


@dataclass(frozen=True, slots=True)
class LibraryConfig:
    """Settings of a library; `home` holds everything that is written.

    `allow_private`: links may lead to private and loopback addresses, as on an intranet. `readonly`: the page may
    not change the library; `admin_password_file`: only whoever has the password in it may. `database`: the Postgres
    that is the truth, if any; `chroma`: the Chroma server that has the vectors, if any. `language` is what its
    articles are written in, empty for what the library was made for.
    """

    home: Path
    embedder: str = DEFAULT_EMBEDDER
    allow_private: bool = False
    readonly: bool = False
    admin_password_file: Path | None = None
    language: str = ""
    # Not shown: they may hold passwords.
    database: str = field(default="", repr=False)
    chroma: str = field(default="", repr=False)

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> LibraryConfig:
        """Read the variables of the library. Raises ConfigError."""
        password_file = env.get("BYLINE_ADMIN_PASSWORD_FILE", "")
        return cls(
            Path(env.get("BYLINE_HOME", "data")),
            env.get("BYLINE_EMBEDDER", DEFAULT_EMBEDDER),
            flag(env, "BYLINE_ALLOW_PRIVATE"),
            flag(env, "BYLINE_READONLY"),
            Path(password_file) if password_file else None,
            read_language(env.get("BYLINE_LANGUAGE", "")),
            read_database_url(env.get("BYLINE_DB", "")),
            read_chroma_url(env.get("BYLINE_CHROMA", "")),
        )


def flag(env: Mapping[str, str], name: str) -> bool:
    """A variable that is 1 or 0 (the default). Raises ConfigError."""
    value = env.get(name, "0")
    if value not in ("0", "1", ""):
        raise ConfigError(f"{name}={value!r}: expected 1 or 0")
    return value == "1"


def read_database_url(value: str) -> str:
    """The address of a Postgres database as SQLAlchemy takes it, empty for none. Raises ConfigError."""
    if not value or value == "none":
        return ""
    scheme, _, rest = value.partition("://")
    if scheme not in ("postgresql", "postgresql+psycopg") or not rest:
        raise ConfigError("BYLINE_DB: expected postgresql+psycopg://USER:PASSWORD@HOST:PORT/DATABASE")
    if rest.split("/")[0].count("@") > 1:
        raise ConfigError("BYLINE_DB: write an @ in the user or the password as %40")
    from sqlalchemy.engine import make_url  # imported here: few set it, and everybody reads settings
    from sqlalchemy.exc import ArgumentError

    try:
        make_url(f"postgresql+psycopg://{rest}")
    except (ValueError, ArgumentError):
        raise ConfigError("BYLINE_DB: no address; its port may be no number") from None
    return f"postgresql+psycopg://{rest}"


def read_chroma_url(value: str) -> str:
    """The address of a Chroma server, empty for none. Raises ConfigError."""
    if not value or value == "none":
        return ""
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port and parts.path in ("", "/")
    except ValueError:
        usable = False
    if not usable:
        raise ConfigError("BYLINE_CHROMA: expected http://HOST:PORT or https://HOST:PORT")
    return value.rstrip("/")

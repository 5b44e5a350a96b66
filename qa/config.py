"""Settings of the assistant and the page: the only reader of the environment in this package."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from corpus.config import LibraryConfig, flag
from corpus.errors import ConfigError

DEFAULT_PORT = 7860
COLLECTIONS = (20_000, 10, 10)
"""How seldom a process that answers looks for objects that hold each other (gc.set_threshold): as often as Python does
by itself costs a tenth of the time, since an answer makes some ten thousand that are soon gone."""
KEYS = {"anthropic": "ANTHROPIC_API_KEY", "openai": "OPENAI_API_KEY", "openai-like": "BYLINE_LLM_KEY"}
"""Where the key of each provider is looked for; the same name with _FILE names a file that holds it."""


class Key:
    """A secret that shows itself to nobody who does not ask for its `value`."""

    __slots__ = ("value",)

    def __init__(self, value: str) -> None:
        self.value = value

    def __repr__(self) -> str:
        return "Key(hidden)"


@dataclass(frozen=True, slots=True)
class Limits:
    """What an LLM may take: seconds until connected, until the first token (and between two), and in all; tokens."""

    connect: float = 5.0
    first: float = 30.0
    whole: float = 120.0
    tokens: int = 1024


@dataclass(frozen=True, slots=True)
class Config:
    """How questions are answered and where the page listens.

    `share`: a chat may be shown to whoever has its link. `top_k` passages are read; `threshold` is the confidence below
    which the answer is "not found" (None: the answerer's own, calibrated one); `reader` is `shipped`, `off`, or a file
    of weights; `dense_weight` scales what meaning counts against words, 1.0 as measured.
    `llm` says which LLM answers (see qa/llm.py), `llm_allowed` which others a reader of the page may choose,
    `check_llm` which one gives a second opinion on doubtful claims; `llm_window` is its context in tokens (0: the
    model's own), `llm_prices` what a million tokens in and out cost (None: not said). `keys` are by provider.
    """

    library: LibraryConfig = field(default_factory=lambda: LibraryConfig(Path("data")))
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    allowed_hosts: tuple[str, ...] = ()
    top_k: int = 8
    dense_weight: float = 1.0
    threshold: float | None = None
    share: bool = False
    reader: str = "shipped"
    llm: str = "none"
    llm_allowed: tuple[str, ...] = ()
    check_llm: str = "none"
    llm_window: int = 0
    llm_prices: tuple[float, float] | None = None
    limits: Limits = Limits()
    keys: Mapping[str, Key] = field(default_factory=dict, repr=False)

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Config:
        """Read every BYLINE_ variable. Raises ConfigError naming the variable and what it may be."""
        return cls(
            library=LibraryConfig.from_env(env),
            host=env.get("BYLINE_HOST", "127.0.0.1"),
            port=_number(env, "BYLINE_PORT", DEFAULT_PORT, 1, 65535),
            allowed_hosts=_list(env.get("BYLINE_ALLOWED_HOSTS", "")),
            share=flag(env, "BYLINE_SHARE"),
            reader=env.get("BYLINE_READER", "") or "shipped",
            top_k=_number(env, "BYLINE_TOP_K", 8, 1, 50),
            llm=env.get("BYLINE_LLM", "").strip() or "auto",
            llm_allowed=_list(env.get("BYLINE_LLM_ALLOWED", "")),
            check_llm=env.get("BYLINE_CHECK_LLM", "").strip() or "none",
            llm_window=_number(env, "BYLINE_LLM_WINDOW", 0, 0, 10_000_000),
            llm_prices=_prices(env.get("BYLINE_LLM_PRICES", "")),
            limits=Limits(
                connect=_number(env, "BYLINE_LLM_CONNECT_SECONDS", 5, 1, 600),
                first=_number(env, "BYLINE_LLM_FIRST_SECONDS", 30, 1, 3600),
                whole=_number(env, "BYLINE_LLM_SECONDS", 120, 1, 3600),
                tokens=_number(env, "BYLINE_LLM_TOKENS", 1024, 16, 100_000),
            ),
            keys={provider: key for provider, name in KEYS.items() if (key := _key(env, name))},
        )


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _key(env: Mapping[str, str], name: str) -> Key | None:
    """The key in a variable or in the file that NAME_FILE names."""
    if value := env.get(name, "").strip():
        return Key(value)
    if not (file := env.get(f"{name}_FILE", "")):
        return None
    try:
        value = Path(file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{name}_FILE={file!r} cannot be read. Name a file that holds the key and nothing else."
        ) from error
    if not value or len(value.split()) != 1:
        raise ConfigError(
            f"{name}_FILE={file!r} does not hold one word. Name a file that holds the key and nothing else."
        )
    return Key(value)


def _prices(text: str) -> tuple[float, float] | None:
    if not text.strip():
        return None
    try:
        into, out = (float(part) for part in text.split("/"))
        if not 0 <= into < 1e6 or not 0 <= out < 1e6:
            raise ValueError
    except ValueError as error:
        raise ConfigError(
            f"BYLINE_LLM_PRICES={text!r}: expected what a million tokens in and out cost, such as 3/15"
        ) from error
    return into, out


def _number(env: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = env.get(name, str(default))
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise ConfigError(f"{name}={text!r}: expected a whole number from {least} to {most}")
    return int(text)

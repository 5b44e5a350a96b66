"""A setting -> the language model that it names, through llama-index's LLM classes. Not here: asking it (qa/wire.py).

`none`, `auto`, `anthropic:MODEL`, `openai:MODEL`, `ollama:MODEL` or `openai-like:MODEL@URL`; the first three take
`@URL` too, for a proxy or an Ollama elsewhere. The provider packages take a second to import, so they are imported
when a model is loaded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from corpus.errors import LLMError
from qa.config import KEYS, Config, Limits
from qa.probe import ask_window, find_ollama

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

DEFAULT_MODELS = {"anthropic": "claude-sonnet-5-5", "openai": "gpt-5.4-mini"}
"""What `auto`, and a provider without a model, stand for. Chosen on 2026-11-25."""
HOMES = {
    "anthropic": "https://api.anthropic.com",
    "openai": "https://api.openai.com/v1",
    "ollama": "http://127.0.0.1:11434",
}
NAMES = {"anthropic": "Anthropic", "openai": "OpenAI", "ollama": "Ollama", "openai-like": "a local server"}
WINDOWS: Mapping[str, Mapping[str, int]] = {
    "anthropic": {"claude-opus-4-[6-9]|claude-sonnet-4-6|claude-[a-z]+-[5-9]": 1_000_000, "": 200_000},
    "openai": {
        "gpt-5.*chat": 128_000, "gpt-5|gpt-[6-9]": 400_000, r"gpt-4\.1": 1_000_000, "gpt-4-32k": 32_768,
        "gpt-4(?:-0[36]13|-0314)?$": 8_192, r"gpt-3\.5": 16_385, "o1-(?:mini|preview)": 128_000, r"o\d": 200_000,
        "": 128_000,
    },
    "ollama": {"": 8_192},
    "openai-like": {"": 8_192},
}  # fmt: skip
"""Tokens of context by how a model's name begins, the first that fits. Looked up on 2026-11-25; a local server is asked
for its own, and BYLINE_LLM_WINDOW goes before both. Eight passages are about 3,000."""
OLLAMA_MOST = 8_192
"""Ollama reserves memory for all of the context that it is asked for: no more than this, unless told."""
FORMS = "none, auto, anthropic:MODEL, openai:MODEL, ollama:MODEL or openai-like:MODEL@URL"
LOOPBACK = frozenset(("localhost", "127.0.0.1", "::1"))
_REASONS = re.compile(r"(?:o\d|gpt-(?:[5-9]|\d\d))(?!.*chat)")
"""Names of OpenAI models that take no temperature."""
_WHOLE = re.compile(r"\S{1,200}")


@dataclass(frozen=True, slots=True)
class Model:
    """A language model that can be asked. `host` is where questions and passages go, `window` its context in tokens."""

    spec: str
    provider: str
    name: str
    host: str
    window: int
    limits: Limits
    prices: tuple[float, float] | None
    llm: LLM = field(repr=False, compare=False)
    options: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)
    """What each request carries besides the messages."""

    @property
    def local(self) -> bool:
        """Whether nothing leaves this machine."""
        return (urlsplit(f"//{self.host}").hostname or "") in LOOPBACK

    @property
    def answerer(self) -> str:
        """How the page and the terminal name it."""
        return f"{self.name} ({NAMES[self.provider] if self.provider != 'openai-like' else self.host})"


@dataclass(frozen=True, slots=True)
class _Spec:
    provider: str
    model: str
    url: str


def load_llm(spec: str, config: Config, *, ollama: str = HOMES["ollama"]) -> Model | None:
    """The model that `spec` names; None where the built-in answerer is to answer.

    `ollama` is where `auto` looks for one. Raises LLMError for a spec that is none, a key or package that is missing.
    Whether the provider knows the model shows when it is asked.
    """
    wanted = _choose(config, ollama) if spec.strip() == "auto" else None if spec.strip() == "none" else _read(spec)
    if wanted is None:
        return None
    if wanted.provider in ("anthropic", "openai") and wanted.provider not in config.keys:
        name = KEYS[wanted.provider]
        raise LLMError(
            f"{NAMES[wanted.provider]} needs a key, and {name} is not set. Type: export {name}=…, or name a file that "
            f"holds it in {name}_FILE."
        )
    host = urlsplit(wanted.url).netloc.rpartition("@")[2]
    window = find_window(wanted, config)
    try:
        llm, options = _MAKERS[wanted.provider](wanted, config, window)
    except ModuleNotFoundError as error:
        package = f"llama-index-llms-{'openai-like' if wanted.provider == 'openai' else wanted.provider}"
        raise LLMError(f"The package {package} is missing. Type: python -m pip install {package}") from error
    return Model(
        f"{wanted.provider}:{wanted.model}", wanted.provider, wanted.model, host, window, config.limits,
        config.llm_prices, llm, options,
    )  # fmt: skip


def _read(spec: str) -> _Spec:
    provider, _, rest = spec.strip().partition(":")
    model, _, url = re.sub(r"@(?=https?://)", "\n", rest, count=1).partition("\n")
    if provider not in NAMES:
        raise LLMError(f"{provider!r} is no provider. BYLINE_LLM and --llm take {FORMS}.")
    model = model or DEFAULT_MODELS.get(provider, "")
    url = url or HOMES.get(provider, "")
    if not _WHOLE.fullmatch(model):
        raise LLMError(f"No model is named. Type it after the colon, such as {provider}:llama3.2")
    if not url:
        raise LLMError(f"No address is named. Type it after an @, such as {provider}:{model}@http://127.0.0.1:8080/v1")
    try:
        parts = urlsplit(url)
        good = bool(parts.hostname) and (parts.port or 1) > 0 and parts.username is None and not parts.query
    except ValueError:
        good = False
    if not good:
        raise LLMError("The address in BYLINE_LLM or --llm must look like http://127.0.0.1:8080/v1, with no key in it.")
    return _Spec(provider, model, url.rstrip("/"))


def _choose(config: Config, ollama: str) -> _Spec | None:
    for provider in ("anthropic", "openai"):
        if provider in config.keys:
            return _read(provider)
    model = find_ollama(ollama)
    return _Spec("ollama", model, ollama) if model else None


def find_window(wanted: _Spec, config: Config) -> int:
    """The tokens of context that a model has: as it is set, as its server on this machine says, or by the table."""
    if config.llm_window:
        return config.llm_window
    known = next(n for begins, n in WINDOWS[wanted.provider].items() if re.match(begins, wanted.model))
    if wanted.provider in ("anthropic", "openai") or (urlsplit(wanted.url).hostname or "") not in LOOPBACK:
        return known
    key = config.keys.get(wanted.provider)
    said = ask_window(wanted.provider, wanted.url, wanted.model, key.value if key else "")
    return (min(said, OLLAMA_MOST) if wanted.provider == "ollama" else said) if said else known


def _make_anthropic(wanted: _Spec, config: Config, window: int) -> tuple[LLM, Mapping[str, Any]]:
    import anthropic.resources.messages  # noqa: F401 - now, not while the first question waits

    from qa.claude import Claude

    llm = Claude(
        window=window,
        model=wanted.model,
        api_key=config.keys["anthropic"].value,
        base_url=wanted.url,
        temperature=0.0,
        max_tokens=config.limits.tokens,
        max_retries=0,
        timeout=config.limits.whole,
    )
    return llm, {"timeout": _timeout(config)}


def _make_openai(wanted: _Spec, config: Config, window: int) -> tuple[LLM, Mapping[str, Any]]:
    import openai.resources.chat.completions
    from llama_index.llms.openai_like import OpenAILike

    # Not llama-index's OpenAI class: it refuses every model that is newer than its own table.
    official = wanted.provider == "openai"
    key = config.keys.get(wanted.provider)
    sent: dict[str, Any] = {"stream_options": {"include_usage": True}}
    sent |= {"max_completion_tokens": config.limits.tokens} if official else {}
    secret = key.value if key else "none"
    make: Any = OpenAILike  # its declared fields leave out what its constructor takes
    llm: LLM = make(
        model=wanted.model,
        api_key=secret,
        api_base=wanted.url,
        async_openai_client=openai.AsyncOpenAI(
            api_key=secret, base_url=wanted.url, max_retries=0, timeout=_timeout(config)
        ),
        is_chat_model=True,
        context_window=window,
        temperature=1.0 if official and _REASONS.match(wanted.model) else 0.0,
        max_tokens=None if official else config.limits.tokens,
        max_retries=0,
        additional_kwargs=sent,
    )
    return llm, {}


def _make_ollama(wanted: _Spec, config: Config, window: int) -> tuple[LLM, Mapping[str, Any]]:
    from llama_index.llms.ollama import Ollama
    from ollama import AsyncClient

    llm = Ollama(
        model=wanted.model,
        base_url=wanted.url,
        temperature=0.0,
        context_window=window,
        request_timeout=config.limits.whole,
        additional_kwargs={"num_predict": config.limits.tokens},
        async_client=AsyncClient(host=wanted.url, timeout=_timeout(config), follow_redirects=False),
    )
    return llm, {}


def _timeout(config: Config) -> Any:
    """Only connecting is timed here; qa/wire.py times the rest, which no client library does as it is meant."""
    import httpx

    return httpx.Timeout(config.limits.whole, connect=config.limits.connect)


_MAKERS: dict[str, Callable[[_Spec, Config, int], tuple[LLM, Mapping[str, Any]]]] = {
    "anthropic": _make_anthropic,
    "openai": _make_openai,
    "openai-like": _make_openai,
    "ollama": _make_ollama,
}

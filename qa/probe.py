"""What a model server on this machine says of itself: its chat models, and how much a model can read at once.

Every question has a deadline for the whole of its answer, so that nothing that listens there can hold up the start.
"""

from __future__ import annotations

import json
import re
import threading
import urllib.request
from collections.abc import Mapping
from queue import Empty, SimpleQueue
from typing import Any

SECONDS = 0.3
"""How long a server on loopback may take to say something of itself."""
MOST_BYTES = 1_000_000
LEAST_WINDOW = 512
_NO_CHAT = re.compile(r"embed|bge-|minilm|rerank", re.IGNORECASE)
_NAME = re.compile(r"\S{1,200}")


def find_ollama(url: str) -> str | None:
    """The first chat model of an Ollama that answers at once, or None."""
    models = _at(ask_server(f"{url}/api/tags"), "models")
    names = [name for model in models if isinstance(name := _at(model, "name"), str)] if _is_list(models) else []
    return next((name for name in names if not _NO_CHAT.search(name) and _NAME.fullmatch(name)), None)


def ask_window(provider: str, url: str, model: str, key: str = "") -> int | None:
    """The tokens of context that a local server gives a model; None where it does not say.

    Ollama says what the model was made for (it is told with each request how much to reserve), vLLM and llama.cpp what
    they were started with.
    """
    if provider == "ollama":
        info = _at(ask_server(f"{url}/api/show", {"model": model}), "model_info")
        sizes = [n for name, n in info.items() if name.endswith(".context_length")] if isinstance(info, dict) else []
        return _size(sizes[0] if sizes else None)
    listed = _at(ask_server(f"{url}/models", key=key), "data")
    own = [one for one in listed if _at(one, "id") == model] if _is_list(listed) else []
    if window := _size(_at(own[0], "max_model_len") if own else None):
        return window
    props = ask_server(f"{url.removesuffix('/v1')}/props", key=key)
    return _size(_at(_at(props, "default_generation_settings"), "n_ctx"))


def ask_server(url: str, body: Mapping[str, Any] | None = None, key: str = "", seconds: float = SECONDS) -> Any:
    """The JSON at an address, within a time limit for all of it; None where there is none."""
    answer: SimpleQueue[Any] = SimpleQueue()

    def ask() -> None:
        try:
            # Loopback needs no proxy, and a proxy's answer would not be the server's.
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {key}"} if key else {})
            data = None if body is None else json.dumps(body).encode()
            with opener.open(urllib.request.Request(url, data, headers), timeout=seconds) as response:  # noqa: S310
                answer.put(json.loads(response.read(MOST_BYTES)))
        except (OSError, ValueError, RecursionError):
            answer.put(None)

    threading.Thread(target=ask, name="probe", daemon=True).start()
    try:
        return answer.get(timeout=seconds)
    except Empty:
        return None


def _at(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _size(value: Any) -> int | None:
    return value if isinstance(value, int) and value >= LEAST_WINDOW else None

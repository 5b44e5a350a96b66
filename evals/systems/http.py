"""`http:URL`: an endpoint that takes a question line and gives a reply object, or speaks OpenAI's chat completions.

A URL that ends in /chat/completions is of the second kind; `#MODEL` after it names the model.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import urldefrag, urlsplit

import httpx

from corpus.errors import EvalError
from evals.config import EvalConfig
from evals.systems.outside import Outside
from evals.systems.reply import question_line, read_reply, reply_of_text
from evals.types import EvalCase, Reply

ANSWER_SECONDS = 300.0
CHAT = "/chat/completions"


class Http(Outside):
    """An endpoint; the key in BYLINE_EVALS_KEY, where there is one, goes with each request."""

    def __init__(self, url: str, sources: Sequence[Path], *, config: EvalConfig | None = None) -> None:
        super().__init__(sources)
        self._url, self._model = urldefrag(url)
        parts = urlsplit(self._url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise EvalError(f"--system http:{url}: expected http:http://HOST/PATH")
        self.name = f"http:{parts.hostname}{parts.path}" + (f"#{self._model}" if self._model else "")
        self._chat = parts.path.rstrip("/").endswith(CHAT)
        key = (config or EvalConfig.from_env()).key
        headers = {"authorization": f"Bearer {key}"} if key else {}
        self._client = httpx.Client(timeout=ANSWER_SECONDS, headers=headers, trust_env=False)

    def ask(self, case: EvalCase, without: frozenset[str] = frozenset()) -> Reply:
        """One request."""
        began = perf_counter()
        body = self._messages(case) if self._chat else question_line(case)
        try:
            response = self._client.post(self._url, json=body)
        except httpx.HTTPError as error:
            raise EvalError(f"{self._url}: no answer: {type(error).__name__}: {error}") from error
        seconds = perf_counter() - began
        if response.status_code != httpx.codes.OK:
            raise EvalError(f"{self._url}: HTTP {response.status_code}: {response.text[:200]}")
        try:
            data = response.json()
        except ValueError as error:
            raise EvalError(f"{self._url}: the answer is not JSON: {response.text[:200]!r}") from error
        if not self._chat:
            return read_reply(data, case, self.name, self._known, seconds)
        try:
            text, usage = data["choices"][0]["message"]["content"], data.get("usage") or None
        except (KeyError, IndexError, TypeError) as error:
            raise EvalError(f"{self._url}: no choices[0].message.content in {str(data)[:200]}") from error
        counts = {k: v for k, v in (usage or {}).items() if isinstance(v, int | float)} or None
        return reply_of_text(text or "", case, self.name, seconds, counts)

    def describe(self) -> dict[str, Any]:
        """Where it is, without what might be secret in a query string."""
        return {"answerer": self.name}

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _messages(self, case: EvalCase) -> dict[str, Any]:
        turns = [{"role": turn.role, "content": turn.content} for turn in case.history]
        body: dict[str, Any] = {"messages": [*turns, {"role": "user", "content": case.question}]}
        if self._model:
            body["model"] = self._model
        return body

"""What LLMs replied, kept by a hash of model and prompt, so that a run asked again costs nothing."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path

from qa.llm import Model
from qa.prompt import Prompt
from qa.wire import Reply


class Replies:
    """Replies in a folder, one file each. A reply that failed or was cut off is not kept. Safe to use from threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def ask(self, model: Model, prompt: Prompt, stop: threading.Event | None = None) -> Reply:
        """The reply to a prompt, kept or new."""
        sent = [model.spec, model.host, model.limits.tokens, prompt.instructions, prompt.passages, prompt.question]
        name = hashlib.sha256(json.dumps(sent).encode()).hexdigest()
        return _Kept(self._folder / f"{name}.json", model, prompt, stop)


class _Kept(Reply):
    def __init__(self, path: Path, model: Model, prompt: Prompt, stop: threading.Event | None) -> None:
        super().__init__(model, prompt, stop)
        self._path = path

    def __iter__(self) -> Iterator[str]:
        """The text: at once where it is kept."""
        try:
            kept = json.loads(self._path.read_text("utf-8"))
            self.usage = {str(name): float(n) for name, n in kept["usage"].items()}
            text = str(kept["text"])
        except (OSError, ValueError, LookupError, AttributeError):
            text = ""
        if text:
            yield text
            return
        for chunk in super().__iter__():
            text += chunk
            yield chunk
        if text and not self.cut:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # Written whole or not at all: another thread may ask the same.
            partial = self._path.with_suffix(f".{os.getpid()}.{threading.get_ident()}")
            partial.write_text(json.dumps({"text": text, "usage": self.usage}, ensure_ascii=False), "utf-8")
            partial.replace(self._path)

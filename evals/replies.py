"""What LLMs replied, kept by a hash of model and prompt, so that a run asked again costs nothing."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from corpus.errors import LLMError
from qa.llm import Model
from qa.prompt import Prompt
from qa.throttle import held_for
from qa.wire import BROKE, Reply

PATIENCE = 5
"""How often a run waits for a provider that says when it may be asked again, however long that takes."""


class Replies:
    """Replies in a folder, one file each; without a folder, none is kept. Safe to use from threads.

    A reply that failed or was cut off is not kept. `trouble` says why this thread's last one failed or broke off.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._here = threading.local()

    @property
    def trouble(self) -> str:
        """In words; "" where nothing failed since `forget`."""
        return str(vars(self._here).get("trouble", ""))

    def forget(self) -> None:
        """Begin anew in this thread."""
        self._here.trouble = ""

    def ask(self, model: Model, prompt: Prompt, stop: threading.Event | None = None) -> Reply:
        """The reply to a prompt, kept or new."""
        sent = [model.spec, model.host, model.limits.tokens, prompt.instructions, prompt.passages, prompt.question]
        name = hashlib.sha256(json.dumps(sent).encode()).hexdigest()
        self.forget()
        return _Kept(self._folder and self._folder / f"{name}.json", self._note, model, prompt, stop)

    def _note(self, trouble: str) -> None:
        self._here.trouble = trouble


class _Kept(Reply):
    def __init__(
        self,
        path: Path | None,
        note: Callable[[str], None],
        model: Model,
        prompt: Prompt,
        stop: threading.Event | None,
    ) -> None:
        super().__init__(model, prompt, stop)
        self._path, self._note_trouble = path, note

    def __iter__(self) -> Iterator[str]:
        """The text: at once where it is kept."""
        if text := self._read():
            yield text
            return
        for left in reversed(range(PATIENCE)):
            self._stop.wait(held_for(self.model.llm))
            try:
                for chunk in super().__iter__():
                    text += chunk
                    yield chunk
                break
            except LLMError as error:
                if text or not left or not held_for(self.model.llm):
                    self._note_trouble(str(error))
                    raise
        if self.cut == BROKE:
            self._note_trouble(f"{self.cut}.")
        if text and not self.cut:
            self._write(text)

    def _read(self) -> str:
        """What is kept; "" where nothing is."""
        try:
            kept = json.loads(self._path.read_text("utf-8")) if self._path else {}
            self.usage = {str(name): float(n) for name, n in kept["usage"].items()}
            return str(kept["text"])
        except (OSError, ValueError, LookupError, AttributeError):
            return ""

    def _write(self, text: str) -> None:
        if not self._path:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # Written whole or not at all: another thread may ask the same.
        partial = self._path.with_suffix(f".{os.getpid()}.{threading.get_ident()}")
        partial.write_text(json.dumps({"text": text, "usage": self.usage}, ensure_ascii=False), "utf-8")
        partial.replace(self._path)

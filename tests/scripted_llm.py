"""A language model whose replies are written down, as a subclass of llama-index's own base class."""

from __future__ import annotations

import json
from typing import Any

from llama_index.core.bridge.pydantic import Field
from llama_index.core.llms import CompletionResponse, CompletionResponseGen, CustomLLM, LLMMetadata


class Scripted(CustomLLM):
    """A model that replies as it was told to, in order, and keeps every prompt."""

    replies: list[Any] = Field(default_factory=list)
    prompts: list[str] = Field(default_factory=list)

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(model_name="scripted")

    def complete(self, prompt: str, formatted: bool = False, **more: Any) -> CompletionResponse:
        self.prompts.append(prompt)
        reply = self.replies.pop(0) if self.replies else ""
        if isinstance(reply, Exception):
            raise reply
        return CompletionResponse(text=reply if isinstance(reply, str) else json.dumps(reply))

    def stream_complete(self, prompt: str, formatted: bool = False, **more: Any) -> CompletionResponseGen:
        raise NotImplementedError

"""llama-index's Anthropic class, for models newer than its table. Apart because importing it takes a second."""

from __future__ import annotations

from typing import Any

from llama_index.core.bridge.pydantic import Field
from llama_index.core.llms import LLMMetadata
from llama_index.llms.anthropic import Anthropic
from llama_index.llms.anthropic.utils import CLAUDE_MODELS


class Claude(Anthropic):
    """Anthropic, but the context is told instead of looked up, and a model that it does not know gets no temperature.

    Models newer than the table take none, and refuse a request that has one.
    """

    window: int = Field(default=0, description="Tokens of context.")

    def __init__(self, *, window: int, **settings: Any) -> None:
        super().__init__(**settings)
        self.window = window

    @property
    def metadata(self) -> LLMMetadata:
        """What llama-index asks of every model."""
        return LLMMetadata(
            context_window=self.window, num_output=self.max_tokens, is_chat_model=True, model_name=self.model
        )

    @property
    def _model_kwargs(self) -> dict[str, Any]:
        sent: dict[str, Any] = super()._model_kwargs
        if self.model not in CLAUDE_MODELS:
            sent.pop("temperature", None)
        return sent

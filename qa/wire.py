"""One request to a language model: its text as it comes, within time limits, and every failure in plain words.

All requests run on one event loop in a thread of its own, because cancelling a task there closes its connection at
once, which no blocking client can be made to do from outside.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Iterator
from concurrent.futures import CancelledError
from contextlib import aclosing, suppress
from functools import cache
from math import ceil
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from corpus.errors import LLMError
from qa.llm import Model
from qa.prompt import Prompt
from qa.refusals import LONGEST_WAIT, Refusal, explain
from qa.throttle import held_for, hold, wait_turn

if TYPE_CHECKING:
    from llama_index.core.llms import ChatMessage

TRIES = 3
"""A request is sent again only where nothing of an answer has come and the provider is known to be busy."""
FIRST_WAIT = 1.0
"""Seconds before the second try where the provider does not say; then twice as long."""
CHARS_A_TOKEN = 16
"""An answer longer than this many characters for each token allowed is no answer."""
BROKE = "the connection broke"
NOTICE_STOP = 0.05
"""How often a reader's Stop is looked for, in seconds."""


class Reply:
    """A reply as it comes: iterate for its text, once. What is known of it afterwards stands in its attributes.

    Iterating raises LLMError where the model fails; text that came before stays valid. `cut` says in words why the text
    ends before its end, `usage` counts tokens. Setting `stop`, or leaving the loop, closes the connection.
    """

    def __init__(self, model: Model, prompt: Prompt, stop: threading.Event | None = None) -> None:
        self.model = model
        self.usage: dict[str, float] = {}
        self.cut = ""
        self._prompt = prompt
        self._stop = stop or threading.Event()
        self._instead = "answered with nothing"
        self._queue: SimpleQueue[str | BaseException | None] = SimpleQueue()

    def wake(self) -> None:
        """Give whoever iterates an empty text now, so that it can look about; from any thread."""
        self._queue.put("")

    def __iter__(self) -> Iterator[str]:
        """The text in the chunks in which it comes."""
        queue = self._queue
        task = asyncio.run_coroutine_threadsafe(self._run(queue), request_loop())
        try:
            while True:
                if self._stop.is_set():
                    self.cut = "you stopped it"
                    return
                try:
                    item = queue.get(timeout=NOTICE_STOP)
                except Empty:
                    continue
                if isinstance(item, str):
                    yield item
                elif item is None:
                    return
                else:
                    raise item
        finally:
            task.cancel()
            with suppress(CancelledError, Exception):  # its failure was reported through the queue
                task.result(timeout=1.0)

    async def _run(self, queue: SimpleQueue[str | BaseException | None]) -> None:
        n_chars, limits = 0, self.model.limits
        try:
            async with asyncio.timeout(limits.whole):
                async with aclosing(_without_thinking(self._tried())) as texts:
                    async for text in texts:
                        n_chars += len(text.strip())
                        if text:
                            queue.put(text)
                        if n_chars > CHARS_A_TOKEN * limits.tokens:
                            self.cut = "it was far longer than allowed"
                            break
            if not n_chars:
                raise LLMError(f"{self.model.answerer} {self._instead}.")
            queue.put(None)
        except LLMError as error:
            queue.put(error)
        except Exception as error:  # noqa: BLE001 - client libraries fail in any way on what is no answer
            queue.put(LLMError(explain(error, self.model).words))

    async def _tried(self) -> AsyncGenerator[str, None]:
        wait, loop, llm = FIRST_WAIT, asyncio.get_running_loop(), self.model.llm
        ends = loop.time() + self.model.limits.whole
        for left in reversed(range(TRIES)):
            begun = False
            if (held := held_for(llm)) > ends - loop.time() - 1:
                raise LLMError(f"{self.model.answerer} takes no more questions for now. Ask again in {ceil(held)} s.")
            await wait_turn(llm)
            try:
                async with aclosing(self._once()) as texts:
                    async for text in texts:
                        begun = begun or bool(text)
                        yield text
                return
            except Exception as error:
                refusal: Refusal = explain(error, self.model)
                wait = refusal.wait if refusal.wait is not None else wait
                if refusal.wait is not None:
                    hold(llm, min(refusal.wait, LONGEST_WAIT))
                if begun or not refusal.again or not left or loop.time() + wait > ends - 1:
                    raise LLMError(refusal.words) from error
            await asyncio.sleep(wait)
            wait *= 2

    async def _once(self) -> AsyncGenerator[str, None]:
        """The text of one request; empty strings are signs of life, such as thinking."""
        ended = False
        async with asyncio.timeout(self.model.limits.first) as silence:
            llm, loop = self.model.llm, asyncio.get_running_loop()
            source: Any = await llm.astream_chat(_messages(self.model, self._prompt), **self.model.options)
            try:
                async for part in source:
                    silence.reschedule(loop.time() + self.model.limits.first)
                    ended = self._note(part) or ended
                    yield part.delta or ""
            finally:
                with suppress(Exception):
                    await source.aclose()
        if not ended and not self.cut:
            self.cut = BROKE

    def _note(self, part: Any) -> bool:
        """Keep what a chunk says about the whole; whether it says that the answer has ended."""
        raw = part.raw if isinstance(part.raw, dict) else _as_dict(part.raw)
        more = part.additional_kwargs | part.message.additional_kwargs
        counts = more.get("usage") or raw.get("usage") or more
        for name, ours in _COUNTS.items():
            value = counts.get(name) if isinstance(counts, dict) else getattr(counts, name, None)
            if isinstance(value, int | float) and value > 0:
                self.usage[ours] = float(value)
        choices = raw.get("choices") or [None]
        reason = more.get("stop_reason") or raw.get("done_reason") or getattr(choices[0], "finish_reason", None)
        if _calls(part):
            self._instead = "called a tool instead of answering"
        elif more.get("thinking_delta") and "tool" not in self._instead:
            self._instead = "only thought, and wrote no answer"
        refusal = getattr(getattr(choices[0], "delta", None), "refusal", None)
        if reason in ("length", "max_tokens"):
            self.cut = f"it reached its limit of {self.model.limits.tokens:,} tokens (BYLINE_LLM_TOKENS)"
        elif refusal or reason in ("content_filter", "refusal"):
            raise LLMError(f"{self.model.answerer} refused to answer this.")
        return bool(reason or raw.get("done"))


_COUNTS = {
    "input_tokens": "input_tokens",
    "prompt_tokens": "input_tokens",
    "output_tokens": "output_tokens",
    "completion_tokens": "output_tokens",
}


def _as_dict(raw: Any) -> dict[str, Any]:
    return {name: getattr(raw, name, None) for name in ("usage", "choices")} if raw is not None else {}


def _calls(part: Any) -> bool:
    return any(type(block).__name__ == "ToolCallBlock" for block in part.message.blocks)


async def _without_thinking(chunks: AsyncGenerator[str, None]) -> AsyncGenerator[str, None]:
    """Drop a leading <think>…</think>, which some local servers send as text."""
    held, begun = "", False
    async with aclosing(chunks):
        async for chunk in chunks:
            if begun:
                yield chunk
                continue
            held += chunk
            start = held.lstrip()
            thought, end, after = start.partition("</think>")
            if thought.startswith("<think>") and end:
                begun = True
                yield after.lstrip()
            elif thought.startswith("<think>"):
                held = "<think>" + thought[7:][-8:]
                yield ""
            elif start and not "<think>".startswith(start):
                begun = True
                yield held
            else:
                yield ""
    if not begun and not held.lstrip().startswith("<think>"):
        yield held


def _messages(model: Model, prompt: Prompt) -> list[ChatMessage]:
    from llama_index.core.llms import CacheControl, CachePoint, ChatMessage, MessageRole, TextBlock

    blocks: list[Any] = [TextBlock(text=prompt.passages), TextBlock(text=prompt.question)]
    if model.provider == "anthropic":
        # Instructions and passages are the same when an answer is asked for again.
        blocks.insert(1, CachePoint(cache_control=CacheControl(type="ephemeral")))
    else:
        blocks = [TextBlock(text=f"{prompt.passages}\n\n{prompt.question}")]
    return [
        ChatMessage(role=MessageRole.SYSTEM, content=prompt.instructions),
        ChatMessage(role=MessageRole.USER, blocks=blocks),
    ]


@cache
def request_loop() -> asyncio.AbstractEventLoop:
    """The loop in a thread of its own on which all requests run."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="language-model", daemon=True).start()
    return loop

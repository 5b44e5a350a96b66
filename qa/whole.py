"""One request to a language model whose reply is not streamed: for programs that read the whole of it, such as a judge.

The same limits hold as for what is streamed (qa/wire.py): on time, on length, and on asking again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from corpus.errors import LLMError
from qa.config import Limits
from qa.refusals import LONGEST_WAIT, may_ask_again
from qa.throttle import hold, wait_turn
from qa.wire import CHARS_A_TOKEN, FIRST_WAIT, TRIES, request_loop

if TYPE_CHECKING:
    from llama_index.core.llms import LLM, ChatMessage


def ask_whole(
    llm: LLM,
    messages: Sequence[ChatMessage],
    options: Mapping[str, Any] | None = None,
    limits: Limits | None = None,
) -> str:
    """The text of a model's reply. Raises what the client library raises, TimeoutError, or LLMError if overlong."""
    limits = limits or Limits()
    task = asyncio.run_coroutine_threadsafe(_ask(llm, messages, options or {}, limits), request_loop())
    try:
        text = task.result()
    except BaseException:  # such as Ctrl-C while waiting: the connection is closed
        task.cancel()
        raise
    if len(text) > CHARS_A_TOKEN * limits.tokens:
        raise LLMError("The reply is far longer than allowed.")
    return text


async def _ask(llm: LLM, messages: Sequence[ChatMessage], options: Mapping[str, Any], limits: Limits) -> str:
    loop, wait = asyncio.get_running_loop(), FIRST_WAIT
    ends, left = loop.time() + limits.whole, TRIES
    while True:
        try:
            async with asyncio.timeout_at(ends):
                await wait_turn(llm)
                response = await llm.achat(messages, **options)
            return str(response.message.content or "").strip()
        except Exception as error:
            again, said = may_ask_again(error)
            wait, left = wait if said is None else said, left - 1
            if said is not None:
                hold(llm, min(said, LONGEST_WAIT))
            if not again or not left or loop.time() + wait > ends - 1:
                raise
        await asyncio.sleep(wait)
        wait *= 2

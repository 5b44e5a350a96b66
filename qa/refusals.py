"""What a client library raised -> why the model did not answer, in a sentence that says what to do. Pure.

The libraries are told apart by what their errors carry, so that none has to be imported here.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from math import isfinite
from time import time
from typing import Any

from corpus.errors import LLMError
from qa.config import KEYS
from qa.llm import Model

LONGEST_WAIT = 60.0
_NO_HOST = ("Name or service not known", "nodename nor servname", "getaddrinfo", "name resolution", "No address")
_BUSY = {408, 409, 429, 500, 502, 503, 504, 529}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no answer; whether asking again may help, and after how many seconds, where the provider says."""

    words: str
    again: bool = False
    wait: float | None = None


def may_ask_again(error: BaseException) -> tuple[bool, float | None]:
    """Whether asking again is safe and may help, and after how many seconds, where the provider says."""
    chain = list(_chain(error))
    statuses = [n for one in chain if isinstance(n := getattr(one, "status_code", None), int) and n >= 400]
    wait = _wait(chain)
    return bool(statuses) and statuses[0] in _BUSY and (wait or 0) <= LONGEST_WAIT, wait


def explain(error: BaseException, model: Model) -> Refusal:
    """The refusal behind an error; of the provider's own words nothing is repeated, since they may quote the key."""
    if isinstance(error, LLMError):
        return Refusal(str(error))
    who, chain = model.answerer, list(_chain(error))
    for one in chain:
        status = getattr(one, "status_code", None)
        if isinstance(status, int) and status >= 400:
            return _of_status(status, _wait(chain), model)
    names = {type(one).__name__ for one in chain}
    late = isinstance(error, TimeoutError) or bool(names & {"ReadTimeout", "WriteTimeout", "PoolTimeout"})
    if late and "ConnectTimeout" not in names:
        return Refusal(f"{who} took too long. Ask again, or raise BYLINE_LLM_SECONDS and BYLINE_LLM_FIRST_SECONDS.")
    if "ConnectTimeout" in names:
        return Refusal(f"{model.host} cannot be reached: it took too long to connect. Is it the right address?")
    if any(isinstance(one, ssl.SSLError) for one in chain) or "CERTIFICATE" in str(error).upper():
        return Refusal(f"{model.host} cannot be trusted: its certificate is not valid. Check the address.")
    text = " ".join(str(one) for one in chain)
    if any(
        sign in text
        for sign in ("Name or service not known", "nodename nor servname", "getaddrinfo", "name resolution")
    ):
        return Refusal(f"There is no host {model.host}. Check the address, or the connection.")
    if names & {"ConnectError", "ConnectionRefusedError"} or isinstance(error, ConnectionError):
        start = " Type: ollama serve" if model.provider == "ollama" else " Is it running?"
        return Refusal(f"{model.host} cannot be reached.{start}")
    if names & {"ReadError", "RemoteProtocolError", "WriteError", "APIConnectionError", "IncompleteRead"}:
        return Refusal(f"The connection to {model.host} broke.")
    if names & {"APIError", "ResponseError"} and "overloaded" in text.lower():
        return Refusal(f"{who} is overloaded. Ask again in a minute.", again=True)
    return Refusal(f"{who} sent something that is no answer. Does {model.host} speak the protocol of {model.provider}?")


def _of_status(status: int, wait: float | None, model: Model) -> Refusal:
    who = model.answerer
    if status in (401, 403):
        key = KEYS.get(model.provider)
        check = f" Check {key}." if key else ""
        return Refusal(f"{who} refused the key ({status}).{check}")
    if status == 404:
        pull = f" Type: ollama pull {model.name}" if model.provider == "ollama" else " Check BYLINE_LLM."
        return Refusal(f"{model.host} has no model {model.name} (404).{pull}")
    if status == 429:
        when = f" Ask again in {round(wait)} s." if wait else " Ask again in a minute."
        return Refusal(
            f"{who} takes no more questions for now (429).{when}", again=(wait or 0) <= LONGEST_WAIT, wait=wait
        )
    if status in _BUSY:
        return Refusal(f"{who} has trouble of its own ({status}). Ask again in a minute.", again=True, wait=wait)
    return Refusal(f"{who} did not accept the request ({status}). Check that {model.spec} is a chat model.")


def _wait(chain: Sequence[BaseException]) -> float | None:
    """The seconds that the provider asks to wait, by a number or a date in its retry-after."""
    headers: list[Any] = [getattr(getattr(one, "response", None), "headers", None) or {} for one in chain]
    value = next((v for h in headers if isinstance(v := h.get("retry-after"), str)), None)
    if value is None:
        return None
    try:
        seconds = float(value)
        return max(0.0, seconds) if isfinite(seconds) else None
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time())
    except (ValueError, OverflowError):
        return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__

"""When a model may be asked again: a provider that asks one request to wait makes all others to that model wait too.

Else every thread of a run, and every chat of a page, would find out for itself what one of them was told.
"""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import Any

_open_at: dict[tuple[str, str], float] = {}
"""By host and model: until when nothing is sent. Written on the one loop of all requests, read anywhere."""


def hold(llm: Any, seconds: float) -> None:
    """Send nothing to a model for so many seconds; a longer time that is kept already stays."""
    key = _name(llm)
    _open_at[key] = max(_open_at.get(key, 0.0), monotonic() + seconds)


def held_for(llm: Any) -> float:
    """The seconds until a model may be asked; 0 where it may be at once."""
    return max(0.0, _open_at.get(_name(llm), 0.0) - monotonic())


async def wait_turn(llm: Any) -> None:
    """Return when a model may be asked, also where others are told to wait longer meanwhile."""
    while left := held_for(llm):
        await asyncio.sleep(left)


def _name(llm: Any) -> tuple[str, str]:
    address = getattr(llm, "api_base", None) or getattr(llm, "base_url", None)
    return str(address), str(getattr(llm, "model", ""))

"""A remark on something that is read all the same."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Note:
    """What was assumed or left out when a source was read, in words for the person who added it."""

    source: str
    remark: str

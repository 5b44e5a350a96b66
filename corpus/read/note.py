"""A remark on something that is read all the same."""

from __future__ import annotations

from dataclasses import dataclass

SUMMARY_ONLY = "the feed has only a summary of it"
"""The remark on an entry without its full text: whoever may fetch the page behind it should."""
SUMMARY_SO_FAR = f"{SUMMARY_ONLY} so far"
"""The same where the page behind it is worth another try."""


@dataclass(frozen=True, slots=True)
class Note:
    """What was assumed or left out when a source was read, in words for the person who added it."""

    source: str
    remark: str

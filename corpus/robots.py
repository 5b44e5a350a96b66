"""What sites ask of programs: robots.txt (RFC 9309), kept for a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

KEEP_SECONDS = 86_400.0
RETRY_SECONDS = 600.0
"""How long a robots.txt that could not be had counts as "nothing is allowed" before it is tried again."""
FIRST_CHARS = 512_000
"""RFC 9309, 2.5: at least 500 KiB are to be read; what follows may be left out."""
LONGEST_DELAY = 30.0


@dataclass(frozen=True, slots=True)
class _Rules:
    parsed: Any  # None: nothing is allowed
    until: float


class Robots:
    """The rules of each origin, for one user agent; it fetches nothing itself."""

    def __init__(self, agent: str) -> None:
        self._agent = agent.partition("/")[0]
        self._rules: dict[str, _Rules] = {}

    def known(self, origin: str, now: float) -> _Rules | None:
        """The rules, if they are there and fresh."""
        rules = self._rules.get(origin)
        return rules if rules and rules.until > now else None

    def keep(self, origin: str, text: str | None, now: float) -> None:
        """Keep what an origin's robots.txt says: "" where it has none, None where it could not be had."""
        from protego import Protego

        parsed = None if text is None else Protego.parse(text[:FIRST_CHARS])
        self._rules[origin] = _Rules(parsed, now + (RETRY_SECONDS if text is None else KEEP_SECONDS))

    def allows(self, origin: str, url: str) -> bool:
        """Whether an address may be fetched."""
        rules = self._rules.get(origin)
        return bool(rules and rules.parsed is not None and rules.parsed.can_fetch(url, self._agent))

    def delay(self, origin: str, default: float) -> float:
        """The seconds between two requests that an origin asks for."""
        rules = self._rules.get(origin)
        asked = rules.parsed.crawl_delay(self._agent) if rules and rules.parsed is not None else None
        return default if asked is None else min(max(0.0, float(asked)), LONGEST_DELAY)

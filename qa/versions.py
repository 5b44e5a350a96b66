"""What several articles say of one thing, as values: versions, each cited exactly, and how they stand to one another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

Relation = Literal["agree", "changed", "disagree"]
Of = Literal["number", "date", "name", "denial"]

SAME_TIME = 2
"""Days within which two articles that differ were written at about the same time: they disagree, nothing changed."""


@dataclass(frozen=True, slots=True)
class Version:
    """What one source says: `said` stands in `quote`, which is `article.text[start:end]`.

    `said` is "" where the whole sentence is the version (a denial). `who` says it, as the sentence names them; `outlets`
    are those that say the same, near-copies of a story once, the cited one first.
    """

    said: str
    article_id: str
    title: str
    outlet: str
    url: str | None
    published: str | None
    start: int
    end: int
    quote: str
    who: str = ""
    denies: bool = False
    outlets: tuple[str, ...] = ()
    page: int | None = None

    @property
    def day(self) -> date | None:
        """The day of its article."""
        return date.fromisoformat(self.published[:10]) if self.published else None


@dataclass(frozen=True, slots=True)
class Lineup:
    """Versions of one thing, newest first. `claims` are the claims that say one of them, counted from 0.

    `agree`: all say the same. `changed`: later articles say something else. `disagree`: articles of about the same time,
    or two sides in one article, do not say the same.
    """

    of: Of
    relation: Relation
    versions: tuple[Version, ...]
    claims: tuple[int, ...]

    @property
    def n_outlets(self) -> int:
        """How many outlets say what the first version does."""
        return len(self.versions[0].outlets) if self.versions else 0

    def at_one_time(self) -> list[tuple[Version, ...]]:
        """The versions, those of about the same time together."""
        groups: list[list[Version]] = []
        for version in self.versions:
            day, before = version.day, groups[-1][0].day if groups else None
            if groups and day and before and abs((before - day).days) <= SAME_TIME and self.relation == "disagree":
                groups[-1].append(version)
            else:
                groups.append([version])
        return [tuple(group) for group in groups]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Lineup:
        """Read what `asdict` wrote. Raises TypeError or KeyError."""
        versions = tuple(Version(**{**v, "outlets": tuple(v["outlets"])}) for v in data["versions"])
        return cls(data["of"], data["relation"], versions, tuple(int(n) for n in data["claims"]))

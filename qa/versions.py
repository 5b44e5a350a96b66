"""What several articles say of one thing, as values: versions, each cited exactly, and how they stand to each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, Protocol

from qa.dates import read_day

Relation = Literal["agree", "changed", "disagree"]
Of = Literal["number", "date", "name", "denial"]

SAME_TIME = 2
"""Days within which two articles that differ were written at about the same time: they disagree, nothing changed."""


@dataclass(frozen=True, slots=True)
class Version:
    """What one source says: `said` stands in `quote`, which is `article.text[start:end]`.

    `said` is "" where the whole sentence is the version (a denial). `who` says it, as the sentence names them;
    `outlets` are those that say the same, near-copies of a story once, the cited one first.
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
        """The day of its article, None where it has none."""
        return read_day(self.published)


@dataclass(frozen=True, slots=True)
class Lineup:
    """Versions of one thing, newest first. `claims` are the claims that say one of them, counted from 0.

    `agree`: all say the same. `changed`: later articles say something else. `disagree`: articles of about the same
    time, or two sides in one article, do not say the same.
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
        """Read what `asdict` wrote; the values may come from anywhere. Raises TypeError, KeyError or AttributeError."""
        versions = tuple(_read_version(v) for v in data["versions"])
        if data["of"] not in _OF or data["relation"] not in _RELATIONS:
            raise TypeError("no such lineup")
        return cls(data["of"], data["relation"], versions, tuple(int(n) for n in data["claims"]))


_OF, _RELATIONS = ("number", "date", "name", "denial"), ("agree", "changed", "disagree")
_TEXTS, _MAYBE = ("said", "article_id", "title", "outlet", "quote", "who"), ("url", "published")


def _read_version(data: Mapping[str, Any]) -> Version:
    version = Version(**{**data, "outlets": tuple(data["outlets"])})
    texts = [getattr(version, name) for name in _TEXTS] + list(version.outlets)
    maybe = [getattr(version, name) for name in _MAYBE if getattr(version, name) is not None]
    numbers = [version.start, version.end, *([] if version.page is None else [version.page])]
    if not all(isinstance(t, str) for t in texts + maybe) or not all(isinstance(n, int) for n in numbers):
        raise TypeError("a version's value is of another kind")
    return version


class Numbered(Protocol):
    """A citation, as far as its number goes."""

    @property
    def n(self) -> int:
        """The number shown."""
        ...

    @property
    def article_id(self) -> str:
        """Its article."""
        ...

    @property
    def start(self) -> int:
        """Where it begins."""
        ...

    @property
    def end(self) -> int:
        """Where it ends."""
        ...


def number_versions(citations: Iterable[Numbered], lineups: Iterable[Lineup]) -> dict[tuple[str, int, int], int]:
    """Article, start and end of each version to its number: that of the citation that holds it, else a free one."""
    cited = list(citations)
    following = max((cite.n for cite in cited), default=0) + 1
    numbers: dict[tuple[str, int, int], int] = {}
    for lineup in lineups:
        for version in lineup.versions if lineup.relation != "agree" else ():
            place = (version.article_id, version.start, version.end)
            held = [c.n for c in cited if c.article_id == place[0] and c.start <= place[1] and place[2] <= c.end]
            if place not in numbers:
                numbers[place] = held[0] if held else following
                following += not held
    return numbers

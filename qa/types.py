"""Question in, cited answer out: the values of the qa package, and the one JSON form of an Answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

SCHEMA = 1
"""The version of the Answer's JSON form; raised whenever a reader of the old form would misread the new one."""

Support = Literal["quote", "supported", "partial", "unsupported"]
Status = Literal["answered", "partial", "not_found"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message of a conversation; `titles` are of the articles that an answer cites, where known."""

    role: Literal["user", "assistant"]
    content: str
    titles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the text, the turns before it (oldest first), and the day from which it is asked."""

    text: str
    history: tuple[Turn, ...] = ()
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """An article as an answer names it; `published` is ISO 8601 or None."""

    article_id: str
    title: str
    outlet: str
    url: str | None
    published: str | None


@dataclass(frozen=True, slots=True)
class Citation:
    """Whole sentences of one article: `article.text[start:end] == quote`.

    `n` is the number shown; it follows first appearance and one span keeps its number.
    `marks` are the spans of the quote, in characters of the quote, that matter for the question.
    """

    n: int
    article_id: str
    title: str
    outlet: str
    url: str | None
    published: str | None
    start: int
    end: int
    quote: str
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of an answer, what it rests on, and whether that supports it; `reason` says what is lacking."""

    text: str
    citations: tuple[Citation, ...]
    support: Support
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Searched:
    """What was searched: how many articles, from when to when (ISO dates, None where no article has one)."""

    n_articles: int
    first: str | None
    last: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer. `not_found` has no claims and fills `nearest`; the others have at least one claim.

    `confidence` is the score that decided between answering and not, comparable between questions of one
    answerer, higher is surer. `short_answer` stands verbatim in the first claim, or is None. `try_instead` is one
    other way to ask, given where nothing was found.
    """

    question: str
    searched_for: str
    status: Status
    claims: tuple[Claim, ...]
    short_answer: str | None
    also_read: tuple[Source, ...]
    nearest: tuple[Source, ...]
    searched: Searched
    answerer: str
    confidence: float
    seconds: float
    usage: Mapping[str, float] | None
    library_generation: int
    try_instead: str | None = None

    @property
    def text(self) -> str:
        """The claims as one paragraph, each followed by its citation numbers."""
        return " ".join(c.text + "".join(f"[{cite.n}]" for cite in c.citations) for c in self.claims)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every citation once, by number."""
        return tuple({cite.n: cite for claim in self.claims for cite in claim.citations}.values())

    def to_json(self) -> dict[str, Any]:
        """The one JSON form: CLI, API, eval records, export and browser."""
        return {"schema": SCHEMA, **asdict(self)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Answer:
        """Read what `to_json` wrote. Raises ValueError on another schema or a malformed value."""
        if data.get("schema") != SCHEMA:
            raise ValueError(f"answer schema {data.get('schema')!r}, expected {SCHEMA}")
        try:
            rest = {k: v for k, v in data.items() if k != "schema"}
            return cls(
                **rest
                | {
                    "claims": tuple(_claim(c) for c in data["claims"]),
                    "also_read": tuple(Source(**s) for s in data["also_read"]),
                    "nearest": tuple(Source(**s) for s in data["nearest"]),
                    "searched": Searched(**data["searched"]),
                }
            )
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError(f"malformed answer: {error}") from error


@dataclass(frozen=True, slots=True)
class Progress:
    """One event of a streamed answer: `claims` so far, or the finished `answer` as the last event."""

    claims: tuple[Claim, ...]
    answer: Answer | None = None


def _claim(data: Mapping[str, Any]) -> Claim:
    cites: Sequence[Mapping[str, Any]] = data["citations"]
    citations = tuple(Citation(**{**c, "marks": tuple((int(a), int(b)) for a, b in c["marks"])}) for c in cites)
    return Claim(data["text"], citations, data["support"], data.get("reason", ""))

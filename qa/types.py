"""Question in, cited answer out: the values of the qa package, and the one JSON form of an Answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

from qa.versions import Lineup
from qa.when import When

SCHEMA = 1
"""The version of the Answer's JSON form; raised whenever a reader of the old form would misread the new one."""

Support = Literal["quote", "supported", "partial", "unsupported"]
Status = Literal["answered", "partial", "not_found"]
Kind = Literal["claim", "lead", "gap"]
"""A `lead` is a heading or lead-in with nothing to check; a `gap` says what the articles leave open."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message of a conversation; `titles` are of the articles that an answer cites, where known.

    `answer` is the whole answer, where it is at hand: what a command such as "shorter" is carried out on.
    """

    role: Literal["user", "assistant"]
    content: str
    titles: tuple[str, ...] = ()
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the text, the turns before it (oldest first), and the day from which it is asked."""

    text: str
    history: tuple[Turn, ...] = ()
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """From when a question is asked: the asker's day (None: this machine's); `any_time`: days in it are mere words."""

    today: date | None = None
    any_time: bool = False


NOW = Clock()


@dataclass(frozen=True, slots=True)
class Answerer:
    """One that can answer: its name, and the host to which questions and passages go (None: they stay here)."""

    name: str
    host: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """An article as an answer names it; `published` is ISO 8601 or None."""

    article_id: str
    title: str
    outlet: str
    url: str | None
    published: str | None


@dataclass(frozen=True, slots=True)
class Instead:
    """What another article of the same story says with other figures in the place of a cited sentence.

    `published` is that article's day; under the cited article's own id it is the day until which it said so itself.
    """

    article_id: str
    outlet: str
    published: str | None
    quote: str


@dataclass(frozen=True, slots=True)
class Citation:
    """Whole sentences of one article: `article.text[start:end] == quote`.

    `n` is the number shown; it follows first appearance and one span keeps its number.
    `marks` are the spans of the quote, in characters of the quote, that matter for the question. `page` is the page
    on which the quote begins, for articles that were read from pages. `also` are the other outlets that have the story.
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
    page: int | None = None
    also: tuple[str, ...] = ()
    instead: tuple[Instead, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of an answer, what it rests on, and whether that supports it; `reason` says what is lacking.

    `as_of` is the day (ISO 8601) of its article, where what it says has changed over time or the newest is asked for.
    `text` follows the line conventions of an Article's text. `joins`: it goes on in the paragraph or list item of the
    claim before. `found`: its citations were found by Byline, not named by the model. Leads and gaps rest on nothing.
    """

    text: str
    citations: tuple[Citation, ...]
    support: Support
    reason: str = ""
    kind: Kind = "claim"
    joins: bool = False
    found: bool = False
    as_of: str | None = None


@dataclass(frozen=True, slots=True)
class Searched:
    """What was searched: how many articles, from when to when (ISO dates, None where no article has one)."""

    n_articles: int
    first: str | None
    last: str | None


@dataclass(frozen=True, slots=True)
class Choice:
    """A story that a question may be about, by its nearest article; `question` asks about that one."""

    question: str
    article_id: str
    title: str
    outlet: str
    published: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer. `not_found` has no claims and fills `nearest`; the others have at least one claim.

    `confidence` is the score that decided between answering and not, comparable between questions of one
    answerer, higher is surer. `short_answer` stands verbatim in the first claim, or is None. `try_instead` is one
    other way to ask, given where nothing was found. `notice` is what a reader should know of how it came about, such as
    why the language model did not answer; `built_in` is what the built-in answerer says, where an LLM answered.
    `usage` has counts by name: `passages_read`, `passages_found`, `input_tokens`, `output_tokens`, `unknown_labels`,
    `cost`, where known. `lineups` are what several articles say of one thing that a claim states, those that differ
    first. `when` is how the question was read as to time, where it says anything of that.
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
    notice: str = ""
    built_in: Answer | None = None
    choices: tuple[Choice, ...] = ()
    lineups: tuple[Lineup, ...] = ()
    when: When | None = None

    @property
    def text(self) -> str:
        """The claims, each followed by its citation numbers; list items, rows and headings on lines of their own."""
        text = ""
        for claim in self.claims:
            apart = not claim.joins and claim.text.startswith(("- ", "| ", "## "))
            text += ("\n" if apart else " ") + claim.text + "".join(f"[{cite.n}]" for cite in claim.citations)
        return text.strip()

    @property
    def caution(self) -> str:
        """What is said before a `partial` answer: an LLM says what is missing, the built-in answerer is not sure."""
        if self.status != "partial":
            return ""
        if self.built_in:
            return "The articles answer only part of this."
        return "The articles come near this, but may not answer it."

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every citation once, by number."""
        return tuple({cite.n: cite for claim in self.claims for cite in claim.citations}.values())

    def to_json(self) -> dict[str, Any]:
        """The one JSON form: CLI, API, eval records, export and browser."""
        built_in = self.built_in.to_json() if self.built_in else None
        return {"schema": SCHEMA, **asdict(self), "built_in": built_in}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Answer:
        """Read what `to_json` wrote. Raises ValueError on another schema or a malformed value."""
        if data.get("schema") != SCHEMA:
            raise ValueError(f"answer schema {data.get('schema')!r}, expected {SCHEMA}")
        if (data.get("built_in") or {}).get("built_in"):
            raise ValueError("a built-in answer holds none")
        try:
            rest = {k: v for k, v in data.items() if k != "schema"}
            return cls(
                **rest
                | {
                    "claims": tuple(_claim(c) for c in data["claims"]),
                    "also_read": tuple(Source(**s) for s in data["also_read"]),
                    "nearest": tuple(Source(**s) for s in data["nearest"]),
                    "searched": Searched(**data["searched"]),
                    "choices": tuple(Choice(**c) for c in data.get("choices", ())),
                    "built_in": cls.from_json(within) if (within := data.get("built_in")) else None,
                    "when": When.from_json(when) if (when := data.get("when")) else None,
                    "lineups": tuple(Lineup.from_json(of) for of in data.get("lineups", ())),
                }
            )
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError(f"malformed answer: {error}") from error


@dataclass(frozen=True, slots=True)
class Progress:
    """One event of a streamed answer: `claims` so far, or the finished `answer` as the last event.

    While an LLM writes (`by_model`), `built_in` is the answer that stands meanwhile, once it is made, and `draft` the
    start of the next claim, not checked yet.
    """

    claims: tuple[Claim, ...]
    answer: Answer | None = None
    built_in: Answer | None = None
    draft: str = ""
    draft_joins: bool = False
    by_model: bool = False


def _claim(data: Mapping[str, Any]) -> Claim:
    cites: Sequence[Mapping[str, Any]] = data["citations"]
    citations = tuple(Citation(**{**c, **_parts(c)}) for c in cites)
    rest = {key: data[key] for key in ("reason", "kind", "joins", "found", "as_of") if key in data}
    return Claim(data["text"], citations, data["support"], **rest)


def _parts(cite: Mapping[str, Any]) -> dict[str, Any]:
    page = cite.get("page")
    return {
        "marks": tuple((int(a), int(b)) for a, b in cite["marks"]),
        "page": None if page is None else int(page),
        "also": tuple(str(outlet) for outlet in cite.get("also", ())),
        "instead": tuple(Instead(**one) for one in cite.get("instead", ())),
    }

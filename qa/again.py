"""A command over the last answer, carried out: from what it searched for and cited, with no new guess at either.

Where the last answer itself is not at hand (turns of text alone), its question is asked again first.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from corpus.library import Library
from corpus.types import ArticleRow, Vector, day_of
from qa.claiming import name_source
from qa.commands import Command, read_command
from qa.dates import read_day, spell_day
from qa.narrow import Others
from qa.retrieve import Retrieval, Retriever
from qa.rewrite import retrieve_in_context
from qa.types import Answer, Citation, Claim, Source, Turn
from qa.unclear import retrieve_choice

LISTED = 8
"""How many further articles are named at most."""


@dataclass(frozen=True, slots=True)
class Put:
    """A question as it was put: its words, the turns before it, and where and how it is answered.

    `read_from` gives the built-in answer from what was retrieved.
    """

    asked: str
    history: Sequence[Turn]
    retriever: Retriever
    library: Library
    read_from: Callable[[Retrieval], Answer]
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Again:
    """What a command came to: an answer, or what was retrieved to answer from; `note` says how it was understood."""

    note: str
    answer: Answer | None = None
    retrieval: Retrieval | None = None


def understand(put: Put, vector: Vector | None = None, *, read: bool = True) -> Retrieval | Answer:
    """What to answer a question from; the answer itself where a command over the last one needs no more than that.

    `vector` is the question's, where it is embedded already. Without `read`, the passages of a question that is no
    command are not read by the trained reader yet.
    """
    command = read_command(put.asked, put.history)
    if command is None:
        if chosen := retrieve_choice(put.asked, put.retriever, put.library, put.as_of):
            return chosen
        return retrieve_in_context(put.retriever, put.asked, put.history, as_of=put.as_of, vector=vector, read=read)
    again = carry_out(command, put)
    if again.retrieval is not None:
        return replace(again.retrieval, note=again.note)
    assert again.answer is not None
    return replace(again.answer, notice=again.note, usage=None, library_generation=put.library.generation())


def carry_out(command: Command, put: Put) -> Again:
    """Do to the last answer what the command says."""
    last = _last_answer(put)
    if last is None:
        last = put.read_from(_ask_again(put))
    if command.kind == "shorter":
        return _shorten(last, put.asked)
    cited = {cite.article_id: cite for cite in last.citations}
    if command.kind == "more":
        found = put.retriever.retrieve(last.searched_for, as_of=put.as_of, without=frozenset(cited))
        return _more(last, put.asked, found, put.read_from)
    allowed, note = _allowed(command, list(cited.values()), put.library)
    if not allowed:
        return Again(note, answer=_nothing(last, put.asked))
    found = put.retriever.retrieve(last.searched_for, as_of=put.as_of, without=Others(allowed))
    return Again(note, retrieval=found)


def question_before(asked: str, history: Sequence[Turn]) -> str:
    """The question whose words of time count: of a command that of the answer it acts on, unless it sets others."""
    command = read_command(asked, history)
    if command is None:
        return asked
    last = next((turn for turn in reversed(history) if turn.role == "assistant"), None)
    if command.kind in ("earlier", "later") or (last and last.answer and last.answer.when is None):
        return ""
    if last and last.answer:
        return last.answer.searched_for
    return next(turn.content for turn in reversed(history) if turn.role == "user")


def _last_answer(put: Put) -> Answer | None:
    """The last turn's answer, where it is known and every sentence that it cites still stands there.

    None too where it cites or names what was published after `put.as_of`.
    """
    answer = next((turn.answer for turn in reversed(put.history) if turn.role == "assistant"), None)
    if answer is None:
        return None
    if names_later(answer, put.as_of):
        return None
    articles = put.library.articles({cite.article_id for cite in answer.citations})
    stands = all(
        cite.article_id in articles and articles[cite.article_id].text[cite.start : cite.end] == cite.quote
        for cite in answer.citations
    )
    return answer if stands else None


def names_later(answer: Answer, as_of: date | None) -> bool:
    """Whether an answer cites, lines up or names what was published after that day."""
    named = [cite.published for cite in answer.citations]
    named += [source.published for source in (*answer.also_read, *answer.nearest)]
    named += [version.published for lineup in answer.lineups for version in lineup.versions]
    return as_of is not None and any(day > as_of for published in named if (day := read_day(published)))


def turns_until(history: Sequence[Turn], as_of: date | None) -> list[Turn]:
    """The turns of a conversation without the answers that name what was published after that day."""
    return [turn for turn in history if turn.answer is None or not names_later(turn.answer, as_of)]


def _ask_again(put: Put) -> Retrieval:
    at = max(i for i, turn in enumerate(put.history) if turn.role == "user")
    return retrieve_in_context(put.retriever, put.history[at].content, put.history[:at], as_of=put.as_of)


def _shorten(last: Answer, asked: str) -> Again:
    said = [claim for claim in last.claims if claim.kind == "claim"]
    if not said:
        return Again("There was no answer to shorten.", answer=replace(last, question=asked, built_in=None))
    kept = _numbered(tuple(replace(claim, joins=False) for claim in said[: max(1, len(said) // 2)]))
    note = "It is one sentence already." if len(said) == 1 else f"The first {len(kept)} of {len(said)} statements."
    note = "The first statement alone." if len(said) > 1 == len(kept) else note
    short = last.short_answer if last.short_answer and last.short_answer in kept[0].text else None
    still = {cite.article_id for claim in kept for cite in claim.citations}
    dropped = {c.article_id: _source(c) for c in last.citations if c.article_id not in still}
    also = (*dropped.values(), *(source for source in last.also_read if source.article_id not in dropped))
    return Again(
        note, answer=replace(last, question=asked, claims=kept, short_answer=short, also_read=also, built_in=None)
    )


def _more(last: Answer, asked: str, found: Retrieval, read_from: Callable[[Retrieval], Answer]) -> Again:
    answer = read_from(found)
    if answer.claims:
        return Again("From articles that the last answer did not cite.", retrieval=found)
    articles = list({e.article.id: e.article for e in found.ranked}.values())[:LISTED]
    near = tuple(name_source(a) for a in articles)
    note = "No other article says it. The nearest are under “Also read”." if near else "No other article says it."
    return Again(note, answer=replace(last, question=asked, also_read=near, built_in=None))


def _allowed(command: Command, cited: Sequence[Citation], library: Library) -> tuple[set[str], str]:
    """The articles that may answer, and in words which those are."""
    if command.kind == "only":
        names = _outlets(command.outlet, [name for name, _ in library.overview().outlets])
        if not names:
            return set(), f"No article here is from {command.outlet}."
        note = f"Only articles from {' and '.join(sorted(names))} were searched."
        return {row.id for row in library.catalogue().rows if row.outlet in names}, note
    days = {c.article_id: day for c in cited if (day := read_day(c.published))}
    first, last = min(days.values(), default=None), max(days.values(), default=None)
    if first is None or last is None:
        return set(), "The last answer cites no dated article, so there is no earlier or later one."
    edge = first if command.kind == "earlier" else last
    among = {i for i, day in days.items() if day == edge} if first != last else set[str]()
    if among:
        return among, f"From {'the earliest' if command.kind == 'earlier' else 'the latest'} of the articles cited."

    def beyond(row: ArticleRow) -> bool:
        day = day_of(row.published)
        return day is not None and (day < edge if command.kind == "earlier" else day > edge)

    before = "before" if command.kind == "earlier" else "after"
    found = {row.id for row in library.catalogue().rows if beyond(row)}
    if not found:
        return set(), f"No article here was published {before} {spell_day(edge)}."
    return found, f"Only articles published {before} {spell_day(edge)} were searched."


def _outlets(name: str, known: Collection[str]) -> set[str]:
    """The outlets that a name means: the same one, else those that have all of its words."""
    wanted = _words(name)
    same = {outlet for outlet in known if _words(outlet) == wanted}
    return same or {outlet for outlet in known if wanted and set(wanted) <= set(_words(outlet))}


def _words(name: str) -> list[str]:
    words = name.casefold().replace("’", "'").split()
    return words[1:] if words[:1] == ["the"] and len(words) > 1 else words


def _nothing(last: Answer, asked: str) -> Answer:
    """That none of the articles that may answer does."""
    near = tuple({c.article_id: _source(c) for c in last.citations}.values()) or last.nearest
    return replace(
        last,
        question=asked,
        status="not_found",
        claims=(),
        short_answer=None,
        also_read=(),
        nearest=near,
        try_instead=None,
        built_in=None,
    )


def _numbered(claims: tuple[Claim, ...]) -> tuple[Claim, ...]:
    """The claims with citations numbered anew, by first appearance."""
    given: dict[int, int] = {}
    return tuple(
        replace(
            claim,
            citations=tuple(replace(c, n=given.setdefault(c.n, len(given) + 1)) for c in claim.citations),
        )
        for claim in claims
    )


def _source(cite: Citation) -> Source:
    return Source(cite.article_id, cite.title, cite.outlet, cite.url, cite.published)

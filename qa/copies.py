"""Near-copies of one story in an answer: read once, cited by the right one, and what the others say instead.

Which articles are copies of one another was found when they were added (corpus/stories.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Protocol, TypeVar

from corpus.differences import find_counterpart, has_other_figures, likeness
from corpus.split import split_sentences
from corpus.stories import Story
from corpus.types import Article, Hit
from corpus.versions import Version
from qa.types import Answer, Citation, Claim, Instead

REPEATED = 0.6
"""A sentence is told already by one that has this share of its words in common."""
SHORTEST = 5
"""Words of a sentence that says something by itself; an exclamation or a byline is no news."""
NEAR_COPY = 0.8
"""Two passages that share this much of their words (Jaccard) say the same, whatever articles they stand in."""
MOST_INSTEAD = 3
"""Other figures that are shown beside a citation."""


class Told(Protocol):
    """A passage that was found, with its article."""

    @property
    def stems(self) -> Sequence[Sequence[str]]:
        """The stems of each of its sentences."""
        ...

    @property
    def hit(self) -> Hit:
        """The passage and its score."""
        ...

    @property
    def article(self) -> Article:
        """The article that it is a passage of."""
        ...


class Remembers(Protocol):
    """A library, as far as copies and earlier versions go."""

    def articles(self, ids: Iterable[str], /) -> Mapping[str, Article]:
        """Those of the articles that there are."""
        ...

    def stories(self, ids: Sequence[str], /) -> Mapping[str, Story]:
        """Those of the articles that have near-copies, each with its story."""
        ...

    def versions(self, article_id: str, /) -> Sequence[Version]:
        """What an article said before, oldest first."""
        ...


T = TypeVar("T", bound=Told)


def choose_copy(story: Story, there: Iterable[str], named: Callable[[str], bool]) -> str:
    """The id to cite among those `there`: of an outlet that the question names, else the lead, else the next to it."""
    known = set(there)
    present = [member for member in story.members if member.id in known]
    lead = [member for member in present if member.id == story.lead]
    for member in [*lead, *present]:
        if member.outlet and named(member.outlet):
            return member.id
    if lead:
        return story.lead
    return (present[-1] if story.corrected else present[0]).id


def tell_once(ranked: Sequence[T], stories: Mapping[str, Story], named: Callable[[str], bool]) -> Iterator[T]:
    """The passages in order, those of one story led by the article to cite; what only repeats that one is left out."""
    there = {told.article.id for told in ranked}
    cited: dict[str, str] = {}
    said: dict[str, list[str]] = {}
    given: set[str] = set()
    for told in ranked:
        story = stories.get(told.article.id)
        if story is None:
            yield told
            continue
        if story.lead not in cited:
            cited[story.lead] = choose_copy(story, there, named)
            first = next(one for one in ranked if one.article.id == cited[story.lead])
            said[story.lead] = _sentences(first.article.text)
            given.add(first.hit.passage.id)
            yield first
        if told.hit.passage.id in given:
            continue
        passage = told.article.text[told.hit.passage.start : told.hit.passage.end]
        if told.article.id != cited[story.lead] and _repeats(passage, said[story.lead]):
            continue
        given.add(told.hit.passage.id)
        yield told


def _repeats(passage: str, said: Sequence[str]) -> bool:
    own = [sentence for sentence in _sentences(passage) if len(sentence.split()) >= SHORTEST]
    return all(any(likeness(new, old) >= REPEATED for old in said) for new in own)


def _sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


def note_copies(answer: Answer, library: Remembers, as_of: date | None = None) -> Answer:
    """The answer with, at each citation, the other outlets that have the story and the figures that they have instead.

    What the cited article itself said before a correction is among those. Articles published after `as_of` are not.
    """
    ids = list(dict.fromkeys(cite.article_id for cite in answer.citations))
    if not ids:
        return answer
    stories = {name: _until(as_of, story) for name, story in library.stories(ids).items()}
    others = {member.id for story in stories.values() for member in story.members if story.corrected}
    notes = _Notes(stories, library.articles(others) if others else {}, {name: library.versions(name) for name in ids})
    return replace(answer, claims=tuple(notes.on(claim) for claim in answer.claims))


def _until(as_of: date | None, story: Story) -> Story:
    if as_of is None:
        return story
    known = [m for m in story.members if m.published is None or m.published[:10] <= as_of.isoformat()]
    return replace(story, members=tuple(known))


class _Notes:
    def __init__(
        self, stories: Mapping[str, Story], copies: Mapping[str, Article], earlier: Mapping[str, Sequence[Version]]
    ) -> None:
        self._stories, self._copies, self._earlier = stories, copies, earlier

    def on(self, claim: Claim) -> Claim:
        return replace(claim, citations=tuple(self._cite(cite) for cite in claim.citations))

    def _cite(self, cite: Citation) -> Citation:
        story = self._stories.get(cite.article_id)
        also = story.outlets_besides(cite.article_id) if story else ()
        found: dict[str, Instead] = {}
        for instead in self._instead(cite, story):
            found.setdefault(instead.quote, instead)
        return replace(cite, also=also, instead=tuple(found.values())[:MOST_INSTEAD])

    def _instead(self, cite: Citation, story: Story | None) -> Iterator[Instead]:
        for version in reversed(self._earlier[cite.article_id]):
            for quote in _other_figures(cite.quote, version.article.text):
                yield Instead(cite.article_id, cite.outlet, version.until.date().isoformat(), quote)
        for member in story.members if story and story.corrected else ():
            copy = self._copies.get(member.id)
            if copy and copy.id != cite.article_id:
                for quote in _other_figures(cite.quote, copy.text):
                    yield Instead(copy.id, copy.outlet, copy.published_text, quote)


def _other_figures(quote: str, text: str) -> Iterator[str]:
    """The sentences of a text that stand in the place of the quote's, with other figures."""
    for sentence in _sentences(quote):
        span = find_counterpart(sentence, text)
        if span and has_other_figures(sentence, text[span[0] : span[1]]):
            yield text[span[0] : span[1]]


def is_near_copy(one: Told, other: Told) -> bool:
    """Whether two passages say the same in nearly the same words."""
    a, b = (set[str]().union(*each.stems) for each in (one, other))
    return len(a & b) >= NEAR_COPY * len(a | b)

"""Retrieved passages and a language model -> an answer as it is written, every claim cited and checked.

The built-in answer is made beside it, and stays where the model gives nothing that can be shown.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from time import perf_counter

from corpus.errors import LLMError
from corpus.stem import query_stems
from corpus.types import Article, day_of
from qa.changed import date_claims
from qa.check import Checker
from qa.cite import CiteParser, Piece
from qa.claiming import mark_words
from qa.lacking import Quote
from qa.lineup.asked import choose_asked, cut
from qa.lineup.lineup import line_up
from qa.llm import Model
from qa.moments import DATE, is_date, moments_of
from qa.prompt import Label, Place, Prompt, write_prompt
from qa.retrieve import Retrieval
from qa.standing import Standing
from qa.time_reading import TimeReading
from qa.types import Answer, Citation, Claim, Progress, Source, Turn
from qa.when import say_days
from qa.wire import Reply

ROOM = 0.75
"""The share of the model's window, less what it may write, that the prompt may fill: tokens are only estimated."""
LONGEST_CITATION = 600
"""Characters up to which neighbouring sentences are cited as one."""
BY_DATE = (
    " Give what is new as a list by date, newest first. Begin each item with the day on which its article was"
    " published, such as “3 June 2026:”, and give each its label."
)
INSTEAD = "This is the built-in answer."
_REFUSED = re.compile(
    r"(?:I[’']?m sorry|I am sorry|Sorry|I can(?:no|[’'])t|I(?: am|[’']m) (?:unable|not able)|As an AI)\b", re.IGNORECASE
)
_DAY_FIRST = re.compile(rf"\W*(?P<day>{DATE.pattern})\W*?(?:[:–—]|\s-)\s*", re.IGNORECASE)

Ask = Callable[[Model, Prompt, threading.Event | None], Reply]


def write_answer(
    model: Model,
    retrieval: Retrieval,
    standing: Standing,
    read: Callable[[], Retrieval],
    checker: Checker,
    began: float,
    history: Sequence[Turn] = (),
    stop: threading.Event | None = None,
    ask: Ask = Reply,
) -> Iterator[Progress]:
    """The built-in answer as soon as it stands, the model's claims as they are complete, then the whole answer.

    `read` gives what was retrieved once the trained reader has read it; the model is asked before, as long as all
    passages fit. `began` is when the question was asked. The model's failures end in the answer's `notice`, never in an
    exception.
    """
    budget = int((model.window - model.limits.tokens) * ROOM)
    asked = retrieval.asked + (BY_DATE if retrieval.digest else "") + say_time(retrieval.time)
    prompt = write_prompt(asked, (retrieval.before or retrieval).evidence, history, budget)
    if prompt.n_read < prompt.n_found:  # which ones are left out is for the reader to say
        prompt = write_prompt(asked, read().evidence, history, budget)
    if not prompt.n_read:
        notice = f"{INSTEAD} No passage fits into {model.answerer}. Raise BYLINE_LLM_WINDOW."
        yield _whole(standing.whole(), began, notice=notice)
        return
    text = _Writing(prompt, checker, retrieval.language, by_date=retrieval.digest)
    parser, problem = CiteParser(), ""
    reply = ask(model, prompt, stop)
    standing.tell(reply.wake)
    try:
        for chunk in reply:
            text.add(parser.feed(chunk))
            yield Progress(
                tuple(text.claims),
                built_in=standing.now,
                draft=parser.draft,
                draft_joins=parser.draft_joins,
                by_model=True,
            )
    except LLMError as error:
        problem = str(error)
    text.add(parser.finish())
    built_in, retrieval = standing.whole(), read()
    usage = _usage(model, prompt, reply, text.n_unknown)
    stopped = stop is not None and stop.is_set()
    cut = f"Cut off: {problem or reply.cut + '.'}" if problem or reply.cut else ""
    if len(text.claims) == 1 and _REFUSED.match(text.claims[0].text) and not text.claims[0].citations:
        text.claims.clear()
        problem = problem or f"{model.answerer} refused to answer this."
    if not text.claims:
        why = "You stopped it." if stopped else problem or f"{model.answerer} wrote nothing that can be shown."
        yield _whole(replace(built_in, usage=usage), began, notice=f"{INSTEAD} {why}")
        return
    claims = tuple(text.claims)
    yield _whole(_answer(model, retrieval, prompt, built_in, claims), began, notice=cut or built_in.notice, usage=usage)


class _Writing:
    """Pieces to claims: labels to citations, numbered by first appearance, and each claim checked."""

    def __init__(self, prompt: Prompt, checker: Checker, language: str, *, by_date: bool) -> None:
        self.claims: list[Claim] = []
        self._language, self._by_date = language, by_date
        self.n_unknown = 0
        self._prompt, self._checker = prompt, checker
        self._numbers: dict[tuple[str, int, int], int] = {}

    def add(self, pieces: Sequence[Piece]) -> None:
        """Make the pieces claims."""
        self.claims += [self._claim(piece) for piece in pieces]

    def _claim(self, piece: Piece) -> Claim:
        if self._by_date and piece.kind == "claim" and not piece.labels and is_date(piece.text):
            piece = replace(piece, kind="lead")  # a day by itself says when, of what stands below it
        if piece.kind != "claim":
            return Claim(piece.text, (), "unsupported", kind=piece.kind, joins=piece.joins)
        places = self._prompt.places
        known = [label for label in piece.labels if label in places]
        self.n_unknown += len(piece.labels) - len(known)
        said = plain(piece.text)
        if known:
            spans = join_places(known, self._prompt)
        else:
            near = list(places.values())
            words = undated(said, [place.article for place in near]) if self._by_date else said
            at = self._checker.find(words, [_quote(place) for place in near])
            spans = [] if at is None else [near[at]]
        if self._by_date:
            said = undated(said, [span.article for span in spans])
        verdict = self._checker.check(said, [_quote(span) for span in spans])
        citations = tuple(self._citation(span, said) for span in spans)
        found = bool(spans) and not known
        return Claim(piece.text, citations, verdict.support, verdict.reason, joins=piece.joins, found=found)

    def _citation(self, place: Place, said: str) -> Citation:
        article = place.article
        key = (article.id, place.start, place.end)
        number = self._numbers.setdefault(key, len(self._numbers) + 1)
        quote = article.text[place.start : place.end]
        marks = tuple(mark_words(quote, frozenset(query_stems(said, self._language)), self._language))
        return Citation(
            number, article.id, article.title, article.outlet, article.url, article.published_text, place.start,
            place.end, quote, marks, article.page_at(place.start),
        )  # fmt: skip


def say_time(time: TimeReading | None) -> str:
    """What a model is told of how the question was read as to time, after it."""
    if time is None or time.widened:
        return ""
    days = say_days(time.first, time.last) if time.only else ""
    told = f" (The passages are of articles published {days}.)" if days else ""
    asked = {"newest": " Give the newest first, and say as of which day.", "oldest": " Give the oldest first."}
    return told + asked.get(time.order, "")


def plain(text: str) -> str:
    """A claim's text without the line conventions: list dashes, heading signs, table bars."""
    text = re.sub(r"^(?:- |## )", "", text)
    return " · ".join(cell.strip() for cell in text.strip("| ").split("|")) if text.startswith("|") else text


def undated(said: str, articles: Sequence[Article]) -> str:
    """An item of a list by date without the day before it, where that is the day of an article that it cites."""
    match = _DAY_FIRST.match(said)
    if match is None or match.end() == len(said):
        return said
    for day in filter(None, (day_of(article.published) for article in articles)):
        moments = moments_of(match["day"], day)
        if moments and moments[0].spans and moments[0].spans[0] == (day, day):
            return said[match.end() :]
    return said


def join_places(labels: Sequence[Label], prompt: Prompt) -> list[Place]:
    """What the labels stand for, in their order; neighbouring sentences of a passage as one place."""
    out: list[Place] = []
    last: Label | None = None
    for label in labels:
        place = prompt.places[label]
        if last is not None and label == (last[0], last[1] + 1) and place.end - out[-1].start <= LONGEST_CITATION:
            out[-1] = Place(place.article, out[-1].start, place.end)
        elif place not in out:
            out.append(place)
        last = label
    return out


def _quote(place: Place) -> Quote:
    return Quote(place.article.text[place.start : place.end], place.article.published)


def _answer(model: Model, retrieval: Retrieval, prompt: Prompt, built_in: Answer, claims: tuple[Claim, ...]) -> Answer:
    """The answer that the claims make: without a claim the articles do not say, with a gap they say a part."""
    said = [claim for claim in claims if claim.kind == "claim"]
    short = built_in.short_answer
    base = replace(built_in, searched_for=retrieval.asked, answerer=model.answerer, built_in=built_in)
    if not said:
        nearest = built_in.nearest or tuple(_source(article) for article in retrieval.nearest(3))
        return replace(
            base, status="not_found", claims=(), short_answer=None, also_read=(), nearest=nearest, lineups=()
        )
    cited = {cite.article_id for claim in said for cite in claim.citations}
    read = {place.article.id: place.article for place in prompt.places.values()}
    short = short if short and short in claims[0].text else None
    partial = any(claim.kind == "gap" for claim in claims)
    found = () if partial else line_up(claims, retrieval)
    lineups = cut(found) if retrieval.digest else choose_asked(found, retrieval.question, short)
    return replace(
        base,
        status="partial" if partial else "answered",
        claims=date_claims(claims, lineups, retrieval.time),
        short_answer=short,
        also_read=tuple(_source(article) for article in read.values() if article.id not in cited),
        nearest=(),
        try_instead=None,
        lineups=lineups,
    )


def _whole(answer: Answer, began: float, **changes: object) -> Progress:
    done = replace(answer, seconds=perf_counter() - began, **changes)  # type: ignore[arg-type]
    return Progress(done.claims, done)


def _usage(model: Model, prompt: Prompt, reply: Reply, n_unknown: int) -> dict[str, float]:
    usage = {"passages_read": float(prompt.n_read), "passages_found": float(prompt.n_found), **reply.usage}
    if n_unknown:
        usage["unknown_labels"] = float(n_unknown)
    if model.prices and "input_tokens" in usage:
        into, out = model.prices
        usage["cost"] = (into * usage["input_tokens"] + out * usage.get("output_tokens", 0.0)) / 1e6
    return usage


def _source(article: Article) -> Source:
    return Source(article.id, article.title, article.outlet, article.url, article.published_text)

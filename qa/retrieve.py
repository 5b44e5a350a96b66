"""Question -> the passages to read: words and meaning fused, near-copies once, no source crowding out the rest.

Not here: picking sentences (qa/read.py), and the indexes themselves (corpus/library.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from corpus.embed import Embedder
from corpus.language import DEFAULT_LANGUAGE
from corpus.library import Library
from corpus.stem import query_stems, stems
from corpus.stories import Story
from corpus.types import Article, Hit, StoredPassage, Vector, Why, day_of
from qa.copies import is_near_copy, tell_once
from qa.gather import Gathered, add_between, best_to_score, gather
from qa.terms import Terms, weigh
from qa.time_reading import TimeReading
from qa.worth import READER_WEIGHT, logit_of, read_worthwhile, unread

if TYPE_CHECKING:
    from llama_index.core.retrievers import BaseRetriever

    from qa.reader.reader import PassageReading, Reader

CANDIDATES = 80
"""How many passages each index offers."""
SCORED = 40
"""How many of them get the full score."""
WEIGHTS = {"dense": 3.2, "sentence": 4.7, "words": 2.6, "cover": 4.2, "sentence_cover": 5.0}
"""Weights of the passage score, fitted by listwise logistic regression on the tuning half (evals/LOG.md)."""
BM25_CEILING = 2.2
"""BM25's largest score for one term is idf * (k1 + 1), with k1 = 1.2 (Robertson and Zaragoza, 2009)."""
PASSAGES_A_SOURCE = 2
OTHER_DAYS = 1.0
"""What the score of a passage loses where articles of other days are preferred (evals/LOG.md)."""


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """A retrieved passage with all that reading it takes.

    `stems` holds each sentence's stems in order, `signals` the parts of the score, named as in WEIGHTS; `reading` is
    what the trained reader made of it, where it read it.
    """

    hit: Hit
    article: Article
    stored: StoredPassage
    stems: tuple[tuple[str, ...], ...]
    title_stems: frozenset[str]
    signals: dict[str, float]
    reading: PassageReading | None = None

    @property
    def found(self) -> frozenset[str]:
        """The stems of title and passage."""
        return self.title_stems.union(*self.stems)


@dataclass(frozen=True, slots=True, eq=False)
class Retrieval:
    """What a question found: `evidence` to read, best first, and `ranked`, every scored hit before thinning.

    `note` tells the reader which articles were left out. Of a `digest`, the evidence are the openings of what is new,
    newest first. `time` is how the question was read as to time; `whole` is the question with its words for that,
    where `question` leaves them out. `before` is the same as it was before any of it was read.
    """

    question: str
    vector: Vector
    terms: Terms
    evidence: tuple[Evidence, ...]
    ranked: tuple[Evidence, ...]
    generation: int
    note: str = ""
    stories: Mapping[str, Story] = field(default_factory=dict)
    as_of: date | None = None
    digest: bool = False
    time: TimeReading | None = None
    whole: str = ""
    before: Retrieval | None = None

    @property
    def asked(self) -> str:
        """The question that was searched for, with all its words."""
        return self.whole or self.question

    @property
    def language(self) -> str:
        """The language in which it was searched."""
        return self.terms.language

    def nearest(self, n: int) -> list[Article]:
        """The first articles of `ranked`, one of each story."""
        articles = {evidence.article.id: evidence.article for evidence in self.ranked}
        found: dict[str, Article] = {}
        for name, article in articles.items():
            lead = self.stories[name].lead if name in self.stories else name
            found.setdefault(lead, articles.get(lead, article))
        return list(found.values())[:n]


class Retriever:
    """Retrieves from one library. Holds no state of its own; safe to share between threads."""

    def __init__(
        self,
        library: Library,
        embedder: Embedder,
        *,
        top_k: int = 8,
        dense_weight: float = 1.0,
        reader: Reader | None = None,
    ) -> None:
        self._library = library
        self._embedder = embedder
        self._top_k = top_k
        self._reader = reader
        self._weights = WEIGHTS | {k: WEIGHTS[k] * dense_weight for k in ("dense", "sentence")}

    @property
    def reads(self) -> bool:
        """Whether a trained reader reads what is retrieved."""
        return self._reader is not None

    def retrieve(
        self,
        question: str,
        *,
        as_of: date | None = None,
        vector: Vector | None = None,
        without: Container[str] = (),
        read: bool = True,
        time: TimeReading | None = None,
    ) -> Retrieval:
        """The passages to read. Articles published after `as_of` (undated ones stay) or in `without` are left out.

        `vector` is the question's, where it is embedded already. Without `read` they are not read by the trained
        reader yet. `time` says of which days articles are searched or preferred.
        """
        whole, question = question, time.strip(question) if time else question
        if vector is None or question != whole:
            vector = self._embedder.encode_queries([question])[0]
        wanted = CANDIDATES * (4 if as_of or without or (time and time.narrows) else 1)

        def admits(article: Article) -> bool:
            timely = time is None or time.admits(article.published)
            return timely and article.id not in without and not _later(article, as_of)

        found = gather(self._library, question, vector, wanted, self._top_k, admits)
        if as_of or (time and time.narrows):
            found = add_between(found, self._library, time, as_of, self._top_k, admits)
        terms = self._terms(question)
        rough: dict[str, tuple[float, float, float, float]] = {}
        for pid, kept in found.stored.items():
            dense = float(kept.vector @ vector)
            sentence = float((kept.sentence_vectors @ vector).max()) if len(kept.sentence_vectors) else dense
            word = found.words.get(pid, 0.0) / (BM25_CEILING * terms.total)
            score = self._weights["dense"] * dense + self._weights["sentence"] * sentence + 4 * WEIGHTS["words"] * word
            rough[pid] = (score, dense, sentence, word)
        ordered = sorted(rough, key=lambda pid: (rough[pid][0], pid), reverse=True)
        best = best_to_score(ordered, found, SCORED, lambda a: terms.name(a.outlet))
        scored = [self._evidence(found, pid, terms, *rough[pid][1:]) for pid in best]
        if time and not all(time.prefers(e.article.published) for e in scored):
            scored = [e if time.prefers(e.article.published) else _lowered(e, OTHER_DAYS) for e in scored]
        scored.sort(key=lambda e: -e.hit.score)
        ranked = tuple(_at_rank(e, i) for i, e in enumerate(scored, 1))
        thinned = self._thin(ranked, terms, found.stories)
        retrieval = Retrieval(
            question, vector, terms, thinned, ranked, found.generation, stories=found.stories, as_of=as_of, time=time,
            whole=whole if whole != question else "",
        )  # fmt: skip
        return self.read(retrieval) if read else retrieval

    def is_unread(self, found: Retrieval) -> bool:
        """Whether the trained reader has something to read there, and has not yet."""
        return self._reader is not None and bool(found.evidence) and not (found.digest or found.before)

    def read(self, retrieval: Retrieval, *, every: bool = False) -> Retrieval:
        """What was retrieved, ordered anew by what the trained reader makes of it; the same without a reader.

        With `every`, all is read that may be, whether or not the first passages answer surely.
        """
        return self.read_all([retrieval], every=every)[0]

    def read_all(self, retrievals: Sequence[Retrieval], *, every: bool = False) -> list[Retrieval]:
        """`read` for several questions at once, which takes less time; each comes out as `read` has it."""
        if not self._reader:
            return list(retrievals)
        some = [r.before or r for r in retrievals]
        readings = iter(read_worthwhile(self._reader, [unread(r, every=every) for r in some if r.evidence]))
        return [reread(next(readings), r) if r.evidence else r for r in some]

    def _terms(self, question: str) -> Terms:
        language = self._library.language
        return Terms(weigh(query_stems(question, language), self._library), language)

    def _evidence(
        self, found: Gathered, pid: str, terms: Terms, dense: float, sentence: float, word: float
    ) -> Evidence:
        kept = found.stored[pid]
        article = found.articles[kept.passage.article_id]
        by_sentence = tuple(stems_of(article.text[s.start : s.end], terms.language) for s in kept.sentences)
        title = frozenset(stems_of(article.title, terms.language))
        cover = terms.cover(title.union(*by_sentence))
        best_sentence = max((terms.cover(frozenset(s)) for s in by_sentence), default=0.0)
        signals = {
            "dense": dense,
            "sentence": sentence,
            "words": word,
            "cover": cover,
            "sentence_cover": best_sentence,
        }
        score = sum(self._weights[name] * value for name, value in signals.items())
        both: tuple[tuple[Why, bool], ...] = (("dense", pid in found.near), ("words", pid in found.words))
        hit = Hit(kept.passage, score, 0, tuple(name for name, has in both if has))
        return Evidence(hit, article, kept, by_sentence, title, signals)

    def _thin(self, ranked: Sequence[Evidence], terms: Terms, stories: Mapping[str, Story]) -> tuple[Evidence, ...]:
        """The best `top_k`, each story once, at most two of a source unless the question names it."""
        chosen: list[tuple[str, Evidence]] = []
        of_source: Counter[str] = Counter()
        for evidence in tell_once(ranked, stories, terms.name):
            if len(chosen) == self._top_k:
                break
            article = evidence.article
            source = stories[article.id].lead if article.id in stories else article.id
            if of_source[source] >= PASSAGES_A_SOURCE and not any(map(terms.name, (article.title, article.outlet))):
                continue
            if any(of != source and is_near_copy(evidence, other) for of, other in chosen):
                continue
            of_source[source] += 1
            chosen.append((source, evidence))
        return tuple(_at_rank(e, i) for i, (_, e) in enumerate(chosen, 1))


def reread(readings: Sequence[PassageReading], retrieval: Retrieval) -> Retrieval:
    """Both orders by the new score, after the reader read the best of the evidence."""
    chosen, ranked = retrieval.evidence, retrieval.ranked
    read: dict[str, Evidence] = {}
    for evidence, reading in zip(chosen, readings, strict=False):
        logit = logit_of(reading)
        score = evidence.hit.score + READER_WEIGHT * logit
        hit = replace(evidence.hit, score=score, why=(*evidence.hit.why, "reader"))
        signals = evidence.signals | {"reader": logit}
        read[hit.passage.id] = replace(evidence, hit=hit, signals=signals, reading=reading)

    least = READER_WEIGHT * min(e.signals["reader"] for e in read.values())  # what was not read may be no better

    def ordered(of: Sequence[Evidence]) -> tuple[Evidence, ...]:
        scored = [read.get(e.hit.passage.id) or replace(e, hit=replace(e.hit, score=e.hit.score + least)) for e in of]
        scored.sort(key=lambda e: -e.hit.score)
        return tuple(_at_rank(e, i) for i, e in enumerate(scored, 1))

    return replace(retrieval, evidence=ordered(chosen), ranked=ordered(ranked), before=retrieval)


def llama_index_retriever(retriever: Retriever) -> BaseRetriever:
    """The library as a llama-index retriever, for any llama-index engine; nodes carry article, date and offsets."""
    from qa.llama import BylineRetriever

    return BylineRetriever(retriever)


@lru_cache(maxsize=65_536)
def stems_of(text: str, language: str = DEFAULT_LANGUAGE) -> tuple[str, ...]:
    """The stems of a sentence or title, remembered: the same sentences are scored for many questions."""
    return tuple(stems(text, language))


def _later(article: Article, as_of: date | None) -> bool:
    day = day_of(article.published)
    return as_of is not None and day is not None and day > as_of


def _lowered(e: Evidence, by: float) -> Evidence:
    return replace(e, hit=replace(e.hit, score=e.hit.score - by))


def _at_rank(e: Evidence, rank: int) -> Evidence:
    return replace(e, hit=replace(e.hit, rank=rank))

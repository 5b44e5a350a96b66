"""A question that does not say which of several stories it is about -> the stories to choose from. English, by rules.

A small logistic model over what points at something unsaid ("the clinic", "this county"), how near what is found is to
the conversation, and whether a second story is about as near as the first. Fitted by `python -m evals unclear --fit`.
The trained reader has a say: one story that answers far better than all others is the one meant, and two that both
answer make a short question unclear where nothing was said before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from corpus.embed import Embedder
from corpus.library import Library
from corpus.stem import STOP_WORDS, stems
from qa.narrow import Others
from qa.needs import PERSON
from qa.phrases import clean_turn, content_stems, names_in
from qa.retrieve import WEIGHTS as SCORE
from qa.retrieve import Evidence, Retrieval, Retriever
from qa.types import Choice, Turn

WEIGHTS: dict[str, float] = {
    "bias": -2.25,
    "near_history": -3.59,
    "open": 0.93,
    "shared": 0.47,
    "named": 2.82,
    "tokens": 0.76,
}
"""Logistic weights (evals/LOG.md)."""
THRESHOLD = -1.35
"""The sum of weights above which it is asked back: few clear questions are (evals/LOG.md)."""
SAME_STORY = 0.5
"""Passages of two articles with this cosine tell of one story."""
LOOKED_AT = 20
"""How many of the passages found are put into stories."""
MOST = 3
"""How many choices are offered."""
LEAST_SCORE = 0.4
"""A second story is a choice if it has this share of the first one's score,"""
LEAST_FURTHER = 0.75
"""and a third if it has this."""
BARE = 2
"""A question without a name, a pointing word or a history has at most so many content words to be bare ("how many
died?"): it is asked back where two stories are equally near."""
BARE_SCORE = 0.75
BARE_COVER = 0.9
SURE_LEAD = 2.5
"""By so much has the first story's best sentence to lead those of all others, by the reader's logits, to be the one
that is meant; within so much of the best, another story with an answer is a choice (evals/LOG.md)."""
UNREAD = -8.0
"""The logit of a story that the reader did not read, and the least that counts."""
NO_HISTORY = 0.35
"""What `near_history` is where nothing was said before: about its mean."""
TURN_CHARS = 300

_DETERMINER = re.compile(r"\b(the|this|that|these|those)\s+", re.IGNORECASE)
_VERBS = """
is was are were has have had do does did will would can could should may might must also provide provides ever include
includes apply affect receive received establish help derive differ vary file descended support publish operate
"""
_ENDS = STOP_WORDS | frozenset([*_VERBS.split(), "of", "which", "who"])
"""Words that a noun phrase does not go past."""
_CHOSEN = re.compile(r"(?P<question>.+) – “(?P<title>.+)”(?P<end>\??)")
"""How a choice puts its question."""
_QUOTED = re.compile(r"[“\"].+[”\"]")
MOST_WORDS = 5


@dataclass(frozen=True, slots=True)
class Pointer:
    """A noun phrase that points: its head's stems, whether `this` or the like leads it, and whether a name is in it."""

    head: frozenset[str]
    this: bool
    named: bool


def ask_back(
    asked: str,
    history: Sequence[Turn],
    found: Retrieval,
    retriever: Retriever,
    embedder: Embedder,
    as_of: date | None = None,
) -> tuple[Retrieval, tuple[Choice, ...]]:
    """What the question as typed found, and the stories to choose from; none where it is clear enough.

    `found` is what was found for it, said anew where it needs the history.
    """
    looked = may_ask_back(asked, history, found, retriever, embedder, as_of)
    if looked is None:
        return found, ()
    typed, stories, open_ = looked
    if typed.before:
        typed = retriever.read(typed, every=True)
    said = answers_of(stories, typed)
    if said and said[0] - max(said[1:]) >= SURE_LEAD:
        return found, ()
    if said and not history and (both := answer_both(asked, stories, said, typed)):
        return typed, tuple(_choice(asked, e) for e in both)
    if not open_:
        return found, ()
    first = _score(stories[0][0])
    least = (0.0, LEAST_SCORE, *[LEAST_FURTHER] * (MOST - 2))
    near = [s[0] for s, share in zip(stories, least, strict=False) if _score(s[0]) >= share * first]
    return typed, tuple(_choice(asked, e) for e in near) if len(near) > 1 else ()


def may_ask_back(
    asked: str,
    history: Sequence[Turn],
    found: Retrieval,
    retriever: Retriever,
    embedder: Embedder,
    as_of: date | None,
) -> tuple[Retrieval, list[list[Evidence]], bool] | None:
    """What `ask_back` goes on from: what the question as typed found, its stories, and whether it is open by itself.

    None where it is clear, whatever the trained reader reads.
    """
    if _QUOTED.search(asked) or not found.ranked:
        return None
    typed = found if found.asked == asked else retriever.retrieve(asked, as_of=as_of, read=False)
    stories = list_stories(typed)
    if len(stories) < 2:
        return None
    open_ = score(asked, history, typed, stories, embedder) > THRESHOLD or is_bare(asked, history, stories, typed)
    return (typed, stories, open_) if open_ or (_says_little(asked) and not history) else None


def answers_of(stories: Sequence[Sequence[Evidence]], found: Retrieval) -> list[float]:
    """The reader's best logit in each story, at least UNREAD; empty where it read nothing."""
    best: dict[str, float] = {}
    for e in found.evidence:
        if e.reading:
            best[e.article.id] = max(float(max(e.reading.logits)), best.get(e.article.id, UNREAD))
    return [max(best.get(e.article.id, UNREAD) for e in story) for story in stories] if best else []


def answer_both(
    asked: str, stories: Sequence[Sequence[Evidence]], said: Sequence[float], found: Retrieval
) -> list[Evidence]:
    """Of a question of few words without a name, the stories that answer it about as well as the best; or none."""
    if not _says_little(asked):
        return []
    order = sorted(range(len(stories)), key=lambda i: -said[i])[:MOST]
    cover = [max(found.terms.cover(e.found) for e in story) for story in stories]
    near = [i for i in order if said[i] > max(0.0, said[order[0]] - SURE_LEAD) and cover[i] >= BARE_COVER * max(cover)]
    return [stories[i][0] for i in near] if len(near) > 1 else []


def retrieve_choice(asked: str, retriever: Retriever, library: Library, as_of: date | None = None) -> Retrieval | None:
    """What a question finds in the story that its choice names; None for a question that is no choice's."""
    match = _CHOSEN.fullmatch(asked)
    if match is None:
        return None
    rows, _ = library.rows(query=match["title"])
    allowed = {row.id for row in rows if row.title == match["title"]}
    if not allowed:
        return None
    question = match["question"] + match["end"]
    for story in list_stories(retriever.retrieve(question, as_of=as_of, read=False)):
        ids = {e.article.id for e in story}
        if ids & allowed:
            allowed |= ids
    # The title's words find the place in the story; its figures would pass for figures that the question has already.
    words = re.sub(r"\d[\d.,]*", "", match["title"])
    found = retriever.retrieve(f"{question} {words}", as_of=as_of, without=Others(allowed))
    return replace(
        found, question=question, whole="", note=f"Only “{match['title']}” and what tells of the same was searched."
    )


def score(
    asked: str,
    history: Sequence[Turn],
    found: Retrieval,
    stories: Sequence[Sequence[Evidence]],
    embedder: Embedder,
) -> float:
    """How likely something is missing, as the sum of weights."""
    return sum(WEIGHTS[name] * value for name, value in features(asked, history, found, stories, embedder).items())


def features(
    asked: str,
    history: Sequence[Turn],
    found: Retrieval,
    stories: Sequence[Sequence[Evidence]],
    embedder: Embedder,
) -> dict[str, float]:
    """What the model looks at, by the names in WEIGHTS."""
    said = content_stems(" ".join(clean_turn(turn.content) for turn in history))
    away, near_history = 1.0, NO_HISTORY
    if history:
        last = [clean_turn(turn.content)[:TURN_CHARS] or "-" for turn in history[-2:]]
        before = embedder.encode_queries(last)
        away = 1.0 - float((before @ found.vector).max())
        top = np.mean([e.stored.vector for e in sorted(found.ranked, key=_score, reverse=True)[:3]], axis=0)
        near_history = float((before @ top).max() / (np.linalg.norm(top) or 1.0))
    new = [pointer for pointer in pointers(asked) if not pointer.head & said]
    named = any(pointer.this and pointer.named for pointer in new)
    # "This county of California" is open whatever was said; "the clinic" the more, the less it is near what was said.
    weight = 1.0 if named else away if any(not pointer.named for pointer in new) else 0.0
    shared = max((sum(any(p.head <= e.found for e in s) for s in stories) for p in new), default=0)
    second = _score(stories[1][0]) / max(1.0, _score(stories[0][0])) if len(stories) > 1 else 0.0
    return {
        "bias": 1.0,
        "near_history": near_history,
        "open": weight * second,
        "shared": weight * min(shared, 6) / 6,
        "named": float(named),
        "tokens": min(25, len(asked.split())) / 10,
    }


def pointers(question: str) -> list[Pointer]:
    """The noun phrases behind "the", "this" and the like."""
    out = []
    for match in _DETERMINER.finditer(question):
        rest, words = question[match.end() :], list[str]()
        for word in re.finditer(r"[^\s?.,!;:\"]+|[?.,!;:\"]", rest):
            bare = re.sub(r"[’']s?$", "", word.group())
            if not any(c.isalnum() for c in bare) or bare.lower() in _ENDS:
                break
            words.append(bare)
            if bare != word.group() or len(words) == MOST_WORDS:
                break
        if words and (head := frozenset(stems(words[-1]))):
            out.append(Pointer(head, match[1].lower() != "the", any(w[:1].isupper() for w in words)))
    return out


def list_stories(found: Retrieval) -> list[list[Evidence]]:
    """The articles found, by story: each by its best passage, best first; without what the trained reader said."""
    stories: list[list[Evidence]] = []
    seen: set[str] = set()
    for e in sorted(found.ranked, key=_score, reverse=True)[:LOOKED_AT]:
        if e.article.id in seen:
            continue
        seen.add(e.article.id)
        like = [s for s in stories if max(float(e.stored.vector @ o.stored.vector) for o in s) >= SAME_STORY]
        if like:
            like[0].append(e)
        else:
            stories.append([e])
    return stories


def is_bare(asked: str, history: Sequence[Turn], stories: Sequence[Sequence[Evidence]], found: Retrieval) -> bool:
    """Whether a question says so little that two stories answer it equally well."""
    if history or _DETERMINER.search(asked) or not _says_little(asked) or len(stories) < 2:
        return False
    (first, second) = (max(found.terms.cover(e.found) for e in story) for story in stories[:2])
    near = _score(stories[1][0]) >= BARE_SCORE * _score(stories[0][0])
    return near and first > 0 and second >= BARE_COVER * first


def _says_little(asked: str) -> bool:
    return not names_in(asked) and not PERSON.search(asked) and 0 < len(content_stems(asked)) <= BARE


def _score(e: Evidence) -> float:
    return sum(SCORE[name] * e.signals[name] for name in SCORE)


def _choice(asked: str, e: Evidence) -> Choice:
    title = e.article.title or " ".join(e.article.text[e.hit.passage.start :][:80].split())
    words = asked.rstrip(" ?.!…")
    question = f"{words} – “{title}”{'?' if asked.rstrip().endswith('?') else ''}"
    return Choice(question, e.article.id, title, e.article.outlet, e.article.published_text)

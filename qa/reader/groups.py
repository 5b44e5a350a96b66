"""Rows of training data to what one step of training sees.

They are made to look like use: passages of the length that the library makes, headers with title, outlet and date,
several passages for one question, and questions that nothing in them answers: because the sentence is gone, because it
is another passage, or because the question was edited.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from corpus.embed import PassageInput
from qa.reader.data import Judged, Material, Question, Span, sentences_of
from qa.reader.edits import edit, find_names
from qa.reader.heads import SUPPORT
from qa.reader.near_misses import ask_otherwise, swap_word
from qa.reader.pairs import Pair
from qa.reader.synonyms import Synonyms

SHARES: Mapping[str, float] = {
    "qamr-wikinews": 0.25,
    "qamr-wikipedia": 0.12,
    "qasrl-gs-wikinews": 0.08,
    "qasrl-gs-wikipedia": 0.05,
    "qed-nq-dev": 2.0,
    "selqa": 2.0,
    "policyqa": 0.15,
    "climate-fever": 0.0,
    "covid-fact": 0.0,
    "healthver": 0.0,
    "unanswered": 0.5,
}
"""How often one pass takes a row of a source, where it is not once: less of templates, of the noisy, of what is far
from news and of questions made of the sentence's own words; more of what people asked before they saw the text; nothing
of what states no licence. `unanswered` are the rows that came without an answer."""
NULL_SHARE = 0.8
"""Questions without an answer for each one with, made from the same row."""
SECOND_PASSAGE = 0.45
"""How often a question comes with a second passage that does not answer it."""
SIZES = (300, 1100)
"""Characters of a passage, drawn evenly between these; the library makes about 900."""
UNMARKED = 0.15
"""How often a question comes without its question mark, as people type."""
OUTLETS = ("", "", "Reuters", "AP", "The Herald", "Daily Courier", "Wikinews", "Evening Post", "Business Wire", "BBC")


@dataclass(frozen=True, slots=True)
class Group:
    """One question over its passages; `kind` says how it was made.

    For each passage its gold sentences (none where it does not answer) and the short answer as characters of its text
    (None where unknown).
    """

    pairs: tuple[Pair, ...]
    gold: tuple[tuple[int, ...], ...]
    answers: tuple[Span | None, ...]
    kind: str


def groups(material: Material, seed: int, synonyms: Synonyms | None = None) -> Iterator[Group | Judged]:
    """One pass over the material in an order of its own, the same for the same seed.

    With `synonyms`, questions and claims of every kind are reworded alike, so that an odd word says nothing by itself.
    """
    rng = random.Random(seed)
    items: list[Question | Judged] = [
        q for q in material.questions for _ in range(_times(q.source if q.gold else "unanswered", rng))
    ]
    items += [c for c in material.claims for _ in range(_times(c.kind, rng))]
    rng.shuffle(items)
    for made in _made_of(items, material, rng):
        yield _reworded(made, synonyms, rng) if synonyms else made


def _times(source: str, rng: random.Random) -> int:
    whole, rest = divmod(SHARES.get(source, 1.0), 1.0)
    return int(whole) + (rng.random() < rest)


def _reworded(made: Group | Judged, synonyms: Synonyms, rng: random.Random) -> Group | Judged:
    if isinstance(made, Judged):
        return replace(made, pair=Pair(synonyms.reword(made.pair.first, rng), made.pair.second))
    text = synonyms.reword(made.pairs[0].first, rng)
    return replace(made, pairs=tuple(Pair(text, p.second) for p in made.pairs))


def _made_of(items: Sequence[Question | Judged], material: Material, rng: random.Random) -> Iterator[Group | Judged]:
    for item in items:
        if isinstance(item, Judged):
            yield Judged(_with_header(item.pair, rng), item.label, item.kind)
            continue
        if not item.gold:
            yield _unanswered(item.text, [_passage(item.context, (), item.title, rng)], "given")
            continue
        if rng.random() < UNMARKED:
            item = replace(item, text=item.text.rstrip("? "))
        yield _answered(item, material, rng)
        if rng.random() < NULL_SHARE and (made := _without_answer(item, material, rng)):
            yield made
        if rng.random() < 0.35:
            yield from _statements(item, material, rng)


def pairs_of(item: Group | Judged) -> tuple[Pair, ...]:
    """The pairs that an item is read with."""
    return (item.pair,) if isinstance(item, Judged) else item.pairs


def _answered(q: Question, material: Material, rng: random.Random) -> Group:
    context, shift = _stitch(q, material, rng)
    spans = sentences_of(context)
    gold = [i for i, (a, b) in enumerate(spans) if any(a <= s + shift < b for s, _ in q.answers)]
    if not gold:
        gold = [i for i, (a, b) in enumerate(spans) if any(a <= q_a + shift < b for q_a in _starts(q))][:1]
    passage, kept = _window(context, gold, q.title, rng)
    index = tuple(kept.index(i) for i in gold if i in kept)
    answer = None
    if q.answers:
        start, end = q.answers[0]
        offset = start + shift - spans[kept[0]][0]
        if offset >= 0 and offset + end - start <= len(passage.text):
            answer = (offset, offset + end - start)
    pairs, golds, answers = [Pair(q.text, passage)], [index], [answer]
    if rng.random() < SECOND_PASSAGE and (other := _other_passage(q, material, rng)):
        pairs.append(Pair(q.text, other))
        golds.append(())
        answers.append(None)
    return Group(tuple(pairs), tuple(golds), tuple(answers), "answered")


def _without_answer(q: Question, material: Material, rng: random.Random) -> Group | None:
    """A near miss: the answering sentences taken out, another passage of the subject, or the question edited."""
    draw = rng.random()
    if draw < 0.25:
        context, shift = _stitch(q, material, rng)
        spans = sentences_of(context)
        said = {context[a + shift : b + shift].lower() for a, b in q.answers if b - a > 2}
        left = [(a, b) for a, b in spans if not any(s in context[a:b].lower() for s in said)]
        gold_spans = {i for i, (a, b) in enumerate(spans) if any(a <= s + shift < b for s in _starts(q))}
        left = [s for s in left if spans.index(s) not in gold_spans]
        if len(left) >= 2:
            text = " ".join(context[a:b] for a, b in left)
            return _unanswered(q.text, [_passage(text, (), q.title, rng)], "hole")
    if draw < 0.8 and (edited := edit_question(q, material, rng)):
        context, shift = _stitch(q, material, rng)
        spans = sentences_of(context)
        gold = [i for i, (a, b) in enumerate(spans) if any(a <= s + shift < b for s in _starts(q))]
        passage, _ = _window(context, gold, q.title, rng)
        return _unanswered(edited[0], [passage], edited[1])
    others = [p for _ in range(rng.choice((1, 1, 2))) if (p := _other_passage(q, material, rng))]
    return _unanswered(q.text, others, "other") if others else None


def edit_question(q: Question, material: Material, rng: random.Random) -> tuple[str, str] | None:
    """The question changed so that its passage does not answer it any more, and how; None where no edit applies."""
    spans, at = sentences_of(q.context), q.gold[0]
    other = rng.choice(material.of_title[q.title])
    draw = rng.random()
    if draw < 0.2 and (text := swap_word(q.text, q.context[slice(*spans[at])], rng.choice((q.context, other)), rng)):
        return text, "near word"
    around = q.context[spans[max(0, at - 1)][0] : spans[min(len(spans) - 1, at + 1)][1]]
    if draw < 0.4 and (text := ask_otherwise(q.text, around, rng)):
        return text, "near asked"
    names = find_names(q.context) if rng.random() < 0.5 else _names_of(other)
    names = [n for n in names if not any(n in q.context[a:b] for a, b in q.answers)]
    kinds = ["name", "number", "date", "opposite", "swapped"] if rng.random() < 0.85 else ["negation", "opposite"]
    text, kind = edit(q.text, names, rng, kinds)
    return (text, f"edited {kind}") if text else None


def _statements(q: Question, material: Material, rng: random.Random) -> Iterator[Judged]:
    """The answering sentence as a claim over the text around it, as it stands and with one edit."""
    spans = sentences_of(q.context)
    i = q.gold[0]
    a, b = spans[i]
    claim = q.context[a:b]
    if not 30 < len(claim) < 300:
        return
    first, last = max(0, i - rng.randint(0, 1)), min(len(spans), i + 1 + rng.randint(0, 1))
    evidence = PassageInput("", q.context[spans[first][0] : spans[last - 1][1]], ())
    made, kind = edit(claim, find_names(q.context) + _names_of(rng.choice(material.of_title[q.title])), rng)
    if made:
        yield Judged(_with_header(Pair(made, evidence), rng), SUPPORT.index("unsupported"), f"edited {kind}")
    if rng.random() < 0.4:
        yield Judged(_with_header(Pair(claim, evidence), rng), SUPPORT.index("supported"), "verbatim")
    if rng.random() < 0.25 and len(spans) >= 4:
        yield _two_facts(q.context, spans, rng)


def _two_facts(context: str, spans: Sequence[Span], rng: random.Random) -> Judged:
    """Two sentences as one claim over evidence that has both, one or none of them, among others."""
    said = sorted(rng.sample(range(len(spans)), 2))
    label = rng.randrange(3)
    gone = set(rng.sample(said, label))
    text = " ".join(context[a:b] for i, (a, b) in enumerate(spans) if i not in gone)[:900]
    if any(context[slice(*spans[i])] not in text for i in said if i not in gone):
        text, label = " ".join(context[slice(*spans[i])] for i in said), 0
    claim = " ".join(context[slice(*spans[i])] for i in said)
    return Judged(_with_header(Pair(claim, PassageInput("", text, ())), rng), label, f"two facts {SUPPORT[label]}")


def _other_passage(q: Question, material: Material, rng: random.Random) -> PassageInput | None:
    """A passage of the same title, or one that retrieval confuses with the right one; not one with the answer in it."""
    said = {q.context[a:b].lower() for a, b in q.answers}
    pool = material.near.get(q.text, []) if rng.random() < 0.6 else material.of_title[q.title]
    pool = pool or material.of_title[q.title]
    for _ in range(4):
        context = rng.choice(pool) if pool else q.context
        low = context.lower()
        if context != q.context and context[:60] not in q.context and not any(s in low for s in said):
            return _passage(context, (), q.title, rng)
    return None


def _unanswered(text: str, passages: Sequence[PassageInput], kind: str) -> Group:
    pairs = tuple(Pair(text, p) for p in passages)
    return Group(pairs, ((),) * len(pairs), (None,) * len(pairs), kind)


def _passage(context: str, gold: Sequence[int], title: str, rng: random.Random) -> PassageInput:
    return _window(context, gold, title, rng)[0]


def _window(context: str, gold: Sequence[int], title: str, rng: random.Random) -> tuple[PassageInput, list[int]]:
    """A run of sentences around the gold ones, about as long as a passage; and which they are."""
    spans = sentences_of(context)
    size = rng.uniform(*SIZES)
    first = gold[0] if gold else rng.randrange(len(spans))
    last = first
    while True:
        sides = [s for s in (first - 1, last + 1) if 0 <= s < len(spans)]
        if not sides:
            break
        side = rng.choice(sides)
        if max(spans[side][1], spans[last][1]) - min(spans[side][0], spans[first][0]) > size:
            break
        first, last = min(first, side), max(last, side)
    start, end = spans[first][0], spans[last][1]
    inside = tuple((a - start, b - start) for a, b in spans[first : last + 1])
    return PassageInput(make_header(title, rng), context[start:end], inside), list(range(first, last + 1))


def _stitch(q: Question, material: Material, rng: random.Random) -> tuple[str, int]:
    """A short context with others of its article around it, and by how many characters that moves it."""
    context, shift = q.context, 0
    others = material.of_title[q.title]
    if not q.title or len(others) < 2 or len(context) > 600:
        return context, shift
    size = rng.uniform(*SIZES)
    at = others.index(q.context)
    before, after = at - 1, at + 1
    said = {q.context[a:b] for a, b in sentences_of(q.context)}
    while len(context) < size and (before >= 0 or after < len(others)):
        follows = after < len(others) and (before < 0 or rng.random() < 0.5)
        other = others[after if follows else before]
        before, after = (before, after + 1) if follows else (before - 1, after)
        new = {other[a:b] for a, b in sentences_of(other)}
        if said & new:  # contexts of one paragraph overlap
            continue
        said |= new
        context = f"{context}\n\n{other}" if follows else f"{other}\n\n{context}"
        shift += 0 if follows else len(other) + 2
    return context, shift


def make_header(title: str, rng: random.Random) -> str:
    """What stands before a passage: the title (mostly), an outlet and a date (sometimes)."""
    if title.startswith("wiki1k:") or rng.random() < 0.1:
        title = ""
    parts = [title, rng.choice(OUTLETS)]
    if rng.random() < 0.5:
        parts.append(f"{rng.randint(1995, 2026)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}")
    return ", ".join(p for p in parts if p)


def _with_header(pair: Pair, rng: random.Random) -> Pair:
    header = make_header("", rng) if rng.random() < 0.5 else ""
    return Pair(pair.first, PassageInput(header, pair.second.text, ()))


@lru_cache(maxsize=20_000)
def _names_of(context: str) -> list[str]:
    return find_names(context)


def _starts(q: Question) -> list[int]:
    spans = sentences_of(q.context)
    return [spans[i][0] for i in q.gold]

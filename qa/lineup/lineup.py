"""Claims and the retrieved evidence -> what other articles say of the same thing, lined up by date.

What two sentences have in common, and whether it agrees, is in qa/lineup/contrast.py. Nothing is averaged, nothing
chosen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from corpus.language import DEFAULT_LANGUAGE
from corpus.stem import STOP_WORDS, query_stems, stems
from corpus.types import Article, day_of
from qa.kinds import kind_of
from qa.lineup.alike import agree
from qa.lineup.close import Meanings, gather_meanings, match_close
from qa.lineup.contrast import Match, contrast
from qa.lineup.near import find_changes
from qa.lineup.stated import Fact
from qa.lineup.told import LEAD, Told, same_story, tell_sentence
from qa.retrieve import Evidence, Retrieval, stems_of
from qa.types import Claim
from qa.versions import SAME_TIME, Lineup, Relation, Version

MOST_VERSIONS = 6
MOST_PASSAGES = 24
"""Passages, best first, whose sentences are compared."""
NEAR_COPY = 0.8
"""Two sentences that share this much of their words (Jaccard) are one sentence, copied."""
_tallies_words = """
DEAD HURT ILL MISSING SURVIVE EVACUATE ARREST
"""
_TALLIES = frozenset(_tallies_words.split())
"""What is counted anew every day: two days make a change, no disagreement."""
_CHANGED = (
    r"\b(?:now|rose|risen|rises|raised|revised|corrected|updated|no longer|instead|up from|down from|put off|postponed"
    r"|delayed|slip\w*|will not (?:open|start)|new date|final|latest|has since|later than|cut (?:to|its|the)|shrinks?"
    r"|revers\w+|after all|shrank|narrow\w*|has (?:been )?(?:changed|moved))\b"
)
_FIGURE = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty|dozen|den(?:y|ies|ied)|false|no)\b",
    re.IGNORECASE,
)
_SMALL = frozenset(stem for word in STOP_WORDS for stem in stems(word))
_MOVED = re.compile(_CHANGED, re.IGNORECASE)
_DISPUTE = re.compile(
    r"\b(?:disput\w+|den(?:y|ies|ied|ying)|reject\w*|disagree\w*|contradict\w*|insist\w*|by the \S+ count|accus\w+)\b",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Row:
    """One version while it is put together: the sentence, its words, and who else says the same."""

    told: Told
    article: Article
    said: str
    of: str
    others: list[Article] = field(default_factory=list)


def line_up(claims: Sequence[Claim], retrieval: Retrieval) -> tuple[Lineup, ...]:
    """What the evidence says of the claims' numbers, dates, names and denials, that which differs first.

    All of it: what an answer shows is in qa/lineup/asked.py. English only: none in a library of another language.
    """
    if retrieval.language != DEFAULT_LANGUAGE:
        return ()
    pool = _pool(retrieval.ranked or retrieval.evidence, claims)
    meanings = gather_meanings((retrieval.ranked or retrieval.evidence)[:MOST_PASSAGES])
    by_place = {(t.article_id, t.start): (t, a) for t, a in pool}
    found: list[tuple[float, Lineup]] = []
    taken: set[tuple[str, int, str]] = set()
    for number, claim in enumerate(claims):
        if claim.kind != "claim":
            continue
        for cite in claim.citations:
            inside = [
                v for (id_, start), v in by_place.items() if id_ == cite.article_id and cite.start <= start < cite.end
            ]
            for told, article in inside:
                for lineup, rank in line_up_sentence(told, article, pool, retrieval.question, meanings):
                    first = [(v.article_id, v.start, v.said) for v in lineup.versions]
                    if taken & set(first):
                        _join(found, lineup, number)
                        continue
                    taken |= set(first)
                    found.append((rank, _of_claims(lineup, (number,))))
    found.sort(key=lambda f: (f[1].relation == "agree", -f[0]))
    return tuple(lineup for _, lineup in found)


def _join(found: list[tuple[float, Lineup]], lineup: Lineup, number: int) -> None:
    """The claim is one more that says a version of what is lined up already."""
    places = {(v.article_id, v.start, v.said) for v in lineup.versions}
    for i, (rank, other) in enumerate(found):
        if places & {(v.article_id, v.start, v.said) for v in other.versions}:
            found[i] = rank, _of_claims(other, (*other.claims, number))
            return


def _of_claims(lineup: Lineup, claims: Iterable[int]) -> Lineup:
    return Lineup(lineup.of, lineup.relation, lineup.versions, tuple(dict.fromkeys(claims)))


def line_up_sentence(
    told: Told,
    article: Article,
    pool: Sequence[tuple[Told, Article]],
    question: str = "",
    meanings: Meanings | None = None,
) -> list[tuple[Lineup, float]]:
    """What the pool says of each thing that a sentence states, with how much the question asks for it."""
    by_thing: dict[tuple[str, int], list[tuple[Match, Told, Article]]] = {}
    for other, source in pool:
        if not same_story(told.around, other.around):
            continue
        if (other.article_id, other.start) == (told.article_id, told.start) or is_copy(told, other):
            if source.id != article.id:
                by_thing.setdefault(("copy", 0), []).append((Match("number", "", "", 0, True, 1.0), other, source))
            continue
        found = contrast(told, other)
        if meanings and source.id != article.id:
            found += tuple(match_close(told, other, meanings.near(told, other), {match.kind for match in found}))
        for match in found:
            if source.id == article.id and not _two_sides(told, other, match, article):
                continue
            by_thing.setdefault((match.kind, match.at), []).append((match, other, source))
    copies = [source for _, _, source in by_thing.pop(("copy", 0), [])]
    out = []
    for matches in by_thing.values():
        rows = _rows(told, article, matches, copies)
        if len(rows) > 1 or len({a.outlet or a.id for a in _independent(rows[0])}) > 1:
            lineup = _lineup(rows, matches)
            out.append((lineup, _asked(lineup, told, matches[0][0], question)))
    return out


def _two_sides(told: Told, other: Told, match: Match, article: Article) -> bool:
    """Whether two sentences of one article give two sides: other speakers, or a word of dispute."""
    if match.agrees or match.kind not in ("number", "date"):
        return False
    one, two = told.statement.who, other.statement.who
    return bool(one and two and one != two and not set(one.split()) & set(two.split())) or bool(
        _DISPUTE.search(article.text[max(0, other.start - 80) : other.end])
    )


def _rows(
    told: Told, article: Article, matches: Sequence[tuple[Match, Told, Article]], copies: list[Article]
) -> list[_Row]:
    rows = [_Row(told, article, matches[0][0].one, matches[0][0].kind, list(copies))]
    best: dict[tuple[str, str], tuple[float, Match, Told, Article]] = {}
    for match, other, source in matches:
        key = (source.id, "" if match.agrees else match.other)
        if key not in best or match.near > best[key][0]:
            best[key] = (match.near, match, other, source)
    differing = {source.id for (_, said), (_, _, _, source) in best.items() if said}
    for (_, _), (_, match, other, source) in sorted(best.items(), key=lambda b: (-b[1][0], b[0])):
        if match.agrees:
            if source.id != article.id and source.id not in differing:
                rows[0].others.append(source)
                rows[0].of = match.kind
            continue
        for row in rows[1:]:
            if is_copy(row.told, other) or (match.other and _same_said(row, match.other, other)):
                row.others.append(source)
                break
        else:
            rows.append(_Row(other, source, match.other, match.kind))
    return rows


def _same_said(row: _Row, said: str, told: Told) -> bool:
    """Whether a row has what another sentence says, in whatever form."""
    mine = next((f for f in row.told.statement.facts if f.text == row.said), None)
    theirs = next((f for f in told.statement.facts if f.text == said), None)
    if mine is None or theirs is None:
        return row.said.lower() == said.lower()
    return mine.kind == theirs.kind and agree(mine, theirs)


def _independent(row: _Row) -> list[Article]:
    """The articles that say it, near-copies of one once: the earliest."""
    kept: list[Article] = []
    for article in [row.article, *row.others]:
        if not any(a.id == article.id or _copied(a, article) for a in kept):
            kept.append(article)
    return kept


@lru_cache(maxsize=1024)
def _shingles(text: str) -> frozenset[str]:
    words = re.findall(r"\w+", text.lower())[:400]
    return frozenset(" ".join(words[i : i + 4]) for i in range(0, max(1, len(words) - 3)))


def _copied(one: Article, other: Article) -> bool:
    a, b = _shingles(one.text[:2500]), _shingles(other.text[:2500])
    return len(a & b) >= 0.5 * min(len(a), len(b))


def is_copy(one: Told, other: Told) -> bool:
    """Whether two sentences are one, copied with small changes that change nothing of what is said."""
    a, b = one.words, other.words
    if abs(len(a) - len(b)) > 4 or len(a) <= 5 or len(a & b) < NEAR_COPY * len(a | b) or len(a ^ b) > 4:
        return False
    return not find_changes(one.text, other.text)


def _lineup(rows: list[_Row], matches: Sequence[tuple[Match, Told, Article]]) -> Lineup:
    rows = sorted(rows, key=lambda row: row.told.day or date.min, reverse=True)
    relation: Relation = "agree"
    if len(rows) > 1:
        relation = "changed"
        for i, newer in enumerate(rows):
            for older in rows[i + 1 :]:
                if _at_odds(newer, older):
                    relation = "disagree"
    of = next((row.of for row in rows), "number")
    return Lineup(of, relation, tuple(_version(row) for row in rows[:MOST_VERSIONS]), ())  # type: ignore[arg-type]


def _at_odds(newer: _Row, older: _Row) -> bool:
    """Whether two versions stand against each other, rather than one after the other."""
    if newer.article.id == older.article.id:
        return True
    a, b = newer.told.day, older.told.day
    if a is None or b is None:
        return True
    apart = abs((a - b).days)
    if newer.of == "number" and apart and any(f.of in _TALLIES for f in newer.told.statement.facts):
        return False
    if any(f.former and f.kind == g.kind and agree(f, g) for f in newer.told.statement.facts for g in _said_in(older)):
        return False  # "131, not the 112 on the list"
    return apart <= SAME_TIME and not (apart and _MOVED.search(newer.told.text))


def _said_in(row: _Row) -> list[Fact]:
    return [fact for fact in row.told.statement.facts if fact.text == row.said]


def _version(row: _Row) -> Version:
    article, told = row.article, row.told
    outlets = tuple(dict.fromkeys(a.outlet or a.title for a in _independent(row)))
    return Version(
        row.said, article.id, article.title, article.outlet, article.url, article.published_text, told.start, told.end,
        article.text[told.start : told.end], told.statement.who, told.statement.denies, outlets,
        article.page_at(told.start),
    )  # fmt: skip


def _asked(lineup: Lineup, told: Told, match: Match, question: str) -> float:
    """How much the question asks for what is lined up: its kind, and the words around it."""
    kind = kind_of(question)
    wanted = {"money": "number", "number": "number", "date": "date", "name": "name"}.get(kind, "")
    asked = set(query_stems(question)) if question else set()
    near = set(stems(told.text[max(0, match.at - 60) : match.at + 60]))
    return (
        (2.0 if wanted and wanted == lineup.of else 0.0)
        + len(asked & near) / max(1, len(asked))
        + len(lineup.versions) / 20
    )


def _pool(ranked: Sequence[Evidence], claims: Sequence[Claim]) -> list[tuple[Told, Article]]:
    """The sentences to compare: of the claims' own articles, and of those that share a word of a title or figures.

    Reading a sentence takes longer than comparing it, so what can have nothing in common is not read.
    """
    cited = {cite.article_id for claim in claims for cite in claim.citations}
    titles = frozenset().union(*(e.title_stems for e in ranked if e.article.id in cited)) - _SMALL
    said = frozenset(stem for claim in claims for stem in stems_of(claim.text)) - _SMALL
    seen: dict[tuple[str, int], tuple[Told, Article]] = {}
    for evidence in ranked[:MOST_PASSAGES]:
        article = evidence.article
        own = article.id in cited
        if not own and len((titles | said) & evidence.found) < 2:
            continue
        for sentence, found in zip(evidence.stored.sentences, evidence.stems, strict=True):
            key = (article.id, sentence.start)
            text = article.text[sentence.start : sentence.end]
            if key not in seen and (own or len(said.intersection(found)) > 1 or _FIGURE.search(text)):
                seen[key] = tell(article, sentence.start, sentence.end), article
    return list(seen.values())


def tell(article: Article, start: int, end: int) -> Told:
    """A sentence of an article with what it takes to compare it."""
    text = article.text
    return tell_sentence(article.id, start, end, text[start:end], article.title, text[:LEAD], day_of(article.published))

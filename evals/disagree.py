"""Pairs of articles that say the same of a thing, or something else: does the lining up tell? Generated, fixed seed.

Sentences come from templates (evals/pairs; the report half's are other ones than the tuning half's) and from the sample
articles, edited. Harmless differences are among those that agree. Pure, but for reading the templates.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import zip_longest
from pathlib import Path
from typing import Any, Literal

from corpus.split import split_sentences
from corpus.types import Article
from evals.edits import EDITS
from qa.facts import names_of
from qa.lineup.close import Meanings
from qa.lineup.lineup import line_up_sentence, tell

TEMPLATES = Path(__file__).parent / "pairs"
START = date(2026, 3, 2)
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_SMALL = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_GAPS = (0, 1, 2, 9, 31)
_OUTLETS = ("Morning Mail", "City Wire", "The Beacon", "Daily Post", "Coast Radio", "The Ledger")
_KM_PER_MILE = 1.609344

Half = Literal["tune", "report"]


@dataclass(frozen=True, slots=True)
class ArticlePair:
    """Two articles, the second sentence of the first being the claim; `differs`: the other says something else of it.

    `kind` is number, date, name or negation, `how` in what way the two were made to differ or to agree.
    """

    one: Article
    other: Article
    kind: str
    how: str
    differs: bool


def make_pairs(half: Half, n: int = 400, seed: int = 0) -> list[ArticlePair]:
    """`n` pairs from the templates of one half, each topic as often, differing and agreeing by turns."""
    data = json.loads((TEMPLATES / f"{half}.json").read_text("utf-8"))
    rng = random.Random(f"{half} {seed}")
    out: list[ArticlePair] = []
    while len(out) < n:
        for topic in data["topics"]:
            for differs in (True, False):
                out.append(_pair(topic, data["names"], rng, differs, len(out)))
    return out[:n]


def edit_pairs(articles: Sequence[Article], seed: int = 0, most: int = 60) -> list[ArticlePair]:
    """Up to `most` pairs an edit: a sentence of an article, and another article that has it edited."""
    rng = random.Random(f"edits {seed}")
    sentences = [(a, " ".join(a.text[s:e].split())) for a in articles for s, e in split_sentences(a.text)]
    sentences = [(a, t) for a, t in sentences if 8 <= len(t.split()) <= 40 and t[-1] == "." and t[0].isalpha()]
    rng.shuffle(sentences)
    names = sorted({name for _, text in sentences for name in names_of(text) if len(name) > 3})
    made: dict[str, list[ArticlePair]] = {}
    for article, text in sentences:
        for edit in ("number", "date", "name", "negation", "reworded"):
            group = made.setdefault(edit, [])
            if len(group) >= most or not (changed := EDITS[edit](text, rng, names)) or changed == text:
                continue
            first = article.text.split("\n\n")[0]
            day = START if article.published is None else article.published
            one = _article("one", article.title, [first, text], day, article.outlet)
            other = _article("other", article.title, [first, changed], day, "Another Paper")
            group.append(
                ArticlePair(one, other, edit if edit != "reworded" else "any", f"edited: {edit}", edit != "reworded")
            )
    return [pair for group in made.values() for pair in group]


def differs(pair: ArticlePair, meanings: Meanings | None = None) -> str:
    """What the lining up makes of a pair: `changed`, `disagree`, or "" where it sees no difference."""
    claim, *_ = [s for s in split_sentences(pair.one.text) if pair.one.text[s[0] : s[1]].strip() == _claim_of(pair.one)]
    told = tell(pair.one, *claim)
    pool = [(tell(a, s, e), a) for a in (pair.one, pair.other) for s, e in split_sentences(a.text)]
    found = [lineup for lineup, _ in line_up_sentence(told, pair.one, pool, "", meanings)]
    return next((lineup.relation for lineup in found if lineup.relation != "agree"), "")


@dataclass(frozen=True, slots=True)
class Row:
    """Of `n` pairs made in one way, how many were said to differ."""

    kind: str
    how: str
    differs: bool
    n: int
    said: int


def measure_pairs(pairs: Sequence[ArticlePair], meanings: Sequence[Meanings] = ()) -> list[Row]:
    """By kind and way, how many pairs were said to differ; with the pairs' `meanings`, as a library has them."""
    rows: dict[tuple[bool, str, str], list[bool]] = {}
    for pair, near in zip_longest(pairs, meanings):
        rows.setdefault((not pair.differs, pair.kind, pair.how), []).append(bool(differs(pair, near)))
    return [Row(kind, how, not same, len(said), sum(said)) for (same, kind, how), said in sorted(rows.items())]


def shares(rows: Sequence[Row]) -> dict[str, float]:
    """The two figures: the share of differences that were found, and of agreeing pairs that raised an alarm."""
    out = {}
    for name, which in (("found", True), ("false alarms", False)):
        chosen = [row for row in rows if row.differs is which]
        out[name] = sum(row.said for row in chosen) / max(1, sum(row.n for row in chosen))
    return out


def _claim_of(article: Article) -> str:
    return article.text.split("\n\n")[1]


def _article(id_: str, title: str, parts: Sequence[str], day: Any, outlet: str) -> Article:
    return Article(id_, title, "\n\n".join(parts), outlet, published=day)


def _pair(
    topic: Mapping[str, Any], names: Mapping[str, list[str]], rng: random.Random, differ: bool, at: int
) -> ArticlePair:
    who = {key: rng.choice(values) for key, values in names.items()}
    days = START + timedelta(days=rng.randrange(60))
    later = days + timedelta(days=rng.choice(_GAPS))
    kind = topic["kind"]
    beside = rng.sample(topic["beside"], 2)
    how, one_says, other_says, other_who = _sides(topic, names, who, rng, differ, days, later)
    outlets = rng.sample(_OUTLETS, 2)
    made = []
    for n, (says, day, fill) in enumerate(((one_says, days, who), (other_says, later, other_who))):
        lead = rng.choice(topic["lead"])
        parts = [lead, says, beside[n]] if says else [lead, beside[n]]
        extra = {
            "day": rng.choice(_DAYS),
            "m": rng.randrange(2, 90),
            "e": _spell(START - timedelta(days=rng.randrange(30, 90))),
        }
        parts = [_fill(part, fill | {k: str(v) for k, v in extra.items()}) for part in parts]
        made.append(_article(f"{at}-{n}", parts[0].rstrip("."), parts, day, outlets[n]))
    return ArticlePair(made[0], made[1], kind, how, differ)


def _fill(text: str, values: Mapping[str, str]) -> str:
    for key, value in values.items():
        text = text.replace("{" + key + "}", value)
        if key == "n":
            text = text.replace("{N}", value[:1].upper() + value[1:])
    return text


def _sides(
    topic: Mapping[str, Any], names: Mapping[str, list[str]], who: dict[str, str], rng: random.Random, differ: bool,
    day: date, later: date,
) -> tuple[str, str, str, dict[str, str]]:  # fmt: skip
    """How the two are made, and the sentence of each; none for the other where it speaks of other things only."""
    kind = topic["kind"]
    if kind == "negation":
        one, other = rng.choice((("yes", "no"), ("no", "yes"))) if differ else rng.choice((("yes",) * 2, ("no",) * 2))
        first = rng.choice(topic[one])
        second = rng.choice([s for s in topic[other] if s != first] or topic[other])
        if not differ and rng.random() < 0.4:
            return (
                "other subject",
                first,
                rng.choice(topic["no" if one == "yes" else "yes"]),
                _elsewhere(names, who, rng),
            )
        return ("denied" if differ else "other words"), first, second, who
    first, second = rng.sample(topic["says"], 2)
    if not differ:
        chance = rng.random()
        if chance < 0.2:
            return "other things", _valued(first, topic, who, rng, day), "", who
        if chance < 0.4:
            elsewhere = _elsewhere(names, who, rng)
            return (
                "other subject",
                _valued(first, topic, who, rng, day),
                _valued(second, topic, elsewhere, rng, later),
                elsewhere,
            )
    if kind == "number":
        low, high = topic["range"]
        value = rng.randrange(low, high)
        if differ:
            new = value
            while abs(new - value) < max(2, 0.12 * value):
                new = rng.randrange(max(low, value // 3), min(high, 3 * value) + 1)
            a, b = (_write(v, topic, rng.choice(("plain", "plain", "hedged")), rng) for v in (value, new))
            how = "other number"
        else:
            how, a, b = _harmless(value, topic, rng)
        return how, _counted(first, a), _counted(second, b), who
    if kind == "date":
        when = max(day, later) + timedelta(days=rng.randrange(1, 60))
        if differ:
            other_day = when + timedelta(days=rng.choice((1, 2, 7, 14, 31, 61)))
            return "other date", first.replace("{d}", _spell(when)), second.replace("{d}", _spell(other_day)), who
        ways = ["same date", "with year", "day first"]
        if (when - later).days < 6:
            ways = ["weekday"]
        how = rng.choice(ways)
        b = {
            "same date": _spell(when), "with year": f"{_spell(when)}, {when.year}",
            "day first": f"{when.day} {when:%B}", "weekday": f"{when:%A}",
        }[how]  # fmt: skip
        return how, first.replace("{d}", _spell(when)), second.replace("{d}", b), who
    slot = "O" if "{W}" not in first else "W"
    if differ:
        others = who | {slot: rng.choice([n for n in names[slot] if n != who[slot]])}
        return "other name", first, second, others
    if slot == "W" and rng.random() < 0.4:
        return "surname", first, second, who | {"W": rng.choice(("Ms. ", "Mr. ")) + who["W"].split()[-1]}
    return "other words", first, second, who


def _elsewhere(names: Mapping[str, list[str]], who: Mapping[str, str], rng: random.Random) -> dict[str, str]:
    return {key: rng.choice([n for n in values if n != who[key]]) for key, values in names.items()}


def _valued(says: str, topic: Mapping[str, Any], who: Mapping[str, str], rng: random.Random, day: date) -> str:
    if topic["kind"] == "date":
        return says.replace("{d}", _spell(day + timedelta(days=rng.randrange(3, 60))))
    if topic["kind"] == "number":
        written = _write(rng.randrange(*topic["range"]), topic, "plain", rng)
        return _counted(says, written)
    return says


def _harmless(value: int, topic: Mapping[str, Any], rng: random.Random) -> tuple[str, str, str]:
    ways = ["same number", "hedged"]
    if topic.get("unit"):
        ways += ["other unit"] * 2
    elif not topic.get("percent") and not topic.get("money"):
        ways += ["in words"] if value <= 12 else ["about", "more than"]
    elif topic.get("money"):
        ways += ["in full", "about"]
    else:
        ways += ["about"]
    how = rng.choice(ways)
    plain = _write(value, topic, "plain", rng)
    if how == "same number":
        return how, plain, plain
    if how == "hedged":
        return how, plain, _write(value, topic, "hedged", rng)
    if how == "in words":
        return how, plain, _SMALL[value]
    if how == "other unit":
        return how, plain, f"{value / _KM_PER_MILE:.0f} miles"
    if how == "in full":
        return how, plain, f"${value * 1_000_000:,}"
    step = max(5, 10 ** (len(str(value)) - 2) * 5)
    rough = value // step * step if how == "more than" else round(value / step) * step
    if rough in (0, value) or abs(rough - value) > 0.09 * value:
        return "same number", plain, plain
    word = "more than" if how == "more than" else rng.choice(("about", "around", "some", "roughly"))
    return how, plain, f"{word} {_write(rough, topic, 'plain', rng)}"


def _write(value: int, topic: Mapping[str, Any], how: str, rng: random.Random) -> str:
    hedge = rng.choice(("at least ", "about ", "some ", "nearly ")) if how == "hedged" else ""
    if topic.get("money"):
        return f"{hedge}${value} million"
    if topic.get("percent"):
        return f"{hedge}{value} percent"
    if unit := topic.get("unit"):
        return f"{hedge}{value} {unit}"
    return hedge + (_SMALL[value] if value <= 10 else f"{value:,}")


def _counted(says: str, number: str) -> str:
    return says.replace("{n}", number).replace("{N}", _cap(number))


def _cap(text: str) -> str:
    return text[:1].upper() + text[1:]


def _spell(day: date) -> str:
    return f"{day:%B} {day.day}"


def make_part(part: str, seed: int, n: int, articles: Sequence[Article]) -> list[ArticlePair]:
    """The pairs of a half of the templates (`tune`, `report`), or of the articles' sentences (`edited`)."""
    if part == "edited":
        return edit_pairs(articles, seed)
    return make_pairs("tune" if part == "tune" else "report", n, seed)

"""Questions about time over stories that change: is the answer that of the day asked from? Generated, fixed seed.

Templates are in evals/timelines, those of the two halves different ones; the sample articles are in the library too.
Every question is asked as of a day. An answer follows that day where its first claim (of a digest, any) has the figure
that was the newest one in the days that the question asks for. Not here: asking them (measure_times is given a way to).
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

from corpus.types import Article
from qa.dates import spell_day
from qa.types import Answer, Turn

TEMPLATES = Path(__file__).parent / "timelines"
START = date(2026, 1, 5)  # a Monday
VERSIONS = 4
_GAPS = (4, 9, 15, 23)
_OUTLETS = ("Morning Mail", "City Wire", "The Beacon", "Daily Post")
COPIED = "Copied "
"""An outlet that has another's story; the day on which it had it follows in its name, since only its name is shown."""
COMMANDS = ("shorter", "show more sources", "only from City Wire", "what about the later report?", "and when?")
_MONTHS = ["October", "November", "December"]

Half = Literal["tune", "report"]
Kind = Literal[
    "sweep", "newest", "sample", "as of", "known", "since", "before", "event", "month", "week", "yesterday", "first",
    "alone", "digest", "command",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class TimeCase:
    """One question as of a day: the answers that follow it, and the days (ISO, None open) that it is to be read as.

    `values` is empty where nothing is known yet; for an event they are the days that it may be read as. `days` is None
    where no article may be left out.
    """

    kind: Kind
    question: str
    as_of: date
    values: tuple[str, ...]
    days: tuple[str | None, str | None] | None = None
    history: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True)
class TimeResult:
    """What became of a case: whether its answer follows, its days were read as meant, and what it names too late."""

    case: TimeCase
    follows: bool
    read: bool
    n_cited: int
    later: tuple[str, ...]
    outside: int
    text: str


@dataclass(frozen=True, slots=True)
class _Version:
    day: date
    value: str


def make_times(half: Half, seed: int = 0) -> tuple[list[Article], list[TimeCase]]:
    """Articles and cases of one half."""
    data = json.loads((TEMPLATES / f"{half}.json").read_text("utf-8"))
    rng = random.Random(f"{half} {seed}")
    articles, cases = list[Article](), list[TimeCase]()
    for n, place in enumerate(data["places"]):
        story = data["stories"][n % len(data["stories"])]
        versions = _versions(story, rng, START + timedelta(days=rng.randrange(60)))
        articles += [_article(story, place, version, i, rng) for i, version in enumerate(versions)]
        articles.append(_copy(articles[-len(versions)]))
        cases += _sweep(story, place, versions, n)
        cases += _ranges(story, place, versions, n)
    end = START + timedelta(days=200)
    cases += [TimeCase("alone", question, end, ()) for question in data["alone"]]
    return articles, cases


def sample_times(half: Half) -> Iterator[TimeCase]:
    """What changes in the sample articles, asked from days between the changes."""
    data = json.loads((TEMPLATES / "sample.json").read_text("utf-8"))
    for event in data["events"]:
        if event["half"] == half:
            first = (min(event["days"]), None)
            yield TimeCase("event", event["question"], date(2026, 7, 20), tuple(event["days"]), first)
    for fact in data["facts"]:
        if fact["half"] != half:
            continue
        days = [date.fromisoformat(day) for day, _ in fact["versions"]]
        for i, (_, values) in enumerate(fact["versions"]):
            after = days[i + 1] if i + 1 < len(days) else days[i] + timedelta(days=30)
            for as_of in dict.fromkeys((days[i], after - timedelta(days=1))):
                yield from (TimeCase("sample", q, as_of, tuple(values)) for q in fact["ask"])
        yield TimeCase("sample", fact["ask"][0], days[0] - timedelta(days=1), ())


def command_times(cases: Iterable[TimeCase], ask: Callable[[str], Answer]) -> Iterator[TimeCase]:
    """Commands over an answer that was given today, asked as of the days of some cases: nothing later may come back."""
    for n, case in enumerate(case for case in cases if case.kind == "sweep"):
        if n % 5 == 1:
            now = ask(case.question)
            turns = (Turn("user", case.question), Turn("assistant", now.text, answer=now))
            yield from (TimeCase("command", said, case.as_of, (), history=turns) for said in COMMANDS)


def measure_times(cases: Iterable[TimeCase], ask: Callable[[TimeCase], Answer]) -> list[TimeResult]:
    """Every case asked and judged."""
    return [judge(case, ask(case)) for case in cases]


def judge(case: TimeCase, answer: Answer) -> TimeResult:
    """What became of a case."""
    said = [claim.text for claim in answer.claims if claim.kind == "claim"]
    told = said if case.kind in ("since", "before", "event", "month", "week", "yesterday", "digest") else said[:1]
    follows = any(value in text for value in case.values for text in told) if case.values else True
    when = answer.when
    only = (when.first, when.last) if when and when.only else None
    is_read = only == case.days
    if case.kind == "event":
        follows = is_read = only is not None and only[0] in case.values
    later = tuple(day for day in days_named(answer) if day > case.as_of.isoformat())
    first, last = case.days or (None, None)
    cited = [cite.published[:10] for cite in answer.citations if cite.published]
    outside = sum((first is not None and day < first) or (last is not None and day > last) for day in cited)
    return TimeResult(case, follows, is_read, len(cited), later, outside, " ".join(told)[:200])


def days_named(answer: Answer) -> list[str]:
    """The publication day of everything that an answer names: cited, lined up, read, near, offered."""
    days = [cite.published for cite in answer.citations]
    days += [source.published for source in (*answer.also_read, *answer.nearest)]
    days += [choice.published for choice in answer.choices]
    days += [version.published for lineup in answer.lineups for version in lineup.versions]
    days += [one.published for cite in answer.citations for one in cite.instead]
    outlets = [name for cite in answer.citations for name in cite.also]
    outlets += [name for lineup in answer.lineups for version in lineup.versions for name in version.outlets]
    days += [name.removeprefix(COPIED) for name in outlets if name.startswith(COPIED)]
    return [day[:10] for day in days if day] + (days_named(answer.built_in) if answer.built_in else [])


def share_times(results: Sequence[TimeResult]) -> dict[str, float]:
    """Shares: `follows` of the cases with an answer, `days read` of those with days or none, `not later` of all."""
    known = [r for r in results if r.case.values]
    dated = [r for r in results if r.case.days or r.case.kind == "alone"]
    n_cited = sum(r.n_cited for r in results)
    follows = {"follows": sum(r.follows for r in known) / len(known)} if known else {}
    read = {"days read": sum(r.read for r in dated) / len(dated)} if dated else {}
    return {
        "cases": len(results),
        **follows,
        **read,
        "inside": 1 - sum(r.outside for r in results) / max(1, n_cited),
        "not later": sum(not r.later for r in results) / max(1, len(results)),
    }


def by_kind(results: Sequence[TimeResult]) -> dict[str, list[TimeResult]]:
    """The results of each kind of case, in the order of first appearance."""
    found: dict[str, list[TimeResult]] = {}
    for result in results:
        found.setdefault(result.case.kind, []).append(result)
    return found


def _sweep(story: Mapping[str, Any], place: str, versions: Sequence[_Version], n: int) -> Iterator[TimeCase]:
    ask = story["ask"][n // len(story["ask"]) % len(story["ask"])].format(P=place)
    yield TimeCase("sweep", ask, versions[0].day - timedelta(days=1), ())
    yield TimeCase("sweep", ask, versions[0].day, (versions[0].value,))
    for i, version in enumerate(versions):
        after = versions[i + 1].day if i + 1 < len(versions) else version.day + timedelta(days=40)
        as_of = version.day + timedelta(days=(after - version.day).days // 2)
        yield TimeCase("sweep", ask, as_of, (version.value,))
        yield TimeCase("digest", f"What is new about {story['about'].format(P=place)}?", as_of, (version.value,))
        if i % 2 == n % 2:
            yield TimeCase("newest", story["latest"].format(P=place), after - timedelta(days=1), (version.value,))


def _ranges(story: Mapping[str, Any], place: str, versions: Sequence[_Version], n: int) -> Iterator[TimeCase]:
    about, ask = story["about"].format(P=place), story["ask"][0].format(P=place)
    today = versions[-1].day + timedelta(days=12)
    one, other = versions[n % 3], versions[n % 3 + 1]
    day = one.day + timedelta(days=1)  # a day between two versions: the gaps are longer
    iso, spelled = day.isoformat(), spell_day(day)
    yield TimeCase("as of", f"As of {spelled}, {ask[0].lower()}{ask[1:]}", today, (one.value,), (None, iso))
    known = story["known"].format(P=place, D=spelled)
    yield TimeCase("known", known, today, (one.value,), (None, iso))
    newest = versions[-1].value
    yield TimeCase("since", f"What has been reported about {about} since {spelled}?", today, (newest,), (iso, None))
    before = (day - timedelta(days=1)).isoformat()
    yield TimeCase("before", f"What was reported about {about} before {spelled}?", today, (one.value,), (None, before))
    monday = other.day - timedelta(days=other.day.weekday())
    week = (monday.isoformat(), (monday + timedelta(days=6)).isoformat())
    yield TimeCase(
        "week", f"What was reported last week about {about}?", monday + timedelta(days=9), (other.value,), week
    )
    on = (other.day.isoformat(), (other.day + timedelta(days=1)).isoformat())
    yesterday = f"What was said yesterday about {about}?"
    yield TimeCase("yesterday", yesterday, other.day + timedelta(days=1), (other.value,), on)
    first = other.day.replace(day=1)
    end = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    in_month = [v.value for v in versions if first <= v.day <= end]
    month = f"What did the articles of {first:%B} {first.year if n % 2 else ''}".strip()
    yield TimeCase("month", f"{month} say about {about}?", today, tuple(in_month), (first.isoformat(), end.isoformat()))
    yield TimeCase("first", f"What figure did the first reports give of {about}?", today, (versions[0].value,))


def _copy(article: Article) -> Article:
    """The same story in another outlet, two days later."""
    assert article.published is not None
    day, name = article.published + timedelta(days=2), f"{article.id}-copy"
    return replace(article, id=name, outlet=f"{COPIED}{day}", published=day, source=name)


def _versions(story: Mapping[str, Any], rng: random.Random, day: date) -> list[_Version]:
    values = _values(story, rng)
    gaps = rng.sample(_GAPS, len(_GAPS))
    out = []
    for value, gap in zip(values, gaps, strict=True):
        out.append(_Version(day, value))
        day += timedelta(days=gap)
    return out


def _values(story: Mapping[str, Any], rng: random.Random) -> list[str]:
    if story["step"] == "date":
        days = sorted(rng.sample(range(1, 28), VERSIONS))
        return [f"{day} {_MONTHS[i % len(_MONTHS)]}" for i, day in enumerate(days)]
    low, high = story["range"]
    numbers = (
        rng.sample(range(max(low, 13), max(high, 13 + VERSIONS)), VERSIONS)
        if high > 20
        else rng.sample(range(low, high), VERSIONS)
    )
    ordered = sorted(numbers, reverse=story["step"] == "down") if story["step"] != "any" else numbers
    return [str(number) for number in ordered]


def _article(story: Mapping[str, Any], place: str, version: _Version, i: int, rng: random.Random) -> Article:
    title = story["title"][i % len(story["title"])].format(P=place)
    says = story["says"][i % len(story["says"])].format(P=place, n=version.value)
    filler = rng.sample(story["filler"], 2)
    name = f"{place}-{i}".lower().replace(" ", "-")
    text = f"{says} {filler[0]}\n\n{filler[1]}"
    return Article(name, title, text, _OUTLETS[i % len(_OUTLETS)], None, version.day, source=name)

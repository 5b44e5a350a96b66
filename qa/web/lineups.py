"""What several articles say of one thing, as HTML: a timeline, or versions side by side. Pure; all is escaped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from html import escape

from qa.types import Answer, Citation
from qa.versions import Lineup, Version, number_versions
from qa.web.claims import emphasise, name_source, place_of, render_fact, smooth
from qa.web.timing import render_dates
from qa.web.words import say
from qa.web.words.dates import spell_day, spell_published


def render_lineups(answer: Answer, key: str, today: date) -> str:
    """The versions that differ, below the claims: each dated, and cited with a mark of its own."""
    differing = [lineup for lineup in answer.lineups if lineup.relation != "agree"]
    if not differing:
        return ""
    numbers = number_versions(answer.citations, answer.lineups)
    body = "".join(_lineup(lineup, numbers, key) for lineup in differing)
    known = {cite.n for cite in answer.citations}
    cards = "".join(_cards(differing, numbers, known, key, today))
    return f'<section class="lineups">{body}</section>{cards}'


def say_outlets(answer: Answer, cite: Citation) -> str:
    """How many outlets say what a citation's claim says, for its card; empty where it is one."""
    for lineup in answer.lineups:
        for version in lineup.versions:
            here = version.article_id == cite.article_id and cite.start <= version.start < cite.end
            if here and len(version.outlets) > 1:
                said = f"{version.said}: " if version.said else ""
                names = ", ".join(version.outlets)
                outlets = say("{n} outlets ({names})", n=len(version.outlets), names=names)
                return f'<p class="outlets">{escape(said)}{escape(outlets)}</p>'
    return ""


def _lineup(lineup: Lineup, numbers: dict[tuple[str, int, int], int], key: str) -> str:
    disagree = lineup.relation == "disagree"
    title = escape(say("The articles disagree") if disagree else say("Changed over time"))
    groups = []
    for group in lineup.at_one_time():
        items = "".join(_version(version, lineup, numbers, key) for version in group)
        groups.append(f'<li class="moment{" apart" if len(group) > 1 else ""}"><ul>{items}</ul></li>')
    return f'<div class="lineup {lineup.relation}"><h3>{title}</h3><ol>{"".join(groups)}</ol></div>'


def _version(version: Version, lineup: Lineup, numbers: dict[tuple[str, int, int], int], key: str) -> str:
    n = numbers[version.article_id, version.start, version.end]
    cite = cite_version(version, n)
    day = spell_day(version.day) if version.day else say("undated")
    at = version.quote.find(version.said) if version.said else -1
    spans = [(at, at + len(version.said))] if at >= 0 else []
    who = " ".join(
        part for part in (version.who, say("(denies)") if lineup.of == "denial" and version.denies else "") if part
    )
    more = len(version.outlets) - 1
    outlet = version.outlet or version.title
    outlets = say("{outlet} and {n} more", outlet=outlet, n=more) if more > 0 else outlet
    facts = "".join(render_fact(part) for part in (day, outlets, who))
    mark = (
        f'<button type="button" class="mark" data-n="{n}" {place_of(cite)} data-card="{key}-s{n}" '
        f'aria-label="{escape(name_source(n, outlet, day))}">{n}</button>'
    )
    quote = f'<span class="said">{emphasise(smooth(version.quote), spans, "strong")}</span>'
    return (
        f'<li class="version" dir="auto" tabindex="-1"><span class="meta" dir="auto">{facts}</span>{quote}{mark}</li>'
    )


def _cards(
    lineups: Sequence[Lineup], numbers: dict[tuple[str, int, int], int], known: set[int], key: str, today: date
) -> Iterator[str]:
    seen = set(known)
    for lineup in lineups:
        for version in lineup.versions:
            n = numbers[version.article_id, version.start, version.end]
            if n in seen:
                continue
            seen.add(n)
            facts = render_fact(version.outlet) + render_fact(spell_published(version.published, today))
            meta = f'<span class="meta" dir="auto">{facts}</span>'
            yield (
                f'<div class="card-text" id="{key}-s{n}" hidden>{meta}<p class="title">{escape(version.title)}</p>'
                f'<blockquote id="{key}-s{n}-quote">{escape(smooth(version.quote))}</blockquote>'
                f"{render_dates(version.quote, version.published)}</div>"
            )


def cite_version(version: Version, n: int) -> Citation:
    """A version as the citation that it is."""
    return Citation(
        n, version.article_id, version.title, version.outlet, version.url, version.published, version.start,
        version.end, version.quote, page=version.page,
    )  # fmt: skip

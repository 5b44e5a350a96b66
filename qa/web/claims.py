"""Claims as HTML: with their marks and support, in paragraphs, lists and tables where an LLM wrote them so. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from html import escape
from itertools import groupby

from qa.dates import read_day
from qa.types import Citation, Claim
from qa.web.words import later, retell, say
from qa.web.words.dates import spell_day

SUPPORT_WORDS = {
    "quote": later("direct quote"),
    "supported": later("supported"),
    "partial": later("partly supported"),
    "unsupported": later("no source found"),
}
_HEADING = re.compile(r"\d{1,2} [A-Z][a-z]+ \d{4}|Undated")
"""As qa/claiming.py writes them."""


def render_claims(
    claims: Sequence[Claim],
    short_answer: str | None,
    key: str,
    today: date,
    *,
    blocks: bool = False,
    draft: str = "",
    draft_joins: bool = False,
) -> str:
    """The claims, each a paragraph of its own, or with `blocks` in the paragraphs, lists and tables they form.

    `draft` is the start of a claim that is being written.
    """
    seen = set[int]()
    if not blocks:
        rows = [
            f'<p class="claim {c.support}" id="{key}-c{n}" dir="auto" tabindex="-1">'
            f"{_inside(c, short_answer, key, n, seen)}</p>"
            for n, c in enumerate(claims, 1)
        ]
        return f'<div class="claims">{"".join(rows)}</div>'
    groups: list[list[tuple[int, Claim]]] = []
    for number, claim in enumerate(claims, 1):
        if claim.joins and groups:
            groups[-1].append((number, claim))
        else:
            groups.append([(number, claim)])
    drafted = f'<span class="draft">{escape(draft)}</span>' if draft else ""
    html = list[str]()
    for form, run in groupby(groups, lambda group: _form(group[0][1])):
        parts = []
        for group in run:
            last = group is groups[-1]
            said = " ".join(_block_claim(c, short_answer, key, n, seen, form) for n, c in group)
            parts.append((said, f" {drafted}" if last and draft_joins else ""))
        html.append(_block(form, parts))
    if drafted and not (draft_joins and groups):
        html.append(f'<p class="para" dir="auto">{drafted}</p>')
    return f'<div class="claims">{"".join(html)}</div>'


def _form(claim: Claim) -> str:
    return {"- ": "item", "| ": "row", "##": "heading"}.get(claim.text[:2], "text")


def _block(form: str, parts: Iterable[tuple[str, str]]) -> str:
    if form == "item":
        return f'<ul class="points" dir="auto">{"".join(f"<li>{said}{more}</li>" for said, more in parts)}</ul>'
    if form == "row":
        return f'<table class="rows" dir="auto"><tbody>{"".join(said for said, _ in parts)}</tbody></table>'
    return "".join(f'<p class="para" dir="auto">{said}{more}</p>' for said, more in parts)


def _block_claim(claim: Claim, short: str | None, key: str, number: int, seen: set[int], form: str) -> str:
    classes = f"claim {claim.support}" + (f" {claim.kind}" if claim.kind != "claim" else "")
    tag = f'class="{classes}" id="{key}-c{number}" tabindex="-1"'
    if form != "row":
        return f"<span {tag}>{_inside(claim, short, key, number, seen)}</span>"
    cells = [cell.strip() for cell in claim.text.strip("| ").split(" | ")]
    name = "th" if claim.kind == "lead" else "td"
    row = "".join(f'<{name}><span class="said">{escape(cell)}</span></{name}>' for cell in cells)
    return f"<tr {tag}>{row}<{name}>{_after(claim, key, seen)}</{name}></tr>"


def _inside(claim: Claim, short_answer: str | None, key: str, number: int, seen: set[int]) -> str:
    text = smooth(words_of(claim)).strip()
    at = text.find(short_answer) if short_answer and number == 1 else -1
    spans = [(at, at + len(short_answer))] if short_answer and at >= 0 else []
    return f'<span class="said">{emphasise(text, spans, "strong")}</span>{_after(claim, key, seen)}'


def words_of(claim: Claim) -> str:
    """What a claim says; of a digest's headings, which are ours, in the language that is spoken."""
    return retell(claim.text) if claim.kind == "lead" and _HEADING.fullmatch(claim.text) else claim.text


def _after(claim: Claim, key: str, seen: set[int]) -> str:
    """The marks of a claim and its support in words."""
    marks = ""
    for cite in claim.citations:
        marks += _mark(cite, key, first=cite.n not in seen)
        seen.add(cite.n)
    if day := read_day(claim.as_of):
        marks += f' <span class="as-of" dir="auto">{escape(say("as of {day}", day=spell_day(day)))}</span>'
    words = _support(claim)
    return f'{marks} <span class="support" dir="auto">{words}</span>' if words else marks


def _support(claim: Claim) -> str:
    if claim.kind == "lead":
        return ""
    if claim.kind == "gap":
        return escape(say("not in the articles"))
    words = say(SUPPORT_WORDS[claim.support])
    if claim.found:
        words = say("{support}, source found by Byline", support=words)
    # Without a citation the reason would only say again that there is none.
    return escape(words) + (f": {escape(retell(claim.reason))}" if claim.reason and claim.citations else "")


def _mark(c: Citation, key: str, *, first: bool) -> str:
    day = read_day(c.published)
    label = name_source(c.n, c.outlet or c.title, spell_day(day) if day else say("undated"))
    return (
        f'<button type="button" class="mark" data-n="{c.n}"{" data-first" if first else ""} '
        f'{place_of(c)} data-card="{key}-s{c.n}" aria-label="{escape(label)}" aria-describedby="{key}-s{c.n}-quote">'
        f"{c.n}</button>"
    )


def name_source(n: int, outlet: str, day: str) -> str:
    """What a mark is called: `Source 2: Courier, 3 June 2026`."""
    return say("Source {n}: {outlet}, {day}", n=n, outlet=outlet, day=day)


def render_fact(words: str) -> str:
    """One of a line's facts, in its own direction: there words of the page stand beside those of an article."""
    return f'<span><span class="own">{escape(words)}</span></span>' if words else ""


def place_of(c: Citation) -> str:
    """Where a citation stands, as the attributes that the script reads."""
    span = f'data-start="{c.start}" data-end="{c.end}"'
    return f'data-article="{escape(c.article_id)}" {span} data-quote="{escape(c.quote)}"'


def smooth(text: str) -> str:
    """Article text without its line conventions (list dashes, table bars), every character keeping its place."""
    lines = []
    for line in text.split("\n"):
        if line.startswith("## "):
            line = "   " + line[3:]
        elif line.startswith("- "):
            line = "  " + line[2:]
        elif line.startswith("|") and line.rstrip().endswith("|"):
            last = len(line.rstrip()) - 1
            line = " " + line[1:last].replace("|", "·") + " " + line[last + 1 :]
        lines.append(line)
    return " ".join(lines)


def emphasise(text: str, spans: Iterable[tuple[int, int]], tag: str) -> str:
    """Escaped text with the spans inside `tag`; spans that overlap or lie outside are cut to fit."""
    pieces, at = [], 0
    for start, end in sorted(spans):
        start, end = max(start, at), min(end, len(text))
        if start < end:
            pieces += [escape(text[at:start]), f"<{tag}>{escape(text[start:end])}</{tag}>"]
            at = end
    return "".join([*pieces, escape(text[at:])])

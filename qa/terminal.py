"""An Answer as lines for a terminal. Pure; what prints them is qa/__main__.py."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from qa.dates import read_day, spell_day, spell_span
from qa.relative import explain_dates
from qa.types import Answer, Choice, Citation, Claim, Source
from qa.web.copies import also_words, instead_words

NOT_FOUND = "The articles don't say."
SUPPORT = {"partial": "only partly supported", "unsupported": "not supported by the articles"}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What would steer a terminal or turn text around: articles are data, whoever wrote them."""


def answer_lines(answer: Answer) -> Iterator[tuple[str, str]]:
    """The lines of an answer, each with its style in rich's words ("" for none); empty lines set parts apart."""
    if answer.searched_for != answer.question:
        yield clean(f"Searched for: {answer.searched_for}"), "dim"
        yield "", ""
    if answer.when:
        yield clean(answer.when.sentence), "dim"
        yield "", ""
    if answer.caution:
        yield clean(answer.caution), "yellow"
        yield "", ""
    if answer.claims:
        for paragraph in paragraphs(answer.claims):
            yield clean(" ".join(claim_text(claim) for claim in paragraph)), "bold"
    yield from closing_lines(answer)


def closing_lines(answer: Answer) -> Iterator[tuple[str, str]]:
    """The lines after the claims: sources, or what was searched; what to know of the answer; who gave it."""
    yield from _sources(answer) if answer.claims else _not_found(answer)
    yield from version_lines(answer)
    yield "", ""
    if answer.notice:
        yield clean(answer.notice), "yellow"
    yield clean(f"{answer.answerer}, {answer.seconds:.2f} s{_used(answer)}"), "dim"


def version_lines(answer: Answer) -> Iterator[tuple[str, str]]:
    """What articles say otherwise, newest first: day, version, outlet and sentence."""
    for lineup in answer.lineups:
        if lineup.relation == "agree":
            continue
        yield "", ""
        yield "The articles disagree:" if lineup.relation == "disagree" else "Changed over time:", "yellow"
        for version in lineup.versions:
            day = spell_day(version.day) if version.day else "undated"
            who = f", {version.who}" if version.who else ""
            said = f"{version.said}, " if version.said else "denied, " if version.denies else ""
            yield clean(f"  {day}: {said}{version.outlet or version.title}{who}"), ""
            yield clean(f"    “{' '.join(version.quote.split())}”"), "italic"


def paragraphs(claims: Iterable[Claim]) -> Iterator[list[Claim]]:
    """The claims that stand together, in order; without an LLM all of them do."""
    together: list[Claim] = []
    for claim in claims:
        apart = not claim.joins and (_in_lines(claim) or (together and _in_lines(together[-1])))
        if together and apart:
            yield together
            together = []
        together.append(claim)
    if together:
        yield together


def _in_lines(claim: Claim) -> bool:
    return claim.text.startswith(("- ", "## ", "| ")) or claim.kind == "lead"


def _sources(answer: Answer) -> Iterator[tuple[str, str]]:
    for cite in answer.citations:
        yield "", ""
        yield clean(f"[{cite.n}] {_named(cite)}"), ""
        if cite.url:
            yield clean(f"    {cite.url}"), "blue"
        yield clean(f"    “{' '.join(cite.quote.split())}”"), "italic"
        if told := "; ".join(f"“{d.words}” is {d.days}" for d in explain_dates(cite.quote, read_day(cite.published))):
            yield clean(f"    {told}"), "dim"
        if cite.also:
            yield clean(f"    {also_words(cite)}"), "dim"
        for one in cite.instead:
            yield clean(f"    {instead_words(one, cite)} “{' '.join(one.quote.split())}”"), "yellow"


def claim_text(claim: Claim) -> str:
    """A claim with its numbers, and in brackets what is wrong with it."""
    if claim.kind != "claim":
        return claim.text
    numbers = "".join(f"[{cite.n}]" for cite in claim.citations)
    lacking = SUPPORT.get(claim.support, "")
    doubt = (
        f"({lacking}: {claim.reason})"
        if lacking and claim.reason and claim.citations
        else f"({lacking})"
        if lacking
        else ""
    )
    as_of = f"(as of {spell_day(day)})" if (day := read_day(claim.as_of)) else ""
    return " ".join(part for part in (claim.text, numbers, as_of, doubt) if part)


def _used(answer: Answer) -> str:
    """What an LLM's answer took: passages, tokens, cost."""
    usage = answer.usage or {}
    parts = (
        [f"{usage['passages_read']:.0f} of {usage['passages_found']:.0f} passages"] if "passages_read" in usage else []
    )
    if "output_tokens" in usage:
        parts.append(f"{usage.get('input_tokens', 0):,.0f} + {usage['output_tokens']:,.0f} tokens")
    if "cost" in usage:
        parts.append(f"cost {usage['cost']:.4f}")
    if n := round(usage.get("unknown_labels", 0)):
        parts.append(f"{n} source mark{'s' if n > 1 else ''} that named no source left out")
    return "".join(f", {part}" for part in parts)


def _not_found(answer: Answer) -> Iterator[tuple[str, str]]:
    if answer.choices:
        yield "Which one do you mean?", "bold"
        for n, choice in enumerate(answer.choices, 1):
            yield "", ""
            yield clean(f"{n}. {_named(choice)}"), ""
            yield clean(f"   Ask: {choice.question}"), "dim"
        return
    yield NOT_FOUND, "bold"
    span = spell_span(answer.searched.first, answer.searched.last)
    n = answer.searched.n_articles
    yield f"Searched {n:,} article{'' if n == 1 else 's'}{f', {span}' if span else ''}.", ""
    if answer.nearest:
        yield "", ""
        yield "Nearest:", ""
        for source in answer.nearest[:3]:
            yield clean(f"  - {_named(source)}"), ""
    if answer.try_instead:
        yield "", ""
        yield clean(f"Try asking: {answer.try_instead}"), ""


def _named(source: Citation | Source | Choice) -> str:
    day = read_day(source.published)
    outlet = f"{source.outlet}: " if source.outlet else ""
    page = f", page {source.page}" if isinstance(source, Citation) and source.page else ""
    return f"{outlet}{source.title} ({spell_day(day) if day else source.published or 'undated'}{page})"


def clean(line: str) -> str:
    """One line, without what would steer a terminal."""
    return _CONTROL.sub("", " ".join(line.splitlines()))

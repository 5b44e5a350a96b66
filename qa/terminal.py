"""An Answer as lines for a terminal. Pure; what prints them is qa/__main__.py."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa.types import Answer, Citation, Claim, Source
from qa.web.dates import read_day, spell_day, spell_span

NOT_FOUND = "The articles don't say."
SUPPORT = {"partial": "only partly supported", "unsupported": "not supported by the articles"}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What would steer a terminal or turn text around: articles are data, whoever wrote them."""


def answer_lines(answer: Answer) -> Iterator[tuple[str, str]]:
    """The lines of an answer, each with its style in rich's words ("" for none); empty lines set parts apart."""
    if answer.searched_for != answer.question:
        yield _clean(f"Searched for: {answer.searched_for}"), "dim"
        yield "", ""
    yield from _found(answer) if answer.claims else _not_found(answer)
    yield "", ""
    yield f"{answer.answerer}, {answer.seconds:.2f} s", "dim"


def _found(answer: Answer) -> Iterator[tuple[str, str]]:
    yield _clean(" ".join(_claim(claim) for claim in answer.claims)), "bold"
    for cite in answer.citations:
        yield "", ""
        yield _clean(f"[{cite.n}] {_named(cite)}"), ""
        if cite.url:
            yield _clean(f"    {cite.url}"), "blue"
        yield _clean(f"    “{' '.join(cite.quote.split())}”"), "italic"


def _claim(claim: Claim) -> str:
    numbers = "".join(f"[{cite.n}]" for cite in claim.citations)
    lacking = SUPPORT.get(claim.support, "")
    doubt = f"({lacking}: {claim.reason})" if lacking and claim.reason else f"({lacking})" if lacking else ""
    return " ".join(part for part in (claim.text, numbers, doubt) if part)


def _not_found(answer: Answer) -> Iterator[tuple[str, str]]:
    yield NOT_FOUND, "bold"
    span = spell_span(answer.searched.first, answer.searched.last)
    n = answer.searched.n_articles
    yield f"Searched {n:,} article{'' if n == 1 else 's'}{f', {span}' if span else ''}.", ""
    if answer.nearest:
        yield "", ""
        yield "Nearest:", ""
        for source in answer.nearest[:3]:
            yield _clean(f"  - {_named(source)}"), ""
    if answer.try_instead:
        yield "", ""
        yield _clean(f"Try asking: {answer.try_instead}"), ""


def _named(source: Citation | Source) -> str:
    day = read_day(source.published)
    outlet = f"{source.outlet}: " if source.outlet else ""
    page = f", page {source.page}" if isinstance(source, Citation) and source.page else ""
    return f"{outlet}{source.title} ({spell_day(day) if day else source.published or 'undated'}{page})"


def _clean(line: str) -> str:
    return _CONTROL.sub("", " ".join(line.splitlines()))

"""What became of added articles, one line an item, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

from corpus.types import AddReport, Failure
from qa.web.ports import Keeps
from qa.web.words import later, retell, say

MAX_LINES = 30

Outcome = Literal["added", "updated", "unchanged", "failed"]
OUTCOMES: dict[Outcome, str] = {
    "added": later("added"),
    "updated": later("updated"),
    "unchanged": later("unchanged"),
    "failed": later("failed"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """The fate of one item: what it is called, what happened, why or what else to know, and its article."""

    outcome: Outcome
    name: str
    detail: str = ""
    article_id: str | None = None


def describe_report(report: AddReport, library: Keeps, source: str = "") -> list[Line]:
    """The report as lines; failures first. `source` names what was handed over, where a failure has no better name."""
    outcomes: tuple[tuple[Outcome, tuple[str, ...]], ...] = (
        ("added", report.added),
        ("updated", report.updated),
        ("unchanged", report.unchanged),
    )
    ids = [article_id for _, group in outcomes for article_id in group][:MAX_LINES]
    known = library.articles(ids)
    notes: dict[str, list[str]] = {}
    for note in report.notes:
        notes.setdefault(note.source, []).append(retell(note.reason))
    lines = [Line("failed", _name(failure, source), retell(failure.reason)) for failure in report.failed]
    for outcome, group in outcomes:
        for article_id in group:
            if article := known.get(article_id):
                remarks = notes.get(article.source, []) + notes.get(article_id, [])
                lines.append(Line(outcome, article.title, "; ".join(dict.fromkeys(remarks)), article_id))
    n_more = len(report.failed) + sum(len(group) for _, group in outcomes) - len(lines[:MAX_LINES])
    more = [Line("added", say("and {n} more", n=n_more))] if n_more > 0 else []
    return lines[:MAX_LINES] + more or [Line("failed", source or say("Nothing"), say("No article was found in it."))]


def _name(failure: Failure, source: str) -> str:
    uploaded = failure.source.removeprefix("upload:")
    return uploaded if uploaded != failure.source else source or failure.source


def render_lines(lines: Sequence[Line], key: str = "") -> str:
    """The lines as an escaped list; the script builds the same list for files. `key` tells two like ones apart."""
    items = []
    for line in lines:
        name = escape(line.name)
        if line.article_id:
            name = f'<button type="button" class="open" data-article="{escape(line.article_id)}">{name}</button>'
        said = escape(say(OUTCOMES[line.outcome]))
        detail = f'<span class="detail">{escape(line.detail)}</span>' if line.detail else ""
        items.append(f'<li class="{line.outcome}"><span class="outcome">{said}</span> {name}{detail}</li>')
    own = f' id="{escape(key)}"' if key else ""
    return f'<ul class="results"{own}>{"".join(items)}</ul>'

"""A chat as a file to take along: Markdown with footnotes, or JSON. Pure; what comes from outside is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from qa.chats.store import Chat, Exchange
from qa.dates import read_day, spell_day
from qa.types import Answer, Citation, Claim

SCHEMA = 1
_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~$&!^])")
_LINE_START = re.compile(r"^(\s*)([-+=]|\d+[.)])", re.MULTILINE)
SUPPORT = {"partial": "partly supported", "unsupported": "no source found"}


def export_json(chat: Chat) -> dict[str, Any]:
    """Everything of a chat: its title and times, and each answer in its JSON form."""
    items = [{"at": e.at.isoformat(), "answer": e.answer.to_json()} for e in chat.exchanges]
    row = chat.row
    return {
        "schema": SCHEMA,
        "title": row.title,
        "began": row.began.isoformat(),
        "touched": row.touched.isoformat(),
        "exchanges": items,
    }


def export_markdown(chat: Chat) -> str:
    """The whole chat, each citation a footnote with outlet, title, date, address and quote."""
    parts = [f"# {escape(chat.row.title)}"]
    for n, exchange in enumerate(chat.exchanges, 1):
        parts.append(exchange_markdown(exchange, n))
    return "\n\n".join(parts) + "\n"


def exchange_markdown(exchange: Exchange, n: int) -> str:
    """One exchange, its footnotes named by its number in the chat."""
    answer = exchange.answer
    asked = spell_day(exchange.at.date())
    parts = [f"## {escape(answer.question)}", f"*{escape(answer.answerer)}, {asked}*"]
    if answer.searched_for.strip() not in ("", answer.question.strip()):
        parts.append(f"Searched for: {escape(answer.searched_for)}")
    if answer.when:
        parts.append(escape(answer.when.sentence))
    if answer.notice:
        parts.append(escape(answer.notice))
    if answer.caution:
        parts.append(escape(answer.caution))
    parts += list(_claims(answer, n)) or [_not_found(answer)]
    parts += [f"[^{n}-{cite.n}]: {_footnote(cite)}" for cite in answer.citations]
    return "\n\n".join(part for part in parts if part)


def escape(text: str) -> str:
    """Text as Markdown that shows just it, on one line."""
    return _LINE_START.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", " ".join(text.split())))


def _claims(answer: Answer, n: int) -> Iterator[str]:
    together: list[str] = []
    for claim in answer.claims:
        in_list = claim.text.startswith(("- ", "| ", "## "))
        if together and not claim.joins and (in_list or answer.built_in is not None):
            yield " ".join(together)
            together = []
        together.append(_claim(claim, n))
    if together:
        yield " ".join(together)


def _claim(claim: Claim, n: int) -> str:
    mark, text = next(((m, claim.text[len(m) :]) for m in ("- ", "## ") if claim.text.startswith(m)), ("", claim.text))
    notes = "".join(f"[^{n}-{cite.n}]" for cite in claim.citations)
    lacking = SUPPORT.get(claim.support, "") if claim.kind == "claim" else ""
    doubt = f" ({lacking}{f': {escape(claim.reason)}' if claim.reason else ''})" if lacking else ""
    before = "#" + mark if mark == "## " else mark
    day = read_day(claim.as_of)
    return f"{before}{escape(text)}{notes}{f' (as of {spell_day(day)})' if day else ''}{doubt}"


def _not_found(answer: Answer) -> str:
    if answer.choices:
        return "Which one do you mean? " + "; ".join(escape(choice.title) for choice in answer.choices)
    if not answer.nearest:
        return "The articles don’t say."
    near = "; ".join(escape(f"{s.outlet}: {s.title}" if s.outlet else s.title) for s in answer.nearest)
    return f"The articles don’t say. Nearest: {near}."


def _footnote(cite: Citation) -> str:
    day = read_day(cite.published)
    when = spell_day(day) if day else cite.published or "undated"
    parts = [cite.outlet, cite.title or "Untitled", when, f"page {cite.page}" if cite.page else ""]
    named = ", ".join(escape(part) for part in parts if part)
    url = f", <{cite.url}>" if cite.url and re.fullmatch(r"https?://[^\s<>\"]+", cite.url) else ""
    return f"{named}{url}: “{escape(cite.quote)}”"

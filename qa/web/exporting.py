"""A chat as a file to take along: Markdown with footnotes, or JSON. Pure; what comes from outside is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from qa.chats.store import Chat, Exchange
from qa.dates import read_day
from qa.types import Answer, Citation, Claim
from qa.web.claims import SUPPORT_WORDS, words_of
from qa.web.timing import say_when
from qa.web.words import retell, say
from qa.web.words.dates import spell_day

SCHEMA = 1
_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~$&!^])")
_LINE_START = re.compile(r"^(\s*\d*)([-+=.)])", re.MULTILINE)
"""What would begin a list or underline a heading."""
DOUBTED = ("partial", "unsupported")


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
    parts = [f"## {escape(answer.question)}", f"*{escape(retell(answer.answerer))}, {asked}*"]
    if answer.searched_for.strip() not in ("", answer.question.strip()):
        parts.append(f"{say('Searched for:')} {escape(answer.searched_for)}")
    told = (say_when(answer.when) if answer.when else "", retell(answer.notice), retell(answer.caution))
    parts += [escape(text) for text in told if text]
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
    said = words_of(claim)
    mark, text = next(((m, said[len(m) :]) for m in ("- ", "## ") if said.startswith(m)), ("", said))
    notes = "".join(f"[^{n}-{cite.n}]" for cite in claim.citations)
    lacking = say(SUPPORT_WORDS[claim.support]) if claim.kind == "claim" and claim.support in DOUBTED else ""
    doubt = f" ({lacking}{f': {escape(retell(claim.reason))}' if claim.reason else ''})" if lacking else ""
    before = "#" + mark if mark == "## " else mark
    day = read_day(claim.as_of)
    as_of = f" ({say('as of {day}', day=spell_day(day))})" if day else ""
    return f"{before}{escape(text)}{notes}{as_of}{doubt}"


def _not_found(answer: Answer) -> str:
    if answer.choices:
        return f"{say('Which one do you mean?')} " + "; ".join(escape(choice.title) for choice in answer.choices)
    nothing = say("The articles don’t say.")
    if not answer.nearest:
        return nothing
    near = "; ".join(escape(f"{s.outlet}: {s.title}" if s.outlet else s.title) for s in answer.nearest)
    return f"{nothing} {say('Nearest:')} {near}."


def _footnote(cite: Citation) -> str:
    day = read_day(cite.published)
    when = spell_day(day) if day else cite.published or say("undated")
    parts = [cite.outlet, cite.title or say("Untitled"), when, say("page {n}", n=cite.page) if cite.page else ""]
    named = escape(", ".join(part for part in parts if part))
    url = f", <{cite.url}>" if cite.url and re.fullmatch(r"https?://[^\s<>\"]+", cite.url) else ""
    return f"{named}{url}: “{escape(cite.quote)}”"

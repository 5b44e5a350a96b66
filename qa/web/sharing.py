"""A shared chat as a page of its own: to be read, without a script, without anything that changes. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape

from qa.chats.store import Chat, Exchange
from qa.types import Answer, Citation, Claim
from qa.web.claims import SUPPORT_WORDS, emphasise, render_fact, smooth, words_of
from qa.web.render import original_link, searched_line
from qa.web.since import Became
from qa.web.timing import say_when
from qa.web.words import language, retell, say
from qa.web.words.dates import spell_day, spell_published


def render_shared(chat: Chat, became: Sequence[Became], today: date) -> str:
    """The whole document; every mark leads to its footnote, every footnote back."""
    title = escape(chat.row.title)
    parts = [_exchange(e, n, b, today) for n, (e, b) in enumerate(zip(chat.exchanges, became, strict=True), 1)]
    shared = say("A shared chat, {day}", day=spell_day(chat.row.touched.date()))
    return (
        f'<!doctype html><html lang="{language()}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f'<title>{title} – Byline</title><link rel="icon" href="data:,"><meta name="color-scheme" content="light dark">'
        '<link rel="stylesheet" href="/byline/static/style.css"><link rel="stylesheet" href="/byline/static/chats.css">'
        '</head><body class="shared"><header class="masthead"><div class="masthead-row">'
        f'<a class="wordmark" href="/">Byline</a><p class="standing">{escape(shared)}</p></div></header>'
        f'<main class="shared-chat">{"".join(parts)}</main></body></html>'
    )


def _exchange(exchange: Exchange, n: int, became: Became, today: date) -> str:
    answer = exchange.answer
    searched = ""
    if answer.searched_for.strip() not in ("", answer.question.strip()):
        searched = f'<p class="status">{escape(say("Searched for:"))} {escape(answer.searched_for)}</p>'
    said = say_when(answer.when) if answer.when else ""
    told = (said, retell(answer.notice), retell(answer.caution))
    notes = "".join(f'<p class="status">{escape(text)}</p>' for text in told if text)
    claims = "".join(_claim(claim, n) for claim in answer.claims) or _not_found(answer)
    footnotes = "".join(_footnote(cite, n, became.get(cite.article_id, ""), today) for cite in answer.citations)
    sources = (
        f'<section class="sources"><h3>{escape(say("Sources"))}</h3><ol class="notes">{footnotes}</ol></section>'
        if footnotes
        else ""
    )
    by = f'<p class="usage">{escape(retell(answer.answerer))}, {escape(spell_day(exchange.at.date()))}</p>'
    return (
        f'<article class="exchange" aria-labelledby="q{n}"><h2 id="q{n}" dir="auto">{escape(answer.question)}</h2>'
        f'<div class="answer">{searched}{notes}{claims}{sources}{by}</div></article>'
    )


def _claim(claim: Claim, n: int) -> str:
    text = escape(words_of(claim).removeprefix("- ").removeprefix("## "))
    marks = "".join(
        f'<a class="mark" id="m{n}-{cite.n}" href="#f{n}-{cite.n}" '
        f'aria-label="{escape(say("Source {n}", n=cite.n))}">{cite.n}</a>'
        for cite in claim.citations
    )
    words = say(SUPPORT_WORDS[claim.support]) if claim.kind == "claim" else ""
    reason = f": {retell(claim.reason)}" if words and claim.reason else ""
    return (
        f'<p class="claim {claim.kind} {claim.support}" dir="auto"><span class="said">{text}</span>{marks} '
        f'<span class="support" dir="auto">{escape(words + reason)}</span></p>'
    )


def _not_found(answer: Answer) -> str:
    if answer.choices:
        items = "".join(f"<li>{escape(choice.title or say('Untitled'))}</li>" for choice in answer.choices)
        return f'<p class="verdict">{escape(say("Which one do you mean?"))}</p><ul class="choices">{items}</ul>'
    return (
        f'<p class="verdict">{escape(say("The articles don’t say."))}</p>'
        f'<p class="status">{escape(searched_line(answer.searched))}</p>'
    )


def _footnote(cite: Citation, n: int, became: str, today: date) -> str:
    facts = render_fact(cite.outlet) + render_fact(spell_published(cite.published, today))
    title, link = escape(cite.title or say("Untitled")), original_link(cite.url, cite.quote)
    if link:
        title = f'<a href="{escape(link)}" rel="noopener noreferrer nofollow">{title}</a>'
    note = f'<p class="became">{escape(became)}</p>' if became else ""
    return (
        f'<li id="f{n}-{cite.n}" dir="auto"><a class="pill" href="#m{n}-{cite.n}" '
        f'aria-label="{escape(say("Back to claim {n}", n=cite.n))}">{cite.n}</a>'
        f'<div class="source"><p class="title">{title}</p><p class="meta" dir="auto">{facts}</p>'
        f"<blockquote>{emphasise(smooth(cite.quote), cite.marks, 'b')}</blockquote>{note}</div></li>"
    )

"""Answers as HTML. Pure; the only module that writes markup, and everything from outside goes through `escape`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape
from urllib.parse import quote as percent_encode
from urllib.parse import urlsplit

from qa.chats.store import Chat
from qa.types import Answer, Choice, Citation, Claim, Progress, Searched, Source
from qa.web.claims import emphasise, place_of, render_claims, render_fact, smooth
from qa.web.copies import render_also, render_instead
from qa.web.feedback import name_answer
from qa.web.lineups import render_lineups, say_outlets
from qa.web.since import Became
from qa.web.timing import render_dates, render_when
from qa.web.usage import render_usage
from qa.web.words import retell, say, say_n
from qa.web.words.dates import spell_published, spell_span

FRAGMENT_WORDS = 12
"""A quote with more words than twice this is named by its first and last words in a text fragment."""


def render_past(chat: Chat | None, answers: Sequence[Answer], became: Sequence[Became], today: date) -> str:
    """The exchanges of a chat that is open, and for the script which chat that is."""
    here = ""
    if chat is not None:
        here = f'<div id="here" data-chat="{escape(chat.row.id)}" data-touched="{chat.row.touched}" hidden></div>'
        n = chat.n_lost
        lost = say_n("{n} exchange of another version left out.", "{n} exchanges of another version left out.", n)
        here += f'<p class="notice">{escape(lost)}</p>' if n else ""
    pairs = enumerate(zip(answers, became, strict=True), 1)
    return here + "".join(render_exchange(answer, f"p{n}", today, what) for n, (answer, what) in pairs)


def render_exchange(answer: Answer, key: str, today: date, became: Became | None = None, kept: str = "") -> str:
    """A question with its whole answer; `key` makes ids unique on the page.

    `became` says which cited articles no longer say it, `kept` why the answer could not be kept.
    """
    notes = (answer.notice, kept)
    notice = "".join(f'<p class="status notice">{escape(retell(note))}</p>' for note in notes if note)
    built_in = _built_in(answer.built_in, key, today, became) if answer.built_in else ""
    body = (
        notice
        + _body(answer, key, today, became)
        + render_usage(answer)
        + built_in
        + _foot(answer)
        + _actions(answer.question)
    )
    return _exchange(answer.question, body, key, done=True)


def _body(answer: Answer, key: str, today: date, became: Became | None = None) -> str:
    if answer.status == "not_found":
        return render_not_found(answer, today)
    return render_answered(answer, key, today, became)


def _built_in(answer: Answer, key: str, today: date, became: Became | None = None, *, open_: bool = False) -> str:
    """The built-in answer below an LLM's; ids of its own, since its numbers are its own."""
    return (
        f'<details class="built-in" id="{key}-b"{" open" if open_ else ""}>'
        f"<summary>{escape(say('Built-in answer'))}</summary>"
        f"{_body(answer, f'{key}b', today, became)}</details>"
    )


def _actions(question: str) -> str:
    asked = escape(question)
    again, edit = escape(say("Ask again")), escape(say("Edit the question"))
    return (
        f'<p class="actions"><button type="button" class="retry" data-ask="{asked}">{again}</button>'
        f'<button type="button" class="edit" data-ask="{asked}">{edit}</button></p>'
    )


def render_waiting(question: str, claims: Sequence[Claim], note: str, key: str, today: date) -> str:
    """A question whose answer is still coming: the claims so far, else a line that says what goes on."""
    if not claims:
        return _exchange(question, f'<p class="status">{escape(note)}</p>', key, done=False)
    return _exchange(question, render_claims(claims, None, key, today), key, done=False)


def render_writing(question: str, progress: Progress, answerer: str, key: str, today: date) -> str:
    """An answer that an LLM is writing: its text so far, and the built-in answer, open until there is some."""
    begun = bool(progress.claims or progress.draft)
    text = render_claims(
        progress.claims, None, key, today, blocks=True, draft=progress.draft, draft_joins=progress.draft_joins
    )
    stop = f'<button type="button" class="stop" data-stop="{escape(key)}">{escape(say("Stop"))}</button>'
    writing = escape(say("{answerer} is writing…", answerer=retell(answerer)))
    note = f'<p class="status writing" role="status">{writing} {stop}</p>'
    built_in = _built_in(progress.built_in, key, today, open_=not begun) if progress.built_in else ""
    return _exchange(question, (text if begun else "") + note + built_in, key, done=False)


def render_problem(question: str, message: str, key: str) -> str:
    """A question that failed, and why, in plain words."""
    body = f'<div class="problem" role="alert"><p>{escape(message)}</p></div>{_actions(question)}'
    return _exchange(question, body, key, done=True)


def render_answered(answer: Answer, key: str, today: date, became: Became | None = None) -> str:
    """Claims with marks, then what was cited and what else was read."""
    also = ""
    if answer.also_read:
        read = escape(say("Also read ({n})", n=len(answer.also_read)))
        also = f'<details class="also"><summary>{read}</summary><ul>{_sources(answer.also_read, today)}</ul></details>'
    lead = f'<p class="status">{escape(retell(answer.caution))}</p>' if answer.caution else ""
    return (
        _searched_for(answer)
        + lead
        + render_claims(answer.claims, answer.short_answer, key, today, blocks=_in_blocks(answer))
        + render_lineups(answer, key, today)
        + _cited(answer, key, today, became or {})
        + also
    )


def _in_blocks(answer: Answer) -> bool:
    """Whether claims stand in paragraphs of their own making: an LLM's, and a digest's with its days."""
    return answer.built_in is not None or any(claim.kind == "lead" for claim in answer.claims)


def render_not_found(answer: Answer, today: date) -> str:
    """That the articles do not say, what was searched, the nearest articles, and another way to ask."""
    nearest = ""
    if answer.nearest:
        nearest = (
            f'<section class="sources"><h3>{escape(say("Nearest articles"))}</h3>'
            f"<ul>{_sources(answer.nearest, today)}</ul></section>"
        )
    if answer.choices:
        asks = "".join(_choice(choice, today) for choice in answer.choices)
        return (
            _searched_for(answer)
            + f'<p class="verdict">{escape(say("Which one do you mean?"))}</p>'
            + f'<ul class="choices">{asks}</ul><p class="status">{escape(searched_line(answer.searched))}</p>'
        )
    again = ""
    if answer.try_instead:
        asked = escape(answer.try_instead)
        button = f'<button type="button" class="ask" dir="auto" data-ask="{asked}">{asked}</button>'
        again = f'<p class="again">{escape(say("Try"))} {button}</p>'
    return (
        _searched_for(answer)
        + f'<p class="verdict">{escape(say("The articles don’t say."))}</p>'
        + f'<p class="status">{escape(searched_line(answer.searched))}</p>'
        + again
        + nearest
    )


def _choice(choice: Choice, today: date) -> str:
    source = Source(choice.article_id, choice.title, choice.outlet, None, choice.published)
    return (
        f'<li><button type="button" class="ask choice" dir="auto" data-ask="{escape(choice.question)}">'
        f'<span class="title">{escape(choice.title or say("Untitled"))}</span>{_meta(source, today)}</button></li>'
    )


def searched_line(searched: Searched) -> str:
    """What was searched, as `Searched 26 articles, 2 March to 28 July 2026.` says it."""
    n, span = searched.n_articles, spell_span(searched.first, searched.last)
    if span:
        return say_n("Searched {n} article, {span}.", "Searched {n} articles, {span}.", n, span=span)
    return say_n("Searched {n} article.", "Searched {n} articles.", n)


def original_link(url: str | None, quote: str = "") -> str | None:
    """The article at its outlet, scrolled to the quote where the browser can; None unless it is an http(s) address."""
    try:
        safe = bool(url) and urlsplit(url or "").scheme in ("http", "https") and bool(urlsplit(url or "").hostname)
    except ValueError:
        safe = False
    if not safe or not url:
        return None
    words = next((line for line in quote.splitlines() if line.strip()), "").strip("-#| ").split()
    if "|" in words or not words or "#" in url:
        return url
    ends = [words] if len(words) <= 2 * FRAGMENT_WORDS else [words[:FRAGMENT_WORDS], words[-FRAGMENT_WORDS:]]
    return url + "#:~:text=" + ",".join(percent_encode(" ".join(e), safe="").replace("-", "%2D") for e in ends)


def _exchange(question: str, body: str, key: str, *, done: bool) -> str:
    return (
        f'<article class="exchange" id="{key}" aria-labelledby="{key}-q" data-done="{str(done).lower()}">'
        f'<h2 id="{key}-q" dir="auto">{escape(question)}</h2><div class="answer">{body}</div></article>'
    )


def _foot(answer: Answer) -> str:
    copy = f'<button type="button" class="copy">{escape(say("Copy with sources"))}</button>'
    return f'<div class="foot">{copy}{_verdicts(answer)}</div>'


def _verdicts(answer: Answer) -> str:
    """Two buttons to say what one thinks of the answer; the script shows them where verdicts are kept."""
    name = name_answer(answer)
    buttons = "".join(
        f'<button type="button" class="tell" data-verdict="{verdict}" data-answer="{name}" aria-pressed="false">'
        f"{escape(words)}</button>"
        for verdict, words in (("right", say("This is right")), ("wrong", say("This is wrong")))
    )
    told = '<span class="told" role="status"></span>'
    return f'<div class="verdicts" role="group" aria-label="{escape(say("Your verdict"))}">{buttons}{told}</div>'


def _searched_for(answer: Answer) -> str:
    if answer.searched_for.strip() in ("", answer.question.strip()):
        return render_when(answer)
    words = escape(answer.searched_for)
    return (
        render_when(answer)
        + f'<form class="searched-for"><label><span class="status">{escape(say("Searched for:"))}</span> '
        f'<input type="text" value="{words}" maxlength="2000" autocomplete="off" spellcheck="false"></label>'
        f'<button type="submit" class="search-again">{escape(say("Search again"))}</button></form>'
    )


def _cited(answer: Answer, key: str, today: date, became: Became) -> str:
    citations = answer.citations
    if not citations:
        return ""
    by_article: dict[str, list[Citation]] = {}
    for c in citations:
        by_article.setdefault(c.article_id, []).append(c)
    items = []
    for cites in by_article.values():
        head = cites[0]
        source = Source(head.article_id, head.title, head.outlet, head.url, head.published)
        pills = "".join(
            f'<button type="button" class="pill" data-mark="{c.n}" {place_of(c)} '
            f'aria-label="{escape(say("Open source {n}", n=c.n))}">{c.n}</button>'
            for c in cites
        )
        listed = _source(source, today, became, also=render_also(head))
        items.append(f'<li dir="auto"><span class="pills" dir="ltr">{pills}</span>{listed}</li>')
    cards = "".join(
        f'<div class="card-text" id="{key}-s{c.n}" hidden>{_meta(c, today)}<p class="title">{escape(c.title)}</p>'
        f'<blockquote id="{key}-s{c.n}-quote">{emphasise(smooth(c.quote), c.marks, "b")}</blockquote>'
        f"{render_dates(c.quote, c.published)}{say_outlets(answer, c)}{render_also(c)}{render_instead(c)}</div>"
        for c in citations
    )
    return (
        f'<section class="sources"><h3>{escape(say("Cited ({n})", n=len(by_article)))}</h3>'
        f'<ol class="cited">{"".join(items)}</ol></section>{cards}'
    )


def _sources(sources: Sequence[Source], today: date) -> str:
    return "".join(f'<li dir="auto">{_source(s, today)}</li>' for s in sources)


def _source(source: Source, today: date, became: Became | None = None, *, also: str = "") -> str:
    words = (became or {}).get(source.article_id, "")
    note = f'<span class="became">{escape(words)}</span>' if words else ""
    return (
        f'<span class="source"><button type="button" class="open" data-article="{escape(source.article_id)}">'
        f"{escape(source.title or say('Untitled'))}</button>{_meta(source, today)}{also}{note}</span>"
    )


def _meta(source: Source | Citation, today: date) -> str:
    page = source.page if isinstance(source, Citation) else None
    facts = (source.outlet, spell_published(source.published, today), say("page {n}", n=page) if page else "")
    return f'<span class="meta" dir="auto">{"".join(render_fact(fact) for fact in facts)}</span>'

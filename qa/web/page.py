"""The page: Gradio carries the conversation and the form; the shell around them is plain HTML."""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

import gradio as gr

from corpus.errors import BylineError
from corpus.read import read_pasted
from corpus.types import AddReport, Failure
from qa.types import Progress
from qa.web.adding import Line, describe_report, render_lines
from qa.web.arriving import Arriving, note_arriving
from qa.web.chat import history_of
from qa.web.desk import Desk
from qa.web.opening import OPEN_SECONDS, Opening, cookies_of
from qa.web.owner import Owner
from qa.web.render import render_exchange, render_problem, render_waiting, render_writing
from qa.web.routes import ANYBODY, STATIC, Loaded, error_words
from qa.web.running import Running
from qa.web.tabs import Tab, frame_tabs
from qa.web.timing import read_clock
from qa.web.verdicts import add_verdicts
from qa.web.visitors import Visitors
from qa.web.words import say
from qa.web.words.markup import translate, translate_frame
from qa.web.words.speaker import in_language

MAX_QUESTION_CHARS = 2_000
MAX_PASTE_CHARS = 1_000_000
MAX_FIELD_CHARS = 500
PACE = 0.08
"""Seconds between two showings of a text that grows."""
MAX_ASKING = 32
"""Questions that are answered at once; each waits for a language model most of its time."""

log = logging.getLogger(__name__)
Shown = tuple[Any, Any, Any, Any]


def make_page(
    loaded: Loaded,
    running: Running,
    home: Path | None = None,
    owner: Owner = ANYBODY,
    desk: Desk | None = None,
    language: str = "",
    arriving: Arriving | None = None,
) -> Any:
    """The gradio Blocks. Every handler is a public endpoint: each checks what it is given.

    `home` is where verdicts on answers are kept; without it none are asked for. `desk` keeps the chats.
    `language` is what it speaks, where it has it: else each browser's own. `arriving` counts what is being added.
    """
    reading = arriving or Arriving()
    chats = desk or Desk(loaded, Visitors.at(home))
    opening = Opening(loaded, chats)

    def ask(
        question: Any,
        current: Any,
        chosen: Any,
        replacing: Any,
        exactly: Any,
        clock: Any,
        coming: Any,
        request: gr.Request | None = None,
    ) -> Iterator[Shown]:
        if not isinstance(question, str) or not question.strip():
            yield gr.skip(), gr.skip(), gr.skip(), gr.skip()
            return
        question, key = question.strip(), _new_key()
        if len(question) > MAX_QUESTION_CHARS:
            limits = {"most": MAX_QUESTION_CHARS, "n": len(question)}
            message = say("A question may have {most} characters; this one has {n}.", **limits)
            yield gr.skip(), gr.skip(), render_problem(question[:200] + "…", message, key), gr.skip()
            return
        note = say("Reading…") if loaded.done() else say("Opening the library…")
        past: Any = gr.skip()
        if not loaded.done():
            yield "", past, render_waiting(question, (), note, key, date.today()), gr.skip()
        try:
            assistant, _ = loaded.result(OPEN_SECONDS)
            here = chats.open(current, cookies_of(request))
            replaces = replacing == "yes" and bool(here.answers)
            answers = here.answers[:-1] if replaces else here.answers
            past = opening.show(here, answers)
            yield "", past, render_waiting(question, (), note, key, date.today()), gr.skip()
            # What the reader has put into words for the search is searched for as it is.
            history = () if exactly == question else history_of(answers)
            names = [one.name for one in assistant.answerers]
            answerer = chosen if isinstance(chosen, str) and chosen in names else assistant.answerer
            with running.answering(key) as stop:
                asked_at, n_coming = read_clock(clock, question), reading.count(coming)
                events = assistant.stream(question, history, answerer=answerer, stop=stop, clock=asked_at)
                # The box is emptied once, above: by now the next question may be typed there.
                for progress in _paced(events):
                    if progress.answer is not None:
                        answer = note_arriving(progress.answer, n_coming)
                        kept, problem = chats.keep(here, answer, replacing=replaces)
                        past = opening.show(chats.open(kept, cookies_of(request)), answers)
                        shown = render_exchange(answer, key, date.today(), kept=problem)
                        yield gr.skip(), past, shown, kept
                    elif progress.by_model:
                        yield (
                            gr.skip(),
                            past,
                            render_writing(question, progress, answerer, key, date.today()),
                            gr.skip(),
                        )
                    else:
                        yield (
                            gr.skip(),
                            past,
                            render_waiting(question, progress.claims, note, key, date.today()),
                            gr.skip(),
                        )
        except BylineError as error:
            yield question, past, render_problem(question, error_words(error), key), gr.skip()
        except Exception as error:  # an entry point: the person sees words, the terminal the traceback
            log.exception("a question failed")
            yield question, past, render_problem(question, error_words(error), key), gr.skip()

    def paste(
        title: Any, text: Any, outlet: Any, published: Any, url: Any, request: gr.Request | None = None
    ) -> tuple[Any, ...]:
        fields = (title, text, outlet, published, url)
        refusal = owner.refusal(cookies_of(request))
        if wrong := refusal or _check_paste(fields):
            return (
                render_lines([Line("failed", str(title)[:100] or say("Pasted text"), wrong)], _new_key()),
                *[gr.skip()] * 5,
            )
        try:
            library = loaded.result(OPEN_SECONDS)[1]
            read = read_pasted(title.strip(), text, outlet.strip(), published.strip(), url.strip())
            failed = isinstance(read, Failure)
            with reading.reading():
                report = AddReport(failed=(read,)) if isinstance(read, Failure) else library.add([read])
            lines = describe_report(report, library, title.strip())
        except BylineError as error:
            failed, lines = True, [Line("failed", title.strip(), error_words(error))]
        except Exception as error:
            log.exception("a pasted article failed")
            failed, lines = True, [Line("failed", title.strip(), error_words(error))]
        return (render_lines(lines, _new_key()), *([gr.skip()] * 5 if failed else [""] * 5))

    plain: dict[str, Any] = {"apply_default_css": False, "js_on_load": None}
    with gr.Blocks(title="Byline", analytics_enabled=False) as page:
        # A fixed key: what a browser kept must be readable after a restart. It hides nothing, and need not.
        stored = gr.BrowserState([], storage_key="byline-chat", secret="byline")  # noqa: S106
        current = gr.BrowserState("", storage_key="byline-current", secret="byline")  # noqa: S106
        with gr.Column(elem_id="ask"):
            with gr.Row(elem_id="composer"):
                question = gr.Textbox(
                    label="Question",
                    placeholder="Ask a question",
                    lines=1,
                    max_lines=6,
                    max_length=MAX_QUESTION_CHARS,
                    show_label=False,
                    container=False,
                    elem_id="question",
                )
                send = gr.Button("Send", elem_id="send", variant="primary")
                gr.HTML('<p id="waits" role="status" hidden></p>', elem_id="waiting", **plain)
            clock = gr.Textbox(label="Clock", elem_id="clock", show_label=False, container=False)
            exactly = gr.Textbox(label="Exactly", elem_id="exactly", show_label=False, container=False)
            coming = gr.Textbox(label="Arriving", elem_id="arriving", show_label=False, container=False)
            gr.HTML('<div id="intro"></div>', elem_id="welcome", **plain)
            # What the script chooses, not a reader by hand: who answers, and whether this replaces the last answer.
            chosen = gr.Textbox(label="Answerer", elem_id="chosen", show_label=False, container=False)
            replacing = gr.Textbox(label="Replacing", elem_id="replacing", show_label=False, container=False)
            now = gr.HTML("", elem_id="now", **plain)
            past = gr.HTML("", elem_id="past", **plain)
            gr.HTML('<div id="starters"></div>', elem_id="starting", **plain)
            # What the script fills and presses to open a chat of the list; an empty one is a new chat.
            picked = gr.Textbox(label="Chat", elem_id="picked", show_label=False, container=False)
            pick = gr.Button("Open chat", elem_id="pick")
            if home is not None:
                add_verdicts(loaded, home, chats, current, language)
        with gr.Column(elem_id="library"):
            gr.HTML((STATIC / "library.html").read_text("utf-8"), **plain)
            with gr.Column(elem_id="paste"):
                gr.HTML('<h2 class="sub-title">Paste an article</h2>', **plain)
                title = gr.Textbox(label="Title", max_length=MAX_FIELD_CHARS, elem_id="paste-title")
                text = gr.Textbox(label="Text", lines=6, max_lines=14, elem_id="paste-text")
                with gr.Row(elem_id="paste-details"):
                    outlet = gr.Textbox(label="Outlet (optional)", max_length=MAX_FIELD_CHARS)
                    published = gr.Textbox(
                        label="Date (optional)", placeholder="2026-06-03", max_length=MAX_FIELD_CHARS
                    )
                    url = gr.Textbox(label="Address (optional)", placeholder="https://", max_length=MAX_FIELD_CHARS)
                add = gr.Button("Add article", elem_id="paste-add")
                pasted = gr.HTML("", elem_id="paste-result", **plain)
            gr.HTML((STATIC / "table.html").read_text("utf-8"), elem_id="table", **plain)
        spoken = partial(in_language, setting=language)
        quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        shown = [question, past, now, current]
        asked = [question, current, chosen, replacing, exactly, clock, coming]
        kept = [past, stored, current]
        restoring = page.load(spoken(opening.restore), [stored, current], kept, concurrency_limit=MAX_ASKING, **quiet)
        # A first question may overtake it, and shows the chat itself: what is restored later must not undo that.
        asking = gr.on(
            [question.submit, send.click],
            spoken(ask),
            asked,
            shown,
            cancels=restoring,
            concurrency_limit=MAX_ASKING,
            **quiet,
        )
        # Whoever leaves a chat waits for its answer no longer: it would come up in the next one.
        pick.click(spoken(opening.choose), picked, shown, cancels=asking, concurrency_limit=MAX_ASKING, **quiet)
        fields = [title, text, outlet, published, url]
        add.click(spoken(paste), fields, [pasted, *fields], concurrency_limit=2, **quiet)
    return page


def _paced(events: Iterator[Progress]) -> Iterator[Progress]:
    """The events, but of those that only lengthen a draft no more than a browser can show."""
    n_claims, last = -1, 0.0
    with closing(events):  # type: ignore[type-var]
        for event in events:
            now = monotonic()
            if event.answer is not None or len(event.claims) != n_claims or now - last >= PACE:
                n_claims, last = len(event.claims), now
                yield event


def frame_page(index: str, nonce: str, tabs: Sequence[Tab] = ()) -> str:
    """Gradio's index as our page: our head and shell, none of its remote addresses, a nonce on every script."""
    framed = frame_tabs(tabs)
    shell = translate((STATIC / "shell.html").read_text("utf-8")).replace("<!-- tab links -->", framed["links"])
    before, after = shell.replace("<!-- tabs -->", framed["sections"]).split("<!-- gradio -->")
    index = re.sub(r"\s*<meta\s+(?:property|name)=\"(?:og|twitter):[^>]*>", "", index)
    index = re.sub(r"\s*<link rel=\"manifest\"[^>]*>", "", index)
    index = re.sub(
        r"<script>\s*\(\(\) => \{(?:(?!</script>).)*iframeResizer(?:(?!</script>).)*</script>",
        "",
        index,
        flags=re.DOTALL,
    )
    head = (
        '<title>Byline</title><link rel="icon" href="data:,"><meta name="color-scheme" content="light dark">'
        '<link rel="stylesheet" href="/byline/static/style.css">'
        '<link rel="stylesheet" href="/byline/static/answers.css">'
        '<link rel="stylesheet" href="/byline/static/versions.css">'
        '<link rel="stylesheet" href="/byline/static/chats.css">'
        '<link rel="stylesheet" href="/byline/static/shelf.css">'
        '<script defer src="/byline/static/words.js"></script>'
        '<script defer src="/byline/static/sheet.js"></script>'
        '<script defer src="/byline/static/places.js"></script>'
        '<script defer src="/byline/static/arriving.js"></script>'
        '<script defer src="/byline/static/answers.js"></script>'
        '<script defer src="/byline/static/chats.js"></script>'
        '<script defer src="/byline/static/shelf.js"></script>'
        '<script defer src="/byline/static/script.js"></script>'
    )
    index = translate_frame(index.replace("</head>", head + framed["head"] + "</head>", 1))
    index = re.sub(r"(<body[^>]*>)", lambda m: m.group(1) + before, index, count=1)
    index = index.replace("</body>", after + "</body>", 1)
    return index.replace("<script", f'<script nonce="{nonce}"')


def _new_key() -> str:
    return f"n{uuid.uuid4().hex[:8]}"


def _check_paste(fields: tuple[Any, ...]) -> str:
    if not all(isinstance(field, str) for field in fields):
        return say("Title, text, outlet, date and address must be text.")
    title, text, *rest = fields
    if not title.strip() or not text.strip():
        return say("An article needs a title and a text.")
    if len(text.encode("utf-8", "replace")) > MAX_PASTE_CHARS:
        return say("A pasted text may have 1 MB; save it as a file and drop that.")
    if any(len(field) > MAX_FIELD_CHARS for field in (title, *rest)):
        return say("Title, outlet, date and address may have {n} characters each.", n=MAX_FIELD_CHARS)
    return ""

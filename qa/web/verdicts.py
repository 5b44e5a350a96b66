"""The page's side of feedback: two buttons under an answer, and the event that writes the verdict down."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from corpus.errors import BylineError
from corpus.types import Hit
from qa.types import Answer
from qa.web.chat import history_of
from qa.web.desk import Desk
from qa.web.feedback import VERDICTS, name_answer, write_feedback
from qa.web.opening import cookies_of
from qa.web.ports import Asks
from qa.web.routes import Loaded, error_words
from qa.web.words import later, say
from qa.web.words.speaker import in_language

NOTED = {
    "right": later("Noted as right."),
    "wrong": later("Noted as wrong. It waits in the evals’ inbox, with what was read."),
}

log = logging.getLogger(__name__)


def add_verdicts(loaded: Loaded, home: Path, desk: Desk, current: Any, language: str = "") -> None:
    """The hidden controls that the script fills and presses, inside the page's Blocks; `current` is the open chat."""

    def tell(said: Any, chat_id: Any, request: gr.Request | None = None) -> str:
        verdict, _, name = said.partition(" ") if isinstance(said, str) else ("", "", "")
        answers = desk.open(chat_id, cookies_of(request)).answers if loaded.done() else []
        at = max((i for i, answer in enumerate(answers) if name_answer(answer) == name), default=None)
        if verdict not in VERDICTS or at is None:
            return _line(name, "problem", say("This answer is no longer in the chat."))
        try:
            hits = _hits_of(loaded.result(0)[0], answers[at]) if loaded.done() else ()
            write_feedback(
                home, "right" if verdict == "right" else "wrong", answers[at], history_of(answers[:at]), hits
            )
        except BylineError as error:
            return _line(name, "problem", error_words(error))
        except Exception as error:  # an entry point: the person sees words, the terminal the traceback
            log.exception("a verdict could not be kept")
            return _line(name, "problem", error_words(error))
        return _line(name, verdict, say(NOTED[verdict]))

    with gr.Row(elem_id="verdicts"):
        said = gr.Textbox(show_label=False, max_length=60, elem_id="verdict")
        press = gr.Button("Tell", elem_id="tell")
        told = gr.HTML("", elem_id="told", apply_default_css=False, js_on_load=None)
    press.click(
        in_language(tell, language),
        [said, current],
        told,
        api_visibility="private",
        show_progress="hidden",
        concurrency_limit=2,
    )


def _line(name: str, verdict: str, words: str) -> str:
    return f'<span data-answer="{escape(name)}" data-verdict="{verdict}">{escape(words)}</span>'


def _hits_of(assistant: Asks, answer: Answer) -> Sequence[Hit]:
    """What the answer was made from: the same search again, as long as the library has not changed since."""
    retriever = getattr(assistant, "retriever", None)
    if retriever is None:
        return ()
    found = retriever.retrieve(answer.searched_for)
    return [e.hit for e in found.ranked] if found.generation == answer.library_generation else ()

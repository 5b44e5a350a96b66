"""The page while a language model writes: real Chromium, a real server of its protocol, one character at a time."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from llm_fixture import KEYS, QUESTION, make_assistant, open_ferry_library, saying
from playwright.sync_api import Browser, Page, expect
from visits import ask, visiting
from web_fixture import serving

from corpus.library import Library
from evals.stub import Request, Stub
from qa.config import Limits
from qa.told import BUILT_IN
from qa.web.server import build_app

ANSWER = saying(
    "The ferry carried **131 people** {said 131 people}.",
    " The ferry went down on Friday evening with 140 people. {said 131 people}\n\n",
    "- The toll rose to 27. {rose to 27}\n- The operator said 131 were on it {said 131 people}[9.9]\n\n",
    "| What | How many |\n|---|---|\n| Aboard | 131 {said 131 people} |\n\n",
    "The articles do not say who steered. [none]",
)
PATIENT = Limits(connect=2, first=30, whole=90, tokens=1000)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with open_ferry_library(tmp_path_factory.mktemp("home")) as opened:
        yield opened


@contextmanager
def answering(
    library: Library, browser: Browser, say: Callable[[Request], Iterable[str]]
) -> Iterator[tuple[Page, Stub]]:
    """The page over an assistant whose model is a stub that says this."""
    with Stub(say) as stub:
        assistant = make_assistant(library, stub.spec("openai-like"), limits=PATIENT)
        with serving(build_app(assistant, library)) as url, visiting(browser, url) as page:
            yield page, stub


class Slowly:
    """One character at a time, held before the first and before the end until told to go on."""

    def __init__(self) -> None:
        self.begin, self.go_on = threading.Event(), threading.Event()

    def __call__(self, request: Request) -> Iterator[str]:
        self.begin.wait(30)
        for chunk in ANSWER(request):
            for character in chunk:
                yield character
                threading.Event().wait(0.002)  # a pause, so that the page shows many states
            if "Friday" in chunk:
                self.go_on.wait(120)


def test_text_streams_below_the_built_in_answer_and_never_shows_half_a_marker(
    library: Library, browser: Browser
) -> None:
    slowly = Slowly()
    with answering(library, browser, slowly) as (page, _):
        page.evaluate(
            """() => { window.seen = [];
            new MutationObserver(() => {
              const now = document.querySelector('#now .exchange');
              if (!now) return;
              const marks = [...now.querySelectorAll('.claims .mark')].filter(m => !m.closest('.built-in'));
              const claims = [...now.querySelectorAll('.claim')].filter(m => !m.closest('.built-in'));
              const said = claim => {  // without the day as of which it holds, known only of the whole answer
                const copy = claim.cloneNode(true);
                copy.querySelectorAll('.as-of').forEach(day => day.remove());
                return copy.textContent.replace(/\\s+/g, ' ');
              };
              const text = [...now.querySelectorAll('.said, .draft')].filter(m => !m.closest('.built-in'));
              window.seen.push({built: Boolean(now.querySelector('.built-in .claim')), done: now.dataset.done,
                text: text.map(t => t.textContent).join(' '), claims: claims.map(said),
                marks: marks.map(m => m.textContent + ' ' + m.dataset.quote)});
            }).observe(document.body, {childList: true, subtree: true}); }"""
        )
        page.locator("#question textarea").fill(QUESTION)
        page.keyboard.press("Enter")
        expect(page.locator("#now .built-in .claim").first).to_be_visible()  # it stands while the model is silent
        slowly.begin.set()
        # What stands while the model is held: the first claims with their support, the built-in answer folded.
        expect(page.locator("#now .claims .claim").first).to_contain_text("131 people")
        expect(page.locator("#now .para > .claim .support")).to_have_text(
            ["supported", re.compile("partly supported: the article .*140")]
        )
        expect(page.locator("#now .stop")).to_be_visible()
        expect(page.locator("#now .built-in")).not_to_have_attribute("open", "")
        page.locator("#now .built-in > summary").click()
        expect(page.locator("#now .built-in .claim").first).to_be_visible()
        page.locator("#question textarea").fill("And then?")
        slowly.go_on.set()
        expect(page.locator('#now .exchange[data-done="true"]')).to_be_visible()
        expect(page.locator("#now .built-in .claim").first).to_be_visible()  # it stays unfolded
        expect(page.locator("#question textarea")).to_have_value("And then?")  # what is typed meanwhile stays
        seen = page.evaluate("window.seen")
        final = seen[-1]
        for state in seen:
            assert not re.search(r"[\[【]|\*\*", state["text"])
            assert final["claims"][: len(state["claims"])] == state["claims"]
            assert final["marks"][: len(state["marks"])] == state["marks"]
        assert len({state["text"] for state in seen}) > 5
        first = next(state for state in seen if state["built"])
        assert first["text"] == ""  # the built-in answer stood before any of the model's text
        expect(page.locator("#now ul.points li")).to_have_count(2)
        expect(page.locator("#now table.rows .mark")).to_have_text("1")
        expect(page.locator("#now .claim.gap .support")).to_have_text("not in the articles")
        expect(page.locator("#now .usage")).to_contain_text("1 source mark that named no source left out")
        expect(page.locator("#standing")).to_contain_text("stub (127.0.0.1")


def test_stop_ends_the_text_here_and_at_the_provider(library: Library, browser: Browser) -> None:
    def say(request: Request) -> Iterator[str]:
        yield from ANSWER(request)
        yield "\n\nAnd so on"
        while True:
            yield " and on"
            threading.Event().wait(0.02)

    with answering(library, browser, say) as (page, stub):
        page.locator("#question textarea").fill(QUESTION)
        page.keyboard.press("Enter")
        expect(page.locator("#now .draft")).to_contain_text("And so on")
        page.locator("#now .stop").click()
        assert stub.hung_up.wait(10)
        expect(page.locator('#now .exchange[data-done="true"] .notice')).to_have_text("Cut off: you stopped it.")
        expect(page.locator("#now .claim").first).to_contain_text("131 people")


def test_ask_again_and_edit_replace_the_last_answer(library: Library, browser: Browser) -> None:
    with answering(library, browser, ANSWER) as (page, stub):
        ask(page, QUESTION)
        first = page.locator("#now .exchange h2").get_attribute("id") or ""
        page.locator("#now .retry").click()
        expect(page.locator('#now .exchange[data-done="true"] h2')).not_to_have_id(first)
        expect(page.locator('#now .exchange[data-done="true"]')).to_be_visible()
        page.locator("#now .edit").click()
        expect(page.locator("#question textarea")).to_be_focused()
        page.keyboard.type(" Tell me.")
        page.keyboard.press("Enter")
        expect(page.locator('#now .exchange[data-done="true"] h2')).to_have_text(f"{QUESTION} Tell me.")
        expect(page.locator("#past .exchange")).to_have_count(0)
        ask(page, "How many died?")
        expect(page.locator("#past .exchange")).to_have_count(1)
        page.reload()
        expect(page.locator("#past .exchange")).to_have_count(2)
        expect(page.locator("#past .built-in")).to_have_count(2)
        assert sum(r.system.startswith("You answer") for r in stub.requests) == 4  # the others say a follow-up in full


def test_the_answerer_is_chosen_among_those_allowed(library: Library, browser: Browser) -> None:
    with answering(library, browser, ANSWER) as (page, stub):
        page.locator("#answerers").select_option(BUILT_IN)
        expect(page.locator("#standing")).to_contain_text(BUILT_IN)
        ask(page, QUESTION)
        expect(page.locator("#now .built-in")).to_have_count(0)
        assert stub.requests == []
        page.reload()
        expect(page.locator("#standing")).to_contain_text(BUILT_IN)
        ask(page, QUESTION)
        assert stub.requests == []


def test_marks_of_both_answers_open_their_own_sentences(library: Library, browser: Browser) -> None:
    with answering(library, browser, ANSWER) as (page, _):
        ask(page, QUESTION)
        page.locator("#now .para .mark").first.click()
        expect(page.locator(".reader mark.strong").first).to_contain_text("said 131 people")
        page.locator("#now .built-in > summary").click()
        mark = page.locator("#now .built-in .mark").first
        quote = mark.get_attribute("data-quote")
        mark.click()
        expect(page.locator(".reader mark.strong").first).to_have_text(str(quote).split("\n")[0])


def test_nothing_that_a_model_writes_becomes_markup(library: Library, browser: Browser, tmp_path: Path) -> None:
    hostile = saying(
        "![x](https://e.vil/a.png) [y](javascript:alert(1)) <img src=https://e.vil/b onerror=alert(1)> said. [1.1]",
        "\n\n- <script>alert(1)</script> item [1.2]\n\n| <b>x</b> | [y](https://e.vil) [1.1] |\n\n",
        "## <i>Head</i>\n\n```\n<u>\n```",
    )
    with answering(library, browser, hostile) as (page, _):
        ask(page, QUESTION)
        made = page.locator("#now .claims").first
        for tag in ("img", "a", "script", "b", "i", "u", "iframe"):
            expect(made.locator(tag)).to_have_count(0)
        expect(made).to_contain_text("<script>")


def test_a_key_that_is_sent_reaches_neither_the_page_nor_a_file(library: Library, browser: Browser) -> None:
    key = KEYS["openai-like"].value
    with answering(library, browser, ANSWER) as (page, stub):
        ask(page, QUESTION)
        origin = page.url.rstrip("/")
        told = [page.content()]
        told += [page.request.get(f"{origin}{path}").text() for path in ("/", "/config", "/gradio_api/info")]
        assert key in str(stub.requests[0].headers)
    written = [path.read_bytes() for path in library.config.home.rglob("*") if path.is_file()]
    assert not any(key in text for text in told)
    assert not any(key.encode() in data for data in written)
    assert any(QUESTION.encode() in data for data in written)  # what is written is looked through

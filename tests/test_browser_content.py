"""What articles bring with them in a real browser: hostile markup, other scripts; and real parts behind the page."""

from __future__ import annotations

import http.server
import re
import threading
from concurrent.futures import Future
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

import pytest
from playwright.sync_api import Browser, expect
from visits import ask, mark, visiting
from web_fixture import (
    FERRY,
    HOSTILE,
    SAMPLES,
    FakeLibrary,
    Known,
    running_page,
    sample_articles,
    serving,
)

from corpus.config import LibraryConfig
from corpus.library import Library
from corpus.read import read_articles
from corpus.types import Article
from qa.assistant import Assistant
from qa.web.server import build_app


def test_question_asked_while_the_library_opens_is_answered(browser: Browser) -> None:
    loaded: Future[Any] = Future()
    with running_page(FakeLibrary(sample_articles()), opening=loaded) as url:
        page = browser.new_page()
        page.goto(url)
        expect(page.locator("#standing")).to_have_text("Opening the library…")
        page.locator("#question textarea").fill(FERRY)
        page.keyboard.press("Enter")
        expect(page.locator("#now .status")).to_have_text("Opening the library…")
        loaded.set_result(None)
        expect(page.locator("#now .claim")).to_have_count(3)
        page.close()


def test_real_parts_answer_and_learn_an_article_at_once(browser: Browser, tmp_path: Path) -> None:
    ferry = [str(path) for path in SAMPLES.glob("*ferry*.md")]
    with Library.open(LibraryConfig(tmp_path), background=True) as library:
        assert not library.add([item for source in ferry for item in read_articles(source)]).failed
        with serving(build_app(Assistant(library), library)) as url, visiting(browser, url) as page:
            ask(page, "How many people died in the sinking of the Halden Star?")
            mark(page, 1).click()
            quoted = page.locator("#now .said").first.inner_text()
            expect(page.locator(".reader mark.strong")).to_have_text(quoted)
            expect(page.locator(".reader mark.strong")).to_be_in_viewport(ratio=1)
            page.keyboard.press("Escape")
            page.get_by_role("link", name="Library").click()
            page.get_by_label("Title").first.fill("Chess title goes to Oriel Fenn")
            fenn = "Oriel Fenn won the chess championship in Quarmby on Sunday."
            page.get_by_label("Text", exact=True).fill(f"{fenn} It was her third title.")
            page.get_by_role("button", name="Add article").click()
            expect(page.locator("#paste-result li")).to_contain_text("added")
            page.get_by_role("link", name="Ask").click()
            ask(page, "Who won the chess championship in Quarmby?")
            expect(page.locator("#now .said").first).to_have_text(fenn)


class Canary(http.server.BaseHTTPRequestHandler):
    """Notes every request; there must be none."""

    seen: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.seen.append(self.path)
        self.send_response(204)
        self.end_headers()

    do_POST = do_OPTIONS = do_HEAD = do_GET  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        pass


def test_hostile_content_is_text_everywhere_and_reaches_no_one(browser: Browser, tmp_path: Path) -> None:
    canary = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Canary)
    threading.Thread(target=canary.serve_forever, daemon=True).start()
    bad = HOSTILE.format(canary=f"http://127.0.0.1:{canary.server_port}")
    sentence = f"Evil {bad} Xerxes."
    text = f"## {bad}\n\n{sentence}\n\n- {bad}\n\n| {bad} | b |"
    article = Article("<i>id</i>\"'", f"Title {bad}", text, f"Outlet {bad}", "javascript:alert(1)", None, bad)
    with (
        running_page(FakeLibrary([article]), {"Xerxes": [(sentence, "quote")]}) as url,
        visiting(browser, url) as page,
    ):
        ask(page, f"{bad} Xerxes")
        expect(page.locator("#now .said")).to_have_text(sentence)
        expect(page.locator("#now .open").first).to_have_text(f"Title {bad}")
        mark(page, 1).hover()
        expect(page.locator("#card .title")).to_have_text(f"Title {bad}")
        expect(page.locator("#card blockquote")).to_have_text(sentence)
        mark(page, 1).click()
        expect(page.locator("#reader-title")).to_have_text(f"Title {bad}")
        expect(page.locator(".reader mark.strong")).to_have_text(sentence)
        expect(page.locator(".reader .original")).to_be_hidden()
        page.keyboard.press("Escape")
        ask(page, f"break {bad}")
        ask(page, f"Nothing {bad}")
        expect(page.locator("#now .open").first).to_have_text(f"Title {bad}")
        page.reload()
        expect(page.locator("#past h2").first).to_have_text(f"{bad} Xerxes")
        page.get_by_role("link", name="Library").click()
        expect(page.locator("#rows .open").first).to_have_text(f"Title {bad}")
        page.get_by_label("Title").first.fill(f"Pasted {bad}")
        page.get_by_label("Text", exact=True).fill(bad)
        page.get_by_role("button", name="Add article").click()
        expect(page.locator("#paste-result li")).to_contain_text(f"Pasted {bad}")
        name = "<img src=x onerror=alert(1)>&amp;.txt"
        page.locator("#files").set_input_files([{"name": name, "mimeType": "text/plain", "buffer": b"A calm day."}])
        expect(page.locator("#file-results li")).to_contain_text("<img src=x onerror=alert(1)>")
        page.locator("#filter").fill(bad[:150])
        expect(page.locator("#rows-status")).to_contain_text("shown")
        assert page.locator("#ask img, #library img, .reader img, #ask script, #library script").count() == 0
    canary.shutdown()
    assert Canary.seen == []


def test_a_follow_up_shows_what_was_searched_for_and_searches_again_for_what_is_typed_there(
    browser: Browser, tmp_path: Path
) -> None:
    with Library.open(LibraryConfig(tmp_path)) as library:
        library.add([item for path in SAMPLES.glob("*ferry*.md") for item in read_articles(str(path))])
        with serving(build_app(Assistant(library), library)) as url, visiting(browser, url) as page:
            ask(page, "What happened to the captain, Peter Marrack?")
            expect(page.locator(".searched-for")).to_have_count(0)
            ask(page, "How old is he?")
            words = page.get_by_label("Searched for:")
            expect(words).to_have_value(re.compile("Peter Marrack"))
            words.fill("why?")
            page.get_by_role("button", name="Search again").click()
            again = page.locator('#now .exchange[data-done="true"]')
            expect(again.locator("h2")).to_have_text("why?")
            expect(page.locator("#now .searched-for")).to_have_count(0)
            ask(page, "How old is he?")
            expect(page.locator("#now .searched-for")).to_have_count(1)
            ask(page, "Where was the ferry Halden Star built?")
            expect(page.locator("#now .searched-for")).to_have_count(0)


ARABIC = Article(
    "ar",
    "غرق عبارة في بحيرة الوردة ومقتل 14 شخصا",
    "قال المدير سامر حداد إن العبارة Halden Star كانت تحمل 112 راكبا و8 من أفراد الطاقم.\n\n- توقفت الرحلات ليومين.",
    "صحيفة الميناء",
    None,
    date(2026, 4, 11),
    "ar",
)
# Where a text's first and last letters stand, from left to right, of a selector's first element that has it.
WHERE = """([selector, text]) => {
    const walk = document.createTreeWalker(document.querySelector(selector), NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
        const at = node.data.indexOf(text);
        if (at < 0) continue;
        const range = document.createRange();
        const box = (n) => (range.setStart(node, n), range.setEnd(node, n + 1), range.getBoundingClientRect().left);
        return [box(at), box(at + text.length - 1)];
    }
}"""


@pytest.mark.parametrize("width", [1280, 360])
def test_arabic_runs_from_right_to_left_and_what_is_latin_in_it_does_not(browser: Browser, width: int) -> None:
    quote = ARABIC.text.split("\n")[0]
    known: Known = {"العبارة": [(quote, "quote")]}
    with (
        running_page(FakeLibrary([ARABIC]), known) as url,
        visiting(browser, url, viewport={"width": width, "height": 800}) as page,
    ):
        ask(page, "كم كانت العبارة Halden Star تحمل؟")

        def left_to_right(selector: str, *texts: str) -> list[bool]:
            ends = [page.evaluate(WHERE, [selector, text]) for text in texts]
            return [first < last for first, last in ends]

        def order(selector: str, *texts: str) -> list[int]:
            starts = [page.evaluate(WHERE, [selector, text])[0] for text in texts]
            return sorted(range(len(texts)), key=lambda n: -starts[n])

        for selector in ("#now h2", "#now .claim .said", "#now .cited .open"):
            assert page.locator(selector).evaluate("node => getComputedStyle(node).direction") == "rtl"
        assert left_to_right("#now .said", "قال", "Halden") == [False, True]
        # The mark ends the sentence, at its left; then come the words of support, from left to right.
        said, mark_at, support = (
            page.locator(f"#now .claim {s}").bounding_box() for s in (".said", ".mark", ".support")
        )
        assert mark_at["x"] + mark_at["width"] <= said["x"] + said["width"]
        assert support["x"] + support["width"] <= mark_at["x"] + 1
        assert order("#now .cited .meta", "صحيفة", "11 April") == [0, 1]
        assert left_to_right("#now .cited .meta", "11 April") == [True]
        mark(page, 1).click()
        expect(page.locator(".reader mark.strong")).to_be_visible()
        for selector in ("#reader-title", ".article-text", ".article-text ul"):
            assert page.locator(selector).evaluate("node => getComputedStyle(node).direction") == "rtl"
        assert left_to_right(".article-text", "قال", "Halden") == [False, True]

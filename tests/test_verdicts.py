"""Verdicts on answers, given in a real browser."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Page, expect
from web_fixture import FERRY, SAMPLES, running_page, serving

from corpus.config import LibraryConfig
from corpus.library import Library
from corpus.read import read_articles
from qa.assistant import Assistant
from qa.web.feedback import find_inbox, read_feedback
from qa.web.server import build_app


def ask(page: Page, question: str) -> None:
    page.locator("#question textarea").fill(question)
    page.keyboard.press("Enter")
    # Generous: the first question of a real library waits for the model, on whatever machine this is.
    expect(page.locator('#now .exchange[data-done="true"] h2')).to_have_text(question, timeout=60_000)


def test_an_answer_called_wrong_waits_in_the_inbox_with_what_was_read(browser: Browser, tmp_path: Path) -> None:
    with Library.open(LibraryConfig(tmp_path), background=True) as library:
        library.add([item for path in SAMPLES.glob("*ferry*.md") for item in read_articles(str(path))])
        with serving(build_app(Assistant(library), library, home=tmp_path)) as url:
            page = browser.new_page()
            page.goto(url)
            ask(page, "Who was the captain of the Halden Star?")
            ask(page, "How many people died in the sinking of the Halden Star?")
            now = page.locator("#now")
            now.get_by_role("button", name="This is wrong").click()
            expect(now.locator(".told")).to_contain_text("Noted as wrong")
            expect(now.get_by_role("button", name="This is wrong")).to_have_attribute("aria-pressed", "true")
            (one,), _ = read_feedback(tmp_path)
            assert one.verdict == "wrong"
            assert one.question == "How many people died in the sinking of the Halden Star?"
            assert one.history[0].content == "Who was the captain of the Halden Star?"
            assert one.hits
            assert one.library_generation == library.stats().generation
            # An earlier answer keeps its buttons after a reload, and a change of mind replaces the verdict.
            now.get_by_role("button", name="This is right").click()
            expect(now.locator(".told")).to_contain_text("Noted as right")
            page.reload()
            first = page.locator("#past .exchange").first
            first.get_by_role("button", name="This is wrong").click()
            expect(first.locator(".told")).to_contain_text("Noted as wrong")
            found = {f.question: f.verdict for f in read_feedback(tmp_path)[0]}
            assert sorted(found.values()) == ["right", "wrong"]
            page.close()


def test_a_full_inbox_and_an_answer_that_is_gone_are_said_in_words(browser: Browser, tmp_path: Path) -> None:
    with running_page(home=tmp_path) as url:
        page = browser.new_page()
        page.goto(url)
        ask(page, FERRY)
        path = find_inbox(tmp_path)
        path.parent.mkdir(parents=True)
        path.mkdir()  # nothing can be written there
        page.get_by_role("button", name="This is right").click()
        expect(page.locator(".told")).to_contain_text("cannot be written")
        page.evaluate("document.querySelector('.tell').dataset.answer = 'x\\u0022<b>'")
        page.get_by_role("button", name="This is right").click()
        expect(page.locator(".told")).to_have_text("This answer is no longer in the chat.")
        page.close()


def test_no_verdict_is_asked_for_where_none_is_kept(browser: Browser) -> None:
    with running_page() as url:
        page = browser.new_page()
        page.goto(url)
        ask(page, FERRY)
        expect(page.locator("#now .mark").first).to_be_visible()
        expect(page.get_by_role("button", name="This is wrong")).to_be_hidden()
        page.close()

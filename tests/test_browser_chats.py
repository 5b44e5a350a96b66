"""The list of chats in a real browser: opened, renamed, searched, deleted, copied, taken along."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from test_chats_page import MAYOR
from web_fixture import FERRY, running_page


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running_page(may_share=True) as address:
        yield address


def ask(page: Page, question: str) -> None:
    page.locator("#question textarea").fill(question)
    page.keyboard.press("Enter")
    expect(page.locator('#now .exchange[data-done="true"] h2')).to_have_text(question)


def test_the_list_opens_renames_searches_and_deletes_with_undo(browser: Browser, url: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 860})
    page.goto(url)
    ask(page, FERRY)
    page.locator(".masthead .new-chat").click()
    expect(page.locator(".exchange")).to_have_count(0)
    ask(page, MAYOR)
    page.get_by_role("button", name="Chats", exact=True).click()
    titles = page.locator(".chat-open")
    expect(titles).to_have_text([MAYOR, FERRY])
    expect(page.locator('.chat-open[aria-current="true"]')).to_have_text(MAYOR)
    expect(page.locator("#chats-search")).to_be_focused()

    titles.nth(1).click()  # another chat: what it holds comes, what was there goes
    expect(page.locator("#past h2")).to_have_text([FERRY])
    expect(page.locator("#now .exchange")).to_have_count(0)
    ask(page, "Did Kelderby flood?")
    expect(titles).to_have_text([FERRY, MAYOR])

    page.get_by_role("button", name=f"What to do with “{FERRY}”").click()  # by keyboard from here
    page.get_by_role("button", name="Rename").focus()
    page.keyboard.press("Enter")
    box = page.get_by_role("textbox", name="Title of the chat")
    expect(box).to_be_focused()
    box.fill("<b>The ferry</b>")
    page.keyboard.press("Enter")
    expect(titles.first).to_have_text("<b>The ferry</b>")
    expect(titles.first).to_be_focused()

    page.locator("#chats-search").fill("zzyzzx")
    expect(titles).to_have_text([MAYOR])
    expect(page.locator("#chats-status")).to_have_text("1 chat found")
    page.locator("#chats-search").fill("")
    expect(titles).to_have_count(2)

    page.locator(".chat-more").first.click()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(titles).to_have_text([MAYOR])
    expect(page.locator(".exchange")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(titles).to_have_text(["<b>The ferry</b>", MAYOR])
    expect(page.locator("#past h2")).to_have_text([FERRY, "Did Kelderby flood?"])
    page.locator(".chat-more").first.click()
    page.get_by_role("button", name="Delete", exact=True).click()
    page.reload()  # leaving is no way to keep it
    page.wait_for_function("fetch('/byline/chats').then(r => r.json()).then(told => told.total === 1)")
    page.get_by_role("button", name="Chats", exact=True).click()
    expect(titles).to_have_text([MAYOR])
    page.keyboard.press("Escape")
    expect(page.locator("#chats")).to_be_hidden()
    expect(page.get_by_role("button", name="Chats", exact=True)).to_be_focused()
    page.close()


def test_copied_text_and_exported_files_have_the_footnotes(browser: Browser, url: str, tmp_path: Path) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"], accept_downloads=True)
    page = context.new_page()
    page.goto(url)
    ask(page, FERRY)
    page.locator("#now .copy").click()
    expect(page.locator("#now .copy")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "Sixty-seven people were pulled from the water" in copied
    assert re.search(r"\[\^1-1\]: .+, \d+ \w+ 2026.*: “Sixty-seven", copied)
    page.get_by_role("button", name="Chats", exact=True).click()
    page.locator(".chat-more").click()
    with page.expect_download() as markdown:
        page.get_by_role("link", name="Markdown").click()
    assert markdown.value.suggested_filename.endswith(".md")
    assert copied.strip() in Path(markdown.value.path()).read_text("utf-8")
    with page.expect_download() as whole:
        page.get_by_role("link", name="JSON").click()
    assert json.loads(Path(whole.value.path()).read_text("utf-8"))["exchanges"][0]["answer"]["question"] == FERRY
    context.close()


def test_on_a_phone_the_list_is_a_sheet_that_keeps_the_focus(browser: Browser, url: str) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    page.goto(url)
    ask(page, FERRY)
    page.get_by_role("button", name="Chats", exact=True).tap()
    sheet = page.get_by_role("dialog", name="Chats")
    expect(sheet).to_be_visible()
    assert page.evaluate("document.querySelector('gradio-app').inert")
    sizes = page.locator("#chats button:visible").evaluate_all("all => all.map(b => b.getBoundingClientRect().height)")
    assert min(sizes) >= 44
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.locator(".chat-open").tap()
    expect(sheet).to_be_hidden()
    expect(page.locator("#past h2")).to_have_text([FERRY])
    page.close()

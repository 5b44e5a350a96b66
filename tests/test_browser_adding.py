"""The Library section in a real browser: text pasted, files dropped, links, edits, removals, the table."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from library_fixtures import open_library, storm
from news_server import serving_news
from playwright.sync_api import Browser, Page, expect
from visits import ask, visiting
from web_fixture import FakeLibrary, running_page

from corpus.types import AddReport


def test_pasted_article_is_answered_from_at_once(page: Page) -> None:
    page.get_by_role("link", name="Library").click()
    page.get_by_label("Title").first.fill("Otters return to the Tamsel")
    page.get_by_label("Text", exact=True).fill("Two otters were seen at Quarmby weir. They stayed.")
    page.get_by_label("Outlet (optional)").fill("River Notes")
    page.get_by_label("Date (optional)").fill("2026-07-20")
    page.get_by_role("button", name="Add article").click()
    expect(page.locator("#paste-result li")).to_contain_text("added")
    expect(page.get_by_label("Title").first).to_have_value("")
    expect(page.locator("#rows tr").first).to_contain_text("Otters return to the Tamsel")
    expect(page.locator("#holdings")).to_contain_text("to 20 July 2026")
    page.get_by_role("link", name="Ask").click()
    ask(page, "What was seen at Quarmby?")
    expect(page.locator("#now .said")).to_have_text("Two otters were seen at Quarmby weir.")


def test_paste_with_a_wrong_date_says_so_and_keeps_what_was_typed(page: Page) -> None:
    page.get_by_role("link", name="Library").click()
    page.get_by_label("Title").first.fill("No date")
    page.get_by_label("Text", exact=True).fill("Some text.")
    page.get_by_label("Date (optional)").fill("someday")
    page.get_by_role("button", name="Add article").click()
    expect(page.locator("#paste-result li")).to_contain_text("someday")
    expect(page.get_by_label("Title").first).to_have_value("No date")


def test_dropped_files_give_a_line_each(page: Page) -> None:
    page.get_by_role("link", name="Library").click()
    expect(page.locator("#rows tr").first).to_be_visible()
    page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File(["The Vossmer bridge reopened on Tuesday. Cars crossed it."], "bridge.txt"));
            data.items.add(new File([new Uint8Array([0, 1, 2, 255, 254])], "noise.xyz"));
            data.items.add(new File([new Uint8Array(21 * 1024 * 1024)], "huge.txt"));
            document.querySelector("#drop").dispatchEvent(
                new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: data }));
        }"""
    )
    lines = page.locator("#file-results li")
    expect(lines).to_have_count(3)
    expect(lines.filter(has_text="huge.txt")).to_contain_text("Larger than 20 MB.")
    expect(lines.filter(has_text="noise.xyz")).to_contain_text("failed")
    expect(lines.filter(has_text="bridge")).to_contain_text("added")
    expect(page.locator("#adding")).to_be_hidden()
    lines.filter(has_text="bridge").locator(".open").click()
    expect(page.locator(".article-text")).to_contain_text("The Vossmer bridge reopened on Tuesday.")


def test_link_is_added_from_the_page_and_a_bad_one_says_why(browser: Browser) -> None:
    with serving_news() as news, running_page(FakeLibrary(), fetcher=news.fetcher) as address:
        words = "<p>The quay is to be deepened by two metres, the council said on Tuesday.</p>" * 6
        news.says("/quay", f"<!doctype html><html><body><article><h1>Quay</h1>{words}</article></body></html>")
        page = browser.new_page()
        page.goto(f"{address}#library")
        page.locator("#link-url").fill("http://news.example/lost")
        page.locator("#link-add").click()
        failed = page.locator("#file-results .failed")
        expect(failed).to_contain_text("not found (404)")
        expect(page.locator("#link-url")).to_have_value("http://news.example/lost")
        page.locator("#link-url").fill("http://news.example/quay")
        page.locator("#link-url").press("Enter")
        expect(page.locator("#file-results .added .open")).to_have_text("Quay")
        expect(page.locator("#link-url")).to_have_value("")
        page.close()


def test_article_is_edited_removed_and_taken_back_on_the_page(browser: Browser, tmp_path: Path) -> None:
    with open_library(tmp_path) as library, running_page(library) as address:  # type: ignore[arg-type]
        library.add([storm(1), storm(2)])
        page = browser.new_page()
        page.goto(f"{address}#library")
        page.locator("#rows .open", has_text="Storm 1").click()
        page.locator("#edit-article").click()
        page.locator("#edit-published").fill("soon")
        page.locator("#save-article").click()
        expect(page.locator(".owner-bar .status")).to_contain_text("'soon' is no date")
        page.locator("#edit-published").fill("2025-03-01")
        page.locator("#edit-title").fill("The great storm")
        page.locator("#save-article").click()
        expect(page.locator("#reader-title")).to_have_text("The great storm")
        expect(page.locator("#rows")).to_contain_text("The great storm")
        page.locator("#remove-article").click()
        expect(page.locator("#rows .open")).to_have_count(1)
        page.locator("#file-results .undo").click()
        expect(page.locator("#rows .open")).to_have_count(2)
        kept = library.article("a1")
        assert kept is not None
        assert kept.title == "The great storm"
        page.close()


class Held(FakeLibrary):
    """Adds nothing before `may` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.may = threading.Event()

    def add(self, *items: Any, **options: Any) -> AddReport:
        assert self.may.wait(60)
        return super().add(*items, **options)


def test_a_question_waits_for_what_was_just_added_and_else_says_what_was_not_searched(browser: Browser) -> None:
    library = Held()
    with running_page(library) as address, visiting(browser, address) as page:
        page.get_by_role("link", name="Library").click()
        files = [{"name": f"{n}.txt", "mimeType": "text/plain", "buffer": b"A calm day. It was."} for n in "ab"]
        page.locator("#files").set_input_files(files)  # type: ignore[arg-type]
        page.get_by_role("link", name="Ask").click()
        page.locator("#question textarea").fill("What was seen at Quarmby?")
        page.keyboard.press("Enter")
        expect(page.locator("#waits")).to_contain_text("2 articles that you added are still being read.")
        page.get_by_role("button", name="Ask now").click()
        expect(page.locator("#now .notice")).to_have_text(
            "2 articles were still being read when this was asked, and were not searched."
        )
        expect(page.locator("#waits")).to_be_hidden()
        library.may.set()
        page.get_by_role("link", name="Library").click()
        expect(page.locator("#file-results li")).to_have_count(2)
        library.may.clear()
        page.get_by_label("Title").first.fill("Otters return")
        page.get_by_label("Text", exact=True).fill("Two otters were seen at Quarmby weir. They stayed.")
        page.get_by_role("button", name="Add article").click()
        page.get_by_role("link", name="Ask").click()
        page.locator(".actions .retry").click()
        expect(page.locator("#waits")).to_contain_text("1 article that you added is still being read.")
        library.may.set()
        expect(page.locator("#now .said")).to_have_text("Two otters were seen at Quarmby weir.")
        expect(page.locator("#now .notice")).to_have_count(0)


def test_table_sorts_and_filters(page: Page) -> None:
    page.get_by_role("link", name="Library").click()
    titles = page.locator("#rows .title")
    expect(titles.first).to_be_visible()
    page.get_by_role("button", name="Title", exact=True).click()
    expect(page.locator('th[aria-sort="ascending"]')).to_have_text("Title")
    shown = titles.all_inner_texts()
    assert shown == sorted(shown, key=str.lower)
    page.get_by_role("button", name="Title", exact=True).click()
    expect(page.locator('th[aria-sort="descending"]')).to_have_text("Title")
    page.get_by_label("Filter the articles").fill("kessany")
    expect(page.locator("#rows-status")).to_contain_text("shown")
    expect(titles).not_to_have_count(len(shown))
    assert all("kessany" in row.lower() for row in page.locator("#rows tr").all_inner_texts())


def test_empty_library_says_what_to_do(browser: Browser) -> None:
    with running_page(FakeLibrary()) as url, visiting(browser, url) as page:
        expect(page.locator(".lead")).to_have_text("The library is empty. Add articles, then ask about them.")
        page.get_by_role("link", name="Add articles").click()
        expect(page.locator("#holdings")).to_contain_text("No articles yet.")

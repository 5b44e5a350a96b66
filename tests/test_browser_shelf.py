"""The Library tab and an article's versions in a real browser: chart, filters, pages, following, what was removed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from feeds import FEED, entry, feed_of
from library_fixtures import open_library, storm
from news_server import serving_news
from playwright.sync_api import Browser, Page, expect
from test_shelf import app_over
from test_stories import telling
from visits import visiting
from web_fixture import serving

from corpus.library import Library

OLD = "The quay is deep. It cost nine million pounds alpha1. It opens in May."
NEW = "The quay is deep. It cost twelve million pounds alpha1. It opens in May. The mayor came."


@contextmanager
def shelf(browser: Browser, home: Path, *, fill: bool = True, **settings: Any) -> Iterator[tuple[Page, Library]]:
    """The Library section of a page over a real library; nothing may go to another origin or to the console."""
    with open_library(home) as library, serving_news() as news:
        news.says(
            "/feed", **feed_of(*(entry(n, full=f"The council of {n} agreed to dredge.") for n in ("a", "b", "c")))
        )
        if fill:
            made = [storm(n, published=date(2024, 1 + n % 12, 1 + n % 28)) for n in range(2, 130)]
            library.add([*made, telling("wire", "Courier", 5), telling("post", "Post", 6)])
            library.add([storm(1, text=OLD, title="Deep quay", published=date(2026, 5, 1))])
            library.add([storm(1, text=NEW, title="Deep quay", published=date(2026, 5, 1))])
        with serving(app_over(library, news)) as url, visiting(browser, url, **settings) as page:
            page.get_by_role("link", name="Library").click()
            yield page, library


def test_table_is_paged_filtered_and_drawn_over_time(browser: Browser, tmp_path: Path) -> None:
    with shelf(browser, tmp_path) as (page, library):
        rows, status = page.locator("#rows tr"), page.locator("#rows-status")
        expect(status).to_have_text("1 to 100 of 131 articles shown.")
        expect(rows).to_have_count(100)
        page.get_by_role("button", name="Next 100").click()
        expect(status).to_have_text("101 to 131 of 131 articles shown.")
        expect(page.get_by_role("button", name="Next 100")).to_be_disabled()
        page.get_by_role("button", name="Previous 100").click()
        expect(rows).to_have_count(100)

        bars = page.locator("#chart .bars")
        expect(bars).to_have_attribute("aria-label", "131 articles over time, from January 2024 to May 2026, most in "
                                       "March 2024: 11.")  # fmt: skip
        page.locator("#chart .bar").nth(1).click()
        expect(page.locator("#from-day")).to_have_value("2024-02-01")
        expect(page.locator("#to-day")).to_have_value("2024-02-29")
        expect(status).to_have_text("10 articles shown.")
        page.get_by_role("button", name="All dates").click()
        expect(status).to_contain_text("131")
        page.locator("#chart summary").click()
        page.get_by_role("button", name="May 2026").press("Enter")
        expect(rows).to_have_count(1)
        page.get_by_role("button", name="Clear filters").click()

        page.get_by_label("With near-copies only").check()
        expect(page.locator("#rows .copies")).to_have_text(["1 near-copy", "1 near-copy"])
        page.locator("#by-outlet").select_option(label="Post (1)")
        expect(rows).to_have_count(1)
        page.get_by_label("Filter the articles").fill("nothing of that")
        expect(status).to_have_text("No article is left by these filters.")
        expect(page.locator("#by-origin option")).to_have_text(["All sources", "Folder /news (131)"])

        library.add([storm(500)])  # as from a terminal
        page.get_by_role("link", name="Ask").click()
        page.get_by_role("link", name="Library").click()
        expect(page.locator("#holdings")).to_contain_text("132 articles")


def test_earlier_version_is_read_with_what_differs_marked(browser: Browser, tmp_path: Path) -> None:
    with shelf(browser, tmp_path) as (page, library):
        page.locator("#rows .open", has_text="Deep quay").click()
        text = page.locator(".article-text")
        expect(text).to_contain_text("twelve million")
        expect(page.locator(".article-text .differs")).to_have_count(0)
        page.locator(".versions button", has_text="Until").click()
        expect(text).to_contain_text("nine million")
        expect(page.locator(".article-text del")).to_have_text(["It cost nine million pounds alpha1."])
        page.get_by_role("button", name="As it is now").click()
        expect(page.locator(".article-text ins")).to_have_text(
            ["It cost twelve million pounds alpha1.", "The mayor came."]
        )
        expect(page.locator(".versions .hint")).to_contain_text("2 sentences")
        library.add([storm(1, text="All is new here.", title="Deep quay", published=date(2026, 5, 1))])
        page.keyboard.press("Escape")
        page.locator("#rows .open", has_text="Deep quay").click()
        page.locator(".provenance summary").click()
        expect(page.locator(".provenance .from")).to_have_text("Read from /news/a1.md.")
        page.locator(".provenance [data-version='1']").click()
        expect(text).to_contain_text("nine million")


def test_citation_of_what_an_article_no_longer_says_opens_what_it_said(browser: Browser, tmp_path: Path) -> None:
    with shelf(browser, tmp_path, fill=False) as (page, library):
        library.add([storm(1, text=OLD, title="Deep quay")])
        page.get_by_role("link", name="Ask", exact=True).click()
        page.locator("#question textarea").fill("How many million pounds?")
        page.keyboard.press("Enter")
        mark = page.locator('#now .exchange[data-done="true"] .mark').first
        expect(mark).to_be_visible()
        library.add([storm(1, text=NEW, title="Deep quay")])
        mark.click()
        notice = page.locator(".reader .notice")
        expect(notice).to_contain_text("This is what it said until then, as it was cited.")
        expect(page.locator(".article-text mark.strong")).to_have_text("It cost nine million pounds alpha1.")
        expect(page.locator(".article-text mark.strong")).to_have_class("strong differs lost")
        page.get_by_role("button", name="As it is now").click()
        expect(page.locator(".article-text ins").first).to_have_text("It cost twelve million pounds alpha1.")
        expect(notice).to_contain_text("nine million")


def test_feed_is_followed_checked_and_unfollowed(browser: Browser, tmp_path: Path) -> None:
    with shelf(browser, tmp_path, fill=False) as (page, _):
        page.locator("#link-url").fill(FEED)
        page.get_by_label("Check what you follow").select_option(label="every 6 hours")
        page.get_by_role("button", name="Follow", exact=True).click()
        expect(page.locator("#file-results .added")).to_have_count(3)
        expect(page.get_by_label("Check what you follow")).to_have_value("")
        expect(page.locator("#rows tr")).to_have_count(3)
        source = page.locator(".followed li")
        expect(source.locator(".health")).to_contain_text("Well: checked just now · next in ")
        expect(source.locator(".health")).to_contain_text("every 6 hours")
        expect(source.locator(".health")).to_contain_text("3 new last time")
        page.get_by_role("button", name="Check now").click()
        expect(page.locator("#file-results .unchanged")).to_contain_text("Nothing new.")
        page.locator("#by-origin").select_option(label="Feed C (3)")
        expect(page.locator("#rows-status")).to_have_text("3 articles shown.")
        page.get_by_role("button", name="Clear filters").click()
        page.get_by_role("button", name="Unfollow").click()
        expect(page.locator("#sources")).to_be_hidden()
        expect(page.locator("#rows tr")).to_have_count(3)
        page.locator("#link-url").fill(str(tmp_path / "nowhere"))
        page.locator("#follow").click()
        expect(page.locator("#file-results .failed")).to_contain_text("is no folder and no link")


def test_removed_article_is_taken_back_after_a_reload(browser: Browser, tmp_path: Path) -> None:
    with shelf(browser, tmp_path, fill=False) as (page, library):
        library.add([storm(1), storm(2)])
        page.reload()
        page.locator("#rows .open", has_text="Storm 1").click()
        page.locator("#remove-article").click()
        expect(page.locator("#rows tr")).to_have_count(1)
        page.reload()
        page.locator("#removed summary").click()
        expect(page.locator("#removed .name")).to_have_text("Storm 1")
        page.get_by_role("button", name="Take back").click()
        expect(page.locator("#rows tr")).to_have_count(2)
        expect(page.locator("#removed")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_scrolls_sideways_and_words_have_contrast(browser: Browser, tmp_path: Path, scheme: str) -> None:
    phone = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True, "color_scheme": scheme}
    with shelf(browser, tmp_path, **phone) as (page, _):
        expect(page.locator("#rows tr")).to_have_count(100)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        low = page.evaluate(
            """selector => {
              const linear = v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
              const shade = c => c.match(/[\\d.]+/g).slice(0, 3).map(linear);
              const light = c => shade(c).reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
              const paper = light(getComputedStyle(document.body).backgroundColor);
              return [...document.querySelectorAll(selector)].filter(n => n.checkVisibility()).map(n => {
                const ink = light(getComputedStyle(n).color);
                return [n.className || n.id, (Math.max(ink, paper) + .05) / (Math.min(ink, paper) + .05)];
              }).filter(([, ratio]) => ratio < 4.5);
            }""",
            ".peak, .ends span, :is(.filters, .every) :is(label, select), .every, #rows-status, .follow-hint, summary, "
            ".pager :enabled",
        )
        assert low == []
        page.locator("#rows .open").first.click()
        expect(page.locator(".provenance")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360

"""The page in a real browser, as a reader, a keyboard, a phone and an attacker meet it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from visits import ask, mark, visiting
from web_fixture import (
    FERRY,
    FakeLibrary,
    running_page,
)

from corpus.types import Article

FIRST = "Sixty-seven people were pulled from the water or from two life rafts, the coast guard said."
SECOND = "Gusts of up to 70 kilometers an hour were measured on the lake at the time."
Open = Callable[..., Page]


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[Page]:
    with visiting(browser, address, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True) as shown:
        yield shown


def test_answer_has_claims_marks_and_lists(page: Page) -> None:
    ask(page, FERRY)
    expect(page.locator("#now .claim")).to_have_count(3)
    expect(page.locator("#now .claim .support")).to_have_text(["direct quote", "direct quote", "supported"])
    expect(page.locator("#now .sources h3")).to_have_text("Cited (2)")
    expect(page.locator("#now details.also")).not_to_have_attribute("open", "")
    assert FIRST in page.locator("#spoken").inner_text()


def test_marks_do_not_change_the_height_of_a_line(page: Page) -> None:
    ask(page, FERRY)
    heights = page.locator("#now .claim").evaluate_all(
        """claims => claims.map(claim => {
            const whole = claim.getBoundingClientRect().height;
            claim.querySelectorAll('.mark').forEach(mark => mark.remove());
            return [whole, claim.getBoundingClientRect().height];
        })"""
    )
    assert heights[1][0] == heights[1][1]


def test_hovering_a_mark_shows_its_card_and_escape_hides_it(page: Page) -> None:
    ask(page, FERRY)
    mark(page, 2).hover()
    card = page.locator("#card")
    expect(card).to_be_visible()
    expect(card).to_contain_text("Oressa Herald")
    expect(card).to_contain_text("11 April 2026, ")
    expect(card.locator("blockquote")).to_have_text(SECOND)
    expect(card.locator("b")).to_have_text("70")
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()


def test_click_opens_the_article_at_the_sentence_and_back(page: Page) -> None:
    ask(page, FERRY)
    mark(page, 2).click()
    reader = page.get_by_role("complementary")
    expect(reader.locator("h2")).to_have_text(
        "Ferry sinks on Lake Oressa in storm, leaving at least 14 dead and 31 missing"
    )
    strong = reader.locator("mark.strong")
    expect(strong).to_have_text(SECOND)
    expect(strong).to_be_in_viewport(ratio=1)
    expect(strong).to_be_focused()
    expect(reader.locator("mark:not(.strong)")).to_have_text(FIRST)
    original = reader.locator("a.original")
    fragment = "#:~:text=" + SECOND.replace(" ", "%20")
    expect(original).to_have_attribute("href", "https://oressa-herald.example/ferry-halden-star" + fragment)
    expect(original).to_have_attribute("rel", "noopener noreferrer")
    box, answer = reader.bounding_box(), page.locator("#now .answer").bounding_box()
    assert box is not None
    assert answer is not None
    assert answer["x"] + answer["width"] <= box["x"]
    strong.click()
    expect(page.locator("#now .claim").nth(1)).to_be_focused()
    reader.locator("mark:not(.strong)").click()
    expect(page.locator("#now .claim").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(reader).to_be_hidden()
    expect(mark(page, 2)).to_be_focused()


def test_highlight_covers_exactly_the_cited_characters(browser: Browser) -> None:
    text = "🦀 Lead.\n\n## A head\nOne 🦀 sank. Two\nlines rose.\n\n- First item ends.\n- Second begins.\n\n"
    text += "| City | Rent |\n| Osmere | 1,620 |"
    article = Article("odd", "Odd", text, "Paper")
    quote = text[text.index("Two") : text.index("Second")]
    known = {"odd": [(quote, "quote"), ("| Osmere | 1,620 |", "quote")]}
    with running_page(FakeLibrary([article]), known) as url, visiting(browser, url) as page:  # type: ignore[arg-type]
        ask(page, "What is odd?")
        mark(page, 1).click()
        marks = page.locator(".reader mark.strong")
        expect(marks).to_have_text(["Two lines rose.", "First item ends."])
        expect(page.locator(".article-text h3")).to_have_text("A head")
        expect(page.locator(".article-text li")).to_have_text(["First item ends.", "Second begins."])
        expect(page.locator(".article-text th")).to_have_text(["City", "Rent"])
        page.keyboard.press("Escape")
        mark(page, 2).click()
        expect(marks).to_have_text(["Osmere", "1,620"])


def test_not_found_offers_nearest_articles_and_another_question(page: Page) -> None:
    ask(page, "Who is the mayor of Zzyzzx?")
    expect(page.locator("#now .answer")).to_contain_text("The articles don’t say.")
    expect(page.locator("#now .status")).to_contain_text("Searched ")
    expect(page.locator("#now .sources h3")).to_have_text("Nearest articles")
    expect(page.locator("#now .open")).to_have_count(3)
    page.locator("#now .open").first.click()
    expect(page.locator("#reader")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("#now .ask").click()
    expect(page.locator("#now h2")).to_have_text(FERRY)
    expect(page.locator("#past h2")).to_have_text("Who is the mayor of Zzyzzx?")


def test_failure_is_in_plain_words_and_the_question_is_kept(page: Page) -> None:
    ask(page, "Please break it")
    expect(page.locator("#now .problem")).to_have_text(
        "Something went wrong inside Byline. The terminal that runs it says more."
    )
    expect(page.locator("#question textarea")).to_have_value("Please break it")


def test_starter_is_asked_with_one_click(page: Page) -> None:
    starter = page.locator(".starter-list .ask").first
    question = starter.inner_text()
    starter.click()
    expect(page.locator("#now h2")).to_have_text(question)
    expect(page.locator("#welcome")).to_be_hidden()


def test_everything_works_by_keyboard_alone(page: Page) -> None:
    expect(page.locator("#question textarea")).to_be_focused()
    page.keyboard.type(FERRY)
    page.keyboard.press("Enter")
    expect(page.locator('#now .exchange[data-done="true"] .mark')).to_have_count(3)
    expect(page.locator("#question textarea")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#send")).to_be_focused()
    page.keyboard.press("Tab")
    expect(mark(page, 1)).to_be_focused()
    expect(page.locator("#card")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#card")).to_be_hidden()
    page.keyboard.press("Enter")
    strong = page.locator(".reader mark.strong")
    expect(strong).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#now .claim").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#reader")).to_be_hidden()
    expect(mark(page, 1)).to_be_focused()
    for _ in range(2):
        page.keyboard.press("Tab")
    expect(mark(page, 3)).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#now .pill").first).to_be_focused()


def test_sections_open_at_their_top_and_the_chat_where_it_was_left(page: Page) -> None:
    ask(page, FERRY)
    ask(page, "Who is the mayor of Zzyzzx?")
    page.evaluate("scrollTo(0, 150)")
    for section in ("library", "ask", "library"):
        page.evaluate(f"location.hash = '#{section}'")
        page.wait_for_function(f"document.body.dataset.section === '{section}'")
        assert page.evaluate("scrollY") == (150 if section == "ask" else 0)
        if section == "library":
            expect(page.locator("#rows tr").first).to_be_visible()
            page.evaluate("scrollTo(0, 400)")
            assert page.evaluate("scrollY") == 400


def test_skip_link_comes_first_and_leads_to_the_question(page: Page) -> None:
    page.locator(".wordmark").focus()
    page.keyboard.press("Shift+Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#question textarea")).to_be_focused()


def test_reload_keeps_the_chat_and_new_chat_ends_it(page: Page) -> None:
    ask(page, FERRY)
    ask(page, "Who is the mayor of Zzyzzx?")
    page.reload()
    expect(page.locator("#past h2")).to_have_text([FERRY, "Who is the mayor of Zzyzzx?"])
    page.locator('#past .mark[data-n="1"]').click()
    expect(page.locator(".reader mark.strong")).to_have_text(FIRST)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="New chat").click()
    expect(page.locator("#intro h1")).to_be_visible()
    page.reload()
    expect(page.locator("#intro h1")).to_be_visible()
    expect(page.locator(".exchange")).to_have_count(0)


def test_phone_tap_shows_the_card_then_the_sheet(phone: Page) -> None:
    ask(phone, FERRY)
    mark(phone, 2).tap()
    expect(phone.locator("#card")).to_be_visible()
    expect(phone.locator("#reader")).to_be_hidden()
    phone.locator("#card .card-open").tap()
    sheet = phone.get_by_role("dialog")
    expect(sheet).to_have_accessible_name(
        "Ferry sinks on Lake Oressa in storm, leaving at least 14 dead and 31 missing"
    )
    expect(sheet.locator("mark.strong")).to_have_text(SECOND)
    expect(sheet.locator("mark.strong")).to_be_in_viewport(ratio=1)
    sheet.locator("mark.strong").tap()
    expect(phone.locator("#reader")).to_be_hidden()
    expect(phone.locator("#now .claim").nth(1)).to_be_focused()


def test_nothing_scrolls_sideways_at_360_px(phone: Page) -> None:
    def width() -> int:
        return int(phone.evaluate("Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)"))

    assert width() == 360
    ask(phone, FERRY)
    assert width() == 360
    ask(phone, "Who is the mayor of " + "Z" * 200 + "?")
    assert width() == 360
    phone.get_by_role("link", name="Library").tap()
    expect(phone.locator("#rows tr").first).to_be_visible()
    assert width() == 360
    phone.locator("#rows .open").nth(4).tap()
    expect(phone.get_by_role("dialog")).to_be_visible()
    assert width() == 360


def test_touch_targets_are_thumb_size(phone: Page) -> None:
    ask(phone, FERRY)
    sizes = phone.locator("#now .open, #now summary, #send, nav a, .masthead .new-chat").evaluate_all(
        "all => all.filter(e => e.checkVisibility()).map(e => [e.textContent, e.getBoundingClientRect().height])"
    )
    assert len(sizes) > 5
    assert [size for size in sizes if size[1] < 40] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_contrast(browser: Browser, address: str, scheme: str) -> None:
    with visiting(browser, address, color_scheme=scheme) as page:
        ask(page, "Kelderby flood?")
        mark(page, 2).click()
        expect(page.locator(".reader mark.strong")).to_be_visible()
        chosen = (
            ".said, .support, .exchange h2, .mark, .meta, .status, .sources h3, summary, #standing, nav a, .wordmark,"
            ".reader p, .reader mark, .original, #send, .open"
        )
        ratios = page.locator(chosen).evaluate_all(
            """all => {
                const rgba = text => text.match(/[\\d.]+/g).map(Number);
                const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
                    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
                    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
                const behind = node => {
                    for (; node; node = node.parentElement) {
                        const fill = rgba(getComputedStyle(node).backgroundColor);
                        if (fill.length < 4 || fill[3] === 1) return fill;
                    }
                    return [255, 255, 255];
                };
                return all.filter(e => e.checkVisibility()).map(e => {
                    const [a, b] = [light(rgba(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
                    return [e.className || e.localName, (a + 0.05) / (b + 0.05)];
                });
            }"""
        )
        assert len(ratios) > 12
        assert [found for found in ratios if found[1] < 4.5] == []
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert paper == {"light": "rgb(252, 251, 248)", "dark": "rgb(22, 22, 20)"}[scheme]

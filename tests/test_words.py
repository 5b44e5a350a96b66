"""The page's own words: every one of them in every language, and nothing else translated."""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from babel.messages.jslexer import tokenize
from babel.messages.pofile import read_po
from playwright.sync_api import Browser, Page, expect
from web_fixture import FERRY, running_page

from qa.web.words import retell, say_n, say_number, speaking
from qa.web.words.catalogue import HERE, LANGUAGES, load_catalogue
from qa.web.words.dates import spell_day, spell_published, spell_span
from qa.web.words.extract import PLACES, ROOT, find_messages, write_catalogue
from qa.web.words.markup import find_words
from qa.web.words.speaker import choose_language

TODAY = date(2026, 11, 25)
OTHERS = [code for code in LANGUAGES if code != "en"]
HOLES = re.compile(r"\{\w+~?\}")


@pytest.mark.parametrize("code", OTHERS)
def test_every_message_of_the_page_is_in_the_catalogue(code: str, tmp_path: Path) -> None:
    path = shutil.copy(HERE / f"{code}.po", tmp_path)
    before = _ids(Path(path))
    assert [message.english for message in write_catalogue(Path(path))] == []
    assert _ids(Path(path)) == before, "no longer said: python -m qa.web.words drops it"


def _ids(path: Path) -> set[tuple[str | None, str]]:
    with path.open("rb") as file:
        return {(message.context, str(message.id)) for message in read_po(file)}


@pytest.mark.parametrize("code", OTHERS)
def test_a_translation_has_the_same_holes(code: str) -> None:
    catalogue = load_catalogue(code)
    with speaking(code):
        for message in find_messages():
            if message.context:
                continue
            pair = (message.english, message.many or message.english)
            said = catalogue.for_script()[message.english]
            for english, other in zip(pair, said if message.many else said * 2, strict=True):
                assert sorted(HOLES.findall(english)) == sorted(HOLES.findall(other)), english


def test_a_new_message_without_a_translation_is_found(tmp_path: Path) -> None:
    path = tmp_path / "de.po"
    known = (HERE / "de.po").read_text("utf-8")
    path.write_text(known.replace('msgid "Nearest articles"', 'msgid "Nearest"'), "utf-8")
    assert [message.english for message in write_catalogue(path)] == ["Nearest articles"]


SAME = {"Byline", "Markdown", "Escape", "Enter", "Tab", "Files", "{} min"}
"""Names, which are the same in every language, and those of keys and of what is dropped."""


def test_no_markup_is_written_with_words_that_are_not_said() -> None:
    found = [(where, words) for where, html in _python_markup() for words in find_words(html)]
    assert [one for one in found if one[1].strip("{}–· ") not in SAME and not one[1].startswith("<")] == []


def test_no_script_shows_words_that_are_not_said() -> None:
    found = [f"{path.name}: {words}" for path in _files(".js") for words in _bare_words(path.read_text("utf-8"))]
    assert found == []


def test_no_style_sheet_shows_words() -> None:
    for path in _files(".css"):
        assert re.findall(r'content: "[^"]*[A-Za-z]{2}[^"]*"', path.read_text("utf-8")) == [], path


def test_refusals_of_the_routes_are_said() -> None:
    bare = []
    for path in _files(".py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "HTTPException":
                words = [arg for arg in node.args[1:] if isinstance(arg, ast.Constant | ast.JoinedStr)]
                bare += [f"{path.name}:{node.lineno}" for _ in words]
    assert bare == []


def test_bare_words_are_seen() -> None:
    script = 'make("p", "", "No article yet"); node.title = `Open ${n} articles`; say("Well said"); $("#a .b")'
    assert list(_bare_words(script)) == ["No article yet", "Open {} articles"]
    assert list(find_words('<p title="Two words">Now {}</p>')) == ["Two words", "Now {}"]


def _files(suffix: str) -> Iterator[Path]:
    for place in PLACES:
        yield from (path for path in sorted((ROOT / place).rglob(f"*{suffix}")) if "words" not in path.parts)


def _python_markup() -> Iterator[tuple[str, str]]:
    """Strings with tags in them, holes as `{}`; strings that are said, and docstrings, are holes too."""
    for path in _files(".py"):
        tree = ast.parse(path.read_text("utf-8"))
        inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        inside |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            # Gradio's own parts are translated when the page is framed.
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "HTML":
                inside |= {id(arg) for arg in node.args}
        for node in ast.walk(tree):
            if id(node) in inside or not isinstance(node, ast.Constant | ast.JoinedStr):
                continue
            parts = node.values if isinstance(node, ast.JoinedStr) else [node]
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in parts)
            if re.search(r"</?[a-z]", text) and not text.startswith("(?") and "\\s" not in text:
                yield f"{path.name}:{node.lineno}", text


_SENTENCE = re.compile(r"[A-Z“{][\w’,.:“”{}]*(?: [\w’“”(){},.:;?!…-]+)+|[A-Z][a-z]{2,}[.!?…]?")


def _bare_words(script: str) -> Iterator[str]:
    """Strings of a script that read like words for a person and are no argument of `say` or `sayN`."""
    said, depth, last = 0, 0, ""
    for token in tokenize(script):
        if token.type == "operator" and token.value == "(":
            depth += 1
            said = said or (depth if last in ("say", "sayN") else 0)
        elif token.type == "operator" and token.value == ")":
            said = 0 if said == depth else said
            depth -= 1
        elif token.type in ("string", "template_string") and not said:
            text = re.sub(r"\$\{[^}]*\}", "{}", token.value[1:-1])
            if text not in SAME and _SENTENCE.fullmatch(text) and re.search(r"[a-z]{2}", text):
                yield text
        last = token.value


def test_german_has_its_own_forms_of_numbers_days_and_plurals() -> None:
    with speaking("de"):
        assert say_n("{n} article.", "{n} articles.", 1234) == "1.234 Artikel."
        assert [say_n("{n} day ago", "{n} days ago", n) for n in (1, 2)] == ["vor 1 Tag", "vor 2 Tagen"]
        assert say_number(1234.5, 1) == "1.234,5"
        assert spell_day(date(2026, 4, 3)) == "3. April 2026"
        assert spell_published("2026-06-03", TODAY) == "3. Juni 2026, vor 5 Monaten"
        assert spell_span("2026-03-02", "2026-07-28") == "2. März bis 28. Juli 2026"
        assert spell_span("2026-03-02", "2026-03-28") == "2. bis 28. März 2026"
    assert (spell_published("2026-06-03", TODAY), say_number(1234.5, 1)) == ("3 June 2026, 5 months ago", "1,234.5")


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("the article says 14, not 31", "der Artikel sagt 14, nicht 31"),
        ("the article does not name May", "der Artikel nennt nicht: May"),
        ("16 to 22 Nov 2026", "16. bis 22. Nov. 2026"),
        ("https://x.example/a: not found (404)", "https://x.example/a: nicht gefunden (404)"),
        (
            "This is the built-in answer. Claude refused the key (401). Check ANTHROPIC_API_KEY.",
            "Dies ist die Antwort ohne Sprachmodell. Claude wies den Schlüssel zurück (401). Prüfen Sie "
            "ANTHROPIC_API_KEY.",
        ),
        ("Cut off: you stopped it.", "Abgebrochen: Sie haben angehalten."),
        ("Claude answered with nothing.", "Claude antwortete mit nichts."),
        ("Nobody wrote this sentence here.", "Nobody wrote this sentence here."),
        ("May", "May"),
        ("", ""),
    ],
)
def test_what_is_told_elsewhere_is_told_again_in_german(told: str, said: str) -> None:
    with speaking("de"):
        assert retell(told) == said
    assert retell(told) == told


@pytest.mark.parametrize(
    ("setting", "accepted", "code"),
    [
        ("", "", "en"),
        ("", "de-AT,de;q=0.9,en;q=0.8", "de"),
        ("", "fr,en;q=0.5,de;q=0.8", "de"),
        ("", "fr, es", "en"),
        ("", "de;q=0, en", "en"),
        ("", ";;q=x,,", "en"),
        ("de", "en", "de"),
        ("en", "de", "en"),
        ("zh", "de", "de"),
    ],
)
def test_the_setting_goes_before_the_browser(setting: str, accepted: str, code: str) -> None:
    assert choose_language(setting, accepted) == code


@pytest.fixture(scope="module")
def german(browser: Browser) -> Iterator[Page]:
    """A page in a German browser, over the sample articles and an assistant with known answers."""
    with running_page() as url:
        context = browser.new_context(locale="de-DE", viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.goto(url)
        yield page
        context.close()


OURS = """() => {
    const content = '.said, .title, .exchange > h2, blockquote, .article-text, #reader-title, .chat-open, .ask, .open, '
        + '.meta, .outlet, option, .wordmark, script, style, #chart td';
    const found = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode())
        if (node.data.trim() && !node.parentElement.closest(content)) found.push(node.data.trim());
    for (const name of ['aria-label', 'placeholder', 'title'])
        for (const node of document.querySelectorAll(`[${name}]`)) found.push(node.getAttribute(name));
    return found;
}"""


def test_a_german_browser_reads_no_english(german: Page) -> None:
    english = _english()
    expect(german.locator("#standing")).to_contain_text("nichts verlässt diesen Rechner")
    assert german.evaluate("document.documentElement.lang") == "de"
    seen = set[str](german.evaluate(OURS))
    for question in (FERRY, "What about Kelderby?", "Who won the race on Mars?"):
        german.locator("#question textarea").fill(question)
        german.keyboard.press("Enter")
        expect(german.locator('#now .exchange[data-done="true"] h2')).to_have_text(question)
        seen |= set(german.evaluate(OURS))
        if question == FERRY:
            expect(german.locator("#now .support").first).to_have_text("wörtliches Zitat")
            expect(german.locator("#now .said").first).to_have_attribute("lang", "en")  # as the articles are
            german.locator("#now .mark").first.click()
            expect(german.locator(".reader mark.strong")).to_be_visible()
            seen |= set(german.evaluate(OURS))
            german.keyboard.press("Escape")
    expect(german.locator("#now .verdict")).to_have_text("Davon steht nichts in den Artikeln.")
    german.locator(".chats-button").click()
    german.locator(".chat-more").first.click()
    seen |= set(german.evaluate(OURS))
    german.locator(".close-chats").click()
    german.evaluate("location.hash = '#library'")
    expect(german.locator("#rows-status")).to_have_text(re.compile("Artikel gezeigt"))
    seen |= set(german.evaluate(OURS))
    assert len(seen) > 80
    assert sorted(one for one in seen if english(one)) == []


def test_the_longer_words_fit_on_a_phone(german: Page) -> None:
    german.set_viewport_size({"width": 360, "height": 740})
    german.evaluate("location.hash = '#ask'")
    expect(german.locator("#now h2")).to_be_visible()
    boxes = {name: german.locator(f".masthead {name}").bounding_box() for name in ("nav", ".chats-button", ".new-chat")}
    right = [box["x"] + box["width"] for box in boxes.values() if box]
    left = [box["x"] for box in boxes.values() if box]
    assert [a <= b for a, b in zip(right, [*left[1:], 360], strict=True)] == [True, True, True], boxes
    tops = {name: round(german.locator(f".masthead {name}").evaluate("n => n.offsetTop") / 30) for name in MASTHEAD}
    assert len(set(tops.values())) <= 2, tops
    assert german.evaluate("document.documentElement.scrollWidth") == 360


MASTHEAD = (".wordmark", "#standing", "nav", ".chats-button", ".new-chat")


def test_an_english_browser_and_an_english_setting_read_english(german: Page) -> None:
    address = german.url.split("#")[0]
    with httpx.Client(trust_env=False) as client:
        plain = client.get(address).text
        assert ('lang="en"' in plain, 'id="words"' in plain, ">Skip to the question<" in plain) == (True, False, True)
        foreign = client.get(address, headers={"accept-language": "de"}).text
        assert ('lang="de"' in foreign, ">Zur Frage springen<" in foreign, ">Skip to" in foreign) == (True, True, False)
        missing = client.get(f"{address}byline/article", params={"id": "x"}, headers={"accept-language": "de"})
        assert missing.json()["detail"] == "Dieser Artikel ist nicht mehr in der Bibliothek."
    with running_page(language="en") as url:
        assert 'lang="en"' in httpx.get(url, headers={"accept-language": "de"}, trust_env=False).text


def _english() -> Any:
    """Whether a text is one of the page's English messages, holes filled, and not the same in German."""
    catalogue = load_catalogue("de").for_script()
    messages = [m for m in find_messages() if m.context or m.english not in catalogue[m.english]]
    texts = {text for m in messages for text in (m.english, m.many) if text}
    patterns = [
        re.compile(".+?".join(re.escape(part) for part in HOLES.split(text)), re.DOTALL)
        for text in texts
        if HOLES.search(text) and re.search(r"[A-Za-z]{3}", HOLES.sub("", text))
    ]
    return lambda text: text in texts or any(pattern.fullmatch(text) for pattern in patterns)

"""The page's pure parts: dates, answers as HTML, the chat that a browser keeps, starter questions."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html import unescape
from html.parser import HTMLParser

import pytest
from web_fixture import FERRY, KNOWN, FakeAssistant, FakeLibrary, sample_articles

from corpus.types import AddReport, Article, Failure
from qa.dates import spell_age, spell_published, spell_span
from qa.types import Answer, Claim, Searched
from qa.web.adding import MAX_LINES, describe_report, render_lines
from qa.web.arriving import MOST, Arriving, note_arriving
from qa.web.chat import MAX_EXCHANGES, history_of, read_chat
from qa.web.render import emphasise, original_link, render_exchange, render_problem, render_waiting, smooth
from qa.web.starters import make_starters
from qa.web.words import speaking

TODAY = date(2026, 11, 24)
HOSTILE = "<img src=x onerror=alert(1)>\"'><script>alert(1)</script> ![a](http://evil.test/x) &amp; ${alert(1)}"


class Elements(HTMLParser):
    """Collects the tags, attributes and text of what was rendered."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.fixture
def answer() -> Answer:
    return FakeAssistant(FakeLibrary(sample_articles()), KNOWN).ask(FERRY)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 11, 24), "today"),
        (date(2026, 11, 23), "yesterday"),
        (date(2026, 11, 12), "12 days ago"),
        (date(2026, 11, 1), "3 weeks ago"),
        (date(2026, 6, 3), "5 months ago"),
        (date(2025, 11, 24), "1 year ago"),
        (date(2025, 11, 25), "11 months ago"),
        (date(2020, 1, 1), "6 years ago"),
        (date(2027, 1, 1), ""),
    ],
)
def test_age_is_in_the_largest_unit_that_is_not_vague(day: date, words: str) -> None:
    assert spell_age(day, TODAY) == words


def test_published_is_the_day_in_its_own_zone_with_age() -> None:
    assert spell_published("2026-06-03T23:30:00-04:00", TODAY) == "3 June 2026, 5 months ago"
    assert spell_published(None, TODAY) == "undated"
    assert spell_published("last week", TODAY) == "last week"


def test_span_names_year_and_month_once() -> None:
    assert spell_span("2026-03-02", "2026-07-28") == "2 March to 28 July 2026"
    assert spell_span("2026-07-02", "2026-07-28") == "2 to 28 July 2026"
    assert spell_span("2025-12-31", "2026-01-01") == "31 December 2025 to 1 January 2026"
    assert spell_span("2026-01-01", "2026-01-01") == "1 January 2026"
    assert spell_span(None, "2026-01-01") == ""


def test_every_mark_is_a_labelled_button_directly_after_its_claim(answer: Answer) -> None:
    html = render_exchange(answer, "k", TODAY)
    marks = re.findall(r'</span><button type="button" class="mark"[^>]*aria-label="([^"]*)"[^>]*>(\d)</button>', html)
    assert marks == [
        ("Source 1: Oressa Herald, 11 April 2026", "1"),
        ("Source 2: Oressa Herald, 11 April 2026", "2"),
        ("Source 3: Tarvenia Financial, 18 May 2026", "3"),
    ]


def test_lists_count_articles_and_group_their_numbers(answer: Answer) -> None:
    html = render_exchange(answer, "k", TODAY)
    assert "Cited (2)" in html
    assert "<summary>Also read (3)</summary>" in html
    assert html.count('class="pill"') == 3


def test_every_support_is_said_in_words(answer: Answer) -> None:
    words = {"quote": "direct quote", "supported": "supported", "partial": "partly supported"}
    for support, said in {**words, "unsupported": "no source found"}.items():
        claim = replace(answer.claims[0], support=support)  # type: ignore[arg-type]
        assert f'<span class="support" dir="auto">{said}</span>' in render_exchange(
            replace(answer, claims=(claim,)), "k", TODAY
        )


def test_reason_of_a_claim_is_shown_as_text(answer: Answer) -> None:
    claim = replace(answer.claims[0], support="partial", reason="<b>no number</b>")
    html = render_exchange(replace(answer, claims=(claim,)), "k", TODAY)
    assert "partly supported: &lt;b&gt;no number&lt;/b&gt;" in html


@pytest.mark.parametrize(
    ("read", "words"),
    [
        (8.0, "8 of 8 passages read · "),
        (3.0, "3 of 8 passages read, the others did not fit into what the model can read at once · "),
    ],
)
def test_how_many_passages_the_model_read_is_said(answer: Answer, read: float, words: str) -> None:
    usage = {"passages_read": read, "passages_found": 8.0, "input_tokens": 2100.0, "output_tokens": 90.0}
    shown = replace(answer, answerer="m (Ollama)", seconds=2.0, usage=usage, built_in=answer)
    said = Elements(render_exchange(shown, "k", TODAY)).words
    assert f"m (Ollama) · 2.0 s · {words}2,100 tokens in, 90 out" in said


def test_short_answer_is_marked_in_the_first_claim_only(answer: Answer) -> None:
    shown = replace(answer, short_answer="coast guard", claims=(answer.claims[0], answer.claims[0]))
    assert render_exchange(shown, "k", TODAY).count("<strong>coast guard</strong>") == 1


def test_not_found_says_what_was_searched_and_offers_a_way_on(answer: Answer) -> None:
    shown = replace(
        answer, status="not_found", claims=(), nearest=answer.also_read, also_read=(), try_instead="Who sank?",
        searched=Searched(26, "2026-03-02", "2026-07-28"),
    )  # fmt: skip
    html = render_exchange(shown, "k", TODAY)
    assert "The articles don’t say." in html
    assert "Searched 26 articles, 2 March to 28 July 2026." in html
    assert 'data-ask="Who sank?"' in html
    assert html.count('class="open"') == 3
    assert "Cited" not in html


def test_everything_from_outside_is_text(answer: Answer) -> None:
    cite = replace(answer.claims[0].citations[0], title=HOSTILE, outlet=HOSTILE, published=HOSTILE, quote=HOSTILE,
                   article_id=HOSTILE, url="javascript:alert(1)", marks=((2, 9), (5, 900), (-4, 1)))  # fmt: skip
    source = replace(answer.also_read[0], title=HOSTILE, outlet=HOSTILE, published=HOSTILE, article_id=HOSTILE)
    shown = replace(
        answer, question=HOSTILE, searched_for=HOSTILE + "!", also_read=(source,), short_answer=HOSTILE,
        claims=(Claim(HOSTILE, (cite,), "partial", HOSTILE),),
    )  # fmt: skip
    lost = replace(shown, status="not_found", claims=(), nearest=(source,), try_instead=HOSTILE)
    for html in (
        render_exchange(shown, "k", TODAY),
        render_exchange(lost, "k", TODAY),
        render_waiting(HOSTILE, shown.claims, HOSTILE, "k", TODAY),
        render_waiting(HOSTILE, (), HOSTILE, "k", TODAY),
        render_problem(HOSTILE, HOSTILE, "k"),
    ):
        seen = Elements(html)
        assert not {"img", "script", "a", "iframe", "style"} & set(seen.tags)
        assert not [name for name, value in seen.attributes if name.startswith("on") or name in ("src", "href")]
        assert HOSTILE in seen.words


def test_emphasis_never_loses_or_repeats_a_character() -> None:
    spans = [(0, 3), (2, 5), (4, 4), (8, 99), (-5, 1)]
    assert unescape(re.sub("</?b>", "", emphasise("a<b>&cdefg", spans, "b"))) == "a<b>&cdefg"


def test_smooth_keeps_every_character_in_place() -> None:
    text = "## Head\n- item | one\n| a | b |\nplain | text"
    assert smooth(text) == "   Head   item | one   a · b   plain | text"
    assert len(smooth(text)) == len(text)


def test_original_link_is_http_only_and_carries_a_full_phrase() -> None:
    assert original_link("https://a.example/x", "A well-set page, said she.") == (
        "https://a.example/x#:~:text=A%20well%2Dset%20page%2C%20said%20she."
    )
    words = " ".join(f"w{n}" for n in range(40))
    long = original_link("https://a.example/x", words)
    assert long is not None
    assert long.endswith(",w28%20w29%20w30%20w31%20w32%20w33%20w34%20w35%20w36%20w37%20w38%20w39")
    assert original_link("https://a.example/x", "| a | b |") == "https://a.example/x"
    for url in (
        None,
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//a.example",
        "https://[x",
        "https:",
    ):
        assert original_link(url, "x") is None


def test_chat_survives_the_browser(answer: Answer) -> None:
    assert read_chat([answer.to_json()]) == ([answer], 0)
    assert [turn.role for turn in history_of([answer])] == ["user", "assistant"]


def test_a_follow_up_goes_on_from_what_was_searched_for(answer: Answer) -> None:
    user, assistant = history_of([replace(answer, question="and when?", searched_for="When did it sink?")])
    assert user.content == "When did it sink?"
    assert set(assistant.titles) == {cite.title for cite in answer.citations}


def test_what_was_searched_for_can_be_changed_and_is_escaped(answer: Answer) -> None:
    html = render_exchange(replace(answer, searched_for='x" autofocus onfocus="y'), "k", date(2026, 11, 25))
    assert 'value="x&quot; autofocus onfocus=&quot;y"' in html
    assert "searched-for" not in render_exchange(answer, "k", date(2026, 11, 25))


def test_malformed_entries_of_a_chat_are_dropped_and_counted(answer: Answer) -> None:
    good = answer.to_json()
    bad = [
        {**good, "schema": 0},
        {**good, "question": 7},
        {**good, "status": "<b>"},
        {**good, "claims": "x"},
        {**good, "claims": [{**good["claims"][0], "support": "sure"}]},
        {**good, "claims": [{**good["claims"][0], "text": None}]},
        {**good, "searched": {}},
        {**good, "also_read": [{**good["also_read"][0], "title": ["x"]}]},
        "x",
        None,
        7,
    ]
    assert read_chat([good, *bad]) == ([answer], len(bad))
    for stored in ("x", {"a": 1}, 7, True, ["x" * 2_000_000], [{"a": "\ud800"}]):
        assert read_chat(stored) == ([], 1)
    assert read_chat(None) == ([], 0)


def test_of_a_browsers_chat_the_newest_are_read(answer: Answer) -> None:
    stored = [replace(answer, question=str(n)).to_json() for n in range(MAX_EXCHANGES + 5)]
    answers, n_dropped = read_chat(stored)
    assert (answers[0].question, len(answers), n_dropped) == ("5", MAX_EXCHANGES, 5)


def test_report_becomes_one_line_an_item_with_reasons() -> None:
    library = FakeLibrary([Article("a", "Title <b>", "Text."), Article("b", "Other", "Text.", source="s")])
    report = AddReport(
        added=("a",),
        unchanged=("b",),
        failed=(Failure("x.pdf", "It is <i>empty</i>."),),
        notes=(Failure("s", "no date"),),
    )
    lines = describe_report(report, library)
    assert [(line.outcome, line.name, line.detail) for line in lines] == [
        ("failed", "x.pdf", "It is <i>empty</i>."),
        ("added", "Title <b>", ""),
        ("unchanged", "Other", "no date"),
    ]
    assert "<b>" not in render_lines(lines)
    assert "<i>" not in render_lines(lines)


def test_long_report_ends_with_how_many_more() -> None:
    library = FakeLibrary([Article(str(n), f"T{n}", "Text.") for n in range(100)])
    lines = describe_report(AddReport(added=tuple(map(str, range(100)))), library)
    assert len(lines) == MAX_LINES + 1
    assert lines[-1].name == "and 70 more"


def test_starters_come_from_names_that_several_articles_carry() -> None:
    newest_first = sorted(sample_articles(), key=lambda a: str(a.published_text), reverse=True)
    questions = make_starters(newest_first)
    assert len(questions) == 4
    assert len(set(questions)) == 4
    texts = " ".join(a.text for a in newest_first)
    for question in questions:
        name = re.sub(r"^What (happened in|is the latest on)( the)? |\?$", "", question)
        assert texts.count(name) > 1


def test_starters_of_a_library_without_names_are_none() -> None:
    assert make_starters([]) == []
    assert make_starters([Article("a", "all in small letters", "nothing here has a name.")]) == []


def test_what_is_still_being_read_is_counted_and_told_with_the_answer(answer: Answer) -> None:
    arriving = Arriving()
    with arriving.reading():
        assert [arriving.count(told) for told in ("", "3", 7, None, "²", "-2", "9" * 30)] == [1, 3, 1, 1, 1, 1, 1]
        assert arriving.count(str(MOST * 9)) == MOST
    assert arriving.count() == 0
    assert note_arriving(answer, 0) == answer
    assert note_arriving(replace(answer, notice="Slow."), 1).notice.startswith("Slow. One article was still being read")
    with speaking("de"):
        assert "12 Artikel wurden noch gelesen" in render_exchange(note_arriving(answer, 12), "k", TODAY)

"""How a question is read as to time, what that leaves out, and how an answer tells of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from corpus.config import LibraryConfig
from corpus.library import Library
from corpus.types import Article, PublishedDays
from qa.assistant import Assistant
from qa.config import Config
from qa.read_time import read_time
from qa.relative import explain_dates
from qa.terminal import answer_lines
from qa.time_reading import TimeReading
from qa.types import NOW, Answer, Clock, Turn
from qa.web.timing import read_clock, render_when
from qa.when import say_reading
from qa.within import fit_reading

TODAY = date(2026, 11, 11)  # a Wednesday
SET = Path(__file__).parent.parent / "evals" / "sets" / "sample.jsonl"


def said(reading: TimeReading | None) -> str:
    return say_reading(reading.first, reading.last, reading.order, only=reading.only) if reading else ""


@pytest.mark.parametrize(
    ("question", "how"),
    [
        ("What happened yesterday?", "10 to 11 Nov 2026"),
        ("What was reported last week?", "2 to 8 Nov 2026"),
        ("What did the papers report in the last three days?", "8 to 11 Nov 2026"),
        ("What happened over the past month?", "11 Oct to 11 Nov 2026"),
        ("What has happened since Monday?", "since 9 Nov 2026"),
        ("What was reported before 3 May 2026?", "up to 2 May 2026"),
        ("What was reported between 3 and 10 March 2026?", "3 to 10 Mar 2026"),
        ("What did the articles of March say about rents?", "1 to 31 Mar 2026"),
        ("As of 3 May 2026, how many were dead?", "up to 3 May 2026, newest first"),
        ("How many were known to be dead by 12 April?", "up to 12 Apr 2026, newest first"),
        ("What happened on 3 May 2026?", "3 to 4 May 2026"),
        ("What did Theresa May do in May?", "about 1 to 31 May 2026"),
        ("Who won in 2019?", "about 1 Jan to 31 Dec 2019"),
        ("What is the latest on the strike?", "newest first"),
        ("How many flaws have been found so far?", "newest first"),
        ("How many dead did the first reports give?", "oldest first"),
    ],
)
def test_days_are_read_as_from_today(question: str, how: str) -> None:
    assert said(read_time(question, TODAY)) == how


@pytest.mark.parametrize(
    "question",
    [
        "What did May say about the deal?",
        "Will she march in June?",
        "How many died in the 1998 flood?",
        "Who won the 2022 World Cup?",
        "How did the Sunday Times report it?",
        "Who was the first woman on the board, and did the First Minister give first aid?",
        "What happened today?",
        "What did “The Latest Show of March 2024” tell?",
        "Who has been mayor since 2019?",
        "Until when did she work there, until 2019?",
    ],
)
def test_what_only_looks_like_a_time_is_none(question: str) -> None:
    assert read_time(question, TODAY) is None


def test_of_the_sample_set_no_question_leaves_articles_out() -> None:
    asked = [json.loads(line)["question"] for line in SET.read_text("utf-8").splitlines()]
    readings = {q: reading for q in asked if (reading := read_time(q, date(2026, 11, 25)))}
    assert 5 < len(readings) < 25
    assert not [q for q, reading in readings.items() if reading.only]


def test_days_without_articles_are_moved_or_given_up_in_words() -> None:
    days = PublishedDays((date(2024, 3, 5), date(2024, 3, 9), date(2024, 6, 1)))

    def fitted(question: str) -> TimeReading | None:
        reading = read_time(question, TODAY)
        return fit_reading(reading, days) if reading else None

    assert said(fitted("What was reported in March?")) == "1 to 31 Mar 2024"
    assert said(fitted("What was reported on Saturday?")) == "1 Jun 2024"
    assert said(fitted("What has happened since Monday?")) == "since 27 May 2024"
    given_up = fitted("What was reported last week about the ferry?")
    assert given_up is not None
    assert given_up.widened == "No article of 2 to 8 Nov 2026 is here, so all days were searched."
    assert given_up.admits(date(2024, 3, 5))
    assert fitted("Why did the flood of 12 May 1954 happen?") is None
    assert said(fitted("How many were dead as of 3 May 2020?")) == "up to 3 May 2020, newest first"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    config = LibraryConfig(home=tmp_path_factory.mktemp("when"))
    with Library.open(config) as library:
        library.add(
            [
                _article("Ferry fares", "The Corvane ferry fare is three marks, the council said.", "2026-10-02"),
                _article(
                    "Ferry fares rise", "The Corvane ferry fare is now seven marks, the council said.", "2026-11-04"
                ),
                _article("Harbour fête", "The harbour fête drew 4,000 people to Corvane.", "2026-11-05"),
                _article("Ferry guide", "The Corvane ferry leaves from the north pier.", ""),
            ]
        )
        yield Assistant(library, Config(library=config, reader="off"))


def _article(title: str, text: str, day: str) -> Article:
    published = date.fromisoformat(day) if day else None
    return Article(title.lower().replace(" ", "-"), title, text, "Corvane Post", published=published, source=title)


FARE = "What did the papers report {} about the Corvane ferry fare?"


def test_only_articles_of_the_days_asked_for_are_cited_and_the_others_counted(assistant: Assistant) -> None:
    answer = assistant.ask(FARE.format("last month"), as_of=TODAY)
    assert {c.published for c in answer.citations} == {"2026-10-02"}
    assert answer.when is not None
    assert (answer.when.first, answer.when.last, answer.when.only) == ("2026-10-01", "2026-10-31", True)
    assert answer.when.outside == "2 newer articles and 1 undated not searched"
    assert answer.searched.n_articles == 1
    assert "2 newer articles and 1 undated not searched" in " ".join(line for line, _ in answer_lines(answer))
    assert answer.searched_for == answer.question


def test_a_question_is_asked_from_its_as_of_day(assistant: Assistant) -> None:
    assert "seven marks" in assistant.ask(FARE.format("last week"), as_of=TODAY).text
    earlier = assistant.ask(FARE.format("last week"), as_of=date(2026, 10, 9))
    assert "three marks" in earlier.text
    assert not any(c.published and c.published > "2026-10-09" for c in earlier.citations)


def test_days_that_answer_nothing_are_named_where_nothing_is_found(assistant: Assistant) -> None:
    answer = assistant.ask("How much did the Quillon factory cost last week?", as_of=TODAY)
    assert answer.status == "not_found"
    assert (answer.searched.first, answer.searched.last) == ("2026-11-04", "2026-11-05")
    assert answer.when is not None
    assert answer.when.older == 1


def test_asked_for_any_time_nothing_is_left_out(assistant: Assistant) -> None:
    answer = assistant.ask(FARE.format("last month"), as_of=TODAY, clock=Clock(any_time=True))
    assert answer.when is None
    assert answer.searched.n_articles == 4


def test_the_newest_answers_and_says_as_of(assistant: Assistant) -> None:
    for question in ("What is the latest Corvane ferry fare?", "How much is the Corvane ferry fare?"):
        answer = assistant.ask(question, as_of=TODAY)
        assert "seven marks" in answer.claims[0].text
        assert answer.claims[0].as_of == "2026-11-04"
    first = assistant.ask("How much was the Corvane ferry fare at first?", as_of=TODAY)
    assert "three marks" in first.claims[0].text


def test_an_event_of_the_library_is_the_day_that_it_was_and_said_so(assistant: Assistant) -> None:
    answer = assistant.ask("What has changed with the ferry since the harbour fête?", as_of=TODAY)
    assert answer.when is not None
    assert answer.when.first == "2026-11-05"
    assert answer.when.read_as == "since the harbour fête of 5 Nov 2026, from “Harbour fête”"
    assert answer.when.event == "Harbour fête"
    assert assistant.ask("How many came since the merger?", as_of=TODAY).when is None


def test_what_happened_in_some_days_is_a_digest_of_them(assistant: Assistant) -> None:
    answer = assistant.ask("What happened last week?", as_of=TODAY)
    assert [c.published for c in answer.citations] == ["2026-11-05", "2026-11-04"]


def test_a_command_keeps_the_days_and_the_as_of_day_of_the_question(assistant: Assistant) -> None:
    last = assistant.ask(FARE.format("last week"), as_of=TODAY)
    turns = (Turn("user", last.question), Turn("assistant", last.text, answer=last))
    again = assistant.ask("only from Corvane Post", turns, as_of=TODAY)
    assert {c.published for c in again.citations} == {"2026-11-04"}
    shorter = assistant.ask("shorter", turns, as_of=date(2026, 10, 9))
    assert not any(c.published and c.published > "2026-10-09" for c in shorter.citations)


def test_the_reading_is_read_back_from_json_and_checked(assistant: Assistant) -> None:
    answer = assistant.ask(FARE.format("last week"), as_of=TODAY)
    data = json.loads(json.dumps(answer.to_json()))
    assert Answer.from_json(data).when == answer.when
    for wrong in ({"first": "soon"}, {"order": "best"}, {"older": -1}, {"newer": "<b>"}, {"words": 3}):
        with pytest.raises(ValueError, match=r"malformed|isoformat"):
            Answer.from_json(data | {"when": data["when"] | wrong})


def test_the_chip_is_escaped_and_its_button_asks_again(assistant: Assistant) -> None:
    chip = render_when(assistant.ask('What was reported last week about <b>"fares"</b>?', as_of=TODAY))
    assert "2 to 8 Nov 2026" in chip
    assert "1 older article and 1 undated not searched." in chip
    assert "<b>" not in chip
    assert 'class="anytime"' in chip


def test_the_page_says_the_asker_s_zone_and_what_is_asked_for_any_time() -> None:
    apart = [read_clock(zone, "When?").today for zone in ("Pacific/Kiritimati", "Pacific/Honolulu")]  # 24 hours
    assert apart[0] is not None
    assert apart[1] is not None
    assert (apart[0] - apart[1]).days == 1
    assert read_clock("Europe/Vienna When?", "When?").any_time
    assert not read_clock("Europe/Vienna Who?", "When?").any_time
    assert read_clock("../../etc/passwd", "When?") == NOW
    assert read_clock(["x"], "When?") == NOW


@pytest.mark.parametrize(
    ("quote", "told", "days"),
    [
        ("It sank on Friday evening, the coast guard said.", date(2026, 4, 13), "Fri 10 Apr 2026"),
        ("The council said on Monday it will vote on Friday.", date(2026, 5, 5), "Mon 4 May 2026, Fri 8 May 2026"),
        ("Anthropic suspended access last week.", date(2026, 6, 15), "8 to 14 Jun 2026"),
        ("The report is due in February.", date(2026, 7, 8), "February 2027"),
        ("It passed its inspection in November.", date(2026, 4, 11), "November 2025"),
        ("The line was first to open on May 9.", date(2026, 6, 19), "Sat 9 May 2026"),
        (
            "A report appeared six weeks ago, and yesterday another.",
            date(2026, 7, 2),
            "Thu 21 May 2026, Wed 1 Jul 2026",
        ),
        ("He invited both sides to talks on Thursday.", date(2026, 3, 30), ""),
        ("They meet next Friday.", date(2026, 3, 30), ""),
        ("The line opens on Monday, 20 April.", date(2026, 4, 17), "Mon 20 Apr 2026"),
        ("It happened on 3 May 2024, and may march on.", date(2026, 4, 17), ""),
    ],
)
def test_dates_of_a_quote_are_explained_by_its_article_s_day(quote: str, told: date, days: str) -> None:
    assert ", ".join(one.days for one in explain_dates(quote, told)) == days
    assert explain_dates(quote, None) == []

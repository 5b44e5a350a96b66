"""Stretches of time in a question: seasons, quarters, halves, decades, parts, weekends, fortnights."""

from __future__ import annotations

from datetime import date

import pytest

from qa.read_time import read_time
from qa.spans import between, span_of
from qa.when import say_days, say_reading

TODAY = date(2026, 11, 11)  # a Wednesday


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("last summer", "1 Jun to 31 Aug 2026"),
        ("this autumn", "1 Sep to 30 Nov 2026"),
        ("last autumn", "1 Sep to 30 Nov 2025"),
        ("last winter", "1 Dec 2025 to 28 Feb 2026"),
        ("winter 2025", "1 Dec 2025 to 28 Feb 2026"),
        ("winter 2026", "1 Dec 2025 to 28 Feb 2026"),  # the one of 2026 has not begun
        ("winter 2023", "1 Dec 2023 to 29 Feb 2024"),
        ("the spring of last year", "1 Mar to 31 May 2025"),
        ("Q3", "1 Jul to 30 Sep 2026"),
        ("Q1 2026", "1 Jan to 31 Mar 2026"),
        ("2025 Q4", "1 Oct to 31 Dec 2025"),
        ("the third quarter of 2026", "1 Jul to 30 Sep 2026"),
        ("the 4th quarter of last year", "1 Oct to 31 Dec 2025"),
        ("last quarter", "1 Jul to 30 Sep 2026"),
        ("H1 2026", "1 Jan to 30 Jun 2026"),
        ("the second half of last year", "1 Jul to 31 Dec 2025"),
        ("the first half of October", "1 to 15 Oct 2026"),
        ("the second half of February 2024", "16 to 29 Feb 2024"),
        ("the 1990s", "1 Jan 1990 to 31 Dec 1999"),
        ("the '90s", "1 Jan 1990 to 31 Dec 1999"),
        ("the nineties", "1 Jan 1990 to 31 Dec 1999"),
        ("the late 1980s", "1 Sep 1986 to 31 Dec 1989"),
        ("the 20s", "1 Jan 2020 to 31 Dec 2029"),
        ("early October", "1 to 10 Oct 2026"),
        ("mid-October", "11 to 20 Oct 2026"),
        ("late February 2024", "21 to 29 Feb 2024"),
        ("mid-2026", "1 May to 31 Aug 2026"),
        ("early 2026", "1 Jan to 30 Apr 2026"),
        ("the end of last year", "1 Oct to 31 Dec 2025"),
        ("the beginning of the year", "1 Jan to 31 Mar 2026"),
        ("the end of October", "21 to 31 Oct 2026"),
        ("late last year", "1 Sep to 31 Dec 2025"),
        ("late summer", "1 to 31 Aug 2026"),
        ("early last week", "2 to 3 Nov 2026"),
        ("last weekend", "7 to 8 Nov 2026"),
        ("the weekend before last", "31 Oct to 1 Nov 2026"),
        ("the last fortnight", "28 Oct to 11 Nov 2026"),
        ("a fortnight ago", "28 Oct 2026"),
        ("the past two weeks", "28 Oct to 11 Nov 2026"),
        ("the past couple of weeks", "28 Oct to 11 Nov 2026"),
        ("the week before last", "26 Oct to 1 Nov 2026"),
        ("the month before last", "1 to 30 Sep 2026"),
        ("the year before last", "1 Jan to 31 Dec 2024"),
        ("the week of 3 November", "2 to 8 Nov 2026"),
        ("week 45", "2 to 8 Nov 2026"),
        ("week 53", ""),  # neither year has one that has begun
        ("week 1 of 2026", "29 Dec 2025 to 4 Jan 2026"),
        ("recent days", "4 to 11 Nov 2026"),
        ("earlier this week", "9 to 11 Nov 2026"),
        ("29 February 2023", ""),
    ],
)
def test_a_stretch_of_time_has_its_days(words: str, days: str) -> None:
    span = span_of(words, TODAY)
    assert (say_days(*span) if span else "") == days


@pytest.mark.parametrize(
    ("words", "today", "days"),
    [
        ("last week", date(2026, 11, 9), "2 to 8 Nov 2026"),  # a Monday
        ("last week", date(2026, 11, 8), "26 Oct to 1 Nov 2026"),  # a Sunday
        ("this week", date(2026, 11, 9), "9 to 15 Nov 2026"),
        ("last weekend", date(2026, 11, 8), "31 Oct to 1 Nov 2026"),
        ("this weekend", date(2026, 11, 8), "7 to 8 Nov 2026"),
        ("this weekend", date(2026, 11, 9), "7 to 8 Nov 2026"),
        ("the weekend", date(2026, 11, 7), "7 to 8 Nov 2026"),
        ("yesterday", date(2024, 3, 1), "29 Feb 2024"),
        ("yesterday", date(2023, 3, 1), "28 Feb 2023"),
        ("yesterday", date(2027, 1, 1), "31 Dec 2026"),
        ("a month ago", date(2024, 3, 31), "29 Feb 2024"),
        ("last month", date(2024, 3, 31), "1 to 29 Feb 2024"),
        ("last month", date(2027, 1, 1), "1 to 31 Dec 2026"),
        ("last year", date(2024, 2, 29), "1 Jan to 31 Dec 2023"),
        ("last quarter", date(2027, 1, 1), "1 Oct to 31 Dec 2026"),
        ("last week", date(2027, 1, 1), "21 to 27 Dec 2026"),
        ("this winter", date(2027, 1, 1), "1 Dec 2026 to 28 Feb 2027"),
        ("last winter", date(2027, 1, 1), "1 Dec 2025 to 28 Feb 2026"),
        ("winter 2026", date(2027, 1, 1), "1 Dec 2026 to 28 Feb 2027"),
        ("last summer", date(2026, 8, 31), "1 Jun to 31 Aug 2025"),
        ("last summer", date(2026, 9, 1), "1 Jun to 31 Aug 2026"),
        ("Monday", date(2026, 11, 9), "2 Nov 2026"),  # today is said "today"
        ("December", date(2027, 1, 1), "1 to 31 Dec 2026"),
        ("29 February 2024", date(2024, 2, 29), "29 Feb 2024"),
    ],
)
def test_a_stretch_begins_and_ends_where_its_day_says(words: str, today: date, days: str) -> None:
    span = span_of(words, today)
    assert (say_days(*span) if span else "") == days


@pytest.mark.parametrize(
    ("a", "b", "days"),
    [
        ("Monday", "Thursday", "2 to 5 Nov 2026"),
        ("Thursday", "Monday", "5 to 9 Nov 2026"),
        ("last Monday", "yesterday", "9 to 10 Nov 2026"),
        ("Wednesday", "today", "4 to 11 Nov 2026"),
        ("December", "February 2026", "1 Dec 2025 to 28 Feb 2026"),
        ("28 December", "3 January 2026", "28 Dec 2025 to 3 Jan 2026"),
    ],
)
def test_days_lie_between_two_others(a: str, b: str, days: str) -> None:
    span = between(a, b, TODAY)
    assert (say_days(*span) if span else "") == days


@pytest.mark.parametrize(
    ("question", "how"),
    [
        ("What was reported about the ferry last summer?", "1 Jun to 31 Aug 2026"),
        ("Who won the race last summer?", "about 1 Jun to 31 Aug 2026"),
        ("What happened in winter 2025?", "1 Dec 2025 to 28 Feb 2026"),
        ("What did the papers write in the third quarter of 2026?", "1 Jul to 30 Sep 2026"),
        ("What were Quillon's Q3 results?", "about 1 Jul to 30 Sep 2026"),
        ("How much did Quillon earn in Q3?", "about 1 Jul to 30 Sep 2026"),
        ("What happened over the weekend?", "7 to 8 Nov 2026"),
        ("What did the council decide this weekend?", "7 to 8 Nov 2026"),
        ("What happened in the past two weeks?", "28 Oct to 11 Nov 2026"),
        ("What was reported between Monday and Thursday?", "2 to 5 Nov 2026"),
        ("What did the council do between Monday and Thursday?", "about 2 to 5 Nov 2026"),
        ("What has been reported since the end of last year?", "since 1 Oct 2025"),
        ("What has happened since the start of the year?", "since 1 Jan 2026"),
        ("What was reported before the end of October?", "up to 31 Oct 2026"),
        ("What has been reported after mid-October?", "since 21 Oct 2026"),
        ("How many were known to be ill by early October?", "up to 10 Oct 2026, newest first"),
        ("How many strikes were there in the 1990s?", "about 1 Jan 1990 to 31 Dec 1999"),
        ("What did the articles of early October say?", "1 to 10 Oct 2026"),
        ("What has been reported since summer?", "since 1 Jun 2026"),
        ("Which bills passed in late 2025?", "about 1 Sep to 31 Dec 2025"),
        ("What was reported in the week of 3 May?", "27 Apr to 3 May 2026"),
        ("Who led the party in the first half of last year?", "about 1 Jan to 30 Jun 2025"),
    ],
)
def test_a_stretch_in_a_question_is_read(question: str, how: str) -> None:
    reading = read_time(question, TODAY)
    said = say_reading(reading.first, reading.last, reading.order, only=reading.only) if reading else ""
    assert said == how


@pytest.mark.parametrize(
    "question",
    [
        "Is the pool open from Monday to Thursday?",
        "Will the line open in late 2026?",
        "What caused the fall of the wall?",
        "Did a quarter of the voters stay at home?",
        "Who runs the summer school?",
        "How much does the Audi Q3 cost?",
        "Who scored in the second half?",
        "What is the Winter Palace?",
        "How old is the late mayor?",
        "Who has been mayor since the 1990s?",
        "How many spring water brands were tested?",
        "What will happen this weekend?",
    ],
)
def test_what_only_looks_like_a_stretch_is_none(question: str) -> None:
    assert read_time(question, TODAY) is None

"""The kind of answer that a question expects, and the short answer where a sentence leaves no choice."""

import pytest

from corpus.stem import stems
from qa.fits import fits_kind
from qa.kinds import has_kind, kind_of, short_answer


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How much did the tram cost?", "money"),
        ("What is the price of a bus ticket?", "money"),
        ("How many people died?", "number"),
        ("How long did the strike last?", "number"),
        ("When does the line open?", "date"),
        ("When forces come from two objects, what law gives symmetry?", "other"),
        ("Which year was it built?", "date"),
        ("why were the models blocked?", "reason"),
        ("Who won the race?", "name"),
        ("Where will the turbines stand?", "name"),
        ("What does the inquiry say?", "other"),
    ],
)
def test_the_kind_is_read_from_the_question(question: str, kind: str) -> None:
    assert kind_of(question) == kind


@pytest.mark.parametrize(
    ("question", "sentence", "short"),
    [
        ("How many people died?", "The storm killed 27 people on June 3, officials said.", "27"),
        ("How many votes separated them?", "She led by 212 votes after 48,000 ballots were counted.", "212"),
        ("How much did it cost?", "The line cost $2.1 billion, the council said.", "$2.1 billion"),
        ("When does it open?", "The line is to open on June 27, 2026, after two delays.", "June 27, 2026"),
        ("Who leads the union?", "The union is led by Tomas Vostel these days.", "Tomas Vostel"),
        ("How many people died?", "The flood killed half a million people.", "half a million"),
        ("When was it built?", "It was built in the 1890s.", "1890s"),
        ("How many people died?", "Of 131 on board 14 died and 27 are missing.", None),
        ("What happened?", "The storm killed 27 people.", None),
    ],
)
def test_a_short_answer_is_given_only_where_there_is_no_choice(question: str, sentence: str, short: str | None) -> None:
    assert short_answer(question, sentence, frozenset(stems(question))) == short


def test_a_name_that_the_question_says_already_is_no_answer() -> None:
    asked = frozenset(stems("Who is Ana Thorley?"))
    assert not has_kind("name", "On Monday Ana Thorley spoke.", asked | frozenset(stems("Monday")))
    assert has_kind("name", "On Monday Ana Thorley, of the Harbour League, spoke.", asked)


@pytest.mark.parametrize(
    ("question", "short", "fits"),
    [
        ("When does it open?", "Eleven days", False),
        ("When does it open?", "Eleven days before", False),
        ("When does it open?", "eleven days after the vote", True),
        ("When does it open?", "$3 million", False),
        ("When does it open?", "June 27", True),
        ("When did the wall give way?", "Twenty minutes later", True),
        ("What year was it built?", "1931", True),
        ("What is the population of Tarvenia?", "7.1 percent on average", False),
        ("What is the population of Tarvenia?", "4.1 million", True),
        ("How many people voted?", "61 percent", True),
        ("How many people voted?", "$61", False),
        ("How many paid holiday days does the law give?", "4 weeks", True),
        ("How many workers stayed?", "stopped 14 meters", False),
        ("How much did the bridge cost?", "three years", False),
        ("How much did the bridge cost?", "$3 million", True),
        ("How deep is the mine?", "18 degrees", False),
        ("How deep is the mine?", "214 meters", True),
        ("How many meters deep is the mine?", "214", True),
        ("Who is the mayor of Osmere?", "1,620", False),
        ("Where is Osmere?", "620", False),
        ("What were the names of the couple?", "two", False),
        ("What were the names of the couple?", "Ana and Bo", True),
        ("What are such engines called?", "expansions", True),
        ("Who built the bridge?", "three brothers", True),
    ],
)
def test_a_short_answer_of_another_kind_is_not_marked(question: str, short: str, fits: bool) -> None:
    assert fits_kind(question, short) == fits

"""What exactly a question asks for, whether a sentence has it, and whether an article has the question's names."""

import pytest

from corpus.stem import stems
from corpus.types import Article
from qa.asked_for import STRICT, asked_for, has_asked_for, may_have
from qa.fits import fits_place
from qa.missing import names_asked_of, share_of_names


@pytest.mark.parametrize(
    ("question", "kind", "has", "lacks"),
    [
        ("What time did the call come in?", "clock", "It came at 6:12 p.m.", "It came on March 19."),
        ("How old is the captain?", "age", "The captain, Peter Marrack, 58, slept.", "The captain slept."),
        ("What percentage voted?", "share", "About 61 percent voted.", "About 6,100 voted."),
        ("How deep is the mine?", "length", "It is 214 meters deep.", "It is 8 degrees at the bottom."),
        ("How many degrees is it?", "heat", "It is 8 degrees.", "It is 214 meters deep."),
        ("How long did the strike last?", "duration", "It lasted 18 days.", "It ended on Friday."),
        ("How long did the strike last?", "duration", "It has lasted since May.", "It stopped 212 routes."),
        ("What is the population of Osmere?", "population", "Osmere, a town of 8,400.", "In Osmere 14 people died."),
        ("How much did the tram cost?", "money", "It cost $2 million.", "It cost 140 jobs."),
        ("What does a room cost?", "money", "| Osmere | 1,620 |", "A room costs 4 percent more."),
        ("When did it open?", "date", "It opened on June 27.", "It opened late."),
        ("What is the name of the ship?", "named", "She is the Halden Star.", "She is a small ship."),
        ("Which company ran it?", "which", "It was run by Oressa Lines.", "It was run by an operator."),
        ("What is the yacht called?", "called", "The yacht is called Anna.", "The yacht was sold."),
        ("Who is the mayor of Osmere?", "identity", "The mayor, Ana Thorley, left.", "The mayor of Osmere left."),
        ("Why did they strike?", "reason", "They began a strike over pay.", "They struck over two years."),
        ("When many are arrested, what do they do?", "", "", ""),
    ],
)
def test_a_sentence_has_what_is_asked_for_or_lacks_it(question: str, kind: str, has: str, lacks: str) -> None:
    asked, words = asked_for(question), frozenset(stems(question))
    assert asked == kind
    assert has_asked_for(asked, has, words)
    assert may_have(asked, has, words)
    assert not lacks or not has_asked_for(asked, lacks, words)
    assert asked not in STRICT or not may_have(asked, lacks, words)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("When was it rebuilt?", "After liberation, it was rebuilt."),
        ("When did it end?", "It ended around 9000 BP."),
        ("Which country rationed gas?", "Sweden rationed it."),
        ("What is the population of Los Angeles?", "Los Angeles is at 17,786,419."),
    ],
)
def test_what_is_said_in_rarer_ways_is_not_lacking(question: str, sentence: str) -> None:
    assert may_have(asked_for(question), sentence, frozenset(stems(question)))


@pytest.mark.parametrize(
    ("question", "share"),
    [
        ("When does the tram in Port Verrin open?", 1.0),
        ("When does the tram in Port Ansel open?", 0.0),  # Port and Anselm stand there, but not Port Ansel
        ("What did Anselm Yarow say?", 1.0),  # misspelled
        ("What did Lina Yarrow say?", 0.0),
        ("What do Tarvenian trams cost?", 1.0),
        ("What did the Herald say in June?", 1.0),  # the outlet; a month is no name
        ("Besides Port Verrin, where do trams run?", 1.0),
        ("Did Google or Anselm Yarrow build it?", 0.5),
        ("when does it open?", 1.0),
        ("Who is the mayor of Port Verrin?", 0.5),
        ("Who are Bo Yarrow and Lina Marrack?", 0.0),  # another Yarrow
        ("Who is Elena Brandt?", 1.0),  # whose first name is not told
        ("What did the WPA do?", 1.0),  # the Works Progress Administration
        ("What did the French say?", 1.0),
    ],
)
def test_the_names_of_a_question_are_looked_for_in_the_article(question: str, share: float) -> None:
    text = "Anselm Yarrow opens the trams of Port Verrin. They are the first in Tarvenia."
    text += " Ms. Brandt of the Works Progress Administration was there."
    article = Article("t", "Trams", text, outlet="Oressa Herald", source="pasted", content_hash="00000000")
    assert share_of_names(names_asked_of(question), article) == share


def test_the_author_of_a_work_is_not_who_did_something_to_it() -> None:
    sentence = 'Thieves took "The Lantern Seller" by Isaura Corvane.'
    at = sentence.index("Isaura")
    assert not fits_place("Who stole the Lantern painting?", sentence, at, len(sentence) - 1)
    assert fits_place("Who stole the Lantern painting?", sentence, 0, 7)
    assert fits_place("Who painted The Lantern Seller?", sentence, at, len(sentence) - 1)

"""A claim's support comes from its cited text alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from evals.stub import Stub
from qa.check import Checker, Grades, check_claim
from qa.config import Config
from qa.lacking import Quote, lacking_facts, turned_round
from qa.llm import load_llm
from qa.opinion import SecondOpinion

QUOTE = "The company suspended access to both models on Friday, and 412 customers were told by letter."
SWAPPED = "the article has it the other way round"
TOLD = date(2026, 4, 12)  # a Sunday


@pytest.mark.parametrize(
    ("claim", "support", "reason"),
    [
        (QUOTE, "quote", ""),
        ("412 customers were told by letter", "quote", ""),
        ("On Friday the company suspended access to both models.", "supported", ""),
        ("421 customers were told by letter.", "partial", "the article says 412, not 421"),
        ("In Osmere customers were told by letter.", "partial", "the article does not name Osmere"),
        ("The minister resigned over a scandal.", "unsupported", "what is cited says something else"),
    ],
)
def test_support_follows_from_the_words_of_the_source(claim: str, support: str, reason: str) -> None:
    assert check_claim(claim, [QUOTE]) == (support, reason)


def test_a_claim_without_a_source_is_unsupported() -> None:
    assert check_claim(QUOTE, []) == ("unsupported", "no source is cited")


def test_line_breaks_of_the_article_do_not_matter() -> None:
    assert check_claim("One line and the next.", ["One line\nand the next."])[0] == "quote"


def test_words_that_the_sentence_takes_back_are_no_quote() -> None:
    said = ["He denied that the plant would close in March."]
    assert check_claim("the plant would close in March", said) == ("partial", "the article denies this")


@pytest.mark.parametrize(
    ("claim", "source", "lacking"),
    [
        ("It cost 1.5 million crowns.", "It cost 1,500,000 crowns.", ""),
        ("It cost $3 billion.", "It cost $3bn.", ""),
        ("It cost $3 billion.", "It cost $3 million.", "the article does not have $3 billion"),
        ("Rents rose 12 percent.", "Rents rose 12%.", ""),
        ("Rents rose 12 percent.", "Rents rose by 12 crowns.", "the article does not have 12 percent"),
        ("Twenty-seven died.", "The toll is 27.", ""),
        ("About 600 came.", "The police counted 612.", ""),
        ("About 600 came.", "The police counted 812.", "the article does not have 600"),
        ("More than 400 came.", "The police counted 412.", ""),
        ("Two of the two rafts held.", "Two of the four rafts held.", "the article says four, not two"),
        ("On 11 April 2026 it sank.", "It sank on Saturday.", ""),
        ("On 10 April 2026 it sank.", "It sank on Saturday.", "the article does not say that it was 10 April 2026"),
        ("It sank on Saturday.", "It sank yesterday.", ""),
        ("It sank on Friday.", "It sank yesterday.", "the article says yesterday, not Friday"),
        ("In 2025 it rose.", "It rose last year.", ""),
        ("In 2024 it rose.", "It rose last year.", "the article does not say that it was 2024"),
        ("In March 2026 it rose.", "It rose last month.", ""),
        ("It opened in 2027.", "It opened in 2026.", "the article says 2026, not 2027"),
        ("It opened in 2027.", "It opened in May.", "the article does not say that it was 2027"),
        ("On 31 November 2025 it sank.", "On 30 November 2025 it sank.", "the article says 30 November 2025, not 31"),
        ("In 2026 it sank.", "It sank at night.", ""),  # what has no date is told when it happens
        ("In 2024 it sank.", "It sank at night.", "the article does not say that it was 2024"),
        ("It cost 1,000,001 crowns.", "It cost 1,000,000 crowns.", "the article says 1,000,000, not 1,000,001"),
        ("He sang “The Long Road Home”.", "He sang The Long Road Home.", ""),
        ("The lawyer of Sharrow spoke.", "Sharrow's lawyer spoke.", ""),
        ("The Tarvenian fleet left.", "The fleet of Tarvenia left.", ""),
        ("The mayor Ana Abara spoke.", "The mayor Ana Thorley spoke.", "the article does not name Abara"),
        ("“It was a bad day,” he said.", "“It was a sad day,” he said.", "the article does not have the quoted words"),
        ("It cost 500,000 crowns.", "It cost half a million crowns.", ""),
        ("It cost a million crowns.", "It cost half a million crowns.", "the article says half a million"),
        ("It took one and a half million bricks.", "It took 1.5 million bricks.", ""),
        ("It took 2½ years.", "It took two and a half years.", ""),
        ("It cost €76.25 million.", "It cost €76.25\u00a0million.", ""),
        ("About 76,500 came.", "About 76\u202f500 came.", ""),
        ("She has a one year term.", "Her term is a year.", ""),
        ("It was the 15th try.", "It was the fifteenth try.", ""),
        ("It was the 16th try.", "It was the fifteenth try.", "the article says fifteenth, not 16th"),
        ("It was the 2nd try.", "It was the second try.", ""),
        ("It was the second try.", "It was tried again.", ""),
        ("It was built in the 1890s.", "It was built in 1893.", ""),
        ("It was built in the 1880s.", "It was built in the 1890s.", "the article says 1890s, not 1880s"),
        ("It was built in the U.S.", "It was built in the U.S", ""),
    ],
)
def test_facts_are_compared_as_what_they_mean(claim: str, source: str, lacking: str) -> None:
    found = lacking_facts(claim, [Quote(source, TOLD)])
    assert found == lacking or (lacking and lacking in found)


@pytest.mark.parametrize(
    ("claim", "source", "reason"),
    [
        ("The plant will close in March.", "The plant will not close in March.", "the article denies this"),
        ("The plant will not close.", "The plant will close.", "the article says this without the denial"),
        ("The plant will close in March.", "The plant may close in March.", "the article has it only with “may”"),
        ("Rents in Osmere fell in May.", "Rents in Osmere rose in May.", "the article says the opposite"),
        ("Quillon sued Brackwell.", "Brackwell sued Quillon.", "the article has it the other way round"),
        ("The plant closes in March.", "In March, the plant closes.", ""),
        ("Quillon was sued by Brackwell.", "Brackwell sued Quillon on Monday in the high court.", ""),
        (
            "After a year Ana met Bo of Osmere, when he was 16.",
            "After a year Bo met Ana of Osmere, when he was 16.",
            SWAPPED,
        ),
        ("In 1822 the Florida gained Spain.", "In 1822 Spain gained Florida.", SWAPPED),
        (
            "A town of the Ansel founded by Lower Verrin Company.",
            "A town of Lower Verrin founded by the Ansel Company.",
            SWAPPED,
        ),
        ("In May 30 died and 12 were hurt.", "In May 12 died and 30 were hurt.", SWAPPED),
        ("Osmere is north of Verrin.", "Verrin is north of Osmere.", SWAPPED),
        ("Bo and Ana spoke.", "Ana and Bo spoke.", ""),
        ("The mayor of Port Ansel is Ana Thorley.", "Ana Thorley is the mayor of Port Ansel.", ""),
        ("On Monday Brackwell sued Quillon.", "Brackwell sued Quillon on Monday.", ""),
    ],
)
def test_a_claim_that_turns_its_source_round_is_seen(claim: str, source: str, reason: str) -> None:
    assert turned_round(claim, [Quote(source, TOLD)]) == reason


@pytest.mark.parametrize(
    ("claim", "source", "lacking"),
    [
        ("It met on Saturday.", "It met on Tuesday.", "the article says Tuesday, not Saturday"),
        ("It met on Tuesday.", "It met on Tuesday.", ""),
        ("It met on Saturday.", "It met on 11 April 2026.", ""),
        ("It met on Sunday.", "It met on 11 April 2026.", "the article does not say that it was Sunday"),
    ],
)
def test_a_weekday_counts_where_no_date_is_known(claim: str, source: str, lacking: str) -> None:
    assert lacking_facts(claim, [Quote(source)]) == lacking


def test_sources_are_found_only_where_they_support() -> None:
    quotes = [Quote(QUOTE), Quote("Rents rose in Osmere."), Quote("The mayor of Port Ansel is Ana Thorley.")]
    assert Checker().find("Ana Thorley is the mayor of Port Ansel.", quotes) == 2
    assert Checker().find("The minister of Port Ansel resigned over a scandal about models.", quotes) is None


@pytest.mark.parametrize(
    ("scores", "support"),
    [((0.9, 0.1, 0.0), "supported"), ((0.1, 0.8, 0.1), "partial"), ((0.0, 0.1, 0.9), "unsupported")],
)
def test_a_judge_decides_what_the_rules_let_pass(scores: tuple[float, float, float], support: str) -> None:
    class Fixed:
        def score(self, claim: str, evidence: str) -> tuple[float, float, float]:
            return scores

    alone = Grades({"bias": 0.0, "judged": 9.0}, {"bias": 0.0, "judged some": 9.0}, 0.5, 0.5)
    checker = Checker(judge=Fixed(), grades=alone)
    assert checker.check("Access to models was suspended by the company.", [Quote(QUOTE)]).support == support
    wrong = checker.check("421 customers were told by letter.", [Quote(QUOTE)]).support
    assert wrong == ("unsupported" if support == "unsupported" else "partial")


def test_rare_words_count_more() -> None:
    def rare(wanted: Sequence[str]) -> dict[str, float]:
        return {stem: 5.0 if stem == "embank" else 0.5 for stem in wanted}

    claim, quote = "The old embankment held through the flood.", [Quote("The flood came through the old town.")]
    assert Checker(rare).signals(claim, quote)["cover"] < Checker().signals(claim, quote)["cover"]


@pytest.mark.parametrize(
    ("says", "support"), [("Supported.", "supported"), ("UNSUPPORTED", "unsupported"), ("Hm?", "partial")]
)
def test_a_second_opinion_is_asked_only_where_nothing_in_particular_is_lacking(says: str, support: str) -> None:
    with Stub(lambda _: [says]) as stub:
        model = load_llm(stub.spec("ollama"), Config())
        assert model is not None
        checker = Checker(second=SecondOpinion(model))
        claim = "The company froze both models and wrote to customers."
        assert checker.check(claim, [Quote(QUOTE)]).support == support
        assert len(stub.requests) == 1
        assert checker.check("421 customers were told by letter.", [Quote(QUOTE)]).support == "partial"
        assert checker.check(QUOTE, [Quote(QUOTE)]).support == "quote"
        assert len(stub.requests) == 1

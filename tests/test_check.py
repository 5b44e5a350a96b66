"""A claim's support comes from its cited text alone."""

import pytest

from qa.check import check_claim

QUOTE = "The company suspended access to both models on Friday, and 412 customers were told by letter."


@pytest.mark.parametrize(
    ("claim", "support", "reason"),
    [
        (QUOTE, "quote", ""),
        ("412 customers were told by letter", "quote", ""),
        ("On Friday the company suspended access to both models.", "supported", ""),
        ("421 customers were told by letter.", "partial", "the source does not have 421"),
        ("In Osmere customers were told by letter of suspended access.", "partial", "the source does not have Osmere"),
        ("The minister resigned over a scandal.", "unsupported", "the source says something else"),
    ],
)
def test_support_follows_from_the_words_of_the_source(claim: str, support: str, reason: str) -> None:
    assert check_claim(claim, [QUOTE]) == (support, reason)


def test_a_claim_without_a_source_is_unsupported() -> None:
    assert check_claim(QUOTE, []) == ("unsupported", "no source is cited")


def test_line_breaks_of_the_article_do_not_matter() -> None:
    assert check_claim("One line and the next.", ["One line\nand the next."])[0] == "quote"

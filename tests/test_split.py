"""Sentences and passages are exact spans of the article's text, whatever the text is."""

import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.language import LANGUAGES
from corpus.split import LONGEST_SENTENCE, PASSAGE_CHARS, split_article, split_sentences
from corpus.types import Article

PIECES = st.sampled_from(
    [
        "The toll rose to 27. ",
        "The toll rose to 27. ",  # repeated boilerplate
        "Mr. Vostel met Dr. Renn at 9 a.m. in the U.S. ",
        "It cost $3.5 million. ",
        '"Stop!" he shouted. ',
        "“We had no choice.\n\nWe left,” she said. ",
        "👩‍👩‍👧 Zoë’s café — naïve? ",
        "e\u0301te\u0301 ",
        "قال الوزير إن العدد ارتفع. ",
        "她说了。他没有说！",
        "他说：“我来了。”她走了。",
        "Am 3. Mai sagte er: „Ja.“ Mio. ",
        "## A heading\n",
        "\n\n",
        "\n",
        "- an item of a list\n",
        "| Osmere | 1,620 |\n",
        "   ",
        "x" * 1500,
    ]
)


def article(text: str) -> Article:
    return Article("a", "Title", text, content_hash="0123456789")


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES | st.text(max_size=60), max_size=40).map("".join), st.sampled_from(list(LANGUAGES)))
def test_every_sentence_lies_whole_in_one_passage_and_nothing_is_lost(text: str, language: str) -> None:
    passages = split_article(article(text), language)
    spans = [(s.start, s.end) for _, sentences in passages for s in sentences]
    assert spans == sorted(spans)
    assert all(b <= c for (_, b), (c, _) in itertools.pairwise(spans))
    for passage, sentences in passages:
        assert passage.start <= sentences[0].start
        assert sentences[-1].end == passage.end
        for s in sentences:
            quote = text[s.start : s.end]
            assert quote == quote.strip() != ""
            assert len(quote) <= LONGEST_SENTENCE
    between = "".join(text[b:c] for (_, b), (c, _) in zip([(0, 0), *spans], [*spans, (len(text), 0)], strict=True))
    left = re.sub(r"(?m)^#{1,6} .*$", "", between)
    assert left.strip("\x00\ufeff ") == "" or not re.search(r"[^\W_]", left)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mr. Vostel met Dr. Renn at 9 a.m. on Monday. They talked.", 2),
        ("The U.S. economy grew 3.5 percent. Inflation fell.", 2),
        ("It cost $3.5 million. Officials paid.", 2),
        ('"Stop!" he shouted. Then silence.', 2),
        ("The firm, Yahoo! Inc., declined to comment. It closed.", 2),
        ('She asked, "Why?" Nobody answered.', 2),
    ],
)
def test_abbreviations_and_quotations_do_not_break_sentences(text: str, expected: int) -> None:
    assert len(split_sentences(text)) == expected


def test_no_passage_crosses_a_heading_and_the_heading_opens_its_section() -> None:
    text = "First part. It goes on.\n\n## What next\n\nSecond part. It ends."
    passages = [text[p.start : p.end] for p, _ in split_article(article(text))]
    assert passages == ["First part. It goes on.", "## What next\n\nSecond part. It ends."]


def test_list_items_and_table_rows_are_sentences_of_their_own() -> None:
    text = "The rules:\n\n- No more than 90 nights\n- A number in each advert\n\n"
    text += "| Osmere | 1,620 |\n| Port Verrin | 1,480 |"
    quotes = [text[a:b] for a, b in split_sentences(text)]
    assert quotes == [
        "The rules:",
        "- No more than 90 nights",
        "- A number in each advert",
        "| Osmere | 1,620 |",
        "| Port Verrin | 1,480 |",
    ]


def test_hard_wrapped_lines_are_one_paragraph_and_short_lines_are_not() -> None:
    wrapped = (
        "The ferry left the harbour at nine in the evening with\nmore people than its list had names for. It sank."
    )
    assert [wrapped[a:b] for a, b in split_sentences(wrapped)][1] == "It sank."
    short = "Osmere\nThe council met on Monday."
    assert [short[a:b] for a, b in split_sentences(short)] == ["Osmere", "The council met on Monday."]


def test_passages_are_of_about_equal_length_and_never_far_over_the_limit() -> None:
    text = "The council met on Monday and voted on the budget of the harbour. " * 80
    lengths = [p.end - p.start for p, _ in split_article(article(text))]
    assert max(lengths) <= 1.2 * PASSAGE_CHARS
    assert min(lengths) >= 0.6 * max(lengths)


def test_a_megabyte_on_one_line_is_split_exactly() -> None:
    text = "The toll rose to 27, Mr. Vostel said. " * 27_000
    spans = split_sentences(text)
    assert len(spans) == 27_000
    assert {text[a:b] for a, b in spans} == {"The toll rose to 27, Mr. Vostel said."}


def test_an_empty_text_or_a_lone_heading_has_no_passage() -> None:
    assert split_article(article("")) == []
    assert split_article(article("## Only a heading")) == []


def test_a_title_before_a_name_neither_ends_nor_hides_a_sentence() -> None:
    text = "It would add to the bill. Ms. Belmare said so. Mr. Sacks disagreed with Dr. Renn. Lt. Col. Ray Ott won."
    sentences = [text[a:b] for a, b in split_sentences(text)]
    assert sentences == [
        "It would add to the bill.",
        "Ms. Belmare said so.",
        "Mr. Sacks disagreed with Dr. Renn.",
        "Lt. Col. Ray Ott won.",
    ]

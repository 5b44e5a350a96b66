"""Streamed text to pieces: every way to write a label, and any chunking the same."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.cite import GROUP, CiteParser, Piece, parse

SCRAPS = [
    "The ferry sank", " on Friday", ".", "!", "。", " ", "  ", "\n", "\n\n", "[2.3]", "[2.3", "]", "[", "【4.1】",
    "［1.2］", "[2.3, 4.1]", "[2.3-2.5]", "[none]", "[no", "**", "*", "_", "`", "```", "```\n", "- ", "* ", "1. ", "1",
    "#", "## ", "| a | b |", "|", "|---|---|", "---", ">", "> ", "Mr.", "U.S.", "1,240.5", "\\[1.1\\]",
    "[x](http://e.vil)", "![i](u)", "<b>", "</passage>", "&amp;", "(", ")", "\u200b", "\ue000", "\r\n", "\t", "é",
    "😀", "†source", "[12]", ":", "they don't say",
]  # fmt: skip
TEXTS = st.one_of(st.text(max_size=200), st.lists(st.sampled_from(SCRAPS), max_size=40).map("".join))
HALF_MARKER = re.compile(r"[\[【［]\s*\d[\d.,\s]*\Z")


def stream(chunks: list[str]) -> tuple[list[Piece], list[str]]:
    parser, pieces, drafts = CiteParser(), list[Piece](), list[str]()
    for chunk in chunks:
        pieces += parser.feed(chunk)
        drafts.append(parser.draft)
    return pieces + parser.finish(), drafts


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("It sank [2.3].", [(2, 3)]),
        ("It sank. [2.3]", [(2, 3)]),
        ("It sank.[2.3]", [(2, 3)]),
        ("It sank.\n[2.3]", [(2, 3)]),
        ("It sank [2.3][4.1].", [(2, 3), (4, 1)]),
        ("It sank [2.3, 4.1].", [(2, 3), (4, 1)]),
        ("It sank [2.3; 4.1].", [(2, 3), (4, 1)]),
        ("It sank [2.3 and 4.1].", [(2, 3), (4, 1)]),
        ("It sank [2.3-2.5].", [(2, 3), (2, 4), (2, 5)]),
        ("It sank [2.3–5].", [(2, 3), (2, 4), (2, 5)]),
        ("It sank 【2.3】.", [(2, 3)]),
        ("It sank 【2.3†source】.", [(2, 3)]),
        ("It sank ［2.3］.", [(2, 3)]),
        (r"It sank \[2.3\].", [(2, 3)]),
        ("**It sank [2.3].**", [(2, 3)]),
        ("**It sank.** **[2.3]**", [(2, 3)]),
        ("[2.3] It sank.", [(2, 3)]),
        ("It sank [2.3](https://e.vil/x).", [(2, 3)]),
        ("It sank [7].", [(7, 0)]),
    ],
)
def test_every_way_to_write_a_label_is_read_and_none_is_shown(text: str, labels: list[tuple[int, int]]) -> None:
    (piece,) = parse(text)
    assert piece == Piece("It sank.", tuple(labels))


def test_labels_stay_with_their_item_row_and_line_of_code() -> None:
    items = "Toll:\n\n- 14 dead [1.3]\n- 67 saved. [2.1]\n\n"
    text = items + "| City | Rent |\n|:--|--:|\n| Quay | **1,240** [2.2] |\n\n```\nx [3.1]\n```"
    assert parse(text) == [
        Piece("Toll:", kind="lead"),
        Piece("- 14 dead", ((1, 3),)),
        Piece("- 67 saved.", ((2, 1),)),
        Piece("| City | Rent |", kind="lead"),
        Piece("| Quay | 1,240 |", ((2, 2),)),
        Piece("x", ((3, 1),)),
    ]


def test_sentences_of_a_paragraph_are_pieces_and_abbreviations_end_none() -> None:
    text = "Mr. Thorley of the U.S. fleet denied it.[1.1] The toll rose to 14.5 percent\nin May [2.1]. What followed?"
    assert parse(text) == [
        Piece("Mr. Thorley of the U.S. fleet denied it.", ((1, 1),)),
        Piece("The toll rose to 14.5 percent in May.", ((2, 1),), joins=True),
        Piece("What followed?", (), joins=True),
    ]


def test_what_the_articles_leave_open_is_a_gap_not_a_claim() -> None:
    gaps = [
        "The articles do not say who won.",
        "Die Artikel sagen nicht, wer gewann. [none]",
        "The price is not mentioned in the articles.",
    ]
    assert [piece.kind for text in gaps for piece in parse(text)] == ["gap"] * 3
    assert parse("The articles do not say it, but the mayor was arrested.")[0].kind == "claim"
    assert parse("The report does not say why. [2.1]")[0].kind == "claim"


def test_links_images_and_html_leave_text_alone() -> None:
    (piece,) = parse("See [this](https://e.vil) ![x](https://e.vil/a.png) <img src=x> and `code`. [1.1]")
    assert piece.text == "See this <img src=x> and code."
    assert "e.vil" not in piece.text


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.data())
def test_any_chunking_gives_the_same_pieces(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=12)))
    chunks = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    whole = parse(text)
    assert stream(chunks)[0] == whole
    assert stream(list(text))[0] == whole


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_no_marker_is_ever_shown_whole_or_in_part(text: str) -> None:
    pieces, drafts = stream(list(text))
    for shown in [*drafts, *(piece.text for piece in pieces)]:
        assert not GROUP.search(shown)
        assert not HALF_MARKER.search(shown)


def test_a_marker_that_was_cut_off_is_dropped() -> None:
    assert parse("It sank on Friday [2.") == [Piece("It sank on Friday")]


def test_a_long_text_without_an_end_is_cut_at_a_space_in_the_same_place() -> None:
    text = "word " * 2000
    pieces, _ = stream([text[i : i + 7] for i in range(0, len(text), 7)])
    assert pieces == parse(text)
    assert all(len(piece.text) <= 2000 for piece in pieces)
    assert " ".join(piece.text for piece in pieces) == text.strip()

"""Which sentences of two texts differ, which took whose place, and whether a figure was corrected."""

from __future__ import annotations

import pytest

from corpus.differences import compare_texts, corrects, find_counterpart

OLD = "The quay is deep. It cost nine million pounds.\n\nIt opens in May. The mayor came."


def said(text: str, span: tuple[int, int] | None) -> str | None:
    return None if span is None else text[span[0] : span[1]]


def pairs(old: str, new: str) -> list[tuple[str | None, str | None]]:
    return [(said(old, d.old), said(new, d.new)) for d in compare_texts(old, new)]


def test_changed_lost_and_new_sentences_are_told_apart() -> None:
    new = "The quay is deep. It cost twelve million pounds.\n\nIt opens in May. Nobody has paid for any of it yet."
    assert pairs(OLD, new) == [
        ("It cost nine million pounds.", "It cost twelve million pounds."),
        ("The mayor came.", None),
        (None, "Nobody has paid for any of it yet."),
    ]
    assert pairs(OLD, OLD) == []
    assert pairs("", OLD) == [(None, s) for s in ("The quay is deep.", "It cost nine million pounds.",
                                                  "It opens in May.", "The mayor came.")]  # fmt: skip


def test_what_only_moved_or_is_spaced_otherwise_is_no_difference() -> None:
    assert pairs(OLD, "It  opens in May. The quay is deep. It cost nine million pounds. The mayor came.") == []


def test_long_texts_are_compared_without_pairing() -> None:
    old = " ".join(f"Sentence number {n} stood here." for n in range(1500))
    new = old.replace("number 700 ", "number seven hundred ")
    assert pairs(old, new) == [
        ("Sentence number 700 stood here.", None),
        (None, "Sentence number seven hundred stood here."),
    ]


@pytest.mark.parametrize(
    ("late", "corrected"),
    [
        ("The new quay costs 12 million pounds. It opens on 5 May.", True),
        ("The new quay costs 9 million pounds.", False),
        ("The new quay costs 9 million pounds. It opens on 5 May. In 2020 it was 3 metres deep.", False),
        ("The harbour of Wyre had 40 ships in 2019 and hopes for more of them.", False),
    ],
)
def test_figure_in_the_place_of_another_is_a_correction(late: str, corrected: bool) -> None:
    assert corrects("The new quay costs 9 million pounds. It opens on 5 May.", late) is corrected


def test_counterpart_is_the_same_sentence_or_the_likest() -> None:
    assert said(OLD, find_counterpart("It cost twelve million pounds.", OLD)) == "It cost nine million pounds."
    assert said(OLD, find_counterpart("The  mayor came.", OLD)) == "The mayor came."
    assert find_counterpart("Something else altogether was said there.", OLD) is None

"""Near-copies: found through generated edits, told from other news, grouped, and led by the right one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from library_fixtures import EMBEDDER, open_library, storm

from corpus.types import Article
from evals.copies import Pairs, measure_copies
from evals.material import SAMPLE_ARTICLES, read_all


def test_copies_with_edited_words_are_found_and_other_news_is_not(tmp_path: Path) -> None:
    """Pairs, against the truth, as `python -m evals copies` counts them."""
    samples = read_all([str(SAMPLE_ARTICLES)])
    found = measure_copies(samples, tmp_path, EMBEDDER, seed=5)
    pairs = found["all"]
    assert pairs.true >= 21 * len(samples), "seven articles of each story"
    assert pairs.precision >= 0.98
    assert pairs.recall >= 0.95
    assert found["0.05"].recall >= found["0.30"].recall


def test_pairs_that_are_missed_or_wrong_are_counted() -> None:
    assert (Pairs(10, 8, 6).precision, Pairs(10, 8, 6).recall) == (0.75, 0.6)
    assert (Pairs().precision, Pairs().recall) == (1.0, 1.0)


TEXT = (
    "The council of Wyre agreed on Tuesday evening to deepen the quay of the old harbour by two metres, so that larger "
    "ships can land there from next summer. The harbour master welcomed the decision and said that fishermen had asked "
    "for a later start, because the herring season ends only in June. The costs are put at 9 million pounds."
)


def telling(name: str, outlet: str, day: int, text: str = TEXT) -> Article:
    return Article(name, "Quay", text, outlet=outlet, published=date(2026, 3, day), source=f"/news/{name}.md")


def test_agency_text_is_one_story_led_by_the_earliest(tmp_path: Path) -> None:
    with open_library(tmp_path, own=False) as library:
        library.add(
            [
                storm(1),
                telling("b", "Post", 6),
                telling("a", "Courier", 5, f"{TEXT} More follows."),
                telling("c", "", 7),
            ]
        )
        stories = library.stories(["a", "b", "c", "a1", "nope"])
        assert set(stories) == {"a", "b", "c"}
        story = stories["b"]
        assert stories["a"] == stories["c"] == story
        assert (story.lead, story.corrected) == ("a", False)
        assert [member.id for member in story.members] == ["a", "b", "c"]
        assert story.outlets_besides("b") == ("Courier",)
        library.remove(["a"])
        assert library.stories(["b"])["b"].lead == "b"
        library.remove(["c"])
        assert library.stories(["b"]) == {}


def test_correction_of_a_figure_leads_by_the_newest(tmp_path: Path) -> None:
    with open_library(tmp_path, own=False) as library:
        library.add([telling("a", "Courier", 5), telling("b", "Post", 8, TEXT.replace("9 million", "12 million"))])
        story = library.stories(["a"])["a"]
        assert (story.lead, story.corrected) == ("b", True)


def test_shortened_copy_is_no_correction(tmp_path: Path) -> None:
    with open_library(tmp_path, own=False) as library:
        library.add([telling("a", "Courier", 5), telling("b", "Post", 8, TEXT.rpartition(" The costs")[0])])
        assert library.stories(["a"])["a"].lead == "a"


def test_changed_article_leaves_its_story(tmp_path: Path) -> None:
    with open_library(tmp_path, own=False) as library:
        library.add([telling("a", "Courier", 5), telling("b", "Post", 6)])
        library.add(
            [telling("a", "Courier", 5, " ".join(f"Wholly other word{chr(97 + n)}wise matter." for n in range(26)))]
        )
        assert library.stories(["a", "b"]) == {}


def test_story_that_lies_between_two_joins_them(tmp_path: Path) -> None:
    words = [f"word{chr(97 + n // 10)}{chr(97 + n % 10)}" for n in range(100)]
    with open_library(tmp_path, own=False) as library:
        library.add([telling("a", "A", 5, " ".join(words[:70])), telling("b", "B", 6, " ".join(words[30:]))])
        assert library.stories(["a", "b"]) == {}
        library.add([telling("c", "C", 7, " ".join(words[10:90]))])
        assert len(library.stories(["a"])["a"].members) == 3


def test_articles_of_an_earlier_version_are_compared_at_a_reindex(tmp_path: Path) -> None:
    with open_library(tmp_path, own=False) as library:
        library.add([telling("a", "Courier", 5), telling("b", "Post", 6)])
        with library.writing() as connection:
            connection.exec_driver_sql("DELETE FROM sketches")
            connection.exec_driver_sql("DELETE FROM bands")
        assert library.stories(["a"]) == {}
        library.reindex(EMBEDDER)
        assert len(library.stories(["a"])["a"].members) == 2


@pytest.mark.parametrize("text", ["Short words only.", "1 2 3 4 5 6 7 8 9 10 " * 9])
def test_too_little_text_is_no_copy(text: str, tmp_path: Path) -> None:
    with open_library(tmp_path, own=False) as library:
        library.add([telling("a", "A", 5, text), telling("b", "B", 6, text)])
        assert library.stories(["a", "b"]) == {}

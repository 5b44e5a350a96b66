"""Near-copies: found through generated edits, told from other news, grouped, and led by the right one."""

from __future__ import annotations

import random
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest
from library_fixtures import EMBEDDER, ROOT, open_library, storm

from corpus.read import read_articles
from corpus.types import Article

SAMPLES = [item for item in read_articles(str(ROOT / "corpus" / "articles")) if isinstance(item, Article)]
SHARES = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3)
"""Of words that are replaced, left out, or have one put before them."""


def edit(text: str, share: float, chance: random.Random, vocabulary: list[str]) -> str:
    words = []
    for word in text.split():
        dice = chance.random()
        if dice < 0.6 * share:
            words.append(chance.choice(vocabulary))
        elif dice < 0.8 * share:
            continue
        elif dice < share:
            words += [chance.choice(vocabulary), word]
        else:
            words.append(word)
    return " ".join(words)


def test_copies_with_edited_words_are_found_and_other_news_is_not(tmp_path: Path) -> None:
    """Pairs, against the truth: precision at least .98, recall at least .95."""
    chance = random.Random(5)
    vocabulary = [word for sample in SAMPLES for word in sample.text.split()]
    made, origin = [], {}
    with open_library(tmp_path, own=False) as library:
        library.add(SAMPLES)
        known = library.stories([sample.id for sample in SAMPLES])
        for sample in SAMPLES:
            # Samples that are copies of one another by themselves count as one story.
            first = min(m.id for m in known[sample.id].members) if sample.id in known else sample.id
            origin[sample.id] = first
            for share in SHARES:
                name = f"{sample.id}-{share}"
                text = edit(sample.text, share, chance, vocabulary)
                made.append(storm(1, id=name, source=f"/copies/{name}.md", text=text))
                origin[name] = first
        chance.shuffle(made)
        library.add(made)
        stories = library.stories(list(origin))
    said = {
        frozenset(pair) for story in set(stories.values()) for pair in combinations([m.id for m in story.members], 2)
    }
    true = {frozenset(pair) for pair in combinations(origin, 2) if origin[pair[0]] == origin[pair[1]]}
    assert len(known) <= 4, "the samples are invented to be different stories"
    assert len(said & true) / len(said) >= 0.98
    assert len(said & true) / len(true) >= 0.95


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

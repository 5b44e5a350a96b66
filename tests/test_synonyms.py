"""Rewording with WordNet's files: which words are replaced, and in which form."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from corpus.errors import ReaderError
from qa.reader.synonyms import Synonyms, load_synonyms

# WordNet's own formats: an index of base forms, the senses' words, how often each sense was tagged, irregular forms.
FILES = {
    "index.noun": "quake n 1 0 1 0 00000010\nearthquake n 1 0 1 0 00000010\nbank n 2 0 2 0 00000020 00000030\n",
    "data.noun": "  1 licence\n00000010 19 n 03 earthquake 0 quake 0 temblor 0 000 | shaking\n"
    "00000020 17 n 02 bank 0 riverside 0 000 | slope\n00000030 14 n 02 bank 0 depository 0 000 | money\n",
    "index.verb": "buy v 1 0 1 0 00000040\npurchase v 1 0 1 0 00000040\npostpone v 1 0 1 0 00000050\n"
    "put_off v 1 0 1 0 00000050\n",
    "data.verb": "00000040 40 v 02 buy 0 purchase 0 000 | get\n00000050 42 v 02 postpone 0 put_off 0 000 | later\n",
    "index.adj": "",
    "data.adj": "",
    "index.adv": "",
    "data.adv": "",
    "noun.exc": "",
    "verb.exc": "bought buy\n",
    "adj.exc": "",
    "adv.exc": "",
    "cntlist.rev": "quake%1:19:00:: 1 2\nearthquake%1:19:00:: 1 9\nbank%1:17:00:: 1 20\nbank%1:14:00:: 2 25\n"
    "riverside%1:17:00:: 1 5\nbuy%2:40:00:: 1 60\npurchase%2:40:00:: 1 20\npostpone%2:42:00:: 1 4\n"
    "put_off%2:42:00:: 1 4\n",
}


@pytest.fixture(scope="module")
def synonyms(tmp_path_factory: pytest.TempPathFactory) -> Synonyms:
    folder = tmp_path_factory.mktemp("wordnet")
    for name, text in FILES.items():
        (folder / name).write_text(text, "utf-8")
    return load_synonyms(folder)


@pytest.mark.parametrize(
    ("word", "others"),
    [
        ("earthquakes", ["quakes"]),  # not "temblors": nobody uses it in the tagged texts
        ("bought", ["purchased"]),
        ("purchasing", ["buying"]),
        ("purchased", ["bought"]),
        ("postpone", ["put off"]),
        ("postponed", ["put off"]),
        ("postponing", ["putting off"]),
        ("bank", []),  # one of two senses, each about as common
        ("banked", []),
    ],
)
def test_a_word_of_one_sense_is_replaced_in_its_form(synonyms: Synonyms, word: str, others: list[str]) -> None:
    assert synonyms.replacements(word) == others


def test_names_stay_and_the_article_follows(synonyms: Synonyms) -> None:
    made = {synonyms.reword("Did Earthquake Ltd fear an earthquake?", random.Random(seed)) for seed in range(30)}
    assert made == {"Did Earthquake Ltd fear an earthquake?", "Did Earthquake Ltd fear a quake?"}


def test_a_folder_without_the_files_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReaderError, match="no WordNet files"):
        load_synonyms(tmp_path)

"""Libraries in other languages: where sentences end, which words are the same, and one setting that says so."""

from dataclasses import replace
from pathlib import Path

import pytest
from fakes import HashEmbedder

from corpus.__main__ import main
from corpus.config import LibraryConfig
from corpus.errors import ConfigError, EmbedderMismatch
from corpus.library import Library
from corpus.split import split_sentences
from corpus.stem import query_stems, stems
from corpus.types import Article

EMBEDDER = HashEmbedder()


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("de", ["Am 3. Mai kamen ca. 300 Gäste, z. B. aus Bonn.", "Der 2. Weltkrieg war im 20. Jahrhundert.", "Und?"]),
        ("de", ["Es kostete 3,5 Mio. Euro bzw. 4 Mrd. Dollar.", "Er starb 1786.", "„Wir gehen.“", "Dr. Weil blieb."]),
        ("es", ["¿Quién ganó?", "¡Nadie!", "La Dra. López vive en EE. UU. desde mayo.", "Costó 3,5 millones."]),
        ("fr", ["M. Petit et Mme. Durand sont partis le 3 mai.", "Où vont-ils ?", "Personne ne le sait."]),
        ("zh", ["他说：“我来了。", "你好吗？”", "价格为3.5元！", "然后呢？", "好（真的）。"]),
        ("ar", ["من فاز؟", "لا أحد!", "قال د. أحمد إنه سيذهب.", "وصل في 3 مايو."]),
    ],
)
def test_sentences_end_where_the_language_ends_them(language: str, expected: list[str]) -> None:
    text = ("" if language == "zh" else " ").join(expected)
    assert [text[a:b] for a, b in split_sentences(text, language)] == expected


@pytest.mark.parametrize(
    ("language", "question", "passage"),
    [
        ("de", "Wie viele Häuser wurden in Müllheim zerstört?", "Die Flut hat jedes Haus in Muellheim zerstört"),
        ("es", "¿Cuántas ciudades ganaron el premio?", "La ciudad que ganó dos premios"),
        ("fr", "Combien d’écoles l’État a-t-il fermées ?", "Une école fermée par l'état a rouvert"),
        ("zh", "港口城市有多少居民？", "这座港口城市约有五万居民"),
        ("ar", "كم عدد سكان المدينة؟", "مدينةٌ سُكّانها كثيرون"),
    ],
)
def test_words_of_a_question_are_found_in_another_form(language: str, question: str, passage: str) -> None:
    wanted, has = query_stems(question, language), set(stems(passage, language))
    found = [stem for stem in wanted if stem in has]
    assert len(found) >= 2
    assert len(found) >= 0.6 * len(wanted), (wanted, has)


def test_numbers_are_the_same_however_a_language_writes_them() -> None:
    assert stems("1.200,5 Euro und 3.5", "de")[::3] == ["1200.5", "3.5"]
    assert stems("1,200.5") == stems("1.200,5", "fr") == ["1200.5"]
    assert stems("١٢٠٠ عام ٢٠٢٦", "ar")[::2] == ["1200", "2026"]


HOUSES = Article("h", "Hochwasser", "Am 3. Mai standen Häuser in Auwald unter Wasser. Niemand starb.", source="/h.md")
BOATS = Article("b", "Boote", "Am 4. Juni fuhren wieder Boote auf der Elster.", source="/b.md")


def open_german(home: Path, language: str = "de", *, own: bool = False) -> Library:
    return Library.open(LibraryConfig(home, language=language), embedder=EMBEDDER, own=own)


def found_by_words(library: Library, question: str) -> list[str]:
    vector = EMBEDDER.encode_queries([question])[0]
    return [name.split("/")[0] for name, _ in library.search(question, vector, k_dense=1, k_words=5).words]


def test_a_library_keeps_the_language_it_was_made_in(tmp_path: Path) -> None:
    with open_german(tmp_path, own=True) as library:
        library.add([HOUSES, BOATS])
        assert found_by_words(library, "Welches Haus?") == ["h"]
    with open_german(tmp_path, language="") as library:  # nothing set: the library knows
        assert library.language == "de"
        assert found_by_words(library, "Welches Haus?") == ["h"]
        assert library.document_frequency(query_stems("Häuser", "de")) == {"haus": 1}
        passage = library.passages_of("h")[0]
        assert len(passage.sentences) == 2
        assert library.examine().problems == ()
    with pytest.raises(EmbedderMismatch, match=r"made for German.*for Spanish.*BYLINE_LANGUAGE=es python -m corpus"):
        open_german(tmp_path, language="es")


def test_an_english_library_becomes_german_by_reindex(tmp_path: Path) -> None:
    with open_german(tmp_path, language="", own=True) as library:
        library.add([HOUSES, BOATS])
        assert library.language == "en"
        assert len(library.passages_of("h")[0].sentences) == 3
        assert found_by_words(library, "Welches Haus?") == []
    config = LibraryConfig(tmp_path, language="de")
    with Library.open(config) as library:
        library.reindex(EMBEDDER)
        assert library.language == "de"
        assert len(library.passages_of("h")[0].sentences) == 2
        assert found_by_words(library, "Welches Haus?") == ["h"]
        assert library.examine().problems == ()
        library.add([replace(BOATS, id="c", source="/c.md", text="Am 5. Juli fuhren keine Boote.")])
        assert set(found_by_words(library, "Welches Boot?")) == {"b", "c"}


def test_an_unknown_language_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ConfigError, match=r"BYLINE_LANGUAGE='german': expected one of en \(English\), de \(German\)"):
        LibraryConfig.from_env({"BYLINE_LANGUAGE": "german"})
    monkeypatch.setenv("BYLINE_LANGUAGE", "tlh")
    assert main(["stats"]) == 1
    assert "BYLINE_LANGUAGE='tlh'" in capsys.readouterr().err

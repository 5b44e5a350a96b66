"""What the reader is trained on: edits, near misses, what is held out; and training itself."""

import json
import random
from pathlib import Path

import pytest
from test_reader import PASSAGE

from corpus.errors import ReaderError
from qa.reader.__main__ import main
from qa.reader.data import Judged, Material, read_material, sentences_of
from qa.reader.edits import EDITS, OPPOSITES, edit, find_names
from qa.reader.groups import Group, _two_facts, groups
from qa.reader.heads import SUPPORT
from qa.reader.near_misses import ask_otherwise, swap_word
from qa.reader.reader import Reader
from qa.reader.weights import SHIPPED, load_weights


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("name", "Ada Brill met the mayor of Lorne in March."),
        ("number", "The toll rose to 27 in 1999."),
        ("date", "The talks ended on Monday."),
        ("opposite", "Rents rose before the vote."),
        ("swapped", "In May the police say Ada Brill sued Thorley Mills."),
        ("negation", "The council was warned."),
    ],
)
def test_an_edit_changes_just_what_it_is_named_for(kind: str, text: str) -> None:
    made, named = edit(text, ["Osmere Bay", "Kell Harbour", "Pat Quill"], random.Random(1), [kind])
    assert named == kind
    assert made != text
    assert abs(len(made.split()) - len(text.split())) <= 1
    if kind == "number":
        assert sum(a != b for a, b in zip(made.split(), text.split(), strict=True)) == 1
    if kind == "swapped":
        assert sorted(made) == sorted(text)


def test_no_edit_is_made_where_none_applies() -> None:
    assert edit("rents went sideways", [], random.Random(0), list(EDITS)) == ("", "")
    assert all(other in OPPOSITES for other in OPPOSITES.values())


def test_names_do_not_include_the_words_that_open_a_question() -> None:
    assert find_names("Who did Ada Brill meet in March at Lorne?") == ["Ada Brill", "Lorne"]


def test_another_word_of_the_same_ending_is_asked_about_that_the_answer_lacks() -> None:
    sentence = "The ferry sank in March and 12 people drowned."
    context = f"{sentence} Divers rescued 30 passengers on Sunday."
    made = swap_word("How many people drowned in the ferry?", sentence, context, random.Random(0))
    assert made == "How many people rescued in the ferry?" or made == "How many passengers drowned in the ferry?"
    assert swap_word("Why?", sentence, context, random.Random(0)) is None


def test_another_thing_is_asked_where_the_text_around_the_answer_has_nothing_for_it() -> None:
    around = "The bridge opened in March 1999."
    assert ask_otherwise("When was the bridge opened?", around, random.Random(0)) == "Why was the bridge opened?"
    told = f"{around} It was built because the ferry had sunk."
    assert ask_otherwise("When was the bridge opened?", told, random.Random(0)) is None
    assert ask_otherwise("Who opened the bridge?", around, random.Random(0)) is None


def test_a_claim_of_two_facts_is_partly_supported_where_one_is_missing() -> None:
    context = " ".join(f"The mill of Town{c} burnt down in {1900 + i}." for i, c in enumerate("ABCDEF"))
    spans = sentences_of(context)
    seen = set()
    for seed in range(40):
        judged = _two_facts(context, spans, random.Random(seed))
        facts = judged.pair.first.split(". ")
        there = sum(fact.rstrip(".") in judged.pair.second.text for fact in facts)
        assert judged.label == len(facts) - there
        seen.add(judged.label)
    assert seen == {0, 1, 2}


def rows_of_data() -> list[dict[str, object]]:
    """Twenty questions over ten articles of two contexts each, and a few claims."""
    rows: list[dict[str, object]] = []
    for i in range(10):
        for part in ("ferry", "bridge"):
            town, year = f"Town{chr(65 + i)}", 1950 + i
            context = (
                f"The {part} of {town} was opened in {year} by the mayor. It cost {i + 3} million crowns. "
                f"People in {town} call it the old {part}. Critics had wanted a tunnel instead."
            )
            start = context.index(str(year))
            rows.append(
                {
                    "id": f"{part}-{i}",
                    "source": "made",
                    "title": town,
                    "context": context,
                    "question": f"When was the {part} of {town} opened?",
                    "answerable": True,
                    "answers": [{"text": str(year), "start": start}],
                }
            )
            rows.append({"id": f"c{part}-{i}", "claim": f"The {part} is new.", "evidence": context, "label": "partial"})
    return rows


@pytest.fixture
def data(tmp_path: Path) -> Path:
    file = tmp_path / "data.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in rows_of_data()) + "\n", "utf-8")
    return file


def test_gold_sentences_hold_the_answer_and_near_misses_do_not(data: Path) -> None:
    material = read_material([data])
    assert len(material.questions) == 20
    kinds = set()
    years = {q.text: q.context[slice(*q.answers[0])] for q in material.questions}
    for item in [g for seed in range(5) for g in groups(material, seed)]:
        if isinstance(item, Judged):
            assert SUPPORT[item.label] in SUPPORT
            continue
        kinds.add(item.kind.split()[0])
        for pair, gold, answer in zip(item.pairs, item.gold, item.answers, strict=True):
            passage = pair.second
            assert bool(gold) == (item.kind == "answered" and pair is item.pairs[0])
            for i in gold:
                assert years[_marked(pair.first)] in passage.text[slice(*passage.sentences[i])]
            if answer:
                assert passage.text[slice(*answer)] == years[_marked(pair.first)]
            if item.kind == "hole":
                assert years[_marked(pair.first)] not in passage.text
    assert {"answered", "hole", "edited"} <= kinds


def _marked(question: str) -> str:
    return question.rstrip("?") + "?"


def test_the_same_seed_gives_the_same_items(data: Path) -> None:
    material = read_material([data])
    assert list(groups(material, 3)) == list(groups(material, 3))
    assert list(groups(material, 3)) != list(groups(material, 4))


def test_what_is_held_out_by_title_is_not_trained_on() -> None:
    material = Material()
    for i in range(400):
        row = rows_of_data()[0] | {"title": f"title {i}"}
        material.questions += read_material_row(row)
    training, held = material.split()
    assert held.questions
    assert not {q.title for q in training.questions} & {q.title for q in held.questions}


def read_material_row(row: dict[str, object]) -> list:  # type: ignore[type-arg]
    from qa.reader.data import _question

    return [_question(row)]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{not json", "data.jsonl:1: Expecting"),
        ('{"question": "Why?"}', "data.jsonl:1: KeyError 'context'"),
        ('{"claim": "a", "evidence": "b", "label": "maybe"}', "data.jsonl:1: ValueError"),
        (
            '{"id": "x", "question": "q", "context": "abc", "answers": [{"text": "d", "start": 9}]}',
            "data.jsonl:1: ValueError an answer of 'x' stands outside its context",
        ),
    ],
)
def test_a_row_that_is_neither_question_nor_claim_is_named(tmp_path: Path, line: str, says: str) -> None:
    file = tmp_path / "data.jsonl"
    file.write_text(line + "\n", "utf-8")
    with pytest.raises(ReaderError, match=says.replace("(", r"\(")):
        read_material([file])


def test_training_goes_on_where_it_stopped_and_its_weights_load(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    words = ["train", "--data", str(data), "--out", str(out), "--no-mining"]
    assert main([*words, "--tokens", "6000"]) == 0
    first = [json.loads(line) for line in (out / "curve.jsonl").read_text().splitlines()][-1]
    assert main([*words, "--tokens", "12000"]) == 0
    last = [json.loads(line) for line in (out / "curve.jsonl").read_text().splitlines()][-1]
    assert last["tokens"] > first["tokens"] >= 6000
    assert last["step"] > first["step"]
    assert "first right" in json.loads(capsys.readouterr().out.splitlines()[-1])
    reading = Reader(out / "weights.safetensors").read("Who was arrested?", [PASSAGE])[0]
    assert reading.logits.shape == (3,)
    mean = tmp_path / "mean.safetensors"
    assert main(["average", str(out / "weights.safetensors"), str(SHIPPED), "--out", str(mean)]) == 0
    both = [load_weights(path)["sentence.weight"].float() for path in (out / "weights.safetensors", SHIPPED)]
    made = load_weights(mean)["sentence.weight"]
    assert made.equal(((both[0] + both[1]) / 2).to(made.dtype))


def test_a_group_says_how_it_was_made(data: Path) -> None:
    assert all(item.kind for item in groups(read_material([data]), 0) if isinstance(item, Group))

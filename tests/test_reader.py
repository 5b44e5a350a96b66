"""The trained reader: what it reads, what it computes, what training makes of rows, and that training goes on."""

import json
import math
import random
from pathlib import Path

import numpy as np
import pytest
import torch

from corpus.embed import PassageInput
from corpus.errors import ReaderError
from corpus.minilm import model_folder
from qa.reader.__main__ import main
from qa.reader.data import Judged, Material, read_material, sentences_of
from qa.reader.edits import EDITS, OPPOSITES, edit, find_names
from qa.reader.groups import Group, _two_facts, groups
from qa.reader.heads import SUPPORT, score_packed, score_rows
from qa.reader.near_misses import ask_otherwise, swap_word
from qa.reader.pairs import MOST_TOKENS, Pair, load_tokenizer, make_rows
from qa.reader.reader import Reader, load_reader
from qa.reader.train import _softmax_loss
from qa.reader.weights import SHIPPED, load_weights, start_weights

TEXT = "The ferry sank on Friday off Lorne. Captain Ada Brill was arrested a week later. Rents rose by 7 percent."
SPANS = ((0, 35), (36, 80), (81, len(TEXT)))
PASSAGE = PassageInput("Ferry sinks, The Herald, 2024-05-01", TEXT, SPANS)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


def test_a_sentence_is_the_tokens_that_stand_in_it() -> None:
    row = make_rows(load_tokenizer(model_folder()), [Pair("Who was arrested?", PASSAGE)])[0]
    for (a, b), (start, end) in zip(row.sentences, SPANS, strict=True):
        assert row.offsets[a][0] == start
        assert row.offsets[b - 1][1] == end
    assert row.offsets[0] == (-1, -1)
    assert set(row.types[row.sentences[0][0] : row.sentences[-1][1]]) == {1}


def test_what_is_longer_than_a_row_is_cut_off_and_scores_last() -> None:
    text = "Rents rose again this year. " * 200
    spans = tuple((i * 28, i * 28 + 27) for i in range(200))
    row = make_rows(load_tokenizer(model_folder()), [Pair("Why?", PassageInput("", text, spans))])[0]
    assert len(row.ids) == MOST_TOKENS
    assert row.sentences[-1][0] == row.sentences[-1][1]
    with torch.inference_mode():
        scores = score_rows(start_weights(None, "cpu"), [row])
    assert scores.sentences[-1] == -30
    assert scores.sentences[0] > -30


def test_scores_do_not_depend_on_what_is_read_beside_them() -> None:
    weights = start_weights(None, "cpu")
    rows = make_rows(
        load_tokenizer(model_folder()),
        [Pair("Who was arrested?", PASSAGE), Pair("Why?", PassageInput("", "It rained. " * 30, ((0, 10),)))],
    )
    with torch.inference_mode():
        alone, beside = score_rows(weights, rows[:1]), score_rows(weights, rows)
    assert torch.allclose(alone.sentences, beside.sentences[:3], atol=1e-4)
    assert torch.allclose(alone.support, beside.support[:1], atol=1e-4)


def test_read_together_or_alone_a_row_scores_the_same_to_the_bit_and_as_in_training(reader: Reader) -> None:
    other = PassageInput("", "It rained on the hills of Lorne. " * 9, ((0, 32), (33, 65)))
    asked = [("Who was arrested?", [PASSAGE, other]), ("By how much did rents rise?", [other]), ("Why?", [])]
    together = reader.read_all(asked)
    assert [len(readings) for readings in together] == [2, 1, 0]
    for (question, passages), readings in zip(asked, together, strict=True):
        for passage, reading in zip(passages, readings, strict=True):
            [alone] = reader.read(question, [passage])
            for one, two in (
                (reading.logits, alone.logits),
                (reading.starts, alone.starts),
                (reading.ends, alone.ends),
            ):
                assert np.array_equal(one, two)
    exact = {name: value.float() for name, value in reader._weights.items()}
    row = together[0][0].row
    with torch.inference_mode():
        trained = score_rows(exact, [row, together[0][1].row])
        used = score_packed(exact, [row])
    assert torch.allclose(used.sentences, trained.sentences[:3], atol=1e-4)
    assert torch.allclose(used.starts, trained.starts[0, : len(row.ids)], atol=1e-4)
    assert torch.allclose(used.support, trained.support[:1], atol=1e-4)
    assert np.abs(together[0][0].logits - used.sentences.numpy()).max() < 0.2


def test_the_loss_is_the_share_of_the_right_among_all_and_nothing() -> None:
    logits = torch.tensor([1.0, 2.0, -1.0])
    total = math.exp(1) + math.exp(2) + math.exp(-1) + 1
    found = float(_softmax_loss(logits, [([0, 1, 2], [1])]))
    assert found == pytest.approx(-math.log(math.exp(2) / total), abs=1e-5)
    nothing = float(_softmax_loss(logits, [([0, 1, 2], [])]))
    assert nothing == pytest.approx(-math.log(1 / total), abs=1e-5)
    two = float(_softmax_loss(logits, [([0, 1], [0, 1]), ([2], [])]))
    first = (math.exp(1) + math.exp(2)) / (math.exp(1) + math.exp(2) + 1)
    assert two == pytest.approx(-math.log(first) - math.log(1 / (math.exp(-1) + 1)), abs=1e-5)


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


def test_files_that_are_no_readers_weights_are_refused(tmp_path: Path) -> None:
    missing, broken, other = tmp_path / "none", tmp_path / "broken", model_folder() / "model.safetensors"
    broken.write_bytes(b"not safetensors")
    with pytest.raises(ReaderError, match="BYLINE_READER=off"):
        load_reader(str(missing))
    with pytest.raises(ReaderError, match="not a reader's weights"):
        load_reader(str(broken))
    with pytest.raises(ReaderError, match="is missing"):
        load_reader(str(other))


def test_the_reader_can_be_off() -> None:
    assert load_reader("off") is None


def test_the_shipped_reader_finds_the_sentence_and_its_short_answer(reader: Reader) -> None:
    asked = {"Who was arrested?": (1, "Ada Brill"), "How much did rents rise?": (2, "7 percent")}
    for question, (sentence, short) in asked.items():
        reading = reader.read(question, [PASSAGE])[0]
        assert int(reading.logits.argmax()) == sentence
        assert reading.logits[sentence] > 0
        found = reading.short_answer(sentence)
        assert found
        assert short.split()[0] in TEXT[found.start : found.end]


def test_the_shipped_reader_knows_when_a_passage_does_not_answer(reader: Reader) -> None:
    asked = reader.read("Who was arrested?", [PASSAGE])[0]
    for question in ("Who won the world cup in 2022?", "How many people live in Lorne?"):
        assert reader.read(question, [PASSAGE])[0].logits.max() < asked.logits.max() - 1


def test_the_shipped_reader_judges_support(reader: Reader) -> None:
    shares = reader.judge(
        [
            ("Rents went up by 7 percent.", "Rents rose by 7 percent."),
            ("Rents fell by 7 percent.", "Rents rose by 7 percent."),
            ("The captain was never arrested.", TEXT),
        ]
    )
    assert shares.shape == (3, 3)
    assert np.allclose(shares.sum(1), 1, atol=1e-3)
    assert shares[0, 0] > max(shares[1, 0], shares[2, 0])
    assert reader.judge([]).shape == (0, 3)


def test_a_group_says_how_it_was_made(data: Path) -> None:
    assert all(item.kind for item in groups(read_material([data]), 0) if isinstance(item, Group))

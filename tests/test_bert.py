"""Tests of the encoder's own attention."""

from __future__ import annotations

import pytest
import torch

from corpus.bert import LAYERS, WIDTH, encode, encode_packed


@pytest.mark.parametrize("size", [0.5, 6.0, -6.0], ids=["usual scores", "scores beyond exp", "far below zero"])
def test_rows_that_stand_one_after_the_other_are_encoded_as_padded_ones_are(size: float) -> None:
    generator = torch.Generator().manual_seed(0)
    weights = _make_weights(generator)
    # Scores grow with both: what takes e to their power has to notice where it cannot.
    weights["encoder.layer.0.attention.self.query.bias"] = torch.full((WIDTH,), size)
    weights["encoder.layer.0.attention.self.key.bias"] = torch.full((WIDTH,), abs(size))
    lengths = torch.tensor([7, 19])
    ids = torch.randint(0, 50, (2, 19), generator=generator)
    padded = encode(weights, ids, lengths)
    rows = torch.cat([ids[0, :7], ids[1]])
    packed = encode_packed(weights, rows, torch.zeros_like(rows), lengths.tolist())

    assert torch.allclose(packed, torch.cat([padded[0, :7], padded[1]]), atol=1e-4)


def _make_weights(generator: torch.Generator) -> dict[str, torch.Tensor]:
    def draw(*shape: int) -> torch.Tensor:
        return torch.randn(shape, generator=generator) * 0.05

    weights = {
        "embeddings.word_embeddings.weight": draw(50, WIDTH),
        "embeddings.position_embeddings.weight": draw(32, WIDTH),
        "embeddings.token_type_embeddings.weight": draw(2, WIDTH),
        "embeddings.LayerNorm.weight": torch.ones(WIDTH),
        "embeddings.LayerNorm.bias": torch.zeros(WIDTH),
    }
    for i in range(LAYERS):
        at = f"encoder.layer.{i}"
        parts = {f"attention.self.{p}": (WIDTH, WIDTH) for p in ("query", "key", "value")}
        parts |= {"attention.output.dense": (WIDTH, WIDTH)}
        parts |= {"intermediate.dense": (4 * WIDTH, WIDTH), "output.dense": (WIDTH, 4 * WIDTH)}
        for name, shape in parts.items():
            weights |= {f"{at}.{name}.weight": draw(*shape), f"{at}.{name}.bias": torch.zeros(shape[0])}
        for name in ("attention.output", "output"):
            weights |= {
                f"{at}.{name}.LayerNorm.weight": torch.ones(WIDTH),
                f"{at}.{name}.LayerNorm.bias": torch.zeros(WIDTH),
            }
    return weights

"""What the reader computes from a batch of rows: one differentiable function for training, one for use.

A sentence's logit is its own score minus the passage's "not here": zero is the point where saying nothing is as
likely, in any passage, so that the sentences of several passages compete in one softmax with a single zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.bert import WIDTH, encode, encode_packed, pad
from qa.reader.pairs import Row

if TYPE_CHECKING:
    import torch

SUPPORT = ("supported", "partial", "unsupported")
HEADS = {"sentence": 1, "nothing": 1, "start": 1, "end": 1, "support": len(SUPPORT)}
"""Each head is a linear layer from the encoder's width to so many numbers."""


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Logits of a batch.

    `sentences` has one a sentence over all rows in order (cut-off ones: -30), `starts` and `ends`
    (n, longest), `support` (n, 3).
    """

    sentences: torch.Tensor
    starts: torch.Tensor
    ends: torch.Tensor
    support: torch.Tensor


def score_rows(weights: Mapping[str, torch.Tensor], rows: Sequence[Row], device: str = "cpu") -> Scores:
    """The logits of the rows; float32 after the encoder."""
    import torch
    from torch.nn import functional as nn

    def head(x: torch.Tensor, name: str) -> torch.Tensor:
        return nn.linear(x, weights[f"{name}.weight"].float(), weights[f"{name}.bias"].float())

    ids, lengths = pad([row.ids for row in rows])
    types, _ = pad([row.types for row in rows])
    tokens = encode(weights, ids.to(device), lengths.to(device), types.to(device)).float()
    sums = torch.cat([tokens.new_zeros(len(rows), 1, WIDTH), tokens.cumsum(1)], 1)
    spans = torch.tensor([(i, a, b) for i, row in enumerate(rows) for a, b in row.sentences], dtype=torch.long)
    row, begin, end = spans.view(-1, 3).to(device).unbind(1)
    means = (sums[row, end] - sums[row, begin]) / (end - begin).clamp(min=1)[:, None]
    nothing = head(tokens[:, 0], "nothing").squeeze(1)
    own = head(means, "sentence").squeeze(1) - nothing[row]
    return Scores(
        own.masked_fill(end <= begin, -30.0),
        head(tokens, "start").squeeze(2),
        head(tokens, "end").squeeze(2),
        head(tokens[:, 0], "support"),
    )


def score_packed(weights: Mapping[str, torch.Tensor], rows: Sequence[Row], device: str = "cpu") -> Scores:
    """As `score_rows`, for use alone: `starts` and `ends` (n_tokens,) over all rows in order, nothing padded.

    A row's logits are the same to the bit whatever is read beside it.
    """
    import torch

    def head(x: torch.Tensor, name: str) -> torch.Tensor:
        # Not a matrix product: its sums are ordered by how many rows there are.
        return (x[:, None] * weights[f"{name}.weight"].float()).sum(-1) + weights[f"{name}.bias"].float()

    lengths = [len(row.ids) for row in rows]
    ids = torch.tensor([i for row in rows for i in row.ids], device=device)
    types = torch.tensor([t for row in rows for t in row.types], device=device)
    tokens = encode_packed(weights, ids, types, lengths).float()
    means, cut_off = [], []
    for row, own in zip(rows, torch.split(tokens, lengths), strict=True):
        begin, end = torch.tensor(row.sentences, dtype=torch.long, device=device).view(-1, 2).unbind(1)
        sums = torch.cat([own.new_zeros(1, WIDTH), own.cumsum(0)])
        means.append((sums[end] - sums[begin]) / (end - begin).clamp(min=1)[:, None])
        cut_off.append(end <= begin)
    first = tokens[torch.tensor([0, *lengths[:-1]]).cumsum(0)]
    nothing = head(first, "nothing").squeeze(1)
    of_row = torch.tensor([i for i, row in enumerate(rows) for _ in row.sentences], dtype=torch.long)
    own = head(torch.cat(means), "sentence").squeeze(1) - nothing[of_row]
    return Scores(
        own.masked_fill(torch.cat(cut_off), -30.0),
        head(tokens, "start").squeeze(1),
        head(tokens, "end").squeeze(1),
        head(first, "support"),
    )

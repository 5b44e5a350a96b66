"""BERT's encoder in plain torch (Devlin et al., 2019): post-norm, GELU, with MiniLM-L6's sizes.

One forward pass serves the embedder, the reader, and the reader's training: weights are a dictionary of tensors by
their published names, so that gradients flow to whatever tensors the caller put in it. Another, for use alone, pads
nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

LAYERS, HEADS, WIDTH, EPSILON = 6, 12, 384, 1e-12
LARGEST = 1e30
"""Sums of exponentials count up to this and from its inverse, well within what bfloat16 and float32 hold."""


def encode(
    weights: Mapping[str, torch.Tensor],
    ids: torch.Tensor,
    lengths: torch.Tensor,
    types: torch.Tensor | None = None,
) -> torch.Tensor:
    """Word-piece vectors, shape (n, longest, 384), in the weights' precision.

    `ids` has shape (n, longest), padded at the end; `lengths` (n,) says how much of each row counts; `types` (n,
    longest) is 0 for the first text of a pair and 1 for the second (None: all 0).
    """
    import torch

    n, longest = ids.shape

    def attend(*parts: torch.Tensor) -> torch.Tensor:
        q, k, v = (part.view(n, longest, HEADS, WIDTH // HEADS).transpose(1, 2) for part in parts)
        return _attend(q, k, v, mask).transpose(1, 2).reshape(n, longest, WIDTH)

    position = torch.arange(longest, device=ids.device)
    mask = None
    if int(lengths.min()) < longest:
        mask = (position[None, :] < lengths[:, None])[:, None, None, :]
    return _run(weights, ids, position, types, attend, _widen)


def _attend(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
    """Scaled dot-product attention; spelled out for training on a processor, where the fused one's backward is slow."""
    import torch
    from torch.nn import functional as nn

    if not q.requires_grad or q.is_cuda:
        return nn.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    scores = torch.matmul(q, k.transpose(-1, -2)) * q.shape[-1] ** -0.5
    if mask is not None:
        scores = scores.masked_fill(~mask, torch.finfo(scores.dtype).min)
    return torch.matmul(scores.softmax(-1), v)


def encode_packed(
    weights: Mapping[str, torch.Tensor], ids: torch.Tensor, types: torch.Tensor, lengths: Sequence[int]
) -> torch.Tensor:
    """Word-piece vectors of rows that stand one after the other, shape (sum of lengths, 384). Not for training.

    As `encode`, but nothing is padded and each row attends alone: less work, and the same vectors to the bit whatever
    is encoded beside a row. `ids` and `types` have shape (sum of lengths,).
    """
    import torch

    def attend(*parts: torch.Tensor) -> torch.Tensor:
        mixed = torch.empty_like(parts[0])
        heads = (part.view(-1, HEADS, WIDTH // HEADS).transpose(0, 1) for part in (*parts, mixed))
        for row in zip(*(torch.split(part, list(lengths), 1) for part in heads), strict=True):
            _attend_alone(*row)
        return mixed

    position = torch.cat([torch.arange(n) for n in lengths]).to(ids.device)
    return _run(weights, ids, position, types, attend, _widen_alone)


def _run(
    weights: Mapping[str, torch.Tensor],
    ids: torch.Tensor,
    position: torch.Tensor,
    types: torch.Tensor | None,
    attend: Callable[[torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor],
    widen: Callable[[torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor],
) -> torch.Tensor:
    """The embeddings and the layers over them.

    `attend` mixes queries, keys and values, all of the shape of `x`; `widen` takes `x`, a weight and a bias.
    """
    from torch.nn import functional as nn

    def norm(x: torch.Tensor, name: str) -> torch.Tensor:
        return nn.layer_norm(
            x, (WIDTH,), weights[f"{name}.LayerNorm.weight"], weights[f"{name}.LayerNorm.bias"], EPSILON
        )

    def linear(x: torch.Tensor, name: str) -> torch.Tensor:
        return nn.linear(x, weights[f"{name}.weight"], weights[f"{name}.bias"])

    kinds = weights["embeddings.token_type_embeddings.weight"]
    x = (
        weights["embeddings.word_embeddings.weight"][ids]
        + weights["embeddings.position_embeddings.weight"][position]
        + (kinds[0] if types is None else kinds[types])
    )
    x = norm(x, "embeddings")
    for i in range(LAYERS):
        at = f"encoder.layer.{i}"
        q, k, v = (linear(x, f"{at}.attention.self.{part}") for part in ("query", "key", "value"))
        x = norm(x + linear(attend(q, k, v), f"{at}.attention.output.dense"), f"{at}.attention.output")
        wide = f"{at}.intermediate.dense"
        inner = widen(x, weights[f"{wide}.weight"], weights[f"{wide}.bias"])
        x = norm(x + linear(inner, f"{at}.output.dense"), f"{at}.output")
    return x


def _attend_alone(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, out: torch.Tensor) -> None:
    """Scaled dot-product attention within one row into `out`, all of shape (heads, length, 32).

    Spelled out for processors: on rows as short as these the fused one takes more than twice as long. A row's largest
    score is not taken off first, as softmax does: that costs two passes over all scores, for sizes that no trained
    encoder comes to. Where the sums say that one did, it is softmax after all.
    """
    import torch
    from torch.nn import functional as nn

    if q.is_cuda:
        out.copy_(nn.scaled_dot_product_attention(q, k, v))
        return
    scaled, across = q * q.shape[-1] ** -0.5, k.transpose(1, 2)
    shares = torch.bmm(scaled, across).exp_()
    sums = shares.sum(-1, keepdim=True)
    least, most = torch.aminmax(sums)
    if least > 1 / LARGEST and most < LARGEST:
        torch.div(torch.bmm(shares, v), sums, out=out)
    else:
        out.copy_(torch.bmm(torch.bmm(scaled, across).softmax(-1), v))


def _widen(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
    """GELU of a linear layer."""
    from torch.nn import functional as nn

    return nn.gelu(nn.linear(x, weight, bias))


def _widen_alone(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
    """GELU of a linear layer; one step where oneDNN multiplies bfloat16, which spares a pass over its wide result.

    Not for training: the one step has no gradient.
    """
    import torch

    if x.dtype == torch.bfloat16 and not x.is_cuda and torch._C._has_mkldnn:
        fused: torch.Tensor = torch.ops.mkldnn._linear_pointwise(x, weight, bias, "gelu", [], "none")
        return fused
    return _widen(x, weight, bias)


def pad(rows: Sequence[Sequence[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Rows of ids as one matrix padded with 0, shape (n, longest), and their lengths (n,)."""
    import torch

    lengths = torch.tensor([len(row) for row in rows])
    ids = torch.zeros(len(rows), int(lengths.max()), dtype=torch.long)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = torch.tensor(row)
    return ids, lengths

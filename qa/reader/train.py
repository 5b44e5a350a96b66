"""Train the reader from MiniLM's weights, or from a reader's: one loop, resumable, on whatever is there.

Master weights are float32, the passes bfloat16; word embeddings stay as they are. The learning rate warms up, stays,
and falls to zero over the last part of the token budget, so that a run resumed with a smaller budget ends well too.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from corpus.embed import load_embedder
from corpus.minilm import fast_dtype, model_folder
from qa.reader.data import Judged, Material, read_material
from qa.reader.develop import develop
from qa.reader.groups import Group, groups, pairs_of
from qa.reader.heads import score_rows
from qa.reader.mine import mine
from qa.reader.pairs import Row, load_tokenizer, make_rows
from qa.reader.synonyms import Synonyms, load_synonyms
from qa.reader.weights import is_trained, read_checkpoint, save_weights, start_weights, write_checkpoint

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

RATE = 2e-4
WARM, FALL = 0.03, 0.45
"""Shares of the budget in which the learning rate rises, and falls."""
TOKENS_A_STEP = 6144
CHUNK = 512
"""Items that are tokenised and sorted by length together."""
PASSAGE_LOSS, SPAN_LOSS = 0.5, 0.5
CHECKPOINT_SECONDS = 240.0
LOG_STEPS = 25


@dataclass(frozen=True, slots=True)
class Plan:
    """What to train on, from what, how long (in word pieces), and where to keep it."""

    data: tuple[Path, ...]
    out: Path
    tokens: int
    start: Path | None = None
    seed: int = 0
    mined: bool = True
    rate: float = RATE
    wordnet: Path | None = None


def train(plan: Plan) -> dict[str, float]:
    """Train to the end of the budget and write `weights.safetensors`; the figures on what was held out.

    A run that was stopped goes on from its last checkpoint in `out`.
    """
    import torch

    plan.out.mkdir(parents=True, exist_ok=True)
    material = read_material(plan.data)
    if plan.mined:
        material.near = mine(material, load_embedder(), plan.out / "near.json")
    training, held = material.split()
    synonyms = load_synonyms(plan.wordnet) if plan.wordnet else None
    tokenizer = load_tokenizer(model_folder())
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(plan.seed)
    weights = start_weights(plan.start, device)
    learned = {k: weights[k].requires_grad_() for k in sorted(weights) if is_trained(k)}  # a checkpoint's order
    optimizer = torch.optim.AdamW(
        [
            {"params": [v for v in learned.values() if v.dim() > 1], "weight_decay": 0.01},
            {"params": [v for v in learned.values() if v.dim() == 1], "weight_decay": 0.0},
        ],
        lr=plan.rate,
        betas=(0.9, 0.98),
    )
    state = read_checkpoint(plan.out, learned, optimizer)
    seen, step, saved = state["tokens"], state["step"], monotonic()
    fast = torch.bfloat16 if device == "cuda" else fast_dtype(device)
    fixed = {k: v.to(fast) for k, v in weights.items() if k not in learned}
    began, sums = monotonic(), dict[str, float]()
    for place, batch in _batches(training, tokenizer, plan.seed, state["place"], synonyms):
        progress = seen / plan.tokens
        if progress >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = plan.rate * min(1.0, progress / WARM + 0.01, (1 - progress) / FALL)
        cast = fixed | {k: v.to(fast) for k, v in learned.items()}
        loss, parts = losses(cast, batch, device)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(learned.values(), 1.0)
        optimizer.step()
        seen += sum(len(r.ids) for _, rows in batch for r in rows)
        step += 1
        for name, value in parts.items():
            sums[name] = sums.get(name, 0.0) + value / LOG_STEPS
        if step % LOG_STEPS == 0:
            line = {"step": step, "tokens": seen, "seconds": round(monotonic() - began), **sums}
            _log(plan.out, {k: round(v, 4) if isinstance(v, float) else v for k, v in line.items()})
            sums = {}
        if monotonic() - saved > CHECKPOINT_SECONDS:
            write_checkpoint(plan.out, learned, optimizer, {"tokens": seen, "step": step, "place": place})
            saved = monotonic()
    write_checkpoint(plan.out, learned, optimizer, {"tokens": seen, "step": step, "place": 0})
    save_weights(plan.out / "weights.safetensors", learned)
    figures = develop(weights, tokenizer, held, device)
    _log(plan.out, {"step": step, "tokens": seen, "held_out": figures})
    return figures


Item = tuple[Group | Judged, list[Row]]


def _batches(
    material: Material, tokenizer: Tokenizer, seed: int, place: int, synonyms: Synonyms | None
) -> Iterator[tuple[int, list[Item]]]:
    """Batches without end, each with the place to go on from; of about equal length, in a fixed random order."""
    chunk = 0
    for epoch in range(1_000_000):
        stream = groups(material, seed + epoch, synonyms)
        while items := list(islice(stream, CHUNK)):
            chunk += 1
            if chunk <= place:
                continue
            rng = random.Random(seed + chunk)
            rows = iter(make_rows(tokenizer, [p for item in items for p in pairs_of(item)]))
            made = [(item, list(islice(rows, len(pairs_of(item))))) for item in items]
            made.sort(key=lambda m: max(len(r.ids) for r in m[1]))
            batches: list[list[Item]] = [[]]
            for one in made:
                longest = max(len(r.ids) for r in one[1])
                if batches[-1] and (sum(len(m[1]) for m in batches[-1]) + len(one[1])) * longest > TOKENS_A_STEP:
                    batches.append([])
                batches[-1].append(one)
            rng.shuffle(batches)
            for batch in batches:
                yield chunk, batch


def losses(
    weights: Mapping[str, torch.Tensor], batch: Sequence[Item], device: str
) -> tuple[torch.Tensor, dict[str, float]]:
    """The loss of a batch, and its parts by name (means over what each applies to).

    Joint: the sentences of all passages of a question and one zero for "not here" in a softmax; the same for each
    passage by itself; where the short answer begins and ends; the support of a claim.
    """
    import torch
    from torch.nn import functional as nn

    rows = [row for _, of_item in batch for row in of_item]
    scores = score_rows(weights, rows, device)
    joint: list[tuple[list[int], list[int]]] = []
    alone: list[tuple[list[int], list[int]]] = []
    spans, judged = list[tuple[int, int, int]](), list[tuple[int, int]]()
    at = sentence = 0
    for item, of_item in batch:
        if isinstance(item, Judged):
            judged.append((at, item.label))
            at += 1
            continue
        every: list[int] = []
        right: list[int] = []
        for row, gold, answer in zip(of_item, item.gold, item.answers, strict=True):
            own = list(range(sentence, sentence + len(row.sentences)))
            hits = [own[i] for i in gold if row.sentences[i][0] < row.sentences[i][1]]
            if not gold or hits:  # else the gold sentence was cut off: nothing can be said of this passage
                alone.append((own, hits))
                every += own
                right += hits
            tokens = [i for i, (a, b) in enumerate(row.offsets) if answer and a >= answer[0] and b <= answer[1]]
            if hits and tokens:
                spans.append((at, tokens[0], tokens[-1]))
            sentence += len(own)
            at += 1
        if every:
            joint.append((every, right))
    parts = {
        "joint": _softmax_loss(scores.sentences, joint),
        "alone": _softmax_loss(scores.sentences, alone) * PASSAGE_LOSS,
    }
    if spans:
        which, first, last = torch.tensor(spans, device=device).unbind(1)
        inside = torch.zeros_like(scores.starts, dtype=torch.bool)
        for i, row in enumerate(rows):
            if row.sentences:
                inside[i, row.sentences[0][0] : row.sentences[-1][1]] = True
        starts, ends = (s.masked_fill(~inside, -1e4)[which] for s in (scores.starts, scores.ends))
        both = nn.cross_entropy(torch.cat([starts, ends]), torch.cat([first, last]), reduction="sum")
        parts["span"] = SPAN_LOSS * both / 2
    if judged:
        which, label = torch.tensor(judged, device=device).unbind(1)
        parts["support"] = nn.cross_entropy(scores.support[which], label, reduction="sum")
    counts = {"joint": len(joint), "alone": len(alone), "span": len(spans), "support": len(judged)}
    loss = torch.stack([p for k, p in parts.items() if counts[k]]).sum() / len(batch)
    return loss, {k: float(p.detach()) / counts[k] for k, p in parts.items() if counts[k]}


def _softmax_loss(logits: torch.Tensor, sets: Sequence[tuple[list[int], list[int]]]) -> torch.Tensor:
    """Sum over sets of -log of the share of the right ones (of the zero, where none is) among all and one zero."""
    import torch

    if not sets:
        return logits.sum() * 0
    width = max(len(every) for every, _ in sets) + 1
    index = torch.zeros(len(sets), width, dtype=torch.long)
    used = torch.zeros(len(sets), width, dtype=torch.bool)
    right = torch.zeros(len(sets), width, dtype=torch.bool)
    for i, (every, hits) in enumerate(sets):
        index[i, : len(every)] = torch.tensor(every)
        used[i, : len(every)] = True
        chosen = set(hits)
        right[i, : len(every)] = torch.tensor([e in chosen for e in every])
        used[i, -1] = True
        right[i, -1] = not hits
    device = logits.device
    values = logits[index.to(device)]
    last = torch.zeros(width, dtype=torch.bool, device=device)
    last[-1] = True
    values = values.masked_fill(last, 0.0)
    least = torch.finfo(values.dtype).min
    every_sum = values.masked_fill(~used.to(device), least).logsumexp(1)
    right_sum = values.masked_fill(~right.to(device), least).logsumexp(1)
    return (every_sum - right_sum).sum()


def _log(folder: Path, line: Mapping[str, Any]) -> None:
    with (folder / "curve.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")

"""How well weights do on what training held out: the figures that a run logs. Not here: figures of the product."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING

from qa.reader.data import Judged, Material
from qa.reader.groups import Group, groups, pairs_of
from qa.reader.heads import SUPPORT, score_rows
from qa.reader.pairs import make_rows

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

MOST = 1500


def develop(weights: Mapping[str, torch.Tensor], tokenizer: Tokenizer, held: Material, device: str) -> dict[str, float]:
    """First sentence right, AUROC of answered questions against each kind of unanswered ones, AUROC of support."""
    import torch
    from scipy.stats import mannwhitneyu

    def auroc(high: list[float], low: list[float]) -> float:
        return round(float(mannwhitneyu(high, low).statistic) / (len(high) * len(low)), 4) if high and low else -1.0

    best: dict[str, list[float]] = defaultdict(list)
    support: dict[str, list[float]] = defaultdict(list)
    right: list[bool] = []
    with torch.inference_mode():
        for item in islice(groups(held, 1), MOST):
            rows = make_rows(tokenizer, pairs_of(item))
            scores = score_rows(weights, rows, device)
            if isinstance(item, Judged):
                kind = item.kind.split()[0] if item.kind.startswith(("edited", "verbatim")) else "given"
                share = scores.support[0].softmax(0)[0]
                support[f"{kind} {SUPPORT[item.label]}"].append(float(share))
                continue
            logits = scores.sentences
            best[item.kind.split()[0]].append(float(logits.logsumexp(0)))
            if isinstance(item, Group) and any(item.gold):
                starts = [sum(len(r.sentences) for r in rows[:i]) for i in range(len(rows))]
                gold = {starts[i] + g for i, of in enumerate(item.gold) for g in of}
                right.append(int(logits.argmax()) in gold)
    figures = {"first right": round(sum(right) / max(1, len(right)), 4)}
    for kind in sorted(best.keys() - {"answered"}):
        figures[f"AUROC {kind}"] = auroc(best["answered"], best[kind])
    figures["AUROC support"] = auroc(
        support["given supported"], support["given partial"] + support["given unsupported"]
    )
    figures["AUROC edited claims"] = auroc(support["verbatim supported"], support["edited unsupported"])
    return figures

"""Passages that retrieval confuses with the right one: for each question, the contexts nearest in meaning."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from corpus.embed import Embedder, PassageInput
from corpus.types import Vector
from qa.reader.data import Material

NEAREST = 8
AT_ONCE = 2048


def mine(material: Material, embedder: Embedder, kept: Path) -> dict[str, list[str]]:
    """Question -> up to NEAREST contexts of other articles, nearest first; `kept` is a file that remembers them."""
    contexts = [(title, c) for title, of_title in material.of_title.items() for c in of_title]
    if not kept.exists():
        questions = list(dict.fromkeys(q.text for q in material.questions if q.gold))
        titles = {q.text: q.title for q in material.questions}
        matrix = _vectors(embedder, [c for _, c in contexts])
        found: dict[str, list[int]] = {}
        for at in range(0, len(questions), AT_ONCE):
            some = questions[at : at + AT_ONCE]
            near = _vectors(embedder, some) @ matrix.T
            best = np.argpartition(-near, 3 * NEAREST, axis=1)[:, : 3 * NEAREST]
            for row, text in enumerate(some):
                order = sorted(best[row], key=lambda i, row=row: -near[row, i])  # type: ignore[misc]
                found[text] = [int(i) for i in order if contexts[i][0] != titles[text]][:NEAREST]
        kept.write_text(json.dumps(found), "utf-8")
    indices = json.loads(kept.read_text("utf-8"))
    return {text: [contexts[i][1] for i in near] for text, near in indices.items()}


def _vectors(embedder: Embedder, texts: list[str]) -> Vector:
    rows = [v.passage for v in embedder.encode_passages([PassageInput("", t, ()) for t in texts])]
    return np.stack(rows)

"""How near does each word of a claim come to a word of its evidence, by meaning? MiniLM's own word-piece vectors.

As BERTScore's recall (Zhang et al., 2020), with the words weighed by rarity. Beside the mean stand the worst quarter,
since a claim that says one thing more than its source has a few words that come near nothing, and the best clause in
one sentence, since a claim that is borne out in part has one that is.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np

from corpus.bert import encode, pad
from corpus.errors import EmbedderError
from corpus.minilm import fast_dtype, model_folder, published_weights
from corpus.stem import STOP_WORDS, stems
from corpus.types import Vector

Rarity = Callable[[Sequence[str]], Mapping[str, float]]
"""Stems to weights, larger for rarer ones."""
MOST_PIECES = 256
"""Word pieces of a text that are read."""
KEPT = 256
"""Texts whose vectors are kept: the sentences of an answer's passages are evidence for several claims."""
WORST = 4
"""A quarter of the pieces."""
LEAST_WORDS = 2
"""Words that count, of a clause; a shorter one goes with the next."""
_CUT = re.compile(r"[,;:()]| – |\b(?:and|but|which|who|after|before|while|when|that)\b")


@dataclass(frozen=True, slots=True)
class Nearness:
    """How near a claim's words come to words of its evidence, by cosine, 0 without evidence or words that count.

    `mean` over all of them, `worst` over the worst quarter of the pieces, `part` over the clause that comes nearest to
    a single sentence.
    """

    mean: float = 0.0
    worst: float = 0.0
    part: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class _Pieces:
    """Unit vectors, shape (n, 384), and where each piece stands in the text."""

    vectors: Vector
    spans: Sequence[tuple[int, int]]


class Aligner:
    """Aligns claims with evidence. Safe to share between threads."""

    def __init__(self) -> None:
        import torch
        from tokenizers import Tokenizer

        self._torch = torch
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        dtype = fast_dtype(self._device)
        folder = model_folder()
        self._weights = {k: v.to(self._device, dtype) for k, v in published_weights(folder).items()}
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MOST_PIECES)
        self._kept: OrderedDict[str, _Pieces] = OrderedDict()
        self._lock = Lock()

    def align(self, claim: str, evidence: Sequence[str], rarity: Rarity) -> Nearness:
        """How near the claim comes to the evidence; `rarity` says what its stems count."""
        said, *given = self._read([claim, *evidence])
        weights = _weigh(claim, said.spans, rarity)
        counts = weights > 0
        if not given or not counts.any():
            return Nearness()
        each = np.stack([(said.vectors @ one.vectors.T).max(axis=1, initial=0.0) for one in given])
        near = each.max(axis=0)
        worst = np.sort(near[counts])[: max(1, int(counts.sum()) // WORST)]
        inside = [[a >= start and b <= end for a, b in said.spans] for start, end in cut_clauses(claim)]
        parts = [w for where in inside if (w := weights * np.array(where)).any()]
        return Nearness(
            float(weights @ near / weights.sum()),
            float(worst.mean()),
            max(float((each @ part).max() / part.sum()) for part in parts),
        )

    def _read(self, texts: Sequence[str]) -> list[_Pieces]:
        with self._lock:
            found = {text: self._kept[text] for text in texts if text in self._kept}
        missing = [text for text in dict.fromkeys(texts) if text not in found]
        if missing:
            encodings = self._tokenizer.encode_batch(missing)
            ids, lengths = pad([one.ids for one in encodings])
            with self._torch.inference_mode():
                out = encode(self._weights, ids.to(self._device), lengths.to(self._device)).float().cpu().numpy()
            for text, one, row in zip(missing, encodings, out, strict=True):
                # The first and the last piece are marks, no words.
                vectors = row[1 : len(one.ids) - 1]
                unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
                found[text] = _Pieces(unit, one.offsets[1:-1])
        with self._lock:
            for text in texts:
                self._kept[text] = found[text]
                self._kept.move_to_end(text)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return [found[text] for text in texts]


def load_aligner() -> Aligner | None:
    """The aligner, or None where MiniLM's weights are not installed."""
    try:
        return Aligner()
    except EmbedderError:
        return None


def cut_clauses(claim: str) -> list[tuple[int, int]]:
    """The clauses of a claim as spans: between commas and words such as "and", "which", "after"."""
    out: list[tuple[int, int]] = []
    start = 0
    for end, after in [*((m.start(), m.end()) for m in _CUT.finditer(claim)), (len(claim), len(claim))]:
        counting = [w for w in re.findall(r"\w+", claim[start:end]) if w.lower() not in STOP_WORDS]
        if len(counting) >= LEAST_WORDS:
            out.append((start, end))
            start = after
    return [*out[:-1], (out[-1][0], len(claim))] if out else [(0, len(claim))]


def _weigh(claim: str, spans: Sequence[tuple[int, int]], rarity: Rarity) -> Vector:
    """What each piece counts: a word's rarity in equal parts, stop words and punctuation nothing."""
    words = _words(claim, spans)
    kept = [(word, pieces) for word, pieces in words if word.lower().replace("’", "'") not in STOP_WORDS]
    weights = rarity(list(dict.fromkeys(stem for word, _ in kept for stem in stems(word))))
    out = np.zeros(len(spans), np.float32)
    for word, pieces in kept:
        out[pieces] = sum(weights.get(stem, 0.0) for stem in stems(word)) / len(pieces)
    return out


def _words(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[str, list[int]]]:
    """Runs of pieces with nothing between them, as words."""
    out: list[tuple[str, list[int]]] = []
    last = -1
    for i, (a, b) in enumerate(spans):
        if not text[a:b].isalnum():
            last = -1
            continue
        if out and a == last:
            out[-1] = (out[-1][0] + text[a:b], [*out[-1][1], i])
        else:
            out.append((text[a:b], [i]))
        last = b
    return out

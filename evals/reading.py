"""What only a reader's figures show: questions edited so that their passage no longer answers, and claims to judge."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from corpus.embed import Embedder
from corpus.errors import EvalError
from corpus.stem import query_stems, stems
from evals.metrics.abstention import auroc
from evals.types import EvalCase
from qa.assistant import Assistant
from qa.reader.edits import edit, find_names
from qa.reader.reader import Reader

EVIDENCE = 3
"""Sentences of the evidence that a claim is judged by."""
SURE_EDITS = ("name", "number", "date", "opposite", "swapped")


@dataclass(frozen=True, slots=True)
class JudgedClaim:
    """A claim, the sentences it may rest on, and what people said: supported, partial, unsupported."""

    claim: str
    sentences: tuple[str, ...]
    label: str


def edit_cases(assistant: Assistant, cases: Sequence[EvalCase], seed: int = 0) -> list[EvalCase]:
    """Each answerable case with its question edited, unanswerable now; those that no edit fits are left out."""
    articles = assistant.library.articles({a for c in cases for a in c.articles})
    out = []
    for case in cases:
        rng = random.Random(f"{seed} {case.id}")
        names = [n for a in case.articles if a in articles for n in find_names(articles[a].text)]
        gold = " ".join((*case.answers, *case.sentences))
        made, kind = edit(case.question, [n for n in names if n not in gold], rng, SURE_EDITS)
        if made:
            tags = ("edited", kind)
            out.append(replace(case, question=made, answerable=False, answers=(), sentences=(), articles=(), tags=tags))
    return out


def measure_edits(
    assistant: Assistant, cases: Sequence[EvalCase], step: Callable[[], None] = lambda: None
) -> dict[str, float]:
    """AUROC of the confidence: questions as they are against the same ones edited, in all and by kind of edit."""
    edited = edit_cases(assistant, [c for c in cases if c.answerable])
    originals = {c.id: c for c in cases}
    pairs = []
    for case in edited:
        both = [assistant.ask(c.question).confidence for c in (originals[case.id], case)]
        pairs.append((case.tags[1], both[0], both[1]))
        step()
    kinds = {"all": set(SURE_EDITS)} | {k: {k} for k in SURE_EDITS}
    out: dict[str, float] = {}
    for name, members in kinds.items():
        chosen = [(a, b) for kind, a, b in pairs if kind in members]
        value = auroc([a for a, _ in chosen], [b for _, b in chosen])
        if value is not None:
            out[f"{name} ({len(chosen)})"] = value
    return out


def read_claims(path: Path) -> list[JudgedClaim]:
    """The lines `{"claim", "evidence": [sentences] or text, "label"}` of a file. Raises EvalError with the line."""
    names = {"partially_supported": "partial", "not_supported": "unsupported"}
    out = []
    for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
        if not line.strip():
            continue
        try:
            row: Mapping[str, Any] = json.loads(line)
            evidence = row["evidence"]
            sentences = (evidence,) if isinstance(evidence, str) else tuple(evidence)
            out.append(JudgedClaim(row["claim"], sentences, names.get(row["label"], row["label"])))
        except (ValueError, KeyError, TypeError) as error:
            raise EvalError(f"{path}:{number}: {type(error).__name__} {error}") from error
    return out


def find_evidence(claim: JudgedClaim, embedder: Embedder) -> str:
    """The few sentences that have most of the claim's rare words, those nearest in meaning first among equals."""
    wanted = query_stems(claim.claim)
    found = [set(stems(s)) for s in claim.sentences]
    n = len(found)
    rare = {t: float(np.log(1 + n / (0.5 + sum(t in f for f in found)))) for t in wanted}
    order = sorted(range(n), key=lambda i: -sum(rare[t] for t in wanted if t in found[i]))[: 4 * EVIDENCE]
    vectors = embedder.encode_queries([claim.claim, *[claim.sentences[i] for i in order]])
    cosine = vectors[1:] @ vectors[0]
    total = sum(rare.values()) or 1.0
    scored = [
        (sum(rare[t] for t in wanted if t in found[i]) / total + float(cosine[at]), i) for at, i in enumerate(order)
    ]
    return " ".join(claim.sentences[i] for i in sorted(i for _, i in sorted(scored, reverse=True)[:EVIDENCE]))


def measure_claims(reader: Reader, embedder: Embedder, claims: Sequence[JudgedClaim]) -> dict[str, float]:
    """AUROC of supported against the rest, and of some support against none, by the reader alone."""
    shares = reader.judge([(c.claim, find_evidence(c, embedder)) for c in claims])
    labels = [c.label for c in claims]

    def area(score: Sequence[float], positive: set[str]) -> float:
        yes = [s for s, label in zip(score, labels, strict=True) if label in positive]
        no = [s for s, label in zip(score, labels, strict=True) if label not in positive]
        return auroc(yes, no) or 0.0

    return {
        "supported": area([float(s[0]) for s in shares], {"supported"}),
        "some support": area([float(1 - s[2]) for s in shares], {"supported", "partial"}),
    }

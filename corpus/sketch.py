"""What of a text survives small edits: a MinHash sketch of its words (Broder, 1997), and the bands it is found by.

Two texts agree in a place of their sketches with the probability of their Jaccard similarity J: the share of distinct
words that both have. ROWS places are a band; two texts share one of BANDS bands with probability 1 - (1 - J^r)^b,
which is .99 at J = .54, where 30% of the words are others, and .005 at J = .1, as unrelated news has.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROWS = 4
BANDS = 50
SAME_STORY = 0.47
"""Texts with this Jaccard similarity or more are copies of one another; measured in tests/test_stories.py."""
MIN_WORDS = 20
"""A text with fewer distinct words is no copy of anything: too little of it can be compared."""

Sketch = NDArray[np.uint32]

_WORD = re.compile(r"[^\W\d_]{4,}")


def words_of(text: str) -> frozenset[str]:
    """The distinct words of four letters or more; shorter ones and numbers tell no story from another."""
    return frozenset(_WORD.findall(text.lower()))


def sketch_words(words: frozenset[str]) -> Sketch:
    """The sketch of a set of words, (ROWS * BANDS,)."""
    made = _empty().copy()
    made.update_batch(sorted(word.encode() for word in words))
    return np.asarray(made.hashvalues, np.uint32)


def bands_of(sketch: Sketch) -> list[int]:
    """The hash of each band, as SQL keeps integers: 64 bits with a sign."""
    return [
        int.from_bytes(hashlib.blake2b(bytes([n]) + band.tobytes(), digest_size=8).digest(), "little", signed=True)
        for n, band in enumerate(sketch.reshape(BANDS, ROWS))
    ]


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of all words that both have."""
    return len(one & other) / max(1, len(one | other))


def _hash(data: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(data, digest_size=4).digest(), "little")


@cache
def _empty() -> Any:
    # Imported here: it brings scipy's integration along, which nobody who only asks should wait for.
    from datasketch import MinHash

    # The scheme is named: stored sketches must agree with those that a later datasketch makes.
    return MinHash(num_perm=ROWS * BANDS, seed=1, hashfunc=_hash, scheme="affine32")

"""Two texts to one row of word pieces: question and passage, or claim and evidence, with sentences as token spans."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.embed import PassageInput

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MOST_TOKENS = 480
"""Word pieces of a row; positions go to 512. What is longer loses the end of the passage."""
FIRST_CHARS = 600
"""Characters of a question or claim that are read."""

TokenSpan = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Pair:
    """A question or claim, and the passage or evidence that is read with it."""

    first: str
    second: PassageInput


@dataclass(frozen=True, slots=True)
class Row:
    """A pair as word pieces. `sentences` are token spans, empty (a, a) where a sentence was cut off.

    `offsets` are the tokens' spans in the passage's own text, (-1, -1) for what is no part of it.
    """

    ids: list[int]
    types: list[int]
    sentences: tuple[TokenSpan, ...]
    offsets: list[tuple[int, int]]


def load_tokenizer(folder: Path) -> Tokenizer:
    """MiniLM's tokenizer, set to cut the second text of a pair."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MOST_TOKENS, strategy="only_second")
    return tokenizer


def make_rows(tokenizer: Tokenizer, pairs: Sequence[Pair]) -> list[Row]:
    """The rows of the pairs, in order. The header of a passage is read before its text."""
    texts = [(p.first[:FIRST_CHARS], f"{p.second.header}\n{p.second.text}") for p in pairs]
    rows = []
    for pair, encoding in zip(pairs, tokenizer.encode_batch(texts), strict=True):
        shift = len(pair.second.header) + 1
        types = encoding.type_ids
        offsets = [
            (a - shift, b - shift) if kind and b > a >= shift else (-1, -1)
            for kind, (a, b) in zip(types, encoding.offsets, strict=True)
        ]
        begin = next((i for i, (a, _) in enumerate(offsets) if a >= 0), len(offsets))
        end = next((i for i in range(len(offsets), begin, -1) if offsets[i - 1][0] >= 0), begin)
        starts = [a for a, _ in offsets[begin:end]]
        spans = tuple(
            (begin + bisect_left(starts, a), begin + bisect_left(starts, b)) for a, b in pair.second.sentences
        )
        rows.append(Row(encoding.ids, types, spans, offsets))
    return rows

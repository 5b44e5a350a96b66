"""Pieces of work on several processors at once, each piece on one.

Passages are a few hundred word pieces: shared out among processors, their sums end sooner than torch's threads have
found together, and the more so where another program has a part of the processors.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def in_lanes(work: Callable[[T], R], pieces: Sequence[T]) -> Iterator[R]:
    """The result of each piece, in order; as many at once as torch may use processors. Raises what a piece raises."""
    import torch

    usual = torch.get_num_threads()
    lanes = min(usual, len(pieces))
    if lanes < 2:
        yield from map(work, pieces)
        return
    settled = threading.Barrier(lanes + 1)

    def settle() -> None:
        torch.get_num_threads()  # once asked, a thread keeps its own number
        torch.set_num_threads(1)
        settled.wait()

    with ThreadPoolExecutor(lanes, "lane", settle) as pool:
        done = pool.map(work, pieces)
        settled.wait()
        torch.set_num_threads(usual)  # in this thread, and in those that have not asked yet
        yield from done


def cut(lengths: Sequence[int], most: int) -> list[range]:
    """Places of neighbours that together have at most so many word pieces, enough runs of them for every lane."""
    import torch

    most = min(most, -(-sum(lengths) // torch.get_num_threads()))
    runs, first, total = [], 0, 0
    for at, length in enumerate(lengths):
        if total and total + length > most:
            runs.append(range(first, at))
            first, total = at, 0
        total += length
    return [*runs, range(first, len(lengths))] if lengths else []

"""Pieces on several processors: every result in its place, errors raised, and torch as it was afterwards."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from corpus.lanes import cut, in_lanes


@pytest.fixture(autouse=True)
def two_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def test_results_come_in_order_from_lanes_that_compute_alone() -> None:
    both = threading.Barrier(2)

    def work(n: int) -> tuple[int, int]:
        if n < 2:
            both.wait(20)  # the first two are worked on at once
        return n, torch.get_num_threads()

    assert list(in_lanes(work, range(5))) == [(n, 1) for n in range(5)]
    assert torch.get_num_threads() == 2
    with ThreadPoolExecutor(1) as other:
        assert other.submit(torch.get_num_threads).result() == 2, "a thread that computes for the first time, too"
    assert list(in_lanes(work, [7])) == [(7, 2)], "one piece needs no lanes"
    assert list(in_lanes(work, [])) == []


def test_what_a_piece_raises_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        list(in_lanes(lambda n: 1 // n, [1, 0, 1]))
    assert torch.get_num_threads() == 2


def test_pieces_are_runs_of_neighbours_that_fit_and_some_for_every_lane() -> None:
    assert cut([5, 5, 5, 5], 10) == [range(2), range(2, 4)]
    assert cut([3, 3, 3], 100) == [range(1), range(1, 2), range(2, 3)], "half of nine has no room for two of three"
    assert cut([50, 1, 1], 10) == [range(1), range(1, 3)], "what is too long goes alone"
    assert cut([], 10) == []

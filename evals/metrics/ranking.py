"""Metrics of a ranked list. `ranks` are the ranks, from 1, at which the right things were found, each thing once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import log2


def rank_of(found: Sequence[bool]) -> int | None:
    """The rank from 1 of the first true value."""
    return next((i for i, hit in enumerate(found, 1) if hit), None)


def first_places(hits: Iterable[Iterable[object]]) -> list[int]:
    """The ranks at which gold things come, each counted once, where every hit may hold none, one or several.

    A hit that holds several new ones takes as many places, so that no list can do better than one thing a place.
    """
    seen: set[object] = set()
    ranks: list[int] = []
    place = 0
    for held in hits:
        new = [thing for thing in dict.fromkeys(held) if thing not in seen]
        seen.update(new)
        ranks += [place + i for i in range(1, len(new) + 1)]
        place += max(1, len(new))
    return ranks


def hit_at(rank: int | None, k: int) -> float:
    """hit@k of one question: 1 where the first right result has rank k or better (also called success@k)."""
    return float(rank is not None and rank <= k)


def recall_at(ranks: Sequence[int], n_right: int, k: int) -> float:
    """recall@k: the share of the right things that are among the first k (Manning et al., 2008, section 8.4)."""
    return sum(rank <= k for rank in ranks) / n_right if n_right else 0.0


def reciprocal_rank(ranks: Sequence[int]) -> float:
    """1 / the rank of the first right thing, 0 where there is none; its mean is MRR (Voorhees, 1999)."""
    return 1 / min(ranks) if ranks else 0.0


def ndcg_at(ranks: Sequence[int], n_right: int, k: int) -> float:
    """nDCG@k with gains of 0 and 1 and the discount log2(1 + rank), as trec_eval has it (Järvelin, Kekäläinen, 2002).

    Divided by what a list with all `n_right` things first would have.
    """
    if not n_right:
        return 0.0
    reached = sum(1 / log2(1 + rank) for rank in ranks if rank <= k)
    return reached / sum(1 / log2(1 + rank) for rank in range(1, min(n_right, k) + 1))

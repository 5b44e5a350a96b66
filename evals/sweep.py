"""A grid of settings over one library: each asked in turn, nothing embedded twice. Pure but for the asking."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from corpus.errors import EvalError
from evals.choose import read_settings
from evals.summary import Summary, better

Settings = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Trial:
    """One point of the grid with what came of it; `best`: no other is better in both quality and time."""

    settings: Mapping[str, Any]
    summary: Summary
    best: bool = False

    def value(self, metric: str) -> float | None:
        """A metric of all cases."""
        found = self.summary.groups[0].measures.get(metric)
        return found.value if found else None


def read_grid(items: Sequence[str]) -> list[Settings]:
    """`top_k=2,4 dense_weight=0.3,0.5` as all combinations. Raises EvalError."""
    axes: dict[str, list[Any]] = {}
    for item in items:
        key, _, values = item.partition("=")
        if key in axes:
            raise EvalError(f"--set {key} comes twice. Give its values at once: --set {key}=1,2,3")
        axes[key] = [read_settings([f"{key}={value}"])[key] for value in values.split(",")]
    return [dict(zip(axes, values, strict=True)) for values in product(*axes.values())]


def try_all(grid: Sequence[Settings], ask: Callable[[Settings], Summary]) -> list[Trial]:
    """Every point of the grid, in order."""
    return [Trial(settings, ask(settings)) for settings in grid]


def mark_best(trials: Sequence[Trial], quality: str, time: str = "seconds_p50") -> list[Trial]:
    """The trials with their Pareto front of quality against time marked. Raises EvalError for a metric none has."""
    points = [(t.value(quality), t.value(time)) for t in trials]
    if any(q is None or s is None for q, s in points):
        raise EvalError(f"--metric {quality}: no case of this set measures it.")

    def is_beaten(i: int) -> bool:
        q, s = points[i]
        assert q is not None
        assert s is not None
        for other_q, other_s in points:
            assert other_q is not None
            assert other_s is not None
            no_worse = not better(quality, q, other_q) and other_s <= s
            if no_worse and (better(quality, other_q, q) or other_s < s):
                return True
        return False

    return [Trial(t.settings, t.summary, not is_beaten(i)) for i, t in enumerate(trials)]

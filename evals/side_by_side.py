"""A comparison as tables and lines for a terminal. Not here: comparing (evals/compare.py)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from evals.compare import Comparison, Difference, Key
from evals.statistics import LEVEL
from evals.types import CaseResult

ANSWER_CHARS = 400
STYLES = {"worse": "bold red", "better": "green", "": ""}


def print_comparison(found: Comparison, names: tuple[str, str], console: Console) -> None:
    """What moved, then what is broken, then the verdict."""
    table = Table(title=f"A: {names[0]}    B: {names[1]}")
    for title in ("metric", "n", "A", "B", "change and 95% interval", "p (Holm)", "wins/losses/ties", "detectable", ""):
        table.add_column(title, justify="left" if title in ("metric", "") else "right", no_wrap=title == "metric")
    for d in found.differences:
        table.add_row(*difference_cells(d), style=STYLES[d.verdict])
    console.print(table)
    smallest = max((d.detectable for d in found.differences), default=0.0)
    console.print(
        f"A change of {smallest:.3f} in any of these metrics would be found four times in five, at a level of "
        f"{LEVEL:g} shared by {len(found.differences)}; smaller ones may be there unseen.",
        highlight=False,
        soft_wrap=True,
    )
    for line in found.broken:
        console.print(Text(f"ERROR: {line}", style="bold red"), soft_wrap=True)
    worse = [d.metric for d in found.differences if d.verdict == "worse"]
    if worse:
        console.print(Text(f"WORSE: {', '.join(worse)}", style="bold red"), soft_wrap=True)
    elif not found.broken:
        console.print("Nothing is significantly worse.", highlight=False)


def difference_cells(d: Difference) -> list[str]:
    """One row of the table."""
    ends = "" if d.low is None else f" [{d.low:+.3f}, {d.high:+.3f}]"
    return [
        d.metric,
        str(d.n),
        f"{d.before:.3f}",
        f"{d.after:.3f}",
        f"{d.change:+.3f}{ends}",
        f"{d.p:.3f}" if d.p >= 0.001 else "<.001",
        f"{d.wins}/{d.losses}/{d.ties}" if d.wins + d.losses + d.ties else "",
        f"{d.detectable:.3f}",
        d.verdict,
    ]


def print_worst(
    found: Comparison, one: Mapping[Key, CaseResult] | None, other: Mapping[Key, CaseResult], console: Console
) -> None:
    """The worst regressions, both answers side by side where both are known."""
    for key, lost in found.worst:
        result = other[key]
        what = ", ".join(f"{m} -{v:.2f}".replace("-1.00", "lost") for m, v in lost.items())
        console.print(Text(f"\n{key[1]}: {result.case.question}", style="bold"), soft_wrap=True)
        console.print(Text(what, style="red"), soft_wrap=True)
        gold = result.case.sentences or result.case.answers
        if gold:
            console.print(Text(f"gold: {' / '.join(gold)[:ANSWER_CHARS]}", style="dim"), soft_wrap=True)
        table = Table(show_header=True, expand=True)
        columns = [("A", one[key])] if one and key in one else []
        columns.append(("B", result))
        for title, _ in columns:
            table.add_column(title, ratio=1)
        table.add_row(*[Text(said(r)) for _, r in columns])
        console.print(table)


def said(result: CaseResult) -> str:
    """What a system said to a case, in a few lines."""
    if result.answer is None:
        return f"error: {result.error}"[:ANSWER_CHARS]
    if not result.answer.claims:
        return "(no answer)"
    return result.answer.text[:ANSWER_CHARS]


def by_key(results: Sequence[CaseResult]) -> dict[Key, CaseResult]:
    """The first result of each case."""
    out: dict[Key, CaseResult] = {}
    for r in results:
        if not r.without_gold:
            out.setdefault((r.case.set_name, r.case.id), r)
    return out

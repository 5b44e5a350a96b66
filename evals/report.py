"""A summary as tables to read in a terminal. Not here: what is measured (evals/summary.py) and the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from evals.measures import HEADLINE, METRICS
from evals.summary import Group, Measure, Summary

IN_ROWS = ("passage_hit@5", "claim_hit@1", "claim_hit@3", "answered", "answered_unanswerable", "auroc")
"""The metrics that tell many groups apart, one group a row."""


def print_summary(summary: Summary, console: Console, *, last: Summary | None = None, whole: bool = False) -> None:
    """The summary as tables, the last run's values beside; what must never happen stands in bold below.

    `whole` shows every metric, not only those of the first page.
    """
    all_cases = summary.groups[0]
    console.print(_first_table(all_cases, last.groups[0] if last else None, METRICS if whole else HEADLINE))
    rest = summary.groups[1:]
    if rest:
        console.print(_group_table(rest))
    if summary.curve:
        table = Table("threshold", "answerable refused", *[f"{n} answered" for n in summary.curve[0].answered])
        for point in summary.curve:
            table.add_row(f"{point.threshold:.3f}", *[f"{v:.3f}" for v in (point.refused, *point.answered.values())])
        console.print(table)
    console.print(risk_line(summary), highlight=False, soft_wrap=True)
    for name, means in summary.spread.items():
        if name in HEADLINE and max(means) != min(means):
            console.print(f"repeats differ: {name} " + ", ".join(f"{m:.3f}" for m in means), highlight=False)
    print_errors(summary, console)


def print_errors(summary: Summary, console: Console) -> None:
    """Wrong quotes and cases that failed, in bold; then what was not scored, and why."""
    exact = summary.groups[0].measures.get("exact_quotes")
    if exact and exact.value < 1:
        line = f"ERROR: exact_quotes is {exact.value:.4f}: a quote is not what its article says."
        console.print(line, style="bold red", highlight=False)
    if summary.errors:
        line = f"ERROR: {len(summary.errors)} cases raised an error; each counts as a miss."
        console.print(line, style="bold red", highlight=False)
    for id, message in summary.errors[:20]:
        console.print(Text(f"error: {id}: {message}", style="bold"), soft_wrap=True)
    if len(summary.errors) > 20:
        console.print(f"and {len(summary.errors) - 20} more, in cases.jsonl", highlight=False)


def risk_line(summary: Summary) -> str:
    """The threshold at which the chosen risk holds, in words."""
    risk = summary.risk
    if not risk.curve:
        return "No threshold can be chosen: no answer of this run can be judged."
    reached = f"up to the {risk.curve[-1][1]:.0%} that this run answered"
    if risk.held is None:
        return f"No threshold keeps wrong answers at {risk.chosen:.0%} or less with 95% confidence, {reached}."
    threshold, coverage, seen = risk.held
    return (
        f"With threshold {threshold:.3f}, wrong answers are at most {risk.chosen:.0%} of those given with 95% "
        f"confidence (here {seen:.1%}, {coverage:.0%} of questions answered; {reached})."
    )


def print_side_by_side(summaries: Mapping[str, Summary], console: Console, *, whole: bool = False) -> None:
    """The headline figures of several runs, a run a column; where they are of several sets, those of each set too."""
    by_name = {name: {group.name: group for group in summary.groups} for name, summary in summaries.items()}
    sets = dict.fromkeys(name for groups in by_name.values() for name in groups if name.startswith("set "))
    for title in ("all", *sets):
        table = Table(title=title if sets else None)
        table.add_column("metric", no_wrap=True)
        shown = [groups.get(title) for groups in by_name.values()]
        for name, group in zip(by_name, shown, strict=True):
            table.add_column(f"{name} ({group.n_asked if group else 0})", justify="right")
        for metric in METRICS if whole else HEADLINE:
            found = [group.measures.get(metric) if group else None for group in shown]
            if any(found):
                table.add_row(metric, *[interval_cell(m) for m in found])
        console.print(table)
    for summary in summaries.values():
        print_errors(summary, console)


def interval_cell(measure: Measure | None) -> str:
    """`0.812 [0.77, 0.85]`."""
    if measure is None:
        return "-"
    if measure.low is None:
        return f"{measure.value:.3f}"
    return f"{measure.value:.3f} [{measure.low:.3f}, {measure.high:.3f}]"


def _first_table(group: Group, last: Group | None, names: Sequence[str]) -> Table:
    table = Table(title=f"{group.n_scored} scored of {group.n_asked} asked")
    table.add_column("metric", no_wrap=True)
    table.add_column("value and 95% interval", justify="right", no_wrap=True)
    table.add_column("n", justify="right")
    if last:
        table.add_column("last run", justify="right")
    table.add_column("not scored")
    for metric in names:
        measure = group.measures.get(metric)
        if measure is None:
            continue
        cells = [metric, interval_cell(measure), str(measure.n)]
        if last:
            before = last.measures.get(metric)
            cells.append(f"{before.value:.3f}" if before else "-")
        table.add_row(*cells, "; ".join(f"{n}: {why}" for why, n in measure.unscored.items()))
    return table


def _group_table(groups: Sequence[Group]) -> Table:
    table = Table("group", "asked", *[n.replace("_", " ") for n in IN_ROWS])
    for g in groups:
        found = [g.measures.get(n) for n in IN_ROWS]
        table.add_row(Text(g.name), str(g.n_asked), *["-" if m is None else f"{m.value:.3f} ({m.n})" for m in found])
    return table

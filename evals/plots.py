"""Charts of a run as SVG text, in the colours of the page around them; matplotlib draws them, without a display."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import StringIO
from typing import Any

from evals.measures import KS
from evals.summary import Summary

INK, SOFT, MAIN, SECOND = "#010101", "#020202", "#030303", "#040404"
"""Stand-ins, replaced by the page's own colours, so that a chart is dark on light and light on dark."""
_COLOURS = {INK: "var(--ink)", SOFT: "var(--line)", MAIN: "var(--accent)", SECOND: "var(--second)"}
WIDTH, HEIGHT = 5.2, 3.1
"""Inches of 72 points; the page scales a chart to its column."""
TAGS_SHOWN = 20


def draw_risk(summary: Summary, last: Summary | None = None) -> str:
    """Risk over coverage, the chosen risk as a line; empty where nothing can be drawn."""
    if not summary.risk.curve:
        return ""
    figure, axes = _start("share of questions answered", "share of answers that are wrong")
    for one, colour, name in _both(summary, last):
        if one.risk.curve:
            xs, ys = [p[1] for p in one.risk.curve], [p[2] for p in one.risk.curve]
            axes.plot(xs, ys, color=colour, label=name, linewidth=1.8)
    axes.axhline(summary.risk.chosen, color=INK, linewidth=0.8, linestyle=":", label="risk asked for")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, max(0.3, *(p[2] for p in summary.risk.curve)) * 1.05)
    return _finish(figure, axes, "Risk over coverage")


def draw_recall(summary: Summary, last: Summary | None = None) -> str:
    """recall@k by article and by gold sentence, with intervals."""
    measures = summary.groups[0].measures
    kinds = [(k, s) for k, s in (("article", "-"), ("passage", "--")) if f"{k}_recall@1" in measures]
    if not kinds:
        return ""
    figure, axes = _start("k", "recall@k")
    for kind, style in kinds:
        for one, colour, name in _both(summary, last):
            found = [one.groups[0].measures.get(f"{kind}_recall@{k}") for k in KS]
            if not all(found):
                continue
            values = [m.value for m in found if m]
            label = f"by {'article' if kind == 'article' else 'gold sentence'}{', ' + name if last else ''}"
            axes.plot(KS, values, style, color=colour, marker="o", markersize=4, label=label, linewidth=1.8)
            if one is summary and all(m and m.low is not None for m in found):
                lows, highs = [m.low for m in found if m], [m.high for m in found if m]
                axes.fill_between(KS, lows, highs, color=colour, alpha=0.12, linewidth=0)
    axes.set_xticks(KS)
    axes.set_ylim(0, 1.02)
    return _finish(figure, axes, "Recall at k")


def draw_groups(summary: Summary, metric: str = "claim_hit@3") -> str:
    """One metric by tag with its intervals; empty where fewer than two tags have it."""
    rows = [
        (g.name.removeprefix("tag "), g.measures[metric])
        for g in summary.groups
        if g.name.startswith("tag ") and metric in g.measures
    ]
    if len(rows) < 2:
        return ""
    rows = sorted(rows, key=lambda row: row[1].value)[-TAGS_SHOWN:]
    figure, axes = _start(metric.replace("_", " "), "", height=0.75 + 0.24 * len(rows))
    for place, (_, m) in enumerate(rows):
        if m.low is not None and m.high is not None:
            axes.plot([m.low, m.high], [place, place], color=SECOND, linewidth=3, solid_capstyle="round")
        axes.plot([m.value], [place], "o", color=MAIN, markersize=6)
    names = [f"{name if len(name) < 24 else name[:22] + '…'} ({m.n})" for name, m in rows]
    axes.set_yticks(range(len(rows)), names, parse_math=False)  # a tag is text, whatever signs are in it
    axes.set_xlim(-0.02, 1.02)
    axes.grid(axis="y", visible=False)
    return _finish(figure, axes, "By tag", legend=False)


def _both(summary: Summary, last: Summary | None) -> Sequence[tuple[Summary, str, str]]:
    shown = [(summary, MAIN, "this run")]
    return [(last, SECOND, "last run"), *shown] if last else shown


def _start(x: str, y: str, *, height: float = HEIGHT) -> tuple[Any, Any]:
    from matplotlib.figure import Figure  # late: it takes a while, and only reports draw

    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    axes = figure.subplots()
    axes.set_xlabel(x, color=INK)
    axes.set_ylabel(y, color=INK)
    axes.tick_params(colors=INK, length=0)
    axes.grid(color=SOFT, linewidth=0.7)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)
    return figure, axes


def _finish(figure: Any, axes: Any, title: str, *, legend: bool = True) -> str:
    from matplotlib import rc_context

    axes.set_title(title, loc="left", color=INK, fontsize=11, fontweight="bold", pad=10)
    if legend:
        axes.legend(frameon=False, labelcolor=INK, fontsize=9)
    out = StringIO()
    # Text stays text, in the page's font; the salt keeps ids the same from run to run.
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": title}):
        figure.savefig(out, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    svg = out.getvalue()
    svg = re.sub(r"\s*<metadata>.*?</metadata>", "", svg[svg.index("<svg") :], flags=re.DOTALL)
    svg = re.sub(r' (?:xmlns:)?xlink(?:="[^"]*")', "", svg).replace("xlink:href", "href")
    for stand_in, colour in _COLOURS.items():
        svg = svg.replace(stand_in, colour)
    svg = re.sub(r"font: ([\d.]+px) [^;\"]*", r"font-size: \1", svg)
    for size in ("width", "height"):
        svg = re.sub(rf'(<svg[^>]*?) {size}="[^"]*"', r"\1", svg, count=1)
    # Several charts stand on one page: ids must not meet.
    prefix = re.sub(r"\W+", "-", title.lower())
    svg = re.sub(r'\bid="', f'id="{prefix}-', svg)
    svg = re.sub(r'href="#', f'href="#{prefix}-', svg)
    svg = svg.replace("url(#", f"url(#{prefix}-")
    return svg.replace("<svg", f'<svg role="img" aria-label="{title}"', 1)

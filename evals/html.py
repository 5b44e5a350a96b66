"""report.html: a run as one self-contained page. Everything from outside is escaped by the template."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from corpus.errors import EvalError
from evals.columns import is_failed
from evals.compare import Comparison, compare_scores, scores_of
from evals.judge import Judgement
from evals.judging import read_judgements
from evals.measures import HEADLINE, METRICS, SMALLER_IS_BETTER, describe_metric
from evals.metrics import holds
from evals.perform import Run
from evals.plots import draw_groups, draw_recall, draw_risk
from evals.record import write_whole
from evals.report import IN_ROWS, risk_line
from evals.summary import Measure, Summary, better, summarize
from evals.types import CaseResult
from qa.types import Citation

TEMPLATES = Path(__file__).parent / "templates"
HITS_SHOWN = 5
PAGE_NAME = "report.html"


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of a table of figures: a metric, what it means, its value, the last run's and the others'.

    `moved` is `better` or `worse` where it is not what the last run's was.
    """

    name: str
    means: str
    measure: Measure
    last: float | None
    moved: str
    others: tuple[Measure | None, ...]


def write_report(
    folder: Path,
    run: Run,
    last: Run | None = None,
    *,
    risk: float = 0.1,
    others: Mapping[str, Run] | None = None,
) -> Path:
    """The page of a run in its folder; gives its path. `others` are shown beside, by name."""
    page = render_report(run, last, risk=risk, others=others, judgements=read_judgements(folder))
    path = folder / PAGE_NAME
    try:
        write_whole(path, page)
    except OSError as error:
        raise EvalError(f"{path} cannot be written: {error.strerror}.") from error
    return path


def render_report(
    run: Run,
    last: Run | None = None,
    *,
    risk: float = 0.1,
    others: Mapping[str, Run] | None = None,
    judgements: Mapping[tuple[str, str, bool, int], Judgement] | None = None,
) -> str:
    """The page as text."""
    summary = summarize(run.results, risk=risk)
    before = summarize(last.results, risk=risk) if last else None
    beside = {name: summarize(other.results, risk=risk) for name, other in (others or {}).items()}
    results = sorted(run.results, key=lambda r: (not r.error, not is_failed(r)))
    script = (TEMPLATES / "report.js").read_text("utf-8")
    digest = base64.b64encode(sha256(script.encode()).digest()).decode()
    charts = [draw_risk(summary, before), draw_recall(summary, before), draw_groups(summary)]
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    environment.trim_blocks = environment.lstrip_blocks = True
    return environment.get_template("report.html").render(
        title=", ".join(run.record["sets"]),
        record=run.record,
        settings=run.record.get("settings", {}),
        library=run.record.get("library", {}),
        git=run.record.get("git"),
        plan_json=json.dumps(run.record["plan"], ensure_ascii=False),
        last=last.record if last else None,
        summary=summary,
        whole=summary.groups[0],
        figures=list_figures(summary, before, HEADLINE, beside),
        more=list_figures(summary, before, [m for m in METRICS if m not in HEADLINE], beside),
        beside=list(beside),
        columns=[name for name in IN_ROWS if any(name in group.measures for group in summary.groups[1:])],
        groups=summary.groups[1:],
        charts=[Markup(chart) for chart in charts if chart],  # noqa: S704 - matplotlib's SVG, texts escaped by it
        risk_line=risk_line(summary),
        changed=_compare(last, run),
        cases=[_case(r, (judgements or {}).get(r.key)) for r in results],
        n_failed=sum(is_failed(r) for r in results),
        tags=sorted({t for r in run.results for t in r.case.tags}),
        style=Markup((TEMPLATES / "report.css").read_text("utf-8")),  # noqa: S704 - a constant of ours
        script=Markup(script),  # noqa: S704 - a constant of ours
        script_hash=digest,
    )  # fmt: skip


def list_figures(
    summary: Summary, before: Summary | None, names: Sequence[str], beside: Mapping[str, Summary] | None = None
) -> list[Figure]:
    """The rows of a table of figures: of those of the metrics that the summary has, in the order of `names`."""
    rows = []
    for name in names:
        measure = summary.groups[0].measures.get(name)
        if measure is None:
            continue
        old = before.groups[0].measures.get(name) if before else None
        moved = ""
        if old and abs(old.value - measure.value) > 5e-4:
            moved = "better" if better(name, measure.value, old.value) else "worse"
        rest = tuple(other.groups[0].measures.get(name) for other in (beside or {}).values())
        means = describe_metric(name) + (" (less is better)" if name in SMALLER_IS_BETTER else "")
        rows.append(Figure(name, means, measure, old.value if old else None, moved, rest))
    return rows


def _compare(last: Run | None, run: Run) -> Comparison | None:
    """What changed since the last run, where it was of the same cases."""
    if last is None:
        return None
    try:
        return compare_scores(scores_of("the last run", last.results), scores_of("this run", run.results))
    except EvalError:
        return None


def _case(result: CaseResult, judgement: Judgement | None) -> dict[str, Any]:
    case, answer = result.case, result.answer
    cites = answer.citations if answer else ()
    return {
        "result": result,
        "case": case,
        "answer": answer,
        "failed": is_failed(result),
        "verdict": verdict_of(result),
        "rulings": list_rulings(judgement) if judgement else [],
        "quotes": [
            {"cite": c, "parts": _parts(c), "gold": case.answerable and holds(c.quote, case), "exact": exact}
            for c, exact in zip(cites, result.reply.exact if result.reply else (), strict=False)
        ],
        "hits": list((result.reply.found or ())[:HITS_SHOWN]) if result.reply else [],
        "scores": [(name, value) for name, value in result.scores.items() if value is not None],
        "words": " ".join([case.id, case.question, *(c.text for c in (answer.claims if answer else ()))]).lower(),
    }


def list_rulings(judgement: Judgement) -> list[tuple[str, str, str]]:
    """What a judge said of a case: of what, its verdict, its reason."""
    said = [("answer", judgement.correct)] if judgement.correct else []
    said += [(f"claim {n}", ruling) for n, ruling in enumerate(judgement.claims, 1)]
    return [(of, ruling.verdict or "unscored", ruling.reason) for of, ruling in said]


def verdict_of(result: CaseResult) -> str:
    """What came of a case, in a word or two."""
    if result.error:
        return "error"
    said = bool(result.answer and result.answer.status != "not_found")
    if not result.case.answerable:
        return "answered, but nothing says it" if said else "rightly refused"
    if not said:
        return "refused"
    return "wrong" if is_failed(result) else "right"


def _parts(cite: Citation) -> list[tuple[str, bool]]:
    """The quote in pieces, each marked or not, so that the template can escape every one."""
    parts, at = [], 0
    for start, end in sorted(cite.marks):
        start, end = max(start, at), min(end, len(cite.quote))
        if start < end:
            parts += [(cite.quote[at:start], False), (cite.quote[start:end], True)]
            at = end
    return [part for part in [*parts, (cite.quote[at:], False)] if part[0]]

"""What the page's Evals section asks for: sets, runs, figures, cases. Every answer is JSON or escaped HTML."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Body, HTTPException, Query
from fastapi.responses import FileResponse

from corpus.errors import BylineError
from evals.cases import read_set
from evals.columns import is_failed
from evals.html import PAGE_NAME, Figure, list_figures, verdict_of
from evals.measures import HEADLINE
from evals.perform import Run
from evals.plots import draw_recall, draw_risk
from evals.report import risk_line
from evals.runs import find_last, list_runs, read_run, runs_folder
from evals.summary import Summary, summarize
from evals.tab.waiting import Loaded, make_inbox_routes
from evals.tab.worker import Worker
from evals.types import SETS, CaseResult
from qa.web.owner import Owner
from qa.web.render import render_exchange
from qa.web.tabs import Tab
from qa.web.words import later, retell, say
from qa.web.words.markup import retell_markup

HERE = Path(__file__).parent
RUNS_SHOWN = 20
CASES_SHOWN = 500
VERDICTS = {
    "error": later("error"),
    "right": later("right"),
    "wrong": later("wrong"),
    "refused": later("refused"),
    "rightly refused": later("rightly refused"),
    "answered, but nothing says it": later("answered, but nothing says it"),
}


def make_tab(home: Path, owner: Owner | None = None) -> Tab:
    """The section, over the sets, runs and verdicts under `home`; `owner` says who may settle verdicts."""
    return Tab(
        key="evals",
        title=later("Evals"),
        html=(HERE / "tab.html").read_text("utf-8"),
        script=(HERE / "tab.js").read_text("utf-8"),
        style=(HERE / "tab.css").read_text("utf-8"),
        make_routes=lambda loaded: make_routes(home, loaded, owner or Owner()),
    )


def make_routes(home: Path, loaded: Loaded, owner: Owner, worker: Worker | None = None) -> APIRouter:
    """The routes under /byline/tabs/evals; each checks what it is given."""
    router = APIRouter()
    worker = worker or Worker(home)
    router.include_router(make_inbox_routes(home, loaded, owner))

    @router.get("/state")
    def state() -> dict[str, Any]:
        now = worker.progress()
        runs = [_row(path, record) for path, record in reversed(list_runs(runs_folder(home))[-RUNS_SHOWN:])]
        return {
            "sets": _sets(home),
            "runs": runs,
            "progress": asdict(now) | {"message": retell(now.message)} if now else None,
        }

    @router.post("/start")
    def start(name: Annotated[str, Body(embed=True, max_length=300)]) -> dict[str, Any]:
        paths = {one["name"]: one["path"] for one in _sets(home, with_paths=True)}
        if name not in paths:
            raise HTTPException(404, say("There is no set of this name."))
        try:
            worker.start(name, paths[name])
        except BylineError as error:
            raise HTTPException(409, retell(str(error))) from error
        return {"started": name}

    @router.post("/stop")
    def stop() -> dict[str, Any]:
        worker.stop()
        return {"stopped": True}

    @router.get("/run")
    def run(run: Annotated[str, Query(max_length=200)]) -> dict[str, Any]:
        folder = _folder_of(home, run)
        found, summary = _read(folder, (folder / "cases.jsonl").stat().st_mtime_ns)
        last = find_last(folder, found.record)
        before = _read(last[0], (last[0] / "cases.jsonl").stat().st_mtime_ns)[1] if last else None
        to_look_at = [(i, r) for i, r in enumerate(found.results) if is_failed(r)]
        return {
            "title": ", ".join(found.record["sets"]),
            "began": found.record["began"],
            "system": found.record["system"],
            "n_asked": summary.groups[0].n_asked,
            "n_scored": summary.groups[0].n_scored,
            "last": last[1]["began"] if last else None,
            "figures": [_figure(one) for one in list_figures(summary, before, HEADLINE)],
            "charts": [retell_markup(c) for c in (draw_risk(summary, before), draw_recall(summary, before)) if c],
            "risk": retell(risk_line(summary)),
            "n_failed": len(to_look_at),
            "failed": [_case_row(i, r) for i, r in to_look_at[:CASES_SHOWN]],
        }

    @router.get("/case")
    def case(run: Annotated[str, Query(max_length=200)], n: Annotated[int, Query(ge=0)]) -> dict[str, Any]:
        folder = _folder_of(home, run)
        results = _read(folder, (folder / "cases.jsonl").stat().st_mtime_ns)[0].results
        if n >= len(results):
            raise HTTPException(404, say("This run has no such case."))
        result = results[n]
        html = render_exchange(result.answer, f"e{n}", date.today()) if result.answer else ""
        gold = result.case.sentences or result.case.answers
        return {
            "html": html,
            "question": result.case.question,
            "answerable": result.case.answerable,
            "gold": list(gold),
            "turns": [{"role": turn.role, "content": turn.content} for turn in result.case.history],
            "error": result.error,
        }

    @router.get("/report")
    def report(run: Annotated[str, Query(max_length=200)]) -> FileResponse:
        page = _folder_of(home, run) / PAGE_NAME
        if not page.is_file():
            raise HTTPException(404, say("This run has no report yet."))
        # To keep, not to show here: the page's own rules would stop its script.
        return FileResponse(page, media_type="text/html", filename=f"{run}.html")

    return router


@lru_cache(maxsize=4)
def _read(folder: Path, changed: int) -> tuple[Run, Summary]:
    run = read_run(folder)
    return run, summarize(run.results)


def _folder_of(home: Path, run: str) -> Path:
    """A run's folder by its name, which must be that of one in the place of runs."""
    folder = runs_folder(home) / run
    if not re.fullmatch(r"\w[\w.~-]*", run) or not (folder / "cases.jsonl").is_file():
        raise HTTPException(404, say("There is no run of this name."))
    return folder


def _sets(home: Path, *, with_paths: bool = False) -> list[dict[str, Any]]:
    """The shipped sets, and those in BYLINE_HOME/evals: what can be run, and why what cannot."""
    found: list[dict[str, Any]] = []
    for path in [*sorted(SETS.glob("*.jsonl")), *sorted((home / "evals").glob("*.jsonl"))]:
        one: dict[str, Any] = {"name": path.stem, "n": 0, "problem": ""}
        try:
            one["n"] = len(_read_set(path, path.stat().st_mtime_ns))
        except BylineError as error:
            one["problem"] = retell(str(error))
        found.append(one | ({"path": str(path)} if with_paths else {}))
    return found


@lru_cache(maxsize=64)
def _read_set(path: Path, changed: int) -> tuple[str, ...]:
    return tuple(case.id for case in read_set(str(path)).cases)


def _row(path: Path, record: Any) -> dict[str, Any]:
    return {"run": path.name, "title": ", ".join(record["sets"]), "began": record["began"], "system": record["system"]}


def _figure(figure: Figure) -> dict[str, Any]:
    m = figure.measure
    missing = "; ".join(say("{n} not scored: {why}", n=n, why=retell(why)) for why, n in m.unscored.items())
    row = {"name": figure.name, "means": retell(figure.means), "value": m.value, "low": m.low, "high": m.high, "n": m.n}
    return row | {"last": figure.last, "moved": figure.moved, "unscored": missing}


def _case_row(n: int, result: CaseResult) -> dict[str, Any]:
    case = result.case
    return {
        "n": n,
        "id": case.id,
        "question": case.question,
        "verdict": say(VERDICTS[verdict_of(result)]),
        "tags": list(case.tags),
    }

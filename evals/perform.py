"""A planned run, from its sets to its folder: what `run`, `gate`, `baseline`, `sweep` and the page's tab all do."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from corpus.errors import EvalError
from evals.cases import CaseSet, read_set
from evals.choose import check_gold, choose_cases, find_sources
from evals.libraries import hash_articles
from evals.record import SCHEMA, RunFolder, read_record
from evals.run import ask_all, plan_asks
from evals.score import Prices
from evals.summary import summarize
from evals.systems.load import open_system
from evals.types import CaseResult
from qa.config import Config

ROOT = Path(__file__).parents[1]
PACKAGES = ("torch", "numpy", "scipy", "chromadb", "tantivy", "tokenizers")
Watch = Callable[[int, int], AbstractContextManager[Callable[[], None]]]
"""Told how many cases there are and how many are done; gives what is called after each one more."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that decides what a run asks, in values that JSON has; run.json keeps it, so that a run can go on."""

    sets: tuple[str, ...]
    articles: tuple[str, ...] = ()
    system: str = "byline"
    settings: Mapping[str, Any] = field(default_factory=dict)
    repeat: int = 1
    draw: int | None = None
    unanswerable: int = 0
    seed: int = 0
    limit: int | None = None
    half: str | None = None
    tags: str = ""
    without_gold: bool = False

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Plan:
        """Read what run.json keeps."""
        known = {f.name for f in fields(cls)}
        values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in data.items() if k in known}
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run: what run.json says, and the results."""

    record: Mapping[str, Any]
    results: tuple[CaseResult, ...]


def perform(
    plan: Plan,
    watch: Watch,
    *,
    folder: Path | None = None,
    resume: bool = False,
    jobs: int = 1,
    prices: Prices | None = None,
    risk: float = 0.1,
    config: Config | None = None,
) -> Run:
    """Ask what is planned and add it up; with `folder`, every answer is kept there as soon as it is had.

    `resume`: go on with the run in that folder, asking nothing twice but what raised an error. Raises EvalError before
    anything is written where set, articles or settings are wrong, or are not those that the run was begun with.
    """
    if plan.repeat < 1 or jobs < 1:
        raise EvalError("--repeat and --jobs must be at least 1.")
    began = datetime.now(UTC)
    sets = [read_set(name) for name in plan.sets]
    cases = choose_cases(plan, sets)
    sources = find_sources(plan, sets)
    asks = plan_asks(cases, repeats=plan.repeat, without_gold=plan.without_gold)
    config = replace(config or Config.from_env(), **plan.settings)
    with open_system(plan.system, sources, config, jobs=jobs) as system:
        if system.knows_articles:
            check_gold(cases, system.articles)
        record = _describe(plan, sets, sources, began) | {"system": system.name} | system.describe()
        run = None
        if folder is not None:
            run = _resume(folder, record) if resume else RunFolder.start(folder, record | {"state": "unfinished"})
            if resume:
                record["began"] = read_record(folder)["began"]
        done = {r.key: r for r in run.done if not r.error} if run else {}
        todo = [ask for ask in asks if ask.key not in done]
        results = dict(done)
        with run or nullcontext(), watch(len(asks), len(asks) - len(todo)) as step:
            for result in ask_all(system, todo, jobs=jobs, prices=prices):
                if run:
                    run.append(result)
                results[result.key] = result
                step()
        ordered = tuple(results[ask.key] for ask in asks)
        record |= {
            "state": "complete",
            "ended": datetime.now(UTC).isoformat(timespec="seconds"),
            "summary": asdict(summarize(ordered, risk=risk)),
        }
        if run:
            run.write(record)
    return Run(record, ordered)


def _describe(plan: Plan, sets: Sequence[CaseSet], sources: Sequence[Path], began: datetime) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "began": began.isoformat(timespec="seconds"),
        "plan": asdict(plan),
        "sets": {s.header.name: s.fingerprint for s in sets},
        "articles": hash_articles(sources) if sources else None,
        "git": _git(),
        "machine": {"system": platform.platform(), "processors": os.cpu_count(), "processor": platform.machine()},
        "versions": {"python": sys.version.split()[0]} | {name: version(name) for name in PACKAGES},
    }


def _resume(folder: Path, record: Mapping[str, Any]) -> RunFolder:
    kept = read_record(folder)
    for key, what in (("sets", "the set"), ("articles", "the articles"), ("plan", "the plan")):
        if kept[key] != _plain(record[key]):
            raise EvalError(f"{folder}: {what} changed since this run began. Start a new run.")
    return RunFolder.resume(folder)


def _plain(value: Any) -> Any:
    """As JSON gives it back."""
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items()}
    return [_plain(v) for v in value] if isinstance(value, list | tuple) else value


def _git() -> dict[str, Any] | None:
    """The commit that the code stands at, and whether files differ from it; None outside a checkout."""
    git = shutil.which("git")
    if git is None:
        return None

    def tell(*words: str) -> str | None:
        done = subprocess.run([git, *words], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
        return done.stdout.strip() if done.returncode == 0 else None

    commit = tell("rev-parse", "HEAD")
    return None if commit is None else {"commit": commit, "dirty": bool(tell("status", "--porcelain"))}

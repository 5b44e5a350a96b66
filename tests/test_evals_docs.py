"""docs/evals.md: every command on it runs, with the files that it shows."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import pytest

from evals.__main__ import main
from evals.measures import METRICS

pytestmark = pytest.mark.usefixtures("without_reader")

TEXT = (Path(__file__).parent.parent / "docs" / "evals.md").read_text("utf-8")
COMMANDS = re.findall(r"^    python -m evals (.+)$", TEXT, re.MULTILINE)
FILES = re.findall(r"`([\w.]+)`:\n\n```\w+\n(.*?)```", TEXT, re.DOTALL)


def test_every_command_of_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BYLINE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("BYLINE_EMBEDDER", raising=False)
    monkeypatch.chdir(tmp_path)
    assert [name for name, _ in FILES] == ["news.jsonl", "town.jsonl", "my_rag.py"]
    for name, text in FILES:
        Path(name).write_text(text, "utf-8")
    assert len(COMMANDS) == 12
    for command in COMMANDS:
        words = shlex.split(command.replace("command:python ", f"command:{sys.executable} "))
        assert main(words) == 0, command
    assert Path("mine/report.html").read_text("utf-8").count("<figure>") >= 2


def test_every_metric_that_the_page_names_exists() -> None:
    table = TEXT.split("## What the figures mean")[1].split("## ")[0]
    named = {
        n
        for row in re.findall(r"^\| (`.+?) \|", table, re.MULTILINE)
        for n in re.findall(r"`([a-z]\w+(?:@\w+)?)`", row)
    }
    short = {re.sub(r"@k$", "@5", n) for n in named}
    assert len(short) > 20
    assert short <= set(METRICS)


def test_the_page_names_every_kind_of_metric() -> None:
    stems = {re.sub(r"(@\d+|_p50|_p95|_max)$", "", m) for m in METRICS}
    derived = {"claim_hit@3_if_answered", "answered_without_gold", "auroc_without_gold"}
    assert {s for s in stems if s not in TEXT and s not in derived} <= {"passage_mrr", "passage_ndcg"}

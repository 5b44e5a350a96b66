"""The commands of docs/sets.md against the code, and its examples as they stand there."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from evals.__main__ import _parser, main
from evals.agreement import read_labels
from evals.cases import read_header
from evals.importers import FORMATS
from evals.types import EvalCase

pytestmark = pytest.mark.usefixtures("without_reader")

TEXT = (Path(__file__).parent.parent / "docs" / "sets.md").read_text("utf-8")
COMMANDS = sorted(set(re.findall(r"^ {4}python -m evals (.+)$", TEXT, re.MULTILINE)))
LINES = [json.loads(line) for line in re.findall(r"^ {4}(\{.+\})$", TEXT, re.MULTILINE)]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_one_that_can_be_typed(command: str) -> None:
    args = _parser().parse_args(shlex.split(command))
    assert callable(args.run)


def test_the_example_cases_and_labels_can_be_read(tmp_path: Path) -> None:
    header, *rest = LINES
    assert read_header(header, tmp_path / "mine.jsonl").articles == (tmp_path / "articles",)
    cases = [EvalCase.from_json(line) for line in rest if "id" in line]
    assert [case.answerable for case in cases] == [True, False]
    labels = tmp_path / "labels.jsonl"
    labels.write_text("\n".join(json.dumps(line) for line in rest if "label" in line), "utf-8")
    assert [label.task for label in read_labels(labels)] == ["correctness", "support"]


def test_every_key_of_a_case_and_every_format_is_described() -> None:
    whole = EvalCase("a", "b?", True, ("c",), ("c",), ("d",), reference="e", without=("f",), draft=True)
    keys = {*whole.to_json(), "history", "as_of", "tags", "half", "answer_start"}
    assert set(re.findall(r"^\| `(\w+)` \| (?=[^|]+\|$)", TEXT, re.MULTILINE)) >= keys
    named = re.findall(r"^\| (`[^|]+`) \|", TEXT, re.MULTILINE)
    assert set(FORMATS) <= set(re.findall(r"`(\w+)`", " ".join(named)))


def test_the_text_says_how_many_cases_the_sample_has(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "sample", "--json"]) == 0
    n = json.loads(capsys.readouterr().out)["cases"]
    assert f"has {n} cases" in TEXT

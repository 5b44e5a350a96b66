from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from corpus.types import Article
from evals.__main__ import main
from evals.check import check_cases, read_all
from evals.types import EvalCase

LAKE = Article("lake", "Lake", "Oressa is cold. It is 74 meters deep.\n\nThe ferry sank there.")
COPY = Article("copy", "Lake again", "It is 74 meters deep. So we hear.")
TOWN = Article("town", "Town", "Rents rose again.")
ARTICLES = {"lake": LAKE, "copy": COPY, "town": TOWN}


def messages(**changes: Any) -> list[str]:
    right: dict[str, Any] = {
        "answerable": True,
        "answers": ("74 meters",),
        "sentences": ("It is 74 meters deep.",),
        "articles": ("lake", "copy"),
    }
    return [f.message for f in check_cases([EvalCase("c", "How deep?", **{**right, **changes})], ARTICLES)]


def test_a_whole_case_has_no_finding() -> None:
    assert messages() == []
    assert messages(answerable=False, answers=(), sentences=(), articles=(), without=("lake", "copy")) == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sentences": ("It is 75 meters deep.",), "answers": ()}, "no gold article has the sentence 'It is 75 meters"),
        ({"articles": ("lake",)}, "'copy' has its sentence 'It is 74 meters deep.' too, but is not among its articles"),
        ({"sentences": ("Oressa is cold.",), "answers": ("cold",)}, "its article 'copy' has none of its sentences"),
        ({"answers": ("74 meters", "80 feet")}, "the answer '80 feet' stands in no gold sentence"),
        ({"sentences": (), "answers": ("80 feet",)}, "the answer '80 feet' stands in no gold article"),
        ({"articles": ("lake", "copy", "sea")}, "there is no article 'sea'"),
        ({"answers": (), "sentences": (), "articles": ()}, "answerable, but with no gold"),
        ({"answerable": False}, "unanswerable, but it has answers and sentences and articles"),
        ({"answer_start": 0}, "answer_start is 0, where 'lake' has 'Oressa is cold"),
        ({"half": "both"}, "half is 'both', expected tune or report"),
        ({"without": ("lake",)}, "answerable, but with articles taken away"),
        ({"without": ("lake",)}, "'copy' has 'It is 74 meters deep.' too, but is not taken away"),
        ({"without": ("town",)}, "no sentence of the articles taken away has half of its question's words"),
    ],
)
def test_each_fault_is_found(changes: dict[str, Any], message: str) -> None:
    assert any(message in said for said in messages(**changes)), messages(**changes)


def test_every_broken_line_is_named_with_its_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "lake.md").write_text("---\ntitle: Lake\n---\n\nIt is 74 meters deep.\n", "utf-8")
    good = {"id": "a", "question": "How deep?", "answerable": True, "answers": ["74 meters"], "articles": ["lake"]}
    lines = [
        json.dumps({"set": "mine", "articles": "lake.md"}),
        json.dumps(good),
        "{broken",
        json.dumps({**good, "colour": 1}),
        json.dumps({**good, "answers": ["80 feet"]}),
    ]
    path = tmp_path / "mine.jsonl"
    path.write_text("\n".join(lines), "utf-8")
    assert len(read_all(path).cases) == 2
    assert main(["check", str(path)]) == 1
    said = capsys.readouterr().out.splitlines()
    assert [line.removeprefix(f"{path}:").partition(": ")[0] for line in said[:4]] == ["3", "4", "5", "5"]
    assert "unknown keys colour" in said[1]
    assert f"{path}:5: a: the id comes twice, first on line 2" in said
    assert f"{path}:5: a: the answer '80 feet' stands in no gold article" in said
    assert said[-1] == "2 cases: 4 findings."


def test_a_set_without_known_articles_says_how_to_name_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BYLINE_HOME", str(tmp_path / "home"))
    path = tmp_path / "mine.jsonl"
    path.write_text('{"id": "a", "question": "How deep?", "answerable": false}\n', "utf-8")
    assert main(["check", str(path)]) == 2
    assert "Name them with --articles" in capsys.readouterr().err
    assert not (tmp_path / "home").exists()


def test_the_shipped_sets_hold(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "sample"]) == 0
    assert "all hold" in capsys.readouterr().out

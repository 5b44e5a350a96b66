"""A run is a folder that survives a kill: kept as it is answered, gone on with, computed again."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from llm_fixture import saying

from corpus.config import LibraryConfig
from corpus.embed import load_embedder
from corpus.library import Library
from corpus.read import read_articles
from evals.__main__ import main
from evals.cases import read_set
from evals.record import read_record, read_results
from evals.stub import Stub

pytestmark = pytest.mark.usefixtures("without_reader")

ROOT = Path(__file__).resolve().parents[1]
FEW = ("harbour-line-delayed-to-june", "ringed-moth-rediscovered", "stonewick-seed-vault")
QUESTIONS = (
    ("When will the Harbour Line open?", ["June"]),
    ("Where was the ringed moth found again?", ["nowhere in particular"]),
    ("What is kept in the Stonewick vault?", ["seeds"]),
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    place = tmp_path_factory.mktemp("runs")
    (place / "articles").mkdir()
    for name in FEW:
        shutil.copy(ROOT / "corpus" / "articles" / f"{name}.md", place / "articles")
    lines = [json.dumps({"set": "three", "articles": "articles", "licence": "CC BY 4.0"})]
    for name, (question, answers) in zip(FEW, QUESTIONS, strict=True):
        case = {"id": name, "question": question, "answerable": True, "answers": answers, "articles": [name]}
        lines.append(json.dumps(case | {"tags": ["$x_1$ <b>"]}))
    lines.append(json.dumps({"id": "off", "question": "Who won the cup final?", "answerable": False}))
    (place / "three.jsonl").write_text("\n".join(lines), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BYLINE_HOME", str(place / "home"))
        patch.delenv("BYLINE_EMBEDDER", raising=False)
        yield place


@pytest.fixture(scope="module")
def whole(place: Path) -> Path:
    assert main(["run", str(place / "three.jsonl"), "--out", str(place / "whole")]) == 0
    return place / "whole"


def test_a_header_names_the_articles_of_a_set(place: Path, whole: Path) -> None:
    found = read_set(str(place / "three.jsonl"))
    assert found.header.name == "three"
    assert found.header.articles == (place / "articles",)
    assert len(found.cases) == 4
    record = read_record(whole)
    assert record["library"]["n_articles"] == 3
    assert record["state"] == "complete"
    assert record["sets"] == {"three": found.fingerprint}
    assert {"git", "machine", "versions", "settings", "began", "ended"} <= record.keys()


def test_everything_is_computed_again_from_the_cases(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = read_record(whole)["summary"]
    capsys.readouterr()
    lines = [json.loads(line) for line in (whole / "cases.jsonl").read_text("utf-8").splitlines()]
    for line in lines:
        assert line["hits"]
        line["scores"] = {"claim_hit@3": 77}  # what is written there is not believed
    (whole / "cases.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    assert main(["report", str(whole), "--json"]) == 0
    (again,) = json.loads(capsys.readouterr().out).values()
    assert again == kept


@pytest.mark.parametrize("how", ["SIGKILL", "SIGINT"])
def test_a_run_that_was_cut_short_goes_on_without_asking_twice(
    place: Path, whole: Path, tmp_path: Path, how: str
) -> None:
    """The program under test writes down each question that it is asked, and ends the run at the third."""
    asked, program, out = tmp_path / "asked.txt", tmp_path / "system.py", tmp_path / "run"
    program.write_text(
        "import json, os, pathlib, signal, sys\n"
        f"asked = pathlib.Path({str(asked)!r})\n"
        "for line in sys.stdin:\n"
        "    case = json.loads(line)\n"
        "    with asked.open('a') as file: file.write(case['id'] + '\\n')\n"
        f"    if len(asked.read_text().split()) == 3: os.kill(os.getppid(), signal.{how})\n"
        "    print(json.dumps({'answer': 'June.'}), flush=True)\n"
    )
    words = [sys.executable, "-m", "evals", "run", str(place / "three.jsonl"), "--out", str(out)]
    words += ["--system", f"command:{sys.executable} {program}"]
    # A suite that was itself started in the background would hand on that SIGINT is ignored.
    heard = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=280, check=False, preexec_fn=heard)
    if how == "SIGINT":
        assert done.returncode == 130
        assert f"Go on with: python -m evals run --resume {out}" in done.stderr
    else:
        assert done.returncode == -signal.SIGKILL
    kept = [r.case.id for r in read_results(out)]
    assert kept in ([*FEW[:2]], [*FEW])  # the third answer may still have come
    assert read_record(out)["state"] == "unfinished"
    with (out / "cases.jsonl").open("a") as file:
        file.write('{"schema": 2, "id": "cut o')
    assert main(["run", "--resume", str(out)]) == 0
    # Asked before it was cut short but never answered: that one, and only that one, is asked again.
    assert asked.read_text().split() == [*FEW, *(i for i in (*FEW, "off") if i not in kept)]
    assert [r.case.id for r in read_results(out)] == [*FEW, "off"]
    assert read_record(out)["state"] == "complete"
    assert (out / "report.html").is_file()


def test_a_changed_set_or_article_is_not_gone_on_with(
    place: Path, whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(place / "articles", tmp_path / "articles")
    own = tmp_path / "three.jsonl"
    own.write_text((place / "three.jsonl").read_text("utf-8"), "utf-8")
    assert main(["run", str(own), "--out", str(tmp_path / "run"), "--system", "command:false"]) == 0
    own.write_text(own.read_text("utf-8") + "\n", "utf-8")
    assert main(["run", "--resume", str(tmp_path / "run")]) == 2
    assert "the set changed since this run began" in capsys.readouterr().err
    assert main(["run", str(own), "--out", str(whole)]) == 2
    assert "holds a run already" in capsys.readouterr().err
    assert main(["run", "--resume", str(tmp_path)]) == 2
    assert "is no folder of a run" in capsys.readouterr().err


def test_a_case_that_raises_counts_as_asked_and_is_told(
    place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "half.py"
    program.write_text(
        "import json, sys\n"
        "for n, line in enumerate(sys.stdin):\n"
        "    print(json.dumps({'answer': 'In June it was seeds.', 'hits': []}) if n % 2 == 0 else 'oops', flush=True)\n"
    )
    words = ["run", str(place / "three.jsonl"), "--system", f"command:{sys.executable} {program}"]
    assert main([*words, "--out", str(tmp_path / "run"), "--json"]) == 0
    group = json.loads(capsys.readouterr().out)["summary"]["groups"][0]
    assert (group["n_asked"], group["n_scored"]) == (4, 2)
    hit = group["measures"]["contains_answer@3"]
    assert (hit["value"], hit["n"]) == (pytest.approx(2 / 3), 3)
    assert hit["unscored"] == {"the case raised an error": 1}
    # An error makes nothing look better: where less is better it counts as the worst.
    assert group["measures"]["answered_unanswerable"]["value"] == 1.0
    lines = [json.loads(line) for line in (tmp_path / "run" / "cases.jsonl").read_text("utf-8").splitlines()]
    assert [bool(line["error"]) for line in lines] == [False, True, False, True]
    assert lines[1]["scores"] == {}
    assert "its line is not JSON" in lines[1]["error"]
    assert main([*words, "--out", str(tmp_path / "barred"), "--fail-under", "answered=0"]) == 1
    assert "2 cases have errors" in capsys.readouterr().err


def test_a_case_whose_model_failed_is_not_scored_and_is_asked_again(place: Path, whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    with Stub(saying("They are kept at the harbour. [1.1]"), "404", faults_left=1) as stub:
        words = ["run", str(place / "three.jsonl"), "--system", f"byline:{stub.spec('ollama')}", "--out", str(out)]
        assert main(words) == 0
        failed, *others = read_results(out)
        assert "no answer of the model: " in failed.error
        assert "has no model stub (404)" in failed.error
        assert failed.scores == {}
        assert [r.error for r in others] == [""] * 3
        n_asked = len(stub.requests)
        assert main(["run", "--resume", str(out)]) == 0
        assert len(stub.requests) == n_asked + 1
    again = read_results(out)
    assert [r.case.id for r in again] == [*FEW, "off"]
    assert [r.error for r in again] == [""] * 4
    assert read_record(out)["summary"]["errors"] == []


def test_a_system_without_hits_has_no_retrieval_figures(place: Path, whole: Path, tmp_path: Path) -> None:
    program = tmp_path / "plain.py"
    program.write_text('import sys\nfor line in sys.stdin: print(\'{"answer": "seeds"}\', flush=True)\n')
    out = tmp_path / "run"
    words = ["run", str(place / "three.jsonl"), "--system", f"command:{sys.executable} {program}", "--out", str(out)]
    assert main(words) == 0
    measures = read_record(out)["summary"]["groups"][0]["measures"]
    assert "article_hit@5" not in measures
    assert measures["contains_answer@3"]["value"] == pytest.approx(1 / 3)


def test_the_kept_library_is_opened_again_and_the_user_s_is_not_touched(place: Path, whole: Path) -> None:
    home = place / "home"
    kept = list((home / "evals" / "libraries").iterdir())
    assert len(kept) == 1
    with Library.open(LibraryConfig(home), embedder=load_embedder()) as library:
        library.add(list(read_articles(str(place / "articles"))))
        before = library.stats()
    assert main(["run", str(place / "three.jsonl"), "--out", str(place / "again")]) == 0
    assert list((home / "evals" / "libraries").iterdir()) == kept
    with Library.open(LibraryConfig(home), own=False) as library:
        assert library.stats() == before
    # A library that was not finished is made good, not believed.
    (kept[0] / "complete").unlink()
    with Library.open(LibraryConfig(kept[0]), embedder=load_embedder()) as library:
        library.remove([FEW[0]])
    assert main(["run", str(place / "three.jsonl"), "--out", str(place / "mended")]) == 0
    assert read_record(place / "mended")["library"]["n_articles"] == 3


def test_repeats_and_jobs_ask_everything(place: Path, whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    assert main(["run", str(place / "three.jsonl"), "--repeat", "2", "--jobs", "2", "--out", str(out)]) == 0
    results = read_results(out)
    assert [r.key for r in results] == [("three", i, False, n) for n in range(2) for i in (*FEW, "off")]
    assert [r.answer.text if r.answer else "" for r in results[:4]] == [
        r.answer.text if r.answer else "" for r in results[4:]
    ]
    assert len(read_record(out)["summary"]["spread"]["answered"]) == 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            '{"id": "z", "question": "Q?", "answerable": true, "articles": ["gone"]}',
            ":6: case 'z': its article",
        ),
        ('{"set": "three"}', ":6: unknown keys set"),
        ('{"id": "off", "question": "Q?", "answerable": true}', ":6: the id 'off' comes twice"),
        ('"text"', ":6: a case is an object"),
    ],
)
def test_bad_input_is_named_and_leaves_nothing_behind(
    place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], change: str, message: str
) -> None:
    path = tmp_path / "three.jsonl"
    path.write_text((place / "three.jsonl").read_text("utf-8") + "\n" + change, "utf-8")
    words = ["run", str(path), "--articles", str(place / "articles"), "--out", str(tmp_path / "run")]
    assert main(words) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_a_header_of_wrong_form_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "s.jsonl"
    path.write_text('{"set": "s", "articles": 3}\n{"id": "a", "question": "Q?", "answerable": false}', "utf-8")
    assert main(["run", str(path)]) == 2
    assert f"{path}:1: the header's values must be text" in capsys.readouterr().err
    path.write_text('{"set": "s", "articles": "none"}\n{"id": "a", "question": "Q?", "answerable": false}', "utf-8")
    assert main(["run", str(path)]) == 2
    assert "none: no such file or folder" in capsys.readouterr().err


def test_the_report_is_one_file_with_everything_escaped(place: Path, whole: Path, tmp_path: Path) -> None:
    hostile = "<script>alert(1)</script><img src=x onerror=alert(2)>{{ 7 * 7 }}"
    program = tmp_path / "hostile.py"
    reply = {"claims": [{"text": hostile, "citations": [{"article_id": hostile, "quote": hostile}]}]}
    program.write_text(f"import sys\nfor line in sys.stdin: print({json.dumps(reply)!r}, flush=True)\n")
    lines = [json.dumps({"id": hostile, "question": hostile, "answerable": True, "answers": [hostile], "tags": [t]})
             for t in (hostile,)]  # fmt: skip
    lines.append(json.dumps({"id": "b", "question": "b?", "answerable": True, "answers": ["b"], "tags": ["$\\frac$"]}))
    (tmp_path / "bad.jsonl").write_text("\n".join(lines), "utf-8")
    out = tmp_path / "run"
    words = ["run", str(tmp_path / "bad.jsonl"), "--system", f"command:{sys.executable} {program}", "--out", str(out)]
    assert main(words) == 0
    page = (out / "report.html").read_text("utf-8")
    assert "&lt;script&gt;alert(1)" in page
    assert page.count("<script") == 1
    assert "<img" not in page
    groups = page.split('class="groups"')[1].split("</table>")[0]
    assert ("answered</th>" in groups, "passage hit@5" in groups) == (True, False)  # no column that nothing has
    assert "{{ 7 * 7 }}" in page
    assert "$\\frac$" in page
    outside = {word for word in page.split('"') if word.startswith(("http", "//", "url(h"))}
    assert outside <= {"http://www.w3.org/2000/svg"}

"""python -m qa over a small library: once as a process of its own, else as the function that the process calls."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from corpus.config import LibraryConfig
from corpus.errors import QuestionError
from corpus.library import Library
from corpus.read import read_articles
from evals.stub import Request, Stub
from qa.__main__ import main
from qa.batch import Asked, BadLine, read_questions
from qa.history import read_history
from qa.terminal import answer_lines
from qa.types import Answer, Citation, Claim, Searched, Source, Turn

ROOT = Path(__file__).parent.parent
QUESTION = "How many people were on the ferry when it went down?"
UNKNOWN = "Who won the football world cup in 1954?"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    with Library.open(LibraryConfig(folder), own=False) as library:
        report = library.add([a for a in read_articles(str(ROOT / "corpus/articles")) if "ferry" in a.source])
    assert len(report.added) >= 3
    return folder


@dataclass
class Done:
    """What a command said, and its exit status."""

    returncode: int
    stdout: str
    stderr: str


def run(home: Path, *words: str | Path) -> Done:
    """The command in this process: each of its own would import for seconds what is imported here."""
    said, complained = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(said), redirect_stderr(complained):
        for name in [name for name in os.environ if name.startswith("BYLINE_")]:
            patch.delenv(name)
        patch.setenv("BYLINE_HOME", str(home))
        try:
            status = main([*map(str, words)])
        except SystemExit as end:  # of the parser
            status = int(end.code or 0)
    return Done(status, said.getvalue(), complained.getvalue())


def run_alone(home: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """The command as one types it."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("BYLINE_")}
    env |= {"BYLINE_HOME": str(home), "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "qa", *map(str, words)]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False)


def without_time(data: dict[str, object]) -> dict[str, object]:
    return {k: v for k, v in data.items() if k not in ("seconds", "id")}


def test_answer_is_followed_by_its_sources(home: Path) -> None:
    done = run_alone(home, QUESTION)
    assert done.stdout.splitlines()[:3] == run(home, QUESTION).stdout.splitlines()[:3]
    assert (done.returncode, done.stderr) == (0, "")
    answer, source = done.stdout.split("\n\n")[:2]
    assert "131" in answer
    assert "[1]" in answer
    assert source.startswith("[1] ")
    assert "https://" in source
    assert "“" in source
    assert "Built-in answerer" in done.stdout
    assert "\x1b" not in done.stdout


def test_not_found_says_what_was_searched_and_is_no_failure(home: Path) -> None:
    done = run(home, UNKNOWN)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "The articles don't say."
    assert lines[1].startswith("Searched ")
    assert lines[1].endswith("2026.")
    assert sum(line.startswith("  - ") for line in lines) == 3
    assert any(line.startswith("Try asking: ") for line in lines)


def test_json_is_the_answer_and_nothing_else(home: Path) -> None:
    done = run(home, QUESTION, "--json")
    answer = Answer.from_json(json.loads(done.stdout))
    assert answer.status == "answered"
    with Library.open(LibraryConfig(home), own=False) as library:
        for cite in answer.citations:
            article = library.article(cite.article_id)
            assert article is not None
            assert article.text[cite.start : cite.end] == cite.quote


def test_an_llm_answers_with_numbered_sources_and_says_where_text_goes(home: Path) -> None:
    def say(request: Request) -> list[str]:
        label = next(line.split(" ")[0] for line in request.user.splitlines() if "said 131 people" in line)
        return ["There were 131 peo", f"ple on the ferry. {label}", " A whale sank it."]

    with Stub(say) as stub:
        spec = stub.spec("openai-like")
        done = run(home, QUESTION, "--llm", spec)
        data = json.loads(run(home, QUESTION, "--llm", spec, "--json").stdout)
    assert done.returncode == 0
    assert done.stderr == f"stub (127.0.0.1:{stub.port}) answers; nothing leaves this machine.\n"
    first, source = done.stdout.split("\n\n")[:2]
    said = "There were 131 people on the ferry. [1] (as of 13 April 2026) A whale sank it."
    assert first == f"{said} (not supported by the articles)"
    assert source.startswith("[1] The Tarvenian: Toll in ferry sinking")
    assert "of 8 passages, 10 + 5 tokens" in done.stdout
    answer = Answer.from_json(data)
    assert [claim.support for claim in answer.claims] == ["supported", "unsupported"]
    assert answer.built_in is not None
    assert answer.built_in.claims


def test_a_key_is_in_nothing_that_is_written(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-canary-77")
    questions, out = tmp_path / "questions.jsonl", tmp_path / "answers.jsonl"
    questions.write_text(json.dumps({"id": 1, "question": QUESTION}))
    with Stub(lambda _: ["It sank."], "401") as stub:  # which repeats the key in its refusal
        spec = stub.spec("anthropic")
        done = [run_alone(home, QUESTION, "--llm", spec), run(home, "--batch", questions, "--out", out, "--llm", spec)]
        assert stub.requests[0].headers["x-api-key"] == "sk-canary-77"
    assert "refused the key (401)" in done[0].stdout
    written = [path.read_bytes() for path in [*home.rglob("*"), out] if path.is_file()]
    assert not any(b"canary" in text for text in [*written, *(f"{d.stdout}{d.stderr}".encode() for d in done)])


def test_a_wrong_llm_is_one_line_and_1(home: Path) -> None:
    done = run(home, QUESTION, "--llm", "nonsense")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("LLMError: 'nonsense' is no provider.")
    assert len(done.stderr.splitlines()) == 1


def test_as_of_hides_what_came_later(home: Path) -> None:
    answer = Answer.from_json(json.loads(run(home, QUESTION, "--json", "--as-of", "1999-01-01").stdout))
    assert answer.status == "not_found"


def test_batch_answers_in_order_what_it_can_and_names_the_rest(home: Path, tmp_path: Path) -> None:
    questions, out = tmp_path / "questions.jsonl", tmp_path / "answers.jsonl"
    lines = [
        json.dumps({"id": "a", "question": UNKNOWN}),
        "{broken",
        "",
        json.dumps({"id": "empty", "question": " "}),
        json.dumps({"id": 7, "question": QUESTION, "history": ["Hello", {"role": "assistant", "content": "Yes?"}]}),
    ]
    questions.write_text("\n".join(lines), "utf-8")
    done = run(home, "--batch", questions, "--out", out)
    assert done.returncode == 1
    assert "line 2: not JSON" in done.stderr
    assert "line 4: The question is empty" in done.stderr
    answers = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [a.pop("id") for a in answers] == ["a", 7]
    assert [Answer.from_json(a).status for a in answers] == ["not_found", "answered"]
    one = json.loads(run(home, QUESTION, "--json").stdout)
    close = pytest.approx(one["confidence"], abs=1e-3)  # a batch of two rounds otherwise than one alone
    assert answers[1]["confidence"] == close
    assert without_time(answers[1] | {"confidence": 0}) == without_time(one | {"confidence": 0})


def test_empty_library_says_what_to_type_and_stays_unmade(tmp_path: Path) -> None:
    done = run_alone(tmp_path / "none", QUESTION)
    assert done.returncode == 1
    assert "python -m corpus add corpus/articles" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ([], "give one question"),
        (["a", "--batch", "b", "--out", "c"], "give one question"),
        (["--batch", "b"], "--batch and --out go together"),
        (["a", "--out", "c"], "--batch and --out go together"),
        (["--batch", "b", "--out", "b"], "overwrite"),
        (["--batch", "b", "--out", "c", "--json"], "with --batch"),
        (["a", "--as-of", "yesterday"], "'yesterday' is no date. Write it as 2026-11-24."),
    ],
)
def test_wrong_usage_is_2(tmp_path: Path, words: list[str], reason: str) -> None:
    done = run(tmp_path, *words)
    assert done.returncode == 2
    assert reason in done.stderr


def test_a_question_or_history_that_cannot_be_asked_is_1(home: Path, tmp_path: Path) -> None:
    bad = tmp_path / "history.json"
    bad.write_text('[{"role": "system", "content": "x"}]')
    for words, reason in (
        (["  "], "The question is empty"),
        ([QUESTION, "--history", bad], "Turn 1 of the history"),
        ([QUESTION, "--history", tmp_path / "none.json"], "cannot be read"),
        (["--batch", tmp_path / "none.jsonl", "--out", tmp_path / "out"], "cannot be read"),
    ):
        done = run(home, *words)
        assert done.returncode == 1
        assert reason in done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_a_follow_up_says_what_was_searched_for(home: Path, tmp_path: Path) -> None:
    turns, out = tmp_path / "turns.json", tmp_path / "out.jsonl"
    history = [{"role": "user", "content": QUESTION}, {"role": "assistant", "content": "It does."}]
    turns.write_text(json.dumps(history), "utf-8")
    assert run(home, "why?", "--history", turns).stdout.startswith("Searched for: ")
    assert "Searched for" not in run(home, QUESTION, "--history", turns).stdout
    batch = tmp_path / "batch.jsonl"
    batch.write_text(json.dumps({"id": "1", "question": "why?", "history": history}), "utf-8")
    assert run(home, "--batch", batch, "--out", out).returncode == 0
    answer = json.loads(out.read_text("utf-8"))
    assert answer["question"] == "why?"
    assert answer["searched_for"] not in ("why?", QUESTION)


def test_history_is_a_list_of_turns() -> None:
    turns = read_history(["Why?", {"role": "assistant", "content": "Because."}])
    assert turns == (Turn("user", "Why?"), Turn("assistant", "Because."))
    for bad in ({}, None, "text"):
        with pytest.raises(QuestionError, match="history is no list"):
            read_history(bad)
    for bad in ([1], ["a", {"role": "user"}], [{"role": "user", "content": 1}]):
        with pytest.raises(QuestionError, match=rf"Turn {len(bad)} of the history"):
            read_history(bad)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"[]", "not an object"),
        (b"\xff", "not UTF-8"),
        (b"[" * 100_000, "not JSON"),
        (b'{"question": "a"}', '"id" is missing'),
        (b'{"id": true, "question": "a"}', '"id" is missing'),
        (b'{"id": "1"}', '"question" is missing'),
        (b'{"id": "1", "question": "a", "as_of": 3}', '"as_of" is no date'),
        (b'{"id": "1", "question": "a", "as_of": "May"}', "'May' is no date"),
        (b'{"id": "1", "question": "a", "history": {}}', "history is no list"),
    ],
)
def test_bad_line_says_why(line: bytes, reason: str) -> None:
    good = b'\xef\xbb\xbf{"id": 1, "question": "a", "extra": 0}'
    first, second = read_questions([good, line])
    assert isinstance(first, Asked)
    assert isinstance(second, BadLine)
    assert second.line == 2
    assert reason in second.reason


def test_what_an_article_says_cannot_steer_the_terminal() -> None:
    hostile = "Quote\x1b[2J \x9b31m \u202eback\nline"
    cite = Citation(1, "a", f"T {hostile}", "O\r", "https://x\x07", "2026-05-01", 0, 4, hostile)
    answer = Answer(
        question="q",
        searched_for=f"follow {hostile}",
        status="answered",
        claims=(Claim(hostile, (cite,), "partial", "the year is missing"), Claim("Alone.", (), "unsupported")),
        short_answer=None,
        also_read=(),
        nearest=(),
        searched=Searched(1, None, None),
        answerer="Built-in answerer",
        confidence=1.0,
        seconds=0.1,
        usage=None,
        library_generation=1,
    )
    text = "".join(line for line, _ in answer_lines(answer))
    assert all(char.isprintable() for char in text)
    assert "Searched for: follow Quote" in text
    assert "[1] (only partly supported: the year is missing) Alone. (not supported by the articles)" in text
    lost = replace(answer, status="not_found", claims=(), nearest=(Source("a", "Title", "", None, None),))
    assert "  - Title (undated)" in [line for line, _ in answer_lines(lost)]
    assert "Searched 1 article." in [line for line, _ in answer_lines(lost)]

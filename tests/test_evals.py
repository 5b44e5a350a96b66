from __future__ import annotations

import json
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.read import read_articles
from corpus.types import Article
from evals.__main__ import main
from evals.cases import read_cases
from evals.metrics import contains_answer
from evals.run import quotes_exact
from evals.types import SETS
from qa.types import Answer

pytestmark = pytest.mark.usefixtures("without_reader")

ARTICLES = Path(__file__).parent.parent / "corpus" / "articles"
FEW = (
    "harbour-line-delayed-to-june",
    "harbour-line-to-open-in-may",
    "auditor-disputes-harbour-line-cost",
    "lantern-painting-stolen-from-museum",
    "ringed-moth-rediscovered",
    "stonewick-seed-vault",
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with six sample articles, cases of the sample set that they answer, and some that nothing does."""
    place = tmp_path_factory.mktemp("evals")
    (place / "articles").mkdir()
    for name in FEW:
        shutil.copy(ARTICLES / f"{name}.md", place / "articles")
    lines = (SETS / "sample.jsonl").read_text("utf-8").splitlines()
    data = [json.loads(line) for line in lines]
    kept = [d for d in data if d["answerable"] and set(d["articles"]) <= set(FEW)][:8]
    kept += [d for d in data if "off-topic" in d["tags"]][:4]
    (place / "few.jsonl").write_text("\n".join(json.dumps(d) for d in kept), "utf-8")
    return place


@pytest.fixture(autouse=True)
def _home(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BYLINE_HOME", str(place / "home"))
    monkeypatch.delenv("BYLINE_EMBEDDER", raising=False)


def run(place: Path, *more: str) -> int:
    return main(["run", str(place / "few.jsonl"), "--articles", str(place / "articles"), *more])


def test_a_run_is_kept_and_reads_back(place: Path) -> None:
    assert run(place, "--out", str(place / "out"), "--without-gold") == 0
    record = json.loads((place / "out" / "run.json").read_text("utf-8"))
    lines = [json.loads(line) for line in (place / "out" / "cases.jsonl").read_text("utf-8").splitlines()]
    assert len(lines) == 12 + 8
    for line in lines:
        assert json.loads(json.dumps(Answer.from_json(line["answer"]).to_json())) == line["answer"]
    whole = record["summary"]["groups"][0]
    by_hand = [x["scores"]["claim_hit@3"] for x in lines if x["gold"]["answerable"] and not x["without_gold"]]
    assert whole["measures"]["claim_hit@3"]["value"] == sum(by_hand) / 8
    assert whole["measures"]["exact_quotes"]["value"] == 1.0
    assert (whole["n_asked"], whole["measures"]["auroc_without_gold"]["n"]) == (12, 16)
    assert record["library"]["n_articles"] == len(FEW)


def test_a_bar_is_met_or_missed(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(place, "--fail-under", "article_hit@5=0.5") == 0
    assert run(place, "--fail-under", "claim_hit@1=1.01") == 1
    assert "claim_hit@1 is" in capsys.readouterr().err


@pytest.mark.parametrize(("threshold", "share"), [("0", 1.0), ("1.1", 0.0)])
def test_the_threshold_decides_what_is_answered(
    place: Path, capsys: pytest.CaptureFixture[str], threshold: str, share: float
) -> None:
    assert run(place, "--set", f"threshold={threshold}", "--json") == 0
    assert json.loads(capsys.readouterr().out)["summary"]["groups"][0]["measures"]["answered"]["value"] == share


GOOD = '{"id": "a", "question": "Who?", "answerable": true}'


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([GOOD, '{"id": '], ":2: Expecting value"),
        ([GOOD, GOOD], ":2: the id 'a' comes twice"),
        ([GOOD.replace("}", ', "colour": 1}')], ":1: unknown keys colour"),
        (['{"id": "a", "question": "Who?", "answerable": "yes"}'], ":1: 'answerable' must be a bool"),
        ([""], ": no case in it"),
    ],
)
def test_a_broken_set_is_named_by_file_and_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lines: list[str], message: str
) -> None:
    path = tmp_path / "broken.jsonl"
    path.write_text("\n".join(lines), "utf-8")
    assert main(["run", str(path), "--articles", str(ARTICLES)]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"EvalError: {path}{message}")
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nosuch"], "nosuch: no such set. Shipped: sample"),
        (["sample", "--set", "colour=1"], "--set colour: no such setting. Valid: top_k, dense_weight, threshold"),
        (["sample", "--set", "top_k=2.5"], "--set top_k=2.5: expected int"),
        (["sample", "--fail-under", "beauty=1"], "--fail-under beauty: no metric that can be too low"),
        (["sample", "--fail-under", "seconds_p95=1"], "--fail-under seconds_p95: no metric that can be too low"),
        (["sample", "--tags", "nosuch"], "No case is left to ask"),
    ],
)
def test_wrong_usage_says_what_is_right(capsys: pytest.CaptureFixture[str], arguments: list[str], message: str) -> None:
    assert main(["run", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_a_quote_that_is_not_in_its_article_is_seen(place: Path) -> None:
    from corpus.config import LibraryConfig
    from corpus.embed import load_embedder
    from corpus.library import Library
    from qa.assistant import Assistant
    from qa.config import Config

    article = Article("a", "Lamp", "The lamp is red. It was made in Osmere.", source="a")
    with Library.open(LibraryConfig(place / "one"), embedder=load_embedder()) as library:
        library.add([article])
        answer = Assistant(library, Config(threshold=0.0)).ask("Where was the lamp made?")
        assert quotes_exact(answer, library)
        claim = answer.claims[0]
        moved = replace(claim.citations[0], start=claim.citations[0].start + 1)
        assert not quotes_exact(replace(answer, claims=(replace(claim, citations=(moved,)),)), library)


def test_the_gold_of_the_sample_set_stands_in_its_articles() -> None:
    articles = {a.id: a.text for a in read_articles(str(ARTICLES)) if isinstance(a, Article)}
    cases = list(read_cases(SETS / "sample.jsonl"))
    for case in cases:
        assert set(case.articles) <= articles.keys(), case.id
        assert bool(case.sentences and case.articles) == case.answerable, case.id
        for sentence in case.sentences:
            assert any(sentence in articles[a] for a in case.articles), (case.id, sentence)
        for answer in case.answers:
            assert contains_answer(" ".join(case.sentences), [answer]), (case.id, answer)
    halves = Counter((c.answerable, c.half) for c in cases)
    assert abs(halves[True, "tune"] - halves[True, "report"]) <= 1
    assert halves[False, "tune"] == halves[False, "report"]


def test_the_sample_set_has_every_kind_of_question() -> None:
    cases = list(read_cases(SETS / "sample.jsonl"))
    tags = Counter(tag for c in cases for tag in c.tags)
    kinds = {c.tags[0] for c in cases if not c.answerable}
    assert kinds == {"near-miss", "other-entity", "false-premise", "off-topic"}
    assert sum(not c.answerable for c in cases) >= 50
    assert len(cases) >= 150
    wanted = ("fact", "why", "how-many", "who", "when", "list", "two-articles", "change", "near-copies", "follow-up")
    assert all(tags[tag] >= 10 for tag in wanted), tags
    assert all(c.history for c in cases if "follow-up" in c.tags)


def test_the_quick_bench_prints_every_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("llama_index.vector_stores.chroma")
    pytest.importorskip("llama_index.embeddings.huggingface")
    assert main(["bench", "--quick"]) == 0
    said = capsys.readouterr().out
    assert all(name in said for name in ("adding 8 articles", "reader off, p50", "reader shipped, p95", "cold answer"))
    assert "eval run, 6 cases, 12 articles" in said
    assert "eval compare, 6 cases" in said
    assert said.count("PASS") + said.count("FAIL") == 17

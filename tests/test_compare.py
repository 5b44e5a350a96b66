"""Two runs against each other, and the gate: it must be able to fail."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.errors import EvalError
from corpus.split import split_sentences
from evals.__main__ import main
from evals.baseline import read_baseline, write_baseline
from evals.cases import read_set
from evals.compare import SURE, Scored, compare_scores, scores_of
from evals.perform import Plan, perform
from evals.run import ask_all, plan_asks
from evals.sweep import Trial, mark_best, read_grid
from evals.systems import System
from evals.systems.load import open_system
from evals.types import SETS, EvalCase, Reply
from qa.config import Config

pytestmark = pytest.mark.usefixtures("without_reader")

ARTICLES = Path(__file__).parent.parent / "corpus" / "articles"


@contextmanager
def unwatched(total: int, done: int) -> Iterator[object]:
    yield lambda: None


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    place = tmp_path_factory.mktemp("gate")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BYLINE_HOME", str(place / "home"))
        patch.delenv("BYLINE_EMBEDDER", raising=False)
        yield place


@pytest.fixture(scope="module")
def few(home: Path) -> Path:
    """Forty answerable cases of the sample set and thirty others, with the sample articles."""
    data = [json.loads(line) for line in (SETS / "sample.jsonl").read_text("utf-8").splitlines()]
    cases = [d for d in data if "question" in d and not d.get("history")]
    kept = [d for d in cases if d["answerable"]][:40]
    kept += sorted((d for d in cases if not d["answerable"]), key=lambda d: "off-topic" not in d["tags"])[:30]
    path = home / "few.jsonl"
    head = {"set": "few", "articles": str(ARTICLES)}
    path.write_text("\n".join(json.dumps(d) for d in [head, *kept]), "utf-8")
    return path


@pytest.fixture(scope="module")
def baseline(home: Path, few: Path) -> Path:
    assert main(["baseline", str(few), "--to", str(home / "few.json"), "--out", str(home / "before")]) == 0
    return home / "few.json"


def gate(few: Path, baseline: Path, *more: str) -> int:
    return main(["gate", str(few), "--baseline", str(baseline), *more])


def test_the_same_answers_pass_the_gate(few: Path, baseline: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert gate(few, baseline) == 0
    assert "Nothing is significantly worse" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("setting", "worse"),
    [("top_k=1", "passage_read"), ("threshold=0", "answered_unanswerable"), ("threshold=1", "answered")],
)
def test_the_gate_refuses_what_is_worse(
    few: Path, baseline: Path, capsys: pytest.CaptureFixture[str], setting: str, worse: str
) -> None:
    assert gate(few, baseline, "--set", setting, "--json") == 1
    found = json.loads(capsys.readouterr().out)
    assert worse in [d["metric"] for d in found["differences"] if d["verdict"] == "worse"]
    assert len(found["worst"]) == 10


class Shifted(System):
    """Byline with every citation moved to the next sentence of its article."""

    name = "shifted"

    def __init__(self, inner: System) -> None:
        self._inner = inner
        self.articles = inner.articles  # type: ignore[method-assign]
        self.prepare = inner.prepare  # type: ignore[method-assign]

    def ask(self, case: EvalCase, without: frozenset[str] = frozenset()) -> Reply:
        reply = self._inner.ask(case, without)
        return replace(reply, answer=replace(reply.answer, claims=tuple(map(self._shift, reply.answer.claims))))

    def articles(self, ids: object) -> object:  # type: ignore[override]
        raise NotImplementedError

    def _shift(self, claim: object) -> object:
        moved = []
        for cite in claim.citations:  # type: ignore[attr-defined]
            text = self.articles([cite.article_id])[cite.article_id].text
            spans = split_sentences(text)
            after = [(a, b) for a, b in spans if a >= cite.end] or [spans[0]]
            start, end = after[0]
            moved.append(replace(cite, start=start, end=end, quote=text[start:end]))
        return replace(claim, citations=tuple(moved))  # type: ignore[type-var]


def test_citations_that_are_one_sentence_off_are_worse(few: Path, baseline: Path) -> None:
    _, before = read_baseline(baseline)
    cases = read_set(str(few)).cases
    with open_system("byline", [ARTICLES], Config.from_env()) as byline:
        results = list(ask_all(Shifted(byline), plan_asks(cases)))
    found = compare_scores(before, scores_of("shifted", results))
    worse = {d.metric for d in found.differences if d.verdict == "worse"}
    assert {"citation_recall", "citation_precision", "claim_hit@3"} <= worse
    assert not found.broken  # the quotes are still what their articles say


def test_compare_shows_both_answers_and_its_exit_status(
    home: Path, few: Path, baseline: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", str(few), "--set", "threshold=1", "--out", str(home / "silent")]) == 0
    capsys.readouterr()
    assert main(["compare", str(home / "before"), str(home / "silent")]) == 1
    said = capsys.readouterr().out
    assert "WORSE:" in said
    assert "(no answer)" in said
    assert "would be found four times in five" in said
    assert main(["compare", str(home / "silent"), str(home / "before")]) == 0 or "answered_unanswerable" in said
    assert main(["compare", str(home / "before"), str(home / "before")]) == 0
    assert main(["compare", str(home / "before"), str(home / "nowhere")]) == 2
    assert "is no folder of a run" in capsys.readouterr().err


def test_a_baseline_of_another_set_is_refused(
    home: Path, few: Path, baseline: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["gate", "sample", "--baseline", str(baseline)]) == 2
    assert "a baseline of few, not of sample" in capsys.readouterr().err
    other = home / "other" / "few.jsonl"
    other.parent.mkdir()
    other.write_text(few.read_text("utf-8") + "\n", "utf-8")
    assert gate(other, baseline) == 2
    assert "few changed since this baseline was made" in capsys.readouterr().err
    assert gate(few, home / "none.json") == 2
    assert "Make it: python -m evals baseline" in capsys.readouterr().err
    (home / "broken.json").write_text('{"schema": 1}', "utf-8")
    assert gate(few, home / "broken.json") == 2
    assert "no baseline: KeyError" in capsys.readouterr().err


def test_a_baseline_keeps_scores_and_no_text(baseline: Path) -> None:
    text = baseline.read_text("utf-8")
    head, scored = read_baseline(baseline)
    assert len(scored.cases) == 70
    assert "question" not in text
    assert len(text) < 70 * 600
    assert head["settings"]["top_k"] == 8


def test_a_run_with_errors_makes_no_baseline_and_no_pass(home: Path, few: Path, baseline: Path) -> None:
    plan = Plan((str(few),), limit=3, system="command:false")
    run = perform(plan, unwatched)  # type: ignore[arg-type]
    assert all("the program ended with status 1" in r.error for r in run.results)
    with pytest.raises(EvalError, match="3 cases raised an error"):
        write_baseline(run, home / "bad.json")
    good = perform(Plan((str(few),), limit=3), unwatched)  # type: ignore[arg-type]
    found = compare_scores(scores_of("a", good.results), scores_of("b", run.results))
    assert found.is_worse
    assert "3 cases of b raised an error" in found.broken[0]


def scored(name: str, values: dict[str, list[float]], *, errors: int = 0) -> Scored:
    n = max(map(len, values.values()))
    keys = [("s", f"c{i}") for i in range(n)]
    scores = {metric: dict(zip(keys, v, strict=False)) for metric, v in values.items()}
    return Scored(name, scores, {k: k for k in keys}, frozenset(keys), errors)


def test_wins_losses_and_ties_by_hand() -> None:
    a = scored("a", {"claim_hit@1": [1.0] * 10 + [0.0] * 10, "answered_unanswerable": [0.0] * 20})
    after = [0.0] * 8 + [1.0] * 2 + [1.0] + [0.0] * 9
    b = scored("b", {"claim_hit@1": after, "answered_unanswerable": [1.0] * 7 + [0.0] * 13})
    hit, answered = compare_scores(a, b).differences
    assert (hit.wins, hit.losses, hit.ties) == (1, 8, 11)
    assert hit.change == pytest.approx(-7 / 20)
    # Exact McNemar of 1 and 8: 2 * (1 + 9) / 512; of 0 and 7: 2 / 128. Holm doubles the smaller.
    assert answered.p == pytest.approx(2 * 2 / 128)
    assert hit.p == pytest.approx(2 * 10 / 512)
    assert (hit.verdict, answered.verdict) == ("worse", "worse")
    assert (answered.wins, answered.losses) == (0, 7)


def test_how_well_refusing_works_is_compared_over_the_same_cases() -> None:
    """Before, confidence says nothing of the kinds; after, all but one of the answerable are above the others."""
    yes, no = [("s", f"y{i}") for i in range(40)], [("s", f"n{i}") for i in range(40)]
    keys = yes + no
    kinds = {"answered": dict.fromkeys(yes, 1.0), "answered_unanswerable": dict.fromkeys(no, 1.0)}
    before = kinds | {SURE: {k: (i % 40) / 40 for i, k in enumerate(keys)}}
    after = kinds | {SURE: {k: float(k in yes) for k in keys} | {yes[0]: 0.0}}
    a, b = (Scored(name, scores, {k: k for k in keys}, frozenset(keys), 0) for name, scores in
            (("a", before), ("b", after)))  # fmt: skip
    auroc = compare_scores(a, b).differences[-1]
    assert (auroc.metric, auroc.n, auroc.verdict) == ("auroc", 80, "better")
    assert auroc.before == pytest.approx(0.5)
    assert auroc.after == pytest.approx((39 * 40 + 20) / 1600)  # of 40 by 40 pairs, 40 are ties
    assert auroc.low is not None
    assert 0.2 < auroc.low < auroc.change < (auroc.high or 0)
    assert auroc.p < 0.05
    back = compare_scores(b, a)
    assert back.differences[-1].verdict == "worse"
    assert back.is_worse
    same = compare_scores(a, a).differences[-1]
    assert (same.change, same.p, same.verdict) == (0.0, 1.0, "")


def test_a_judge_s_verdicts_are_compared_where_both_runs_have_them() -> None:
    a = scored("a", {"answered": [1.0] * 12, "judge_correct": [1.0] * 12})
    b = scored("b", {"answered": [1.0] * 12, "judge_correct": [0.0] * 11 + [0.5]})
    assert [(d.metric, d.verdict) for d in compare_scores(a, b).differences][-1] == ("judge_correct", "worse")
    without = scored("c", {"answered": [1.0] * 12})
    assert [d.metric for d in compare_scores(a, without).differences] == ["answered"]


def test_other_cases_are_named() -> None:
    a = scored("a", {"answered": [1.0, 1.0, 1.0]})
    with pytest.raises(EvalError, match=r"b lacks 1: c2"):
        compare_scores(a, scored("b", {"answered": [1.0, 1.0]}))


def test_the_front_holds_what_nothing_beats() -> None:
    from evals.summary import Group, Measure, Risk, Summary

    def trial(quality: float, seconds: float) -> Trial:
        found = {"claim_hit@3": quality, "seconds_p50": seconds}
        group = Group("all", 1, 1, {k: Measure(v, 1, None, None, {}) for k, v in found.items()})
        return Trial({}, Summary((group,), (), Risk((), 0, 0.1, None), (), {}))

    points = [(0.5, 1.0), (0.6, 2.0), (0.55, 3.0), (0.5, 1.5), (0.6, 2.0)]
    marked = mark_best([trial(*p) for p in points], "claim_hit@3")
    assert [t.best for t in marked] == [True, True, False, False, True]


def test_a_grid_is_every_combination() -> None:
    assert read_grid(["top_k=2,4", "dense_weight=0.5"]) == [
        {"top_k": 2, "dense_weight": 0.5},
        {"top_k": 4, "dense_weight": 0.5},
    ]
    with pytest.raises(EvalError, match="top_k comes twice"):
        read_grid(["top_k=2", "top_k=4"])


def test_a_sweep_embeds_nothing_twice(few: Path, baseline: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sweep", str(few), "--limit", "12", "--set", "top_k=1,8", "--json"]) == 0
    one, eight = json.loads(capsys.readouterr().out)
    assert one["settings"] == {"top_k": 1}
    assert one["passage_read"] < eight["passage_read"]
    assert eight["best"]

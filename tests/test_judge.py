from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from llama_index.core.llms import CompletionResponse
from scripted_llm import Scripted
from sklearn.metrics import cohen_kappa_score

from corpus.errors import EvalError
from evals.agreement import ask_judge, cohen_kappa, measure_agreement, read_labels
from evals.columns import column
from evals.judge import Judge, Judgement, Ruling
from evals.judging import add_judgements, add_scores, judge_run, read_judgements
from evals.types import CaseResult, EvalCase, Reply
from qa.types import Answer, Citation, Claim, Searched


class Grader(Scripted):
    """A model that grades by a rule over the user's message."""

    rule: Callable[[dict[str, Any]], str] = lambda said: "correct"

    def complete(self, prompt: str, formatted: bool = False, **more: Any) -> CompletionResponse:
        said = json.loads(prompt[prompt.index('{\n "') : prompt.rindex("}") + 1])
        return CompletionResponse(text=json.dumps({"verdict": self.rule(said), "reason": "by rule"}))


def right(verdict: str = "correct") -> dict[str, str]:
    return {"verdict": verdict, "reason": "It names the day."}


def claim(text: str, *quotes: str) -> Claim:
    cites = tuple(Citation(i, "a", "T", "", None, None, 0, len(q), q) for i, q in enumerate(quotes, 1))
    return Claim(text, cites, "supported")


def answer(*claims: Claim) -> Answer:
    status: Any = "answered" if claims else "not_found"
    return Answer("When?", "When?", status, claims, None, (), (), Searched(1, None, None), "x", 1.0, 0.1, None, 1)


CASE = EvalCase("c", "When does it open?", True, ("May 9",), ("It opens on May 9.",))


def judge(*replies: Any) -> tuple[Judge, Scripted]:
    model = Scripted(replies=list(replies), prompts=[])
    return Judge(model), model


def test_a_verdict_that_holds_both_ways_round_counts() -> None:
    one, model = judge(right(), right())
    ruling = one.is_correct("When?", {"answers": ["May 9"]}, "On May 9.")
    assert ruling == Ruling("correct", "It names the day.")
    first, second = model.prompts
    assert first.index("- correct") < first.index("- wrong")
    assert second.index("- wrong") < second.index("- correct")
    assert '"correct" or "partly" or "wrong"' in first
    assert '"wrong" or "partly" or "correct"' in second


def test_a_verdict_that_changes_with_the_order_is_unscored() -> None:
    one, _ = judge(right("correct"), right("wrong"))
    ruling = one.is_correct("When?", {"answers": ["May 9"]}, "On May 9.")
    assert ruling == Ruling(None, "it changes with the order: correct, then wrong")


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("Sure! Here you go: {}", "the reply is not one JSON value"),
        ({"verdict": "good", "reason": "x"}, '"verdict" must be one of'),
        ({"verdict": "correct"}, '"verdict" and "reason" and nothing else'),
        ({"verdict": "correct", "reason": "x", "score": 1}, '"verdict" and "reason" and nothing else'),
        ({"verdict": "correct", "reason": ""}, '"reason" must be a short text'),
        (["correct"], '"verdict" and "reason" and nothing else'),
    ],
)
def test_a_reply_in_another_form_is_asked_for_once_more_then_unscored(bad: Any, reason: str) -> None:
    one, model = judge(bad, right(), right())
    assert one.is_correct("When?", {"answers": ["May 9"]}, "x").verdict == "correct"
    assert "Not accepted: " in model.prompts[1]
    two, model = judge(bad, bad, right(), right())
    ruling = two.is_correct("When?", {"answers": ["May 9"]}, "x")
    assert ruling.verdict is None
    assert reason in ruling.reason
    assert len(model.prompts) == 2


def test_a_fence_around_the_json_is_taken_off() -> None:
    fenced = "```json\n" + json.dumps(right()) + "\n```"
    one, _ = judge(fenced, fenced)
    assert one.is_correct("When?", {"answers": ["May 9"]}, "x").verdict == "correct"


def test_an_error_of_the_provider_costs_one_verdict_and_tells_no_secret() -> None:
    one, _ = judge(RuntimeError("key sk-123 is bad"))
    ruling = one.is_correct("When?", {"answers": ["May 9"]}, "x")
    assert ruling == Ruling(None, "the model could not be asked (RuntimeError)")


def listed(*verdicts: str) -> dict[str, Any]:
    return {"claims": [{"claim": i, "verdict": v, "reason": "r"} for i, v in enumerate(verdicts, 1)]}


def test_claims_are_judged_together_each_by_its_own_quotes() -> None:
    one, model = judge(right(), right(), listed("supported", "partial"), listed("supported", "partial"))
    found = one.judge(CASE, answer(claim("It opens.", "It opens on May 9."), claim("Bare."), claim("So.", "q1", "q2")))
    assert [r.verdict for r in found.claims] == ["supported", "unsupported", "partial"]
    assert found.claims[1].reason == "nothing is cited"
    assert found.scores() == {"judge_correct": 1.0, "judge_support": pytest.approx(0.5)}
    assert '"q1"' in model.prompts[2]
    assert "Bare." not in model.prompts[2]
    assert Judgement.from_json(json.loads(json.dumps(found.to_json()))) == found


def test_the_wrong_number_of_claims_is_no_verdict() -> None:
    one, _ = judge(listed("supported"), listed("supported"))
    assert [r.verdict for r in one.are_supported([("a", ["q"]), ("b", ["q"])])] == [None, None]


def test_one_unscored_claim_leaves_the_mean_unscored() -> None:
    one, _ = judge(right(), right(), listed("supported", "partial"), listed("supported", "supported"))
    found = one.judge(CASE, answer(claim("a", "q"), claim("b", "q")))
    assert [r.verdict for r in found.claims] == ["supported", None]
    assert found.scores()["judge_support"] is None


def test_nothing_answered_is_wrong_and_an_unanswerable_case_is_not_asked() -> None:
    one, model = judge()
    assert one.judge(CASE, answer()).scores() == {"judge_correct": 0.0, "judge_support": None}
    assert one.judge(EvalCase("u", "Why?", False), answer()).correct is None
    assert model.prompts == []


def write(path: Path, lines: Sequence[Any]) -> Path:
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), "utf-8")
    return path


def labelled(label: str, text: str) -> dict[str, Any]:
    return {"question": "When?", "answers": ["May 9"], "answer": text, "label": label}


def test_kappa_is_what_one_computes_by_hand(tmp_path: Path) -> None:
    # Person against judge: 40 right and right, 10 right and wrong, 5 wrong and right, 45 wrong and wrong:
    # observed .85, by chance .50 * .45 + .50 * .55 = .50, kappa (.85 - .50) / .50 = .70.
    lines = [labelled("correct", "yes")] * 40 + [labelled("correct", "no")] * 10
    lines += [labelled("wrong", "yes")] * 5 + [labelled("wrong", "no")] * 45
    labels = read_labels(write(tmp_path / "labels.jsonl", lines))
    grader = Grader()
    grader.rule = lambda said: "correct" if said["answer"] == "yes" else "wrong"
    (found,) = measure_agreement(labels, ask_judge(Judge(grader), labels))
    assert (found.task, found.n, found.n_scored) == ("correctness", 100, 100)
    assert found.agreeing == pytest.approx(0.85)
    assert found.kappa == pytest.approx(0.70)
    assert found.low is not None
    assert found.high is not None
    assert 0.5 < found.low < 0.70 < found.high < 0.86
    one, other = "correct", "wrong"
    assert found.pairs == {(one, one): 40, (one, other): 10, (other, one): 5, (other, other): 45}


def test_kappa_is_scikit_learn_s_on_random_labels() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 3, (50, 40)), rng.integers(0, 3, (50, 40))
    b[:, ::2] = a[:, ::2]
    assert cohen_kappa(a, b) == pytest.approx([cohen_kappa_score(x, y) for x, y in zip(a, b, strict=True)])


def test_unscored_examples_are_counted_apart_and_one_class_has_no_kappa(tmp_path: Path) -> None:
    lines = [{"claim": "a", "quotes": ["b"], "label": "supported"}] * 3
    labels = read_labels(write(tmp_path / "labels.jsonl", lines))
    one, _ = judge(*[listed("supported")] * 4, "no", "no")
    (found,) = measure_agreement(labels, ask_judge(one, labels))
    assert (found.n, found.n_scored, found.agreeing, found.kappa) == (3, 2, 1.0, None)
    assert found.reasons == {"the reply is not one JSON value": 1}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "labels.jsonl:2: Expecting"),
        ({"label": "correct"}, 'labels.jsonl:2: expected an object with either "question" or "claim"'),
        (labelled("good", "x"), 'labels.jsonl:2: "label" must be one of correct, partly, wrong'),
        ({**labelled("wrong", "x"), "answers": []}, "it has none"),
        ({"claim": "a", "quotes": "b", "label": "partial"}, "'quotes' must be a list of texts"),
    ],
)
def test_a_broken_label_is_named_with_its_line(tmp_path: Path, line: Any, message: str) -> None:
    with pytest.raises(EvalError) as caught:
        read_labels(write(tmp_path / "labels.jsonl", [labelled("correct", "x"), line]))
    assert message in str(caught.value)


def result(id: str, given: Answer | None, **more: Any) -> CaseResult:
    case = EvalCase(id, "When does it open?", True, ("May 9",), ("It opens on May 9.",), ("a",), set_name="mine")
    return CaseResult(case, Reply(given, ()) if given else None, {"claim_hit@3": 1.0}, **more)


def test_a_run_is_judged_once_and_goes_on_where_it_was_cut(tmp_path: Path) -> None:
    said = answer(claim("It opens on May 9.", "It opens on May 9."))
    results = [result("one", said), result("two", answer()), result("three", None, error="broke")]
    both = [right(), right(), listed("supported"), listed("supported")]
    one, model = judge(*both)
    scored = judge_run(tmp_path, results, one)
    assert [r.scores.get("judge_correct") for r in scored] == [1.0, 0.0, None]
    assert scored[0].scores == {"claim_hit@3": 1.0, "judge_correct": 1.0, "judge_support": 1.0}
    assert len(model.prompts) == 4
    path = tmp_path / "judge.jsonl"
    path.write_bytes(path.read_bytes()[:-20])  # as a kill leaves it: the second verdict is cut short
    again, model = judge()
    assert judge_run(tmp_path, results, again) == scored
    assert model.prompts == []
    assert add_judgements(tmp_path, results) == scored
    assert read_judgements(tmp_path)[results[0].key].claims[0].reason == "r"
    with pytest.raises(EvalError, match="holds the verdicts of"):
        judge_run(tmp_path, results, Judge(model, name="another"))


def test_what_the_judge_left_open_is_left_out_of_the_mean_and_counted() -> None:
    said = answer(claim("It opens on May 9.", "It opens on May 9."))
    ruled = {"one": right(), "two": right("wrong"), "three": None}
    results = []
    for id, verdict in ruled.items():
        one, _ = judge(*([verdict] * 2 if verdict else ["no", "no"]), listed("partial"), listed("partial"))
        plain = result(id, said)
        results += add_scores([plain], {plain.key: one.judge(plain.case, said)})
    values, missing = column(results, "judge_correct")
    assert [v for v in values.tolist() if v == v] == [1.0, 0.0]
    assert missing == {"the judge gave no verdict that holds": 1}
    assert column(results, "judge_support")[0].tolist() == [0.5, 0.5, 0.5]
    assert column([result("one", said)], "judge_correct")[1] == {}


class Endpoint(BaseHTTPRequestHandler):
    """An OpenAI-compatible endpoint on loopback that grades by looking for the accepted answer."""

    asked: ClassVar[list[dict[str, Any]]] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.asked.append(body)
        said = json.loads(body["messages"][1]["content"])
        if "claims" in said:
            verdicts = ["supported" if c["text"] in c["quotes"] else "unsupported" for c in said["claims"]]
            reply: Any = listed(*verdicts)
        else:
            reply = right("correct" if said["accepted"]["answers"][0] in said["answer"] else "wrong")
        choice = {"index": 0, "message": {"role": "assistant", "content": json.dumps(reply)}, "finish_reason": "stop"}
        raw = json.dumps({"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]})
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw.encode())

    def log_message(self, *args: Any) -> None:
        pass


def test_a_judge_behind_an_openai_compatible_endpoint() -> None:
    like = pytest.importorskip("llama_index.llms.openai_like")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}/v1"
    model = like.OpenAILike(model="m", api_base=base, api_key="none", is_chat_model=True, max_retries=0)
    one = Judge(model, {"temperature": 0.0})
    found = one.judge(CASE, answer(claim("It opens on May 9.", "It opens on May 9."), claim("It is red.", "No.")))
    assert found.scores() == {"judge_correct": 1.0, "judge_support": 0.5}
    assert [body["messages"][0]["role"] for body in Endpoint.asked] == ["system"] * 4
    assert {body["temperature"] for body in Endpoint.asked} == {0.0}
    server.shutdown()
    server.server_close()

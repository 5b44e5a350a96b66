"""Requests that are not streamed, and a second opinion: every fault over every protocol, within its time, in words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from llm_fixture import KEYS

from evals.asking import NotAsked, ask_json
from evals.stub import FAULTS, PROTOCOLS, Protocol, Stub
from qa.check import Checker
from qa.config import Config, Limits
from qa.lacking import Quote
from qa.llm import Model, load_llm
from qa.opinion import SecondOpinion

QUICK = Limits(connect=1, first=1, whole=2, tokens=64)
BUSY = ("429", "429 with retry-after", "500", "529")
CLAIM, QUOTE = "The company froze both models and wrote to customers.", "The company suspended access to both models."


def load(stub: Stub, protocol: Protocol, limits: Limits = QUICK) -> Model:
    model = load_llm(stub.spec(protocol), Config(limits=limits, keys=KEYS))
    assert model is not None
    return model


def read(said: Any) -> str:
    if not isinstance(said, dict):
        raise NotAsked("expected an object")
    return str(said["verdict"])


@pytest.mark.timeout(60)
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_fault_of_a_reply_in_one_piece_is_a_reason(protocol: Protocol, fault: str) -> None:
    with Stub(lambda _: [json.dumps({"verdict": "correct"})], fault) as stub:
        model = load(stub, protocol)
        found, why = ask_json(model.llm, "Judge.", "This.", read, model.options, model.limits)
        assert found is None
        assert why in ("the reply is not one JSON value", "expected an object") or why.startswith("the model could not")
        assert "canary" not in why
        assert all(not request.body.get("stream") for request in stub.requests)
        if fault in ("hang", "hang mid-stream", "endless"):
            assert stub.hung_up.wait(10)
        stub.fault = ""
        assert ask_json(model.llm, "Judge.", "This.", read, model.options, model.limits) == ("correct", "")


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "http://no-such-host.invalid", "https://127.0.0.1:{port}"])
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_model_that_cannot_be_reached_is_a_reason(protocol: Protocol, url: str) -> None:
    with Stub(lambda _: ["{}"]) as stub:
        model = load_llm(f"{protocol}:stub@{url.format(port=stub.port)}", Config(limits=QUICK, keys=KEYS))
        assert model is not None
        found, why = ask_json(model.llm, "Judge.", "This.", read, model.options, model.limits)
        opinion = SecondOpinion(model).give(CLAIM, QUOTE)
    assert found is None
    assert why.startswith("the model could not be asked (")
    assert opinion is None


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_busy_provider_is_asked_again_for_a_whole_reply_too(protocol: Protocol) -> None:
    with Stub(lambda _: ['{"verdict": "partly"}'], "429 with retry-after", faults_left=1) as stub:
        model = load(stub, protocol, Limits(1, 10, 20, 64))
        assert ask_json(model.llm, "Judge.", "This.", read, model.options, model.limits) == ("partly", "")
        assert len(stub.requests) == 2


@pytest.mark.timeout(60)
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_fault_of_a_second_opinion_leaves_the_first_and_costs_once(protocol: Protocol, fault: str) -> None:
    with Stub(lambda _: ["SUPPORTED"], fault) as stub:
        checker = Checker(second=SecondOpinion(load(stub, protocol)))
        for _ in range(3):
            assert checker.check(CLAIM, [Quote(QUOTE)]).support == "partial"
        # One that failed is left alone for a while; an Ollama that refuses does so in words like any others.
        expected = 3 if (protocol, fault) == ("ollama", "refusal") else 1
        assert len(stub.requests) == expected or fault in BUSY

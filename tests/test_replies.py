"""An LLM's replies are kept by prompt, so that an eval asked again costs nothing."""

from pathlib import Path

from llm_fixture import QUESTION, open_ferry_library, saying

from evals.replies import Replies
from evals.stub import Stub
from qa.assistant import Assistant
from qa.config import Config, Limits
from qa.llm import load_llm

ANSWER = saying("There were 131 people on the ferry. {said 131 people}")


def test_a_prompt_is_sent_once_and_a_failure_is_not_kept(tmp_path: Path) -> None:
    config = Config(threshold=0.0, limits=Limits(1, 2, 4, 64))
    with open_ferry_library(tmp_path / "home") as library, Stub(ANSWER, "401", faults_left=1) as stub:
        model = load_llm(stub.spec("ollama"), config)
        assert model is not None
        assistant = Assistant(library, config, [model], ask=Replies(tmp_path / "replies").ask)
        failed, first, again = (assistant.ask(QUESTION) for _ in range(3))
        assert "401" in failed.notice
        assert (first.notice, again.notice) == ("", "")
        assert len(stub.requests) == 2
        assert again.claims == first.claims
        assert again.usage == first.usage
        assistant.ask(f"{QUESTION} Please.")
        assert len(stub.requests) == 3
        for path in (tmp_path / "replies").iterdir():
            path.write_text("{broken")
        assert assistant.ask(QUESTION).claims == first.claims
        assert len(stub.requests) == 4

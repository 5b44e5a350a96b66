"""An LLM's replies are kept by prompt, so that an eval asked again costs nothing; a busy one is waited for by all."""

import threading
from pathlib import Path
from time import monotonic

from llm_fixture import QUESTION, open_ferry_library, saying

from evals.replies import Replies
from evals.stub import Stub
from qa.assistant import Assistant
from qa.config import Config, Limits
from qa.llm import load_llm
from qa.throttle import held_for

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


class Busy(Stub):
    """Turns everything away for nearly a second from the first request on, and asks for a second."""

    until = 0.0

    def next_fault(self) -> str:
        self.until = self.until or monotonic() + 0.95
        return "429 with retry-after" if monotonic() < self.until else ""


def test_what_one_thread_is_told_to_wait_all_threads_wait(tmp_path: Path) -> None:
    config = Config(threshold=0.0, limits=Limits(1, 20, 30, 64))
    with open_ferry_library(tmp_path / "home") as library, Busy(ANSWER) as stub:
        model = load_llm(stub.spec("ollama"), config)
        assert model is not None
        assistant = Assistant(library, config, [model], ask=Replies(None).ask)
        notices: list[str] = []

        def ask(question: str) -> None:
            notices.append(assistant.ask(question).notice)

        threads = [threading.Thread(target=ask, args=(f"{QUESTION} {n}",)) for n in range(4)]
        threads[0].start()
        while not held_for(model.llm):
            threads[0].join(0.01)
            assert threads[0].is_alive()
        for thread in threads[1:]:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert notices == [""] * 4
        assert len(stub.requests) == 5

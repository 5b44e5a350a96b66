"""Other people's assistants: what they may write, and what becomes of it."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import EvalError
from corpus.types import Article
from evals.config import EvalConfig
from evals.score import judge_reply, score_reply
from evals.systems.command import Command
from evals.systems.http import Http
from evals.systems.load import open_system
from evals.systems.reply import question_line, read_reply
from evals.types import EvalCase, Found
from qa.config import Config
from qa.types import Turn

pytestmark = pytest.mark.usefixtures("without_reader")

LAMP = Article("lamp", "The lamp", "The lamp is red.\nIt was made\nin Osmere. It hums.", "Post")
CASE = EvalCase(
    "c", "Where was it made?", True, ("Osmere",), ("It was made in Osmere.",), ("lamp",),
    (Turn("user", "What about the lamp?"),), date(2026, 5, 1),
)  # fmt: skip


def reply_of(data: Any, **articles: Article) -> Any:
    return read_reply(data, CASE, "x", articles, 0.5)


def test_a_question_line_tells_nothing_of_the_gold() -> None:
    assert question_line(CASE) == {
        "id": "c",
        "question": "Where was it made?",
        "history": [{"role": "user", "content": "What about the lamp?"}],
        "as_of": "2026-05-01",
    }


def test_a_quote_is_found_in_its_article_whatever_its_white_space() -> None:
    reply = reply_of(
        {
            "answer": "In Osmere.",
            "citations": [{"article_id": "lamp", "quote": "It was made in Osmere."}],
            "hits": [{"article_id": "lamp", "text": "It was made in Osmere."}, "other"],
            "confidence": 0.8,
        },
        lamp=LAMP,
    )
    judged = judge_reply(reply, CASE, {"lamp": LAMP})
    (cite,) = judged.answer.citations
    assert LAMP.text[cite.start : cite.end] == cite.quote == "It was made\nin Osmere."
    assert (cite.title, cite.outlet, judged.exact) == ("The lamp", "Post", (True,))
    assert judged.found[0] == Found("lamp", 17, 39, 0.0, True, (0,))
    assert judged.found[1].start is None
    scores = score_reply(CASE, judged)
    assert scores["claim_hit@1"] == scores["contains_answer@1"] == scores["article_hit@1"] == 1.0
    assert "passage_hit@1" not in scores  # one hit has no place: passages cannot be judged
    assert judged.answer.confidence == 0.8


def test_a_quote_that_is_not_there_is_not_exact() -> None:
    reply = reply_of({"answer": "x", "citations": [{"article_id": "lamp", "quote": "It is blue."}]}, lamp=LAMP)
    judged = judge_reply(reply, CASE, {"lamp": LAMP})
    assert judged.exact == (False,)
    assert score_reply(CASE, judged)["exact_quotes"] == 0.0


def test_claims_usage_and_refusals_are_read() -> None:
    reply = reply_of(
        {"claims": ["In Osmere.", {"text": "It hums."}], "usage": {"input_tokens": 10, "output_tokens": 5}}
    )
    assert [c.text for c in reply.answer.claims] == ["In Osmere.", "It hums."]
    prices = {"x": {"input_tokens": 3.0, "output_tokens": 15.0}}
    scores = score_reply(CASE, reply, prices)
    assert scores["tokens"] == 15
    assert scores["cost"] == pytest.approx((10 * 3 + 5 * 15) / 1e6)
    assert score_reply(CASE, reply)["cost"] is None  # no price is guessed
    refused = reply_of({"status": "not_found", "answer": "I do not know."})
    assert (refused.answer.status, refused.answer.claims, refused.answer.confidence) == ("not_found", (), 0.0)
    assert reply_of({"answer": "  "}).answer.status == "not_found"


def test_byline_s_own_answer_is_a_reply(tmp_path: Path) -> None:
    whole = reply_of({"answer": "In Osmere."}).answer
    again = reply_of(whole.to_json() | {"hits": ["lamp"]})
    assert again.answer == whole
    assert again.found == (Found("lamp", None, None, 0.0),)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([], "the reply is no JSON object"),
        ({"anwser": "x"}, "unknown keys anwser in the reply. Known: answer"),
        ({"answer": "x", "citations": [{"quote": "x"}]}, "KeyError: 'article_id'"),
        ({"answer": "x", "status": "maybe"}, "status 'maybe'; expected answered"),
        ({"schema": 9}, "answer schema 9"),
    ],
)
def test_a_reply_of_wrong_form_says_what_is_wrong(data: Any, message: str) -> None:
    with pytest.raises(EvalError, match=message):
        reply_of(data)


class Endpoint(BaseHTTPRequestHandler):
    """Answers as a small RAG service, and as an OpenAI-compatible one."""

    seen: list[tuple[str, Any, str | None]] = []  # noqa: RUF012 - one for all requests is wanted

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.seen.append((self.path, body, self.headers["authorization"]))
        if self.path == "/busy":
            self.send_error(503)
            return
        answer: Any = {"answer": "In Osmere.", "hits": ["lamp"]}
        if self.path == "/v1/chat/completions":
            answer = {"choices": [{"message": {"content": "Osmere"}}], "usage": {"prompt_tokens": 7, "details": {}}}
        data = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args: Any) -> None:
        return


@contextmanager
def endpoint() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    Endpoint.seen.clear()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_an_endpoint_is_asked_in_either_form() -> None:
    with endpoint() as url:
        own = Http(f"{url}/ask", [], config=EvalConfig("secret"))
        assert own.ask(CASE).answer.text == "In Osmere."
        chat = Http(f"{url}/v1/chat/completions#small", [], config=EvalConfig())
        reply = chat.ask(CASE)
        assert (reply.answer.text, reply.found, dict(reply.answer.usage or {})) == (
            "Osmere",
            None,
            {"prompt_tokens": 7},
        )
        busy = Http(f"{url}/busy", [], config=EvalConfig())
        with pytest.raises(EvalError, match="HTTP 503"):
            busy.ask(CASE)
        for system in (own, chat, busy):
            system.close()
    (path, body, key), (_, asked, no_key), _ = Endpoint.seen
    assert (path, body, key) == ("/ask", question_line(CASE), "Bearer secret")
    assert asked == {
        "model": "small",
        "messages": [
            {"role": "user", "content": "What about the lamp?"},
            {"role": "user", "content": "Where was it made?"},
        ],
    }
    assert no_key is None
    assert "secret" not in repr(own.describe())


def test_a_program_that_is_silent_is_given_up_and_started_anew(tmp_path: Path) -> None:
    program = tmp_path / "slow.py"
    program.write_text(
        "import sys\n"
        "sys.stdin.readline()\n"
        "if 'first' in sys.argv: sys.stdin.read()\n"
        'print(\'{"answer": "ok"}\', flush=True)\n'
        "sys.stderr.write('bye\\n')\n"
        "sys.exit(3)\n"
    )
    silent = Command(f"{sys.executable} {program} first", [], seconds=0.5)
    with pytest.raises(EvalError, match=r"no answer within 0.5 seconds"):
        silent.ask(CASE)
    silent.close()
    one_answer = Command(f"{sys.executable} {program}", [])
    assert one_answer.ask(CASE).answer.text == "ok"
    while one_answer._here.process.alive:
        threading.Event().wait(0.01)
    assert one_answer.ask(CASE).answer.text == "ok"
    one_answer.close()
    with pytest.raises(EvalError, match="cannot be started"):
        Command(str(tmp_path / "none"), []).ask(CASE)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("gpt", "--system gpt: no such system. Valid: byline, byline:LLM, llama-index, command:PROGRAM, http:URL"),
        ("http:localhost:80", "expected http:http://HOST/PATH"),
        ("command:", "no such system"),
        ("llama-index", "needs the articles"),
    ],
)
def test_a_wrong_spec_is_named(spec: str, message: str) -> None:
    with pytest.raises(EvalError, match=message), open_system(spec, [], Config()):
        pass


def test_plain_llama_index_answers_with_the_nearest_sentences(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("llama_index.vector_stores.chroma")
    pytest.importorskip("llama_index.embeddings.huggingface")
    monkeypatch.setenv("BYLINE_HOME", str(tmp_path / "home"))
    (tmp_path / "lamp.txt").write_text("The lamp\n\nThe lamp is red. It was made in Osmere by two sisters. It hums.")
    config = Config.from_env()
    case = EvalCase("c", "Where was the lamp made?", True, ("Osmere",))
    for _ in range(2):  # made, then opened again
        with open_system("llama-index", [tmp_path / "lamp.txt"], config) as system:
            reply = system.ask(case)
            articles = system.all_articles()
            judged = judge_reply(reply, case, articles)
        assert any("made in Osmere" in claim.text for claim in reply.answer.claims)
        assert judged.exact == (True,) * len(judged.exact)
        assert judged.found[0].gold == (0,)
        assert 0.3 < reply.answer.confidence < 1
    kept = list((tmp_path / "home" / "evals" / "plain").glob("*/index-*"))
    assert len(kept) == 1

"""From a setting to a model: what each form gives, and what each mistake says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest

from corpus.errors import BylineError, ConfigError, LLMError
from evals.stub import Protocol, Stub
from qa.config import Config, Key
from qa.llm import DEFAULT_MODELS, OLLAMA_MOST, WINDOWS, load_llm
from qa.probe import ask_window, find_ollama
from qa.refusals import explain, may_ask_again

ROOT = Path(__file__).parent.parent
BOTH = {"ANTHROPIC_API_KEY": "sk-canary-a", "OPENAI_API_KEY": "sk-canary-o"}
NOWHERE = "http://127.0.0.1:9"


def config(**env: str) -> Config:
    return Config.from_env(env)


@pytest.mark.parametrize(
    ("spec", "provider", "name", "host", "local"),
    [
        ("anthropic:claude-x", "anthropic", "claude-x", "api.anthropic.com", False),
        ("openai:gpt-x", "openai", "gpt-x", "api.openai.com", False),
        ("openai", "openai", DEFAULT_MODELS["openai"], "api.openai.com", False),
        ("ollama:llama3.2:3b", "ollama", "llama3.2:3b", "127.0.0.1:11434", True),
        ("openai-like:a/b@c@http://[::1]:80/v1", "openai-like", "a/b@c", "[::1]:80", True),
        ("openai-like:m@https://llm.example:8443/v1", "openai-like", "m", "llm.example:8443", False),
    ],
)
def test_spec_names_model_and_host(spec: str, provider: str, name: str, host: str, local: bool) -> None:
    model = load_llm(spec, config(**BOTH))
    assert model is not None
    assert (model.provider, model.name, model.host, model.local) == (provider, name, host, local)


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("gpt-4", "'gpt-4' is no provider. BYLINE_LLM and --llm take none, auto, anthropic:MODEL"),
        ("anthropic:m", "Anthropic needs a key, and ANTHROPIC_API_KEY is not set. Type: export ANTHROPIC_API_KEY="),
        ("openai:m", "OpenAI needs a key, and OPENAI_API_KEY is not set."),
        ("ollama:", "No model is named. Type it after the colon, such as ollama:llama3.2"),
        ("openai-like:m", "No address is named. Type it after an @, such as openai-like:m@http://127.0.0.1:8080/v1"),
        ("openai-like:m@http://", "must look like http://127.0.0.1:8080/v1"),
        ("openai-like:m@http://user:sk-canary@host/v1", "must look like http://127.0.0.1:8080/v1, with no key in it"),
        ("openai-like:m@http://host/v1?key=sk-canary", "must look like"),
    ],
)
def test_a_mistake_is_one_sentence_that_says_what_to_type(spec: str, words: str) -> None:
    with pytest.raises(LLMError) as error:
        load_llm(spec, config())
    assert words in str(error.value)
    assert "canary" not in str(error.value)
    assert "\n" not in str(error.value)


def test_auto_takes_a_key_then_an_ollama_then_none() -> None:
    with Stub(lambda _: ["x"]) as stub:
        ollama = f"http://127.0.0.1:{stub.port}"
        both = load_llm("auto", config(**BOTH), ollama=ollama)
        openai = load_llm("auto", config(OPENAI_API_KEY="k"), ollama=ollama)
        local = load_llm("auto", config(), ollama=ollama)
    assert both is not None
    assert both.spec == f"anthropic:{DEFAULT_MODELS['anthropic']}"
    assert openai is not None
    assert openai.provider == "openai"
    assert local is not None
    assert local.spec == "ollama:stub:latest"  # the first that is no embedding model
    assert load_llm("auto", config(), ollama=NOWHERE) is None
    assert load_llm("none", config(**BOTH)) is None


def test_keys_come_from_a_file_too_and_show_nowhere(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("sk-canary-f\n")
    made = config(ANTHROPIC_API_KEY_FILE=str(file), BYLINE_LLM_KEY="sk-canary-l")
    assert made.keys["anthropic"].value == "sk-canary-f"
    assert made.keys["openai-like"].value == "sk-canary-l"
    model = load_llm("anthropic:m", made)
    assert "canary" not in f"{made!r} {made} {model!r} {Key('sk-canary')!r} {[made]}"
    file.write_text("two words")
    for path in (file, tmp_path / "none"):
        with pytest.raises(ConfigError, match=r"ANTHROPIC_API_KEY_FILE=.*Name a file that holds the key"):
            config(ANTHROPIC_API_KEY_FILE=str(path))


@pytest.mark.parametrize("prices", ["3", "a/b", "3/15/1", "-1/2", "nan/1"])
def test_wrong_prices_are_refused(prices: str) -> None:
    with pytest.raises(BylineError, match=r"BYLINE_LLM_PRICES=.*such as 3/15"):
        config(BYLINE_LLM_PRICES=prices)


def test_settings_reach_the_model() -> None:
    made = config(BYLINE_LLM_PRICES="3/15", BYLINE_LLM_WINDOW="4096", BYLINE_LLM_SECONDS="9", BYLINE_LLM_TOKENS="99")
    model = load_llm("ollama:m", made)
    assert model is not None
    assert (model.prices, model.window, model.limits.whole, model.limits.tokens) == ((3.0, 15.0), 4096, 9, 99)


def test_a_hosted_model_has_its_own_window_never_more_than_its_class_says() -> None:
    from llama_index.llms.anthropic.utils import ANTHROPIC_MODELS
    from llama_index.llms.openai.utils import ALL_AVAILABLE_MODELS

    def window(spec: str) -> int:
        model = load_llm(spec, config(**BOTH))
        assert model is not None
        return model.window

    assert (window("openai:gpt-4"), window("openai:gpt-4o"), window("openai:gpt-5.4-mini")) == (8_192, 128_000, 400_000)
    assert (window("anthropic:claude-3-haiku-20240307"), window("anthropic:claude-opus-5")) == (200_000, 1_000_000)
    for provider, known in (("anthropic", ANTHROPIC_MODELS), ("openai", ALL_AVAILABLE_MODELS)):
        for name, tokens in known.items():
            if re.match(r"claude|gpt-(?:4|5|3\.5-turbo$)|o\d", name):
                by_table = next(n for begins, n in WINDOWS[provider].items() if re.match(begins, name))
                assert by_table <= tokens or name == "gpt-3.5-turbo", name
    assert window("openai:gpt-4") == load_llm("openai:gpt-4", config(**BOTH)).llm.metadata.context_window  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("protocol", "said", "window"),
    [
        ("ollama", 2048, 2048),
        ("ollama", 131_072, OLLAMA_MOST),
        ("openai-like", 32_768, 32_768),
        ("openai-like", 0, 8192),
    ],
)
def test_a_server_on_this_machine_is_asked_for_its_window(protocol: Protocol, said: int, window: int) -> None:
    with Stub(lambda _: ["x"], window=said) as stub:
        model = load_llm(stub.spec(protocol), config())
        told = load_llm(stub.spec(protocol), config(BYLINE_LLM_WINDOW="4096"))
    assert model is not None
    assert told is not None
    assert (model.window, told.window) == (window, 4096)
    assert model.llm.metadata.context_window == window


def test_llama_cpp_says_its_window_in_its_own_way() -> None:
    pages = {"/v1/models": {"data": [{"id": "m", "meta": {"n_ctx_train": 131_072}}]},
             "/props": {"default_generation_settings": {"n_ctx": 4096}}}  # fmt: skip
    with serving_json(pages) as url:
        assert ask_window("openai-like", f"{url}/v1", "m") == 4096
        assert ask_window("openai-like", f"{url}/v1", "other") == 4096
    for odd in ([], {"data": "x"}, {"data": [{"id": "m", "max_model_len": "many"}]}, None):
        with serving_json({"/v1/models": odd, "/props": odd, "/api/show": odd, "/api/tags": odd}) as url:
            assert ask_window("openai-like", f"{url}/v1", "m") is None
            assert ask_window("ollama", url, "m") is None
            assert find_ollama(url) is None


def test_a_server_that_never_finishes_does_not_hold_up_the_start() -> None:
    go_on = threading.Event()

    class Drip(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            with suppress(OSError):
                while not go_on.wait(0.05):  # a byte at a time, so that no single wait is long
                    self.wfile.write(b" ")

        def log_message(self, *_: object) -> None:
            pass

    with serving(Drip) as url:
        assert load_llm("auto", config(), ollama=url) is None
        go_on.set()


def test_a_missing_package_is_named_with_what_to_type() -> None:
    code = (
        "import sys\n"
        "from qa.config import Config, Key\n"
        "from qa.llm import load_llm\n"
        "for name in ('anthropic', 'openai_like', 'ollama'): sys.modules[f'llama_index.llms.{name}'] = None\n"
        "from corpus.errors import LLMError\n"
        "for spec in ('anthropic:m', 'openai:m', 'openai-like:m@http://127.0.0.1:9/v1', 'ollama:m@http://127.0.0.1:9'):\n"
        "    try: load_llm(spec, Config(keys={'anthropic': Key('k'), 'openai': Key('k')}))\n"
        "    except LLMError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout.splitlines() == [
        f"The package llama-index-llms-{name} is missing. Type: python -m pip install llama-index-llms-{name}"
        for name in ("anthropic", "openai-like", "openai-like", "ollama")
    ], done.stderr


@pytest.mark.parametrize(
    ("header", "again", "wait"),
    [
        ("3", True, 3.0), ("0", True, 0.0), ("-5", True, 0.0), ("3600", False, 3600.0), ("inf", True, None),
        ("soon", True, None), ("Wed, 01 Jan 2020 00:00:00 GMT", True, 0.0),
        ("Wed, 01 Jan 2120 00:00:00 GMT", False, ...),
    ],
)  # fmt: skip
def test_retry_after_is_heeded_where_it_is_short(header: str, again: bool, wait: object) -> None:
    class Busy(Exception):
        status_code = 429
        response = SimpleNamespace(headers={"retry-after": header})

    found, seconds = may_ask_again(Busy())
    assert found is again
    assert wait is ... or seconds == wait
    model = load_llm("ollama:m@http://127.0.0.1:9", config())
    assert model is not None
    refusal = explain(Busy(), model)
    assert refusal.again is again
    assert "Ask again in" in refusal.words


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422])
def test_what_cannot_go_better_is_not_asked_again(status: int) -> None:
    class Refused(Exception):
        status_code = status
        response = SimpleNamespace(headers={"retry-after": "1"})

    assert may_ask_again(Refused())[0] is False


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def serving_json(pages: Mapping[str, object]) -> Iterator[str]:
    """A server of these values, by path."""

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path in pages else 404)
            self.end_headers()
            self.wfile.write(json.dumps(pages.get(self.path)).encode())

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            pass

    with serving(Pages) as url:
        yield url


def test_client_libraries_are_imported_only_for_a_model() -> None:
    code = (
        "import sys, qa.assistant, qa.llm, qa.config\n"
        "assert qa.llm.load_llm('none', qa.config.Config()) is None\n"
        "found = {'openai', 'anthropic', 'ollama', 'llama_index', 'boto3'} & set(sys.modules)\n"
        "assert not found, found"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
        env={k: v for k, v in os.environ.items() if not k.endswith("_API_KEY")},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr

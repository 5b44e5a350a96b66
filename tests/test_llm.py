"""From a setting to a model: what each form gives, and what each mistake says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from corpus.errors import BylineError, ConfigError, LLMError
from evals.stub import Stub
from qa.config import Config, Key
from qa.llm import DEFAULT_MODELS, load_llm

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

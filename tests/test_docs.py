"""The README against the code: settings, commands, files and dependencies."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
PACKAGES = ("corpus", "qa", "evals")
SOURCES = [p for name in PACKAGES for p in sorted((ROOT / name).rglob("*.py"))] + [ROOT / "app.py"]
VARIABLE = re.compile(r"\bBYLINE_[A-Z_]+[A-Z]\b")


def modules_named() -> list[tuple[str, str]]:
    """Every `python -m module [command]` of the README."""
    found = re.findall(r"python -m (\w+)(?: ([a-z]+)\b(?!\.))?", README)
    return sorted({(module, command) for module, command in found})


def options_named() -> list[tuple[str, str, str]]:
    """Every option of those commands: module, command, option."""
    found = set()
    for line in re.findall(r"python -m [^`\n]+", README):
        words = shlex.split(line.removeprefix("python -m "))
        command = words[1] if len(words) > 1 and words[0] != "qa" and not words[1].startswith("-") else ""
        found |= {(words[0], command, word) for word in words[1:] if word.startswith("--") and word != "--help"}
    return sorted(found)


@cache
def help_of(module: str, command: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", module, *([command] if command else []), "--help"]
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def files_in_tree() -> list[str]:
    """The paths in the README's file tree, folders with their slash."""
    block = re.search(r"^## Files\n.*?```\n(.*?)```", README, re.DOTALL | re.MULTILINE)
    assert block
    found, folders = list[str](), [""]
    for line in block.group(1).splitlines():
        depth = (len(line) - len(line.lstrip())) // 2
        name = line.split()[0]
        path = folders[depth] + name
        found.append(path)
        if name.endswith("/"):
            folders[depth + 1 :] = [path]
    return found


def test_every_variable_is_in_the_table_and_every_row_in_the_code() -> None:
    in_code = set().union(*(VARIABLE.findall(path.read_text("utf-8")) for path in SOURCES))
    in_table = set(re.findall(r"^\| `(BYLINE_[A-Z_]+)` \|", README, re.MULTILINE))
    assert in_table == in_code
    assert set(VARIABLE.findall(README)) <= in_table


def test_defaults_in_the_table_are_the_code_s() -> None:
    from evals.config import EvalConfig
    from qa.config import Config

    config = Config.from_env({})
    shown = dict(re.findall(r"^\| `(BYLINE_[A-Z_]+)` \| `?([^`|]+?)`? \|", README, re.MULTILINE))
    assert shown == {
        "BYLINE_HOME": str(config.library.home),
        "BYLINE_CHROMA": config.library.chroma or "none",
        "BYLINE_DB": config.library.database or "none",
        "BYLINE_EMBEDDER": config.library.embedder,
        "BYLINE_HOST": config.host,
        "BYLINE_PORT": str(config.port),
        "BYLINE_ALLOWED_HOSTS": ",".join(config.allowed_hosts) or "none",
        "BYLINE_ALLOW_PRIVATE": str(int(config.library.allow_private)),
        "BYLINE_READONLY": str(int(config.library.readonly)),
        "BYLINE_ADMIN_PASSWORD_FILE": str(config.library.admin_password_file or "none"),
        "BYLINE_SHARE": str(int(config.share)),
        "BYLINE_TOP_K": str(config.top_k),
        "BYLINE_READER": config.reader,
        "BYLINE_EVALS_KEY": EvalConfig.from_env({}).key or "none",
        "BYLINE_LLM": config.llm,
        "BYLINE_LLM_ALLOWED": ",".join(config.llm_allowed) or "none",
        "BYLINE_LLM_KEY": "none" if "openai-like" not in config.keys else "set",
        "BYLINE_LLM_CONNECT_SECONDS": f"{config.limits.connect:g}",
        "BYLINE_LLM_FIRST_SECONDS": f"{config.limits.first:g}",
        "BYLINE_LLM_SECONDS": f"{config.limits.whole:g}",
        "BYLINE_LLM_TOKENS": str(config.limits.tokens),
        "BYLINE_LLM_WINDOW": str(config.llm_window),
        "BYLINE_LLM_PRICES": "none" if config.llm_prices is None else "set",
        "BYLINE_CHECK_LLM": config.check_llm,
    }


@pytest.mark.parametrize(("module", "command"), modules_named())
def test_command_in_the_readme_exists(module: str, command: str) -> None:
    done = help_of(module, command)
    assert done.returncode == 0, done.stderr


def test_options_in_the_readme_exist() -> None:
    options = options_named()
    assert ("qa", "", "--batch") in options
    for module, command in {(m, c) for m, c, _ in options}:
        text = help_of(module, command).stdout
        for option in (o for m, c, o in options if (m, c) == (module, command)):
            assert re.search(rf"{option}\b", text), f"python -m {module} {command} has no {option}"


@pytest.mark.parametrize("target", sorted({*re.findall(r"`make ([a-z]+)`|^    make ([a-z]+)$", README, re.MULTILINE)}))
def test_make_target_in_the_readme_exists(target: tuple[str, str]) -> None:
    if shutil.which("make") is None:
        pytest.skip("no make here")
    words = ["make", "-n", target[0] or target[1]]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_file_tree_names_only_what_is_there_and_every_module() -> None:
    listed = files_in_tree()
    named = set(listed)
    assert sorted(name for name in named if listed.count(name) > 1) == []
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []
    modules = {p.relative_to(ROOT).as_posix() for p in SOURCES}
    assert modules - named == set()


def test_links_and_pictures_are_there() -> None:
    for target in re.findall(r"\]\(([^)]+)\)", README):
        assert target.startswith("http") or (ROOT / target).exists()


def test_lock_has_plain_pins_of_every_dependency() -> None:
    import tomllib

    lines = (ROOT / "requirements.lock").read_text("utf-8").splitlines()
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.]+", line)] == []
    pinned = {re.sub(r"[-_.]+", "-", line.partition("==")[0]).lower() for line in lines}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {re.sub(r"[-_.]+", "-", re.split(r"[=<>!~\[ ]", one)[0]).lower() for one in wanted}
    assert names - pinned == set()

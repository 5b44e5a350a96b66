"""What may import what, read the environment and print: read from the source, not from running it."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("corpus", "qa", "evals")
FILES = [p for name in PACKAGES for p in sorted((ROOT / name).rglob("*.py"))] + [ROOT / "app.py"]
MAY_NOT_IMPORT = {"corpus": {"qa", "evals", "app", "tests"}, "qa": {"evals", "app", "tests"}, "evals": {"app", "tests"}}
MAY_READ_ENVIRONMENT = {
    "corpus/config.py": "settings of the library",
    "qa/config.py": "settings of answers and page",
    "app.py": "switches usage data off before any import",
    "evals/config.py": "the key for an endpoint that is measured",
    "evals/bench_library.py": "hands the environment on to the processes that it measures",
    "evals/bench.py": "hands the whole environment on to the processes that it measures",
}
MAY_PRINT = {"app.py": "the address"}
MAY_BE_LONG: dict[str, str] = {}
LONGEST = 300


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported(path: Path) -> Iterator[str]:
    """The top-level names that a file imports anywhere in it."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}:{node.lineno}: relative import"
            yield (node.module or "").partition(".")[0]


def environment_reads(path: Path) -> Iterator[int]:
    """The lines with os.environ or os.getenv, but for a `setdefault` and an assignment, which read nothing."""
    writes: set[ast.expr] = set()
    for node in ast.walk(tree_of(path)):
        sets_default = isinstance(node, ast.Attribute) and node.attr == "setdefault"
        assigns = isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)
        if isinstance(node, ast.Attribute | ast.Subscript) and (sets_default or assigns):
            writes.add(node.value)
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv") and node not in writes:
            yield node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module == "os":
            yield from (node.lineno for alias in node.names if alias.name in ("environ", "getenv"))


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_imports_point_one_way(path: Path) -> None:
    wrong = MAY_NOT_IMPORT.get(name_of(path).partition("/")[0], set()) & set(imported(path))
    assert not wrong


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_environment_is_read_in_few_places(path: Path) -> None:
    lines = list(environment_reads(path))
    assert not lines or name_of(path) in MAY_READ_ENVIRONMENT


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_only_entry_points_print(path: Path) -> None:
    if path.name == "__main__.py" or name_of(path) in MAY_PRINT:
        return
    calls = [n for n in ast.walk(tree_of(path)) if isinstance(n, ast.Call)]
    lines = [c.lineno for c in calls if isinstance(c.func, ast.Name) and c.func.id == "print"]
    assert not lines


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_files_are_short(path: Path) -> None:
    n_lines = len(path.read_text("utf-8").splitlines())
    assert n_lines < LONGEST or name_of(path) in MAY_BE_LONG


def test_every_import_is_a_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    needs = {plain_name(one) for one in project["dependencies"]}
    needs_in_tests = needs | {plain_name(one) for one in project["optional-dependencies"]["dev"]}
    tests = sorted((ROOT / "tests").glob("*.py"))
    own = {*PACKAGES, "app", *(path.stem for path in tests)}
    gives = packages_distributions()
    for path in [*FILES, *tests]:
        for name in {*imported(path)} - own - sys.stdlib_module_names:
            sources = {plain_name(one) for one in gives.get(name, [])}
            assert sources & (needs_in_tests if path in tests else needs), f"{name_of(path)} imports {name}"


def plain_name(requirement: str) -> str:
    """The distribution that a requirement names, as indexes spell it."""
    return re.sub(r"[-_.]+", "-", re.split(r"[=<>!~\[ ]", requirement)[0]).lower()


def test_exceptions_name_files_that_are_there() -> None:
    listed = {*MAY_READ_ENVIRONMENT, *MAY_PRINT, *MAY_BE_LONG}
    assert listed <= {name_of(path) for path in FILES}


def test_a_read_of_the_environment_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "some.py"
    path.write_text(
        "import os\nos.environ.setdefault('A', '1')\nos.environ['A'] = '2'\nos.getenv('A')\nos.environ['A']\n"
    )
    assert list(environment_reads(path)) == [4, 5]

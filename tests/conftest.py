"""What every test runs under: no telemetry, no hub, no key. Set before anything is imported, as app.py does."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from databases import ChromaServer, PostgresServer
    from news_server import NewsServer
    from playwright.sync_api import Browser, Page

    from corpus.library import Library

os.environ |= {"GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_OFFLINE": "1", "ORT_DISABLE_TELEMETRY": "1"}
for name in ("ANTHROPIC_API_KEY", "OPENAI_API_KEY", "BYLINE_LLM", "BYLINE_LLM_KEY"):
    os.environ.pop(name, None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium a module: while it runs, its event loop stands in the way of others in this thread."""
    from playwright.sync_api import expect, sync_playwright
    from web_fixture import CHROMIUM_FLAGS, find_chromium

    expect.set_options(timeout=60_000)  # a busy machine is slow, and nothing waits longer than it must
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """A page over the sample articles, with known answers."""
    from web_fixture import running_page

    with running_page() as url:
        yield url


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """It, opened."""
    from visits import visiting

    with visiting(browser, address) as shown:
        yield shown


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A Postgres of the tests' own."""
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    from databases import PostgresServer, find_postgres

    programs = find_postgres()
    if programs is None:
        pytest.skip("no Postgres here: apt-get install postgresql")
    server = PostgresServer(programs)
    yield server
    server.remove()


@pytest.fixture(scope="session")
def chroma() -> Iterator[ChromaServer]:
    """A Chroma server of the tests' own."""
    from databases import ChromaServer

    server = ChromaServer()
    yield server
    server.remove()


@pytest.fixture(params=["sqlite", "postgres", "chroma"])
def store(request: pytest.FixtureRequest) -> Iterator[str]:
    """What `open_library` keeps libraries in, one after the other; its name. A test may ask for one by parametrize."""
    import library_fixtures

    before = library_fixtures.store
    server = request.getfixturevalue("postgres") if "postgres" in request.param else None
    vectors = request.getfixturevalue("chroma").address if "chroma" in request.param else ""
    library_fixtures.use(library_fixtures.Store(server.make if server else None, vectors))
    yield request.param
    library_fixtures.use(before)


@pytest.fixture
def news() -> Iterator[NewsServer]:
    """A web server that stands for every news site."""
    from news_server import serving_news

    with serving_news() as server:
        yield server


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """An empty library with a fast embedder."""
    from library_fixtures import open_library

    with open_library(tmp_path / "home") as opened:
        yield opened


@pytest.fixture(scope="module")
def without_reader() -> Iterator[None]:
    """For tests of how things are measured, not of how well: answers come from the quick path."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BYLINE_READER", "off")
        yield


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write golden files anew; then read the diff")

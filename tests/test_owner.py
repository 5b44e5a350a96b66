"""Who may change the library through the page: each endpoint that could is called by a stranger."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from test_security import call, index_of, run_handler
from web_fixture import FakeLibrary, running_page

from corpus.config import LibraryConfig
from corpus.errors import ConfigError
from qa.web.owner import ATTEMPTS, COOKIE, SESSION_SECONDS, WAIT_SECONDS, Owner, check_listening
from qa.web.routes import make_routes
from qa.web.running import Running
from qa.web.server import serve

PASSWORD = "correct horse"
PASTED = ["A title", "Some words about a quay.", "", "", ""]


def post(page: str, path: str, said: object, **headers: str) -> tuple[int, dict[str, str], bytes]:
    return call(page, "POST", path, json.dumps(said).encode(), {"Content-Type": "application/json"} | headers)


@pytest.fixture(scope="module")
def library() -> FakeLibrary:
    return FakeLibrary()


@pytest.fixture(scope="module", params=["readonly", "password"])
def closed(request: pytest.FixtureRequest, library: FakeLibrary) -> Iterator[str]:
    owner = Owner(readonly=True) if request.param == "readonly" else Owner(password=PASSWORD)
    with running_page(library, owner=owner) as page:
        yield page


def test_no_endpoint_lets_a_stranger_change_the_library(closed: str, library: FakeLibrary) -> None:
    forged = {"Cookie": f"{COOKIE}=forged; {COOKIE}="}
    for headers in ({}, forged):
        assert call(closed, "POST", "/byline/files?name=a.txt", b"Some words about a quay.", headers)[0] == 403
        assert post(closed, "/byline/links", {"url": "https://news.example/a"}, **headers)[0] == 403
        named = {"id": "a", "title": "T", "outlet": "", "published": ""}
        for path in ("/byline/remove", "/byline/restore", "/byline/edit"):
            assert post(closed, path, named, **headers)[0] == 403
        for path in ("/byline/follow", "/byline/check", "/byline/unfollow"):
            assert post(closed, path, {"place": "/etc"}, **headers)[0] == 403
        assert call(closed, "GET", "/byline/removed", None, headers)[0] == 403
    paste = index_of(closed, 5, 6)
    said = json.dumps(run_handler(closed, paste, PASTED), ensure_ascii=False)
    assert "for reading only" in said or "Only the page’s owner" in said
    assert library.rows()[1] == 0
    assert json.loads(call(closed, "GET", "/byline/library")[2])["may_change"] is False
    assert post(closed, "/byline/login", {"password": "wrong"})[0] == 403


def test_only_what_is_known_to_change_nothing_can_be_posted_or_run(closed: str) -> None:
    """A handler that is added later must be put here, or ask the owner."""
    config = json.loads(call(closed, "GET", "/config")[2])
    shapes = sorted((len(d["inputs"]), len(d["outputs"])) for d in config["dependencies"])
    known = [(7, 4), (2, 3), (0, 0), (1, 4), (0, 0), (5, 6)]
    assert shapes == sorted(known), "ask, one chat restored, its end, one chosen, ask's end, and paste: asks the owner"


def test_every_route_that_takes_a_post_asks_the_owner_or_is_known_to_change_no_article() -> None:
    """A route that is added later must be put here, or ask the owner."""
    asking = {"files", "links", "remove", "restore", "edit", "follow", "check", "unfollow"}
    assert set(posted(make_routes(Future(), Running()).routes)) == asking | {"stop", "login"}


def posted(routes: Iterable[object]) -> Iterator[str]:
    """The last part of each path that takes a POST, in routers within routers too."""
    for route in routes:
        if isinstance(route, APIRoute):
            yield from [route.path.rpartition("/")[2]] if "POST" in route.methods else []
        elif router := getattr(route, "original_router", None):
            yield from posted(router.routes)


def test_owner_logs_in_and_may_change_the_library() -> None:
    library = FakeLibrary()
    with running_page(library, owner=Owner(password=PASSWORD)) as page:
        status, headers, _ = post(page, "/byline/login", {"password": PASSWORD})
        assert status == 200
        cookie = headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        mine = {"Cookie": cookie.partition(";")[0]}
        assert json.loads(call(page, "GET", "/byline/library", None, mine)[2])["may_change"] is True
        status, _, told = call(page, "POST", "/byline/files?name=a.txt", b"Some words about a quay.", mine)
        assert (status, json.loads(told)[0]["outcome"]) == (200, "added")
        run_handler(page, index_of(page, 5, 6), PASTED, mine)
        assert library.rows()[1] == 2


def test_wrong_passwords_are_slowed_down_and_sessions_end() -> None:
    now = [0.0]
    owner = Owner(password=PASSWORD, now=lambda: now[0])
    for _ in range(ATTEMPTS):
        assert owner.log_in("wrong") is None
    assert owner.log_in(PASSWORD) is None
    now[0] += WAIT_SECONDS + 1
    token = owner.log_in(PASSWORD)
    assert token
    assert owner.refusal(f"a=b; {COOKIE}={token}") == ""
    now[0] += SESSION_SECONDS + 1
    assert owner.refusal(f"{COOKIE}={token}")
    assert owner.refusal(None)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "news.example", ""])
def test_page_that_others_reach_needs_an_owner(host: str) -> None:
    with pytest.raises(ConfigError, match=r"BYLINE_READONLY=1 .* BYLINE_ADMIN_PASSWORD_FILE"):
        serve(lambda: pytest.fail("opened"), host=host, port=1)
    check_listening(host, Owner(readonly=True))
    check_listening(host, Owner(password=PASSWORD))


def test_own_machine_needs_none() -> None:
    for host in ("127.0.0.1", "localhost", "::1", "127.0.0.9"):
        check_listening(host, Owner())


def test_password_comes_from_a_file_that_has_one(tmp_path: Path) -> None:
    path = tmp_path / "password"
    env = {"BYLINE_ADMIN_PASSWORD_FILE": str(path)}
    with pytest.raises(ConfigError, match="cannot be read"):
        Owner.from_config(LibraryConfig.from_env(env))
    path.write_text("short\n")
    with pytest.raises(ConfigError, match="8 or more characters"):
        Owner.from_config(LibraryConfig.from_env(env))
    path.write_text(f"{PASSWORD}\n")
    assert Owner.from_config(LibraryConfig.from_env(env)).log_in(PASSWORD)
    assert not Owner.from_config(LibraryConfig.from_env(env | {"BYLINE_READONLY": "1"})).log_in(PASSWORD)

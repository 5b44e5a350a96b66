"""The page's chats: another's tried by every route and handler, shared ones, and the list in a real browser."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from library_fixtures import open_library
from test_chats import make_answer
from test_security import call, index_of
from web_fixture import FERRY, FakeAssistant, FakeLibrary, running_page, sample_articles, serving

from corpus.versions import Version
from qa.web.feedback import find_inbox
from qa.web.server import build_app

MAYOR = "Who is the mayor of Zzyzzx?"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running_page(may_share=True) as address:
        yield address


def new_cookie(url: str) -> str:
    line = call(url, "GET", "/")[1]["set-cookie"]
    assert "HttpOnly" in line
    assert "SameSite=Lax" in line
    return line.split(";")[0]


def get(url: str, path: str, cookie: str = "") -> tuple[int, Any]:
    status, _, body = call(url, "GET", path, headers={"Cookie": cookie})
    return status, json.loads(body) if body[:1] in b"{[" else body.decode()


def post(url: str, path: str, said: object, cookie: str = "") -> tuple[int, Any]:
    headers = {"Cookie": cookie, "Content-Type": "application/json"}
    status, _, body = call(url, "POST", path, json.dumps(said).encode(), headers)
    return status, json.loads(body)


def handle(url: str, shape: tuple[int, int], data: list[object], cookie: str = "") -> list[Any]:
    """A handler's last outputs, called with a visitor's cookie."""
    body = json.dumps({"data": data, "fn_index": index_of(url, *shape), "session_hash": "s"}).encode()
    status, _, told = call(
        url, "POST", "/gradio_api/queue/join", body, {"Content-Type": "application/json", "Cookie": cookie}
    )
    assert status == 200, told
    events = call(url, "GET", "/gradio_api/queue/data?session_hash=s")[2].decode()
    lines = [json.loads(line[6:]) for line in events.splitlines() if line.startswith("data: ")]
    done = next(line for line in lines if line["msg"] == "process_completed")
    assert done["success"], done
    # A generator's last event is only its end: what it showed last came before.
    shown = [line["output"]["data"] for line in lines if line["msg"] in ("process_generating", "process_completed")]
    first: list[Any] = shown[0]
    return first if len(shown) == 1 else shown[-1]


def ask_as(url: str, cookie: str, question: str, chat: str = "") -> str:
    """Ask through the handler; gives the id of the newest chat of the list."""
    handle(url, (7, 4), [question, chat, "", "", "", "", ""], cookie)
    rows: list[dict[str, str]] = get(url, "/byline/chats", cookie)[1]["rows"]
    return rows[0]["id"]


ASK, RESTORE, PICK = (7, 4), (2, 3), (1, 4)


def test_anothers_chat_is_reached_by_no_route_and_no_handler(url: str) -> None:
    ana, ben = new_cookie(url), new_cookie(url)
    mine = ask_as(url, ana, FERRY)
    link = post(url, "/byline/chats/share", {"id": mine, "on": True}, ana)[1]["link"]
    for cookie in (ben, ben.replace(".", "x."), "byline=1", ""):
        known = cookie == ben
        assert get(url, "/byline/chats", cookie)[0] == (200 if known else 403)
        if known:
            assert get(url, "/byline/chats", cookie)[1]["rows"] == []
            assert get(url, "/byline/chats?query=ferry", cookie)[1]["total"] == 0
        refused = 404 if known else 403
        for form in ("markdown", "json"):
            assert get(url, f"/byline/chats/export?id={mine}&form={form}", cookie)[0] == refused
        assert get(url, f"/byline/chats/export?id={mine}&n=1", cookie)[0] == refused
        assert post(url, "/byline/chats/rename", {"id": mine, "title": "Ben's"}, cookie)[0] == refused
        assert post(url, "/byline/chats/share", {"id": mine, "on": False}, cookie)[0] == refused
        assert post(url, "/byline/chats/delete", {"id": mine}, cookie)[0] == refused
        for shape, data in (
            (PICK, [mine]),
            (RESTORE, [None, mine]),
            (ASK, [MAYOR, mine, "", "", "", "", ""]),
            (ASK, [MAYOR, mine, "", "yes", "", "", ""]),
        ):
            shown = json.dumps(handle(url, shape, data, cookie))
            assert "Sixty-seven" not in shown
            assert mine not in shown
    assert get(url, f"/c/{mine}")[0] == 404  # a chat's id is no share link
    rows = get(url, "/byline/chats", ana)[1]["rows"]
    assert [(row["id"], row["title"], row["n"], row["link"]) for row in rows] == [(mine, FERRY, 1, link)]
    assert FERRY in json.dumps(handle(url, PICK, [mine], ana))


def test_a_verdict_on_anothers_answer_finds_nothing(tmp_path: Path) -> None:
    with running_page(home=tmp_path) as url:
        ana, ben = new_cookie(url), new_cookie(url)
        mine = ask_as(url, ana, FERRY)
        whole = json.loads(call(url, "GET", f"/byline/chats/export?id={mine}&form=json", headers={"Cookie": ana})[2])
        told = re.search(r'data-answer=\\?"(\w+)', json.dumps(handle(url, PICK, [mine], ana)))
        assert told is not None
        assert whole["exchanges"][0]["answer"]["question"] == FERRY
        verdict = [f"wrong {told[1]}", mine]
        assert "no longer in the chat" in json.dumps(handle(url, (2, 1), verdict, ben))
        assert not find_inbox(tmp_path).exists()
        assert "Noted as wrong" in json.dumps(handle(url, (2, 1), verdict, ana))


@pytest.mark.parametrize("path", ["rename", "delete", "share"])
@pytest.mark.parametrize("headers", [{"Origin": "http://evil.test"}, {"Sec-Fetch-Site": "cross-site"}])
def test_other_sites_change_no_chat(url: str, path: str, headers: dict[str, str]) -> None:
    cookie = new_cookie(url)
    mine = ask_as(url, cookie, FERRY)
    said = json.dumps({"id": mine, "title": "x", "on": True}).encode()
    sent = {"Content-Type": "application/json", "Cookie": cookie, **headers}
    assert call(url, "POST", f"/byline/chats/{path}", said, sent)[0] == 403
    assert get(url, "/byline/chats", cookie)[1]["rows"][0]["title"] == FERRY


@pytest.mark.parametrize("value", [None, 7, {"a": 1}, [], "", "x" * 5000, "../..", "a\x00b" * 9])
def test_handlers_take_any_chat_id_without_an_error(url: str, value: object) -> None:
    cookie = new_cookie(url)
    for shape, data in ((PICK, [value]), (RESTORE, [None, value]), (ASK, [FERRY, value, "", "", "", "", ""])):
        handle(url, shape, data, cookie)
    assert post(url, "/byline/chats/rename", {"id": value, "title": value}, cookie)[0] in (404, 422)
    assert post(url, "/byline/chats/delete", {"id": value}, cookie)[0] in (404, 422)


def test_a_visitor_keeps_the_cookie_and_without_one_is_told_that_nothing_is_kept(url: str) -> None:
    cookie = new_cookie(url)
    again = call(url, "GET", "/", headers={"Cookie": cookie})[1]["set-cookie"]
    assert again.split(";")[0] == cookie
    shown = json.dumps(handle(url, ASK, [FERRY, "", "", "", "", "", ""]))
    assert "sends no cookie" in shown
    assert "pulled from the water" in shown


def test_a_shared_chat_is_read_by_whoever_has_its_link_until_it_is_taken_back(url: str) -> None:
    cookie = new_cookie(url)
    mine = ask_as(url, cookie, FERRY)
    link = post(url, "/byline/chats/share", {"id": mine, "on": True}, cookie)[1]["link"]
    assert len(link) > 30
    status, headers, body = call(
        url, "GET", link, headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    )
    text = body.decode()
    assert status == 200
    assert "noindex" in headers["x-robots-tag"]
    assert "Sixty-seven people were pulled from the water" in text
    assert 'href="#f1-1"' in text
    assert "<script" not in text
    assert "set-cookie" not in headers
    assert mine not in text
    assert call(url, "GET", link, headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"})[0] == 403
    post(url, "/byline/chats/share", {"id": mine, "on": False}, cookie)
    assert call(url, "GET", link)[0] == 404
    assert call(url, "POST", link, b"")[0] == 404


def test_without_the_setting_nothing_is_shared() -> None:
    with running_page() as url:
        cookie = new_cookie(url)
        mine = ask_as(url, cookie, FERRY)
        assert not get(url, "/byline/chats", cookie)[1]["may_share"]
        status, told = post(url, "/byline/chats/share", {"id": mine, "on": True}, cookie)
        assert status == 403
        assert "BYLINE_SHARE=1" in told["detail"]
        assert call(url, "GET", "/c/" + "x" * 32)[0] == 404


def test_a_chat_survives_a_restart_and_its_links_too(tmp_path: Path) -> None:
    cookies, link = "", ""
    for start in range(2):
        with open_library(tmp_path, own=False) as library:
            app = build_app(FakeAssistant(library, {}), library, home=tmp_path, may_share=True)
            with serving(app) as url:
                if start == 0:
                    cookies = new_cookie(url)
                    mine = ask_as(url, cookies, FERRY)
                    link = post(url, "/byline/chats/share", {"id": mine, "on": True}, cookies)[1]["link"]
                rows = get(url, "/byline/chats", cookies)[1]["rows"]
                assert [row["title"] for row in rows] == [FERRY]
                assert call(url, "GET", link)[0] == 200


def test_a_chat_that_the_browser_kept_before_is_taken_over_once(url: str) -> None:
    cookie = new_cookie(url)
    kept = [make_answer("What did the heron do?").to_json()]
    past, stored, current = handle(url, RESTORE, [kept, ""], cookie)
    assert "What did the heron do?" in past
    assert stored == []
    handle(url, RESTORE, [kept, current], cookie)
    rows = get(url, "/byline/chats", cookie)[1]["rows"]
    assert [(row["id"], row["brought"]) for row in rows] == [(current, True)]
    assert post(url, "/byline/chats/share", {"id": current, "on": True}, cookie)[0] == 422


def test_an_old_citation_says_when_its_article_changed_or_is_gone() -> None:
    library = FakeLibrary(sample_articles())
    with running_page(library, may_share=True) as url:
        cookie = new_cookie(url)
        mine = ask_as(url, cookie, FERRY)
        assert "became" not in handle(url, PICK, [mine], cookie)[1]
        link = post(url, "/byline/chats/share", {"id": mine, "on": True}, cookie)[1]["link"]
        whole = get(url, f"/byline/chats/export?id={mine}&form=json", cookie)[1]["exchanges"][0]["answer"]
        changed, gone = list(dict.fromkeys(c["citations"][0]["article_id"] for c in whole["claims"]))[:2]
        was = library.article(changed)
        assert was is not None
        library._kept[changed] = replace(was, text="It says something else now.")
        removed = library._kept.pop(gone)
        library.earlier[changed] = [Version(was, 1, datetime(2026, 11, 20, tzinfo=UTC), False, "")]
        library.earlier[gone] = [Version(removed, 1, datetime(2026, 11, 21, tzinfo=UTC), True, "")]
        for shown in (handle(url, PICK, [mine], cookie)[1], call(url, "GET", link)[2].decode()):
            assert "This article changed on 20 November 2026 and no longer has the cited words." in shown
            assert "This article was removed from the library on 21 November 2026." in shown
            assert "Sixty-seven people were pulled from the water" in shown  # the quote stays


def test_file_names_of_exports_are_plain(url: str) -> None:
    cookie = new_cookie(url)
    mine = ask_as(url, cookie, FERRY)
    title = 'a/../b"\r\nx: y Ü'
    post(url, "/byline/chats/rename", {"id": mine, "title": title}, cookie)
    headers = call(url, "GET", f"/byline/chats/export?id={mine}", headers={"Cookie": cookie})[1]
    assert headers["content-disposition"] == f"attachment; filename*=UTF-8''{quote('a-b-x-y-Ü.md')}"
    assert "x" not in headers


def test_where_nothing_is_restored_nothing_is_undone(url: str) -> None:
    outputs = handle(url, RESTORE, [None, ""], new_cookie(url))
    assert len(outputs) == 3
    assert all(output["__type__"] == "update" and "value" not in output for output in outputs)

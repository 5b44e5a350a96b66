"""The door to the network, on loopback servers: the only thing swapped is which machine a name leads to."""

from __future__ import annotations

import gzip
import threading
import time
import tomllib
import zlib
from http.server import BaseHTTPRequestHandler
from itertools import pairwise

import pytest
from library_fixtures import ROOT
from news_server import NewsServer

from corpus import __version__
from corpus.errors import FetchError
from corpus.fetch import MAX_BYTES, REDIRECTS, Fetcher

URL = "http://news.example/quay"


def refusal(fetcher: Fetcher, url: str = URL) -> FetchError:
    with pytest.raises(FetchError) as caught:
        fetcher.fetch(url)
    return caught.value


def test_a_page_is_fetched_by_name_with_our_agent_and_nothing_else(
    news: NewsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    news.says("/quay?a=%C3%BC", "Deep.", set_cookie="a=b", etag='"1"', last_modified="Tue, 05 Mar 2024 10:00:00 GMT")
    fetcher = news.fetcher()
    for _ in range(2):
        got = fetcher.fetch("HTTP://News.Example:80/quay?a=ü#part")
    assert (got.body, got.content_type, got.etag) == (b"Deep.", "text/html", '"1"')
    assert got.url == "http://news.example/quay?a=%C3%BC"
    assert news.paths() == ["/quay?a=%C3%BC"] * 2
    headers = news.seen[-1][2]
    assert headers["host"] == "news.example"
    assert headers["user-agent"] == f"Byline/{__version__} (news reader)"
    assert "cookie" not in headers


def test_version_in_the_agent_is_the_project_s() -> None:
    assert tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"] == __version__


def test_conditional_request_says_what_is_known(news: NewsServer) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(304 if handler.headers.get("if-none-match") == '"1"' else 500)
        handler.send_header("content-length", "0")
        handler.end_headers()

    news.answers["/quay"] = answer
    assert news.fetcher().fetch(URL, etag='"1"', last_modified="Tue, 05 Mar 2024 10:00:00 GMT").body is None
    assert news.seen[-1][2]["if-modified-since"] == "Tue, 05 Mar 2024 10:00:00 GMT"


@pytest.mark.parametrize(
    ("status", "words"),
    [(404, "not found (404)"), (410, "gone (410)"), (402, "paywall"), (403, "refuses programs"), (500, "answered 500")],
)
def test_refusals_name_their_cause(news: NewsServer, status: int, words: str) -> None:
    news.says("/quay", status=status)
    error = refusal(news.fetcher())
    assert words in str(error)
    assert error.status == status


# Redirects


def test_redirects_are_followed_and_a_lasting_move_is_told(news: NewsServer) -> None:
    news.says("/quay", status=301, location="/one")
    news.says("/one", status=308, location="//other.example/two")
    news.says("/two", "Deep.")
    got = news.fetcher().fetch(URL)
    assert (got.url, got.moved) == ("http://other.example/two",) * 2
    news.says("/one", status=302, location="/two")
    assert news.fetcher().fetch(URL).moved == "http://news.example/one"


def test_too_many_redirects_end(news: NewsServer) -> None:
    news.says("/quay", status=302, location="/quay")
    assert f"more than {REDIRECTS} redirects" in str(refusal(news.fetcher()))
    assert len(news.paths()) == REDIRECTS + 1


# Limits


def chunked(handler: BaseHTTPRequestHandler, chunk: bytes, n: int, **headers: str) -> None:
    handler.send_response(200)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    for _ in range(n):
        handler.wfile.write(chunk)


def test_bodies_and_bombs_are_cut_at_the_limit(news: NewsServer) -> None:
    news.says("/quay", b"x", content_length=str(MAX_BYTES + 1))
    assert "too large (limit 10 MB)" in str(refusal(news.fetcher()))
    news.answers["/quay"] = lambda handler: chunked(handler, b"x" * 1_000_000, 30)
    assert "too large" in str(refusal(news.fetcher()))
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = packer.compress(bytes(200_000_000)) + packer.flush()
    news.says("/quay", bomb, content_encoding="gzip")
    assert "too large" in str(refusal(news.fetcher()))
    news.says("/quay", b"x", content_encoding="br")
    assert "packed as br" in str(refusal(news.fetcher()))
    news.says("/quay", b"no gzip", content_encoding="gzip")
    assert "damaged on its way" in str(refusal(news.fetcher()))
    news.says("/quay", gzip.compress(b"Deep."), content_encoding="gzip")
    assert news.fetcher().fetch(URL).body == b"Deep."


@pytest.mark.parametrize("part", ["head", "body"])
def test_a_server_that_drips_is_left(news: NewsServer, part: str) -> None:
    stop = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + (b"\r\n" if part == "body" else b"x-a: "))
        while not stop.wait(0.05):
            handler.wfile.write(b"x")

    news.answers["/quay"] = drip
    began = time.monotonic()
    error = refusal(news.fetcher(seconds=1.0))
    stop.set()
    assert "timed out (limit 1 s)" in str(error)
    assert time.monotonic() - began < 5


# What sites ask for


def test_robots_txt_is_asked_once_and_kept_to(news: NewsServer) -> None:
    news.says(
        "/robots.txt", "User-agent: byline\nDisallow: /private\n\nUser-agent: *\nDisallow: /", content_type="text/plain"
    )
    news.says("/quay", "Deep.")
    news.says("/private/x", "Secret.")
    fetcher = news.fetcher()
    assert fetcher.fetch(URL).body == b"Deep."
    assert "robots.txt" in str(refusal(fetcher, "http://news.example/private/x"))
    assert [path for _, path, _ in news.seen] == ["/robots.txt", "/quay"]


@pytest.mark.parametrize(("status", "allowed"), [(404, True), (403, True), (500, False), (429, False)])
def test_missing_robots_txt_allows_and_a_broken_one_forbids(news: NewsServer, status: int, allowed: bool) -> None:
    news.says("/robots.txt", status=status, retry_after="100")
    news.says("/quay", "Deep.")
    if allowed:
        assert news.fetcher().fetch(URL).body == b"Deep."
    else:
        refusal(news.fetcher())
        assert news.paths() == []


def test_retry_after_closes_the_host_until_then(news: NewsServer) -> None:
    news.says("/quay", status=429, retry_after="1000")
    fetcher = news.fetcher()
    error = refusal(fetcher)
    assert (error.status, error.wait) == (429, 1000.0)
    assert "left alone" in str(refusal(fetcher, "http://news.example/other"))
    assert news.paths() == ["/quay"]


def test_short_retry_after_is_waited_for_once(news: NewsServer) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        news.says("/quay", "Deep.")
        handler.send_response(503)
        handler.send_header("retry-after", "0")
        handler.send_header("content-length", "0")
        handler.end_headers()

    news.answers["/quay"] = answer
    assert news.fetcher().fetch(URL).body == b"Deep."


def test_one_host_has_one_connection_at_a_time_with_a_pause(news: NewsServer) -> None:
    at_once, most, times = [0], [0], []
    lock = threading.Lock()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        with lock:
            at_once[0] += 1
            most[0] = max(most[0], at_once[0])
            times.append(time.monotonic())
        chunked(handler, b"x", 1, content_length="1")
        with lock:
            at_once[0] -= 1

    news.answers["/quay"] = answer
    fetcher = news.fetcher(pause=0.1)
    threads = [threading.Thread(target=fetcher.fetch, args=(URL,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]
    assert all(b - a >= 0.1 for a, b in pairwise(times))

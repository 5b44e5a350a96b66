"""The door to the network, on loopback servers: the only thing swapped is which machine a name leads to."""

from __future__ import annotations

import gzip
import ipaddress
import re
import socket
import threading
import time
import tomllib
import zlib
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler
from itertools import pairwise

import pytest
from library_fixtures import ROOT
from news_server import NewsServer, allows_loopback, serving_news

from corpus import __version__
from corpus.address import canonical_url, check_address, choose_canonical, is_intranet, is_public
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


# Where no connection may go

PRIVATE = [
    "127.0.0.1", "127.1.2.3", "10.0.0.1", "172.16.9.9", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.5",
    "192.88.99.1", "192.0.0.1", "::1", "::", "fe80::1", "fc00::1", "fd12:3456::1", "ff02::1", "fec0::1", "2001:db8::1",
    "2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b:1::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::7f00:1", "2001::1",
    "100::1",
]  # fmt: skip
"""Addresses behind which no public server is."""
ODD = [
    "http://localhost/", "http://LOCALHOST./", "http://127.0.0.1/", "http://127.1/", "http://0x7f.1/", "http://0x7f000001/",
    "http://2130706433/", "http://0177.0.0.1/", "http://0/", "http://[::1]/", "http://[::ffff:127.0.0.1]/",
    "http://[0:0:0:0:0:0:0:1]/", "http://[::ffff:7f00:1]/", "http://①②⑦.⓪.⓪.①/", "http://127。0。0。1/",
    "https://localhost/", "https://127.0.0.1/", "http://ip6-localhost/", "http://localhost.localdomain/",
    "http://127.0.0.1:22/", "http://127.0.0.1:8080/", "http://news.example:81/", "https://news.example:80/",
    "http://user@news.example/", "http://user:pass@127.0.0.1/", "http://news.example@127.0.0.1/", "http://@127.0.0.1/",
    "http://127.0.0.1\\@news.example/", "http:\\\\127.0.0.1/", "http://127.0.0.1%2f@news.example/",
    "http://news.example\t@127.0.0.1/", "http:// 127.0.0.1/", "http://127.0.0.1\r\nHost: x/", "http://news.example/\0",
    "file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1:70/_", "data:text/html,x", "javascript:alert(1)",
    "jar:http://127.0.0.1!/", "//127.0.0.1/", "127.0.0.1", "http:127.0.0.1", "http:///127.0.0.1", "http://", "http://?",
    "http://[::1", "http://[fe80::1%25eth0]/", "http://[v1.x]/", "http://%31%32%37.0.0.1/", "http://news.example:99999/",
    "http://news.example:-1/", "http://" + "a" * 64 + "." + "b" * 300 + "/", "http://x/" + "a" * 3000,
    "http://\ud800.example/", "http://./", "http://../", "ws://127.0.0.1/", "http+unix://%2Fvar%2Frun/",
]  # fmt: skip
"""Spellings of loopback, and addresses that are refused before any name is asked for."""


def hostile_urls() -> list[str]:
    return [*ODD, *(f"http://[{ip}]/" if ":" in ip else f"http://{ip}/" for ip in PRIVATE)]


@pytest.fixture
def canary() -> Iterator[tuple[NewsServer, Fetcher]]:
    """A server on loopback that must not be reached, and a fetcher whose every resolved machine is at its port."""
    with serving_news() as server:

        def resolve(host: str, port: int) -> Sequence[tuple[str, int]]:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            return [(str(info[4][0]), server.port) for info in found]

        yield server, Fetcher(resolve=resolve, pause=0.0, seconds=3.0)


def test_no_hostile_address_reaches_the_canary(canary: tuple[NewsServer, Fetcher]) -> None:
    server, fetcher = canary
    urls = hostile_urls()
    assert len(urls) >= 80
    for url in urls:
        refusal(fetcher, url)
    assert server.seen == []


def test_the_canary_sings_when_it_is_let(canary: tuple[NewsServer, Fetcher]) -> None:
    server, _ = canary
    server.says("/", "x")
    with_door_open = Fetcher(resolve=lambda h, p: [("127.0.0.1", server.port)], allows=is_intranet, pause=0.0)
    with_door_open.fetch("http://127.0.0.1/")
    assert server.paths() == ["/"]


def test_no_redirect_reaches_the_canary(news: NewsServer) -> None:
    with serving_news("127.0.0.2") as server:

        def resolve(host: str, port: int) -> Sequence[tuple[str, int]]:
            if host == "news.example":
                return [("127.0.0.1", news.port)]
            return [("127.0.0.2", server.port)]

        fetcher = Fetcher(resolve=resolve, allows=allows_loopback, pause=0.0, seconds=3.0)
        for number, url in enumerate(["http://127.0.0.2/", "http://inner.example/", "http://[::1]/", *ODD]):
            location = re.sub(r"[\x00-\x20]", "", url).encode("utf-8", "replace").decode("latin-1")
            news.says(f"/{number}", status=302, location=location)
            with pytest.raises(FetchError):
                fetcher.fetch(f"http://news.example/{number}")
        assert server.seen == []
        assert len(news.paths()) >= len(ODD)


def test_a_name_that_turns_private_after_the_check_is_never_connected_to(news: NewsServer) -> None:
    """Each answer of the resolver is checked and is itself what is connected to: no second look, no second answer."""
    with serving_news("127.0.0.2") as server:
        answers: list[str] = []

        def flipping(host: str, port: int) -> Sequence[tuple[str, int]]:
            good = len(answers) % 2 == 0
            answers.append(host)
            return [("127.0.0.1", news.port)] if good else [("127.0.0.2", server.port)]

        fetcher = Fetcher(resolve=flipping, allows=allows_loopback, pause=0.0)
        for n in range(20):
            news.says(f"/{n}", "Deep.")
            url = f"http://flip{n}.example/{n}"
            with pytest.raises(FetchError, match=r"127\.0\.0\.2, which is no public address"):
                [fetcher.fetch(url) for _ in range(3)]
        assert server.seen == []
        assert answers


def test_one_private_machine_among_public_ones_is_enough_to_refuse(news: NewsServer) -> None:
    fetcher = Fetcher(resolve=lambda h, p: [("93.184.216.34", news.port), ("10.0.0.1", news.port)], seconds=2.0)
    assert "10.0.0.1, which is no public address" in str(refusal(fetcher))


@pytest.mark.parametrize("ip", PRIVATE)
def test_addresses_of_no_public_machine_are_known(ip: str) -> None:
    assert not is_public(ipaddress.ip_address(ip))


def test_public_and_intranet_addresses_are_known() -> None:
    for ip in ("8.8.8.8", "93.184.216.34", "2606:2800:220:1::1"):
        assert is_public(ipaddress.ip_address(ip))
    for ip in ("10.0.0.1", "127.0.0.1", "192.168.1.1", "::1", "fd00::1"):
        assert is_intranet(ipaddress.ip_address(ip))
    for ip in ("169.254.169.254", "224.0.0.1", "0.0.0.0", "fe80::1", "::ffff:10.0.0.1"):
        assert not is_intranet(ipaddress.ip_address(ip))


# Which addresses are one


def test_canonical_spelling() -> None:
    same = "https://news.example/a?id=3&page=2"
    for url in (
        same,
        "HTTPS://News.Example:443/a?id=3&page=2#top",
        "https://news.example/a?utm_source=x&id=3&fbclid=y&page=2",
    ):
        assert canonical_url(url) == same
    assert canonical_url("https://news.example") == "https://news.example/"


def test_a_page_names_itself_only_within_its_own_site() -> None:
    here = "https://www.news.example/a?utm_medium=x"
    assert choose_canonical(here, "https://news.example/story") == "https://news.example/story"
    for said in ("", "https://other.example/a", "https://news.example/", "javascript:x", "https://[x"):
        assert choose_canonical(here, said) == "https://www.news.example/a"


def test_international_names_are_asked_for_in_ascii() -> None:
    assert check_address("http://münchen.example/ä").url == "http://xn--mnchen-3ya.example/%C3%A4"

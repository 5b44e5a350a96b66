"""Where no connection may go, and which addresses are one."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterator, Sequence

import pytest
from news_server import NewsServer, allows_loopback, serving_news
from test_fetch import refusal

from corpus.address import canonical_url, check_address, choose_canonical, is_intranet, is_public
from corpus.errors import FetchError
from corpus.fetch import Fetcher

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

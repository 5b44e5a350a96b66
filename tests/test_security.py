"""The gate in front of the page, and handlers called without it being asked nicely: a real server, raw requests."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from web_fixture import FERRY, running_page

from qa.web.security import MAX_FILE_BYTES


@pytest.fixture(scope="module")
def page() -> Iterator[str]:
    with running_page() as url:
        yield url


def call(
    page: str, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(urlsplit(page).netloc, timeout=30)
    connection.putrequest(method, path, skip_host=True)
    sent = {"Host": urlsplit(page).netloc} | ({} if body is None else {"Content-Length": str(len(body))})
    for name, value in (sent | (headers or {})).items():
        if value:
            connection.putheader(name, value)
    connection.endheaders(body)
    response = connection.getresponse()
    answer = response.status, {k.lower(): v for k, v in response.getheaders()}, response.read()
    connection.close()
    return answer


def run_handler(
    page: str, fn_index: int, data: list[object], headers: dict[str, str] | None = None
) -> dict[str, object]:
    """Call a Gradio handler as a stranger would; gives its last event."""
    body = json.dumps({"data": data, "fn_index": fn_index, "session_hash": "stranger"}).encode()
    status, _, told = call(
        page, "POST", "/gradio_api/queue/join", body, {"Content-Type": "application/json"} | (headers or {})
    )
    assert status == 200, told
    _, _, events = call(page, "GET", "/gradio_api/queue/data?session_hash=stranger")
    lines = [json.loads(line[6:]) for line in events.decode().splitlines() if line.startswith("data: ")]
    return next(line for line in lines if line["msg"] == "process_completed")


def index_of(page: str, n_inputs: int, n_outputs: int) -> int:
    config = json.loads(call(page, "GET", "/config")[2])
    return next(
        d["id"] for d in config["dependencies"] if (len(d["inputs"]), len(d["outputs"])) == (n_inputs, n_outputs)
    )


@pytest.mark.parametrize(
    "host",
    ["evil.test", "evil.test:80", "127.0.0.1.evil.test", "localhost.evil.test:7860", "[::2]", "10.0.0.1", ""],
)
def test_other_hosts_are_refused(page: str, host: str) -> None:
    assert call(page, "GET", "/", headers={"Host": host})[0] in (400, 421)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:9", "127.0.0.1:7860", "[::1]:7860"])
def test_loopback_names_are_served(page: str, host: str) -> None:
    assert call(page, "GET", "/byline/library", headers={"Host": host})[0] == 200


@pytest.mark.parametrize("path", ["/byline/files?name=a.txt", "/gradio_api/queue/join", "/gradio_api/reset"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.test"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_cross_site_posts_are_refused(page: str, path: str, headers: dict[str, str]) -> None:
    sent = {"Content-Type": "multipart/form-data; boundary=x", **headers}
    status, answered, _ = call(page, "POST", path, b"--x--", sent)
    assert status == 403
    assert not [name for name in answered if name.startswith("access-control")]


def test_cross_site_reads_are_refused_but_a_link_to_the_page_works(page: str) -> None:
    other = {"Sec-Fetch-Site": "cross-site"}
    assert call(page, "GET", "/byline/articles", headers=other)[0] == 403
    assert call(page, "GET", "/", headers={**other, "Sec-Fetch-Mode": "no-cors"})[0] == 403
    assert call(page, "GET", "/", headers={**other, "Sec-Fetch-Mode": "navigate"})[0] == 200


def test_the_page_itself_may_post(page: str) -> None:
    own = {"Origin": page, "Sec-Fetch-Site": "same-origin"}
    status, _, told = call(page, "POST", "/byline/files?name=own.txt", b"A heron stood in the reeds. It left.", own)
    assert (status, json.loads(told)[0]["outcome"]) == (200, "added")


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=/etc/passwd",
        f"/gradio_api/file={Path.home()}/.bashrc",
        f"/gradio_api/file={Path(__file__).parent.parent}/app.py",
        "/file=/etc/passwd",
        "/gradio_api/file/etc/passwd",
        "/gradio_api/proxy=http://evil.test/",
        "/gradio_api/info",
        "/gradio_api/openapi.json",
        "/gradio_api/vibe-code",
        "/static/../../../etc/passwd",
        "/assets/..%2f..%2f..%2fetc/passwd",
        "/byline/static/..%2fshell.html",
        "/docs",
        "/openapi.json",
        "/monitoring",
    ],
)
def test_paths_that_the_page_does_not_use_do_not_exist(page: str, path: str) -> None:
    status, _, told = call(page, "GET", path)
    assert status in (404, 422), told
    assert b"root:" not in told


@pytest.mark.parametrize(
    "path",
    ["/gradio_api/upload", "/gradio_api/run/ask", "/gradio_api/call/ask", "/gradio_api/component_server"],
)
def test_gradios_other_doors_are_shut(page: str, path: str) -> None:
    assert call(page, "POST", path, b"{}")[0] == 404
    assert call(page, "DELETE", path)[0] == 404


def test_file_over_the_limit_is_refused_by_its_stated_length(page: str) -> None:
    stated = {"Content-Length": str(MAX_FILE_BYTES + 1)}
    assert call(page, "POST", "/byline/files?name=a.txt", None, stated)[0] == 413
    assert call(page, "POST", "/byline/files?name=a.txt", b"", {"Content-Length": "-5"})[0] in (400, 413)


def test_file_over_the_limit_is_refused_while_it_streams(page: str) -> None:
    connection = http.client.HTTPConnection(urlsplit(page).netloc, timeout=30)

    def endless() -> Iterator[bytes]:
        for _ in range(MAX_FILE_BYTES // 2**20 + 2):
            yield b"x" * 2**20

    try:
        connection.request("POST", "/byline/files?name=a.txt", endless(), encode_chunked=True,
                           headers={"Transfer-Encoding": "chunked"})  # fmt: skip
        assert connection.getresponse().status == 413
    except (BrokenPipeError, ConnectionResetError):
        pass  # the server hung up before we were done: refused as well
    finally:
        connection.close()
    assert not json.loads(call(page, "GET", "/byline/articles?query=xxxx")[2])["rows"]


def test_page_is_sent_with_a_strict_policy_and_a_new_nonce_each_time(page: str) -> None:
    nonces = set()
    for _ in range(2):
        _, headers, body = call(page, "GET", "/")
        policy = headers["content-security-policy"]
        nonce = re.search(r"'nonce-([\w-]+)'", policy)
        assert nonce is not None
        nonces.add(nonce.group(1))
        scripts = re.findall(r"<script[^>]*>", body.decode())
        assert scripts
        assert all(f'nonce="{nonce.group(1)}"' in script for script in scripts)
        assert not re.search(r"gradio\.app|githubusercontent|googleapis|cdnjs", body.decode())
    assert len(nonces) == 2
    script = next(part for part in policy.split(";") if "script-src" in part)
    assert "unsafe-inline" not in script
    for rule in ("default-src 'self'", "object-src 'none'", "frame-ancestors 'none'", "form-action 'self'"):
        assert rule in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"


@pytest.mark.parametrize("question", [None, 7, [], {"a": 1}, "", "   "])
def test_ask_takes_any_value_without_an_error(page: str, question: object) -> None:
    done = run_handler(page, index_of(page, 7, 4), [question, [], question, question, question, question, question])
    assert done["success"], done


def test_ask_refuses_a_long_question_in_words(page: str) -> None:
    done = run_handler(page, index_of(page, 7, 4), ["x" * 2001, None, None, 7, 7, 7, 7])
    assert "A question may have 2,000 characters; this one has 2,001." in json.dumps(done["output"])


@pytest.mark.parametrize("stored", ["x", 7, {"a": 1}, [1, None, {"schema": 1}], [[[]]]])
def test_ask_and_restore_drop_a_malformed_chat(page: str, stored: object) -> None:
    assert run_handler(page, index_of(page, 7, 4), [FERRY, stored, stored, "yes", stored, stored, stored])["success"]
    assert run_handler(page, index_of(page, 2, 3), [stored, stored])["success"]
    assert run_handler(page, index_of(page, 1, 4), [stored])["success"]


def test_failure_is_told_in_plain_words(page: str) -> None:
    shown = json.dumps(run_handler(page, index_of(page, 7, 4), ["please break", [], "", "", "", "", ""])["output"])
    assert "Something went wrong inside Byline" in shown
    assert "secret detail" not in shown
    assert "Traceback" not in shown


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ([None, "x", "", "", ""], "must be text"),
        (["t", "  ", "", "", ""], "needs a title and a text"),
        (["t", "x" * 1_000_001, "", "", ""], "1 MB"),
        (["t" * 501, "x", "", "", ""], "500 characters"),
    ],
)
def test_paste_says_what_is_wrong(page: str, fields: list[object], words: str) -> None:
    done = run_handler(page, index_of(page, 5, 6), fields)
    assert done["success"]
    assert words in json.dumps(done["output"])


@pytest.mark.parametrize("query", ["order=nonsense", "offset=-1", "offset=x", "query=" + "x" * 300, "descending=maybe"])
def test_table_refuses_wrong_parameters(page: str, query: str) -> None:
    assert call(page, "GET", f"/byline/articles?{query}")[0] == 422


def test_article_that_is_not_there_is_a_plain_404(page: str) -> None:
    status, _, told = call(page, "GET", "/byline/article?id=..%2F..%2Fetc%2Fpasswd")
    assert (status, json.loads(told)["detail"]) == (404, "This article is no longer in the library.")


@pytest.mark.parametrize("name", ["..%2F..%2F..%2Ftmp%2Fx.txt", "C%3A%5Cx.txt", "%00.txt", ".", "%2F"])
def test_file_name_never_reaches_the_disk(page: str, name: str) -> None:
    status, _, told = call(page, "POST", f"/byline/files?name={name}", b"Some words about a lake.")
    assert status == 200
    assert all("/" not in line["name"] for line in json.loads(told))

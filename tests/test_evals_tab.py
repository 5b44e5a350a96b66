"""The Evals section of the page: figures of kept runs, cases to look at, runs in the background."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect
from visits import visiting
from web_fixture import FERRY, HOSTILE, KNOWN, FakeAssistant, FakeLibrary, running_page, sample_articles

from evals.cases import read_set
from evals.inbox import read_inbox
from evals.record import SCHEMA, RunFolder
from evals.runs import runs_folder
from evals.score import judge_reply, score_reply
from evals.tab import make_tab
from evals.tab.tab import make_routes
from evals.tab.worker import Worker
from evals.types import CaseResult, EvalCase, Found, Reply
from qa.types import Turn
from qa.web.feedback import write_feedback
from qa.web.owner import Owner

pytestmark = pytest.mark.usefixtures("without_reader")


def keep_run(home: Path, name: str, began: str, cases: list[EvalCase], *, silent: bool = False) -> None:
    """A run as `evals run` leaves it, of the fake assistant's answers."""
    library = FakeLibrary(sample_articles())
    assistant = FakeAssistant(library, {} if silent else KNOWN)
    record = {"schema": SCHEMA, "state": "complete", "began": began, "sets": {"ferries": "f1"}, "system": "byline"}
    with RunFolder.start(runs_folder(home) / name, record | {"plan": {"sets": ["ferries"]}}) as run:
        for case in cases:
            answer = replace(assistant.ask(case.question), question=case.question)
            found = (Found("ferry-sinks-on-lake-oressa", 0, 400, 1.0),)
            reply = judge_reply(Reply(answer, found), case, {a.id: a for a in sample_articles()})
            run.append(CaseResult(case, reply, score_reply(case, reply)))


TURNS = (Turn("user", "What sank?"), Turn("assistant", "A ferry on Lake Oressa sank."))
CASES = [
    EvalCase("right", FERRY, True, ("Sixty-seven",), tags=("how-many",), set_name="ferries"),
    EvalCase("wrong", FERRY + " Really?", True, ("seventy-one",), tags=("how-many",), set_name="ferries"),
    EvalCase("refused", "Who is the zzz?", True, ("Nobody",), tags=("who",), set_name="ferries"),
    EvalCase("follow", FERRY + " And then?", True, ("x",), history=TURNS, set_name="ferries"),
    EvalCase("none", "What is zzz?", False, tags=("off-topic",), set_name="ferries"),
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    home = tmp_path_factory.mktemp("tab")
    (home / "evals").mkdir()
    (home / "evals" / "one.txt").write_text("The lamp\n\nThe lamp is red. It was made in Osmere by two sisters.")
    case = {"id": "a", "question": "Where was the lamp made?", "answerable": True, "answers": ["Osmere"]}
    head = {"set": "lamps", "articles": "one.txt"}
    (home / "evals" / "lamps.jsonl").write_text(json.dumps(head) + "\n" + json.dumps(case))
    (home / "evals" / "broken.jsonl").write_text("{")
    keep_run(home, "20260101-100000-ferries", "2026-01-01T10:00:00+00:00", CASES, silent=True)
    keep_run(home, "20260102-100000-ferries", "2026-01-02T10:00:00+00:00", CASES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BYLINE_HOME", str(home))
        yield home


@pytest.fixture(scope="module")
def worker(home: Path) -> Worker:
    return Worker(home, nicer=0)  # or a busy machine lets it wait for minutes


@pytest.fixture(scope="module")
def address(home: Path, worker: Worker) -> Iterator[str]:
    tab = replace(make_tab(home), make_routes=lambda loaded: make_routes(home, loaded, Owner(), worker))
    with running_page(tabs=[tab]) as url:
        yield url


def test_figures_stand_beside_the_last_run_s_and_a_case_opens_as_a_chat(address: str, browser: Browser) -> None:
    with visiting(browser, address) as page:
        page.get_by_role("link", name="Evals").click()
        page.locator("#evals-rows tr").first.wait_for()
        row = page.locator("#evals-rows tr", has_text="contains_answer@3")
        expect(row).to_contain_text("0.250")
        expect(row.locator(".better")).to_contain_text("0.000better now")
        expect(page.locator("#evals-charts svg").first).to_be_visible()
        expect(page.locator("#evals-failed-title")).to_have_text("To look at (3)")
        page.locator(".evals-case", has_text="Really?").click()
        body = page.locator(".evals-body:visible")
        body.locator(".claim").first.wait_for()
        expect(body.locator(".claim").first).to_contain_text("Sixty-seven people")
        expect(body.locator(".evals-gold")).to_contain_text("seventy-one")
        body.locator(".mark").first.click()
        page.locator(".reader mark.strong").wait_for()
        expect(page.locator(".reader mark.strong")).to_contain_text("Sixty-seven people")
        page.keyboard.press("Escape")
        body.get_by_role("button", name="Ask it in the chat").click()
        page.locator('#now .exchange[data-done="true"]').wait_for()
        expect(page.locator('#now .exchange[data-done="true"] h2')).to_have_text(FERRY + " Really?")
        expect(page.locator("#tab-evals")).to_be_hidden()


def test_a_follow_up_opens_as_a_chat_with_its_earlier_turns(address: str, browser: Browser) -> None:
    with visiting(browser, address) as page:
        page.get_by_role("link", name="Evals").click()
        page.locator(".evals-case", has_text="And then?").click()
        body = page.locator(".evals-body:visible")
        expect(body).to_contain_text("A ferry on Lake Oressa sank.")
        body.get_by_role("button", name="Ask it in the chat").click()
        expect(page.locator('#now .exchange[data-done="true"] h2')).to_have_text(FERRY + " And then?")
        expect(page.locator("#past .exchange")).to_have_count(1)
        expect(page.locator("#past .exchange")).to_contain_text("A ferry on Lake Oressa sank.")


def test_what_readers_said_is_looked_at_and_kept_as_a_draft_or_dropped(
    address: str, home: Path, browser: Browser
) -> None:
    library = FakeLibrary(sample_articles())
    answer = FakeAssistant(library, KNOWN).ask(FERRY)
    write_feedback(home, "right", answer)
    write_feedback(home, "wrong", replace(answer, question="Was it raining?"), TURNS)
    with visiting(browser, address) as page:
        page.get_by_role("link", name="Evals").click()
        expect(page.locator("#evals-inbox-title")).to_have_text("From readers (2)")
        page.locator("#evals-waiting .evals-case", has_text=FERRY).click()
        page.get_by_role("button", name="Keep as a draft").locator("visible=true").click()
        expect(page.locator("#evals-inbox-told")).to_contain_text("python -m evals new SET --drafts")
        page.locator("#evals-waiting .evals-case", has_text="raining").click()
        expect(page.locator("#evals-waiting .evals-body")).to_contain_text("A ferry on Lake Oressa sank.")
        page.get_by_role("button", name="Drop").locator("visible=true").click()
        expect(page.locator("#evals-inbox-told")).to_have_text("Dropped.")
        expect(page.locator("#evals-waiting li")).to_have_count(0)
    [draft] = read_set(str(home / "evals" / "drafts.jsonl")).cases
    assert (draft.question, draft.draft, draft.answerable) == (FERRY, True, True)
    assert draft.sentences
    assert read_inbox(home).waiting == ()
    (home / "evals" / "drafts.jsonl").unlink()


def test_only_the_owner_sees_and_settles_what_readers_said(tmp_path: Path) -> None:
    kept = write_feedback(tmp_path, "wrong", FakeAssistant(FakeLibrary(sample_articles()), KNOWN).ask(FERRY))
    with running_page(tabs=[make_tab(tmp_path, Owner(readonly=True))]) as url, httpx.Client(trust_env=False) as client:
        base = f"{url}/byline/tabs/evals/inbox"
        assert client.get(base).json()["waiting"] == []
        press = {"id": kept.id, "at": kept.at, "what": "drop"}
        assert client.post(base, json=press).status_code == 403
    assert len(read_inbox(tmp_path).waiting) == 1


def test_the_section_fits_a_phone_and_answers_to_the_keyboard(address: str, browser: Browser) -> None:
    with visiting(browser, f"{address}", viewport={"width": 360, "height": 780}) as page:
        page.goto(f"{address}/#evals")
        page.locator("#evals-rows tr").first.wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        top, head = (page.locator(s).bounding_box() for s in ("#tab-evals h1", ".masthead"))
        assert top
        assert head
        assert top["y"] < head["y"] + head["height"] + 100
        page.locator(".evals-case").first.focus()
        page.keyboard.press("Enter")
        expect(page.locator(".evals-case").first).to_have_attribute("aria-expanded", "true")


def test_a_set_is_run_beside_the_page_and_can_be_stopped(address: str, worker: Worker) -> None:
    base = f"{address}/byline/tabs/evals"
    with httpx.Client(trust_env=False, timeout=60) as client:

        def state() -> Any:
            return client.get(f"{base}/state").json()

        sets = {s["name"]: s for s in state()["sets"]}
        assert (sets["lamps"]["n"], "path" in sets["lamps"]) == (1, False)
        assert "broken.jsonl:1" in sets["broken"]["problem"]
        assert client.post(f"{base}/start", json={"name": "lamps"}).json() == {"started": "lamps"}
        assert client.post(f"{base}/start", json={"name": "lamps"}).status_code == 409
        worker.wait()
        progress = state()["progress"]
        assert (progress["state"], progress["done"], progress["total"]) == ("done", 1, 1), progress
        assert state()["runs"][0]["run"] == progress["run"]
        found = client.get(f"{base}/run", params={"run": progress["run"]}).json()
        assert {f["name"]: f["value"] for f in found["figures"]}["contains_answer@3"] == 1.0
        report = client.get(f"{base}/report", params={"run": progress["run"]})
        assert "attachment" in report.headers["content-disposition"]
        assert client.post(f"{base}/start", json={"name": "lamps"}).status_code == 200
        assert client.post(f"{base}/stop").status_code == 200
        assert state()["progress"]["state"] == "stopped"


@pytest.mark.parametrize(
    ("path", "params", "status"),
    [
        ("run", {"run": "../../etc"}, 404),
        ("run", {"run": "..", "n": 0}, 404),
        ("case", {"run": "20260102-100000-ferries", "n": 99}, 404),
        ("case", {"run": "20260102-100000-ferries", "n": -1}, 422),
        ("report", {"run": "20260102-100000-ferries"}, 404),
        ("nothing", {}, 404),
    ],
)
def test_what_is_not_there_is_said(address: str, path: str, params: dict[str, Any], status: int) -> None:
    answer = httpx.get(f"{address}/byline/tabs/evals/{path}", params=params, trust_env=False)
    assert answer.status_code == status


def test_only_sets_that_are_listed_can_be_run(address: str) -> None:
    base = f"{address}/byline/tabs/evals"
    for name in ("/etc/passwd", "../x.jsonl", "nosuch"):
        assert httpx.post(f"{base}/start", json={"name": name}, trust_env=False).status_code == 404
    assert httpx.post(f"{base}/start", json={"name": "broken"}, trust_env=False).status_code == 409
    assert httpx.post(f"{base}/stop", headers={"origin": "http://other.example"}, trust_env=False).status_code == 403


def test_nothing_hostile_in_a_run_becomes_markup(tmp_path: Path, browser: Browser) -> None:
    hits: list[str] = []

    class Canary(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hits.append(self.path)

    canary = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Canary)
    threading.Thread(target=canary.serve_forever, daemon=True).start()
    bad = HOSTILE.format(canary=f"http://127.0.0.1:{canary.server_port}")
    case = EvalCase(bad, f"{FERRY} {bad}", True, (bad,), (bad,), tags=(bad, "b"), set_name=bad)
    keep_run(tmp_path, "20260101-100000-bad", "2026-01-01T10:00:00+00:00", [case, replace(CASES[2], set_name=bad)])
    with running_page(tabs=[make_tab(tmp_path)]) as url, visiting(browser, url) as page:
        page.goto(f"{url}/#evals")
        page.locator(".evals-case").first.click()
        expect(page.locator(".evals-gold").first).to_contain_text("<script>")
        assert page.locator("#tab-evals img, #tab-evals script").count() == 0
    canary.shutdown()
    canary.server_close()
    assert hits == []

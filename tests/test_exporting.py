"""A chat as a file to take along: its footnotes, what is escaped, and in which language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from library_fixtures import open_library
from test_chats import make_answer

from qa.chats.store import Chats
from qa.types import Answer, Claim
from qa.web.exporting import export_json, export_markdown
from qa.web.words import speaking
from qa.when import When


@pytest.fixture
def chats(tmp_path: Path) -> Iterator[Chats]:
    with open_library(tmp_path / "home", own=False) as library:
        yield Chats(library, lambda: datetime(2026, 11, 25, tzinfo=UTC))


def test_markdown_has_a_footnote_for_each_citation_and_shows_text_as_text(chats: Chats) -> None:
    hostile = make_answer("Is <b> *bold*?", "[x](javascript:alert(1)) <img src=x>", searched_for="Said anew")
    bad = replace(hostile.claims[0].citations[0], url="javascript:alert(1)")
    hostile = replace(hostile, claims=(replace(hostile.claims[0], citations=(bad,), support="partial", reason="why"),))
    chat_id = chats.keep("ana", "", make_answer())
    chats.keep("ana", chat_id, hostile)
    chat = chats.chat("ana", chat_id)
    assert chat is not None
    text = export_markdown(chat)
    footnote = "The Tarvenian, Ferry \\*sinks\\* \\[now\\], 10 April 2026"
    assert f"[^1-1]: {footnote}, <https://news.example/a>: “It sank on Friday.”" in text
    assert "It sank on Friday.[^1-1]" in text
    assert f"[^2-1]: {footnote}: “\\[x\\](javascript:alert(1)) \\<img src=x\\>”" in text
    assert "## Is \\<b\\> \\*bold\\*?" in text
    assert "Searched for: Said anew" in text
    assert "(partly supported: why)" in text
    whole = export_json(chat)
    assert [Answer.from_json(item["answer"]) for item in whole["exchanges"]] == chat.answers


def test_a_chat_is_exported_in_the_language_of_the_page(chats: Chats) -> None:
    doubted = replace(make_answer().claims[0], support="partial", reason="the article says 14, not 31")
    day = Claim("10 April 2026", (), "unsupported", kind="lead")
    since = When(
        "since the vote", "since the vote of 9 Apr 2026, from “V”", "2026-04-09", only=True, older=2, event="V"
    )
    before = replace(since, words="before the vote", first=None, last="2026-04-08", older=0)
    chat_id = chats.keep("ana", "", make_answer(claims=(day, doubted), when=since))
    chats.keep("ana", chat_id, make_answer(status="not_found", claims=(), when=before))
    chat = chats.chat("ana", chat_id)
    assert chat is not None
    with speaking("de"):
        text = export_markdown(chat)
    assert "*Ohne Sprachmodell, 25. November 2026*" in text
    assert "„since the vote“ verstanden als: since the vote (9. Apr. 2026), nach „V“. 2 ältere Artikel nicht" in text
    assert "before the vote (9. Apr. 2026), nach „V“" in text
    assert "\n10\\. April 2026 It sank on Friday.[^1-1] (teilweise belegt: der Artikel sagt 14, nicht 31)" in text
    assert "[^1-1]: The Tarvenian, Ferry \\*sinks\\* \\[now\\], 10. April 2026, <" in text
    assert "Davon steht nichts in den Artikeln." in text

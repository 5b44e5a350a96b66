"""Chats in the library's database: whose they are, what is found, what is gone when it is deleted."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from library_fixtures import open_library
from sqlalchemy import insert

from corpus.errors import ConfigError, LibraryError
from corpus.library import Library
from qa.chats.store import Chats
from qa.chats.tables import chats as table
from qa.chats.tables import exchanges
from qa.types import Answer, Citation, Claim, Searched
from qa.web.visitors import KEY_FILE, Visitors


def make_answer(question: str = "When did it sink?", quote: str = "It sank on Friday.", **changes: object) -> Answer:
    cite = Citation(
        1, "a1", "Ferry *sinks* [now]", "The Tarvenian", "https://news.example/a", "2026-04-10", 0, 18, quote
    )
    fields = {
        "question": question,
        "searched_for": question,
        "status": "answered",
        "claims": (Claim(quote, (cite,), "quote"),),
        "short_answer": None,
        "also_read": (),
        "nearest": (),
        "searched": Searched(3, "2026-04-01", "2026-04-30"),
        "answerer": "Built-in answerer",
        "confidence": 0.9,
        "seconds": 0.1,
        "usage": None,
        "library_generation": 1,
    }
    return Answer(**(fields | changes))  # type: ignore[arg-type]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_library(tmp_path / "home", own=False) as opened:
        yield opened


@pytest.fixture
def chats(library: Library) -> Chats:
    ticks = count()
    return Chats(library, lambda: datetime(2026, 11, 25, tzinfo=UTC) + timedelta(seconds=next(ticks)))


def test_a_chat_is_whole_after_the_library_was_closed(tmp_path: Path) -> None:
    first, second = make_answer(), make_answer("And where?", "On Lake Oressa.")
    with open_library(tmp_path, own=False) as library:
        chats = Chats(library)
        chat_id = chats.keep("ana", "", first)
        assert chats.keep("ana", chat_id, second) == chat_id
    with open_library(tmp_path, own=False) as library:
        chat = Chats(library).chat("ana", chat_id)
    assert chat is not None
    assert chat.answers == [first, second]
    assert (chat.row.title, chat.row.n_exchanges) == ("When did it sink?", 2)


def test_nobody_reaches_anothers_chat(chats: Chats) -> None:
    chat_id = chats.keep("ana", "", make_answer())
    assert chats.chat("ben", chat_id) is None
    assert chats.rows("ben") == ([], 0)
    assert chats.rows("ben", "sink") == ([], 0)
    assert not chats.rename("ben", chat_id, "Mine now")
    assert not chats.delete("ben", chat_id)
    with pytest.raises(LibraryError, match="no such chat"):
        chats.share("ben", chat_id, on=True)
    # An answer for another's chat begins one of his own.
    own = chats.keep("ben", chat_id, make_answer("Whose is this?"))
    assert own != chat_id
    assert chats.keep("ben", chat_id, make_answer("Replaced?"), replacing=True) not in (chat_id, own)
    mine = chats.chat("ana", chat_id)
    assert mine is not None
    assert [a.question for a in mine.answers] == ["When did it sink?"]
    assert mine.row.title == "When did it sink?"


def test_the_list_is_the_latest_first_in_pages_and_a_search_wants_every_word(chats: Chats) -> None:
    ids = [chats.keep("ana", "", make_answer(f"Question {n}?", f"The heron number {n} left.")) for n in range(7)]
    chats.keep("ana", ids[2], make_answer("More about 2?", "Straße_100% stays."))
    rows, total = chats.rows("ana", limit=3)
    assert ([row.id for row in rows], total) == ([ids[2], ids[6], ids[5]], 7)
    assert [row.id for row in chats.rows("ana", limit=3, offset=6)[0]] == [ids[0]]
    assert [row.id for row in chats.rows("ana", "HERON 5")[0]] == [ids[5]]
    assert [row.id for row in chats.rows("ana", "STRASSE_100%")[0]] == [ids[2]]
    assert chats.rows("ana", "100_")[1] == 0  # no wildcards
    assert chats.rename("ana", ids[0], "  Grey \n birds ")
    assert [(row.id, row.title) for row in chats.rows("ana", "grey")[0]] == [(ids[0], "Grey birds")]
    with pytest.raises(LibraryError, match="needs a title"):
        chats.rename("ana", ids[0], " \n ")


def test_the_list_of_many_chats_is_read_from_an_index(library: Library, chats: Chats) -> None:
    chats.rows("ana")
    with library.writing() as connection:
        common = {"title": "t", "began": "2026-01-01T00:00:00+00:00", "link": None, "brought": 0, "n_exchanges": 1}
        rows = [
            {"id": f"c{n}", "visitor": f"v{n % 3}", "touched": f"2026-01-01T00:00:00.{n:06}+00:00", **common}
            for n in range(3_000)
        ]
        connection.execute(insert(table), rows)
        plan = connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT * FROM chats WHERE visitor = 'v1' ORDER BY touched DESC, id DESC LIMIT 50"
        ).all()
    assert "ix_chats_visitor_touched" in str(plan)
    assert "TEMP B-TREE" not in str(plan)
    found, total = chats.rows("v1")
    assert ([row.id for row in found[:2]], len(found), total) == (["c2998", "c2995"], 50, 1000)


def test_a_replaced_answer_is_gone_and_found_no_more(chats: Chats) -> None:
    chat_id = chats.keep("ana", "", make_answer())
    chats.keep("ana", chat_id, make_answer("A slip of the pen", "A platypus appeared."))
    chats.keep("ana", chat_id, make_answer("And where?", "On Lake Oressa."), replacing=True)
    chat = chats.chat("ana", chat_id)
    assert chat is not None
    assert [a.question for a in chat.answers] == ["When did it sink?", "And where?"]
    assert chat.row.n_exchanges == 2
    assert chats.rows("ana", "platypus") == ([], 0)


def test_a_deleted_chat_is_in_no_file_of_the_library(library: Library, chats: Chats) -> None:
    home = library.config.home

    def files_with(words: bytes) -> list[str]:
        return [path.name for path in home.rglob("*") if path.is_file() and words in path.read_bytes()]

    keeps = chats.keep("ana", "", make_answer("A zorilla stays?"))
    chat_id = chats.keep("ana", "", make_answer("Where is the quagga?", "The quagga left."))
    assert files_with(b"quagga")
    assert chats.delete("ana", chat_id)
    assert files_with(b"quagga") == []
    assert files_with(b"zorilla")
    assert chats.chat("ana", chat_id) is None
    assert [row.id for row in chats.rows("ana")[0]] == [keeps]
    assert not chats.delete("ana", chat_id)


def test_a_share_link_works_until_it_is_taken_back(chats: Chats) -> None:
    chat_id = chats.keep("ana", "", make_answer())
    link = chats.share("ana", chat_id, on=True)
    assert link is not None
    assert len(link) >= 32
    assert link != chat_id
    assert chats.share("ana", chat_id, on=True) == link
    shared = chats.shared(link)
    assert shared is not None
    assert shared.row.id == chat_id
    assert chats.shared(chat_id) is None
    assert chats.shared("") is None
    assert chats.share("ana", chat_id, on=False) is None
    assert chats.shared(link) is None
    assert chats.share("ana", chat_id, on=True) != link  # a link once taken back stays dead


def test_a_full_store_and_a_long_chat_are_met_in_words(library: Library) -> None:
    chats = Chats(library, most=2, most_exchanges=2)
    chat_id = chats.keep("ana", "", make_answer())
    chats.keep("ana", chat_id, make_answer("Two?"))
    assert chats.keep("ana", chat_id, make_answer("Three?")) != chat_id
    with pytest.raises(LibraryError, match="No more chats"):
        chats.keep("ben", "", make_answer())


def test_text_that_no_database_holds_does_no_harm(chats: Chats) -> None:
    chat_id = chats.keep("ana", "", make_answer("a\x00b \ud800?", "Nul \x00 stays."))
    chat = chats.chat("ana", chat_id)
    assert chat is not None
    assert chat.answers[0].question == "a\x00b \ud800?"
    assert chat.row.title == "a b ??"
    assert chats.rows("ana", "nul \x00 \ud800")[1] == 1


def test_an_answer_of_another_version_is_left_out_and_counted(library: Library, chats: Chats) -> None:
    chat_id = chats.keep("ana", "", make_answer())
    with library.writing() as connection:
        row = {"chat_id": chat_id, "n": 9, "at": "2026-11-25T00:00:00+00:00", "answer": '{"schema": 99}'}
        connection.execute(insert(exchanges).values(row))
    chat = chats.chat("ana", chat_id)
    assert chat is not None
    assert (len(chat.answers), chat.n_lost) == (1, 1)


def test_chats_of_a_later_byline_are_refused(library: Library, chats: Chats) -> None:
    chats.rows("ana")
    with library.writing() as connection:
        connection.exec_driver_sql("UPDATE chat_schema SET schema = 7")
    with pytest.raises(LibraryError, match="schema version 7"):
        Chats(library).rows("ana")


def test_a_browsers_own_chat_is_taken_over_once_and_cannot_be_shared(chats: Chats) -> None:
    answers = [make_answer(), make_answer("And where?")]
    chat_id = chats.bring("ana", answers)
    assert chats.bring("ana", answers) == chat_id
    assert chats.rows("ana")[1] == 1
    assert chats.bring("ben", answers) != chat_id
    with pytest.raises(LibraryError, match="cannot vouch"):
        chats.share("ana", chat_id, on=True)


def test_the_cookie_is_signed_with_a_key_that_only_its_owner_can_read(tmp_path: Path) -> None:
    visitors = Visitors.at(tmp_path / "home")
    path = tmp_path / "home" / KEY_FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    value = visitors.greet()
    name = value.split(".")[0]
    sent = f"other=1; {visitors.cookie}={value}"
    assert visitors.read(sent) == name
    assert Visitors.at(tmp_path / "home").read(sent) == name  # after a restart
    other = Visitors.at(tmp_path / "another")
    assert other.cookie != visitors.cookie
    for forged in (name, f"{name}.", f"x{value}", value[:-1] + ("0" if value[-1] != "0" else "1"), "é.é", ".", ""):
        assert visitors.read(f"{visitors.cookie}={forged}") is None
    assert visitors.read(f"{visitors.cookie}={other.greet(name)}") is None
    assert visitors.read(None) is None
    path.write_bytes(b"short")
    with pytest.raises(ConfigError, match="holds no key"):
        Visitors.at(tmp_path / "home")


OLD_WORDS = """
CREATE TABLE chat_words (chat_id VARCHAR NOT NULL, title VARCHAR NOT NULL, body VARCHAR NOT NULL,
PRIMARY KEY (chat_id), FOREIGN KEY(chat_id) REFERENCES chats (id) ON DELETE CASCADE)
"""


def test_chats_of_the_first_schema_are_found_as_before(library: Library, chats: Chats) -> None:
    quagga, other = chats.keep("ana", "", make_answer("Where is the Quagga?")), chats.keep("ben", "", make_answer())
    with library.writing() as connection:  # as it was then
        for statement in (
            OLD_WORDS,
            "INSERT INTO chat_words SELECT chat_id, substr(said, 1, instr(said, char(10)) - 1), "
            "substr(said, instr(said, char(10)) + 1) FROM chat_text",
            "DROP TABLE chat_grams",
            "DROP TABLE chat_text",
            "UPDATE chat_schema SET schema = 1",
        ):
            connection.exec_driver_sql(statement)
    again = Chats(library)
    assert [row.id for row in again.rows("ana", "quagga sank")[0]] == [quagga]
    assert [row.id for row in again.rows("ben", "sank")[0]] == [other]
    assert again.rename("ana", quagga, "A zebra")
    assert again.rows("ana", "quag")[1] == 1  # it is asked about all the same
    with library.reading() as connection:
        assert not connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'chat_words'").all()


def test_a_search_finds_the_same_with_its_index_and_without(library: Library, chats: Chats) -> None:
    for said in ("Größe, naïve “Zoë”", "groesse", "東京の天気", 'she said "no"', "a_b 100%", "x"):
        chats.keep("ana", "", make_answer("And?", said))
    asked = (
        "größe",
        "GRÖSSE",
        "oess",
        "zoë",
        "東京の",
        "京の",
        '"no"',
        "“zoë",
        "_b",
        "00%",
        "a",
        "%",
        "no AND",
        "no OR",
    )
    with_index = [[row.id for row in chats.rows("ana", query)[0]] for query in asked]
    with library.writing() as connection:
        in_index = 'SELECT count(*) FROM chat_grams WHERE chat_grams MATCH \'"röß" OR "rös"\''
        assert connection.exec_driver_sql(in_index).scalar_one() == 1
        for trigger in ("added", "removed", "changed"):
            connection.exec_driver_sql(f"DROP TRIGGER chat_text_{trigger}")
        connection.exec_driver_sql("DROP TABLE chat_grams")
    assert [[row.id for row in chats.rows("ana", query)[0]] for query in asked] == with_index
    assert [len(found) for found in with_index] == [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 6, 1, 1, 0]

"""Several processes over one Postgres, their vectors apart or on one Chroma server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from databases import ChromaServer, PostgresServer
from fakes import HashEmbedder
from library_fixtures import ROOT, ask, open_it, same, storm, wait_until
from test_chats import make_answer

from corpus.backup import back_up
from corpus.config import LibraryConfig, read_database_url
from corpus.errors import BylineError, ConfigError, LibraryError
from qa.chats.store import Chats

SECRET = PostgresServer.password


@pytest.fixture(params=["embedded", "server"])
def homes(
    request: pytest.FixtureRequest, tmp_path: Path, postgres: PostgresServer
) -> tuple[LibraryConfig, LibraryConfig]:
    """Two machines, as far as files go, over one database, their vectors apart or on one server."""
    address = request.getfixturevalue("chroma").address if request.param == "server" else ""
    config = LibraryConfig(tmp_path / "one", database=postgres.make(), chroma=address)
    return config, replace(config, home=tmp_path / "two")


def start_elsewhere(config: LibraryConfig, *args: object) -> subprocess.Popen[str]:
    env = os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}
    env |= {"BYLINE_DB": config.database, "BYLINE_CHROMA": config.chroma}
    command = [sys.executable, str(ROOT / "tests" / "add_worker.py"), str(config.home), *map(str, args)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env, cwd=ROOT)


def test_what_one_page_process_adds_the_others_answer(homes: tuple[LibraryConfig, LibraryConfig]) -> None:
    here, there = homes
    with open_it(here, background=True) as one, open_it(there, background=True) as two:
        one.add([storm(i) for i in range(20)])
        assert ask(two, "alpha7").words[0][0].startswith("a7/"), "at once, from the database"
        two.add([storm(7, text="A wholly new gamma text.")])
        two.remove(["a3"])
        for library in (one, two):
            assert ask(library, "gamma").words[0][0].startswith("a7/")
            assert ask(library, "alpha3").words == ()
        keepers = [library for library in (one, two) if library.owner is None]
        assert len(keepers) == (1 if here.chroma else 2), "one keeps what they share, each what is its own"
        for library in keepers:
            wait_until(lambda kept=library: bool(kept._indexes and kept._indexes.head == kept._head()), 60)
        answers = [ask(library, "storm town2", k=100) for library in (one, two)]
        # Scores of words are each index's own: what was removed weighs in them until its files are merged.
        assert len({frozenset(id_ for id_, _ in answer.words) for answer in answers}) == 1
        assert same(*(replace(answer, words=()) for answer in answers))


def test_killed_keeper_on_another_machine_is_followed(
    tmp_path: Path, postgres: PostgresServer, chroma: ChromaServer
) -> None:
    there = LibraryConfig(tmp_path / "there", database=postgres.make(), chroma=chroma.address)
    worker = start_elsewhere(there, 5, "own", "hold")
    assert worker.stdout
    assert worker.stdout.readline() == "open None\n"
    for _ in range(5):
        worker.stdout.readline()
    events: list[str] = []
    with open_it(replace(there, home=tmp_path / "here"), background=True, on_event=events.append) as page:
        assert page.owner == "another process of the same database"
        assert ask(page, "comet4").words[0][0].startswith("w4/")
        os.kill(worker.pid, signal.SIGKILL)
        worker.communicate()
        wait_until(lambda: page.owner is None and bool(page._indexes and page._indexes.head == page._head()), 60)
        assert page.examine().problems == ()
    assert "rebuild words" in events
    assert "rebuild" not in events, "the collection could be trusted, and its words are this machine's own"


def test_restarted_postgres_is_used_again(tmp_path: Path, postgres: PostgresServer) -> None:
    with open_it(LibraryConfig(tmp_path, database=postgres.make())) as library:
        library.add([storm(1)])
        postgres.stop()
        try:
            with pytest.raises(LibraryError, match="cannot be reached") as caught:
                library.add([storm(2)])
            assert SECRET not in str(caught.value)
        finally:
            postgres.start()
        assert library.add([storm(2)]).added == ("a2",)
        assert ask(library, "alpha1").words[0][0].startswith("a1/")


def test_wrong_addresses_are_refused_without_a_word_of_the_password(tmp_path: Path, postgres: PostgresServer) -> None:
    good = postgres.make()
    wrong = [good.replace("byline:", "nobody:"), f"{good}-not", good.replace(SECRET, f"{SECRET}-not")]
    for address in wrong:
        with pytest.raises(BylineError) as caught:
            open_it(LibraryConfig(tmp_path, database=address))
        assert SECRET not in str(caught.value)
    for value in (
        "mysql://x",
        f"postgresql+psycopg://u:{SECRET}@x@host/d",
        f"postgresql://u:{SECRET}@h:x/d",
        "sqlite:///x",
    ):
        with pytest.raises(ConfigError, match="BYLINE_DB") as refused:
            read_database_url(value)
        assert SECRET not in str(refused.value)
    assert SECRET not in repr(LibraryConfig(tmp_path, database=good, chroma=f"http://u:{SECRET}@host:1"))


def test_user_who_may_only_read_answers_and_is_told(tmp_path: Path, postgres: PostgresServer) -> None:
    address = postgres.make()
    with open_it(LibraryConfig(tmp_path / "one", database=address)) as library:
        library.add([storm(1)])
    postgres.sql(
        address,
        f"CREATE ROLE reader LOGIN PASSWORD '{SECRET}'",
        "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader",
    )
    reading = LibraryConfig(tmp_path / "two", database=address.replace("byline:", "reader:"))
    with open_it(reading) as library:
        assert ask(library, "alpha1").words[0][0].startswith("a1/")
        with pytest.raises(LibraryError, match="read-only"):
            library.add([storm(2)])


def test_writer_that_hangs_in_postgres_is_named(tmp_path: Path, postgres: PostgresServer) -> None:
    import psycopg

    address = postgres.make()
    with open_it(LibraryConfig(tmp_path, database=address)) as library:
        library.add([storm(1)])
        with psycopg.connect(address.replace("+psycopg", "")) as other:
            other.execute("SELECT pg_advisory_xact_lock(hashtextextended('byline ' || current_schema(), 0))")
            wait_until(lambda: "pg_terminate_backend" in "".join(map(str, library.examine().problems)))
        assert library.examine().problems == ()


def test_backup_of_postgres_has_the_tables_that_others_keep_beside(tmp_path: Path, postgres: PostgresServer) -> None:
    address = postgres.make()
    with open_it(LibraryConfig(tmp_path / "home", database=address)) as library:
        library.add([storm(i) for i in range(5)])
        library.remove(["a4"])
        postgres.sql(
            address, "CREATE TABLE beside (name varchar PRIMARY KEY, n integer)", "INSERT INTO beside VALUES ('a', 7)"
        )
        back_up(library, tmp_path / "copy.sqlite3")
        (tmp_path / "restored").mkdir()
        (tmp_path / "copy.sqlite3").rename(tmp_path / "restored" / "library.sqlite3")
        with open_it(LibraryConfig(tmp_path / "restored")) as restored:
            assert restored.articles(["a0", "a4"]) == library.articles(["a0", "a4"])
            answers = [ask(each, "storm town2", k=100) for each in (restored, library)]
            assert same(*(replace(answer, words=()) for answer in answers))
            assert restored.versions("a4") == library.versions("a4")
            assert restored.examine().problems == ()
            with restored.reading() as connection:
                assert connection.exec_driver_sql("SELECT * FROM beside").all() == [("a", 7)]


def test_doctor_finds_damaged_rows_in_postgres_and_mends_them(tmp_path: Path, postgres: PostgresServer) -> None:
    address = postgres.make()
    embedder = HashEmbedder()
    with open_it(LibraryConfig(tmp_path, database=address), embedder=embedder) as library:
        library.add([storm(i) for i in range(30)])
        ids = [library.passages_of(f"a{i}")[0].passage.id for i in range(30)]
        postgres.sql(
            address,
            f"DELETE FROM passages WHERE id = '{ids[1]}'",
            f"UPDATE passages SET \"end\" = 9999 WHERE id = '{ids[2]}'",
            f"UPDATE passages SET vector = '\\x00' WHERE id = '{ids[3]}'",
            f"DELETE FROM sentences WHERE passage_id = '{ids[4]}'",
            "UPDATE ledger SET generation = 99 WHERE article_id = 'a5'",
        )
        said = "\n".join(map(str, library.examine().problems))
        for i in range(1, 5):
            assert f"the article “a{i}” " in said, said
        assert "1 changes are dated after the library's generation" in said
        n = embedder.n_encoded
        list(library.repair())
        assert embedder.n_encoded == n + 4
        assert library.examine().problems == ()


def test_chats_are_kept_in_postgres_too(tmp_path: Path, postgres: PostgresServer) -> None:
    config = LibraryConfig(tmp_path, database=postgres.make())
    with open_it(config, own=False) as library:
        chats = Chats(library)
        one, other = (chats.keep("ana", "", make_answer(question)) for question in ("When did it sink?", "Who won?"))
        assert chats.keep("ana", one, make_answer("And where?")) == one
    with open_it(config, own=False) as library:
        chats = Chats(library)
        assert [row.id for row in chats.rows("ana")[0]] == [one, other]
        assert [row.id for row in chats.rows("ana", "where")[0]] == [one]
        assert chats.rename("ana", one, "The ferry")
        chat = chats.chat("ana", one)
        assert chat is not None
        assert (chat.row.title, len(chat.answers)) == ("The ferry", 2)
        assert chats.delete("ana", one)
        assert chats.chat("ana", one) is None

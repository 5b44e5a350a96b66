"""Vectors on a Chroma server: what is trusted, what is built anew, and what happens while it is down."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from databases import ChromaServer, PostgresServer
from library_fixtures import EMBEDDER, ask, open_it, same, storm

from corpus.chroma import ChromaServer as Address
from corpus.chroma import IndexUnreachable, ServerVectors, collection_name
from corpus.config import LibraryConfig, read_chroma_url
from corpus.errors import ConfigError, IndexesUnwritable
from corpus.library import Library

SECRET = PostgresServer.password


def collection_of(library: Library, chroma: ChromaServer) -> object:
    import chromadb

    name = collection_name(library.config.home, library._database.identity())
    clients.append(chromadb.HttpClient("127.0.0.1", chroma.port))
    return clients[-1].get_collection(name, embedding_function=None)


clients: list[Any] = []


@pytest.fixture(autouse=True)
def closing() -> Iterator[None]:
    yield
    while clients:
        client = clients.pop()
        client.close()
        client._server._session.close()


def lose(collection: object) -> None:
    ids = collection.get(include=[])["ids"]  # type: ignore[attr-defined]
    collection.delete(ids=ids[:3])  # type: ignore[attr-defined]


def lose_and_make_up_for_it(collection: object) -> None:
    """The number is right, and passages are not found by their own vectors."""
    ids = collection.get(include=[])["ids"]  # type: ignore[attr-defined]
    flat = [[0.125] * 64] * 3
    collection.update(ids=ids[:3], embeddings=flat)  # type: ignore[attr-defined]


def leave_half_done(collection: object) -> None:
    collection.modify(metadata=dict(collection.metadata) | {"whole": False})  # type: ignore[attr-defined]


def say_another_state(collection: object) -> None:
    collection.modify(metadata=dict(collection.metadata) | {"epoch": "another"})  # type: ignore[attr-defined]


def be_ahead(collection: object) -> None:
    collection.modify(metadata=dict(collection.metadata) | {"generation": 99})  # type: ignore[attr-defined]


@pytest.mark.parametrize("damage", [lose, lose_and_make_up_for_it, leave_half_done, say_another_state, be_ahead])
def test_collection_that_cannot_be_trusted_is_built_anew_without_embedding(
    tmp_path: Path, chroma: ChromaServer, damage: object
) -> None:
    config = LibraryConfig(tmp_path, chroma=chroma.address)
    with open_it(config) as library:
        library.add([storm(i) for i in range(40)])
        before = ask(library, "storm alpha3")
        collection = collection_of(library, chroma)
    events: list[str] = []
    with open_it(config, on_event=events.append):
        pass
    assert "rebuild" not in events
    damage(collection)  # type: ignore[operator]
    n = EMBEDDER.n_encoded
    with open_it(config, on_event=events.append) as library:
        assert "rebuild" in events
        assert same(before, ask(library, "storm alpha3"))
        assert library.examine().problems == ()
    assert EMBEDDER.n_encoded == n


def test_doctor_finds_what_the_server_lost_and_repairs_it(tmp_path: Path, chroma: ChromaServer) -> None:
    with open_it(LibraryConfig(tmp_path, chroma=chroma.address)) as library:
        library.add([storm(i) for i in range(40)])
        lose(collection_of(library, chroma))
        assert "lacks 3 of 80 passages" in "".join(map(str, library.examine().problems))
        assert list(library.repair()) == ["the indexes are built anew from what is stored"]
        assert library.examine().problems == ()


def test_answers_go_on_while_the_server_is_down_and_after(tmp_path: Path) -> None:
    server = ChromaServer()
    try:
        with open_it(LibraryConfig(tmp_path, chroma=server.address.replace("//", f"//u:{SECRET}@"))) as library:
            library.add([storm(i) for i in range(20)])
            before = ask(library, "storm alpha3")
            server.stop()
            assert same(before, ask(library, "storm alpha3"))
            with pytest.raises(IndexesUnwritable, match=r"does not answer .*The articles are safe") as caught:
                library.add([storm(30)])
            assert SECRET not in str(caught.value)
            assert ask(library, "alpha30").words[0][0].startswith("a30/")
            server.start()
            assert library.add([storm(31)]).added == ("a31",)
            assert library._indexes
            assert library._indexes.head == library._head()
            assert library.examine().problems == ()
    finally:
        server.remove()


def test_copy_of_a_library_has_a_collection_of_its_own(tmp_path: Path) -> None:
    one, two = (collection_name(tmp_path, identity) for identity in ("sqlite:1", "sqlite:2"))
    assert one != two
    assert collection_name(tmp_path, "sqlite:2") == two
    assert collection_name(tmp_path / "x", "postgresql:1:2:public") == collection_name(
        tmp_path, "postgresql:1:2:public"
    )


def test_two_who_think_they_keep_one_collection_are_told(chroma: ChromaServer) -> None:
    from corpus.ledger import Head

    one, two = (ServerVectors(Address(chroma.address), "byline-disputed") for _ in range(2))
    one.make()
    one.seal(Head("e", 1))
    two.make()
    with pytest.raises(IndexUnreachable, match="another process has the collection byline-disputed"):
        one.unseal()
    two.seal(Head("e", 1))
    two.unseal()
    one.close()
    two.close()


@contextmanager
def answering(status: int, body: bytes, **headers: str) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response_only(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_servers_that_will_not_do_are_refused_by_name() -> None:
    beat = b'{"nanosecond heartbeat": 1}'
    for status, body, headers, error, says in (
        (200, beat, {"Server": "uvicorn"}, ConfigError, "Python server"),
        (200, b"<html>", {}, ConfigError, "no Chroma server"),
        (404, b"", {}, ConfigError, "no Chroma server"),
        (401, b"", {}, IndexUnreachable, "user, password or token"),
    ):
        with answering(status, body, **headers) as url, pytest.raises(error, match=says):
            Address(url).connect()
    with pytest.raises(IndexUnreachable, match="does not answer"):
        Address("http://127.0.0.1:1").connect()
    for value in ("127.0.0.1:8000", "http://host", "ftp://host:1", "http://host:1/path", f"http://u:{SECRET}@host:x"):
        with pytest.raises(ConfigError, match="BYLINE_CHROMA") as refused:
            read_chroma_url(value)
        assert SECRET not in str(refused.value)

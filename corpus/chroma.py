"""A Chroma server in place of the embedded Chroma: one collection over HTTP, and proof of what it reflects.

A server that was killed or restored may have lost vectors without a word. So a collection says in its own metadata
what it reflects (written last, withdrawn before the first change) and how many passages it holds, and some of them are
searched for when it is opened; what fails any of that is built anew from the stored vectors.
"""

from __future__ import annotations

import hashlib
import json
import os
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import numpy as np
from sqlalchemy import Connection, func, select

from corpus.errors import ConfigError, IndexesUnwritable
from corpus.ledger import SQL_IDS, Head, batches, changed_since
from corpus.manifest import IndexDamaged
from corpus.tables import passages
from corpus.vectors import HNSW, SAME, VectorIndex

CONNECT_SECONDS, ANSWER_SECONDS = 5.0, 60.0
PROBES = 500
"""If 1% of all passages are lost, at random, so many meet one of them in more than 99 of 100 openings."""


class IndexUnreachable(IndexDamaged):
    """The server does not answer, or another process has the collection: what is in it may still be whole."""


class ChromaServer:
    """A server's address; `place` names it without its password."""

    def __init__(self, url: str) -> None:
        self._parts = urlsplit(url)
        self.place = f"{self._parts.scheme}://{self._parts.hostname}:{self._parts.port}"

    def connect(self) -> Any:
        """A client, once the server is known to be one that can be used. Raises IndexUnreachable or ConfigError."""
        import httpx

        headers = self._headers()
        patience = httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS)
        try:
            reply = httpx.get(f"{self.place}/api/v2/heartbeat", headers=headers, timeout=patience)
        except httpx.HTTPError as error:
            raise IndexUnreachable(f"{self.place} does not answer ({type(error).__name__})") from None
        if reply.status_code in (401, 403):
            raise IndexUnreachable(f"{self.place} wants another user, password or token than BYLINE_CHROMA has")
        if reply.status_code != 200 or "nanosecond heartbeat" not in reply.text:
            raise ConfigError(f"{self.place} is no Chroma server of version 1 or later. Set BYLINE_CHROMA to one.")
        if "uvicorn" in reply.headers.get("server", ""):
            raise ConfigError(f"{self.place} is Chroma's Python server, which loses writes. Start: chroma run")
        os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
        import chromadb
        from chromadb.config import Settings

        with reaching(self.place):
            client = chromadb.HttpClient(
                host=self._parts.hostname or "",
                port=self._parts.port or 0,
                ssl=self._parts.scheme == "https",
                headers=headers,
                settings=Settings(anonymized_telemetry=False),
            )
        if (session := _session_of(client)) is not None:
            session.timeout = patience  # it would wait for ever
        return client

    def _headers(self) -> dict[str, str]:
        user, password = unquote(self._parts.username or ""), unquote(self._parts.password or "")
        if not password:
            return {"Authorization": f"Bearer {user}"} if user else {}
        return {"Authorization": f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"}


class ServerVectors(VectorIndex):
    """A collection that this process alone changes. `head` is what it can be trusted to reflect, once it is open."""

    def __init__(self, server: ChromaServer, name: str) -> None:
        self._place = server.place
        self._client = server.connect()
        self._name = name
        self._token = uuid4().hex
        self.head: Head | None = None

    def open(self, connection: Connection, head: Head) -> bool:
        """Whether the collection is there and can be trusted; then it is this process's, whoever had it before."""
        from chromadb.errors import NotFoundError

        with self.errors():
            try:
                self._passages = self._client.get_collection(self._name, embedding_function=None)
            except NotFoundError:
                return False
            said = dict(self._passages.metadata or {})
            n = self._passages.count()
        found = Head(str(said.get("epoch")), int(said.get("generation", -1)))
        if not (said.get("whole") and said.get("n") == n and head.covers(found)):
            return False
        if not self._finds_what_it_holds(connection, found):
            return False
        self.seal(found)
        return True

    def _finds_what_it_holds(self, connection: Connection, found: Head) -> bool:
        changed = set(changed_since(connection, found.generation))
        query = select(passages.c.id, passages.c.article_id).order_by(func.random()).limit(PROBES)
        ids = [row.id for row in connection.execute(query) if row.article_id not in changed]
        for some in batches(ids, SQL_IDS):
            rows = connection.execute(select(passages.c.id, passages.c.vector).where(passages.c.id.in_(some))).all()
            firsts = self.firsts([np.frombuffer(row.vector, "<f4") for row in rows])
            if any(id_ != row.id and cosine < 1 - SAME for row, (id_, cosine) in zip(rows, firsts, strict=True)):
                return False
        return True

    def make(self) -> None:
        """An empty collection in place of whatever is there, not yet to be trusted."""
        from chromadb.errors import NotFoundError

        with self.errors():
            with suppress(NotFoundError):
                self._client.delete_collection(self._name)
            # What the embedded one writes when is its own matter, the server's is the server's.
            hnsw = {key: HNSW[key] for key in ("space", "ef_search", "ef_construction", "max_neighbors")}
            self._passages = self._client.create_collection(
                self._name,
                embedding_function=None,
                configuration={"hnsw": hnsw},
                metadata={"keeper": self._token, "whole": False},
            )
        self.head = None

    def unseal(self) -> None:
        """Withdraw what the collection says of itself, before the first change."""
        with self.errors():
            now = self._client.get_collection(self._name, embedding_function=None)
            if (now.metadata or {}).get("keeper") != self._token:
                raise IndexUnreachable(f"another process has the collection {self._name} at {self._place}")
            self._passages.modify(metadata={"keeper": self._token, "whole": False})
        self.head = None

    def seal(self, head: Head) -> None:
        """Have the collection say that it is whole, and what it reflects."""
        with self.errors():
            said = {"epoch": head.epoch, "generation": head.generation, "n": self._passages.count()}
            self._passages.modify(metadata={"keeper": self._token, "whole": True, **said})
        self.head = head

    def errors(self) -> Any:
        """As IndexDamaged."""
        return reaching(self._place)

    def close(self) -> None:
        """Let go of the connections."""
        super().close()
        if (session := _session_of(self._client)) is not None:
            session.close()


def _session_of(client: Any) -> Any:
    """The httpx client within Chroma's, which has no other way to be given a time limit or closed."""
    return getattr(getattr(client, "_server", None), "_session", None)


@contextmanager
def reaching(place: str) -> Iterator[None]:
    """What a server's client raises, as IndexUnreachable, or as IndexDamaged where the server itself refuses."""
    from chromadb.errors import ChromaError, NotFoundError

    try:
        yield
    except (IndexDamaged, NotFoundError):
        raise
    except ChromaError as error:
        raise IndexDamaged(f"{place}: {str(error)[:200]}") from None
    # The client raises whatever its parts do, and plain Exceptions for replies that are no JSON. Their texts are not
    # shown: they may quote the request.
    except Exception as error:  # noqa: BLE001
        raise IndexUnreachable(f"{place} does not answer as it should ({type(error).__name__})") from None


def collection_name(home: Path, identity: str) -> str:
    """The collection of a database: for one that is shared the same everywhere, else this folder's own.

    A copied folder gets a name of its own, because it and what it was copied from go separate ways.
    """
    if not identity.startswith("sqlite:"):
        return f"byline-{hashlib.blake2b(identity.encode(), digest_size=12).hexdigest()}"
    kept = home / "index" / "chroma.json"
    try:
        said = json.loads(kept.read_text())
        if said["of"] == identity:
            return str(said["name"])
    except (OSError, ValueError, KeyError):
        pass
    name = f"byline-{uuid4().hex[:24]}"
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps({"of": identity, "name": name}))
    return name


def vectors_on_server(url: str, home: Path, identity: Callable[[], str]) -> Callable[[], ServerVectors] | None:
    """What opens a database's vectors on the server at `url`; None where there is none."""
    if not url:
        return None
    server = ChromaServer(url)
    return lambda: ServerVectors(server, collection_name(home, identity()))


def explain_damage(error: IndexDamaged, home: Path) -> IndexesUnwritable:
    """What an index that cannot be written means, and what to type."""
    if isinstance(error, IndexUnreachable):
        return IndexesUnwritable(
            f"The server of the vectors: {error}. The articles are safe, and answers come from the database. "
            "See that it runs and that BYLINE_CHROMA names it, then type: python -m corpus doctor"
        )
    return IndexesUnwritable(
        f"The indexes in {home / 'index'} cannot be written: {error}. The articles are safe. "
        "Make room, or remove that folder, and type: python -m corpus doctor"
    )

"""Postgres and Chroma servers of the tests' own, on loopback, where their programs are found."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

UNPRIVILEGED = "nobody"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def find_postgres() -> Path | None:
    """The folder of Postgres's programs; Debian keeps them off the path."""
    places = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    found = shutil.which("postgres")
    places += [Path(found).resolve().parent] if found else []
    return next((place for place in places if (place / "postgres").exists() and (place / "initdb").exists()), None)


def as_nobody() -> dict[str, object]:
    """Postgres refuses to run as root."""
    return {"user": UNPRIVILEGED, "group": "nogroup", "extra_groups": []} if os.getuid() == 0 else {}


class PostgresServer:
    """One cluster; `make` gives the address of a new, empty database in it. `password` is in every address."""

    password = "s3cret-Of-Tests"

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self._n = 0
        self.folder = Path(tempfile.mkdtemp(prefix="byline-postgres-"))
        self.port = free_port()
        (self.folder / "password").write_text(self.password)
        if os.getuid() == 0:
            for path in (self.folder, self.folder / "password"):
                shutil.chown(path, UNPRIVILEGED)
        self._run(
            "initdb", "-D", "data", "-U", "byline", "--pwfile=password", "-A", "scram-sha-256", "--no-sync",
            "-E", "UTF8", "--locale=C.UTF-8",
        )  # fmt: skip
        self.start()

    def start(self) -> None:
        quick = [
            "-c",
            "shared_buffers=32MB",
            "-c",
            "fsync=off",
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            f"port={self.port}",
        ]
        self._log = (self.folder / "log").open("ab")
        self._process = subprocess.Popen(
            [self._programs / "postgres", "-D", "data", "-k", self.folder, *quick],
            cwd=self.folder, stdout=self._log, stderr=self._log, **as_nobody(),
        )  # fmt: skip
        deadline = time.monotonic() + 60
        while self._sql("SELECT 1", "postgres"):
            assert self._process.poll() is None, (self.folder / "log").read_text()
            assert time.monotonic() < deadline, (self.folder / "log").read_text()
            time.sleep(0.1)

    def make(self) -> str:
        self._n += 1
        name = f"byline{self._n}"
        assert not self._sql(f"CREATE DATABASE {name}", "postgres")
        return self.address(name)

    def address(self, name: str, user: str = "byline") -> str:
        return f"postgresql+psycopg://{user}:{self.password}@127.0.0.1:{self.port}/{name}"

    def _sql(self, statement: str, database: str) -> str:
        import psycopg

        address = self.address(database).replace("+psycopg", "")
        try:
            with psycopg.connect(address, autocommit=True, connect_timeout=5) as connection:
                connection.execute(statement)
        except psycopg.OperationalError as error:
            return str(error) or "failed"
        return ""

    def sql(self, address: str, *statements: str) -> None:
        import psycopg

        with psycopg.connect(address.replace("+psycopg", ""), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def stop(self, how: int = signal.SIGINT) -> None:
        """By a fast shutdown, unless told how."""
        self._process.send_signal(how)
        self._process.wait(60)
        self._log.close()

    def remove(self) -> None:
        with suppress(subprocess.TimeoutExpired):
            self.stop(signal.SIGQUIT)  # at once: nothing of it is wanted
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *words: str) -> None:
        done = subprocess.run(
            [self._programs / program, *words],
            cwd=self.folder, capture_output=True, text=True, check=False, **as_nobody(),
        )  # fmt: skip
        assert done.returncode == 0, done.stderr


class ChromaServer:
    """`chroma run`, the server that Chroma ships, over a folder of its own."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="byline-chroma-"))
        self.port = free_port()
        self.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        program = Path(sys.executable).parent / "chroma"
        command = [program, "run", "--path", self.folder / "data", "--port", str(self.port)]
        self._log = (self.folder / "log").open("ab")
        self._process = subprocess.Popen(
            [*command, "--host", "127.0.0.1"], cwd=self.folder, stdout=self._log, stderr=self._log
        )
        deadline = time.monotonic() + 60
        while not self._answers():
            assert self._process.poll() is None, (self.folder / "log").read_text()
            assert time.monotonic() < deadline, (self.folder / "log").read_text()
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.address}/api/v2/heartbeat", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False

    def stop(self) -> None:
        self._process.kill()
        self._process.wait(60)
        self._log.close()

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def running(server: PostgresServer | ChromaServer) -> Iterator[PostgresServer | ChromaServer]:
    try:
        yield server
    finally:
        server.remove()

"""Postgres as the truth: for several page processes, on one machine or several, over one library."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, exc
from sqlalchemy.engine import make_url

from corpus.database import BUSY_SECONDS, Database
from corpus.errors import ConfigError, LibraryError, LibraryLocked
from corpus.owner import Lease

CONNECT_SECONDS = 10
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('byline ' || current_schema(), 0))"
"""What all writers of one library lock: one number for each schema; the database is part of the lock anyway."""
LEASE = "SELECT pg_try_advisory_lock(hashtextextended('byline indexes ' || current_schema(), 0))"
LOCKED = """
SELECT a.pid, a.client_addr::text, extract(epoch FROM now() - a.xact_start)::int
FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.locktype = 'advisory' AND l.granted AND a.datname = current_database()
AND (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended('byline ' || current_schema(), 0)
AND a.xact_start < now() - interval '2 s'
"""
"""Who has been writing for a while."""


class Postgres(Database):
    """The tables of one schema; `url` is as SQLAlchemy reads it, and is never shown."""

    to_write = "Set BYLINE_DB to a user who may write."

    def __init__(self, url: str, home: Path) -> None:
        parsed = make_url(url)
        self._password = str(parsed.password or "")
        self.place = f"the Postgres database {parsed.database or '?'} at {parsed.host or 'its local socket'}"
        self.place += f":{parsed.port}" if parsed.port else ""
        try:
            home.mkdir(parents=True, exist_ok=True)  # the indexes and what the page keeps are still there
        except OSError as error:
            raise LibraryError(
                f"{home} cannot be made or used as the library's folder: {error.strerror}. Set BYLINE_HOME to a folder."
            ) from error
        try:
            self.engine = _engine(url)
        except ModuleNotFoundError as error:
            raise ConfigError(
                "BYLINE_DB needs psycopg, which is not installed: pip install 'psycopg[binary]'"
            ) from error
        self.writable = False
        try:
            with self.errors(), self.engine.connect() as connection, connection.begin():
                self.writable = bool(
                    connection.exec_driver_sql(
                        "SELECT NOT pg_is_in_recovery() AND NOT current_setting('transaction_read_only')::bool AND "
                        "CASE WHEN to_regclass('meta') IS NULL THEN has_schema_privilege(current_schema(), 'CREATE') "
                        "ELSE has_table_privilege('meta', 'UPDATE') END"
                    ).scalar_one()
                )
        except BaseException:
            self.engine.dispose()
            raise

    def integrity(self, connection: Connection) -> list[str]:
        """Nothing: its files are the server's, which checks them as it reads (initdb --data-checksums)."""
        return []

    def size(self) -> int:
        """Nothing of it is on the disk of the library's folder."""
        return 0

    def compact(self) -> None:
        """VACUUM FULL of every table; what the server keeps of its log is the server's."""
        from corpus.tables import metadata

        with self.errors(), self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for table in metadata.sorted_tables:
                connection.exec_driver_sql(f'VACUUM FULL "{table.name}"')

    def locked(self) -> str:
        """As the server lists it."""
        with self.engine.connect() as connection, connection.begin():
            held = connection.exec_driver_sql(LOCKED).first()
        if held is None:
            return ""
        where = f"from {held[1]}" if held[1] else "on its own machine"
        return f"a process {where} has been writing for {held[2]} s (to end it: SELECT pg_terminate_backend({held[0]}))"

    def explain(self, error: exc.DBAPIError) -> LibraryError:
        """By SQLSTATE, which has a meaning in every language; the server's own words are first lines only."""
        state = getattr(error.orig, "sqlstate", None)
        what = (str(error.orig).strip().splitlines() or ["no reason given"])[0]
        what = what.replace(self._password, "…") if self._password else what
        if state == "55P03":
            return LibraryLocked(
                f"{self.place} has been locked by another process for {BUSY_SECONDS:.0f} s. "
                "Try again when its work is done: python -m corpus stats"
            )
        if state in ("25006", "42501"):
            return LibraryError(f"{self.place} may only be read by this user ({what}). Set BYLINE_DB to one who may.")
        if state == "53100":
            return LibraryError(f"The disk of {self.place} is full. Make room there, then try again.")
        if state is None or state.startswith(("08", "28", "57P", "53", "3D")):
            return LibraryError(
                f"{self.place} cannot be reached: {what}. See that it runs and that BYLINE_DB names it, then type: "
                "python -m corpus stats"
            )
        return LibraryError(f"{self.place} refused a statement: {what}. Check it with: python -m corpus doctor")

    def lease(self) -> Lease:
        """As an advisory lock."""
        return AdvisoryLease(self.engine)

    def identity(self) -> str:
        """The cluster's number and the database's in it: a dump that is read in elsewhere has others."""
        with self.errors(), self.engine.connect() as connection, connection.begin():
            oid, schema = connection.exec_driver_sql(
                "SELECT oid, current_schema() FROM pg_database WHERE datname = current_database()"
            ).one()
        try:
            with self.engine.connect() as connection, connection.begin():
                cluster = connection.exec_driver_sql("SELECT system_identifier FROM pg_control_system()").scalar_one()
        except exc.DBAPIError:
            cluster = "?"
        return f"postgresql:{cluster}:{oid}:{schema}"


class AdvisoryLease(Lease):
    """The right to change what all processes of one Postgres library share, as long as this connection lives.

    The server drops it when the process or its machine dies: nothing to clean up, and no clock to agree on.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Any = None
        self._lock = threading.RLock()

    @property
    def held(self) -> bool:
        """Whether this process has it: asked of the server each time, because a connection can be cut."""
        with self._lock:
            if self._connection is None:
                return False
            try:
                self._connection.exec_driver_sql("SELECT 1")
            except exc.DBAPIError:
                self.release()
                return False
            return True

    def take(self) -> bool:
        """Take it if nobody has it."""
        if self.held:
            return True
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            taken = connection.exec_driver_sql(LEASE).scalar_one()
        except BaseException:
            connection.close()
            raise
        if taken:
            self._connection = connection
        else:
            connection.close()
        return bool(taken)

    def release(self) -> None:
        """Let the next process have it."""
        with self._lock:
            if self._connection is not None:
                # Closed for good, not handed back: the lock ends with the session.
                self._connection.invalidate()
                self._connection.close()
                self._connection = None


def _engine(url: str) -> Engine:
    engine = create_engine(
        url,
        isolation_level="REPEATABLE READ",  # so that several SELECTs see one snapshot
        pool_size=8,
        max_overflow=24,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"connect_timeout": CONNECT_SECONDS, "application_name": "byline"},
    )

    @event.listens_for(engine, "begin")
    def _(connection: Connection) -> None:
        if connection.get_execution_options().get("immediate", False):
            # One writer at a time, as with SQLite; each statement then sees all that the writers before it did.
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{BUSY_SECONDS:.0f}s'")
            connection.exec_driver_sql(LOCK)

    return engine

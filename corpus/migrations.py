"""What each version of the library's schema added to the one before it: numbered steps, each one transaction.

A new library is made by `tables.metadata` and begins at the last version; a step is never changed once released.
Statements are SQLite's; corpus/dialects.py says them to other databases.
"""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from corpus.dialects import adapt_ddl
from corpus.tables import meta

STEPS: dict[int, tuple[str, ...]] = {
    2: (
        "ALTER TABLE articles ADD COLUMN author VARCHAR NOT NULL DEFAULT ''",
        "ALTER TABLE articles ADD COLUMN pages VARCHAR NOT NULL DEFAULT '[]'",
    ),
    3: (
        "CREATE TABLE followed (place VARCHAR NOT NULL PRIMARY KEY, kind VARCHAR NOT NULL, title VARCHAR NOT NULL, "
        "every INTEGER NOT NULL, since VARCHAR NOT NULL, last_check VARCHAR, next_check VARCHAR, "
        "n_new INTEGER NOT NULL, n_failures INTEGER NOT NULL, problem VARCHAR NOT NULL, etag VARCHAR NOT NULL, "
        "last_modified VARCHAR NOT NULL)",
        "CREATE TABLE entries (place VARCHAR NOT NULL REFERENCES followed (place) ON DELETE CASCADE, "
        "entry VARCHAR NOT NULL, digest VARCHAR NOT NULL, PRIMARY KEY (place, entry))",
        "CREATE TABLE files (path VARCHAR NOT NULL PRIMARY KEY, size INTEGER NOT NULL, mtime INTEGER NOT NULL, "
        "digest VARCHAR NOT NULL)",
        "CREATE INDEX ix_files_digest ON files (digest)",
    ),
    4: (
        "CREATE TABLE versions (article_id VARCHAR NOT NULL, version INTEGER NOT NULL, until VARCHAR NOT NULL, "
        "removed INTEGER NOT NULL, source VARCHAR NOT NULL, title VARCHAR NOT NULL, outlet VARCHAR NOT NULL, "
        "url VARCHAR, published VARCHAR, content_hash VARCHAR NOT NULL, added VARCHAR NOT NULL, text VARCHAR NOT NULL, "
        "author VARCHAR NOT NULL, pages VARCHAR NOT NULL, PRIMARY KEY (article_id, version))",
        "CREATE INDEX ix_versions_until ON versions (until)",
        "CREATE TABLE edits (article_id VARCHAR NOT NULL PRIMARY KEY, title VARCHAR, outlet VARCHAR, "
        "published VARCHAR)",
    ),
    5: (
        "CREATE TABLE sketches (article_id VARCHAR NOT NULL PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE, "
        "sketch BLOB NOT NULL, story VARCHAR NOT NULL)",
        "CREATE INDEX ix_sketches_story ON sketches (story)",
        "CREATE TABLE bands (hash BIGINT NOT NULL, article_id VARCHAR NOT NULL REFERENCES articles (id) "
        "ON DELETE CASCADE, PRIMARY KEY (hash, article_id)) WITHOUT ROWID",
        "CREATE INDEX ix_bands_article_id ON bands (article_id)",
    ),
    6: ("ALTER TABLE entries ADD COLUMN article_id VARCHAR NOT NULL DEFAULT ''",),
}
"""Version to the statements that lead there from the version below."""
SCHEMA_VERSION = max(STEPS)


def migrate(connection: Connection) -> None:
    """Bring a library up to SCHEMA_VERSION, inside the caller's write transaction."""
    version = connection.execute(select(meta.c.schema)).scalar_one()
    for step in range(version + 1, SCHEMA_VERSION + 1):
        for statement in STEPS[step]:
            connection.exec_driver_sql(adapt_ddl(connection, statement))
        connection.execute(update(meta).values(schema=step))

"""The SQL tables that are the truth. A change here needs a step in corpus/migrations.py."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, LargeBinary, MetaData, String, Table

metadata = MetaData()

meta = Table(
    "meta",
    metadata,
    Column("one", Integer, primary_key=True),
    Column("schema", Integer, nullable=False),
    # Drawn anew when the library is made or re-embedded: what was derived under another epoch is worth nothing.
    Column("epoch", String, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("embedder", String, nullable=False),
    Column("fingerprint", String, nullable=False),
    Column("dimension", Integer, nullable=False),
)

articles = Table(
    "articles",
    metadata,
    Column("id", String, primary_key=True),
    Column("source", String, nullable=False, index=True),
    Column("title", String, nullable=False),
    Column("outlet", String, nullable=False),
    Column("url", String),
    Column("published", String),
    # `published` as a moment in UTC, so that rows sort by time whatever their zones.
    Column("moment", String, index=True),
    Column("content_hash", String, nullable=False),
    Column("added", String, nullable=False),
    Column("n_passages", Integer, nullable=False),
    Column("text", String, nullable=False),
    Column("author", String, nullable=False, server_default=""),
    # The offsets at which pages begin, as JSON.
    Column("pages", String, nullable=False, server_default="[]"),
)

passages = Table(
    "passages",
    metadata,
    Column("id", String, primary_key=True),
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("vector", LargeBinary, nullable=False),
)

# Apart from `passages`, so that a scan of all passage vectors does not read these.
sentences = Table(
    "sentences",
    metadata,
    Column("passage_id", ForeignKey("passages.id", ondelete="CASCADE"), primary_key=True),
    Column("spans", LargeBinary, nullable=False),
    Column("vectors", LargeBinary, nullable=False),
)

# For each article that ever changed, the generation in which it last did; the article itself may be gone.
ledger = Table(
    "ledger",
    metadata,
    Column("article_id", String, primary_key=True),
    Column("generation", Integer, nullable=False, index=True),
)

# What is followed: feeds by address, folders by absolute path. Times are ISO 8601 in UTC.
followed = Table(
    "followed",
    metadata,
    Column("place", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("title", String, nullable=False),
    Column("every", Integer, nullable=False),
    Column("since", String, nullable=False),
    Column("last_check", String),
    Column("next_check", String),
    Column("n_new", Integer, nullable=False),
    Column("n_failures", Integer, nullable=False),
    Column("problem", String, nullable=False),
    Column("etag", String, nullable=False),
    Column("last_modified", String, nullable=False),
)

# What a followed feed's entries said when they were last taken, so that only what is new is read and fetched.
entries = Table(
    "entries",
    metadata,
    Column("place", ForeignKey("followed.place", ondelete="CASCADE"), primary_key=True),
    Column("entry", String, primary_key=True),
    Column("digest", String, nullable=False),
)

# The files that sync has read, as they were then.
files = Table(
    "files",
    metadata,
    Column("path", String, primary_key=True),
    Column("size", Integer, nullable=False),
    Column("mtime", Integer, nullable=False),
    Column("digest", String, nullable=False, index=True),
)

# What articles said before they were changed or removed: still cited by old answers, never retrieved.
versions = Table(
    "versions",
    metadata,
    Column("article_id", String, primary_key=True),
    # Counts from 1 for each article.
    Column("version", Integer, primary_key=True),
    # ISO 8601 in UTC, and whether the article was removed then.
    Column("until", String, nullable=False, index=True),
    Column("removed", Integer, nullable=False),
    Column("source", String, nullable=False),
    Column("title", String, nullable=False),
    Column("outlet", String, nullable=False),
    Column("url", String),
    Column("published", String),
    Column("content_hash", String, nullable=False),
    Column("added", String, nullable=False),
    Column("text", String, nullable=False),
    Column("author", String, nullable=False),
    Column("pages", String, nullable=False),
)

# What a person set by hand, over whatever the source says; null where nothing was set.
edits = Table(
    "edits",
    metadata,
    Column("article_id", String, primary_key=True),
    Column("title", String),
    Column("outlet", String),
    Column("published", String),
)

# What is compared to find near-copies, and the story that an article is put with: a label that means nothing else.
sketches = Table(
    "sketches",
    metadata,
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("sketch", LargeBinary, nullable=False),
    Column("story", String, nullable=False, index=True),
)

bands = Table(
    "bands",
    metadata,
    Column("hash", BigInteger, primary_key=True),
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, index=True),
    sqlite_with_rowid=False,
)

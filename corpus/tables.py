"""The SQL tables that are the truth. A change here needs a step in corpus/migrations.py."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, MetaData, Table

from corpus.dialects import Big, Text

metadata = MetaData()

meta = Table(
    "meta",
    metadata,
    Column("one", Integer, primary_key=True),
    Column("schema", Integer, nullable=False),
    # Drawn anew when the library is made or re-embedded: what was derived under another epoch is worth nothing.
    Column("epoch", Text, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("embedder", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("dimension", Integer, nullable=False),
)

articles = Table(
    "articles",
    metadata,
    Column("id", Text, primary_key=True),
    Column("source", Text, nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("outlet", Text, nullable=False),
    Column("url", Text),
    Column("published", Text),
    # `published` as a moment in UTC, so that rows sort by time whatever their zones.
    Column("moment", Text, index=True),
    Column("content_hash", Text, nullable=False),
    Column("added", Text, nullable=False),
    Column("n_passages", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("author", Text, nullable=False, server_default=""),
    # The offsets at which pages begin, as JSON.
    Column("pages", Text, nullable=False, server_default="[]"),
)

passages = Table(
    "passages",
    metadata,
    Column("id", Text, primary_key=True),
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
    Column("article_id", Text, primary_key=True),
    Column("generation", Integer, nullable=False, index=True),
)

# What is followed: feeds by address, folders by absolute path. Times are ISO 8601 in UTC.
followed = Table(
    "followed",
    metadata,
    Column("place", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("every", Integer, nullable=False),
    Column("since", Text, nullable=False),
    Column("last_check", Text),
    Column("next_check", Text),
    Column("n_new", Integer, nullable=False),
    Column("n_failures", Integer, nullable=False),
    Column("problem", Text, nullable=False),
    Column("etag", Text, nullable=False),
    Column("last_modified", Text, nullable=False),
)

# What a followed feed's entries said when they were last taken, so that only what is new is read and fetched.
entries = Table(
    "entries",
    metadata,
    Column("place", ForeignKey("followed.place", ondelete="CASCADE"), primary_key=True),
    Column("entry", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    # The article that it became; empty where that is not known.
    Column("article_id", Text, nullable=False, server_default=""),
)

# The files that sync has read, as they were then.
files = Table(
    "files",
    metadata,
    Column("path", Text, primary_key=True),
    Column("size", Big, nullable=False),
    Column("mtime", Big, nullable=False),
    Column("digest", Text, nullable=False, index=True),
)

# What articles said before they were changed or removed: still cited by old answers, never retrieved.
versions = Table(
    "versions",
    metadata,
    Column("article_id", Text, primary_key=True),
    # Counts from 1 for each article.
    Column("version", Integer, primary_key=True),
    # ISO 8601 in UTC, and whether the article was removed then.
    Column("until", Text, nullable=False, index=True),
    Column("removed", Integer, nullable=False),
    Column("source", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("outlet", Text, nullable=False),
    Column("url", Text),
    Column("published", Text),
    Column("content_hash", Text, nullable=False),
    Column("added", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("pages", Text, nullable=False),
)

# What a person set by hand, over whatever the source says; null where nothing was set.
edits = Table(
    "edits",
    metadata,
    Column("article_id", Text, primary_key=True),
    Column("title", Text),
    Column("outlet", Text),
    Column("published", Text),
)

# What is compared to find near-copies, and the story that an article is put with: a label that means nothing else.
sketches = Table(
    "sketches",
    metadata,
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("sketch", LargeBinary, nullable=False),
    Column("story", Text, nullable=False, index=True),
)

bands = Table(
    "bands",
    metadata,
    Column("hash", Big, primary_key=True),
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, index=True),
    sqlite_with_rowid=False,
)

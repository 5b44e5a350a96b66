"""Articles into the database: split, embedded, and committed in groups that are each one durable transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager

from sqlalchemy import Connection, select, update

from corpus.embed import Embedder, PassageInput, PassageVectors
from corpus.errors import EmbedderMismatch
from corpus.language import DEFAULT_LANGUAGE, LANGUAGES, language_of, name_language
from corpus.ledger import read_spoken
from corpus.plan import Plan, plan_articles
from corpus.read.note import Note
from corpus.rows import Split, write_articles
from corpus.split import SPLIT_VERSION, split_article
from corpus.tables import meta
from corpus.types import AddReport, Article, Failure, Passage, Sentence

GROUP = 64
"""Articles that are embedded and committed together."""
HEADER_VERSION = 1
"""Part of the library's fingerprint: raised whenever `embedding_input` puts something else before a passage."""

Item = Article | Failure | Note
Session = Callable[[], AbstractContextManager[Connection]]


class Adder:
    """Adds groups of items; `read` and `write` each give one transaction, `embedder` loads it when it is needed.

    `language` is what the library's is set to, empty for what it was made with.
    """

    def __init__(
        self,
        read: Session,
        write: Session,
        embedder: Callable[[], Embedder],
        on_event: Callable[[str], None],
        language: str = "",
    ) -> None:
        self._language = language
        self._read = read
        self._write = write
        self._embedder = embedder
        self._on_event = on_event

    def split(self, article: Article) -> Split:
        """The passages of an article, in the library's language."""
        with self._read() as connection:
            return split_article(article, read_spoken(connection, self._language or DEFAULT_LANGUAGE))

    def add_group(self, group: Sequence[Item]) -> AddReport:
        """Add the articles of a group, all in one transaction; when this returns they are on disk."""
        failed = [item for item in group if isinstance(item, Failure)]
        notes = [Failure(item.source, item.remark) for item in group if isinstance(item, Note)]
        todo = [item for item in group if isinstance(item, Article)]
        outcomes: dict[str, list[str]] = {"added": [], "updated": [], "unchanged": []}
        while todo:
            with self._read() as connection:
                plans = plan_articles(connection, todo)
            work = [plan for plan in plans if plan.outcome != "unchanged"]
            splits = [self.split(plan.article) for plan in work]
            for plan, split in zip(work, splits, strict=True):
                if not split:
                    failed.append(Failure(plan.article.source or plan.article.id, "no text"))
            if not all(splits):
                empty = {id(plan) for plan, split in zip(work, splits, strict=True) if not split}
                todo = [article for article, plan in zip(todo, plans, strict=True) if id(plan) not in empty]
                continue
            vectors = self._embed(work, splits) if work else []
            if work and not self._commit(todo, plans, work, splits, vectors):
                continue  # another process got in between: look again
            for plan in plans:
                outcomes[plan.outcome].append(plan.article.id)
                if plan.note:
                    notes.append(Failure(plan.article.source, plan.note))
            break
        return AddReport(
            tuple(outcomes["added"]),
            tuple(outcomes["updated"]),
            tuple(outcomes["unchanged"]),
            failed=tuple(failed),
            notes=tuple(notes),
        )

    def rewrite(self, plans: Sequence[Plan], during: Callable[[Connection], None] = lambda connection: None) -> None:
        """Carry out plans as they are; `during` is called in the same transaction."""
        splits = [self.split(plan.article) for plan in plans]
        vectors = self._embed(plans, splits)
        with self._write() as connection:
            check_embedder(connection, self._embedder(), self._language)
            write_articles(connection, plans, splits, vectors)
            during(connection)

    def _embed(self, plans: Sequence[Plan], splits: Sequence[Split]) -> list[list[PassageVectors]]:
        pairs = [(plan.article, *pair) for plan, split in zip(plans, splits, strict=True) for pair in split]
        made = iter(self._embedder().encode_passages([embedding_input(*pair) for pair in pairs]))
        return [[next(made) for _ in split] for split in splits]

    def _commit(
        self,
        todo: Sequence[Article],
        plans: Sequence[Plan],
        work: Sequence[Plan],
        splits: Sequence[Split],
        vectors: Sequence[Sequence[PassageVectors]],
    ) -> bool:
        with self._write() as connection:
            if plan_articles(connection, todo) != plans:
                return False
            embedder = self._embedder()
            spoken = check_embedder(connection, embedder, self._language)
            adopted = {"embedder": embedder.name, "fingerprint": fingerprint_of(embedder, spoken)}
            connection.execute(update(meta).values(dimension=embedder.dimension, **adopted))
            write_articles(connection, work, splits, vectors)
            self._on_event("written")
        self._on_event("committed")
        return True


def embedding_input(article: Article, passage: Passage, of: Sequence[Sentence]) -> PassageInput:
    """What is embedded for a passage: title, outlet and date go before it."""
    said = [article.title, article.outlet, article.published_text[:10] if article.published_text else ""]
    return PassageInput(
        header=", ".join(part for part in said if part),
        text=article.text[passage.start : passage.end],
        sentences=tuple((s.start - passage.start, s.end - passage.start) for s in of),
    )


def fingerprint_of(embedder: Embedder, language: str = DEFAULT_LANGUAGE) -> str:
    """What all vectors of one library share: embedder, how text is split, what is put before a passage, language."""
    return name_language(f"{embedder.fingerprint} split {SPLIT_VERSION} header {HEADER_VERSION}", language)


def check_embedder(connection: Connection, embedder: Embedder, language: str = "") -> str:
    """The library's language: its own, or `language` while it holds nothing.

    Raises EmbedderMismatch where it was made with another embedder, or for another language than is set.
    """
    stored = connection.execute(select(meta.c.embedder, meta.c.fingerprint)).one()
    if not stored.fingerprint:
        return language or DEFAULT_LANGUAGE
    spoken = language_of(stored.fingerprint)
    if language and language != spoken:
        raise EmbedderMismatch(
            f"This library was made for {LANGUAGES[spoken]}, and BYLINE_LANGUAGE={language} asks for "
            f"{LANGUAGES[language]}. To have its articles split and indexed anew, type: "
            f"BYLINE_LANGUAGE={language} python -m corpus reindex"
        )
    if stored.fingerprint != fingerprint_of(embedder, spoken):
        raise EmbedderMismatch(
            f"This library was made with the embedder {stored.embedder} "
            f"({stored.fingerprint}), this is {embedder.name} ({fingerprint_of(embedder, spoken)}). "
            f"Set BYLINE_EMBEDDER={stored.embedder}, or embed all articles anew: python -m corpus reindex"
        )
    return spoken


def in_groups(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Lists of at most GROUP items, in each of which no source comes twice."""
    group: list[Item] = []
    seen: set[str] = set()
    for item in items:
        name = (item.source or f"id:{item.id}") if isinstance(item, Article) else ""
        if len(group) >= GROUP or (name and name in seen):
            yield group
            group, seen = [], set()
        group.append(item)
        seen.add(name)
    if group:
        yield group

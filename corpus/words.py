"""The word index: tantivy over stemmed titles and bodies, on disk, as a private copy, or in memory."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import tantivy

from corpus.language import DEFAULT_LANGUAGE
from corpus.ledger import Head
from corpus.manifest import IndexDamaged
from corpus.stem import STEM_VERSION, query_stems, stems

DEFAULT_TITLE_BOOST = 2.0
"""How much a word in the title counts against the same word in the body."""
TIES = 16
"""How many more than asked for are fetched, so that equal scores at the cut are ordered by id, not by chance."""
WRITER_BYTES = 64_000_000

_MARK = "head"


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("article_id", tokenizer_name="raw", index_option="basic")
    # Stemmed before it gets here (corpus/stem.py), so white space is all there is to split at.
    builder.add_text_field("title", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("body", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("mark", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("state", stored=True, tokenizer_name="raw", index_option="basic")
    return builder.build()


class WordIndex:
    """Words to passages, by BM25. What it reflects is a document of the same commit, so a reader can prove it.

    `head` is None for an index that was never filled, or was filled with other stems; `language` is what its stems are.
    """

    language = DEFAULT_LANGUAGE

    def __init__(self, index: tantivy.Index, copied_to: Path | None = None) -> None:
        self._index = index
        self._schema = index.schema
        self._copied_to = copied_to
        self.refresh()

    @classmethod
    def make(cls, path: Path | None = None) -> WordIndex:
        """An empty one in a new folder, or in memory."""
        if path is None:
            return cls(tantivy.Index(_schema()))
        try:
            path.mkdir(parents=True)
            return cls(tantivy.Index(_schema(), path=str(path), reuse=False))
        except (ValueError, OSError) as error:
            raise IndexDamaged(str(error)) from error

    @classmethod
    def open(cls, path: Path) -> WordIndex:
        """The one in a folder. Raises ValueError where there is none that can be read."""
        return cls(tantivy.Index.open(str(path)))

    @classmethod
    def copy_of(cls, path: Path) -> WordIndex:
        """A private copy of the one in a folder, to be changed by this process alone.

        tantivy never changes a segment file, so they are linked; its two lists of files are copied.
        """
        folder = Path(tempfile.mkdtemp(prefix="byline-words-"))
        try:
            for file in path.iterdir():
                if file.name.startswith(".tantivy") or file.name.endswith(".lock"):
                    continue
                if file.suffix != ".json":
                    try:
                        os.link(file, folder / file.name)
                        continue
                    except OSError:
                        pass
                shutil.copyfile(file, folder / file.name)
            return cls(tantivy.Index.open(str(folder)), copied_to=folder)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def refresh(self) -> None:
        """See what was committed last, by whichever process."""
        self._index.reload()
        self._searcher = self._index.searcher()
        self.head = self._read_head()

    def _read_head(self) -> Head | None:
        hits = self._searcher.search(self._term("mark", _MARK), limit=1).hits
        if not hits:
            return None
        epoch, generation, version, *named = self._searcher.doc(hits[0][1])["state"][0].split(":")
        self.language = named[0] if named else DEFAULT_LANGUAGE
        return Head(epoch, int(generation)) if int(version) == STEM_VERSION else None

    def apply(
        self,
        head: Head,
        rows: Iterable[Any],
        replaced: Sequence[str] = (),
        *,
        language: str = DEFAULT_LANGUAGE,
    ) -> None:
        """Drop all passages of the `replaced` articles, add `rows` (word_rows), and reflect `head`: one commit.

        `language` is the library's, which it keeps for as long as its epoch.

        Raises IndexDamaged where it cannot be written.
        """
        try:
            self._apply(head, rows, replaced, language)
        except (ValueError, OSError) as error:
            raise IndexDamaged(str(error)) from error

    def _apply(self, head: Head, rows: Iterable[Any], replaced: Sequence[str], language: str) -> None:
        writer = self._index.writer(heap_size=WRITER_BYTES, num_threads=1)
        for article_id in replaced:
            writer.delete_documents_by_term("article_id", article_id)
        writer.delete_documents_by_term("mark", _MARK)
        title, title_stems = "", ""
        for row in rows:
            if row.title != title:
                title, title_stems = row.title, " ".join(stems(row.title, language))
            writer.add_document(
                tantivy.Document(
                    id=[row.id],
                    article_id=[row.article_id],
                    title=[title_stems],
                    body=[" ".join(stems(row.body, language))],
                )
            )
        state = f"{head.epoch}:{head.generation}:{STEM_VERSION}"
        state += f":{language}" if language != DEFAULT_LANGUAGE else ""
        writer.add_document(tantivy.Document(mark=[_MARK], state=[state]))
        writer.commit()
        # Merges end here, so that between two applies the files stand still.
        writer.wait_merging_threads()
        self.refresh()

    def search(self, text: str, k: int) -> list[tuple[str, float]]:
        """The k best passages with their BM25 scores, best first; none for a text without words."""
        parts = []
        for stem in query_stems(text, self.language):
            parts.append((tantivy.Occur.Should, self._term("body", stem)))
            boosted = tantivy.Query.boost_query(self._term("title", stem), DEFAULT_TITLE_BOOST)
            parts.append((tantivy.Occur.Should, boosted))
        if not parts or k < 1:
            return []
        searcher = self._searcher
        hits = searcher.search(tantivy.Query.boolean_query(parts), limit=k + TIES, count=False).hits
        found = [(str(searcher.doc(address)["id"][0]), float(score)) for score, address in hits]
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))[:k]

    def document_frequency(self, terms: Sequence[str]) -> dict[str, int]:
        """In how many passages' bodies each stem stands."""
        # Counted, because tantivy's own doc_freq includes removed passages until it merges.
        return {term: self._count(self._term("body", term)) for term in terms}

    def _count(self, query: tantivy.Query) -> int:
        result: Any = self._searcher.search(query, limit=1, count=True)
        return int(result.count)

    def ids(self) -> set[str]:
        """The ids of all passages in it."""
        everything = self._searcher.search(tantivy.Query.all_query(), limit=max(1, self._searcher.num_docs)).hits
        return {str(doc["id"][0]) for _, address in everything if (doc := self._searcher.doc(address)).get_first("id")}

    def close(self) -> None:
        """Remove the private copy, if this is one."""
        if self._copied_to:
            shutil.rmtree(self._copied_to, ignore_errors=True)

    def _term(self, field: str, value: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, field, value, index_option="freq" if field in _TEXT else "basic")


_TEXT = ("title", "body")

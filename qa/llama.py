"""The library as a llama-index retriever. Apart from qa/retrieve.py because importing llama-index takes a second."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

if TYPE_CHECKING:
    from qa.retrieve import Retriever


class BylineRetriever(BaseRetriever):
    """Byline's passages as llama-index nodes, best first.

    A node's id is the passage's; its metadata have `article_id`, `title`, `outlet`, `url`, `published` (ISO 8601 or
    None), `start` and `end` (characters of the article's text).
    """

    def __init__(self, retriever: Retriever) -> None:
        super().__init__()
        self._retriever = retriever

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        nodes = []
        for evidence in self._retriever.retrieve(query_bundle.query_str).evidence:
            article, passage = evidence.article, evidence.hit.passage
            node = TextNode(
                id_=passage.id,
                text=article.text[passage.start : passage.end],
                metadata={
                    "article_id": article.id,
                    "title": article.title,
                    "outlet": article.outlet,
                    "url": article.url,
                    "published": article.published_text,
                    "start": passage.start,
                    "end": passage.end,
                },
                excluded_embed_metadata_keys=["article_id", "url", "start", "end"],
                excluded_llm_metadata_keys=["article_id", "url", "start", "end"],
            )
            nodes.append(NodeWithScore(node=node, score=evidence.hit.score))
        return nodes

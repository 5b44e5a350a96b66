"""What an outside system writes for a question, one JSON object, to a Reply. The form is in docs/evals.md. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from corpus.errors import EvalError
from corpus.types import Article
from evals.types import EvalCase, Found, Reply
from qa.types import Answer, Citation, Claim, Searched, Status

_KEYS = {
    "id", "answer", "short_answer", "claims", "citations", "hits", "confidence", "status", "usage", "first_seconds",
}  # fmt: skip


def question_line(case: EvalCase) -> dict[str, Any]:
    """What the system is told: the question and what belongs to it, never the gold."""
    line: dict[str, Any] = {"id": case.id, "question": case.question}
    if case.history:
        line["history"] = [{"role": turn.role, "content": turn.content} for turn in case.history]
    if case.as_of:
        line["as_of"] = case.as_of.isoformat()
    return line


def read_reply(data: Any, case: EvalCase, name: str, articles: Mapping[str, Article], seconds: float) -> Reply:
    """The reply in an object: Byline's own Answer JSON, or the small form.

    A citation without offsets is looked for in its article. Raises EvalError with what is wrong.
    """
    if not isinstance(data, dict):
        raise EvalError('the reply is no JSON object; expected {"answer": "...", ...}')
    try:
        if "schema" in data:
            hits = data.get("hits")
            answer = Answer.from_json(
                {k: v for k, v in data.items() if k in Answer.__dataclass_fields__ or k == "schema"}
            )
            return Reply(answer, _read_hits(hits, articles), data.get("first_seconds"))
        if unknown := set(data) - _KEYS:
            raise EvalError(
                f"unknown keys {', '.join(sorted(unknown))} in the reply. Known: {', '.join(sorted(_KEYS))}"
            )
        return _read_small(data, case, name, articles, seconds)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise EvalError(f"the reply cannot be read: {type(error).__name__}: {error}") from error


def reply_of_text(text: str, case: EvalCase, name: str, seconds: float, usage: Any = None) -> Reply:
    """The reply of a system that gives words and nothing else."""
    return read_reply({"answer": text, "usage": usage}, case, name, {}, seconds)


def _read_small(
    data: Mapping[str, Any], case: EvalCase, name: str, articles: Mapping[str, Article], seconds: float
) -> Reply:
    spans: dict[tuple[str, str], int] = {}
    given = data.get("claims")
    if given is None:
        text = data.get("answer") or ""
        given = [{"text": text, "citations": data.get("citations", [])}] if text.strip() else []
    claims = tuple(_read_claim(claim, articles, spans) for claim in given)
    status: Status = data.get("status") or ("answered" if claims else "not_found")
    if status not in ("answered", "partial", "not_found"):
        raise EvalError(f"status {status!r}; expected answered, partial or not_found")
    if status == "not_found":
        claims = ()
    answer = Answer(
        question=case.question,
        searched_for=case.question,
        status=status,
        claims=claims,
        short_answer=data.get("short_answer"),
        also_read=(),
        nearest=(),
        searched=Searched(len(articles), None, None),
        answerer=name,
        confidence=float(data.get("confidence", status != "not_found")),
        seconds=seconds,
        usage=data.get("usage"),
        library_generation=0,
    )
    return Reply(answer, _read_hits(data.get("hits"), articles), data.get("first_seconds"))


def _read_claim(data: Any, articles: Mapping[str, Article], spans: dict[tuple[str, str], int]) -> Claim:
    if isinstance(data, str):
        data = {"text": data}
    cites = tuple(_read_citation(cite, articles, spans) for cite in data.get("citations", []))
    return Claim(str(data["text"]), cites, "supported" if cites else "unsupported")


def _read_citation(data: Any, articles: Mapping[str, Article], spans: dict[tuple[str, str], int]) -> Citation:
    article_id, quote = str(data["article_id"]), str(data.get("quote", ""))
    article = articles.get(article_id)
    start, end = data.get("start"), data.get("end")
    if article is not None and start is not None and end is not None and not quote:
        quote = article.text[start:end]
    if start is None or end is None:
        start, end, quote = find_quote(quote, article)
    n = spans.setdefault((article_id, quote), len(spans) + 1)
    return Citation(
        n=n,
        article_id=article_id,
        title=article.title if article else str(data.get("title", "")),
        outlet=article.outlet if article else "",
        url=article.url if article else data.get("url"),
        published=article.published_text if article else None,
        start=int(start),
        end=int(end),
        quote=quote,
    )


def find_quote(quote: str, article: Article | None) -> tuple[int, int, str]:
    """Where a quote stands in its article, white space aside, and as it stands there; at 0, 0 where it does not."""
    words = quote.split()
    if article is None or not words:
        return 0, 0, quote
    found = re.search(r"\s+".join(map(re.escape, words)), article.text)
    return (*found.span(), found.group()) if found else (0, 0, quote)


def _read_hits(data: Any, articles: Mapping[str, Article]) -> tuple[Found, ...] | None:
    if data is None:
        return None
    found = []
    for rank, hit in enumerate(data):
        if isinstance(hit, str):
            hit = {"article_id": hit}
        article_id, start, end = str(hit["article_id"]), hit.get("start"), hit.get("end")
        if start is None and hit.get("text"):
            start, end, _ = find_quote(hit["text"], articles.get(article_id))
            start, end = (start, end) if end else (None, None)
        found.append(Found(article_id, start, end, float(hit.get("score", -rank)), bool(hit.get("read", True))))
    return tuple(found)

"""Ask every case of a set and score what comes back."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from corpus.config import LibraryConfig
from corpus.embed import Embedder
from corpus.errors import BylineError, EvalError
from corpus.library import Library
from corpus.read import read_articles
from corpus.split import split_sentences
from corpus.types import Article, Failure
from evals.metrics import claim_hit, hit_at, normalize_answer, rank_of
from evals.types import CaseResult, EvalCase
from qa.assistant import Assistant
from qa.retrieve import Evidence
from qa.types import Answer

EMBED_AT_ONCE = 256


def draw(cases: Sequence[EvalCase], n: int, seed: int, *, unanswerable: int = 0) -> list[EvalCase]:
    """`n` answerable cases of each set, and as many `unanswerable`, drawn with a fixed seed.

    They fall to the tuning half and the report half by turns.
    """
    out: list[EvalCase] = []
    for name in dict.fromkeys(c.set_name for c in cases):
        for answerable, wanted in ((True, n), (False, unanswerable)):
            pool = [c for c in cases if c.set_name == name and c.answerable is answerable]
            random.Random(seed).shuffle(pool)
            out += [replace(c, half="tune" if i % 2 == 0 else "report") for i, c in enumerate(pool[:wanted])]
    return out


def open_articles(sources: Sequence[Path], home: Path, embedder: Embedder) -> Library:
    """A library of its own over these articles, kept under `home` by their content: the next run opens it at once."""
    state = hashlib.sha256(embedder.fingerprint.encode())
    for source in sources:
        files = sorted(p for p in source.rglob("*") if p.is_file()) if source.is_dir() else [source]
        for file in files:
            state.update(file.name.encode() + file.read_bytes())
    library = Library.open(LibraryConfig(home / "evals" / state.hexdigest()[:16]), embedder=embedder)
    if library.stats().n_articles == 0:
        report = library.add([item for source in sources for item in read_articles(str(source))])
        if report.failed:
            first: Failure = report.failed[0]
            library.close()
            raise EvalError(f"{first.source}: {first.reason}. Mend or leave out the article.")
    return library


def run_cases(
    assistant: Assistant,
    cases: Sequence[EvalCase],
    *,
    without_gold: bool = False,
    progress: Callable[[], None] = lambda: None,
) -> list[CaseResult]:
    """Every case asked and scored, in order; a case that raises is recorded with its message.

    `without_gold` hides the gold articles of each case and every other article that has its gold sentences.
    """
    library = assistant.library
    hidden = twins(library, cases) if without_gold else {}
    out: list[CaseResult] = []
    for at in range(0, len(cases), EMBED_AT_ONCE):
        group = cases[at : at + EMBED_AT_ONCE]
        vectors = library.embedder.encode_queries([c.question for c in group])
        for case, vector in zip(group, vectors, strict=True):
            without = hidden.get(case.id, frozenset())
            try:
                began = perf_counter()
                found = assistant.retriever.retrieve(case.question, as_of=case.as_of, vector=vector, without=without)
                answer = assistant.answer_from(found, perf_counter() - began)
                scores = score_case(case, answer, found.ranked, library)
                out.append(CaseResult(case, answer, scores, without_gold=without_gold))
            except BylineError as error:
                out.append(CaseResult(case, None, {}, str(error), without_gold))
            progress()
    return out


def score_case(case: EvalCase, answer: Answer, ranked: Sequence[Evidence], library: Library) -> dict[str, float | None]:
    """The scores of one case; None where a metric does not apply to it."""
    scores: dict[str, float | None] = {"answered": float(answer.status != "not_found"), "seconds": answer.seconds}
    scores["exact_quotes"] = float(quotes_exact(answer, library)) if answer.citations else None
    if not case.answerable:
        return scores
    order = list(dict.fromkeys(e.article.id for e in ranked))
    article_rank = rank_of([a in case.articles for a in order])
    has_gold = bool(case.sentences or case.answers)
    passage_rank = rank_of([holds_gold(e, case) for e in ranked])
    for k in (1, 5):
        scores[f"article_hit@{k}"] = hit_at(article_rank, k) if case.articles else None
        scores[f"passage_hit@{k}"] = hit_at(passage_rank, k) if has_gold else None
    for k in (1, 3):
        scores[f"claim_hit@{k}"] = float(claim_hit(answer, case, k)) if has_gold else None
    return scores


def quotes_exact(answer: Answer, library: Library) -> bool:
    """Whether every citation's quote is what stands at its place in its article, and is not empty."""
    cited = library.articles({c.article_id for c in answer.citations})
    return all(
        c.quote and c.article_id in cited and cited[c.article_id].text[c.start : c.end] == c.quote
        for c in answer.citations
    )


def holds_gold(evidence: Evidence, case: EvalCase) -> bool:
    """Whether a passage of a gold article holds the gold sentence or the accepted answer."""
    if case.articles and evidence.article.id not in case.articles:
        return False
    passage = evidence.hit.passage
    if case.answer_start is not None:
        return passage.start <= case.answer_start < passage.end
    text = normalize_answer(evidence.article.text[passage.start : passage.end])
    gold = case.sentences or case.answers
    return any(normalize_answer(g) in text for g in gold)


def twins(library: Library, cases: Iterable[EvalCase]) -> dict[str, frozenset[str]]:
    """For each case its gold articles, and the others with the same gold sentence word for word."""
    rows, _ = library.rows(limit=1_000_000)
    whole = library.articles([r.id for r in rows])
    texts = {a.id: " ".join(a.text.split()) for a in whole.values()}
    out: dict[str, frozenset[str]] = {}
    for case in cases:
        gold = [" ".join(s.split()) for s in case.sentences] or [
            " ".join(_sentence_at(whole[a], case).split()) for a in case.articles if a in whole
        ]
        same = {i for i, text in texts.items() if any(len(g) > 20 and g in text for g in gold)}
        out[case.id] = frozenset(same | set(case.articles))
    return out


def _sentence_at(article: Article, case: EvalCase) -> str:
    if case.answer_start is None:
        return ""
    spans = split_sentences(article.text)
    return next((article.text[a:b] for a, b in spans if a <= case.answer_start < b), "")

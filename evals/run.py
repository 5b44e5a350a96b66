"""Ask every case of a set and score what comes back. Not here: reading sets, keeping runs, adding up."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from corpus.errors import BylineError, EvalError
from corpus.library import Library
from corpus.split import split_sentences
from corpus.types import Article
from evals.score import Prices, Scores, gold_held, judge_reply, score_reply
from evals.systems import System
from evals.systems.byline import Byline, list_found
from evals.types import CaseResult, EvalCase, Found, Reply
from qa.assistant import Assistant
from qa.retrieve import Evidence
from qa.types import Answer

EMBED_AT_ONCE = 1024


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing to do: a case, perhaps with its articles hidden, for the n-th time."""

    case: EvalCase
    without_gold: bool = False
    repeat: int = 0

    @property
    def key(self) -> tuple[str, str, bool, int]:
        """As CaseResult.key."""
        return self.case.set_name, self.case.id, self.without_gold, self.repeat


def plan_asks(cases: Sequence[EvalCase], *, repeats: int = 1, without_gold: bool = False) -> list[Ask]:
    """What a run is to do, in order: every case, then again with its articles hidden where that is asked for."""
    asks = [Ask(case, repeat=n) for n in range(repeats) for case in cases]
    return asks + [Ask(c, without_gold=True) for c in cases if without_gold and c.answerable]


def ask_all(
    system: System, asks: Sequence[Ask], *, jobs: int = 1, prices: Prices | None = None
) -> Iterator[CaseResult]:
    """Results in order; a case that raises is a result with its message."""
    hard = [ask.case for ask in asks if ask.without_gold]
    if hard and not system.can_hide:
        raise EvalError(f"--without-gold: {system.name} cannot be asked as if articles were not there.")
    hidden = find_twins(system.all_articles(), hard) if hard else {}

    def away_from(ask: Ask) -> frozenset[str]:
        return frozenset(ask.case.without) | (hidden[ask.case.id] if ask.without_gold else frozenset())

    def answer(ask: Ask) -> CaseResult:
        case = ask.case
        try:
            away = away_from(ask)
            if away and not system.can_hide:
                raise EvalError(f"{system.name} cannot be asked as if articles were not there.")
            reply = system.ask(case, away)
            named = {c.article_id for c in reply.answer.citations} | {f.article_id for f in reply.found or ()}
            reply = judge_reply(reply, case, system.articles(named))
            return CaseResult(case, reply, score_reply(case, reply, prices), "", ask.without_gold, ask.repeat)
        except BylineError as error:
            message = str(error)
        except Exception as error:  # noqa: BLE001 - whatever one case raises is that case's result, not the run's end
            message = f"{type(error).__name__}: {error}"
        return CaseResult(case, None, {}, message, ask.without_gold, ask.repeat)

    with ThreadPoolExecutor(max_workers=jobs, thread_name_prefix="asking") as pool:
        for at in range(0, len(asks), EMBED_AT_ONCE):
            group = asks[at : at + EMBED_AT_ONCE]
            system.prepare([ask.case for ask in group], [away_from(ask) for ask in group])
            if jobs == 1:
                yield from map(answer, group)
                continue
            waiting = [pool.submit(answer, ask) for ask in group]
            try:
                for future in waiting:
                    yield future.result()
            finally:
                for future in waiting:
                    future.cancel()


def run_cases(
    assistant: Assistant,
    cases: Sequence[EvalCase],
    *,
    without_gold: bool = False,
    progress: Callable[[], None] = lambda: None,
) -> list[CaseResult]:
    """Every case asked of an assistant and scored, in order.

    `without_gold` hides the gold articles of each case and every other article that has its gold sentences.
    """
    system = Byline(assistant.library, assistant)
    out = []
    try:
        for result in ask_all(system, [Ask(case, without_gold) for case in cases]):
            out.append(result)
            progress()
    finally:
        system.close()
    return out


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


def score_case(case: EvalCase, answer: Answer, ranked: Sequence[Evidence], library: Library) -> Scores:
    """The scores of an answer and of the passages it was made from, without a run around it."""
    reply = Reply(answer, list_found(ranked))
    named = {c.article_id for c in answer.citations} | {f.article_id for f in reply.found or ()}
    return score_reply(case, judge_reply(reply, case, library.articles(named)))


def quotes_exact(answer: Answer, library: Library) -> bool:
    """Whether every citation's quote is what stands at its place in its article, and is not empty."""
    return all(
        judge_reply(Reply(answer, None), _NO_CASE, library.articles({c.article_id for c in answer.citations})).exact
    )


_NO_CASE = EvalCase("", "", answerable=False)


def holds_gold(evidence: Evidence, case: EvalCase) -> bool:
    """Whether a passage of a gold article holds a gold sentence or the accepted answer."""
    passage = evidence.hit.passage
    found = Found(evidence.article.id, passage.start, passage.end, evidence.hit.score)
    return bool(gold_held(found, case, evidence.article))


def twins(library: Library, cases: Iterable[EvalCase]) -> dict[str, frozenset[str]]:
    """For each case its gold articles, and the others with the same gold sentence word for word."""
    return find_twins(library.all_articles(), cases)


def find_twins(articles: Mapping[str, Article], cases: Iterable[EvalCase]) -> dict[str, frozenset[str]]:
    """`twins` over articles at hand."""
    texts = {a.id: " ".join(a.text.split()) for a in articles.values()}
    out: dict[str, frozenset[str]] = {}
    for case in cases:
        gold = [" ".join(s.split()) for s in case.sentences] or [
            " ".join(_sentence_at(articles[a], case).split()) for a in case.articles if a in articles
        ]
        same = {i for i, text in texts.items() if any(len(g) > 20 and g in text for g in gold)}
        out[case.id] = frozenset(same | set(case.articles))
    return out


def _sentence_at(article: Article, case: EvalCase) -> str:
    if case.answer_start is None:
        return ""
    spans = split_sentences(article.text)
    return next((article.text[a:b] for a, b in spans if a <= case.answer_start < b), "")

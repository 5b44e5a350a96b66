"""From question to cited answer over the sample library, with the real parts."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from llama_index.core import Settings  # noqa: TID251 - only to prove that it stays untouched
from llama_index.core.llms import CompletionResponse, CompletionResponseGen, CustomLLM, LLMMetadata
from llama_index.core.query_engine import RetrieverQueryEngine

from corpus.config import LibraryConfig
from corpus.errors import QuestionError
from corpus.library import Library
from corpus.read import read_articles
from corpus.types import Article
from qa.assistant import Assistant
from qa.config import Config
from qa.question import LONGEST_QUESTION
from qa.read import score_sentences, weights_for
from qa.retrieve import PASSAGES_A_SOURCE, llama_index_retriever
from qa.types import Answer, Claim

ARTICLES = Path(__file__).parent.parent / "corpus" / "articles"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(LibraryConfig(tmp_path_factory.mktemp("home"))) as library:
        report = library.add(list(read_articles(str(ARTICLES))))
        assert not report.failed
        yield library


@pytest.fixture(scope="module")
def assistant(library: Library) -> Assistant:
    return Assistant(library)


def test_the_models_question_is_answered_from_the_articles_about_the_models(assistant: Assistant) -> None:
    answer = assistant.ask("why were the models blocked?")
    assert answer.status == "answered"
    assert "dual use" in answer.text or "vulnerabilities" in answer.text or "attackers" in answer.text
    assert all("model" in c.quote for c in answer.citations[:1])


@pytest.mark.parametrize(
    "question",
    ["Who won the 2022 World Cup?", "How much did Mythos 5 cost to train?", "What is the population of Tarvenia?"],
)
def test_what_the_articles_do_not_say_is_not_found(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    assert answer.status == "not_found"
    assert answer.claims == ()
    assert answer.short_answer is None
    assert len({s.article_id for s in answer.nearest}) == 3
    assert answer.searched.n_articles == assistant.library.stats().n_articles
    assert answer.searched.first
    assert answer.searched.last
    assert answer.searched.first < answer.searched.last
    assert answer.try_instead
    assert answer.try_instead != question


QUESTIONS = [
    "why were the models blocked?",
    "How many people died on the ferry?",
    "When will the Harbour Line open?",
    "Who is the mayor of Port Ansel?",
    "What do the rules say about renting apartments to vacationers?",
    "How much did rents rise in Harrow Quay?",
    "What did the union demand?",
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_citation_is_the_exact_text_and_whole_sentences(assistant: Assistant, question: str) -> None:
    answer = Assistant(assistant.library, Config(threshold=0.0)).ask(question)
    assert 1 <= len(answer.claims) <= 3
    for claim in answer.claims:
        assert claim.support == "quote"
        for cite in claim.citations:
            article = assistant.library.article(cite.article_id)
            assert article is not None
            assert article.text[cite.start : cite.end] == cite.quote
            stored = assistant.library.passages_of(cite.article_id)
            starts = {s.start for p in stored for s in p.sentences}
            ends = {s.end for p in stored for s in p.sentences}
            assert cite.start in starts
            assert cite.end in ends
            assert all(0 <= a < b <= len(cite.quote) for a, b in cite.marks)
    assert [c.n for c in answer.citations] == list(range(1, len(answer.citations) + 1))


def test_the_stream_ends_with_the_answer_that_ask_gives(assistant: Assistant) -> None:
    *parts, last = assistant.stream(QUESTIONS[1])
    asked = assistant.ask(QUESTIONS[1])
    assert last.answer is not None
    assert replace(last.answer, seconds=0.0) == replace(asked, seconds=0.0)
    assert [p.claims for p in parts] == [asked.claims[:n] for n in range(1, len(asked.claims))]


def test_an_answer_survives_its_json_form(assistant: Assistant) -> None:
    for question in (QUESTIONS[0], "Who won the 2022 World Cup?"):
        answer = assistant.ask(question)
        assert Answer.from_json(answer.to_json()) == answer
    with pytest.raises(ValueError, match="schema 0"):
        Answer.from_json({**answer.to_json(), "schema": 0})
    with pytest.raises(ValueError, match="malformed"):
        Answer.from_json({**answer.to_json(), "claims": [{}]})


@pytest.mark.parametrize("question", ["", "  \n", "?!", "x" * (LONGEST_QUESTION + 1)])
def test_a_question_that_is_none_is_refused_in_words(assistant: Assistant, question: str) -> None:
    with pytest.raises(QuestionError, match=r"The question (is empty|has 2,001 characters)"):
        assistant.ask(question)


@pytest.mark.parametrize("question", ['title:"x" AND (', "body:*~^ OR -", "😀 ?", "' OR 1=1 --", "the of and"])
def test_no_question_is_read_as_query_syntax(assistant: Assistant, question: str) -> None:
    assert assistant.ask(question + " a").status in ("answered", "partial", "not_found")


def test_near_copies_of_one_story_are_read_once(assistant: Assistant) -> None:
    found = assistant.retriever.retrieve("How many people were on the ferry that sank on Lake Oressa?")
    twins = {"lake-oressa-ferry-sinks-14-dead", "passenger-ferry-goes-down-osmere"}
    texts = [e.found for e in found.evidence if e.article.id in twins]
    assert twins & {e.article.id for e in found.ranked}
    assert all(len(a & b) < 0.8 * len(a | b) for i, a in enumerate(texts) for b in texts[:i])


def test_no_source_fills_the_evidence_unless_the_question_names_it(assistant: Assistant) -> None:
    for question in QUESTIONS:
        found = assistant.retriever.retrieve(question)
        of_source = [e.article.id for e in found.evidence]
        named = {e.article.id for e in found.evidence if of_source.count(e.article.id) > PASSAGES_A_SOURCE}
        for name in named:
            title = next(e.article.title for e in found.evidence if e.article.id == name)
            assert set(title.lower().split()) & set(question.lower().rstrip("?").split())


def test_nothing_published_after_the_day_of_asking_is_read(assistant: Assistant) -> None:
    as_of = date(2026, 4, 30)
    answer = Assistant(assistant.library, Config(threshold=0.0)).ask("When will the Harbour Line open?", as_of=as_of)
    assert answer.claims
    assert all(c.published is None or c.published[:10] <= as_of.isoformat() for c in answer.citations)


def test_top_k_bounds_what_is_read(library: Library) -> None:
    assert len(Assistant(library, Config(top_k=1)).retriever.retrieve(QUESTIONS[0]).evidence) == 1


@pytest.mark.parametrize(
    ("text", "best"),
    [
        ("Ana Thorley leads the council of Port Ansel. She raised the harbour fee to 412 crowns in May.", "She raised"),
        ('"We had no choice," Ana Thorley said. "We raised the harbour fee to 412 crowns in May."', '"We raised'),
    ],
)
def test_a_sentence_that_points_back_or_is_said_brings_who_is_meant(text: str, best: str, tmp_path: Path) -> None:
    with Library.open(LibraryConfig(tmp_path)) as library:
        library.add([Article("fee", "Harbour fee", text, source="pasted", content_hash="00000000")])
        answer = Assistant(library, Config(threshold=0.0)).ask("To how many crowns was the harbour fee raised?")
        assert answer.claims[0].citations[0].quote == text
        retrieval = Assistant(library).retriever.retrieve("To how many crowns was the harbour fee raised?")
        assert score_sentences(retrieval, weights_for(retrieval))[0].text.startswith(best)


def test_text_of_an_answer_keeps_lists_apart(assistant: Assistant) -> None:
    answer = assistant.ask(QUESTIONS[1])
    claims = tuple(Claim(t, (), "unsupported", joins=j) for t, j in (("A.", False), ("B.", True), ("- C", False)))
    assert replace(answer, claims=claims).text == "A. B.\n- C"
    old = answer.to_json()
    for key in ("notice", "built_in"):  # as it was written before there were these
        del old[key]
    for claim in old["claims"]:
        for key in ("kind", "joins", "found"):
            del claim[key]
    assert Answer.from_json(old) == answer


def test_an_empty_library_finds_nothing_and_says_so(tmp_path: Path) -> None:
    with Library.open(LibraryConfig(tmp_path)) as library:
        answer = Assistant(library).ask("why were the models blocked?")
    assert (answer.status, answer.nearest, answer.searched.n_articles) == ("not_found", (), 0)


class EchoLLM(CustomLLM):
    """Answers with the prompt it was given, so that a test sees what an engine would read."""

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(context_window=32_000, num_output=512, model_name="echo")

    def complete(self, prompt: str, formatted: bool = False, **kwargs: object) -> CompletionResponse:
        return CompletionResponse(text=prompt)

    def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: object) -> CompletionResponseGen:
        yield CompletionResponse(text=prompt, delta=prompt)


def test_a_llama_index_engine_runs_over_the_library(assistant: Assistant) -> None:
    engine = RetrieverQueryEngine.from_args(llama_index_retriever(assistant.retriever), llm=EchoLLM())
    response = engine.query("why were the models blocked?")
    assert "Fable 5" in str(response)
    node = response.source_nodes[0]
    article = assistant.library.article(node.metadata["article_id"])
    assert article is not None
    assert article.text[node.metadata["start"] : node.metadata["end"]] == node.node.get_content()
    assert node.metadata["published"] == article.published_text
    assert Settings._llm is None

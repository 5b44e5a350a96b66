from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from scripted_llm import Scripted

from corpus.read import read_articles
from corpus.types import Article
from evals.__main__ import main
from evals.cases import read_set
from evals.check import check_cases
from evals.material import SAMPLE_ARTICLES
from evals.metrics import contains_answer
from evals.questions import make_questions
from evals.suggest import TAKEN_AWAY, RuleWriter, Writer, Written, suggest_cases
from evals.writer import LlmWriter


@pytest.fixture(scope="module")
def articles() -> dict[str, Article]:
    return {a.id: a for a in read_articles(str(SAMPLE_ARTICLES)) if isinstance(a, Article)}


@pytest.mark.parametrize(
    ("sentence", "question", "answer"),
    [
        (
            "The Halden Star was built in 1987 and was certified to carry 120 passengers and crew.",
            "In what year was the Halden Star built?",
            "1987",
        ),
        (
            "Judge Paul Wintrow will hear the case on April 20.",
            "Who will hear the case on April 20?",
            "Judge Paul Wintrow",
        ),
        (
            "A replacement part costing $460 was ordered on March 19 in Osmere.",
            "A replacement part costing how much was ordered on March 19 in Osmere?",
            "$460",
        ),
        (
            "Mayor Sofia Renn now puts the damage at $140 million.",
            "Mayor Sofia Renn now puts the damage at how much?",
            "$140 million",
        ),
        (
            "Twenty-two trams have been delivered by the builder, Strand & Oakley.",
            "How many trams have been delivered by the builder, Strand & Oakley?",
            "Twenty-two trams",
        ),
    ],
)
def test_a_factual_sentence_becomes_a_question(sentence: str, question: str, answer: str) -> None:
    assert (question, answer) in [(q.text, q.answer) for q in make_questions(sentence)]


@pytest.mark.parametrize(
    "sentence",
    [
        "He was born in Osmere in 1950 and lives there.",  # nobody knows who
        "The winner will take office on May 4.",  # nothing is named
        "“It was built in 1987,” said Peter Marrack of Osmere.",  # a quote
        "The river reached its highest level in Kelderby on Sunday.",  # leans on what came before
        "Osmere mourns.",
    ],
)
def test_a_sentence_that_leans_on_others_gives_none(sentence: str) -> None:
    assert make_questions(sentence) == []


def test_drafts_hold_and_a_third_has_its_articles_taken_away(articles: dict[str, Article]) -> None:
    drafts = suggest_cases(articles, 50)
    assert len(drafts) == 50
    assert len({d.id for d in drafts}) == 50
    assert all(d.draft for d in drafts)
    assert check_cases(drafts, articles) == []
    away = [d for d in drafts if not d.answerable]
    assert len(away) == 16
    assert all(d.without and d.tags == (TAKEN_AWAY,) for d in away)
    assert len({d.articles for d in drafts if d.answerable}) > 10  # spread over the articles
    assert suggest_cases(articles, 50) == drafts
    assert suggest_cases(articles, 50, seed=1) != drafts


class TwoQuestions(Writer):
    """Asks of each article what two sentences say, one of which is not there."""

    def write(self, article: Article, rng: random.Random) -> Sequence[Written]:
        return [
            Written("Where?", "nowhere", "It is nowhere."),
            Written(f"What of {article.id}?", "cold", "It is cold."),
        ]


def test_every_copy_of_the_sentence_is_taken_away_and_what_is_not_there_is_not_asked() -> None:
    texts = {"a": "It is cold. So.", "b": "Well. It is cold.", "c": "Of b it is very cold.", "d": "Warm."}
    articles = {id: Article(id, id, text) for id, text in texts.items()}
    drafts = suggest_cases(articles, 9, writer=TwoQuestions())
    assert sorted(d.question for d in drafts) == ["What of a?", "What of b?"]
    only = suggest_cases(articles, 3, writer=TwoQuestions(), known=["What of a?", "where"])
    assert [d.question for d in only] == ["What of b?"]
    third = suggest_cases({**articles, "e": Article("e", "e", "It is cold.")}, 9, writer=TwoQuestions())
    (away,) = [d for d in third if not d.answerable]
    assert {"a", "b", "e"} <= set(away.without)
    assert "d" not in away.without


def asked(question: str, answer: str, sentence: object = 2) -> dict[str, object]:
    return {"question": question, "answer": answer, "sentence": sentence}


def test_a_language_model_may_write_what_stands_in_the_article() -> None:
    lake = Article("lake", "Lake", "Oressa is cold. It is 74 meters deep. So they say.")
    model = Scripted(replies=[{"questions": [asked("How deep does  Oressa go?", "74 meters")]}])
    (draft,) = suggest_cases({"lake": lake}, 1, writer=LlmWriter(model))
    assert (draft.question, draft.answers) == ("How deep does Oressa go?", ("74 meters",))
    assert draft.sentences == ("It is 74 meters deep.",)
    assert draft.draft
    assert '"2": "It is 74 meters deep."' in model.prompts[0]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ({"questions": [asked("How deep?", "80 meters")]}, "does not stand in sentence 2"),
        ({"questions": [asked("How deep?", "74 meters", 9)]}, '"sentence" must be a number from 1 to 3'),
        ({"questions": []}, "with at least one"),
        ("Here are some questions.", "not one JSON value"),
    ],
)
def test_what_a_language_model_makes_up_is_refused_and_after_two_replies_nothing_is_drafted(
    bad: object, reason: str
) -> None:
    lake = Article("lake", "Lake", "Oressa is cold. It is 74 meters deep. So they say.")
    model = Scripted(replies=[bad, bad])
    assert suggest_cases({"lake": lake}, 5, writer=LlmWriter(model)) == []
    assert reason in model.prompts[1]


def test_rules_write_answers_that_stand_in_their_sentences(articles: dict[str, Article]) -> None:
    written = [w for a in articles.values() for w in RuleWriter().write(a, random.Random(0))]
    assert len(written) > 40
    wrong = [w for w in written if not contains_answer(w.sentence, [w.answer])]
    assert wrong == []


def test_the_command_adds_drafts_and_a_second_call_adds_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BYLINE_HOME", str(tmp_path))
    source = [
        str(SAMPLE_ARTICLES / "ferry-inquiry-blames-bow-door.md"),
        str(SAMPLE_ARTICLES / "kelderley-wind-farm-vote.md"),
    ]
    assert main(["suggest", "--n", "4", "--articles", *source]) == 0
    path = tmp_path / "evals" / "drafts.jsonl"
    assert "4 drafts added" in capsys.readouterr().out
    assert main(["suggest", "--n", "50", "--articles", *source]) == 0
    assert "50 were asked for" in capsys.readouterr().out
    cases = read_set(str(path)).cases
    assert len({c.question for c in cases}) == len(cases) > 4
    assert main(["run", str(path), "--articles", *source]) == 2
    assert "nothing but drafts" in capsys.readouterr().err
    assert main(["suggest", "--n", "2", "--articles", *source, "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 2


def test_a_set_becomes_rows_that_a_reader_is_trained_on(tmp_path: Path, articles: dict[str, Article]) -> None:
    from qa.reader.data import read_material

    out = tmp_path / "rows.jsonl"
    assert main(["rows", "sample", "--half", "tune", "--out", str(out)]) == 0
    rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    cases = {c.id: c for c in read_set("sample").cases}
    for row in rows:
        case = cases[row["id"].split("/")[0]]
        assert case.half == "tune"
        assert row["answerable"] == case.answerable
        for answer in row["answers"]:
            assert row["context"][answer["start"] :].startswith(answer["text"])
        if row["answerable"]:
            start, end = row["sentence"]
            assert row["context"][start:end] in case.sentences
    questions = read_material([out]).questions
    assert len(questions) == len(rows) > 60
    assert sum(bool(q.gold) for q in questions) == sum(row["answerable"] for row in rows)

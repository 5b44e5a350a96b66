from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import EvalError
from corpus.read import read_articles
from corpus.types import Article
from evals.__main__ import main
from evals.cases import read_set
from evals.importers import FORMATS, import_set
from evals.types import EvalCase

SQUAD = {
    "version": "v2.0",
    "data": [
        {
            "title": "Lake_Oressa",
            "paragraphs": [
                {
                    "context": "Lake  Oressa lies in\u00a0Tarvenia. It is 74 meters deep. Pell Harbour is near.",
                    "qas": [
                        {
                            "id": "56be",
                            "question": " How deep is it? ",
                            "answers": [
                                {"text": "74 meters", "answer_start": 39},
                                {"text": "74", "answer_start": 39},
                            ],
                            "is_impossible": False,
                        },
                        {
                            "id": "5a2c",
                            "question": "Who owns it?",
                            "answers": [],
                            "is_impossible": True,
                            "plausible_answers": [{"text": "Tarvenia", "answer_start": 22}],
                        },
                    ],
                },
                {
                    "context": "A ferry sank. The ferry had sailed from Pell Harbour. The ferry was old.",
                    "qas": [
                        {
                            "id": "77aa",
                            "question": "What was old?",
                            "answers": [{"text": "The ferry", "answer_start": 54}],
                        },
                        {"id": "77ab", "question": "When?", "answers": [{"text": "in 1999", "answer_start": 3}]},
                        {"id": "77aa", "question": "Twice?", "answers": [{"text": "old", "answer_start": 68}]},
                    ],
                },
            ],
        }
    ],
}


def write_lines(path: Path, lines: list[Any]) -> Path:
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")
    return path


def cases_of(out: Path) -> dict[str, EvalCase]:
    return {case.id: case for case in read_set(str(out / "cases.jsonl")).cases}


def articles_of(out: Path) -> dict[str, Article]:
    return {a.id: a for a in read_articles(str(out / "articles.jsonl")) if isinstance(a, Article)}


def reasons_of(out: Path) -> dict[str, str]:
    lines = (out / "dropped.jsonl").read_text("utf-8").splitlines()
    return {line["id"]: line["reason"] for line in map(json.loads, lines)}


def test_squad_places_still_point_at_the_answers_after_reading_the_articles_back(tmp_path: Path) -> None:
    source = tmp_path / "dev.json"
    source.write_text(json.dumps(SQUAD), "utf-8")
    import_set("squad", source, tmp_path / "out")
    cases, articles = cases_of(tmp_path / "out"), articles_of(tmp_path / "out")
    assert list(cases) == ["56be", "5a2c", "77aa"]
    text = articles["lake-oressa"].text
    deep, old = cases["56be"], cases["77aa"]
    assert deep.question == "How deep is it?"
    assert deep.answers == ("74 meters", "74")
    assert deep.sentences == ("It is 74 meters deep.",)
    assert deep.answer_start is not None
    assert text[deep.answer_start :].startswith("74 meters")
    assert old.sentences == ("The ferry was old.",)  # the third place of "The ferry", not the first
    assert old.answer_start is not None
    assert text[old.answer_start :].startswith("The ferry was old")
    assert not cases["5a2c"].answerable
    assert reasons_of(tmp_path / "out") == {
        "77ab": "its answer 'in 1999' does not stand in its paragraph",
        "77aa": "the id '77aa' comes twice",
    }
    assert read_set(str(tmp_path / "out" / "cases.jsonl")).header.licence == "CC BY-SA 4.0"


def test_beir_judgements_become_gold_articles(tmp_path: Path) -> None:
    (tmp_path / "qrels").mkdir()
    write_lines(
        tmp_path / "corpus.jsonl",
        [
            {"_id": "d1", "title": "Ferries", "text": "A ferry sank.", "metadata": {"url": "https://a.example/1"}},
            {"_id": "d2", "title": "", "text": "Trams stopped on a viaduct.", "metadata": {}},
            {"_id": "d3", "title": "Empty", "text": ""},
        ],
    )
    write_lines(
        tmp_path / "queries.jsonl",
        [
            {"_id": "q1", "text": "what sank", "metadata": {}},
            {"_id": "q2", "text": "what stopped"},
            {"_id": "q3", "text": "nothing"},
            {"_id": "q4", "text": "lost"},
            {"_id": "q5", "text": "of another split"},
        ],
    )
    rows = "query-id\tcorpus-id\tscore\nq1\td2\t1\nq1\td1\t2\nq2\td2\t1\nq3\td1\t0\nq4\td3\t1\nq6\td1\t1\n"
    (tmp_path / "qrels" / "test.tsv").write_text(rows + "broken line\n", "utf-8")
    (tmp_path / "qrels" / "train.tsv").write_text("query-id\tcorpus-id\tscore\nq5\td1\t1\n", "utf-8")
    import_set("beir", tmp_path, tmp_path / "out", "CC0")
    cases = cases_of(tmp_path / "out")
    assert {id: case.articles for id, case in cases.items()} == {"q1": ("d1", "d2"), "q2": ("d2",)}
    assert articles_of(tmp_path / "out")["d2"].title == "Trams stopped on a viaduct."
    assert read_set(str(tmp_path / "out" / "cases.jsonl")).header.licence == "CC0"
    reasons = reasons_of(tmp_path / "out")
    assert reasons["d3"] == "no text"
    assert reasons["q3"] == "nothing is judged relevant to it"
    assert reasons["q4"].startswith("none of its relevant articles is in the corpus")
    assert reasons["q6"] == "judged, but not among the queries"
    assert "expected query-id, corpus-id and score" in reasons[""]


def context(id: str, text: str, title: str = "", votes: dict[str, str] | None = None) -> dict[str, Any]:
    feedback = {who: {"value": value, "timestamp": 1724711172} for who, value in (votes or {}).items()}
    return {"document_id": id, "text": text, "title": title, "url": "https?://(?:www\\.)?", "score": 27.7,
            "feedback": {"relevant": feedback}}  # fmt: skip


def turn(speaker: str, text: str) -> dict[str, Any]:
    return {"speaker": speaker, "text": text, "metadata": {"author_type": "human", "created_at": 1724708469}}


def task(number: int, kind: str, turns: list[Any], contexts: list[Any], target: str = "In London.") -> dict[str, Any]:
    return {"conversation_id": "dd6b", "task_id": f"dd6b<::>{number}", "task_type": "rag", "turn": number,
            "collection": "mt-rag-clapnq", "contexts": contexts, "input": turns, "targets": [turn("agent", target)],
            "Answerability": [kind], "Multi-Turn": ["Follow-up"], "Validity": float("nan")}  # fmt: skip


def test_mtrag_turns_become_history_and_judged_contexts_gold(tmp_path: Path) -> None:
    first, said, asked = turn("user", "where do they play"), turn("agent", "I do not know."), turn("user", "Abroad?")
    contexts = [
        context("a-1", "2017 season\nThey played in London.", "2017 season", {"g": "yes", "h": "no"}),
        context("a-2", "They played at home.", "", {"g": "no"}),
        context("a-3", "They also played in Mexico.", "Mexico"),
    ]
    lines = [
        task(1, "UNANSWERABLE", [first], [], "I do not know."),
        task(2, "ANSWERABLE", [first, said, asked], contexts),
        task(3, "CONVERSATIONAL", [first, said, turn("user", "Thanks!")], []),
        task(4, "UNDERSPECIFIED", [first], contexts),
        task(5, "PARTIAL", [first], [], "word " * 30),
        "broken",
    ]
    import_set("mtrag", write_lines(tmp_path / "reference.jsonl", lines), tmp_path / "out")
    cases, articles = cases_of(tmp_path / "out"), articles_of(tmp_path / "out")
    assert list(cases) == ["dd6b<::>1", "dd6b<::>2"]
    second = cases["dd6b<::>2"]
    assert second.question == "Abroad?"
    assert [(t.role, t.content) for t in second.history] == [
        ("user", "where do they play"),
        ("assistant", "I do not know."),
    ]
    assert second.articles == ("a-1", "a-3")
    assert second.tags == ("answerable", "follow-up")
    assert second.reference == "In London."
    assert articles["a-1"].text == "They played in London."
    assert articles["a-1"].title == "2017 season"
    assert articles["a-1"].url is None  # the data set has a pattern in place of the address
    assert set(articles) == {"a-1", "a-2", "a-3"}
    reasons = reasons_of(tmp_path / "out")
    assert set(reasons) == {"dd6b<::>3", "dd6b<::>4", "dd6b<::>5", ""}
    assert reasons["dd6b<::>5"] == "answerable, but none of its contexts is usable"


def clapnq(id: str, answer: str, chosen: list[str]) -> dict[str, Any]:
    sentences = ["Seasonality is a trait of a time series .", "It recurs every year .", "Many use it ."]
    return {"id": id, "input": "what recurs every year",
            "passages": [{"title": "Forecasting", "text": " ".join(sentences), "sentences": sentences}],
            "output": [{"answer": answer, "selected_sentences": chosen,
                        "meta": {"skip": False, "non_consecutive": True, "round": 2}}]}  # fmt: skip


def test_clapnq_selected_sentences_are_gold_and_one_passage_is_one_article(tmp_path: Path) -> None:
    lines = [
        clapnq("64", "Seasonality recurs.", ["It recurs every year .", "Many use it ."]),
        clapnq("-25", "", []),
        clapnq("7", "It does.", ["Nothing like it ."]),
    ]
    import_set("clapnq", write_lines(tmp_path / "dev.jsonl", lines), tmp_path / "out")
    cases = cases_of(tmp_path / "out")
    assert cases["64"].sentences == ("It recurs every year .", "Many use it .")
    assert cases["64"].articles == ("clapnq-64",)
    assert cases["64"].reference == "Seasonality recurs."
    assert not cases["-25"].answerable
    assert list(articles_of(tmp_path / "out")) == ["clapnq-64"]
    assert reasons_of(tmp_path / "out") == {"7": "none of its selected sentences stands in its passage"}


def quiz(id: str, question: str, choices: list[str], answer: str, evidence: str = "") -> dict[str, Any]:
    return {"question_id": id, "question_date": "2023/01/06", "question_source": "THE WEEK",
            "question_url": "https://quiz.example/31", "question_sentence": question, "choices": choices,
            "answer": [answer], "evidence": evidence}  # fmt: skip


def test_realtimeqa_finds_its_gold_among_the_search_results_of_the_question(tmp_path: Path) -> None:
    (tmp_path / "week").mkdir()
    found = {"url": "https://www.news.example/2023/a?x=1", "title": "Bills update", "text": "He plays for the Bills.",
             "authors": [], "publish_date": "2023/01/05"}  # fmt: skip
    other = {**found, "url": "https://news.example/b", "text": "The Bengals lost."}
    write_lines(
        tmp_path / "week" / "20230106_gcs.jsonl",
        [
            {"question_id": "20230106_0", "search_time": "2023/01/07/05:11", "search_result": [found, other]},
            {"question_id": "20230106_1", "search_time": "2023/01/07/05:11", "search_result": [other]},
        ],
    )
    lines = [
        quiz("20230106_0", "Which team?", ["Bengals", "‘Bills’"], "1"),
        quiz("20230106_1", "Which again?", ["Bills", "Browns"], "0"),
        quiz("20230106_2", "Out of reach?", ["One"], "3"),
    ]
    write_lines(tmp_path / "week" / "20230106_qa.jsonl", lines)
    import_set("realtimeqa", tmp_path / "week", tmp_path / "out")
    case = cases_of(tmp_path / "out")["20230106_0"]
    assert case.answers == ("Bills",)
    assert case.articles == ("news-example-2023-a",)
    assert str(case.as_of) == "2023-01-06"
    assert articles_of(tmp_path / "out")["news-example-2023-a"].published_text == "2023-01-05"
    reasons = reasons_of(tmp_path / "out")
    assert reasons["20230106_1"] == "no article found for it says 'Bills'"
    assert reasons["20230106_2"].startswith("choices, answer and question_date do not fit together")


def test_realtimeqa_without_search_results_takes_the_quiz_s_evidence(tmp_path: Path) -> None:
    lines = [
        quiz("0_nota", "Which pope?", ["A", "Benedict XVI"], "1", 'Pope <a href="x">Benedict XVI</a> &amp; co.'),
        quiz("1_nota", "Which seed?", ["Chia", "None of the above"], "1", "Sesame joined."),
        quiz("2_nota", "Which sea?", ["Red"], "0"),
    ]  # fmt: skip
    import_set("realtimeqa", write_lines(tmp_path / "20230106_qa_nota.jsonl", lines), tmp_path / "out")
    assert cases_of(tmp_path / "out")["0_nota"].articles == ("0_nota-evidence",)
    assert articles_of(tmp_path / "out")["0_nota-evidence"].text == "Pope Benedict XVI & co."
    assert reasons_of(tmp_path / "out") == {
        "1_nota": "the right choice is not among the choices",
        "2_nota": "no evidence, and no *_gcs.jsonl beside the quiz",
    }


def test_a_table_brings_its_articles_and_says_what_it_left_out(tmp_path: Path) -> None:
    source = tmp_path / "mine.csv"
    source.write_text(
        "Question,answers,context,title,id,mood,answerable\n"
        'How deep?,74 meters | 74,"Oressa is cold. It is 74 meters deep.",Oressa,q1,good,\n'
        "Who owns it?,,,,q2,,no\n"
        "What now?,,,,q3,,\n"
        "How wide?,,,,q4,,yes\n"
        "Really?,,,,q5,,perhaps\n",
        "utf-8",
    )
    import_set("csv", source, tmp_path / "out")
    cases = cases_of(tmp_path / "out")
    assert cases["q1"].answers == ("74 meters", "74")
    assert cases["q1"].sentences == ("It is 74 meters deep.",)
    assert cases["q1"].articles == ("oressa",)
    assert not cases["q2"].answerable
    reasons = reasons_of(tmp_path / "out")
    assert reasons[""] == "the column 'mood' is not known and was left out"
    assert "answerable, but with no answer" in reasons["q4"]
    assert "expected yes or no" in reasons["q5"]


def test_a_table_with_tabs_may_name_articles_of_the_library(tmp_path: Path) -> None:
    source = tmp_path / "mine.tsv"
    source.write_text('question\tanswer\tarticle\tas_of\nHow "deep"?\t74\toressa\t2026-06-03\n', "utf-8")
    import_set("tsv", source, tmp_path / "out")
    (case,) = cases_of(tmp_path / "out").values()
    assert (case.id, case.articles, str(case.as_of)) == ("row-2", ("oressa",), "2026-06-03")
    assert "articles" not in json.loads((tmp_path / "out" / "cases.jsonl").read_text("utf-8").splitlines()[0])


def test_markdown_of_questions_and_answers(tmp_path: Path) -> None:
    source = tmp_path / "mine.md"
    source.write_text(
        "# My questions\nLicence: CC BY 4.0\n\n**Q:** When does it open?\n**A:** September 14\nA: in September\n"
        "> It will not open before September 14.\nArticle: audit\nTags: when, change\n\n"
        "### Q: Who is the\nmayor of Osmere?\nA: -\n\nQ: Why?\n\n- Q: When does it open?\n- A: never, "
        + "because " * 20
        + "\n",
        "utf-8",
    )
    import_set("markdown", source, tmp_path / "out")
    cases = cases_of(tmp_path / "out")
    assert list(cases) == ["when-does-it-open", "who-is-the-mayor-of-osmere", "when-does-it-open-2"]
    first, second, third = cases.values()
    assert (first.answers, first.articles, first.tags) == (
        ("September 14", "in September"),
        ("audit",),
        ("when", "change"),
    )
    assert first.sentences == ("It will not open before September 14.",)
    assert (second.question, second.answerable) == ("Who is the mayor of Osmere?", False)
    assert third.reference.startswith("never, because")
    assert "a question without an answer" in reasons_of(tmp_path / "out")["why"]
    assert read_set(str(tmp_path / "out" / "cases.jsonl")).header.licence == "CC BY 4.0"


@pytest.mark.parametrize(
    ("name", "said", "message"),
    [
        ("squad", '{"cases": []}', "not in SQuAD's form"),
        ("beir", "", "no BEIR folder; it lacks corpus.jsonl, queries.jsonl, qrels"),
        ("mtrag", '{"task_id": "1", "input": []}', "no usable case in it. First: .*its last turn is not the user's"),
        ("csv", "a,b\n1,2\n", "no column named question. Found: a, b"),
        ("markdown", "Nothing here.", "no usable case in it"),
        ("parquet", "", "no such format. Valid: squad, beir, mtrag"),
    ],
)
def test_a_source_of_another_form_is_refused_and_nothing_is_written(
    tmp_path: Path, name: str, said: str, message: str
) -> None:
    source = tmp_path / "source"
    source.write_text(said, "utf-8")
    with pytest.raises(EvalError, match=message):
        import_set(name, source, tmp_path / "out")
    assert [p.name for p in tmp_path.iterdir()] == ["source"]


def test_an_import_never_writes_over_a_folder(tmp_path: Path) -> None:
    source = tmp_path / "dev.json"
    source.write_text(json.dumps(SQUAD), "utf-8")
    assert main(["import", "squad", str(source), str(tmp_path / "out")]) == 0
    before = (tmp_path / "out" / "cases.jsonl").read_bytes()
    with pytest.raises(EvalError, match="is there already"):
        import_set("squad", source, tmp_path / "out")
    assert (tmp_path / "out" / "cases.jsonl").read_bytes() == before


def test_the_command_says_what_was_dropped_and_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "dev.json"
    source.write_text(json.dumps(SQUAD), "utf-8")
    assert main(["import", "squad", str(source), str(tmp_path / "out"), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["articles"], said["cases"], said["licence"]) == (1, 3, "CC BY-SA 4.0")
    assert len(said["dropped"]) == 2
    assert main(["import", "squad", str(source), str(tmp_path / "again")]) == 0
    assert "comes twice" in capsys.readouterr().out


def test_every_format_is_tested_here() -> None:
    text = Path(__file__).read_text("utf-8")
    assert all(f'import_set("{name}"' in text for name in FORMATS)

"""Imports of the sets that research on questions publishes: MTRAG, ClapNQ, RealTime QA."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from imported_sets import articles_of, cases_of, reasons_of, write_lines

from evals.importers import import_set


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


def test_mtrag_as_a_folder_has_its_passages_once(tmp_path: Path) -> None:
    source = tmp_path / "mtrag-un"
    source.mkdir()
    passages = [{"id": "p1", "title": "", "outlet": "fiqa", "text": "Dealers take a cashier's check.", "url": None},
                {"id": "p2", "title": "", "outlet": "fiqa", "text": "", "url": None}]  # fmt: skip
    turns = [{"role": "user", "content": "Can I pay cash?"}, {"role": "assistant", "content": "Yes."}]
    asked = {"question": "Or by check?", "history": turns, "multi_turn": ["Follow-up"], "question_type": ["Factoid"]}
    tasks = [
        {"id": "1", "answerability": "ANSWERABLE", "articles": ["p1"], "reference": ["By a cashier's check."]},
        {"id": "2", "answerability": "UNANSWERABLE", "articles": [], "reference": ["I do not know."]},
        {"id": "3", "answerability": "UNDERSPECIFIED", "articles": [], "reference": []},
        {"id": "4", "answerability": "PARTIAL", "articles": ["p2"], "reference": []},
    ]
    write_lines(source / "articles.jsonl", passages)
    write_lines(source / "cases.jsonl", [task | asked for task in tasks])
    import_set("mtrag", source, tmp_path / "out")
    cases = cases_of(tmp_path / "out")
    assert {id: (case.answerable, case.articles, case.reference) for id, case in cases.items()} == {
        "1": (True, ("p1",), "By a cashier's check."),
        "2": (False, (), ""),
    }
    assert [(t.role, t.content) for t in cases["1"].history] == [("user", "Can I pay cash?"), ("assistant", "Yes.")]
    assert cases["1"].tags == ("answerable", "follow-up", "factoid")
    assert articles_of(tmp_path / "out")["p1"].title == "fiqa"
    reasons = reasons_of(tmp_path / "out")
    assert set(reasons) == {"3", "4", "p2"}
    assert reasons["4"] == "its article 'p2' is not among the articles"


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

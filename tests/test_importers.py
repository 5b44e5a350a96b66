from __future__ import annotations

import json
from pathlib import Path

import pytest
from imported_sets import articles_of, cases_of, reasons_of, write_lines

from corpus.errors import EvalError
from evals.__main__ import main
from evals.cases import read_set
from evals.importers import FORMATS, import_set

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


def test_every_format_is_tested() -> None:
    text = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_importers*.py"))
    assert all(f'import_set("{name}"' in text for name in FORMATS)

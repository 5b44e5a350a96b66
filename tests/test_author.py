from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.config import LibraryConfig
from corpus.embed import load_embedder
from corpus.errors import EvalError
from corpus.library import Library
from corpus.read import read_articles
from corpus.types import Article
from evals.__main__ import main
from evals.author import Author, SetWriter, Talk
from evals.cases import read_set
from evals.inbox import draft_case, read_inbox, settle
from evals.material import SAMPLE_ARTICLES
from evals.run import run_cases
from evals.types import EvalCase
from qa.assistant import Assistant
from qa.types import Turn
from qa.web.feedback import find_inbox, read_feedback, write_feedback

FEW = ("lake-oressa-ferry-sinks-14-dead", "passenger-ferry-goes-down-osmere", "ringed-moth-rediscovered")
BUILT = "The Halden Star was built in 1987 and was certified to carry 120 passengers and crew."


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    home = tmp_path_factory.mktemp("home")
    with Library.open(LibraryConfig(home), embedder=load_embedder()) as library:
        assert not library.add([i for name in FEW for i in read_articles(str(SAMPLE_ARTICLES / f"{name}.md"))]).failed
        yield library


class Replies:
    """A person whose replies are written down; keeps what was shown."""

    def __init__(self, *replies: str) -> None:
        self._replies = list(replies)
        self.shown: list[str] = []

    def ask(self, prompt: str) -> str:
        self.shown.append(prompt)
        if not self._replies:
            raise EOFError
        return self._replies.pop(0)

    @property
    def talk(self) -> Talk:
        return Talk(self.ask, self.shown.append)


def test_an_answer_that_is_kept_becomes_gold_in_every_copy(library: Library) -> None:
    person = Replies("x", "k", "1987", "when near-copies")
    case = Author(library, person.talk).write("When was the Halden Star built?")
    assert case is not None
    assert BUILT in case.sentences
    assert set(FEW[:2]) <= set(case.articles)
    assert case.answers == ("1987",)
    assert case.tags == ("when", "near-copies")
    assert "Type one of k, c, n, s." in person.shown
    assert any("1987" in line for line in person.shown)


def test_an_answer_that_is_corrected_takes_sentences_found_by_a_piece(library: Library) -> None:
    person = Replies("c", "no such words", "caterpillars LIVE on", "1 7", "", "saltbush | nettles", "")
    case = Author(library, person.talk).write("What do the young moths eat?")
    assert case is not None
    assert case.sentences == ("Their caterpillars live on a plant called bitter saltbush, the researchers found.",)
    assert case.articles == ("ringed-moth-rediscovered",)
    assert case.answers == ("saltbush",)
    assert "“nettles” does not stand in the sentences and is left out." in person.shown
    assert "No sentence in the library has that." in person.shown


def test_a_question_without_an_answer_is_kept_as_such_or_skipped(library: Library) -> None:
    case = Author(library, Replies("n", "near-miss").talk).write("Who insured the ferry?")
    assert case is not None
    assert (case.answerable, case.tags, case.sentences) == (False, ("near-miss",), ())
    assert Author(library, Replies("s").talk).write("Who insured the ferry?") is None


def test_a_draft_is_accepted_changed_or_dropped(library: Library) -> None:
    draft = EvalCase("d", "How old?", True, ("1987",), (BUILT,), FEW[:2], draft=True)
    kept = Author(library, Replies("k").talk).review(draft)
    assert kept is not None
    assert not kept.draft
    changed = Author(library, Replies("e", "In what year was the ferry built?").talk).review(draft)
    assert changed is not None
    assert changed.question == "In what year was the ferry built?"
    assert Author(library, Replies("d").talk).review(draft) is None
    with pytest.raises(EOFError):
        Author(library, Replies("q").talk).review(draft)


def test_cases_are_added_with_ids_of_their_own_and_halves_by_turns(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    articles = Author(library, Replies().talk).articles
    case = EvalCase("built", "When?", True, ("1987",), (BUILT,), FEW[:2])
    writer = SetWriter(path, articles)
    assert [writer.add(case).id, writer.add(case).id] == ["built", "built-2"]
    path.write_bytes(path.read_bytes().rstrip(b"\n"))  # as an editor may leave it
    again = SetWriter(path, articles)
    third = again.add(case)
    assert (third.id, third.half) == ("built-3", "tune")
    with pytest.raises(EvalError, match="no gold article has the sentence"):
        again.add(EvalCase("bad", "When?", True, (), ("Nobody wrote this.",), FEW[:1]))
    assert [(c.id, c.half) for c in read_set(str(path)).cases] == [
        ("built", "tune"),
        ("built-2", "report"),
        ("built-3", "tune"),
    ]


def test_articles_taken_away_are_not_answered_from(library: Library) -> None:
    assistant = Assistant(library)
    asked = EvalCase("there", "When was the Halden Star built?", True, ("1987",), (BUILT,), FEW[:2])
    away = EvalCase("away", "When was the Halden Star built?", False, without=FEW[:2])
    first, second = run_cases(assistant, [asked, away])
    assert first.answer is not None
    assert second.answer is not None
    assert any(c.article_id in FEW[:2] for c in first.answer.citations)
    seen = {c.article_id for c in second.answer.citations} | {
        f.article_id for f in (second.reply or first.reply).found or ()
    }  # type: ignore[union-attr]
    assert not seen & set(FEW[:2])


def test_a_verdict_is_kept_with_what_was_read_and_the_last_one_counts(library: Library, tmp_path: Path) -> None:
    assistant = Assistant(library)
    answer = assistant.ask("When was the Halden Star built?")
    hits = [e.hit for e in assistant.retriever.retrieve(answer.searched_for).ranked]
    turns = (Turn("user", "Hello"), Turn("assistant", "The articles don't say."))
    write_feedback(tmp_path, "right", answer, turns, hits)
    write_feedback(tmp_path, "wrong", answer, turns, hits)
    (one,), broken = read_feedback(tmp_path)
    assert (one.verdict, one.answer, one.history, broken) == ("wrong", answer, turns, [])
    assert one.library_generation == library.stats().generation
    assert one.hits[0].rank == 1
    assert {h.article_id for h in one.hits} & set(FEW[:2])
    with find_inbox(tmp_path).open("ab") as file:
        file.write(b'{"schema": 1, "id": "cut sho')
    assert read_feedback(tmp_path)[1] == [f"{find_inbox(tmp_path)}:3"]


def test_what_was_called_right_drafts_its_gold_and_what_was_wrong_leaves_it_open(
    library: Library, tmp_path: Path
) -> None:
    articles = dict(Author(library, Replies().talk).articles)
    found, nothing = (
        Assistant(library).ask("When was the Halden Star built?"),
        Assistant(library).ask("Who ate my hat?"),
    )
    right = draft_case(write_feedback(tmp_path, "right", found), articles)
    assert right.draft
    assert right.sentences == tuple(c.quote for c in found.citations)
    assert set(FEW[:2]) <= set(right.articles)
    assert draft_case(write_feedback(tmp_path, "wrong", found), articles).sentences == ()
    assert nothing.status == "not_found"
    assert not draft_case(write_feedback(tmp_path, "right", nothing), articles).answerable
    changed = {**articles, FEW[0]: Article(FEW[0], "t", "All new."), FEW[1]: Article(FEW[1], "t", "New too.")}
    assert BUILT not in draft_case(write_feedback(tmp_path, "right", found), changed).sentences


def test_a_verdict_that_is_dealt_with_waits_no_more_until_it_changes(library: Library, tmp_path: Path) -> None:
    answer = Assistant(library).ask("When was the Halden Star built?")
    write_feedback(tmp_path, "right", answer)
    (one,) = read_inbox(tmp_path).waiting
    settle(tmp_path, one)
    assert read_inbox(tmp_path).waiting == ()
    write_feedback(tmp_path, "wrong", answer)
    assert [f.verdict for f in read_inbox(tmp_path).waiting] == ["wrong"]


def test_the_inbox_lists_what_waits(
    library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BYLINE_HOME", str(tmp_path))
    assert main(["inbox"]) == 0
    assert "Nothing waits in" in capsys.readouterr().out
    write_feedback(tmp_path, "wrong", Assistant(library).ask("When was the Halden Star built?"))
    assert main(["inbox"]) == 0
    said = capsys.readouterr().out
    assert "wrong: When was the Halden Star built?" in said
    assert "inbox --promote SET" in said
    assert main(["inbox", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["verdict"] == "wrong"


def test_the_commands_take_a_person_from_questions_and_drafts_and_verdicts_to_a_set(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def typing(*lines: str) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))

    monkeypatch.setenv("BYLINE_HOME", str(tmp_path / "home"))
    with Library.open(LibraryConfig(tmp_path / "home"), embedder=load_embedder()) as library:
        library.add([i for name in FEW for i in read_articles(str(SAMPLE_ARTICLES / f"{name}.md"))])
        write_feedback(tmp_path / "home", "wrong", Assistant(library).ask("Who painted the moth?"))
    mine = tmp_path / "mine.jsonl"
    typing("When was the Halden Star built?", "k", "1987", "", "")
    assert main(["new", str(mine)]) == 0
    assert main(["suggest", "--n", "3"]) == 0
    drafts = tmp_path / "home" / "evals" / "drafts.jsonl"
    before = len(read_set(str(drafts)).cases)
    typing("k", "q")
    assert main(["new", str(mine), "--drafts", str(drafts)]) == 0
    assert "1 case added" in capsys.readouterr().out
    assert len(read_set(str(drafts)).cases) == before - 1
    typing("n", "false-premise")
    assert main(["inbox", "--promote", str(mine)]) == 0
    assert "0 wait" in capsys.readouterr().out
    cases = read_set(str(mine)).cases
    assert len(cases) == 3
    assert not any(case.draft for case in cases)
    assert cases[2].tags == ("false-premise",)
    assert main(["check", str(mine)]) == 0


def test_a_set_must_be_a_jsonl_file(library: Library, tmp_path: Path) -> None:
    with pytest.raises(EvalError, match=r"a set is a \.jsonl file"):
        SetWriter(tmp_path / "mine.json", {})

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from fakes import HashEmbedder
from library_fixtures import EMBEDDER, ROOT, ask, open_library, same, start_worker, storm

from corpus.errors import EmbedderMismatch, LibraryError
from corpus.read import Note
from corpus.types import Article, Failure

pytestmark = pytest.mark.usefixtures("store")
ONLY_SQLITE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


def test_added_article_is_kept_whole_and_found(tmp_path: Path) -> None:
    article = storm(1, outlet="The Courier", url="https://a.example/1", published=datetime(2024, 3, 5, 10, tzinfo=UTC))
    with open_library(tmp_path) as library:
        report = library.add([article, storm(2)])
        assert report.added == ("a1", "a2")
        kept = library.article("a1")
        assert kept is not None
        assert replace(kept, content_hash="") == article
        found = ask(library, "alpha1")
        assert len(found.words) == 1
        stored = library.stored([found.words[0][0]])[found.words[0][0]]
        assert kept.text[stored.passage.start : stored.passage.end] == "The storm alpha1 hit the coast of town1."
        assert [kept.text[s.start : s.end] for s in stored.sentences] == ["The storm alpha1 hit the coast of town1."]
        assert np.linalg.norm(stored.vector) == pytest.approx(1, abs=1e-6)
        assert np.linalg.norm(stored.sentence_vectors, axis=1) == pytest.approx(1, abs=1e-6)


def test_same_article_again_is_unchanged_and_not_embedded_again(tmp_path: Path) -> None:
    embedder = HashEmbedder()
    with open_library(tmp_path, embedder=embedder) as library:
        library.add([storm(1)])
        n, generation = embedder.n_encoded, library.generation()
        assert library.add([storm(1)]).unchanged == ("a1",)
        assert embedder.n_encoded == n
        assert library.generation() == generation


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "A wholly new gamma text."},
        {"title": "Another title"},
        {"outlet": "Elsewhere"},
        {"published": date(2023, 1, 1)},
        {"url": "https://a.example/other"},
    ],
)
def test_any_change_of_what_an_article_says_updates_it(tmp_path: Path, changes: dict[str, object]) -> None:
    with open_library(tmp_path) as library:
        library.add([storm(1), storm(2)])
        assert library.add([storm(1, **changes)]).updated == ("a1",)
        kept = library.article("a1")
        assert kept is not None
        assert replace(kept, content_hash="") == storm(1, **changes)
        if "text" in changes:
            assert ask(library, "alpha1").words == ()
            assert len(ask(library, "gamma").words) == 1
        assert library.stats().n_articles == 2


def test_another_source_of_the_same_id_gets_an_id_of_its_own(tmp_path: Path) -> None:
    other = storm(1, text="Quite another delta story.", source="/other/a1.md")
    with open_library(tmp_path) as library:
        report = library.add([storm(1), other])
        first, second = report.added
        assert first == "a1"
        assert second.startswith("a1-")
        assert len(second) == len("a1-") + 6
        assert library.add([other]).unchanged == (second,)
        assert library.add([replace(other, text="Changed epsilon.")]).updated == (second,)
        assert library.article("a1") is not None


def test_same_article_from_another_source_is_unchanged_with_a_note(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        report = library.add([storm(1), storm(1, source="/copy/a1.md")])
        assert (report.added, report.unchanged) == (("a1",), ("a1",))
        assert report.notes == (Failure("/copy/a1.md", "the same article is in the library as “a1” from /news/a1.md"),)


def test_source_that_names_another_id_takes_it(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        library.add([storm(1)])
        assert library.add([storm(1, id="renamed")]).updated == ("renamed",)
        assert library.article("a1") is None
        assert [id_.split("/")[0] for id_, _ in ask(library, "alpha1").words] == ["renamed"]


def test_failures_and_notes_pass_into_the_report(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        report = library.add(
            [Failure("x", "empty"), storm(1), Note("a1", "remark"), storm(2, text="## Only a heading")]
        )
        assert report.added == ("a1",)
        assert report.failed == (Failure("x", "empty"), Failure("/news/a2.md", "no text"))
        assert report.notes == (Failure("a1", "remark"),)


def test_removed_article_is_not_found_and_unknown_id_is_a_failure(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        library.add([storm(i) for i in range(5)])
        report = library.remove(["a1", "nope"])
        assert report.removed == ("a1",)
        assert report.failed == (Failure("nope", "no article has this id"),)
        assert ask(library, "alpha1").words == ()
        assert not [id_ for id_, _ in ask(library, "alpha1", k=50).dense if id_.startswith("a1/")]


def test_rows_are_searched_ordered_and_paged(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        library.add([storm(i) for i in range(12)] + [storm(90, published=None, title="100% undated_")])
        rows, total = library.rows(limit=3)
        assert total == 13
        assert [row.id for row in rows] == ["a11", "a10", "a9"]
        assert library.rows(limit=-1)[0][-1].id == "a90"
        assert [row.id for row in library.rows(limit=2, offset=3)[0]] == ["a8", "a7"]
        assert [row.id for row in library.rows(query="storm 11")[0]] == ["a11"]
        assert [row.id for row in library.rows(query="100% undated_")[0]] == ["a90"]
        assert library.rows(query="0% u%d")[1] == 0
        assert [row.id for row in library.rows(order="id", descending=False, limit=2)[0]] == ["a0", "a1"]
        with pytest.raises(LibraryError, match="ordered by 'text'"):
            library.rows(order="text")


def test_moments_order_across_zones(tmp_path: Path) -> None:
    early = datetime.fromisoformat("2024-03-05T23:00:00+09:00")  # 14:00 UTC
    late = datetime.fromisoformat("2024-03-05T15:00:00+00:00")
    with open_library(tmp_path) as library:
        library.add([storm(1, published=early), storm(2, published=late)])
        assert [row.id for row in library.rows()[0]] == ["a2", "a1"]
        kept = library.article("a1")
        assert kept is not None
        assert kept.published == early
        assert kept.published_text == "2024-03-05T23:00:00+09:00"


def test_stats_count_and_span(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        assert library.stats().first is None
        library.add([storm(i) for i in range(3)] + [storm(7, published=None)])
        stats = library.stats()
        assert (stats.n_articles, stats.n_passages) == (4, 8)
        assert (stats.first, stats.last) == (date(2024, 1, 1), date(2024, 1, 3))


def test_another_embedder_is_refused_until_reindex(tmp_path: Path) -> None:
    other = HashEmbedder("other", 32)
    with open_library(tmp_path) as library:
        library.add([storm(i) for i in range(100)])
    with pytest.raises(EmbedderMismatch, match=r"fake-hash.*other.*python -m corpus reindex"):
        open_library(tmp_path, embedder=other)
    with open_library(tmp_path, embedder=None) as library:
        with pytest.raises(EmbedderMismatch, match="64 numbers"):
            library.search("x", np.ones(32, np.float32), k_dense=1, k_words=1)
        library.reindex(other)
        assert library.examine().problems == ()
    with open_library(tmp_path, embedder=other) as library:
        vector = other.encode_queries(["alpha5"])[0]
        found = library.search("alpha5", vector, k_dense=3, k_words=3)
        assert found.words[0][0].startswith("a5/")
        assert len(library.stored([found.dense[0][0]])[found.dense[0][0]].vector) == 32
        assert library.add([storm(1)]).unchanged == ("a1",)


def test_changes_during_a_reindex_are_embedded_too(tmp_path: Path) -> None:
    other = HashEmbedder("other", 32)
    with open_library(tmp_path) as writer, open_library(tmp_path, own=False, embedder=None) as library:
        writer.add([storm(i) for i in range(100)])
        late = iter([[storm(500)], [storm(3, text="Late zeta news.")]])

        def meanwhile(done: int, total: int) -> None:
            for articles in late:
                writer.add(articles)
            writer.remove(["a7"])

        library.reindex(other, meanwhile)
        assert library.examine().problems == ()
        assert library.stats().n_articles == 100
        found = library.search("zeta", other.encode_queries(["zeta"])[0], k_dense=1, k_words=1)
        assert found.words[0][0].startswith("a3/")
        with pytest.raises(EmbedderMismatch):
            writer.add([storm(501)])


@ONLY_SQLITE
def test_damaged_database_is_said_to_be_damaged(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        library.add([storm(1)])
    (tmp_path / "library.sqlite3").write_bytes(b"not a database at all" * 500)
    with pytest.raises(LibraryError, match=r"library.sqlite3 cannot be read as a library.*doctor"):
        open_library(tmp_path)


def test_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("x")
    with pytest.raises(LibraryError, match="Set BYLINE_HOME"):
        open_library(tmp_path / "home")


@ONLY_SQLITE
@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="drops root's rights to meet a read-only folder")
def test_read_only_library_answers_and_refuses_writing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with open_library(home) as library:
        library.add([storm(i) for i in range(5)])
    for path in [tmp_path.parent.parent, tmp_path.parent, tmp_path, home, *home.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    code = f"""
import os
from pathlib import Path
from library_fixtures import open_library, ask, storm
os.setgid(65534); os.setuid(65534)
with open_library(Path({str(home)!r})) as library:
    print(ask(library, "alpha3").words[0][0])
    try: library.add([storm(9)])
    except Exception as error: print(type(error).__name__, error)
"""
    env = os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, cwd=ROOT)
    assert done.stdout.startswith("a3/"), done.stderr
    assert "LibraryError" in done.stdout
    assert "is read-only" in done.stdout


def test_searching_while_another_process_adds_is_never_stale(tmp_path: Path) -> None:
    with open_library(tmp_path) as library, open_library(tmp_path, own=False) as reader:
        library.add([storm(i) for i in range(20)])
        worker = start_worker(tmp_path, 100, "own")
        assert worker.stdout
        assert worker.stdout.readline().startswith("open process")
        n = 0
        for line in worker.stdout:
            _, name, generation = line.split()
            for each in (library, reader):
                found = ask(each, f"Worker {name[1:]}. The comet{name[1:]} was seen from the harbour.")
                assert found.generation >= int(generation)
                assert found.words[0][0].startswith(f"{name}/")
                assert found.dense[0][0].startswith(f"{name}/")
            n += 1
        assert worker.wait() == 0
        assert n == 100
        assert same(ask(library, "comet7 harbour storm"), ask(reader, "comet7 harbour storm"))
        assert library.examine().problems == ()
        worker.stdout.close()
        worker.stdin.close()  # type: ignore[union-attr]


def test_dimension_of_an_empty_library_is_adopted(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        assert ask(library, "anything").dense == ()
        library.add([storm(1)])
        assert library.embedder is EMBEDDER


def test_article_without_source_is_known_by_its_id(tmp_path: Path) -> None:
    with open_library(tmp_path) as library:
        library.add([Article("x", "T", "First words.")])
        assert library.add([Article("x", "T", "Second words.")]).updated == ("x",)

"""Files that cannot be read, folders, standard input, and what the page hands over."""

import io
import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from library_fixtures import ROOT
from test_read import notes, one, reason, write

from corpus.read import read_articles, read_pasted, read_upload
from corpus.types import Article, Failure

# Bad input


def test_each_bad_file_has_a_reason_and_the_rest_is_read(tmp_path: Path) -> None:
    write(tmp_path / "a-good.md", "# Good\n\nBody.")
    write(tmp_path / "b-empty.md", "")
    write(tmp_path / "c-binary.txt", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" * 20)
    write(tmp_path / "d-blank.md", "\n \n\ufeff\n")
    write(tmp_path / "e-symbols.md", "---\n\n***\n")
    with (tmp_path / "f-large.md").open("wb") as file:
        file.truncate(200_000_000)
    write(tmp_path / "g-noise.txt", bytes(range(128, 256)) * 30)
    (tmp_path / "h-dangling.md").symlink_to(tmp_path / "nowhere.md")
    write(tmp_path / "z-good.txt", "Also good, with a body.")
    items = list(read_articles(str(tmp_path)))
    assert [item.id for item in items if isinstance(item, Article)] == ["a-good", "z-good"]
    failures = {Path(item.source).name: item.reason for item in items if isinstance(item, Failure)}
    assert failures == {
        "b-empty.md": "empty",
        "c-binary.txt": "binary, not text",
        "d-blank.md": "no text",
        "e-symbols.md": "no text",
        "f-large.md": "too large: 200 MB, limit 20 MB",
        "g-noise.txt": "binary, not text",
        "h-dangling.md": "no such file or folder",
    }


def test_missing_and_unknown_files_are_named(tmp_path: Path) -> None:
    assert reason(tmp_path / "nope.md") == "no such file or folder"
    assert reason(write(tmp_path / "a.exe", "x")).startswith("unknown kind of file .exe; known: .pdf,")


def test_other_encodings_are_assumed_aloud(tmp_path: Path) -> None:
    text = "Die Brücke über die Straße ist geöffnet, sagte der Bürgermeister. " * 5
    path = write(tmp_path / "a.txt", text.encode("cp1252"))
    assert "Brücke über die Straße" in one(path).text
    assert notes(path)[0].startswith("not UTF-8; read as ")
    utf16 = write(tmp_path / "b.txt", text.encode("utf-16"))
    assert one(utf16).text == text.strip()
    assert notes(utf16) == []


@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="drops root's rights to meet what may not be read")
def test_file_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    write(tmp_path / "a.md", "Body.").chmod(0)
    (tmp_path / "sub").mkdir(mode=0)
    for path in [tmp_path.parent.parent, tmp_path.parent, tmp_path]:
        path.chmod(0o755)
    code = f"""
import os
from corpus.read import read_articles
os.setuid(65534)
for item in read_articles({str(tmp_path)!r}): os.write(1, f"{{item.source}}: {{item.reason}}\\n".encode())
"""
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, cwd=ROOT)
    assert done.stdout == f"{tmp_path}/a.md: permission denied\n{tmp_path}/sub: this folder may not be read\n", (
        done.stderr
    )


def test_folder_is_walked_in_order_without_hidden_files_readmes_and_loops(tmp_path: Path) -> None:
    for name in ("b/2.md", "a/1.md", "a/README.md", ".hidden/x.md", "a/.x.md", "c.exe"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        write(tmp_path / name, "Body.")
    (tmp_path / "b" / "loop").symlink_to(tmp_path)
    assert [Path(item.source).name for item in read_articles(str(tmp_path))] == ["1.md", "2.md"]


# Standard input, pasted, uploaded


@pytest.mark.parametrize(
    ("data", "ids"),
    [
        ('{"id": "x", "title": "T", "text": "B"}\n{"title": "U", "text": "C"}\n', ["x", "u"]),
        ("---\ntitle: From a pipe\n---\nBody.", ["from-a-pipe"]),
        ("", []),
    ],
)
def test_standard_input_is_markdown_or_json_lines(data: str, ids: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data.encode())))
    items = list(read_articles("-"))
    assert [item.id for item in items if isinstance(item, Article)] == ids
    assert all(isinstance(item, Article) for item in items) == bool(ids)


def test_pasted_article_is_known_by_its_content() -> None:
    first = read_pasted(
        "A title", "Body one.\n\nBody two.", outlet="O", published="2024-03-05", url="https://a.example"
    )
    again = read_pasted("A title", "Body one.\n\nBody two.\n")
    other = read_pasted("A title", "Body three.")
    assert isinstance(first, Article)
    assert isinstance(again, Article)
    assert isinstance(other, Article)
    assert (first.id, first.outlet, first.published) == ("a-title", "O", date(2024, 3, 5))
    assert first.source == again.source != other.source
    assert first.source.startswith("pasted:")


def test_pasted_nonsense_is_refused_with_a_reason() -> None:
    assert read_pasted("T", " \n") == Failure("pasted", "no text")
    answer = read_pasted("T", "Body.", published="soon")
    assert isinstance(answer, Failure)
    assert "'soon' is no date" in answer.reason
    assert isinstance(read_pasted("", "Words without a title here."), Article)


def test_upload_is_known_by_its_original_name(tmp_path: Path) -> None:
    path = write(tmp_path / "tmp123", "# Up\n\nBody.")
    (article,) = read_upload(path, "My Story.md")
    assert isinstance(article, Article)
    assert (article.id, article.source) == ("my-story", "upload:My Story.md")
    assert read_upload(path, "x.zip")[0].reason.startswith("unknown kind of file .zip")  # type: ignore[union-attr]


def test_shipped_articles_are_all_read() -> None:
    items = list(read_articles(str(ROOT / "corpus" / "articles")))
    assert items
    assert all(isinstance(item, Article) for item in items), [i for i in items if not isinstance(i, Article)]
    json.dumps([item.text for item in items if isinstance(item, Article)])

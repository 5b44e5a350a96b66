import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.read import Note, read_articles
from corpus.read.formats import BY_SUFFIX
from corpus.read.normalize import normalize_text, parse_date, slug
from corpus.read.pool import Readers
from corpus.types import Article, Failure


def one(path: Path) -> Article:
    articles = [item for item in read_articles(str(path)) if isinstance(item, Article)]
    assert len(articles) == 1, list(read_articles(str(path)))
    return articles[0]


def reason(path: Path | str) -> str:
    items = list(read_articles(str(path)))
    assert len(items) == 1
    assert isinstance(items[0], Failure), items
    return items[0].reason


def notes(path: Path) -> list[str]:
    return [item.remark for item in read_articles(str(path)) if isinstance(item, Note)]


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


# Normalisation


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalize_text(text)
    assert normalize_text(once) == once
    assert "\n\n\n" not in once
    assert "\r" not in once
    assert " \n" not in once


@given(st.text(alphabet="ae\u0301\u0308\u200b\ufeff\u00ad\u200d \t\n\r\x0b\u2028\u00a0\x00\u1100\u1161\u11a8"))
def test_normalising_awkward_characters_twice_changes_nothing(text: str) -> None:
    once = normalize_text(text)
    assert normalize_text(once) == once


def test_normalised_text_is_composed_and_clean() -> None:
    assert normalize_text("\ufeffCafe\u0301\u200b \r\n\r\n\r\n\r\nTab\there\x07 \u00a0end  ") == "Café\n\nTab here  end"
    assert normalize_text("می\u200cخواهم") == "می\u200cخواهم"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("2024-03-05", date(2024, 3, 5)),
        ("2024-3-5", date(2024, 3, 5)),
        ("2024-03-05T10:00:00Z", datetime(2024, 3, 5, 10, tzinfo=UTC)),
        ("2024-03-05 10:00:00 +0000", datetime(2024, 3, 5, 10, tzinfo=UTC)),
        ("Tue, 05 Mar 2024 10:00:00 GMT", datetime(2024, 3, 5, 10, tzinfo=UTC)),
        ("5 March 2024", date(2024, 3, 5)),
        ("March 5, 2024", date(2024, 3, 5)),
        ("", None),
    ],
)
def test_dates_are_read_without_remark(said: str, expected: object) -> None:
    assert parse_date(said) == (expected, "")


@pytest.mark.parametrize(
    "said", ["next Tuesday", "2024-02-30", "03/05/2024", "2024", "12:30", "2024-13-01T00:00", "x" * 99]
)
def test_no_date_is_guessed(said: str) -> None:
    found, remark = parse_date(said)
    assert found is None
    assert remark == f"published: '{said[:60]}' is no date; added without one"


def test_time_without_zone_is_taken_as_utc_and_said() -> None:
    found, remark = parse_date("2024-03-05T10:00")
    assert found == datetime(2024, 3, 5, 10, tzinfo=UTC)
    assert remark == "published: '2024-03-05T10:00' names no time zone; taken as UTC"


def test_slugs() -> None:
    assert slug("Über Städte & Häfen_2") == "uber-stadte-hafen-2"
    assert slug("新闻 Today") == "新闻-today"
    assert slug("!!!") == "article"
    assert len(slug("word " * 50)) <= 80


# Markdown

MARKDOWN = """---
title: "Bridge: opens"
outlet: The Courier
published: 2024-03-05
url: https://courier.example/bridge
---
# Bridge: opens

The **bridge** over the [Wyre](https://x.example) opened
on *Tuesday*, ![a ribbon](r.png) and `cost` <b>5</b> * 3.

### What it cost

- 12 million
  - of which 3 for paint
- and more

1. first

| Year | Cost |
|------|-----:|
| 2023 | 5    |

> "It held," she said.

---

    code line
"""


def test_markdown_becomes_plain_text_in_four_conventions(tmp_path: Path) -> None:
    article = one(write(tmp_path / "Bridge Opens.md", MARKDOWN))
    assert article == Article(
        id="bridge-opens",
        title="Bridge: opens",
        outlet="The Courier",
        url="https://courier.example/bridge",
        published=date(2024, 3, 5),
        source=str(tmp_path / "Bridge Opens.md"),
        text="The bridge over the Wyre opened on Tuesday, a ribbon and cost <b>5</b> * 3.\n\n## What it cost\n\n"
        "- 12 million\n- of which 3 for paint\n- and more\n\n- first\n\n| Year | Cost |\n| 2023 | 5 |\n\n"
        '"It held," she said.\n\ncode line',
    )


def test_title_is_the_first_heading_or_the_file_name(tmp_path: Path) -> None:
    assert one(write(tmp_path / "a.md", "# *Big* news\n\nBody.")).title == "Big news"
    assert one(write(tmp_path / "small-town_story.md", "Body only.")).title == "small town story"


def test_front_matter_values_stay_what_was_written(tmp_path: Path) -> None:
    article = one(write(tmp_path / "a.md", "---\ntitle: 2024\nid: no\ndate: 2024-01-02 10:00:00\n---\nBody."))
    assert (article.title, article.id, article.published) == ("2024", "no", datetime(2024, 1, 2, 10, tzinfo=UTC))


def test_broken_front_matter_is_a_failure_with_its_line(tmp_path: Path) -> None:
    assert reason(write(tmp_path / "a.md", "---\ntitle: A\noutlet: b: c\n---\nBody.")) == (
        "front matter, line 3: mapping values are not allowed here"
    )


def test_a_rule_at_the_top_is_no_front_matter(tmp_path: Path) -> None:
    assert one(write(tmp_path / "a.md", "---\nJust a text\n---\nBody.")).text.endswith("Body.")


def test_bad_date_and_bad_address_are_noted(tmp_path: Path) -> None:
    path = write(tmp_path / "a.md", "---\npublished: next Tuesday\nurl: javascript:alert(1)\n---\nBody.")
    assert one(path).published is None
    assert one(path).url is None
    assert notes(path) == [
        "published: 'next Tuesday' is no date; added without one",
        "url: 'javascript:alert(1)' is no web address; left out",
    ]


# Plain text


def test_text_title_and_paragraphs(tmp_path: Path) -> None:
    article = one(write(tmp_path / "a.txt", "Council meets\n\nIt met on Monday.\n\n\nShort\nlines\nstay\n"))
    assert article.title == "Council meets"
    assert article.text == "It met on Monday.\n\nShort\nlines\nstay"


def test_short_wrapped_lines_are_joined_only_when_they_look_wrapped(tmp_path: Path) -> None:
    line = "This line of the article is wrapped by hand at about sixty."
    assert one(write(tmp_path / "a.txt", f"{line}\n{line}\nEnd.")).text == f"{line} {line} End."
    assert one(write(tmp_path / "b.txt", f"- {line}\n- {line}")).text == f"- {line}\n- {line}"


# JSON lines


def test_jsonl_reads_good_lines_and_names_bad_ones(tmp_path: Path) -> None:
    lines = [
        '{"id": "one", "title": "T", "text": "Body\\n\\n\\n\\nmore", "published": "2024-01-02", "outlet": "O"}',
        "{broken",
        "[1]",
        "",
        '{"title": "T2"}',
        '{"title": "T3", "text": 5}',
        '{"id": 7, "title": "Seven seas", "text": "Body."}',
        '{"title": "No id", "text": "Body."}',
    ]
    path = write(tmp_path / "a.jsonl", "\n".join(lines))
    items = list(read_articles(str(path)))
    assert [item.id for item in items if isinstance(item, Article)] == ["one", "7", "no-id"]
    assert [item.source for item in items if isinstance(item, Article)] == [f"{path}#one", f"{path}#7", f"{path}#8"]
    assert items[0].text == "Body\n\nmore"  # type: ignore[union-attr]
    failures = {item.source.removeprefix(str(path)): item.reason for item in items if isinstance(item, Failure)}
    assert failures == {
        ":2": "no JSON: Expecting property name enclosed in double quotes at column 2",
        ":3": 'no JSON object; expected {"title": …, "text": …}',
        ":5": 'no "text"',
        ":6": '"text" is int, not a string',
    }


# HTML

PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>Bridge opens | The Courier</title>
<meta property="og:title" content="Bridge opens"><meta property="og:site_name" content="The Courier">
<meta property="article:published_time" content="2024-03-05T10:00:00+01:00">
<link rel="canonical" href="https://courier.example/bridge"></head><body>
<nav><a href="/">Home</a> <a href="/sport">Sport</a></nav><article><h1>Bridge opens</h1>
<p>The bridge over the <a href="/wyre">Wyre</a> opened on <b>Tuesday</b> after nine years of work, the council said.</p>
<h2>What it cost</h2><ul><li>Twelve million for steel</li><li>Three million for paint</li></ul>
<table><tr><th>Year</th><th>Cost</th></tr><tr><td>2023</td><td>5</td></tr></table>
<p>Nobody knows who will pay for the second bridge, which is to open in the year 2031 if all goes well.</p>
</article><footer>Cookie settings</footer></body></html>"""


def test_html_gives_the_article_without_its_page(tmp_path: Path) -> None:
    article = one(write(tmp_path / "bridge.html", PAGE))
    assert (article.title, article.outlet, article.url) == (
        "Bridge opens",
        "The Courier",
        "https://courier.example/bridge",
    )
    assert article.published == datetime.fromisoformat("2024-03-05T10:00:00+01:00")
    assert article.text == (
        "The bridge over the Wyre opened on Tuesday after nine years of work, the council said.\n\n## What it cost\n\n"
        "- Twelve million for steel\n- Three million for paint\n\n| Year | Cost |\n| 2023 | 5 |\n\n"
        "Nobody knows who will pay for the second bridge, which is to open in the year 2031 if all goes well."
    )


def test_hostile_html_is_refused_in_time_and_the_next_file_is_read(tmp_path: Path) -> None:
    deep = write(tmp_path / "deep.html", "<div>" * 200_000 + "text" + "</div>" * 200_000)
    slow = write(tmp_path / "slow.html", "<html><body><article><p>" + "a<br>" * 400_000)
    good = write(tmp_path / "good.html", PAGE)
    readers = Readers(seconds=2)
    page = BY_SUFFIX[".html"]
    try:
        assert [item.title for item in readers.read(page, good, "s", "n")] == ["Bridge opens"]  # starts the child
        for hostile in (deep, slow):
            began = time.monotonic()
            (answer,) = readers.read(page, hostile, "s", "n")
            assert time.monotonic() - began < 8
            assert isinstance(answer, Failure)
            assert [item.title for item in readers.read(page, good, "s", "n")] == ["Bridge opens"]
    finally:
        readers.close()


def test_html_in_another_encoding_is_read_as_it_declares(tmp_path: Path) -> None:
    page = PAGE.replace('charset="utf-8"', 'charset="windows-1252"').replace("Wyre", "Wÿre")
    assert "Wÿre" in one(write(tmp_path / "a.html", page.encode("cp1252"))).text


def test_html_without_text_is_a_failure(tmp_path: Path) -> None:
    assert reason(write(tmp_path / "a.html", "<html><body></body></html>")) == "no text"

"""Links to articles: pages, documents and feeds on a loopback server."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import pytest
from feeds import entry, page, rss
from made_files import make_pdf, set_lines
from news_server import NewsServer

from corpus.__main__ import main
from corpus.config import LibraryConfig
from corpus.errors import ConfigError
from corpus.link import is_link, read_link
from corpus.read import Note
from corpus.read.note import SUMMARY_ONLY
from corpus.types import Article, Failure


def read(news: NewsServer, url: str) -> list[Article | Failure | Note]:
    return list(read_link(url, news.fetcher()))


def test_page_behind_a_link_is_known_by_its_canonical_address(news: NewsServer) -> None:
    news.says("/a/quay-to-be-deepened.html?utm_source=x", page("Quay", "/a/quay-to-be-deepened.html", "2024-03-05"))
    (article,) = read(news, "http://news.example/a/quay-to-be-deepened.html?utm_source=x")
    assert isinstance(article, Article)
    assert article.source == article.url == "http://news.example/a/quay-to-be-deepened.html"
    assert (article.id, article.title, article.published) == ("quay-to-be-deepened", "Quay", date(2024, 3, 5))
    news.says("/story?id=3&fbclid=q", page("A longer title here"))
    (article,) = read(news, "http://news.example/story?id=3&fbclid=q")
    assert isinstance(article, Article)
    assert (article.source, article.id) == ("http://news.example/story?id=3", "a-longer-title-here")


def test_document_behind_a_link_is_read_by_what_it_is(news: NewsServer) -> None:
    news.says("/get", make_pdf([set_lines(["The quay is deep."])], title="Quay report"), content_type="application/pdf")
    (article,) = read(news, "http://news.example/get")
    assert isinstance(article, Article)
    assert (article.title, article.pages) == ("Quay report", (0,))
    news.says("/p.md", "---\ntitle: Told\n---\nWords.", content_type="text/plain")
    (article,) = read(news, "http://news.example/p.md")
    assert isinstance(article, Article)
    assert article.title == "Told"


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        (b"\x89PNG", "image/png", "not an article: image/png"),
        (b"<html><body></body></html>", "text/html", "not an article: there is no text in it"),
        (b"", "text/html", "empty"),
    ],
)
def test_what_is_no_article_is_refused_by_name(news: NewsServer, body: bytes, kind: str, words: str) -> None:
    news.says("/x", body, content_type=kind)
    assert read(news, "http://news.example/x") == [Failure("http://news.example/x", words)]


def test_feed_gives_full_entries_and_the_pages_behind_short_ones(news: NewsServer) -> None:
    news.says(
        "/feed",
        rss(entry("full", full="The whole text of it."), entry("short"), entry("lost")),
        content_type="text/xml",
    )
    news.says("/short?utm_medium=rss", page("From the page"))
    items = read(news, "http://news.example/feed")
    full, short, lost = (item for item in items if isinstance(item, Article))
    assert (full.text, full.source) == ("The whole text of it.", "http://news.example/full")
    assert "Paragraph 8" in short.text
    assert (short.title, short.source) == ("From the page", "http://news.example/short")
    assert short.published == datetime.fromisoformat("2024-03-05T10:00:00+01:00")
    assert lost.text == "Short."
    (note,) = (item for item in items if isinstance(item, Note))
    assert note.remark.startswith(f"{SUMMARY_ONLY}; the page behind it: ")
    assert "not found (404)" in note.remark


def test_links_are_told_from_files() -> None:
    assert all(is_link(one) for one in ("http://a.example", "HTTPS://a.example", "ftp://a.example", "file:///x"))
    assert not any(is_link(one) for one in ("a.md", "/a/b.md", "c:\\x.md", "-", "http.md", "a/b://c"))


def test_add_takes_links_and_knows_them_again(
    news: NewsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BYLINE_HOME", str(tmp_path / "home"))
    url = f"http://127.0.0.1:{news.port}/the-quay-story"
    news.says("/the-quay-story", page("Quay"))
    news.says("/the-quay-story?utm_source=mail", page("Quay"))
    assert main(["add", url]) == 1
    assert "no public address" in (said := capsys.readouterr().err) or "port" in said
    monkeypatch.setenv("BYLINE_ALLOW_PRIVATE", "1")
    assert main(["add", url, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["added"] == ["the-quay-story"]
    assert main(["add", f"{url}?utm_source=mail", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["unchanged"] == ["the-quay-story"]
    assert main(["add", f"http://127.0.0.1:{news.port}/nowhere"]) == 1
    assert "not found (404)" in capsys.readouterr().err


def test_private_setting_is_0_or_1() -> None:
    assert LibraryConfig.from_env({"BYLINE_ALLOW_PRIVATE": "1"}).allow_private
    with pytest.raises(ConfigError, match="BYLINE_ALLOW_PRIVATE='yes': expected 1 or 0"):
        LibraryConfig.from_env({"BYLINE_ALLOW_PRIVATE": "yes"})

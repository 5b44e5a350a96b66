"""Tables, feeds and web pages as articles, and which reader a file gets."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

from made_files import make_pdf, set_lines
from test_formats import notes, one, read, reason

from corpus.types import Article, Failure

# Tables and feeds


def test_csv_columns_are_mapped_and_unknown_ones_named(tmp_path: Path) -> None:
    items = read(
        tmp_path / "a.csv",
        'Headline;Body;Publisher;Date;Mood\n"Quay; deeper";"It is\nto be deeper.";Courier;2024-03-05;glad\n'
        "No text;;C;;\nThird;Words.;C;someday;x\nFourth;a;b;c;d;e;f\n",
    )
    articles = [item for item in items if isinstance(item, Article)]
    assert [(a.title, a.text, a.outlet, a.published) for a in articles] == [
        ("Quay; deeper", "It is\nto be deeper.", "Courier", date(2024, 3, 5)),
        ("Third", "Words.", "C", None),
    ]
    assert notes(items)[0] == "columns left out: Mood"
    assert [item.reason for item in items if isinstance(item, Failure)] == [
        "no text",
        "7 cells, but the table has 5 columns",
    ]
    assert "no column for the text among a, b" in reason(read(tmp_path / "b.csv", "a,b\n1,2\n"))


RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Courier</title><link>https://c.example/</link>
<item><title>Quay &amp; all</title><link>https://c.example/quay</link><guid>q1</guid><dc:creator>Ann</dc:creator>
<pubDate>Tue, 05 Mar 2024 10:00:00 +0100</pubDate><description>Short.</description>
<content:encoded><![CDATA[<p>The quay is to be deepened.</p><ul><li>By two metres</li></ul>]]></content:encoded></item>
<item><title>Only told</title><link>https://c.example/told</link>
<description>&lt;p&gt;A summary.&lt;/p&gt;</description></item>
</channel></rss>"""
ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Courier</title>
<entry><id>tag:1</id><title>Quay</title><link href="https://c.example/quay"/><updated>2024-03-05T09:00:00Z</updated>
<content type="html">&lt;p&gt;Deepened.&lt;/p&gt;</content></entry></feed>"""


def test_rss_entries_are_articles_with_their_own_dates(tmp_path: Path) -> None:
    items = read(tmp_path / "feed.xml", RSS)
    full, told = (item for item in items if isinstance(item, Article))
    assert (full.title, full.outlet, full.author, full.url) == (
        "Quay & all",
        "Courier",
        "Ann",
        "https://c.example/quay",
    )
    assert full.published == datetime.fromisoformat("2024-03-05T10:00:00+01:00")
    assert full.text == "The quay is to be deepened.\n\n- By two metres"
    assert full.source == f"{tmp_path / 'feed.xml'}#q1"
    assert told.text == "A summary."
    assert notes(items) == ["the feed has only a summary of it"]


def test_atom_and_json_feeds_are_read(tmp_path: Path) -> None:
    article = one(read(tmp_path / "a.atom", ATOM))
    assert (article.text, article.published) == ("Deepened.", datetime(2024, 3, 5, 9, tzinfo=UTC))
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Courier", "items": [
        {"id": "1", "url": "https://c.example/1", "title": "Quay", "content_html": "<p>Deep.</p>",
         "authors": [{"name": "A"}], "date_published": "2024-03-05T09:00:00+02:00"}, 5]}  # fmt: skip
    items = read(tmp_path / "a.json", json.dumps(feed))
    article = one(items)
    assert (article.text, article.author, article.outlet) == ("Deep.", "A", "Courier")
    assert [item.reason for item in items if isinstance(item, Failure)] == ["an entry that is no JSON object"]


# Which reader


def test_first_bytes_count_more_than_the_suffix(tmp_path: Path) -> None:
    page = "<!doctype html><html><body><article><h1>T</h1><p>" + "The quay opened with words. " * 12 + "</p></article>"
    items = read(tmp_path / "page.txt", page)
    assert notes(items) == ["named .txt, but is html, and read as that"]
    assert "<p>" not in one(items).text
    assert one(read(tmp_path / "no-suffix", make_pdf([set_lines(["A pdf without a name."])]))).pages == (0,)
    assert one(read(tmp_path / "feed.html", ATOM)).text == "Deepened."
    assert reason(read(tmp_path / "old.docx", b"\xd0\xcf\x11\xe0" + b"\0" * 600)).startswith(
        "encrypted, or an old Word"
    )
    assert reason(read(tmp_path / "a.doc", b"\xd0\xcf\x11\xe0")).startswith(
        "unknown kind of file .doc; save it as .docx"
    )


# Web pages

TOP = '<!doctype html><html><head><meta charset="utf-8"><title>T | C</title>'
WORDS = "".join(
    f"<p>Paragraph {n} of the article says something about the quay and its long history.</p>" for n in range(9)
)


def test_page_metadata_comes_from_json_ld_with_its_zone(tmp_path: Path) -> None:
    said = {"@graph": [{"@type": ["NewsArticle"], "headline": "Quay deepened", "author": [{"name": "Ann"},
            {"name": "Bo"}], "publisher": {"name": "The Courier"},
            "datePublished": "2024-03-05T10:00:00+09:00"}]}  # fmt: skip
    script = f'<script type="application/ld+json">{json.dumps(said)}</script>'
    page = f"{TOP}{script}<body><article>{WORDS}</article></body></html>"
    article = one(read(tmp_path / "a.html", page))
    assert (article.title, article.author, article.outlet) == ("Quay deepened", "Ann, Bo", "The Courier")
    assert article.published == datetime(2024, 3, 5, 10, tzinfo=timezone(timedelta(hours=9)))


def test_captions_and_lists_stay_and_clutter_goes(tmp_path: Path) -> None:
    page = (
        f'{TOP}</head><body><div id="cookie-banner"><p>We use cookies to improve this site.</p></div>'
        f"<article><h1>T</h1>{WORDS}"
        "<figure><img src=x.png><figcaption>The quay at dawn, seen from the old tower.</figcaption></figure>"
        "<ul><li>First point of the plan</li></ul><p>Read more: Another story entirely</p></article>"
        '<aside class="related"><p>Ten ways to fry a herring at home.</p></aside></body></html>'
    )
    text = one(read(tmp_path / "a.html", page)).text
    assert "The quay at dawn, seen from the old tower." in text
    assert "- First point of the plan" in text
    assert "cookies" not in text
    assert "Read more" not in text
    assert "herring" not in text


def test_paywall_stub_consent_page_and_home_page_are_refused_by_name(tmp_path: Path) -> None:
    stub = f"{TOP}</head><body><article><h1>T</h1><p>The quay is to be deepened, the council said.</p></article>"
    stub += "<div><h2>Subscribe to continue reading</h2></div></body></html>"
    assert reason(read(tmp_path / "wall.html", stub)).startswith("behind a paywall: only ")
    consent = f"{TOP}</head><body><h1>Before you continue</h1><p>We and our 800 partners store and use data.</p>"
    consent += "<button>Accept all</button></body></html>"
    assert reason(read(tmp_path / "consent.html", consent)).startswith("a page that asks for consent, not the article")
    links = "".join(f'<li><a href="/{n}">A headline of story number {n} today</a></li>' for n in range(30))
    home = f'{TOP}<link rel="canonical" href="https://c.example/"></head><body><ul>{links}</ul></body></html>'
    assert reason(read(tmp_path / "home.html", home)) == "not an article: a page of links to others (a home page)"
    long = (
        f"{TOP}</head><body><article><h1>T</h1>{WORDS * 3}</article><p>Already a subscriber? Sign in.</p></body></html>"
    )
    assert "Paragraph 8" in one(read(tmp_path / "long.html", long)).text

"""Each format's reader, through the table and the child process, on files whose every byte is known."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from made_files import make_docx, make_epub, make_odt, make_pdf, set_lines

from corpus.read import Note, read_articles
from corpus.types import Article, Failure


def read(path: Path, content: bytes | str = b"") -> list[Article | Failure | Note]:
    if content:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_articles(str(path)))


def one(items: list[Article | Failure | Note]) -> Article:
    (article,) = (item for item in items if isinstance(item, Article))
    return article


def notes(items: list[Article | Failure | Note]) -> list[str]:
    return [item.remark for item in items if isinstance(item, Note)]


def reason(items: list[Article | Failure | Note]) -> str:
    (failure,) = items
    assert isinstance(failure, Failure)
    return failure.reason


# PDF

HEAD = [(72, 760, 8, "The Harbour Courier")]
LEFT = [
    "The harbour council agreed on Tues-",
    "day to deepen the quay by two metres",
    "so that larger ships can land there.",
    "The work begins in May and takes two",
    "years, the harbour master said on the",
    "same day in front of the old customs",
]
RIGHT = [
    "house. Fishermen had asked for a later",
    "start because the herring season ends",
    "in June, but the council refused that.",
    "The costs are put at nine million, of",
    "which the state pays a third, and the",
    "town the rest over a period of ten.",
]


def two_columns(by_row: bool) -> bytes:
    left, right = set_lines(LEFT, 72), set_lines(RIGHT, 320)
    spots = [spot for pair in zip(left, right, strict=True) for spot in pair] if by_row else [*left, *right]
    return make_pdf([[(72, 730, 20, "Quay to be deepened"), *spots]])


@pytest.mark.parametrize("by_row", [False, True])
def test_two_columns_are_read_one_after_the_other_however_they_were_drawn(tmp_path: Path, by_row: bool) -> None:
    article = one(read(tmp_path / "quay.pdf", two_columns(by_row)))
    assert article.title == "Quay to be deepened"
    body = article.text.removeprefix("## Quay to be deepened\n\n")
    assert body == " ".join([*LEFT, *RIGHT]).replace("Tues- day", "Tuesday")


def test_pages_are_kept_heads_and_numbers_dropped_and_words_joined_over_a_page_end(tmp_path: Path) -> None:
    foots = [
        [
            *HEAD,
            *set_lines(
                [f"Story number {n} begins on this page and has a", f"second line about matter {n} and it goes"]
            ),
            (300, 40, 9, str(n)),
        ]
        for n in range(1, 5)
    ]
    foots[0].insert(3, (72, 674, 11, "on with the transpor-"))
    foots[1][1] = (72, 700, 11, "tation of matter 2 over the page's end and so")
    article = one(read(tmp_path / "paper.pdf", make_pdf(foots, title="The whole story")))
    assert article.title == "The whole story"
    assert "Courier" not in article.text
    assert "transportation of matter 2" in article.text
    assert len(article.pages) == 4
    assert article.pages[0] == 0
    assert [article.page_at(article.text.index(f"matter {n} ")) for n in (1, 2, 3, 4)] == [1, 2, 3, 4]
    assert article.page_at(article.text.index("transpor")) == 1
    assert not any(line.strip() in "1234" for line in article.text.split("\n") if line.strip())


def test_tables_in_a_pdf_are_rows(tmp_path: Path) -> None:
    rows = [("Sales", "1,200", "1,450"), ("Costs", "900", "870"), ("Profit", "$", "300")]
    spots = [
        (x, 600 - 14 * n, 11, cell) for n, row in enumerate(rows) for x, cell in zip((72, 250, 350), row, strict=True)
    ]
    page = [*set_lines(["The company published its figures for the quarter on Monday morning."]), *spots]
    article = one(read(tmp_path / "q.pdf", make_pdf([page])))
    assert "| Sales | 1,200 | 1,450 |\n| Costs | 900 | 870 |\n| Profit | $300 |" in article.text


def test_page_without_text_is_named_and_a_scan_is_refused(tmp_path: Path) -> None:
    page = set_lines(["There is one page with words in this document."])
    items = read(tmp_path / "half.pdf", make_pdf([page, [], page]))
    assert notes(items) == ["no text, page 2 of 3"]
    assert one(items).page_at(len(one(items).text) - 1) == 3
    assert reason(read(tmp_path / "scan.pdf", make_pdf([[], []]))).startswith("no text on any of its 2 pages: a scan?")


def test_encrypted_pdf_is_said(tmp_path: Path) -> None:
    whole = make_pdf([set_lines(["Secret words."])])
    crypt = (
        b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O (" + b"o" * 32 + b") /U (" + b"u" * 32 + b") >> "
        b"/ID [(0123456789abcdef) (0123456789abcdef)] /Root"
    )
    assert (
        reason(read(tmp_path / "a.pdf", whole.replace(b"/Root", crypt, 1))) == "encrypted; save it without a password"
    )


# Office documents, books, mails


def test_docx_keeps_headings_lists_and_rows(tmp_path: Path) -> None:
    article = one(read(make_docx(tmp_path / "budget.docx")))
    assert (article.title, article.author) == ("Harbour budget", "Ann Reed")
    assert article.text == (
        "The council agreed on the budget on Tuesday.\n\n## What it pays for\n\n- Two new cranes\n- A deeper quay\n\n"
        "| Item | 2024 | 2025 |\n| Cranes | 4 | 6 |\n| Total | 10 |"
    )


def test_odt_keeps_headings_lists_and_rows(tmp_path: Path) -> None:
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    body = (
        "<text:h>Harbour budget</text:h><text:p>The council <text:span>agreed</text:span><text:s/>on it.<text:note>"
        "<text:p>aside</text:p></text:note></text:p><text:list><text:list-item><text:p>Two cranes</text:p>"
        "</text:list-item><text:list-item><text:p>A quay</text:p></text:list-item></text:list><table:table>"
        f"<table:table-row>{cell.format('Cranes')}{cell.format('4')}</table:table-row></table:table>"
    )
    article = one(read(tmp_path / "budget.odt", make_odt(body, "<dc:creator>Ann Reed</dc:creator>")))
    assert (article.title, article.author) == ("Harbour budget", "Ann Reed")
    assert article.text == "The council agreed on it.\n\n- Two cranes\n- A quay\n\n| Cranes | 4 |"


def test_rtf_is_read_with_its_title_and_rows(tmp_path: Path) -> None:
    rtf = (
        r"{\rtf1\ansi{\fonttbl{\f0 Times;}}{\info{\title Harbour \'fcber alles}{\author Ann Reed}}\pard The council "
        r"agreed on it, in caf\'e9s and \u8220?halls\u8221?.\par\trowd\cellx1000\cellx2000\intbl Cranes\cell 4\cell\row"
        r"\pard Later more.\par}"
    )
    article = one(read(tmp_path / "a.rtf", rtf))
    assert (article.title, article.author) == ("Harbour über alles", "Ann Reed")
    assert article.text == "The council agreed on it, in cafés and “halls”.\n\n| Cranes | 4 |\n\nLater more."


def test_epub_is_read_in_the_order_of_its_spine(tmp_path: Path) -> None:
    chapters = {
        "two": "<h1>Second</h1><p>It went <i>on</i>.</p>",
        "one": "<h1>First</h1><p>It <b>began</b>.<br/>Again.</p><ul><li>A point</li></ul>",
    }
    items = read(tmp_path / "week.epub", make_epub(chapters, ["one", "two", "lost"]))
    article = one(items)
    assert (article.title, article.outlet, article.author) == ("The Week", "Courier Press", "Bo Lind")
    assert article.published == date(2024, 3, 5)
    assert article.text == "## First\n\nIt began. Again.\n\n- A point\n\n## Second\n\nIt went on."


MAIL = """From: The Courier <news@courier.example>
To: you@example.org
Subject: =?utf-8?q?Quay_=C3=BCber_Nacht?=
Date: Tue, 05 Mar 2024 10:00:00 +0100
Message-ID: <1@courier.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="x"

--x
Content-Type: multipart/alternative; boundary="y"

--y
Content-Type: text/plain; charset=utf-8

plain
--y
Content-Type: text/html; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

<html><head><style>p {}</style></head><body><table><tr><td><p>The quay caf=E9 opened.</p></td></tr></table>
<table><tr><td>Coffee</td><td>4</td></tr></table></body></html>
--y--
--x
Content-Type: application/pdf
Content-Disposition: attachment; filename="menu.pdf"

x
--x--
"""


def test_mail_has_its_date_and_sender_and_names_what_was_attached(tmp_path: Path) -> None:
    items = read(tmp_path / "mail.eml", MAIL)
    article = one(items)
    assert (article.title, article.outlet, article.author) == ("Quay über Nacht", "The Courier", "news@courier.example")
    assert article.published == datetime(2024, 3, 5, 10, tzinfo=timezone(timedelta(hours=1)))
    assert article.text == "The quay café opened.\n\n| Coffee | 4 |"
    assert notes(items) == ["1 attachments left out: menu.pdf"]


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

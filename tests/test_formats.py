"""Each format's reader, through the table and the child process, on files whose every byte is known."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
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

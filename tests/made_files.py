"""Small files of each format, made by hand so that every byte is known."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

Spot = tuple[float, float, float, str]
"""x, y and size in points, and the text."""


def make_pdf(pages: Sequence[Sequence[Spot]], title: str = "", images: frozenset[int] = frozenset()) -> bytes:
    """A PDF with Helvetica text at given spots, drawn in the given order."""
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    objects.append(f"<< /Title ({title}) >>".encode() if title else b"<< >>")
    kids = []
    for spots in pages:
        content = b"".join(
            f"BT /F1 {size} Tf 1 0 0 1 {x} {y} Tm (".encode()
            + text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)").encode("cp1252")
            + b") Tj ET\n"
            for x, y, size, text in spots
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
        kids.append(len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(b"%d 0 R" % k for k in kids), len(kids))
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R /Info 4 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def set_lines(lines: Sequence[str], x: float = 72, y: float = 700, size: float = 11, step: float = 13) -> list[Spot]:
    """Lines under each other."""
    return [(x, y - step * i, size, line) for i, line in enumerate(lines) if line]


def make_zip(members: dict[str, str | bytes], *, stored: str = "") -> bytes:
    """A zip archive; `stored` names the member that comes uncompressed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content, zipfile.ZIP_STORED if name == stored else zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def make_docx(path: Path) -> Path:
    """A Word document with headings, a list, a table and merged cells."""
    import docx

    document = docx.Document()
    document.add_heading("Harbour budget", level=1)
    document.add_paragraph("The council agreed on the budget on Tuesday.")
    document.add_heading("What it pays for", level=2)
    document.add_paragraph("Two new cranes", style="List Bullet")
    document.add_paragraph("A deeper quay", style="List Bullet")
    table = document.add_table(rows=3, cols=3)
    for row, cells in zip(table.rows, [("Item", "2024", "2025"), ("Cranes", "4", "6"), ("Total", "", "")], strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    table.cell(2, 1).merge(table.cell(2, 2)).text = "10"
    document.core_properties.author = "Ann Reed"
    document.core_properties.title = ""
    document.save(str(path))
    return path


_ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
)


def make_odt(body: str, meta: str = "") -> bytes:
    """An OpenDocument text around the XML of its body."""
    content = f"<office:document-content {_ODF}><office:body><office:text>{body}</office:text></office:body>"
    return make_zip(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": content + "</office:document-content>",
            "meta.xml": f"<office:document-meta {_ODF}><office:meta>{meta}</office:meta></office:document-meta>",
        },
        stored="mimetype",
    )


def make_epub(chapters: dict[str, str], spine: Sequence[str]) -> bytes:
    """An EPUB; `spine` gives the order of the chapters' ids."""
    items = "".join(f'<item id="{n}" href="text/{n}.xhtml" media-type="application/xhtml+xml"/>' for n in chapters)
    refs = "".join(f'<itemref idref="{name}"/>' for name in spine)
    opf = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>'
        "<dc:title>The Week</dc:title><dc:creator>Bo Lind</dc:creator><dc:publisher>Courier Press</dc:publisher>"
        f"<dc:date>2024-03-05</dc:date></metadata><manifest>{items}</manifest><spine>{refs}</spine></package>"
    )
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
    )
    members: dict[str, str | bytes] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": container,
        "OEBPS/book.opf": opf,
    }
    for name, body in chapters.items():
        members[f"OEBPS/text/{name}.xhtml"] = (
            f'<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><body>{body}</body></html>'
        )
    return make_zip(members, stored="mimetype")

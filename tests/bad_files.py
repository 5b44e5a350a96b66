"""Hundreds of bad files, generated: cut short, damaged, mislabelled, and made to hurt a parser."""

from __future__ import annotations

import os
import random
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from made_files import make_docx, make_epub, make_odt, make_pdf, make_zip, set_lines

from corpus.read.formats import BY_SUFFIX

N_BAD = 300
_RSS = "<rss version='2.0'><channel><item><title>T</title><description>{}</description></item></channel></rss>"
SENTENCES = [f"Sentence number {n} of the article says something about the quay." for n in range(40)]


def make_whole(folder: Path) -> dict[str, bytes]:
    """A good file of each format, by suffix."""
    paragraphs = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
    odt = "".join(f"<text:p>{sentence}</text:p>" for sentence in SENTENCES)
    lines = "\n\n".join(SENTENCES)
    mail = "From: A <a@b.example>\nSubject: S\nMessage-ID: <1@b>\nMIME-Version: 1.0\nContent-Type: text/html\n\n"
    return {
        ".pdf": make_pdf([set_lines(SENTENCES[:20]), set_lines(SENTENCES[20:])]),
        ".docx": make_docx(folder / "whole.docx").read_bytes(),
        ".odt": make_odt(odt),
        ".epub": make_epub({"one": paragraphs, "two": paragraphs}, ["one", "two"]),
        ".rtf": ("{\\rtf1\\ansi " + "\\par ".join(SENTENCES) + "}").encode(),
        ".xml": _RSS.format(lines).encode(),
        ".html": f"<!doctype html><html><body><article>{paragraphs}</article></body></html>".encode(),
        ".eml": (mail + paragraphs).encode(),
        ".json": ('[{"title": "T", "text": "' + " ".join(SENTENCES) + '"}]').encode(),
        ".csv": ("title,text\n" + "".join(f'T,"{sentence}"\n' for sentence in SENTENCES)).encode(),
        ".md": f"---\ntitle: T\n---\n{lines}".encode(),
        ".txt": lines.encode(),
    }


def make_bad(folder: Path) -> list[Path]:
    """Write them all; the same ones each time."""
    chance = random.Random(7)
    whole = make_whole(folder)
    (folder / "whole.docx").unlink()
    paths = []
    for number, (name, data) in enumerate([*_damaged(whole, chance), *_mislabelled(chance), *_hostile(whole)]):
        path = folder / f"{number:03d}-{name}"
        path.write_bytes(data)
        paths.append(path)
    return [*paths, *_odd_entries(folder)]


def _damaged(whole: dict[str, bytes], chance: random.Random) -> Iterator[tuple[str, bytes]]:
    for suffix, data in whole.items():
        for part in (0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.97):
            yield f"cut-{part}{suffix}", data[: int(len(data) * part)]
        for n in range(7):
            bad = bytearray(data)
            for _ in range(1 + len(bad) // 200):
                bad[chance.randrange(len(bad))] = chance.randrange(256)
            yield f"flipped-{n}{suffix}", bytes(bad)


def _mislabelled(chance: random.Random) -> Iterator[tuple[str, bytes]]:
    for suffix in BY_SUFFIX:
        yield f"noise{suffix}", chance.randbytes(3000)
        yield f"nul{suffix}", b"\0" * 2000
        yield f"empty{suffix}", b""
        yield f"zip{suffix}", make_zip({"../../etc/passwd": "x", "a/" * 60 + "b": "y"})
        yield f"mixed{suffix}", "Grüße ".encode() * 3 + "Grüße ".encode("cp1252") * 3 + b"\x81\x8d\xff\xfe\0\0"


def _hostile(whole: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
    zeros = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = zeros.compress(bytes(130_000_000)) + zeros.flush()
    for suffix, member in ((".docx", "word/document.xml"), (".odt", "content.xml"), (".epub", "OEBPS/book.opf")):
        yield f"bomb{suffix}", _zip_of(member, packed, 130_000_000)
        yield f"lying-bomb{suffix}", _zip_of(member, packed, 1000)
        yield f"many{suffix}", make_zip({f"{member}{n}": "" for n in range(11_000)})
        yield (
            f"laughs{suffix}",
            make_zip({member: _LAUGHS, "META-INF/container.xml": _LAUGHS, "[Content_Types].xml": _LAUGHS}),
        )
        yield f"deep{suffix}", make_zip({member: "<a>" * 50_000, "META-INF/container.xml": "<a>" * 50_000})
    yield (
        "laughs.xml",
        b"<?xml version='1.0'?>" + _LAUGHS.replace("<lolz>", "<rss>").replace("</lolz>", "</rss>").encode(),
    )
    yield "deep.html", b"<div>" * 200_000 + b"text"
    yield "tables.html", b"<table><tr><td>" * 20_000 + b"text"
    yield "attributes.html", b"<p " + b" ".join(b"a%d='x'" % n for n in range(50_000)) + b">" + b"Words here. " * 40
    yield "links.html", b"<a href=x>" * 30_000
    yield "breaks.html", b"<html><body><article><p>" + b"a<br>" * 400_000
    yield "deep.json", b"[" * 200_000
    yield "deep.jsonl", b'{"a":' * 200_000
    yield "wide.jsonl", b'{"title": "' + b"x" * 21_000_000
    yield "quotes.md", b">" * 30_000 + b" text"
    yield "brackets.md", b"[" * 30_000
    yield "stars.md", b"*a **b " * 8000
    yield "yaml.md", b"---\na: &a [x]\nb: &b [*a,*a]\nc: &c [*b,*b]\ntitle: *c\n---\nText."
    yield "deep-yaml.md", b"---\n" + b"[" * 20_000 + b"\n---\nText."
    yield "deep.rtf", b"{\\rtf1" + b"{" * 200_000
    yield "binary.rtf", b"{\\rtf1 \\bin99999999 x}"
    yield "nested.eml", b"Message-ID: <1>\n" + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" * 3000
    yield "attachment.eml", b"Message-ID: <1>\nMIME-Version: 1.0\nContent-Type: image/png\n\nx"
    yield "quote.csv", b'title,text\n"' + b"x" * 2_000_000
    yield "columns.csv", b"text," + b"a," * 100_000 + b"\n"
    for name, kids in (("self", b"2 0 R"), ("parent", b"1 0 R"), ("many", b"2 0 R " * 5000)):
        yield f"cycle-{name}.pdf", _pdf_cycle(kids)
    yield "no-pages.pdf", make_pdf([])
    yield (
        "loop.pdf",
        b"%PDF-1.4\nxref\n0 1\n0000000000 65535 f \ntrailer << /Size 1 /Prev 9 /Root 1 0 R >>\nstartxref\n9\n%%EOF",
    )
    yield "stream-bomb.pdf", _pdf_bomb()
    yield "half-utf16.txt", "Grüße aus der Stadt".encode("utf-16")[:-1]


_LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY a "lollollollollol">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 20}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]><lolz>&i;</lolz>"
)


def _zip_of(member: str, packed: bytes, said: int) -> bytes:
    """An archive with one packed member, which says that it has so many bytes."""
    name = member.encode()
    info = zipfile.ZipInfo(member)
    sizes = len(packed).to_bytes(4, "little") + min(said, 2**32 - 1).to_bytes(4, "little")
    common = b"\x14\0\0\0\x08\0\0\0\0\0" + b"\0\0\0\0" + sizes + len(name).to_bytes(2, "little") + b"\0\0"
    local = b"PK\x03\x04" + common + name
    central = (
        b"PK\x01\x02\x14\0" + common + b"\0\0\0\0\0\0" + info.external_attr.to_bytes(4, "little") + b"\0\0\0\0" + name
    )
    at = len(local) + len(packed)
    end = b"PK\x05\x06\0\0\0\0\x01\0\x01\0" + len(central).to_bytes(4, "little") + at.to_bytes(4, "little") + b"\0\0"
    return local + packed + central + end


def _pdf_cycle(kids: bytes) -> bytes:
    return (
        b"%PDF-1.4\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n2 0 obj << /Type /Pages /Count 9 /Kids ["
        + kids
        + b"] >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF"
    )


def _pdf_bomb() -> bytes:
    packed = zlib.compress(b"BT /F1 9 Tf (spam) Tj ET\n" * 1_000_000, 9)
    whole = make_pdf([set_lines(["x"])])
    start, end = whole.index(b"<< /Length"), whole.index(b"endstream")
    stream = b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\n" % (len(packed), packed)
    return whole[:start] + stream + whole[end:]


def _odd_entries(folder: Path) -> list[Path]:
    (folder / "folder.md").mkdir()
    os.mkfifo(folder / "pipe.txt")
    (folder / "loop.md").symlink_to(folder / "loop.md")
    (folder / "dangling.pdf").symlink_to(folder / "nowhere.pdf")
    (folder / "zero.txt").symlink_to("/dev/zero")
    names = ("pipe.txt", "loop.md", "dangling.pdf", "zero.txt", "x" * 300 + ".md", "../" * 40 + "nowhere/at/all.md")
    return [folder / name for name in names]

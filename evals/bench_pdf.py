"""Speed of one long document: a PDF of 100 pages, from its file until an answer cites its last page."""

from __future__ import annotations

import ctypes
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import perf_counter

from corpus.library import Library
from corpus.read import read_file
from evals.bench_library import Measured
from evals.material import make_articles
from qa.assistant import Assistant
from qa.config import Config

PAGES, CHARACTERS, MOST = 100, 2800, 5.0
"""Pages, characters on each, as quarterly reports of companies have them, and the seconds that it may take."""
LINE, SIZE, STEP, LEFT, TOP = 88, 10, 17, 54, 750
FIRST_PAGE = "The harbour of Nerimor, a report in a hundred pages."
LAST_PAGE = "The Nerimor committee counted 4711 visitors on its open day."
QUESTION = "How many visitors did the Nerimor committee count?"


def measure_pdf(library: Library, folder: Path, pages: int = PAGES) -> Measured:
    """From the file to an answer, in a library that is open, as on the page."""
    path = folder / "report.pdf"
    write_pdf(path, make_pages(pages))
    assistant = Assistant(library, Config(library=library.config))
    assistant.ask(QUESTION)
    began = perf_counter()
    library.add(list(read_file(path, str(path), path.name)))
    added = perf_counter() - began
    answer = assistant.ask(QUESTION)
    seconds = perf_counter() - began
    cited = any(c.page == pages for claim in answer.claims for c in claim.citations)
    shown = f"{seconds:.1f} s ({added:.1f} s to add it)" if cited else f"not cited after {seconds:.1f} s"
    what = f"a PDF of {pages} pages of {CHARACTERS} characters, until an answer cites its last page"
    return Measured(what, shown, f"at most {MOST:g} s", cited and seconds <= MOST)


def make_pages(n: int) -> Iterator[list[str]]:
    """The lines of `n` pages of news; the last one ends with what QUESTION asks for."""
    text = " ".join(a.text for a in make_articles(n)).encode("cp1252", "ignore").decode("cp1252")
    for i in range(n):
        lines = textwrap.wrap(text[i * CHARACTERS : (i + 1) * CHARACTERS], LINE)
        yield [*([FIRST_PAGE, ""] if i == 0 else []), *lines, *(["", LAST_PAGE] if i == n - 1 else [])]


def write_pdf(path: Path, pages: Iterator[Sequence[str]]) -> None:
    """A PDF of these pages, each a column of lines."""
    import pypdfium2
    from pypdfium2 import raw

    document = pypdfium2.PdfDocument.new()
    for lines in pages:
        page = document.new_page(612, 792)
        for i, line in enumerate(lines):
            spot = raw.FPDFPageObj_NewTextObj(document, b"Helvetica", SIZE)
            said = ctypes.create_string_buffer(f"{line}\0".encode("utf-16-le"))
            raw.FPDFText_SetText(spot, ctypes.cast(said, raw.FPDF_WIDESTRING))
            raw.FPDFPageObj_Transform(spot, 1, 0, 0, 1, LEFT, TOP - STEP * i)
            raw.FPDFPage_InsertObject(page, spot)
        page.gen_content()
    document.save(path)

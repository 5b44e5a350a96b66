"""Pieces of text with their places on a page, to lines in reading order and to paragraphs. Pure geometry.

Places are in points, y upwards, as PDF has them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

CELL_GAP = 1.2
"""A gap of this many text heights within a line parts two cells, or two columns."""
PARAGRAPH_GAP = 1.45
"""A step to the next line of this many text heights or more begins a paragraph, where lines are set tighter."""
HEADING = 1.18
"""Text this much higher than the page's usual text is a heading."""
MIN_COLUMN_LINES = 5
BROKEN = re.compile(r"[^\W\d_][-\u2010]$")
"""A word that is parted at a line's end."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Text without a wide gap in it, and where it stands."""

    x0: float
    x1: float
    y: float
    size: float
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """Pieces of one column that stand beside each other, left to right."""

    pieces: tuple[Piece, ...]

    @property
    def x0(self) -> float:
        """Its left edge."""
        return self.pieces[0].x0

    @property
    def x1(self) -> float:
        """Its right edge."""
        return self.pieces[-1].x1

    @property
    def y(self) -> float:
        """Its baseline."""
        return self.pieces[0].y

    @property
    def size(self) -> float:
        """Its text height."""
        return max(piece.size for piece in self.pieces)

    @property
    def text(self) -> str:
        """A row of cells where it has several, else its text."""
        if len(self.pieces) > 2 or (len(self.pieces) == 2 and re.search(r"\d", self.pieces[1].text)):
            row = f"| {' | '.join(piece.text.replace('|', '/') for piece in self.pieces)} |"
            return re.sub(r" (?:\| )?([$€£¥]) \| ", r" | \1", row)  # a currency belongs to the number after it
        return " ".join(piece.text for piece in self.pieces)


def order_page(pieces: Sequence[Piece]) -> list[Line]:
    """The lines of a page in reading order: down each column of a band, bands from the top."""
    rows = _rows(pieces)
    gutter = _gutter(rows)
    if gutter is None:
        return [Line(tuple(row)) for row in rows]
    lines: list[Line] = []
    left: list[Line] = []
    right: list[Line] = []
    for row in rows:
        if any(piece.x0 < gutter - 1 and piece.x1 > gutter + 1 for piece in row):
            # A line across both columns ends the band above it.
            lines += [*left, *right, Line(tuple(row))]
            left, right = [], []
            continue
        for side, found in (
            (left, [p for p in row if p.x1 <= gutter + 1]),
            (right, [p for p in row if p.x0 >= gutter - 1]),
        ):
            if found:
                side.append(Line(tuple(found)))
    return [*lines, *left, *right]


def _rows(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Pieces on one baseline, from the top, each row left to right."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda p: (-p.y, p.x0)):
        above = rows[-1][0] if rows else None
        if above and abs(above.y - piece.y) < (0.8 if min(len(piece.text), len(above.text)) < 3 else 0.4) * min(
            piece.size, above.size
        ):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    for row in rows:
        row.sort(key=lambda p: p.x0)
    return rows


def _gutter(rows: Sequence[Sequence[Piece]]) -> float | None:
    """Where two columns of running text part: both sides have many lines, and lines that fill them."""
    pieces = [piece for row in rows for piece in row]
    if not pieces:
        return None
    left, right = min(p.x0 for p in pieces), max(p.x1 for p in pieces)
    best: tuple[int, float] | None = None
    for step in range(30, 71):
        x = left + (right - left) * step / 100
        sides = [p for p in pieces if p.x1 <= x], [p for p in pieces if p.x0 >= x]
        crossing = len(pieces) - len(sides[0]) - len(sides[1])
        if min(map(len, sides)) < MIN_COLUMN_LINES or crossing > 0.3 * len(pieces):
            continue
        filled = (
            median(p.x1 - p.x0 for p in sides[0]) / (x - left),
            median(p.x1 - p.x0 for p in sides[1]) / (right - x),
        )
        if min(filled) > 0.6 and (best is None or crossing < best[0]):
            best = crossing, x
    return best[1] if best else None


def drop_running(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Pages without what stands at the top or bottom of many of them, and without page numbers."""
    seen: Counter[str] = Counter()
    for page in pages:
        seen.update({_shape(line) for line in _edges(page)})
    often = max(3, 0.4 * len(pages)) if len(pages) > 2 else len(pages) + 1
    kept = []
    for page in pages:
        edges = {id(line) for line in _edges(page)}
        kept.append(
            [line for line in page if not (id(line) in edges and (seen[_shape(line)] >= often or _number(line)))]
        )
    return kept


def _edges(page: Sequence[Line]) -> list[Line]:
    by_height = sorted(page, key=lambda line: -line.y)
    return by_height[:3] + by_height[-3:] if len(by_height) > 6 else by_height[:1] + by_height[-1:]


def _shape(line: Line) -> str:
    return re.sub(r"\d+", "#", " ".join(piece.text for piece in line.pieces)).strip().lower()


def _number(line: Line) -> bool:
    text = " ".join(piece.text for piece in line.pieces)
    return bool(re.fullmatch(r"(?i)[-–—\s]*(?:page\s+)?\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?[-–—\s]*", text))


def paragraphs(lines: Sequence[Line], usual: float) -> Iterator[str]:
    """Blocks of a page: headings, runs of table rows, and paragraphs; `usual` is the document's text height."""
    steps = [a.y - b.y for a, b in pairwise(lines) if 0 < a.y - b.y < 4 * usual]
    step = median(steps) if steps else 1.2 * usual
    block: list[Line] = []
    for line in lines:
        if block and _parts(block[-1], line, step, usual, _edge(lines, block[-1], usual)):
            yield _block(block, usual)
            block = []
        block.append(line)
    if block:
        yield _block(block, usual)


def _edge(lines: Sequence[Line], line: Line, usual: float) -> float:
    """Where lines end that begin where this one does."""
    ends = sorted(other.x1 for other in lines if abs(other.x0 - line.x0) < 3 * usual and len(other.pieces) == 1)
    return ends[int(0.8 * (len(ends) - 1))] if ends else line.x1


def _parts(above: Line, line: Line, step: float, usual: float, edge: float) -> bool:
    """Whether a line begins a block of its own."""
    row, row_above = line.text.startswith("| "), above.text.startswith("| ")
    if row or row_above:
        return row != row_above
    if abs(line.size - above.size) > 0.12 * above.size or re.match(r"[•▪●◦‣*–-] ", line.text):
        return True
    down = above.y - line.y
    if down < 0:  # the next column: goes on unless a sentence ended short
        return bool(re.search(r"[.!?:][\"”’)]*$", above.text)) and above.x1 - above.x0 < 0.8 * (line.x1 - line.x0)
    if down > max(PARAGRAPH_GAP * usual, 1.25 * step):
        return True
    short = above.x1 < edge - 0.12 * max(edge - above.x0, 1) and line.x0 <= above.x0 + usual
    indented = line.x0 > above.x0 + 0.8 * usual and line.x0 < above.x0 + 4 * usual
    return (short or indented) and bool(re.search(r"[.!?:][\"”’)]*$", above.text))


def _block(lines: Sequence[Line], usual: float) -> str:
    if lines[0].text.startswith("| "):
        return "\n".join(line.text for line in lines)
    text = join_lines([line.text for line in lines])
    if lines[0].size > HEADING * usual and len(text) < 200:
        return f"## {text}"
    return re.sub(r"^[•▪●◦‣] ", "- ", text)


def join_lines(lines: Sequence[str]) -> str:
    """Lines of one paragraph as one, words that were parted at a line's end whole again."""
    text = lines[0].strip() if lines else ""
    for line in (line.strip() for line in lines[1:]):
        text = text[:-1] + line if BROKEN.search(text[-2:]) and line[:1].islower() else f"{text} {line}"
    return " ".join(text.split())

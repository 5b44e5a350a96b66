"""Streamed text of an LLM -> pieces with the labels they cite. Pure.

The text is cut from left to right, each cut decided by what stands before it and a bounded piece after it, so that
any chunking gives the same pieces and a piece once given never changes. Inside a piece markdown-it reads the Markdown;
what is kept is text: no links, images or HTML.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

from qa.leads import is_lead, names_a_gap
from qa.prompt import Label
from qa.types import Kind

_OPEN, _CLOSE = r"\\?[\[【［]", r"\\?[\]】］]"
_ONE = r"(?:\d{1,9}[.．]\d{1,9}(?:\s{0,2}[-–—~]\s{0,2}(?:\d{1,9}[.．])?\d{1,9})?|\d{1,3}|none)"
_GROUP = (
    rf"{_OPEN}\s{{0,2}}{_ONE}(?:(?:\s{{0,2}}[,;，、；&]\s{{0,2}}|\s{{1,2}}(?:and\s)?){_ONE}){{0,30}}"
    rf"\s{{0,2}}(?:†[^\]】］\n]{{0,40}})?{_CLOSE}"
)
GROUP = re.compile(_GROUP, re.IGNORECASE)
"""One marker: `[2.3]`, `[2.3, 4.1]`, `[2.3-2.5]`, full-width brackets, and `[none]`."""
_LABEL = re.compile(r"(\d+)[.．](\d+)(?:\s*[-–—~]\s*(?:(\d+)[.．])?(\d+))?|(\d+)|(none)", re.IGNORECASE)
_MAYBE_GROUP = re.compile(r" {0,3}\n? {0,3}[*_]{0,3}(?:\\|\\?[\[【［][^\]】］]{0,400})?\Z")
_OPEN_MARKER = re.compile(r"\\?[\[【［]\s*(?:\d[\d.．,;，、；&\s–—~†-]*|n|no|non|none)?\\?\Z", re.IGNORECASE)
"""A marker that the end of the text cut off."""
_OPEN_LINK = re.compile(r"!?\\?[\[【［][^\]】］\n]{0,400}(?:\](?:\([^)\s]{0,400})?)?\Z|[!\\]\Z")
_LINK_OF_MARKER = re.compile(rf"({_GROUP})\([^)\s]*\)", re.IGNORECASE)
_AFTER = re.compile(rf"(?: {{0,3}}\n? {{0,3}}[*_]{{0,3}}{_GROUP}[*_]{{0,3}}[.,;:]?)+", re.IGNORECASE)
_END = re.compile(r"[.!?…؟۔]+[\"'”’“»)*_~`]*|[。！？]+[」』”’）*_]*|\n")
_WIDE = "。！？"
_ABBREVIATED = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|No|Gen|Sen|Rep|Gov|Lt|Col|Sgt|Capt|Jr|Sr|Inc|Ltd|Co|Corp|vs|etc|Jan|Feb|Mar|Apr"
    r"|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|approx|ca|bzw|usw|Nr|Mio|Mrd|Sra?|Srta|Dra|Mme|Mlle|z|u|d|p)|\b(?:[A-Za-z]\.)*[A-Z]|\b[aep]\.[mg]|\bi\.e)\.\Z"
)
_GERMAN_MONTH = re.compile(r"(?:Jan|Feb|März|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez)")
"""What goes on after "am 3."."""
_HEAD = re.compile(
    r"[ >]*(?:(?P<fence>```|~~~)|(?P<heading>#{1,6})(?= )|(?P<item>[-*+•]|\d{1,9}[.)])(?= )|(?P<row>\|))"
)
_NO_HEAD_YET = re.compile(r"[ >]*(?:`{1,2}|~{1,2}|#{1,6}|[-*+_=•][-*+_= ]*|\d{1,9}[.)]?)?\Z")
_RULE = re.compile(r"[ >]*(?:[-*_=] *){3,}\Z")
_DELIMITER = re.compile(r"[|:\- ]*-[|:\- ]*\Z")
_DELIMITER_YET = re.compile(r"[|:\- ]*\Z")
LONGEST = 2000
"""Characters of one piece; what runs on longer is cut at a space."""
_FARTHEST = LONGEST + 1200
"""How much text beyond a piece's start can matter for its end."""
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ue000-\uf8ff]")


@dataclass(frozen=True, slots=True)
class Piece:
    """One statement of the model's: plain text in the line conventions of articles, and the labels it cites.

    `joins`: it goes on in the paragraph or item of the piece before. A `lead` is a heading or a lead-in with nothing to
    check, a `gap` says what the articles leave open. A label whose sentence is 0 was written as a bare number.
    """

    text: str
    labels: tuple[Label, ...] = ()
    kind: Kind = "claim"
    joins: bool = False


class CiteParser:
    """Text in, pieces out: `feed` gives those that are complete, `finish` the rest, `draft` what is being written."""

    def __init__(self) -> None:
        self._text = ""
        self._at = 0
        self._mode: Literal["line", "code", "prose"] = "line"
        self._bullet = self._begun = False

    def feed(self, chunk: str) -> list[Piece]:
        """The pieces that this chunk completes."""
        self._text += _INVISIBLE.sub("", chunk.replace("\t", " "))
        return self._pieces(final=False)

    def finish(self) -> list[Piece]:
        """What is left, once the text is over; a marker that was cut off is dropped."""
        self._text = _OPEN_MARKER.sub("", self._text)
        return self._pieces(final=True)

    @property
    def draft(self) -> str:
        """The text after the last piece, as far as it is fit to show: no marker, whole or in part, and no markup."""
        if self._mode != "prose":
            return ""
        return _unmarked(_plain(_OPEN_LINK.sub("", self._text[self._at :])).rstrip("*_`~\\ "))

    @property
    def draft_joins(self) -> bool:
        """Whether the draft goes on in the paragraph or item of the last piece."""
        return self._begun

    def _pieces(self, *, final: bool) -> list[Piece]:
        steps = {"line": self._line, "code": self._code, "prose": self._prose}
        pieces: list[Piece] = []
        while self._at < len(self._text):
            found = steps[self._mode](final)
            if found is None:
                break
            pieces += found
        if self._at > LONGEST:  # a long answer must not be copied and searched again at every chunk
            self._text, self._at = self._text[self._at :], 0
        return pieces

    # Each step takes one bite off the text and gives its pieces, or gives None and waits for more text.

    def _line(self, final: bool) -> list[Piece] | None:
        """Read the head of a line; a heading or a table row is a piece by itself."""
        line, after, whole = self._next_line(final)
        if not whole and _NO_HEAD_YET.match(line):
            return None
        head = _HEAD.match(line)
        kind = head.lastgroup if head else None
        if kind in ("fence", "heading", "row") and not whole and len(line) < LONGEST:
            return None
        if whole and (kind == "fence" or _RULE.match(line) or not line.strip(" >")):
            self._at, self._mode = after, "code" if kind == "fence" else "line"
            return []
        if kind == "row" and whole:
            return self._row(line, after, final)
        if kind == "heading" and whole:
            self._at = after
            return _pieces_of(line.lstrip(" >#"), prefix="## ", joins=False)
        self._mode, self._begun, self._bullet = "prose", False, kind == "item"
        self._at += head.end() if head and kind == "item" else 0
        return []

    def _row(self, line: str, after: int, final: bool) -> list[Piece] | None:
        below, newline, _ = self._text[after:].partition("\n")
        if not newline and not final and _DELIMITER_YET.match(below):
            return None
        self._at = after
        cells = [_plain(cell) for cell in re.split(r"(?<!\\)\|", line.strip(" >").strip("|"))]
        if _DELIMITER.match(line) or not any(cells):
            return []
        header = _DELIMITER.match(below) is not None
        return [Piece(f"| {' | '.join(cells)} |", _labels(line), "lead" if header else "claim")]

    def _code(self, final: bool) -> list[Piece] | None:
        line, after, whole = self._next_line(final)
        if not whole and len(line) < LONGEST:
            return None
        if not whole:
            line, after = line[:LONGEST], self._at + LONGEST
        self._at = after
        if re.match(r"[ >]*(?:```|~~~)", line):
            self._mode = "line"
            return []
        text = _unmarked(line)
        return [Piece(text, _labels(line))] if text else []

    def _prose(self, final: bool) -> list[Piece] | None:
        """Cut the next sentence off the paragraph or item, with the markers before and after its full stop."""
        text, at = self._text, self._at
        for match in _END.finditer(text, at, min(len(text), at + LONGEST)):
            if match.group() == "\n":
                ends = self._ends_at(match.end(), final)
                if ends is None:
                    return None
                if ends:
                    self._mode = "line"
                    return self._cut(match.start(), match.end())
                continue
            cited = _AFTER.match(text, match.end())
            stop = cited.end() if cited else match.end()
            if not final and _MAYBE_GROUP.match(text, stop):
                return None
            if cited or self._is_end(match, stop):
                return self._cut(stop, stop)
        if len(text) - at >= _FARTHEST or (final and len(text) - at > LONGEST):
            space = text.rfind(" ", at + LONGEST // 2, at + LONGEST)
            stop = space if space > 0 else at + LONGEST
            return self._cut(stop, stop)
        return self._cut(len(text), len(text)) if final else None

    def _is_end(self, match: re.Match[str], stop: int) -> bool:
        """Whether a full stop that no marker follows ends its sentence."""
        text = self._text
        following = text[stop : stop + 4].lstrip(" ")
        if stop >= len(text) or following.startswith("\n") or match.group()[0] in _WIDE:
            return True
        if not text[stop].isspace() or not following or following[0].islower():
            return False
        if match.group() == "." and text[match.start() - 1].isdigit() and _GERMAN_MONTH.match(following):
            return False
        before = text[max(0, match.start() - 12) : match.start() + 1]
        return not (match.group().startswith(".") and _ABBREVIATED.search(before))

    def _ends_at(self, at: int, final: bool) -> bool | None:
        """Whether the paragraph or item ends with the line before `at`; None while that cannot be known."""
        line, newline, _ = self._text[at:].partition("\n")
        if not newline and not final and _NO_HEAD_YET.match(line):
            return None
        return not line.strip(" >") or bool(_HEAD.match(line)) or bool(_RULE.match(line))

    def _cut(self, stop: int, then: int) -> list[Piece]:
        raw, joins = self._text[self._at : stop], self._begun
        self._at = then
        pieces = _pieces_of(raw, prefix="- " if self._bullet and not joins else "", joins=joins)
        self._begun = self._begun or bool(pieces)
        return pieces

    def _next_line(self, final: bool) -> tuple[str, int, bool]:
        """The line at the cursor, where the next one begins, and whether it is whole."""
        end = self._text.find("\n", self._at)
        if end < 0:
            return self._text[self._at :], len(self._text), final
        return self._text[self._at : end], end + 1, True


def parse(text: str) -> list[Piece]:
    """The pieces of a whole answer."""
    parser = CiteParser()
    return [*parser.feed(text), *parser.finish()]


def _pieces_of(raw: str, *, prefix: str, joins: bool) -> list[Piece]:
    text, labels = _plain(raw), _labels(raw)
    if not re.search(r"\w", text):
        return []
    kind: Kind = "claim"
    if not labels and (names_a_gap(text) or "none" in "".join(GROUP.findall(raw)).lower()):
        kind = "gap"
    elif not labels and (prefix == "## " or text.endswith((":", "："))) and is_lead(text):
        kind = "lead"
    return [Piece(prefix + text, labels, kind, joins)]


def _labels(raw: str) -> tuple[Label, ...]:
    """Every label of the markers in a text, in order, once each; ranges spelled out, bare numbers with sentence 0."""
    found: list[Label] = []
    for group in GROUP.finditer(raw):
        for one in _LABEL.finditer(group.group().partition("†")[0]):
            passage, first, passage_to, last, bare, _ = one.groups()
            if bare:
                found.append((int(bare), 0))
                continue
            if not passage:
                continue
            label = (int(passage), int(first))
            end = int(last) if last and int(passage_to or passage) == label[0] else label[1]
            if last and int(passage_to or passage) != label[0]:
                found += [label, (int(passage_to), int(last))]
            else:
                found += [(label[0], n) for n in range(label[1], max(label[1], min(end, label[1] + 30)) + 1)]
    return tuple(dict.fromkeys(found))


def _plain(raw: str) -> str:
    """The text of inline Markdown, without markers; the text of links stays, their addresses and all images go."""
    bare = GROUP.sub("", _LINK_OF_MARKER.sub("", re.sub(r"<br ?/?>|\n[ >]*", " ", raw)))
    tokens = _markdown().parseInline(bare)
    text = "".join(_text_of(child) for token in tokens for child in token.children or ())
    text = re.sub(r"\s+([.,;:!?])(?=\s|$)", r"\1", re.sub(r"\*\*|__", "", text))
    return _unmarked(text)


def _unmarked(text: str) -> str:
    """Without markers, also such as only come together once others or the markup around them are gone."""
    before = None
    while text != before:
        before = text
        text = _OPEN_MARKER.sub("", " ".join(GROUP.sub("", text).split())).rstrip()
    return text


def _text_of(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return " "
    return token.content if token.type in ("text", "code_inline") else ""


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).disable("autolink")

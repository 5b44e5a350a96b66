"""Article -> sentences and passages, as exact character spans of the article's text.

Sentences come from blingfire, chosen by measurement on news text (evals/LOG.md); passages are runs of whole
sentences within one section. Not here: reading or cleaning text, and anything about meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from math import ceil

import blingfire

from corpus.language import DEFAULT_LANGUAGE
from corpus.types import Article, Passage, Sentence

PASSAGE_CHARS = 1200
"""No run is planned longer than this, in characters; the mean comes to about 900. Measured in evals/LOG.md."""
LONGEST_SENTENCE = 1000
"""A run with no sentence end for this many characters is cut at white space (a table dump, a word list)."""
SPLIT_VERSION = f"blingfire-0.1.8/{PASSAGE_CHARS}/2"
"""Part of the library's fingerprint: raised whenever the same text would be split differently."""

Span = tuple[int, int]

_BLOCK = re.compile(r"[^\n]+(?:\n[^\n]+)*")
_LINE = re.compile(r"[^\n]+")
_HEADING = re.compile(r"#{1,6} ")
_OWN_LINE = re.compile(r"#{1,6} |[-*•] |\d{1,3}[.)] |\|")
_ENDS = re.compile(r"[.!?:;。！？؟।…][\"'”’»)\]]*$")
_TITLE = re.compile(r"\b(Mr|Mrs|Ms|Dr|Prof|Sen|Rep|Gov|Gen|Lt|Col|Maj|Sgt|Capt|Rev|Hon)\.( [A-Z])")
"""Titles before a name: blingfire takes some for a sentence of their own, and others for no place to begin one."""
_NO_END = {
    "de": re.compile(
        # Ordinals ("am 3. Mai", "im 19. Jahrhundert"), single letters ("z. B."), and what is short for something.
        r"(?:(?<![\d.,:])\d{1,2}|\b[^\W\d_]|\b(?:[IVX]+|Mio|Mrd|Tsd|Nr|Dr|Prof|Hr|St|Abs|Bd|Jh|Jhd|Kap|Abb|Tel"
        r"|ca|bzw|bzgl|usw|vgl|evtl|ggf|inkl|exkl|sog|geb|gest|verh|ehem|zzgl|Ing|Dipl|jun|sen|[Jj]ahrh|etc"
        r"|Jan|Feb|Aug|Sept?|Okt|Nov|Dez))\.$"
    ),
    "es": re.compile(
        r"\b(?:[A-Z]|Sr|Sra|Srta|Sres|Dr|Dra|Prof|Profa|Lic|Ing|Gral|Cnel|Cap|Mons|Excmo|Excma|Ud|Uds|Vd|Vds|EE|FF|núm"
        r"|n\.º|nº|pág|págs|art|arts|vol|tel|aprox|Av|Avda|Sto|Sta|Fr|p|ej|etc|a|C|d)\.$"
    ),
    "fr": re.compile(
        r"\b(?:[A-Z]|M|MM|Mme|Mmes|Mlle|Mlles|Dr|Pr|Prof|Me|Mgr|St|Ste|av|J|C|art|vol|chap|p|pp|fig|env|cf|ex|etc|janv"
        r"|févr|juil|sept|oct|nov|déc|bd|hab|tél|apr)\.$"
    ),
    "ar": re.compile(r"(?<!\w)(?:\w|أ\.د|هـ|ق\.م)\.$"),
}
"""What ends in a full stop and does not end a sentence, beside what blingfire knows."""
_CLOSING = re.compile(r"[”’」』）》»)\]]+\s*")
_WRAPPED = range(45, 121)
"""Line lengths that hard-wrapped text has; a shorter or longer line is a paragraph of its own."""


def split_article(article: Article, language: str = DEFAULT_LANGUAGE) -> list[tuple[Passage, tuple[Sentence, ...]]]:
    """The passages of an article in order, each with its sentences; never across a heading.

    A heading opens its section's first passage and is no sentence of its own. Every sentence is in exactly one
    passage, and every character outside sentences is white space, a heading, or a list marker.
    """
    passages: list[tuple[Passage, tuple[Sentence, ...]]] = []
    for heading, sentences in _sections(article.text, language):
        for run in _runs(sentences):
            first_of_section = run[0] == sentences[0]
            start = heading[0] if heading and first_of_section else run[0][0]
            name = f"{article.id}/{article.content_hash[:8]}/{len(passages)}"
            passage = Passage(name, article.id, start, run[-1][1])
            passages.append((passage, tuple(Sentence(article.id, *span) for span in run)))
    return passages


def split_sentences(text: str, language: str = DEFAULT_LANGUAGE) -> list[Span]:
    """The sentences of a text without headings, in order, without white space around them."""
    return [span for _, spans in _sections(text, language) for span in spans]


def _sections(text: str, language: str) -> Iterator[tuple[Span | None, list[Span]]]:
    """Each heading (or None) with the sentences up to the next one; a heading with nothing under it is skipped."""
    heading: Span | None = None
    sentences: list[Span] = []
    for start, end in _units(text):
        if _HEADING.match(text, start, end):
            if sentences:
                yield heading, sentences
            heading, sentences = (start, end), []
        else:
            sentences.extend(_sentences(text, start, end, language))
    if sentences:
        yield heading, sentences


def _units(text: str) -> Iterator[Span]:
    """Spans that no sentence crosses: a heading, a list item, a table row, a paragraph however it is wrapped."""
    for block in _BLOCK.finditer(text):
        start = block.start()
        lines = list(_LINE.finditer(text, *block.span()))
        for line, after in pairwise(lines):
            wraps = (
                len(line.group()) in _WRAPPED
                and not _ENDS.search(line.group())
                and not _OWN_LINE.match(after.group())
                and not _HEADING.match(line.group())
                and not line.group().startswith("|")
            )
            if not wraps:
                yield start, line.end()
                start = after.start()
        yield start, block.end()


def _sentences(text: str, start: int, end: int, language: str) -> Iterator[Span]:
    if text[start] == "|":  # a table row is cited whole
        yield from _cut(text, start, end)
        return
    _, offsets = blingfire.text_to_sentences_and_offsets(_one_line(text[start:end]))
    spans: list[Span] = []
    for a, b in offsets:
        if spans and language != DEFAULT_LANGUAGE and (closing := _CLOSING.match(text, start + a, start + b)):
            # A closing mark belongs to what it closes.
            spans[-1] = (spans[-1][0], closing.end() - start)
            a = closing.end() - start
            if a >= b:
                continue
        if spans and _continues(text, start + spans[-1][0], start + spans[-1][1], start + a, language):
            spans[-1] = (spans[-1][0], b)
        else:
            spans.append((a, b))
    for a, b in spans:
        yield from _cut(text, start + a, start + b)


def _one_line(text: str) -> str:
    """The same text at the same offsets, with nothing in it that blingfire trims, rewrites or stops at."""
    plain = re.sub(r"[\s\x00-\x1f\ufeff\ud800-\udfff]", " ", text)
    return _TITLE.sub(r"\1x\2", plain)


def _continues(text: str, start: int, end: int, after: int, language: str) -> bool:
    """Whether what follows goes on with the sentence: `"Stop!" he shouted.`, `Yahoo! Inc., declined`, `am 3. Mai`."""
    if language in _NO_END and _NO_END[language].search(text[max(start, end - 12) : end]):
        return True
    return text[after : after + 1].islower() or bool(re.match(r"(?:Inc|Corp|Ltd|Co)\b", text[after : after + 5]))


def _cut(text: str, start: int, end: int) -> Iterator[Span]:
    """The span without white space at its ends, in pieces no longer than LONGEST_SENTENCE."""
    while True:
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        if end - start <= LONGEST_SENTENCE:
            break
        space = text.rfind(" ", start + LONGEST_SENTENCE // 2, start + LONGEST_SENTENCE)
        cut = space if space > 0 else start + LONGEST_SENTENCE
        yield start, start + len(text[start:cut].rstrip())
        start = cut
    if start < end:
        yield start, end


def _runs(sentences: list[Span]) -> Iterator[list[Span]]:
    """Consecutive sentences in runs of about equal length, none much over PASSAGE_CHARS."""
    total = sentences[-1][1] - sentences[0][0]
    size = total / ceil(total / PASSAGE_CHARS)
    run: list[Span] = []
    for span in sentences:
        if run:
            now, then = run[-1][1] - run[0][0], span[1] - run[0][0]
            if then > size and (then - size > size - now or then > 1.2 * PASSAGE_CHARS):
                yield run
                run = []
        run.append(span)
    if run:
        yield run

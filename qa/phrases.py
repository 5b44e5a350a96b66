"""Text -> the phrases that can be a topic: names and runs of content words, as they stand. Pure; English only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.stem import STOP_WORDS, stems

LONGEST = 5
"""Words of a phrase; a longer run is cut before its first words."""

_LIGHT = """
able actually ago all almost already also always among another anybody anyone anything anyway are aren't around ask
asked asking available away back bad became become becomes been began begin being best better big bit bring brings
bye call called came can't cannot case cause caused certain changed check come comes coming common compare compared
consider considered could couldn't day describe detail details did didn't difference different discuss does doesn't
don't done dr easier easy either elaborate else end ends enough even ever every everyone everything exactly example
examples explain famous far feel felt find fine first follow found full further gave general generally get gets
getting give given gives go goes going gone good got gotten great guess had hadn't happen happened happening happens
hard has hasn't haven't hear heard hello help helped hey hi hope i'd i'll i'm i've idea important include included
includes including information instead interested interesting isn't issue issues it'd it'll just keep kept kind
kinds knew know known knows last late later latest least led less let let's like likely list little long longer look
looking lot lots low made main make makes making many may maybe mean means meant mention mentioned might mind more
mr mrs ms much must name named near necessary need needed needs never new next nice nobody none notable nothing now
nowadays number obviously occur often oh ok okay old one ones originally other others particular particularly people
perhaps person piece place play please point possible possibly pretty probably problem problems provide put quite
rather read really reason reasons recent recently regarding related right said saw say saying says second see seem
seemed seems seen several shall should shouldn't show shown significant similar simply since small so some somebody
someone something sometimes soon sorry sort sorts sound sounds speaking start started still stuff such suggest
suggested suggestion sure take taken takes taking talk tell thank thanks that'd that'll there's they'd they'll
they're they've thing things think third thought three time times today together told too took topic totally tried
true try trying turn two type types understand unfortunately unless us use used useful using usually various very
want wanted wants was wasn't way ways we'd we'll we're we've went were weren't what'd what're when's where's whether
who'd why's within without woah won't work worked works worse worst worth would wouldn't wow wrong year years yep
yes yet you'd you'll you're you've
"""
LIGHT = STOP_WORDS | frozenset(_LIGHT.split())
"""Words that say little about a topic on their own: function words, and general verbs and nouns of English talk."""

WORD = re.compile(r"(?:[A-Z]\.[ ]?){1,3}[A-Z][^\W\d_]+|[^\W_]+(?:[.'’&-][^\W_]+)*")
_CITED = re.compile(r"(?:\[\d+\])+")
_ARTICLE = re.compile(r"\b(?:the|an?)\s+(?:\w+\s+)?$", re.IGNORECASE)
_JOINS = frozenset(["of", "the", "de", "la", "van", "von", "al", "bin", "for", "and", "&"])
_TITLES = frozenset(["dr", "mr", "mrs", "ms"])
_INSIDE = re.compile(r"[ \xa0]+|[ ]?[#&/][ ]?")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase as it stands at `start` of its text.

    `lead` is the word before it, lower case; `definite`: an article stands before it, perhaps with one word between.
    """

    text: str
    start: int
    lead: str
    definite: bool
    is_name: bool

    @property
    def stems(self) -> frozenset[str]:
        """The stems of its words that are not light."""
        return content_stems(self.text)


def content_words(text: str) -> list[str]:
    """The words that are not light, in order, as they stand; a possessive ending is no part of a word."""
    return [w for w in map(_bare, WORD.findall(text)) if not is_light(w)]


def content_stems(text: str) -> frozenset[str]:
    """Their stems."""
    return frozenset(stem for word in content_words(text) for stem in stems(word))


def is_light(word: str) -> bool:
    """Whether a word says little about a topic on its own."""
    return word.lower().replace("’", "'") in LIGHT or (len(word) == 1 and not word.isdigit())


def clean_turn(text: str) -> str:
    """A turn without citation numbers and runs of space."""
    return " ".join(_CITED.sub("", text).split())


def names_in(text: str) -> list[Phrase]:
    """Runs of capitalised words, small words between them allowed, without the light words at their ends."""
    return [p for p in phrases_in(text) if p.is_name]


def phrases_in(text: str) -> list[Phrase]:
    """Names and runs of content words in order; a name that a run goes on from is given alone and with the rest."""
    out: list[Phrase] = []
    for run in _runs(text):
        name = _name_in(run, text)
        if name:
            out.append(_phrase(name, text, is_name=True))
        if name != run:
            cut = run[-LONGEST:]
            out.append(_phrase(cut, text, is_name=all(_is_capital(m.group()) for m in cut) and bool(name)))
    return [p for p in out if any(c.isalpha() for c in p.text)]


def _runs(text: str) -> Iterator[list[re.Match[str]]]:
    """Words side by side that are not light; a capital one before another ("New York") and "of" in a name are kept."""
    words = list(WORD.finditer(text))
    run: list[re.Match[str]] = []
    joined: list[re.Match[str]] = []
    for at, word in enumerate(words):
        before = joined or run
        if before and not _INSIDE.fullmatch(text[before[-1].end() : word.start()]):
            yield run
            run, joined = [], []
            before = []
        if run and not joined and word.group() in _JOINS and _is_capital(run[-1].group()):
            joined = [word]
        elif is_light(_bare(word.group())) and not _in_name(text, words[at : at + 2]):
            if run:
                yield run
            run, joined = [], []
        elif joined and not _is_capital(word.group()):
            yield run
            run, joined = [word], []
        else:
            run, joined = [*run, *joined, word], []
    if run:
        yield run


def _in_name(text: str, pair: list[re.Match[str]]) -> bool:
    """Whether a light word begins a name: capital, before a capital word that is not light."""
    if len(pair) < 2 or pair[0].group().lower() in _TITLES or text[pair[0].end() : pair[1].start()] != " ":
        return False
    first, second = (word.group() for word in pair)
    if not (_is_capital(first) and _is_capital(second)) or is_light(_bare(second)):
        return False
    return first == "New" or not _begins_sentence(text, pair[0].start())


def _name_in(run: list[re.Match[str]], text: str) -> list[re.Match[str]] | None:
    """The capitalised part of a run; one word alone at a sentence's beginning is none."""
    capital = [i for i, m in enumerate(run) if _is_capital(m.group())]
    if not capital:
        return None
    first = last = capital[0]
    for i in capital[1:]:
        if all(run[j].group() in _JOINS for j in range(last + 1, i)):
            last = i
        else:
            break
    name = run[first : last + 1]
    if len(name) == 1 and _begins_sentence(text, name[0].start()) and name[0].group()[1:].islower():
        rest = [i for i in capital if i > last]
        return run[rest[0] : rest[-1] + 1] if rest else None
    return name


def _begins_sentence(text: str, at: int) -> bool:
    return not text[:at].strip() or bool(re.search(r"[.!?:][\"”’')]*\s+[\"“‘'(]*$", text[:at])) or text[at - 1] in '"“‘'


def _is_capital(word: str) -> bool:
    return word[:1].isupper()


def _bare(word: str) -> str:
    return re.sub(r"['’]s$|['’]$", "", word)


def _phrase(run: list[re.Match[str]], text: str, *, is_name: bool) -> Phrase:
    start = run[0].start()
    before = WORD.findall(text[max(0, start - 30) : start])
    lead = before[-1].lower() if before and text[start - 1 : start] == " " else ""
    definite = bool(_ARTICLE.search(text[max(0, start - 30) : start]))
    return Phrase(_bare(text[start : run[-1].end()]), start, lead, definite, is_name)

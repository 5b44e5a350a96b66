"""Other words for those of a question, from WordNet's files: what people ask is seldom in the words of the article.

Only a word whose commonest sense is nearly its only one in use, and only words for which that sense is the commonest.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import ReaderError

SHARE = 0.6
"""What the commonest sense has of a word's uses, counted in WordNet's tagged texts, for it to be replaced."""
USED = 2
"""How often WordNet's tagged texts use a synonym in this sense, at least: not "begetter" for a father."""
REWORDED = 0.75
"""How many questions have a word replaced where one can be, and how often a second one is, too."""
_POS = {"noun": "1", "verb": "2", "adj": "3", "adv": "4"}
_TYPES = {"1": "1", "2": "2", "3": "3", "5": "3", "4": "4"}
"""The digit of a sense key -> part of speech; 5 are adjectives that stand beside a main one."""
_WORDS = """
be have do say get go make take come give there more most many much other such same first last new old good
man woman people percent year day month week time name kind type number amount point part thing way use used
call called mean one two united state states not someone somebody something party said after before but
earlier given done third second seven eight nine ten being
"""
_KEEP = frozenset(_WORDS.split())
"""Words that a question hangs on, or that stand for nothing of their own."""
_SAME_PAST = frozenset(
    {
        "set",
        "put",
        "cut",
        "hit",
        "shut",
        "let",
        "cost",
        "spread",
        "hurt",
        "burst",
        "cast",
        "quit",
        "split",
        "thrust",
        "bid",
    }
)
"""Verbs whose past is the base form, which WordNet's exceptions leave out."""
Entry = tuple[str, str]
"""A part of speech and a base form."""


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Base forms by part of speech -> their synonyms, and the irregular forms both ways."""

    others: Mapping[Entry, tuple[str, ...]]
    bases: Mapping[Entry, str]
    forms: Mapping[Entry, tuple[str, ...]]

    def reword(self, text: str, rng: random.Random) -> str:
        """The text with up to two of its lower-case words replaced, mostly with none."""
        if rng.random() >= REWORDED:
            return text
        found = [m for m in re.finditer(r"(?<![\w'’-])[a-z]{3,}(?![\w'’-])", text) if self.replacements(m.group())]
        if not found:
            return text
        chosen = rng.sample(found, min(len(found), 2 if rng.random() < REWORDED / 2 else 1))
        for match in sorted(chosen, key=lambda m: -m.start()):
            new = rng.choice(self.replacements(match.group()))
            before = text[: match.start()]
            if article := re.search(r"\b(an?) $", before):
                before = before[: article.start()] + ("an " if new[0] in "aeiou" else "a ")
            text = before + new + text[match.end() :]
        return text

    def replacements(self, word: str) -> list[str]:
        """The synonyms of a word of a text, in the form that it has; none where it is not clear which word it is."""
        read = {(pos, base, form) for pos in _POS for base, form in self._read(word, pos) if (pos, base) in self.others}
        if len(read) != 1:
            return []
        ((pos, base, form),) = read
        return [made for other in self.others[pos, base] if (made := self._inflect(other, pos, form)) and made != word]

    def _read(self, word: str, pos: str) -> list[tuple[str, str]]:
        """The base forms that a word may have as a part of speech, each with the ending that it has here."""
        if pos in ("adj", "adv"):
            return [(word, "")]
        if irregular := self.bases.get((pos, word)):
            return [(irregular, "s" if pos == "noun" else "ed")]
        if pos == "noun":
            return [(b, "s") for b in _without_s(word)] or [(word, "")]
        stripped = [(b, "s") for b in _without_s(word)]
        for ending in ("ed", "ing"):
            if word.endswith(ending) and len(word) > len(ending) + 2:
                stem = word[: -len(ending)]
                bases = [stem, stem + "e"] + ([stem[:-1]] if stem[-1] == stem[-2] else [])
                bases += [stem[:-1] + "y"] if ending == "ed" and stem.endswith("i") else []
                stripped += [(b, ending) for b in bases if _attach(b, ending) == word]
        return stripped or [(word, "")]

    def _inflect(self, base: str, pos: str, form: str) -> str | None:
        """A base form, of one word or of a verb and its particle, with an ending; None where it has several."""
        head, _, rest = base.partition("_")
        if form in ("ed", "s") and (known := self.forms.get((pos, head))):
            known = tuple(k for k in known if not k.endswith("ing"))
            if known and form == ("s" if pos == "noun" else "ed"):
                head = known[0] if len(known) == 1 else ""
                return f"{head} {rest}".strip() if head else None
        return " ".join([_attach(head, form) if form else head, *([rest.replace("_", " ")] if rest else [])])


def load_synonyms(folder: Path) -> Synonyms:
    """Read WordNet 3.0's index, data, count and exception files. Raises ReaderError where they are not there."""
    try:
        counts = _read_counts(folder / "cntlist.rev")
        bases: dict[Entry, str] = {}
        forms: dict[Entry, list[str]] = defaultdict(list)
        others: dict[Entry, tuple[str, ...]] = {}
        for pos in _POS:
            for line in (folder / f"{pos}.exc").read_text("utf-8").splitlines():
                form, base, *_ = line.split()
                if "_" not in form and "-" not in form:
                    bases[pos, form] = base
                    forms[pos, base].append(form)
        firsts = {pos: _read_first_senses(folder / f"index.{pos}") for pos in _POS}
        for pos, first in firsts.items():
            words = _read_words(folder / f"data.{pos}")
            for base, offset in first.items():
                if base in _KEEP or not _is_dominant(base, pos, counts):
                    continue
                same = tuple(
                    w
                    for w in words[offset]
                    if w != base
                    and first.get(w) == offset
                    and (pos == "verb" or "_" not in w)
                    and counts.get(w, {}).get(_POS[pos], {}).get(1, 0) >= USED
                )
                if same:
                    others[pos, base] = same
    except (OSError, ValueError) as error:
        raise ReaderError(
            f"{folder}: no WordNet files to be read ({error}); install them, or leave --wordnet out"
        ) from error
    return Synonyms(others, bases, {k: tuple(dict.fromkeys(v)) for k, v in forms.items()})


def _read_counts(file: Path) -> dict[str, dict[str, dict[int, int]]]:
    """Base form -> part of speech -> number of the sense -> how often it was tagged."""
    counts: dict[str, dict[str, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    for line in file.read_text("utf-8").splitlines():
        key, sense, count = line.split()
        lemma, _, rest = key.partition("%")
        counts[lemma][_TYPES[rest[0]]][int(sense)] = int(count)
    return counts


def _is_dominant(base: str, pos: str, counts: Mapping[str, Mapping[str, Mapping[int, int]]]) -> bool:
    of_base = counts.get(base, {})
    every = sum(sum(of.values()) for of in of_base.values())
    return every >= 2 and of_base.get(_POS[pos], {}).get(1, 0) / every >= SHARE


def _read_first_senses(file: Path) -> dict[str, str]:
    """Base form -> the place of its commonest sense; plain words only."""
    first = {}
    for line in file.read_text("utf-8").splitlines():
        if not line.startswith(" "):
            fields = line.split()
            if re.fullmatch(r"[a-z_]+", fields[0]):
                first[fields[0]] = fields[-int(fields[2])]
    return first


def _read_words(file: Path) -> dict[str, tuple[str, ...]]:
    """The place of a sense -> its words, as written; names (with a capital) left out."""
    words = {}
    for line in file.read_text("utf-8").splitlines():
        if not line.startswith(" "):
            fields = line.split(" ")
            written = (fields[4 + 2 * i].partition("(")[0] for i in range(int(fields[3], 16)))
            words[fields[0]] = tuple(w for w in written if re.fullmatch(r"[a-z_]+", w))
    return words


def _without_s(word: str) -> list[str]:
    if not word.endswith("s") or word.endswith("ss") or len(word) < 4:
        return []
    bases = [word[:-1]]
    if word.endswith("es"):
        bases.append(word[:-2])
    if word.endswith("ies"):
        bases.append(word[:-3] + "y")
    return [b for b in bases if _attach(b, "s") == word]


def _attach(base: str, ending: str) -> str:
    """The regular form of an English word with -s, -ed or -ing."""
    if ending == "s":
        if re.search(r"(?:s|x|z|ch|sh)$", base):
            return base + "es"
        return base[:-1] + "ies" if re.search(r"[^aeiou]y$", base) else base + "s"
    if ending == "ed":
        if base in _SAME_PAST:
            return base
        if base.endswith("e"):
            return base + "d"
        if re.search(r"[^aeiou]y$", base):
            return base[:-1] + "ied"
    elif base.endswith("ie"):
        return base[:-2] + "ying"
    elif re.search(r"[^eoy]e$", base):
        return base[:-1] + ending
    if re.fullmatch(r"[^aeiou]*[aeiou][^aeiouwxy]", base):
        return base + base[-1] + ending
    return base + ending

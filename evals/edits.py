"""Small edits of true sentences: claims that their source does not bear out any more, and rewordings. Pure."""

from __future__ import annotations

import random
import re
from calendar import day_name, month_name
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from corpus.split import split_sentences
from corpus.types import Article, day_of
from qa.facts import names_of
from qa.lacking import Quote
from qa.numbers import numbers_of

_MONTHS, _DAYS = list(month_name)[1:], list(day_name)
_MONTH = re.compile(rf"\b(?:{'|'.join(_MONTHS)})\b(?=\s+\d)|(?<=\d\s)(?:{'|'.join(_MONTHS)})\b")
_DAY = re.compile(rf"\b(?:{'|'.join(_DAYS)})\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b(?![,.]\d|\w|\s?%)")
_DIGITS = re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?![\w])|(?<![\w.,$€£-])\d{1,3}(?![\w,]|\.\d|\s?(?:st|nd|rd|th))")
_WORDS = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_WORD = re.compile(rf"\b(?:{'|'.join(_WORDS)})\b")
_VERB = re.compile(r"\b(was|were|is|are|has|have|had|will|would|can|could|did|does)\b(?! not|n[’']t)")
_AGENTS = re.compile(
    r"((?:(?!He|She|It|They|In|On|At|The\b)[A-Z][\w’-]+ )+)((?:[a-z]+ed|beat|told|sued|met|led)(?: the| by)?)"
    r"((?: [A-Z][\w’-]+)+)\b"
)
REWORDINGS = (
    (r"\bsaid\b", "stated"), (r"\babout(?= \d)", "roughly"), (r"\bmore than\b", "over"), (r"\bbut\b", "yet"),
    (r"\bbegan\b", "started"), (r"\bkilled\b", "left dead"), (r"\bhowever, ", ""), (r"\balso ", ""),
    (r"\bwhile\b", "as"), (r"\bshow(s|ed)?\b", "indicated"), (r"\bbig\b", "large"),
    (r"\bhelp\b", "assist"), (r"\bbuy\b", "purchase"), (r"\btold\b", "informed"), (r"\bnear\b", "close to"),
    (r"\bseveral\b", "some"), (r"\bmany\b", "numerous"), (r"\bused\b", "employed"), (r"\bin order to\b", "to"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim and what it is checked against; `edit` says how it was made, `true` whether the source still says it."""

    claim: str
    source: Quote
    edit: str
    true: bool


def make_pairs(articles: Sequence[Article], seed: int = 0, most: int = 400) -> list[Pair]:
    """Up to `most` pairs of every edit, from sentences of 8 to 40 words drawn with a fixed seed."""
    rng = random.Random(seed)
    sentences = [(text, Quote(text, day_of(a.published))) for a in articles for text in _sentences(a)]
    rng.shuffle(sentences)
    names = sorted({name for text, _ in sentences[:3000] for name in names_of(text) if len(name) > 3})
    made: dict[str, list[Pair]] = {edit: [] for edit in EDITS}
    for text, source in sentences:
        for edit, change in EDITS.items():
            if len(made[edit]) < most and (claim := change(text, rng, names)) and claim != text:
                made[edit].append(Pair(claim, source, edit, edit == "reworded"))
    verbatim = [Pair(text, source, "verbatim", True) for text, source in sentences[:most]]
    return [pair for pairs in [verbatim, *made.values()] for pair in pairs]


def _sentences(article: Article) -> Iterator[str]:
    for start, end in split_sentences(article.text):
        text = " ".join(article.text[start:end].split())
        if 8 <= len(text.split()) <= 40 and text[-1] in '.!?”"' and not text.startswith(("|", "-", "#")):
            yield text


def _replaced(text: str, match: re.Match[str] | None, new: str) -> str | None:
    return text[: match.start()] + new + text[match.end() :] if match and new else None


def change_number(text: str, rng: random.Random, _: Sequence[str]) -> str | None:
    """Another number: two digits changed places, or a step away."""
    for match in _DIGITS.finditer(text):
        old = match.group()
        digits = old.replace(",", "")
        swapped = digits[:-2] + digits[-1] + digits[-2] if len(digits) > 1 else ""
        new = (
            swapped if swapped != digits and swapped[:1] not in ("", "0") else str(int(digits) + rng.choice((1, 2, 3)))
        )
        changed = _replaced(text, match, f"{int(new):,}" if "," in old else new)
        if _differs(text, changed):  # the day of a date is no number
            return changed
    if word := _WORD.search(text):
        return _replaced(text, word, rng.choice([w for w in _WORDS if w != word.group()]))
    return None


def _differs(text: str, changed: str | None) -> bool:
    """Whether the change gives a number that the sentence does not have anyway."""
    return changed is not None and {n.value for n in numbers_of(changed)} - {n.value for n in numbers_of(text)} != set()


def change_date(text: str, rng: random.Random, _: Sequence[str]) -> str | None:
    """Another month, weekday or year."""
    if match := _MONTH.search(text):
        return _replaced(text, match, rng.choice([m for m in _MONTHS if m not in text]))
    if match := _DAY.search(text):
        return _replaced(text, match, rng.choice([d for d in _DAYS if d not in text]))
    if match := _YEAR.search(text):
        new = str(int(match.group()) + rng.choice((-3, -2, -1, 1, 2, 3)))
        return _replaced(text, match, new) if new not in text else None
    return None


def change_name(text: str, rng: random.Random, names: Sequence[str]) -> str | None:
    """Another name from the same articles."""
    own = [name for name in names_of(text) if len(name) > 3]
    others = [name for name in names if name not in text]
    if not own or not others:
        return None
    return re.sub(rf"\b{re.escape(own[-1])}\b", rng.choice(others), text, count=1)


def negate(text: str, rng: random.Random, _: Sequence[str]) -> str | None:
    """A "not" put in or taken out."""
    if match := re.search(r"\b(\w+) not\b(?! only)", text):
        return _replaced(text, match, match[1])
    match = _VERB.search(text)
    return _replaced(text, match, f"{match[1]} not") if match else None


def swap_agents(text: str, rng: random.Random, _: Sequence[str]) -> str | None:
    """Who did it and to whom it was done, exchanged."""
    match = _AGENTS.search(text)
    if match is None or match[1].strip() == match[3].strip():
        return None
    return _replaced(text, match, f"{match[3].strip()} {match[2]} {match[1].strip()}")


def reword(text: str, rng: random.Random, _: Sequence[str]) -> str | None:
    """One or two words put otherwise, which changes nothing of what is said."""
    if re.search(r"[\"“”]", text):
        return None  # words inside quotation marks are not ours to change
    changed = text
    for pattern, new in rng.sample(REWORDINGS, len(REWORDINGS)):
        changed = re.sub(pattern, new, changed, count=1)
        if sum(a != b for a, b in zip(changed.split(), text.split(), strict=False)) >= 2:
            break
    return changed if changed != text else None


Edit = Callable[[str, random.Random, Sequence[str]], str | None]
EDITS: dict[str, Edit] = {
    "reworded": reword,
    "number": change_number,
    "date": change_date,
    "name": change_name,
    "negation": negate,
    "swapped": swap_agents,
}

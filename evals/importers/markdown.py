"""Plain Q/A Markdown, as one writes it by hand.

    Q: When does the Harbour Line open?
    A: September 14
    > The Harbour Line will not open before September 14, …
    Article: auditor-disputes-harbour-line-cost

Each `A:` is an accepted answer, and `A: -` says that the articles do not answer; each `>` line is a gold sentence.
A heading or bold marks around `Q:` and `A:` do no harm, and an `A:` may go on over several lines. The articles are
those of your library.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from corpus.errors import EvalError
from corpus.read.normalize import slug
from evals.importers.imported import Imported, sort_answers
from evals.types import EvalCase

_FIELD = re.compile(
    r"^(?:#+\s*)?(?:[-*]\s+)?\**(Q|A|Question|Answer|Articles?|Tags?|Licen[cs]e)\s*:\**\s*(.*)$", re.IGNORECASE
)
NOTHING = ("-", "–", "none", "unanswerable", "not in the articles")


@dataclass(slots=True)
class _Entry:
    place: str
    question: str
    answers: list[str] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)
    articles: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)


def read(source: Path) -> Imported:
    """The questions of a Markdown file as cases; ids are made from the questions."""
    try:
        lines = source.read_text("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise EvalError(f"{source}: cannot be read ({error}).") from error
    imported = Imported()
    for entry in _entries(source, lines, imported):
        _add(imported, entry)
    return imported


def _entries(source: Path, lines: list[str], imported: Imported) -> Iterator[_Entry]:
    entry: _Entry | None = None
    open_list: list[str] | None = None
    for number, line in enumerate(lines, 1):
        found = _FIELD.match(line.strip())
        key = found.group(1).lower()[0:2] if found else ""
        value = found.group(2).strip().rstrip("*").strip() if found else ""
        if key in ("q", "qu"):
            if entry:
                yield entry
            entry = _Entry(f"{source}:{number}", value)
            open_list = None
        elif key == "li":
            imported.licence = value
        elif entry is None:
            continue
        elif key in ("a", "an"):
            entry.answers.append(value)
            open_list = entry.answers
        elif key == "ar":
            entry.articles += [a for a in re.split(r"[,\s]+", value) if a]
            open_list = None
        elif key == "ta":
            entry.tags += [t for t in re.split(r"[,\s]+", value) if t]
            open_list = None
        elif line.lstrip().startswith(">"):
            entry.sentences.append(line.lstrip()[1:].strip())
            open_list = None
        elif not line.strip() or line.startswith("#"):
            open_list = None
        elif open_list:
            open_list[-1] += " " + line.strip()
        elif not entry.answers:
            entry.question += " " + line.strip()
    if entry:
        yield entry


def _add(imported: Imported, entry: _Entry) -> None:
    id, n = slug(entry.question)[:60].strip("-"), 1
    while id in imported.cases:
        n += 1
        id = f"{slug(entry.question)[:60].strip('-')}-{n}"
    if not [a for a in entry.answers if a] and not entry.sentences:
        imported.drop(entry.place, id, "a question without an answer; `A: -` says that the articles do not answer it")
        return
    unanswerable = not entry.sentences and all(a.lower().rstrip(".") in NOTHING for a in entry.answers if a)
    if unanswerable:
        imported.add_case(entry.place, EvalCase(id, entry.question, False, tags=tuple(entry.tags)))
        return
    answers, reference = sort_answers(entry.answers)
    imported.add_case(
        entry.place,
        EvalCase(
            id,
            entry.question,
            True,
            answers=answers,
            sentences=tuple(s for s in entry.sentences if s),
            articles=tuple(entry.articles),
            tags=tuple(entry.tags),
            reference=reference,
        ),
    )

"""A sentence of an article as what it states: numbers and dates with what they are of, names, who says so, denials.

Pure and by rules; English. What of two statements is compared is in qa/lineup/contrast.py.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from qa.lineup.concepts import EVENTS, FILLERS, find_concepts
from qa.lineup.counts import FORMER, clause_around, count_numbers
from qa.lineup.named import find_runs, in_runs, words_of_names
from qa.lineup.speakers import DENIED_THAT, DENIES, SAY, find_speakers, is_negated, split_clauses
from qa.lineup.stated import Fact, Statement
from qa.moments import find_moments

_saying_so_words = """
deni deny disput never without CONFESS confirm question REJECT untru fals commit done
"""
_SAYING_SO = frozenset(_saying_so_words.split())
"""Words of clauses that only say whether, not what."""


_POLES = {
    "OPEN": ("RUN", 0), "END": ("RUN", 1), "RISE": ("CHANGE", 0), "FALL": ("CHANGE", 1), "LEAVE": ("LEAVE", 0),
    "STAY": ("LEAVE", 1), "GUILTY": ("GUILT", 0), "acquit": ("GUILT", 1), "innoc": ("GUILT", 1), "WIN": ("WIN", 0),
    "lose": ("WIN", 1), "lost": ("WIN", 1), "defeat": ("WIN", 1),
}  # fmt: skip


_REVERSED = re.compile(r"\b(?:after|revers\w+|withdr\w+|despite) (?:\w+ )?denials?\b", re.IGNORECASE)


@lru_cache(maxsize=32_768)
def read_statement(text: str, told: date | None) -> Statement:
    """What a sentence states; `told` is the day of its article. Remembered: the same sentences come up again."""
    speaker, spans = find_speakers(text)
    runs = [(m.group(), m.start()) for m in find_runs(text)]
    spoken = [(run, at) for run, at in runs if not any(a <= at < b for a, b in spans)]
    named = {word.lower() for run, _ in runs for word in run.split()}
    concepts = [(c, at) for c, at in find_concepts(text) if c not in FILLERS and not any(a <= at < b for a, b in spans)]
    plain = [(c, at) for c, at in concepts if not in_runs(at, runs)]
    facts = [*count_numbers(text, concepts, spoken), *_dates(text, told, concepts, spoken)]
    clauses = []
    for a, b in split_clauses(text):
        words = frozenset(c for c, at in plain if a <= at < b)
        if words:
            poles = {_POLES[c] for c in words if c in _POLES}
            names = words_of_names(tuple(run for run, at in spoken if a <= at < b))
            turned = sum(sign for _, sign in poles) % 2 == 1
            denied = is_negated(text[a:b]) != any(m.end() == a for m in DENIED_THAT.finditer(text))
            clauses.append(
                (words - _POLES.keys() - _SAYING_SO, frozenset(p for p, _ in poles), names, denied != turned)
            )
    return Statement(
        text,
        tuple(facts),
        frozenset(c for c, _ in plain if c.lower() not in named),
        tuple(dict.fromkeys(run for run, _ in spoken)),
        speaker,
        bool(DENIES.search(_REVERSED.sub(" ", text))),
        tuple(clauses),
    )


def _dates(text: str, told: date | None, concepts: list[tuple[str, int]], runs: list[tuple[str, int]]) -> list[Fact]:
    out = []
    found = find_moments(text, told)
    for moment, at in found:
        end = at + len(moment.text)
        if moment.kind == "year" or (moment.kind in ("weekday", "span") and _is_report(text, at, end)):
            continue
        left, right = clause_around(text, at, end, [])
        within = [(c, p) for c, p in concepts if left <= p < right and not at <= p < end]
        if not [c for c, _ in within if c in EVENTS]:
            left, right = 0, len(text)
            within = [(c, p) for c, p in concepts if not at <= p < end]
        events = [(c, p) for c, p in within if c in EVENTS]
        # "Moved the opening to": of the opening.
        events = [(c, p) for c, p in events if c != "MOVE"] or events
        # "The strike begins on": of the strike, since what begins or ends is what tells one date from another.
        of = min(events, key=lambda event: (event[0] in ("OPEN", "END"), abs(event[1] - at)), default=("", 0))[0]
        if any(c == "DELAY" for c, _ in events):
            of = "DELAY"
        former = bool(FORMER.search(text[max(0, at - 60) : at]))
        plain = frozenset(c for c, p in within if not in_runs(p, runs))
        near = tuple(run for run, p in runs if left <= p < right)
        out.append(
            Fact("date", moment.text, at, of, "", frozenset(), plain, words_of_names(near), former, moment=moment)
        )
    return out


def _is_report(text: str, start: int, end: int) -> bool:
    """Whether a weekday is only when somebody said so: "said on Friday", "announced Thursday"."""
    before, after = text[max(0, start - 50) : start], text[end : end + 30]
    return bool(re.search(rf"\b{SAY}\b[^.;]*$", before) or re.match(rf"\W+(?:\w+\W+){{0,3}}{SAY}\b", after))

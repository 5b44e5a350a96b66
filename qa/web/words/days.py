"""Days that other parts of Byline spelled in English, in another language: `2 to 8 Nov 2026`, `since 3 May 2026`."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

_FORMS = {"%d %B %Y": "", "%d %b %Y": "yMMMd", "%a %d %b %Y": "yMMMEd", "%B %Y": "yMMMM"}
"""As qa/dates.py, qa/when.py and qa/relative.py spell them, and Babel's skeleton for it; none is its long form."""
_DAYS = re.compile(r"(?:(since|up to) )?(?:(\d{1,2}(?: [A-Z][a-z]+)?(?: \d{4})?) to )?([A-Z\d][A-Za-z\d ]*\d{4})")


def retell_days(text: str, code: str, say: Callable[[str], str]) -> str | None:
    """The days in the language `code`, whose catalogue is `say`; None where the text is something else."""
    match = _DAYS.fullmatch(text)
    last = _spell(match[3], code) if match else None
    if match is None or last is None:
        return None
    if match[1]:
        return say(f"{match[1]} {{day}}").format(day=last)
    if not match[2]:
        return last
    if match[2].isdigit():
        return say("{day} to {last}").format(day=match[2], last=last)
    year = match[3][-4:]
    first = _spell(match[2] if match[2][-4:].isdigit() else f"{match[2]} {year}", code)
    # Named once, as in English: the year stands with the last day.
    return say("{first} to {last}").format(first=first.removesuffix(year).rstrip(), last=last) if first else None


def _spell(words: str, code: str) -> str | None:
    from babel.dates import format_date, format_skeleton  # late: an English page needs none of it

    for form, skeleton in _FORMS.items():
        try:
            day = datetime.strptime(words, form).date()
        except ValueError:
            continue
        return str(format_skeleton(skeleton, day, locale=code) if skeleton else format_date(day, "long", locale=code))
    return None

"""How five languages say when: words of time and the English ones that qa/spans.py reads. The type of a table.

dateparser reads days, months and weekdays in each of these languages; of "letzter Woche", "semana pasada", "上月" it
knows some forms and not others, so these are said in English here. Not here: reading a question with them
(qa/read_time_abroad.py), and the tables (qa/time_words_west.py, qa/time_words_east.py).
"""

from __future__ import annotations

from calendar import day_name, month_name
from dataclasses import dataclass

from qa.foreign import TONGUES


@dataclass(frozen=True, slots=True)
class TimeWords:
    """One language: `words` to English; `spans` are patterns of stretches and what they are in English.

    In a pattern, `{unit}`, `{season}`, `{few}`, `{nth}`, `{month}` and `{weekday}` stand for those words, `{year}` and
    `{day}` for numbers; in its English, `<unit>` is what stood there. `absolute` are dates that dateparser reads as
    they stand. `hows` is what stands before a date, or after it (`hows_after`). The others
    are what a question asks for.
    """

    words: dict[str, dict[str, str]]
    spans: tuple[tuple[str, str], ...]
    absolute: tuple[str, ...]
    between: str
    hows: tuple[tuple[str, str], ...]
    hows_after: tuple[tuple[str, str], ...]
    published: str
    news: str
    believed: str
    to_come: str
    newest: str
    oldest: str


def months_of(language: str, more: str = "") -> dict[str, str]:
    """A language's months to English; `more` are other names, from January on, with commas between."""
    english = list(month_name)[1:]
    own = dict(zip(TONGUES[language].months.split(), english, strict=True))
    return own | dict(zip(more.split(","), english, strict=True)) if more else own


def weekdays(names: str) -> dict[str, str]:
    """Names of weekdays from Monday on, with commas between, to English; other names may follow."""
    return {name: day_name[i % 7] for i, name in enumerate(names.split(","))}


def few(names: str) -> dict[str, str]:
    """Numbers from two to ten to English; other forms may follow."""
    english = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    return {name: english[i % 9] for i, name in enumerate(names.split())}

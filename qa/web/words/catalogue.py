"""A language's catalogue, read from its .po file: messages with their forms, and patterns of what is told elsewhere.

In a pattern (a message of the context `told`), `{0}` and so on stand for any words. Its translation has them in the
order that it needs, and as `{0~}` where those words are sentences or days of ours, to be looked up themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from qa.web.words.days import retell_days

HERE = Path(__file__).parent
ENGLISH = "en"
LANGUAGES = (ENGLISH, *sorted(path.stem for path in HERE.glob("*.po")))
TOLD = "told"
MAX_CHARS = 2000
"""Longer texts are no sentence of ours."""
_HOLE = re.compile(r"\{(\d)(~?)\}")


class Catalogue:
    """The messages of one language. Immutable."""

    def __init__(self, code: str) -> None:
        # Imported late: an English page needs none of it.
        from babel.core import Locale
        from babel.messages.pofile import read_po

        with (HERE / f"{code}.po").open("rb") as file:
            po = read_po(file, locale=code)
        self.code = code
        self._plural = _plural_of(po.plural_forms)
        self._said = dict[str, tuple[str, ...]]()
        told = dict[str, str]()
        for message in po:
            if not message.id or not message.string:
                continue
            if message.context == TOLD:
                told[str(message.id)] = str(message.string)
            elif isinstance(message.id, tuple):
                self._said[message.id[0]] = tuple(message.string)
            else:
                self._said[str(message.id)] = (str(message.string),)
        self._whole = {english: said for english, said in told.items() if "{" not in english}
        holed = sorted((english for english in told if "{" in english), key=_specific)
        self._patterns = [(_pattern(english), told[english]) for english in holed]
        symbols = Locale.parse(code).number_symbols["latn"]
        self.separators = str.maketrans({",": symbols["group"], ".": symbols["decimal"]})

    def say(self, english: str) -> str:
        """A message, or its English where there is none."""
        return self._said.get(english, (english,))[0]

    def say_n(self, one: str, many: str, n: int) -> str:
        """A message's form for a number."""
        forms = self._said.get(one)
        return forms[self._plural(n)] if forms else one if n == 1 else many

    def retell(self, text: str) -> str:
        """A sentence told elsewhere; else each of its sentences by itself, as far as they are known."""
        words = text.strip()
        if not words or len(words) > MAX_CHARS:
            return text
        said = self._sentence(words)
        if said is None:
            parts = re.split(r"((?<=[.?!]) |[:;] )", words)  # a name before a colon has no words of ours
            said = "".join(
                self._sentence(part) or self._sentence(part.removesuffix("."), ".") or part for part in parts
            )
        return text.replace(words, said)

    def _sentence(self, words: str, end: str = "") -> str | None:
        if words in self._whole:
            return self._whole[words] + end
        if days := retell_days(words, self.code, self.say):
            return days
        for pattern, said in self._patterns:
            if match := pattern.fullmatch(words):
                return self._fill(said, match.groups()) + end
        return None

    def _fill(self, said: str, held: Sequence[str]) -> str:
        return _HOLE.sub(lambda m: self.retell(held[int(m[1])]) if m[2] else held[int(m[1])], said)

    def for_script(self) -> dict[str, tuple[str, ...]]:
        """What the page's script looks up: each message's forms."""
        return {english: (said,) for english, said in self._whole.items()} | self._said


@cache
def load_catalogue(code: str) -> Catalogue:
    """The catalogue of one of LANGUAGES but English, read once."""
    return Catalogue(code)


def _plural_of(forms: str) -> Callable[[int], int]:
    from gettext import c2py

    plural: Callable[[int], int] = c2py(forms.partition("plural=")[2].strip(" ;"))
    return plural


def _pattern(english: str) -> re.Pattern[str]:
    parts = re.split(r"\{\d\}", english)
    return re.compile("(.+?)".join(re.escape(part) for part in parts).replace("(.+?)", "(.*?)"), re.DOTALL)


def _specific(english: str) -> tuple[bool, int]:
    """What tells a pattern apart sorts first: a fixed beginning, then many fixed letters."""
    return english.startswith("{"), -len(re.sub(r"\{\d\}", "", english))

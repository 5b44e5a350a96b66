"""What the page itself says, in its reader's language: gettext catalogues, with the English words as the keys.

A message is written in English where it is made, inside `say` or `say_n`, and looked up there; `later` marks one that
is looked up elsewhere. `speaking` sets the language, once a request (speaker.py). Articles, questions and answers are
never looked up. `python -m qa.web.words` lists what has no translation, and a test fails over it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from qa.web.words.catalogue import ENGLISH, LANGUAGES, load_catalogue

_language: ContextVar[str] = ContextVar("language", default=ENGLISH)


def language() -> str:
    """The code of the language that is spoken now."""
    return _language.get()


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak a language within; one without a catalogue is English."""
    token = _language.set(code if code in LANGUAGES else ENGLISH)
    try:
        yield
    finally:
        _language.reset(token)


def say(english: str, /, **inside: object) -> str:
    """The message in the language that is spoken; `{name}` in it is what `inside` has under that name, as text.

    A message that the catalogue lacks stays English.
    """
    code = _language.get()
    said = english if code == ENGLISH else load_catalogue(code).say(english)
    return said.format(**{name: _shown(value) for name, value in inside.items()}) if inside else said


def say_n(one: str, many: str, n: int, /, **inside: object) -> str:
    """Of a message's two forms the one for `n`, which stands in it as `{n}`."""
    code = _language.get()
    said = (one if n == 1 else many) if code == ENGLISH else load_catalogue(code).say_n(one, many, n)
    return said.format(n=_shown(n), **{name: _shown(value) for name, value in inside.items()})


def later(english: str) -> str:
    """The message as it is, for a table whose messages are said elsewhere."""
    return english


def retell(text: str) -> str:
    """What other parts of Byline said in English, or a chat has kept so, in the language that is spoken.

    Told by the patterns that the catalogue has for such sentences (context `told`); anything else stays as it is.
    """
    code = _language.get()
    return text if code == ENGLISH else load_catalogue(code).retell(text)


def say_number(n: float, decimals: int = 0) -> str:
    """A number with the separators of the language: `1,234` or `1.234`."""
    english = f"{n:,.{decimals}f}"
    return english if _language.get() == ENGLISH else english.translate(load_catalogue(_language.get()).separators)


def _shown(value: object) -> str:
    return say_number(value) if isinstance(value, int) and not isinstance(value, bool) else str(value)

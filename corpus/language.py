"""The languages that a library can speak; one library speaks one, which its fingerprint names (corpus/adding.py)."""

from __future__ import annotations

import re

from corpus.errors import ConfigError

DEFAULT_LANGUAGE = "en"
LANGUAGES = {
    "en": "English",
    "de": "German",
    "es": "Spanish",
    "fr": "French",
    "zh": "Chinese",
    "ar": "Arabic",
}
"""ISO 639-1 codes to names in English. A new one needs its stop words (corpus/stem.py), what does not end a sentence
(corpus/split.py), and its numbers, months and denials (qa/foreign.py)."""

_NAMED = re.compile(r" language ([a-z]{2})$")


def read_language(value: str) -> str:
    """A language's code as it is set, empty for none. Raises ConfigError."""
    code = value.strip().lower()
    if code and code not in LANGUAGES:
        names = ", ".join(f"{code} ({name})" for code, name in LANGUAGES.items())
        raise ConfigError(f"BYLINE_LANGUAGE={value!r}: expected one of {names}")
    return code


def name_language(fingerprint: str, language: str) -> str:
    """A library's fingerprint with its language; English, which came first, goes without saying."""
    return fingerprint if language == DEFAULT_LANGUAGE else f"{fingerprint} language {language}"


def language_of(fingerprint: str) -> str:
    """The language that a library's fingerprint names."""
    match = _NAMED.search(fingerprint)
    return match[1] if match else DEFAULT_LANGUAGE

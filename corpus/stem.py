"""Text -> the stems that the word index is made of; questions and passages pass through the same function.

Each takes the library's language (corpus/language.py). Chinese and Japanese have no stems: pairs of characters stand in
for words, as search engines without a dictionary do; what that finds is in evals/LOG.md.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

import snowballstemmer

from corpus.language import DEFAULT_LANGUAGE, LANGUAGES

STEM_VERSION = 2
"""Raised whenever the same text would give other stems: the word index is then rebuilt."""

WIDE = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
"""Characters of scripts without spaces, as a class of a regular expression."""
_TOKEN = re.compile(
    r"(?P<number>\d+(?:[.,]\d+)+)"
    r"|(?P<dotted>\b(?:(?:[^\W\d_]\.)+[^\W\d_](?![\w.])|(?:[^\W\d_]\.){2,}))"
    rf"|(?P<wide>[{WIDE}]+)"
    rf"|[^\W_{WIDE}]+(?:['’][^\W_{WIDE}]+)*"
)
_STOP = """
a about above after again against all am an and any are as at be because been before being below between both
but by can could did do does doing down during each few for from further had has have having he her here hers him
himself his how i if in into is it its itself just me more most my myself no nor not now of off on once only or
other our ours ourselves out over own same she should so some such than that the their theirs them themselves then
there these they this those through to too under until up very was we were what when where which while who whom
whose why will with would you your yours yourself yourselves what's who's it's that's
"""
STOP_WORDS = frozenset(_STOP.split())
"""Left out of questions, never out of passages."""


_ASKED = {
    "de": """
        was wer wen wem wessen wann wo woher wohin womit wodurch worin woran worauf wovon wofür wozu warum weshalb wieso
        wie wieviel wieviele viel viele welche welcher welches welchen welchem heißt heißen hieß gab gibt
        """,
    "es": """
        qué quién quiénes cuál cuáles cuándo dónde adónde cómo cuánto cuánta cuántos cuántas fue fueron era eran hay
        hubo llama llamaba
        """,
    "fr": """
        que quoi qui quel quelle quels quelles lequel laquelle lesquels lesquelles quand où comment combien pourquoi
        est-ce était étaient fut furent appelle
        """,
    "zh": """
        什么 甚麼 什麼 哪个 哪些 哪里 哪儿 哪年 哪一 谁的 何时 何地 何种 为何 如何 多少 多久 几个 为什 怎么 怎样
        么时 时候 是什 是谁 是哪 的是 了什 在哪 了多 有多 的什 们的 他们 它们 我们 这个 这些 那个 那些 可以
        以及 之一 一个 一种
        """,
    "ar": """
        ما ماذا من متى أين كيف كم لماذا أي أية هل الذي التي الذين اللذين اللواتي هو هي هم هن هذا هذه ذلك تلك هؤلاء في
        على إلى عن مع بين حتى منذ خلال بعد قبل عند لدى و أو ثم أن إن أنه أنها كان كانت كانوا يكون تكون قد لقد لم لن لا
        كل بعض غير كما بها به له لها فيها فيه عليه عليها منها منه وما ومن وفي التى الى عدد اسم
        """,
}
"""Words that ask, beside a language's stop words; of the two that tantivy has no list for, both."""
DECIMAL_COMMA = frozenset(["de", "es", "fr"])
"""The languages that write 1.200,5 for what English writes as 1,200.5."""
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+")
_ARABIC: dict[int, str | None] = {
    **{ord(c): str(n % 10) for n, c in enumerate("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")},
    ord("٫"): ".",
    ord("٬"): ",",
    **dict.fromkeys([*range(0x064B, 0x0653), 0x0670, 0x0640]),  # vowel signs and the stroke that stretches a word
}
_PARTICLES = frozenset("的了吗呢吧么嘛哪谁几")
"""Characters that no word of a Chinese question has which would find its answer."""
_ELIDED = re.compile(r"(?:[ldjmnstc]|qu|jusqu|lorsqu|puisqu)['’]", re.IGNORECASE)


@lru_cache(maxsize=200_000)
def stem_word(word: str, language: str = DEFAULT_LANGUAGE) -> str:
    """The stem of one word, lower case, accents folded."""
    folded = "".join(c for c in unicodedata.normalize("NFKD", word.lower()) if not unicodedata.combining(c))
    return str(_stemmer(language).stemWord(folded.replace("’", "'")))


@cache
def _stemmer(language: str) -> Any:
    name = LANGUAGES[language].lower()
    return snowballstemmer.stemmer(name if name in snowballstemmer.algorithms() else "english")


def plain_number(digits: str, language: str = DEFAULT_LANGUAGE) -> str:
    """A number without separators of thousands and with a point before its decimals: `1.200,5` in German is 1200.5."""
    if language not in DECIMAL_COMMA:
        return digits.replace(",", "")
    whole, comma, rest = digits.partition(",")
    if not comma and not _THOUSANDS.fullmatch(whole):
        return digits  # a point all the same: a version, a time, a number as English has it
    return whole.replace(".", "") + (f".{rest}" if comma else "")


def _words(text: str, language: str) -> Iterator[str]:
    if language == "ar":
        text = text.translate(_ARABIC)
    for match in _TOKEN.finditer(text):
        token = match.group()
        if match.lastgroup == "number":
            yield plain_number(token, language)
        elif match.lastgroup == "dotted":
            yield token.replace(".", "")
        elif match.lastgroup == "wide" and len(token) > 1:
            # Scripts without spaces: pairs of characters stand in for words.
            yield from (token[i : i + 2] for i in range(len(token) - 1))
        elif language == "fr" and (elided := _ELIDED.match(token)):
            yield token[elided.end() :]
        else:
            yield token


def stems(text: str, language: str = DEFAULT_LANGUAGE) -> list[str]:
    """Every word's stem in order: `U.S.` and `U.S` are `us`, `1,200` is `1200`, Chinese and Japanese come as pairs."""
    return [stem_word(word, language) for word in _words(text, language)]


def query_stems(text: str, language: str = DEFAULT_LANGUAGE) -> list[str]:
    """The distinct stems of a question in order, without stop words; all of them if nothing else is left."""
    words = list(_words(text, language))
    kept = [word for word in words if not is_stop_word(word.lower().replace("’", "'"), language)]
    return list(dict.fromkeys(stem_word(word, language) for word in kept or words))


@lru_cache(maxsize=50_000)
def is_stop_word(word: str, language: str = DEFAULT_LANGUAGE) -> bool:
    """Whether a word, in lower case, says nothing of what a question is about."""
    if language == DEFAULT_LANGUAGE:
        return word in STOP_WORDS
    if word in _asked(language) or (language == "zh" and not _PARTICLES.isdisjoint(word)):
        return True
    return not _listed(language).analyze(word) if language in _LISTED else False


_LISTED = frozenset(["de", "es", "fr"])
"""The languages that tantivy has stop words for."""


@cache
def _asked(language: str) -> frozenset[str]:
    return frozenset(_ASKED[language].split())


@cache
def _listed(language: str) -> Any:
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    stop = Filter.stopword(LANGUAGES[language].lower())
    return TextAnalyzerBuilder(Tokenizer.raw()).filter(stop).build()

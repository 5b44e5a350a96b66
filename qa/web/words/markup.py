"""Markup that is written once, in English, and the frame around Gradio, in the language that is spoken."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from html import escape, unescape
from typing import Any

from qa.web.words import language, retell, say
from qa.web.words.catalogue import ENGLISH, load_catalogue

_TAG = re.compile(r"(<[^>]*>)")
_ATTRIBUTE = re.compile(r'(?<= )(aria-label|placeholder|title)="([^"]*)"')
_CONFIG = re.compile(r"(window\.gradio_config = )(\{.*?\})(;</script>)", re.DOTALL)
_SAME = ("Byline", "https://")


def find_words(html: str) -> Iterator[str]:
    """What there is to translate in markup of our own: its texts, and the attributes that are shown or spoken."""
    found: list[str] = []
    _replace(html, lambda words: found.append(words) or words)  # type: ignore[func-returns-value]
    yield from found


def translate(html: str) -> str:
    """The markup in the language that is spoken."""
    return html if language() == ENGLISH else _replace(html, say)


def retell_markup(html: str) -> str:
    """Markup whose words were told elsewhere, such as a chart's, in the language that is spoken."""
    return html if language() == ENGLISH else _replace(html, retell)


def _replace(html: str, put: Callable[[str], str]) -> str:
    parts = _TAG.split(html)
    for n, part in enumerate(parts):
        if n % 2:
            parts[n] = _ATTRIBUTE.sub(lambda m: f'{m[1]}="{_put(m[2], put)}"', part)
        else:
            parts[n] = _put(part, put)
    return "".join(parts)


def _put(text: str, put: Callable[[str], str]) -> str:
    words = text.strip()
    if not re.search(r"[A-Za-z]{2}", words) or words in _SAME:
        return text
    return text.replace(words, escape(put(unescape(words))))


def translate_frame(index: str) -> str:
    """Gradio's index with its `lang`, its own parts' labels, and the catalogue for the script."""
    if language() == ENGLISH:
        return index
    index = re.sub(r'(<html\s+lang=)"en"', rf'\1"{language()}"', index, count=1)
    index = _CONFIG.sub(lambda m: m[1] + _for_script(_translate_config(json.loads(m[2]))) + m[3], index, count=1)
    words = _for_script(load_catalogue(language()).for_script())
    return index.replace("</head>", f'<script type="application/json" id="words">{words}</script></head>', 1)


def _translate_config(config: Any) -> Any:
    for component in config.get("components", ()):
        props = component.get("props", {})
        for name in ("label", "placeholder", "value"):
            words = props.get(name)
            if isinstance(words, str) and words:
                props[name] = translate(words) if component.get("type") == "html" else say(words)
    return config


def _for_script(value: Any) -> str:
    """JSON with nothing in it that could end its element."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")

"""Every message that the page shows, found where it is written: Python, scripts, markup, what is told elsewhere."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from qa.web.words.catalogue import TOLD
from qa.web.words.markup import find_words

ROOT = Path(__file__).resolve().parents[3]
PLACES = ("qa/web", "evals/tab")
"""Folders whose Python, scripts and markup make the page."""
TELLING = (
    "corpus/address.py", "corpus/adding.py", "corpus/library.py", "corpus/plan.py", "corpus/schema.py",
    "corpus/sqlite.py", "corpus/followed.py", "corpus/changing.py", "corpus/chroma.py", "corpus/postgres.py",
    "corpus/embed.py", "corpus/minilm.py", "corpus/language.py", "corpus/database.py",
    "corpus/fetch.py", "corpus/follow.py", "corpus/link.py", "corpus/read/archive.py",
    "corpus/read/child.py", "corpus/read/csv.py", "corpus/read/decode.py", "corpus/read/docx.py",
    "corpus/read/draft.py", "corpus/read/eml.py", "corpus/read/epub.py", "corpus/read/feed.py",
    "corpus/read/formats.py", "corpus/read/html.py", "corpus/read/__init__.py", "corpus/read/jsonl.py",
    "corpus/read/markdown.py", "corpus/read/normalize.py", "corpus/read/note.py", "corpus/read/odt.py",
    "corpus/read/page.py", "corpus/read/pdf.py", "corpus/read/pool.py", "qa/again.py", "qa/chats/schema.py",
    "qa/chats/store.py",
    "qa/check.py", "qa/foreign.py", "qa/lacking.py", "qa/refusals.py", "qa/tuned.py", "qa/unclear.py", "qa/wire.py",
    "qa/llm.py", "qa/reader/weights.py", "qa/whole.py", "qa/within.py", "qa/write.py", "qa/types.py", "qa/assistant.py",
    "qa/question.py", "qa/told.py",
    "qa/web/arriving.py", "evals/html.py", "evals/measures.py", "evals/plots.py", "evals/report.py",
    "evals/tab/worker.py",
)  # fmt: skip
"""Modules whose sentences come to the page inside answers, reports and errors."""
SILENT = frozenset({
    "; it asks to be tried again in {0} s", "Byline/{0} (news reader)",
    "none, auto, anthropic:MODEL, openai:MODEL, ollama:MODEL or openai-like:MODEL@URL",
    "Basic {0}", "Bearer {0}", "nanosecond heartbeat", "from {0}", "language ([a-z]{2})$", "{0} language {1}",
    "moved here from", "{0} {1} on {2}", "{0} split {1} header {2}", "answered, but nothing says it",
    "rightly refused", "name resolution", "nodename nor servname", "Name or service not known",
    "No address", "judged some", "januar februar märz april mai juni juli august september oktober november dezember",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "import os; os.environ['OPENBLAS_NUM_THREADS'] = '1'; from corpus.read.child import main; main()",
    "a built-in answer holds none", "answer schema {0}, expected {1}",
    "malformed answer: {0}", "claim {0}", "{0} cannot be written: {1}.", '<svg role="img" aria-label="{0}"',
    r"font-size: \1", r'font: ([\d.]+px) [^;\"]*', "and {0} more, in cases.jsonl", "answerable refused", "bold red",
    "error: {0}: {1}", "not scored", "repeats differ: {0}", "value and 95% interval", "{0} scored of {1} asked",
    "ERROR: exact_quotes is {0}: a quote is not what its article says.",
    "ERROR: {0} cases raised an error; each counts as a miss.",
})  # fmt: skip
"""What stands in those modules and never comes to the page: prompts, logs, a terminal's tables, inner errors."""
COMPOSED = (
    "moved here from {0} on {1}", "{0} (less is better)", "by {0}, {1}", "article", "Check BYLINE_LLM.", "empty",
    "before", "after", "Said elsewhere", "Undated", "it asks to be tried again in {0} s",
    "This is the built-in answer. {0}", "{0} answered with nothing.", "{0} called a tool instead of answering.",
    "{0} only thought, and wrote no answer.",
)  # fmt: skip
"""What is put together from constants, so that no one place has it whole."""
HEADER = "# What the page says. Keys are the English words; after they changed, type: python -m qa.web.words"
_SENTENCE = re.compile(r"[a-z]{2,} [a-z{(]|[a-z]{2,}[.:] |^[A-Z][a-z]+ [a-z{]|^[a-z]+ [A-Z]")
_NO_SENTENCE = re.compile(r"SELECT|INSERT|UPDATE|\(\?|\\b|</|\||\n|^Give \w+|^\(The passages")
"""Statements, patterns, markup; and what a language model is told."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message: its English, the form for several things, where it stands, and whether it is told elsewhere."""

    english: str
    many: str = ""
    where: str = ""
    context: str | None = None


def find_messages() -> list[Message]:
    """All of them, each once."""
    found: dict[tuple[str, str | None], Message] = {}
    for place in PLACES:
        for path in sorted((ROOT / place).rglob("*")):
            where = path.relative_to(ROOT).as_posix()
            for message in _READERS.get(path.suffix, _none)(path, where):
                found.setdefault((message.english, None), message)
    for where in TELLING:
        for english in find_sentences(ROOT / where):
            if english not in SILENT:
                found.setdefault((english, TOLD), Message(english, "", where, TOLD))
    for english in COMPOSED:
        found.setdefault((english, TOLD), Message(english, "", "", TOLD))
    return list(found.values())


def write_catalogue(path: Path) -> list[Message]:
    """Bring a language's file up to date: new messages empty, those no longer said gone; gives those without words."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import read_po, write_po

    with path.open("rb") as file:
        old = read_po(file, locale=path.stem)
    new = Catalog(locale=path.stem, fuzzy=False, header_comment=HEADER)
    lacking = []
    for message in find_messages():
        key = (message.english, message.many) if message.many else message.english
        known = old.get(key, context=message.context)
        said = known.string if known else ""
        if not said or (isinstance(said, tuple) and not all(said)):
            lacking.append(message)
        new.add(key, said, locations=[(message.where, 0)] if message.where else (), context=message.context)
    written = BytesIO()
    write_po(written, new, width=118, include_lineno=False, sort_output=True)
    # Of the header only what a reader needs: dates and names of tools would change with every writing.
    text = re.sub(
        r'^"(?!Language:|Plural-Forms:|MIME|Content)[A-Z][\w-]+: .*\\n"\n', "", written.getvalue().decode(), flags=re.M
    )
    path.write_text(text.rstrip("\n") + "\n", "utf-8")
    return lacking


def find_sentences(path: Path) -> list[str]:
    """The sentences that a module may tell, holes in them numbered; what is no sentence is left out."""
    tree = ast.parse(path.read_text("utf-8"))
    skipped = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    skipped |= {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    said = (_template(node) for node in ast.walk(tree) if id(node) not in skipped)
    return sorted({text for text in said if text and _SENTENCE.search(text) and not _NO_SENTENCE.search(text)})


def _template(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value.strip()
    if not isinstance(node, ast.JoinedStr):
        return ""
    parts, n = list[str](), 0
    for part in node.values:
        if isinstance(part, ast.Constant):
            parts.append(str(part.value))
        else:
            parts.append(f"{{{n}}}")
            n += 1
    return "".join(parts).strip()


def _python(path: Path, where: str) -> Iterator[Message]:
    # By the tree, not by tokens: before Python 3.12 what stands inside an f-string is no token.
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name) and node.func.id in ("say", "say_n", "later"):
            said = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            if said:
                yield _message(node.func.id, said, where)
        # Gradio's parts: their labels are put into the frame (markup.py).
        elif isinstance(node.func, ast.Attribute) and _is_gradio(node.func):
            texts = [word.value for word in node.keywords if word.arg in ("label", "placeholder")]
            texts += node.args[:1] if node.func.attr in ("Button", "HTML") else []
            for text in texts:
                if isinstance(text, ast.Constant) and isinstance(text.value, str):
                    yield from (Message(words, where=where) for words in find_words(text.value))


def _is_gradio(function: ast.Attribute) -> bool:
    return isinstance(function.value, ast.Name) and function.value.id == "gr"


def _script(path: Path, where: str) -> Iterator[Message]:
    from babel.messages.extract import extract_javascript

    with path.open("rb") as file:
        names = dict.fromkeys(("say", "sayN"))
        for _, function, said, _ in extract_javascript(file, names, (), {"parse_template_string": True}):
            yield _message(str(function), [said] if isinstance(said, str) else said, where)


def _markup(path: Path, where: str) -> Iterator[Message]:
    yield from (Message(words, where=where) for words in find_words(path.read_text("utf-8")))


def _none(path: Path, where: str) -> Iterator[Message]:
    yield from ()


def _message(function: str, said: Sequence[str], where: str) -> Message:
    return Message(said[0], said[1] if function in ("say_n", "sayN") else "", where)


_READERS = {".py": _python, ".js": _script, ".html": _markup}

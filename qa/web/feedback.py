"""What people say of answers, kept in `evals/inbox.jsonl` under the library's folder: drafts for the evals to come.

The form of a line stands here and nowhere else:

    {"schema": 1, "id", "at", "verdict": "right" | "wrong", "question", "history": [{"role", "content"}],
     "answer": the Answer's JSON, "hits": [{"article_id", "start", "end", "score", "rank"}], "library_generation"}

`id` is made from the answer, so a second verdict on the same answer replaces the first: the last line of an id counts.
`at` is ISO 8601 in UTC. Hits are best first.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, get_args

from filelock import FileLock

from corpus.errors import LibraryError
from corpus.types import Hit
from qa.history import read_history
from qa.types import Answer, Turn

SCHEMA = 1
MAX_INBOX_BYTES = 50 * 1024 * 1024
"""The page is open to whoever reaches it; a full inbox says so instead of filling the disk."""
MAX_HITS = 30
Verdict = Literal["right", "wrong"]
VERDICTS: tuple[str, ...] = get_args(Verdict)


@dataclass(frozen=True, slots=True)
class Seen:
    """A hit as it was when the answer was made: a span of an article."""

    article_id: str
    start: int
    end: int
    score: float
    rank: int


@dataclass(frozen=True, slots=True)
class Feedback:
    """A verdict on one answer, with what the question was asked and read against."""

    id: str
    at: str
    verdict: Verdict
    question: str
    history: tuple[Turn, ...]
    answer: Answer
    hits: tuple[Seen, ...]
    library_generation: int

    def to_json(self) -> dict[str, Any]:
        """One line of the inbox."""
        rest = {
            "history": [{"role": t.role, "content": t.content, "titles": list(t.titles)} for t in self.history],
            "answer": self.answer.to_json(),
        }
        return {"schema": SCHEMA, **asdict(self), **rest}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Feedback:
        """Read what `to_json` wrote. Raises ValueError, KeyError, TypeError or QuestionError."""
        if data["schema"] != SCHEMA or data["verdict"] not in VERDICTS:
            raise ValueError(f"schema {data['schema']!r}, verdict {data['verdict']!r}")
        return cls(
            **{k: v for k, v in data.items() if k != "schema"}
            | {
                "history": read_history(data["history"]),
                "answer": Answer.from_json(data["answer"]),
                "hits": tuple(Seen(**hit) for hit in data["hits"]),
            }
        )


def name_answer(answer: Answer) -> str:
    """A name for what was asked and answered; the same after a browser has kept it and written 1.0 as 1."""
    cited = [[c.text, [[cite.article_id, cite.start, cite.end] for cite in c.citations]] for c in answer.claims]
    said = [answer.question, answer.searched_for, answer.status, answer.library_generation, cited]
    return sha256(json.dumps(said).encode()).hexdigest()[:16]


def find_inbox(home: Path) -> Path:
    """Where the inbox of a library is, whether there is one yet or not."""
    return home / "evals" / "inbox.jsonl"


def write_feedback(
    home: Path, verdict: Verdict, answer: Answer, history: Sequence[Turn] = (), hits: Sequence[Hit] = ()
) -> Feedback:
    """Add a verdict to the inbox, on disk when this returns. Raises LibraryError where it is full or not writable."""
    seen = tuple(
        Seen(h.passage.article_id, h.passage.start, h.passage.end, round(h.score, 4), h.rank) for h in hits[:MAX_HITS]
    )
    now = datetime.now(UTC).isoformat(timespec="seconds")
    feedback = Feedback(
        name_answer(answer), now, verdict, answer.question, tuple(history), answer, seen, answer.library_generation
    )
    path = find_inbox(home)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_name("inbox.lock")), path.open("ab") as file:
            if file.tell() > MAX_INBOX_BYTES:
                raise LibraryError(f"{path} is full. Go through it with: python -m evals inbox")
            file.write(json.dumps(feedback.to_json(), ensure_ascii=False).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise LibraryError(f"{path} cannot be written: {error.strerror}.") from error
    return feedback


def read_feedback(home: Path) -> tuple[list[Feedback], list[str]]:
    """The verdicts that stand, oldest first, and the places of lines that cannot be read."""
    path = find_inbox(home)
    if not path.exists():
        return [], []
    found: dict[str, Feedback] = {}
    broken = []
    for number, line in enumerate(path.read_bytes().split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            one = Feedback.from_json(json.loads(line))
        except Exception:  # noqa: BLE001 - a line cut short or of another version; whatever is wrong, it is reported
            broken.append(f"{path}:{number}")
            continue
        found.pop(one.id, None)
        found[one.id] = one
    return list(found.values()), broken

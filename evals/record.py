"""A run as a folder: run.json, and cases.jsonl that grows by a line as each case is answered."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import IO, Any

from corpus.errors import EvalError
from evals.judging import add_judgements
from evals.score import Prices, score_reply
from evals.types import CaseResult, EvalCase, Found, Reply
from qa.types import Answer

SCHEMA = 2
"""The version of run.json's and cases.jsonl's form."""
SYNC_SECONDS = 0.5
"""Lines reach the disk at least this often; they reach the system, past any kill of the process, at once."""


def result_to_json(result: CaseResult) -> dict[str, Any]:
    """One line of cases.jsonl: the case with its gold, the whole answer, the hits, the scores."""
    case, reply = result.case, result.reply
    return {
        "schema": SCHEMA,
        "id": case.id,
        "set": case.set_name,
        "half": case.half,
        "tags": list(case.tags),
        "question": case.question,
        "gold": case.to_json(),
        "answer": reply.answer.to_json() if reply else None,
        "hits": None if reply is None or reply.found is None else [_found_to_json(f) for f in reply.found],
        "exact": list(reply.exact) if reply else [],
        "scores": {name: value for name, value in result.scores.items() if value is not None},
        "seconds": reply.answer.seconds if reply else None,
        "first_seconds": reply.first_seconds if reply else None,
        "error": result.error,
        "without_gold": result.without_gold,
        "repeat": result.repeat,
    }


def result_from_json(data: Mapping[str, Any], prices: Prices | None = None) -> CaseResult:
    """Read what `result_to_json` wrote, and score it anew. Raises ValueError, KeyError or TypeError."""
    if data["schema"] != SCHEMA:
        raise ValueError(f"schema {data['schema']!r}, expected {SCHEMA}")
    case = EvalCase.from_json(data["gold"], data["set"])
    reply = None
    if data["answer"] is not None:
        hits = data["hits"]
        reply = Reply(
            Answer.from_json(data["answer"]),
            None if hits is None else tuple(Found(**{**hit, "gold": tuple(hit["gold"])}) for hit in hits),
            data["first_seconds"],
            tuple(data["exact"]),
        )
    scores = score_reply(case, reply, prices) if reply else {}
    return CaseResult(case, reply, scores, data["error"], data["without_gold"], data["repeat"])


def _found_to_json(found: Found) -> dict[str, Any]:
    return {
        "article_id": found.article_id,
        "start": found.start,
        "end": found.end,
        "score": found.score,
        "read": found.read,
        "gold": list(found.gold),
    }


class RunFolder:
    """A run that is being written. Opened for good with `start` or again with `resume`."""

    def __init__(self, path: Path, done: Sequence[CaseResult] = ()) -> None:
        self.path = path
        self.done = list(done)
        self._file: IO[str] | None = None
        self._synced = monotonic()

    @classmethod
    def start(cls, path: Path, record: Mapping[str, Any]) -> RunFolder:
        """A new run in a folder that holds none yet."""
        if (path / "run.json").exists() or (path / "cases.jsonl").exists():
            raise EvalError(f"{path} holds a run already. Name another folder, or go on with --resume {path}")
        run = cls(path)
        try:
            path.mkdir(parents=True, exist_ok=True)
            run.write(record)
            (path / "cases.jsonl").touch()
        except OSError as error:
            raise EvalError(f"{path} cannot be written: {error.strerror}. Name another folder after --out.") from error
        return run

    @classmethod
    def resume(cls, path: Path) -> RunFolder:
        """A run that was begun; a last line that was not written whole is taken back."""
        read_record(path)
        lines = path / "cases.jsonl"
        try:
            raw = lines.read_bytes()
            whole = raw[: raw.rfind(b"\n") + 1]
            if len(whole) < len(raw):
                with lines.open("r+b") as file:
                    file.truncate(len(whole))
        except OSError as error:
            raise EvalError(f"{lines} cannot be read: {error.strerror}.") from error
        return cls(path, read_results(path) if whole else ())

    def append(self, result: CaseResult) -> None:
        """Add a line, past any kill of this process before this returns."""
        if self._file is None:
            self._file = (self.path / "cases.jsonl").open("a", encoding="utf-8")
        self._file.write(json.dumps(result_to_json(result), ensure_ascii=False) + "\n")
        self._file.flush()
        if monotonic() - self._synced > SYNC_SECONDS:
            os.fsync(self._file.fileno())
            self._synced = monotonic()
        self.done.append(result)

    def write(self, record: Mapping[str, Any]) -> None:
        """run.json, whole or not at all."""
        write_whole(self.path / "run.json", json.dumps(record, ensure_ascii=False, indent=1) + "\n")

    def close(self) -> None:
        """Everything on disk."""
        if self._file is not None:
            os.fsync(self._file.fileno())
            self._file.close()
            self._file = None

    def __enter__(self) -> RunFolder:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def read_record(path: Path) -> dict[str, Any]:
    """run.json of a run folder. Raises EvalError."""
    file = path / "run.json"
    try:
        record: dict[str, Any] = json.loads(file.read_text("utf-8"))
    except OSError as error:
        raise EvalError(f"{path} is no folder of a run: it has no readable run.json.") from error
    except ValueError as error:
        raise EvalError(f"{file}: not JSON ({error}).") from error
    if not isinstance(record, dict) or record.get("schema") != SCHEMA:
        raise EvalError(f"{file}: a run of another version of Byline. Run the set again.")
    return record


def read_results(path: Path, prices: Prices | None = None) -> list[CaseResult]:
    """The results of a run folder, scored anew from what was recorded; of a case that was asked again, the last.

    Raises EvalError with file and line.
    """
    file = path / "cases.jsonl"
    try:
        lines = file.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise EvalError(f"{file}: cannot be read ({error}).") from error
    results = _parse(lines, lambda data: result_from_json(data, prices), file)
    if not results:
        raise EvalError(f"{file}: no case in it yet. Go on with: python -m evals run --resume {path}")
    return add_judgements(path, list({r.key: r for r in results}.values()))


def _parse(lines: Sequence[str], read: Callable[[Any], CaseResult], file: Path) -> list[CaseResult]:
    results = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            results.append(read(json.loads(line)))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise EvalError(f"{file}:{number}: {type(error).__name__}: {error}") from error
    return results


def write_whole(path: Path, text: str) -> None:
    """A file that is there whole or not at all."""
    draft = path.with_name(path.name + ".draft")
    draft.write_text(text, "utf-8")
    draft.replace(path)

"""A run judged by a language model: verdicts beside the run in judge.jsonl, and the scores that they give."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from corpus.errors import EvalError
from evals.judge import PROMPT_VERSION, Judge, Judgement
from evals.types import CaseResult

FILE = "judge.jsonl"
SCHEMA = 1
Key = tuple[str, str, bool, int]


def judge_run(
    folder: Path,
    results: Sequence[CaseResult],
    judge: Judge,
    *,
    jobs: int = 1,
    progress: Callable[[], None] = lambda: None,
) -> list[CaseResult]:
    """The results with the judge's scores; each verdict is in the folder as soon as it is had.

    What this judge has ruled on before is not asked again. Raises EvalError where the folder has the verdicts of
    another judge. A case without an answer (an error) is not judged.
    """
    path = folder / FILE
    head = {"schema": SCHEMA, "judge": judge.name, "prompt": PROMPT_VERSION}
    if path.exists():
        before, done = _read(path)
        if before != head:
            raise EvalError(
                f"{path} holds the verdicts of {before.get('judge')!r} (prompt {before.get('prompt')}), not of "
                f"{judge.name!r} (prompt {PROMPT_VERSION}). Remove the file to judge the run anew."
            )
        _cut_broken_end(path)
    else:
        done = {}
        path.write_text(json.dumps(head, ensure_ascii=False) + "\n", "utf-8")
    todo = [r for r in results if r.answer is not None and r.key not in done]

    def rule(result: CaseResult) -> Judgement:
        assert result.answer is not None
        return judge.judge(result.case, result.answer)

    with ThreadPoolExecutor(jobs, thread_name_prefix="judging") as pool, path.open("a", encoding="utf-8") as file:
        for result, judgement in zip(todo, pool.map(rule, todo), strict=True):
            done[result.key] = judgement
            file.write(json.dumps(_line(result, judgement), ensure_ascii=False) + "\n")
            file.flush()
            progress()
    return add_scores(results, done)


def add_judgements(folder: Path, results: Sequence[CaseResult]) -> list[CaseResult]:
    """The results with the scores of the verdicts that their folder holds, if it holds any."""
    path = folder / FILE
    return add_scores(results, _read(path)[1]) if path.exists() else list(results)


def read_judgements(folder: Path) -> dict[Key, Judgement]:
    """The verdicts of a run's folder with their reasons, by CaseResult.key; none where it was not judged."""
    path = folder / FILE
    return _read(path)[1] if path.exists() else {}


def add_scores(results: Sequence[CaseResult], judgements: dict[Key, Judgement]) -> list[CaseResult]:
    """The results with `judge_correct` and `judge_support` among their scores, where they were judged."""
    return [replace(r, scores={**r.scores, **j.scores()}) if (j := judgements.get(r.key)) else r for r in results]


def _line(result: CaseResult, judgement: Judgement) -> dict[str, Any]:
    name, id, without_gold, repeat = result.key
    place = {"set": name, "id": id, "without_gold": without_gold, "repeat": repeat}
    return {**place, **judgement.to_json()}


def _read(path: Path) -> tuple[dict[str, Any], dict[Key, Judgement]]:
    """The first line and the verdicts; a last line that was not written whole is passed over."""
    lines = path.read_text("utf-8").split("\n")
    found: dict[Key, Judgement] = {}
    try:
        head = json.loads(lines[0])
    except ValueError as error:
        raise EvalError(f"{path}:1: no file of verdicts ({error}). Remove it to judge the run anew.") from error
    for number, line in enumerate(lines[1:-1], 2):
        try:
            said = json.loads(line)
            found[said["set"], said["id"], said["without_gold"], said["repeat"]] = Judgement.from_json(said)
        except (ValueError, TypeError, KeyError) as error:
            raise EvalError(f"{path}:{number}: no verdict ({error}). Remove the file to judge the run anew.") from error
    return head, found


def _cut_broken_end(path: Path) -> None:
    raw = path.read_bytes()
    whole = raw[: raw.rfind(b"\n") + 1]
    if len(whole) < len(raw):
        path.write_bytes(whole)

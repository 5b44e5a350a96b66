"""`command:PROGRAM`: any program that reads question lines and writes reply lines, kept running between questions."""

from __future__ import annotations

import json
import queue
import shlex
import subprocess
import threading
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from corpus.errors import EvalError
from evals.systems.outside import Outside
from evals.systems.reply import question_line, read_reply
from evals.types import EvalCase, Reply

ANSWER_SECONDS = 300.0
"""A program that is silent for so long is ended, and its question is an error."""
END_SECONDS = 5.0


class Command(Outside):
    """A program, one process for each thread that asks. One that ends or hangs is started anew for the next case."""

    def __init__(self, program: str, sources: Sequence[Path], *, seconds: float = ANSWER_SECONDS) -> None:
        super().__init__(sources)
        try:
            self._words = shlex.split(program)
        except ValueError as error:
            raise EvalError(f"--system command:{program}: {error}") from error
        self.name = f"command:{Path(self._words[0]).name}" if self._words else "command:"
        self._program, self._seconds = program, seconds
        self._here = threading.local()
        self._started: list[_Process] = []
        self._lock = threading.Lock()

    def ask(self, case: EvalCase, without: frozenset[str] = frozenset()) -> Reply:
        """One line to the program, one line from it."""
        began = perf_counter()
        line = self._process().exchange(json.dumps(question_line(case), ensure_ascii=False), self._seconds)
        seconds = perf_counter() - began
        try:
            data = json.loads(line)
        except ValueError as error:
            raise EvalError(f"{self._program}: its line is not JSON ({error}): {line[:200]!r}") from error
        return read_reply(data, case, self.name, self._known, seconds)

    def describe(self) -> dict[str, Any]:
        """The program's name; its arguments may hold secrets."""
        return {"answerer": self.name}

    def close(self) -> None:
        """End every process."""
        for process in self._started:
            process.end()

    def _process(self) -> _Process:
        process: _Process | None = getattr(self._here, "process", None)
        if process is None or not process.alive:
            process = self._here.process = _Process(self._words)
            with self._lock:
                self._started.append(process)
        return process


class _Process:
    """A running program; its output is read by threads, so that a silent one can be given up."""

    def __init__(self, words: Sequence[str]) -> None:
        pipe = subprocess.PIPE
        try:
            self._running = subprocess.Popen(  # noqa: S603 - the person who runs the evaluation named it
                words, stdin=pipe, stdout=pipe, stderr=pipe, text=True, encoding="utf-8", errors="replace"
            )
        except OSError as error:
            raise EvalError(f"{words[0]}: cannot be started: {error.strerror}. Check --system command:…") from error
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._said: deque[str] = deque(maxlen=5)
        self._readers = [threading.Thread(target=read, daemon=True) for read in (self._read, self._listen)]
        for reader in self._readers:
            reader.start()

    @property
    def alive(self) -> bool:
        return self._running.poll() is None

    def exchange(self, line: str, seconds: float) -> str:
        """Write a line and wait for one. Raises EvalError where none comes."""
        stdin = self._running.stdin
        assert stdin is not None
        try:
            stdin.write(line + "\n")
            stdin.flush()
            answer = self._lines.get(timeout=seconds)
        except (OSError, ValueError):
            answer = None
        except queue.Empty as error:
            self.end()
            raise EvalError(f"the program gave no answer within {seconds:g} seconds") from error
        if answer is None:
            self._running.wait()
            self._readers[1].join(END_SECONDS)
            last = "; its last words: " + " | ".join(self._said) if self._said else ""
            raise EvalError(f"the program ended with status {self._running.returncode}{last}")
        return answer

    def end(self) -> None:
        """Close its input; end it where it does not end by itself."""
        try:
            if self._running.stdin:
                self._running.stdin.close()
            self._running.wait(END_SECONDS)
        except (OSError, subprocess.TimeoutExpired):
            self._running.kill()
            self._running.wait()
        for reader in self._readers:
            reader.join(END_SECONDS)
        for pipe in (self._running.stdout, self._running.stderr):
            if pipe:
                pipe.close()

    def _read(self) -> None:
        assert self._running.stdout is not None
        for line in self._running.stdout:
            if line.strip():
                self._lines.put(line)
        self._lines.put(None)

    def _listen(self) -> None:
        assert self._running.stderr is not None
        for line in self._running.stderr:
            if line.strip():
                self._said.append(line.strip()[:300])

"""One run at a time, beside the page: a process of its own at low priority, so that chat is not slowed."""

from __future__ import annotations

import atexit
import shutil
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Literal

from corpus.errors import EvalError
from evals.choose import choose_cases
from evals.perform import ROOT, Plan
from evals.runs import name_run

State = Literal["running", "stopped", "failed", "done"]
NICER = 10
"""How much lower the priority of a run is, as nice(1) counts."""
END_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is; `message` is the reason where it failed. `left` is in seconds, None while unknown."""

    set_name: str
    run: str
    state: State
    done: int
    total: int
    left: float | None
    message: str


class Worker:
    """Runs sets for the page, each with its priority lower by `nicer`. Safe to use from several threads."""

    def __init__(self, home: Path, nicer: int = NICER) -> None:
        self._home, self._nicer = home, nicer
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._set, self._folder, self._total = "", home, 0
        self._began, self._stopped, self._message = 0.0, False, ""
        atexit.register(self.stop)  # a page that ends takes its run with it

    def start(self, set_name: str, set_path: str) -> None:
        """Begin a run of a set. Raises EvalError where one runs already or the set cannot be read."""
        total = len(choose_cases(Plan((set_path,))))
        with self._lock:
            if self._process and self._process.poll() is None:
                raise EvalError(f"{self._set} is being run. Stop it, or wait until it is done.")
            self._folder, self._total = name_run(self._home, [set_name]), total
            self._set, self._stopped, self._message, self._began = set_name, False, "", monotonic()
            command = [sys.executable, "-m", "evals", "run", set_path, "--out", str(self._folder), "--json"]
            if nice := shutil.which("nice"):
                command = [nice, "-n", str(self._nicer), *command]
            self._process = subprocess.Popen(  # noqa: S603 - our own command line
                command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
            )
            threading.Thread(target=self._listen, args=(self._process,), daemon=True).start()

    def stop(self) -> None:
        """End the run, as Ctrl-C does: what was answered is kept."""
        with self._lock:
            process = self._process
            if process is None or process.poll() is not None:
                return
            self._stopped = True
            process.send_signal(signal.SIGINT)
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def wait(self) -> None:
        """Until the run that was begun last has ended, however long it takes."""
        with self._lock:
            process = self._process
        if process is not None:
            process.wait()

    def progress(self) -> Progress | None:
        """How far the last run is; None before the first."""
        with self._lock:
            process = self._process
            if process is None:
                return None
            status = process.poll()
            ended: State = "stopped" if self._stopped else "done" if status == 0 else "failed"
            state: State = "running" if status is None else ended
            done = self._n_lines()
            spent = monotonic() - self._began
            left = spent / done * (self._total - done) if done and state == "running" else None
            message = self._message
            if state == "stopped":
                message = f"Stopped after {done} of {self._total}."
                if done:
                    message += f" Go on from a terminal: python -m evals run --resume {self._folder}"
            return Progress(self._set, self._folder.name, state, done, self._total, left, message)

    def _n_lines(self) -> int:
        try:
            return (self._folder / "cases.jsonl").read_bytes().count(b"\n")
        except OSError:
            return 0

    def _listen(self, process: subprocess.Popen[str]) -> None:
        """Keep the last line of what the run complains about."""
        assert process.stderr is not None
        with process.stderr as lines:
            for line in lines:
                if line.strip():
                    self._message = line.strip()[:500]

"""Kills a process that changes a library, again and again, and checks each time that nothing said to be kept is lost.

python tests/crash.py --kills 200
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from crash_worker import made_article  # noqa: E402
from fakes import HashEmbedder  # noqa: E402

from corpus.config import LibraryConfig  # noqa: E402
from corpus.library import Library  # noqa: E402
from corpus.split import split_article  # noqa: E402

CHANGING = ["written", "committed", "update", "vectors updated", "words updated"]
REBUILDING = ["rebuild", "words built", "vectors built", "swapped"]
INSIDE = {f"after '{event}'" for event in ("update", "vectors updated", "rebuild", "words built", "vectors built")}
"""Ways to die while the indexes are being written."""
LIVES_PER_HOME = 8
REMOVED = -1


class Worker:
    """The process that lends lives; each `kill_one` is one life."""

    def __init__(self) -> None:
        env = os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}", "OPENBLAS_NUM_THREADS": "1"}
        command = [sys.executable, str(ROOT / "tests" / "crash_worker.py")]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env, cwd=ROOT
        )

    def kill_one(
        self, home: Path, seed: int, first: int, dice: random.Random, inside: bool
    ) -> tuple[str, dict[str, int], dict[str, set[int]]]:
        """How it died, the last acknowledged version of each article, and the versions tried since.

        `inside`: rather while the indexes are being written.
        """
        at_event, nth, delay = None, 1, dice.choice([0, 0, 0.002, 0.01, 0.05])
        if dice.random() < 0.3:
            # As after power was lost: nothing vouches for the indexes, so this life begins with a rebuild.
            for manifest in home.glob("index/*/manifest.json"):
                manifest.unlink()
                at_event = dice.choice(REBUILDING[:3] if inside else REBUILDING)
        elif inside:
            at_event, nth = dice.choice(["update", "vectors updated"]), dice.randint(1, 5)
        elif dice.random() < 0.7:
            at_event, nth = dice.choice(CHANGING), dice.randint(1, 5)
        how, acked, tried = "lived", {}, {}
        delay = min(delay, 0.01) if inside else delay
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"home": str(home), "seed": seed, "first": first}) + "\n")
        self._process.stdin.flush()
        pid, timer = 0, None
        for line in self._process.stdout:
            kind, *rest = line.split(maxsplit=1)
            said = rest[0].strip() if rest else ""
            if kind == "pid":
                pid = int(said)
                # A life that never meets its event ends at a random moment all the same.
                timer = threading.Timer(dice.uniform(0.02, 0.7) if at_event is None else 30, _kill, [pid])
                timer.start()
            elif kind == "try":
                name, version = said.split()
                tried.setdefault(name, set()).add(int(version))
            elif kind == "ack":
                name, version = said.split()
                acked[name] = int(version)
                tried.pop(name, None)
            elif kind == "event" and said == at_event:
                nth -= 1
                if nth == 0:
                    time.sleep(delay)
                    _kill(pid)
                    how = f"after '{at_event}'"
            elif kind == "dead":
                if timer:
                    timer.cancel()
                if how == "lived" and int(said) == signal.SIGKILL:
                    how = "at a random moment"
                return how, acked, tried
        raise AssertionError("the worker itself ended")

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()
        assert self._process.stdout
        self._process.stdout.close()


def _kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def run_kills(kills: int, seed: int, folder: Path) -> Counter[str]:
    """Kill that many times; how often in which way. Raises AssertionError on the first loss."""
    dice = random.Random(seed)
    worker = Worker()
    ways: Counter[str] = Counter()
    state: dict[str, int] = {}
    first = 0
    try:
        for life in range(10 * kills):
            if life % LIVES_PER_HOME == 0:
                home, state, first = folder / f"home{life}", {}, 0
            inside = n_inside(ways) < kills / 2 and life % 3 > 0
            how, acked, tried = worker.kill_one(home, dice.randrange(10**9), first, dice, inside)
            ways[how] += 1
            first += 2000
            state |= acked
            state = check(home, state, tried, dice)
            if ways.total() - ways["lived"] >= kills and n_inside(ways) >= kills / 2:
                break
    finally:
        worker.close()
    return ways


def n_inside(ways: Counter[str]) -> int:
    """How many died while the indexes were being written."""
    return sum(ways[how] for how in INSIDE)


def check(home: Path, state: dict[str, int], tried: dict[str, set[int]], dice: random.Random) -> dict[str, int]:
    """That the library holds what was acknowledged, each article whole and found; the versions that it holds."""
    embedder = HashEmbedder()
    now: dict[str, int] = {}
    with Library.open(LibraryConfig(home), embedder=embedder) as library:
        findings = library.examine()
        assert not findings.problems, findings.problems
        there = library.articles(row.id for row in library.rows(limit=-1)[0])
        assert set(there) <= set(state) | set(tried)
        for name in set(state) | set(tried):
            allowed = {state.get(name, REMOVED)} | tried.get(name, set())
            now[name] = _version(there[name].text) if name in there else REMOVED
            assert now[name] in allowed, f"{name} is {now[name]}, not one of {allowed}"
            if name in there:
                wanted = made_article(name, now[name])
                assert there[name].text == wanted.text
                kept = [(stored.passage, stored.sentences) for stored in library.passages_of(name)]
                assert kept == split_article(there[name])
        with Library.open(LibraryConfig(home), embedder=embedder, own=False) as other:
            for name in dice.sample(sorted(there), min(20, len(there))):
                stored = dice.choice(library.passages_of(name))
                word = there[name].text[stored.passage.start :].split("The ")[1].split()[0]
                found = library.search(word, stored.vector, k_dense=3, k_words=3)
                assert stored.passage.id in dict(found.dense)
                assert found.words[0][0] == stored.passage.id
                same = other.search(word, stored.vector, k_dense=3, k_words=3)
                assert same.words == found.words
                scores, exact = [s for _, s in found.dense], [s for _, s in same.dense]
                # Within float32's error, not rounded: a score on a rounding boundary falls to either side.
                assert np.allclose(scores, exact, rtol=0, atol=1e-4), (scores, exact)
    return now


def _version(text: str) -> int:
    return int(text.split("version")[1].split()[0])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.randrange(10**9))
    args = parser.parse_args()
    began = time.monotonic()
    sys.stdout.write(f"seed {args.seed}\n")
    with tempfile.TemporaryDirectory() as folder:
        ways = run_kills(args.kills, args.seed, Path(folder))
    for how, n in ways.most_common():
        sys.stdout.write(f"{n:5}  {how}\n")
    killed, seconds = ways.total() - ways["lived"], time.monotonic() - began
    sys.stdout.write(f"{killed} kills, {n_inside(ways)} of them inside index writes, nothing lost, {seconds:.0f} s\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

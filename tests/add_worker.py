"""Opens a library, then adds N articles one by one, saying each; with `hold`, keeps the library open until told."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from fakes import HashEmbedder

from corpus.config import LibraryConfig
from corpus.library import Library
from corpus.types import Article


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def main(home: str, n: int, own: bool, hold: bool) -> None:
    with Library.open(replace(LibraryConfig.from_env(), home=Path(home)), embedder=HashEmbedder(), own=own) as library:
        say("open", library.owner)
        for i in range(n):
            library.add([Article(f"w{i}", f"Worker {i}", f"The comet{i} was seen from the harbour.", source=f"w:{i}")])
            say("ack", f"w{i}", library.generation())
        if hold:
            sys.stdin.readline()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3] == "own", "hold" in sys.argv)

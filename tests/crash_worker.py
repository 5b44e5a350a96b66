"""A process that adds, changes, removes and refreshes articles until it is killed, forked from one that has all loaded.

A refresh is what a followed folder gets: files made, changed and deleted, and the library brought to what they say.

Standard input: a line of JSON a life, {"home", "seed", "first"}. Standard output: `pid`, `try` before each change,
`ack` once the library said that it is done, `event` for each of the library's own steps, `dead` at the end.
"""

from __future__ import annotations

import json
import os
import random
import sys
from pathlib import Path

import chromadb  # noqa: F401 - loaded before the fork
from fakes import HashEmbedder

from corpus.config import LibraryConfig
from corpus.library import Library
from corpus.sync import sync_folder
from corpus.types import Article


def made_article(name: str, version: int) -> Article:
    """The article that this name and version always have: 1 to 9 passages, each with words of its own."""
    dice = random.Random(f"{name}/{version}")
    sections = [
        f"## Part {i}\n\nThe {name}part{i} of version{version} began in {dice.randint(1900, 2020)}. "
        + " ".join(f"It went on with {dice.choice(WORDS)} and {dice.choice(WORDS)}." for _ in range(8))
        for i in range(dice.randint(1, 9))
    ]
    return Article(id=name, title=f"About {name}", text="\n\n".join(sections), source=f"made:{name}")


REMOVED = -1
WORDS = [a + b for a in ("har", "sto", "win", "cou", "vel") for b in ("bour", "rm", "ter", "rt", "vet", "lin", "mond")]


def say(*words: object) -> None:
    os.write(1, (" ".join(str(word) for word in words) + "\n").encode())


def live(home: Path, seed: int, first: int) -> None:
    """Change the library at random; names from `first` on are new."""
    dice = random.Random(seed)
    config = LibraryConfig(home)
    with Library.open(config, embedder=HashEmbedder(), on_event=lambda name: say("event", name)) as library:
        mine = [row.id for row in library.rows(limit=-1)[0] if row.source.startswith("made:")]
        for _ in range(30):
            kind = dice.random()
            if kind > 0.85:
                first = refresh(library, home.with_name(f"{home.name}-news"), dice, first)
                continue
            if kind < 0.2 and len(mine) > 3:
                gone = dice.sample(mine, 2)
                for name in gone:
                    say("try", name, -1)
                library.remove(gone)
                for name in gone:
                    say("ack", name, -1)
                    mine.remove(name)
                continue
            if kind < 0.45 and mine:
                names = dice.sample(mine, min(len(mine), 5))
            else:
                names = [f"n{first + i}" for i in range(dice.choice([1, 3, 40]))]
                first += len(names)
                mine += names
            version = dice.randint(1, 10**9)
            for name in names:
                say("try", name, version)
            library.add([made_article(name, version) for name in names])
            for name in names:
                say("ack", name, version)


def refresh(library: Library, folder: Path, dice: random.Random, first: int) -> int:
    """Change a folder's files and have the library mirror it; the next free number of a name.

    What an earlier life changed and did not live to take in is taken in now, and said too.
    """
    folder.mkdir(exist_ok=True)
    there = sorted(folder.glob("*.txt"))
    for path in dice.sample(there, min(len(there), 2)):
        if dice.random() < 0.5:
            path.unlink()
        else:
            write(path, dice.randint(1, 10**9))
    for i in range(dice.choice([1, 4])):
        write(folder / f"n{first + i}.txt", dice.randint(1, 10**9))
    wanted = dict.fromkeys(library.sources(str(folder)).values(), REMOVED)
    for path in folder.glob("*.txt"):
        wanted[path.stem] = int(path.read_text("utf-8").split("version")[1].split()[0])
    for name, version in wanted.items():
        say("try", name, version)
    report = sync_folder(library, folder, yes=True)
    for name, version in wanted.items() if not report.failed else ():
        say("ack", name, version)
    return first + 4


def write(path: Path, version: int) -> None:
    article = made_article(path.stem, version)
    draft = path.parent.with_suffix(".draft")  # a killed life leaves it, where nobody reads it
    draft.write_text(f"{article.title}\n\n{article.text}\n", "utf-8")
    draft.replace(path)


def main() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            say("pid", os.getpid())
            live(Path(order["home"]), order["seed"], order["first"])
            os._exit(0)
        _, status = os.waitpid(child, 0)
        say("dead", status)


if __name__ == "__main__":
    main()

"""What can be wrong with a library, looked for: in the database, in the indexes against it, and around them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, func, select

from corpus.adding import HEADER_VERSION
from corpus.database import Database
from corpus.followed import put_off, read_followed
from corpus.index import Indexes, current_folder, trusted_words
from corpus.indexcheck import IndexFindings, check_indexes
from corpus.language import language_of, name_language
from corpus.ledger import Head, read_head
from corpus.manifest import IndexDamaged
from corpus.rowcheck import Damage, check_rows
from corpus.rows import Split
from corpus.split import SPLIT_VERSION
from corpus.tables import meta, passages
from corpus.types import Article
from corpus.words import WordIndex

REPAIR = "python -m corpus doctor --repair"
SHOWN = 10
"""How many of many alike problems are shown, each."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong, what it means for whoever asks, and what to type against it."""

    what: str
    means: str
    type: str

    def __str__(self) -> str:
        return f"{self.what}: {self.means}. Type: {self.type}"


@dataclass(frozen=True, slots=True)
class Findings:
    """`problems` are to be mended; `remarks` say what was looked at, or could not be."""

    problems: tuple[Problem, ...]
    remarks: tuple[str, ...]


def examine(database: Database, indexes: Indexes | None, home: Path, split: Callable[[Article], Split]) -> Findings:
    """Check everything; `indexes` are this process's own, or None where another process keeps them."""
    problems: list[Problem] = []
    remarks: list[str] = []
    locked = database.locked() if database.writable else ""
    with database.engine.connect() as connection, connection.begin():
        head = read_head(connection)
        made = connection.execute(select(meta)).one()
        n = connection.execute(select(func.count()).select_from(passages)).scalar_one()
        remarks += [
            f"generation {head.generation}, embedder {made.embedder or 'none yet'} ({made.fingerprint})",
            f"{n} passages in the database",
        ]
        restore = f"restore a copy of {database.place}, or move it away and: python -m corpus add SOURCE"
        unread = "some of what it holds cannot be read"
        problems += [Problem(f"the database says: {said}", unread, restore) for said in database.integrity(connection)]
        now = name_language(f" split {SPLIT_VERSION} header {HEADER_VERSION}", language_of(made.fingerprint))
        known = made.fingerprint.endswith(now)
        if made.fingerprint and not known:
            remarks.append("its articles were split or embedded by another version; anew: python -m corpus reindex")
        problems += explain_damage(check_rows(connection, split if known else None))
        for source in read_followed(connection):
            if source.problem:
                again = "to try it again: python -m corpus refresh --all"
                remarks.append(f"followed {source.place}: {source.problem}; what is new there does not arrive; {again}")
        for source in [each for each in read_followed(connection) if put_off(each, datetime.now(UTC))]:
            what = f"followed {source.place}: the next check is on {source.next_check:%Y-%m-%d %H:%M}"
            means = "the clock was ahead then; it is checked now"
            problems.append(Problem(what, means, "python -m corpus refresh"))
        if indexes is None:
            problems += _words_of_another(home, connection, head.generation, remarks)
        else:
            problems += _check_own(connection, indexes, head, made.dimension, remarks)
    free, needed = shutil.disk_usage(home).free, 2 * database.size()
    remarks.append(f"{free / 1e9:.1f} GB free on its disk")
    if free < needed:
        # A purge rewrites the database beside itself, and a rebuild makes new indexes before it drops the old ones.
        what = f"the disk has {free / 1e6:.0f} MB left, and {needed / 1e6:.0f} MB may be needed"
        problems.append(Problem(what, "adding, purging or rebuilding may fail, and lose nothing", "make room"))
    if locked:
        means = "nothing can be added or removed until it ends"
        problems.append(Problem(locked, means, "end it if it hangs, then: python -m corpus stats"))
    if indexes is not None and (left := leftovers(home)):
        names = ", ".join(str(path.relative_to(home)) for path in left[:3])
        problems.append(Problem(f"a killed process left {len(left)} files behind ({names})", "they take space", REPAIR))
    return Findings(tuple(problems), tuple(remarks))


def explain_damage(damages: Iterable[Damage]) -> Iterator[Problem]:
    """Each damage as a problem; of many alike only the first, and how many there are."""
    means = {
        "text": "answers would quote what nobody wrote, and its citations do not fit",
        "passages": "questions that it answers may find nothing, or the wrong place",
        "count": "the table shows a wrong number",
        "ledger": "indexes elsewhere do not learn of it",
        "orphans": "they take space and answer nothing",
    }
    counts: dict[str, int] = {}
    for damage in damages:
        counts[damage.kind] = counts.get(damage.kind, 0) + 1
        if counts[damage.kind] <= SHOWN:
            source = f"; then read it again: python -m corpus add {damage.source or 'SOURCE'}"
            yield Problem(damage.what, means[damage.kind], REPAIR + (source if damage.kind == "text" else ""))
    for kind, n in counts.items():
        if n > SHOWN:
            yield Problem(f"{n - SHOWN} more of this kind", means[kind], REPAIR)


def leftovers(home: Path) -> list[Path]:
    """What a killed process left in the index's folder, and nobody will use."""
    root = home / "index"
    used = current_folder(home)
    old = [path for path in root.glob("[0-9]*") if path.is_dir() and path != used] if used else []
    return sorted([*old, *root.glob("*.draft"), *home.glob("*.draft")])


def _check_own(
    connection: Connection, indexes: Indexes, head: Head, dimension: int, remarks: list[str]
) -> list[Problem]:
    slower = "answers come from the database itself, more slowly"
    if not head.generation:
        return []
    if indexes.head != head:
        return [Problem(f"the indexes do not reflect generation {head.generation}", slower, REPAIR)]
    try:
        found = check_indexes(connection, indexes, dimension)
    except IndexDamaged as error:
        return [Problem(f"the vector index cannot be read ({error})", slower, REPAIR)]
    remarks.append(f"{found.n} passages looked up in both indexes, and searched for by their own vectors")
    return list(explain_indexes(found))


def explain_indexes(found: IndexFindings) -> Iterator[Problem]:
    """What is wrong with the indexes."""
    unfound = "answers that stand there are not found"
    for ids, what in (
        (found.no_vector, "the vector index lacks {n} of {of} passages"),
        (found.other_vector, "the vector index has another vector for {n} of {of} passages"),
        (found.not_found, "the vector index does not find {n} of {of} passages by their own vectors"),
        (found.no_words, "the word index lacks {n} of {of} passages"),
    ):
        if ids:
            yield Problem(f"{what.format(n=len(ids), of=found.n)} (first: {min(ids)})", unfound, REPAIR)
    for n, name in ((found.extra_vectors, "vector"), (found.extra_words, "word")):
        if n:
            yield Problem(f"the {name} index has {n} passages too many", "they crowd out those that are there", REPAIR)


def _words_of_another(home: Path, connection: Connection, generation: int, remarks: list[str]) -> list[Problem]:
    remarks.append("the vector index is kept by another process; stop that to have it checked")
    path = trusted_words(home)
    if path is None:
        remarks.append("the word index is being rebuilt")
        return []
    stop = f"stop what uses the library, then: {REPAIR}"
    try:
        words = WordIndex.open(path)
    except ValueError as error:
        return [Problem(f"the word index cannot be read ({error})", "answers come from the database itself", stop)]
    if words.head is None or words.head.generation != generation:
        remarks.append("the word index is behind; its owner is at work on it")
        return []
    ids = set(connection.execute(select(passages.c.id)).scalars())
    if words.ids() == ids:
        return []
    return [Problem("the word index has other passages than the database", "some are not found by words", stop)]

"""What can be measured: a system takes a case's question and gives a Reply. Byline's own, plain ones, anyone's."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from corpus.types import Article
from evals.types import EvalCase, Reply


class System(ABC):
    """Answers the questions of cases. `ask` may be called from several threads."""

    name: str
    """As the tables show it."""

    @abstractmethod
    def ask(self, case: EvalCase, without: frozenset[str] = frozenset()) -> Reply:
        """The reply to one case, as if the articles in `without` were not there. Raises BylineError."""

    @abstractmethod
    def articles(self, ids: Iterable[str]) -> Mapping[str, Article]:
        """Those of the articles that it answers from."""

    def all_articles(self) -> Mapping[str, Article]:
        """Every article that it answers from."""
        return self.articles(())

    @property
    def knows_articles(self) -> bool:
        """Whether `articles` has what it answers from; without, quotes and passages cannot be looked up."""
        return True

    @property
    def can_hide(self) -> bool:
        """Whether `without` is heeded."""
        return False

    def prepare(self, cases: Sequence[EvalCase], without: Sequence[frozenset[str]] = ()) -> None:
        """Told which cases come next, each with what it is asked without, so that they can be made ready together."""
        return

    def describe(self) -> dict[str, Any]:
        """What run.json says of it: settings without secrets, fingerprints, sizes."""
        return {}

    def close(self) -> None:
        """Let go of everything."""
        return

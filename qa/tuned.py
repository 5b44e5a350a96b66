"""From which confidence on an answer is given, by language and embedder: chosen on the tuning halves (evals/LOG.md)."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.embed import DEFAULT_EMBEDDER, MULTILINGUAL
from corpus.language import DEFAULT_LANGUAGE, LANGUAGES
from qa.read import WITH_READER, WITHOUT_READER

MEASURED = {
    (DEFAULT_EMBEDDER, "de"): (0.12, 0.16),
    (DEFAULT_EMBEDDER, "es"): (0.24, 0.27),
    (DEFAULT_EMBEDDER, "zh"): (0.09, 0.15),  # 10% and 30%: it hardly knows what is said there from what is not
    (DEFAULT_EMBEDDER, "ar"): (0.15, 0.18),
    (MULTILINGUAL, "de"): (0.28, 0.33),
    (MULTILINGUAL, "es"): (0.32, 0.37),
    (MULTILINGUAL, "zh"): (0.22, 0.27),
    (MULTILINGUAL, "ar"): (0.23, 0.29),
}
"""Where 5% and 10% of the answerable questions are refused: below the first nothing is claimed, below the second it is
said that this may not answer."""
NEVER = 2.0
"""More than any confidence."""


@dataclass(frozen=True, slots=True)
class Tuned:
    """As in `Weights`; `notice` is what a reader should know of every answer, empty for nothing."""

    threshold: float
    sure: float
    notice: str = ""


def tune(language: str, embedder: str, *, reads: bool) -> Tuned:
    """The confidences to go by. `reads`: a trained reader reads along."""
    weights = WITH_READER if reads else WITHOUT_READER
    if language == DEFAULT_LANGUAGE or reads:
        return Tuned(weights.threshold, weights.sure)
    if measured := MEASURED.get((embedder, language)):
        return Tuned(*measured)
    return Tuned(
        weights.threshold,
        NEVER,
        f"Byline was not measured in {LANGUAGES[language]} with this embedder: it may answer where the articles do not "
        "say, and say that they do not where they do.",
    )

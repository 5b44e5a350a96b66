"""Citation precision and recall as ALCE defines them (Gao et al., 2023, section 4), with `check_claim` as the judge.

Where this differs from ALCE: its judge is an NLI model (TRUE) over whole passages, ours the check that the page shows,
over the cited sentences; its statements are sentences split from the answer, ours the answer's own claims; and both
are averaged within an answer first and over the answers then, as ALCE does. An answer without claims has neither.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from qa.check import check_claim
from qa.types import Answer, Claim

FULL = ("quote", "supported")
"""The words of `Claim.support` that count as support."""
Judge = Callable[[str, Sequence[str]], bool]


def is_supported(claim: str, quotes: Sequence[str]) -> bool:
    """Whether the quotes, taken together, support the claim fully."""
    return bool(quotes) and check_claim(claim, quotes)[0] in FULL


def citation_recall(answer: Answer, judge: Judge = is_supported) -> float | None:
    """The share of claims that their citations, taken together, support; None without claims."""
    if not answer.claims:
        return None
    return sum(judge(c.text, _quotes(c)) for c in answer.claims) / len(answer.claims)


def citation_precision(answer: Answer, judge: Judge = is_supported) -> float | None:
    """The share of citations that support their claim; None where nothing is cited.

    A citation counts where its claim is supported and either it supports the claim by itself, or the others do not
    without it. Any citation of an unsupported claim counts as wrong.
    """
    counted = [
        judge(claim.text, quotes)
        and (judge(claim.text, [quotes[i]]) or not judge(claim.text, quotes[:i] + quotes[i + 1 :]))
        for claim in answer.claims
        for quotes in [_quotes(claim)]
        for i in range(len(quotes))
    ]
    return sum(counted) / len(counted) if counted else None


def _quotes(claim: Claim) -> list[str]:
    return [c.quote for c in claim.citations]

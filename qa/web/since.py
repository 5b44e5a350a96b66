"""What became of the articles that kept answers cite, so that an old citation says when it no longer stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qa.types import Answer, Citation
from qa.web.changes import describe_absence
from qa.web.ports import Keeps
from qa.web.words import say
from qa.web.words.dates import spell_day

Became = Mapping[str, str]
"""Article id to what became of it, in words; only of articles that no longer say what is cited."""


def describe_citations(answers: Sequence[Answer], library: Keeps) -> list[Became]:
    """For each answer, which of the articles it cites are gone or no longer have the cited words."""
    cited = {cite.article_id for answer in answers for cite in _all_citations(answer)}
    articles = library.articles(sorted(cited)) if cited else {}
    told: dict[str, str] = {}

    def became(article_id: str) -> str:
        if article_id not in told:
            earlier = library.versions(article_id)
            if article_id not in articles:
                told[article_id] = describe_absence(earlier)
            else:
                told[article_id] = (
                    say(
                        "This article changed on {day} and no longer has the cited words.",
                        day=spell_day(earlier[-1].until.date()),
                    )
                    if earlier
                    else say("This article changed and no longer has the cited words.")
                )
        return told[article_id]

    found: list[Became] = []
    for answer in answers:
        lost = [
            cite.article_id
            for cite in _all_citations(answer)
            if cite.article_id not in articles or cite.quote not in articles[cite.article_id].text
        ]
        found.append({article_id: became(article_id) for article_id in dict.fromkeys(lost)})
    return found


def _all_citations(answer: Answer) -> list[Citation]:
    return [*answer.citations, *(answer.built_in.citations if answer.built_in else ())]

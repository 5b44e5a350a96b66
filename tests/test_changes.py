"""What the page says of articles that changed or went."""

from __future__ import annotations

from datetime import UTC, datetime

from corpus.stories import Member, Story
from corpus.types import Article
from corpus.versions import Version
from qa.web.changes import describe_absence, describe_change, describe_copies


def version(text: str, removed: bool = False) -> Version:
    return Version(Article("a", "T", text), 1, datetime(2026, 3, 5, 10, tzinfo=UTC), removed, "")


def test_sentences_that_are_gone_are_named_with_the_day() -> None:
    now = Article("a", "T", "The quay is deep. It cost nine million.\n\nIt opens in May.")
    before = version("The quay is deep. It cost twelve million.\n\nIt opens in May.")
    assert describe_change(now, [before]) == (
        "This article changed on 5 March 2026. It no longer says: “It cost twelve million.”"
    )
    assert describe_change(now, [version(now.text)]) == "This article changed on 5 March 2026."
    assert describe_change(now, []) == ""
    many = version(" ".join(f"Sentence number {n} stood here." for n in range(5)))
    assert describe_change(now, [many]).endswith("“Sentence number 2 stood here.” and 2 sentences more")


def test_removed_article_is_said_to_be_removed() -> None:
    assert (
        describe_absence([version("x", removed=True)]) == "This article was removed from the library on 5 March 2026."
    )
    assert describe_absence([]) == "This article is no longer in the library."


def test_copies_are_named_by_their_outlets_and_corrections_by_their_day() -> None:
    members = (Member("a", "Courier", "2026-03-05"), Member("b", "Post", "2026-03-06"), Member("c", "Post", None))
    article = Article("a", "T", "x")
    assert describe_copies(article, Story("a", members, False)) == "Also in 1 outlet: Post."
    corrected = Story("b", members[:2], True)
    assert describe_copies(article, corrected) == "A later copy in Post of 6 March 2026 has other figures."
    assert describe_copies(Article("b", "T", "x"), corrected) == "Also in 1 outlet: Courier."
    assert describe_copies(Article("c", "T", "x"), Story("b", members[1:], False)) == (
        "1 near-copy of it is in the library."
    )
    assert describe_copies(article, None) == ""

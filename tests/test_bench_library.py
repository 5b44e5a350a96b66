"""What a large library's speed is measured with: different articles, each with a question that only it answers."""

from __future__ import annotations

from evals.bench_library import make_short_articles, short_question


def test_short_articles_differ_and_each_answers_its_own_question() -> None:
    made = list(make_short_articles(300))
    assert [article.text for article in make_short_articles(300)] == [article.text for article in made]
    assert len({article.id for article in made}) == len({article.text for article in made}) == 300
    names = [short_question(i).split("the ")[1].split(" committee")[0] for i in range(300)]
    assert len(set(names)) == 300
    assert all(f"The {name} committee counted" in article.text for name, article in zip(names, made, strict=True))


def test_short_articles_are_no_copies_of_each_other() -> None:
    from corpus.sketch import SAME_STORY, jaccard, words_of

    words = [words_of(article.text) for article in make_short_articles(60)]
    assert max(jaccard(words[i], words[j]) for i in range(60) for j in range(i)) < SAME_STORY

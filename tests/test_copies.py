"""Near-copies in answers: a story counts once, the right article is cited, a correction shows what it corrects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from test_render import TODAY, Elements

from corpus.config import LibraryConfig
from corpus.embed import Embedder, load_embedder
from corpus.library import Library
from corpus.types import Article
from qa.assistant import Assistant
from qa.config import Config
from qa.types import Answer, Instead
from qa.web.render import render_exchange

COST = "How much does the new quay of Wyre cost?"
BODY = (
    "The council of Wyre agreed on Tuesday evening to deepen the quay of the old harbour by two metres, so that larger "
    "ships can land there from next summer. The harbour master welcomed the decision and said that fishermen had asked "
    "for a later start, because the herring season ends only in June. The new quay of Wyre costs 9 million pounds."
)


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return load_embedder("all-MiniLM-L6-v2")


@pytest.fixture
def library(tmp_path: Path, embedder: Embedder) -> Iterator[Library]:
    with Library.open(LibraryConfig(tmp_path), embedder=embedder) as opened:
        opened.add([other(n) for n in range(6)])
        yield opened


def other(n: int) -> Article:
    town = ("Ostby", "Marle", "Fenwick", "Quill", "Harn", "Dover Point")[n]
    text = f"The library of {town} opens on Sundays again. Its readers had asked for that since {2001 + n}."
    return Article(
        f"other-{n}", f"Reading in {town}", text, "Gazette", published=date(2026, 1, 2 + n), source=f"/o/{n}"
    )


def telling(name: str, outlet: str, day: int, text: str = BODY) -> Article:
    return Article(name, "Deeper quay", text, outlet, published=date(2026, 3, day), source=f"/news/{name}.md")


def assistant_of(library: Library) -> Assistant:
    return Assistant(library, Config(reader="off", threshold=0.0))


def asked(library: Library, question: str = COST, as_of: date | None = None) -> Answer:
    return assistant_of(library).ask(question, as_of=as_of)


def articles_read(library: Library, question: str = COST) -> list[str]:
    found = assistant_of(library).retriever.retrieve(question)
    return [e.article.id for e in found.evidence if not e.article.id.startswith("other")]


def test_story_counts_once_and_the_earliest_is_cited_with_the_others_named(library: Library) -> None:
    library.add([telling("post", "Post", 6), telling("wire", "Wire", 5), telling("echo", "Echo", 7, f"EXTRA. {BODY}")])
    assert articles_read(library) == ["wire"]
    answer = asked(library)
    cite = answer.citations[0]
    assert (cite.article_id, cite.also, cite.instead) == ("wire", ("Post", "Echo"), ())
    assert not {"post", "echo"} & {source.article_id for source in answer.also_read}
    shown = Elements(render_exchange(answer, "k", TODAY))
    assert shown.words.count("Also in 2 outlets: Post, Echo") == len(answer.citations) + 1, (
        "on each card, and in the list"
    )


def test_named_outlet_is_the_one_that_is_cited(library: Library) -> None:
    library.add([telling("wire", "Wire", 5), telling("post", "Marrow Post", 6)])
    answer = asked(library, "According to the Marrow Post, how much does the new quay of Wyre cost?")
    assert {cite.article_id for cite in answer.citations} == {"post"}
    assert answer.citations[0].also == ("Wire",)


def test_corrected_figure_comes_from_the_newest_and_the_other_is_shown(library: Library) -> None:
    library.add([telling("wire", "Wire", 5), telling("post", "Post", 8, BODY.replace("9 million", "12 million"))])
    answer = asked(library)
    cite = next(c for c in answer.citations if "million" in c.quote)
    assert (cite.article_id, "12 million" in cite.quote) == ("post", True)
    old = Instead("wire", "Wire", "2026-03-05", "The new quay of Wyre costs 9 million pounds.")
    assert cite.instead == (old,)
    assert Answer.from_json(answer.to_json()) == answer
    html = render_exchange(answer, "k", TODAY)
    assert "Wire, 5 March 2026, has other figures:" in html
    assert "costs <b>9</b> million" in html


def test_as_of_a_day_before_the_correction_the_first_figure_stands_alone(library: Library) -> None:
    library.add([telling("wire", "Wire", 5), telling("post", "Post", 8, BODY.replace("9 million", "12 million"))])
    answer = asked(library, as_of=date(2026, 3, 6))
    cite = next(c for c in answer.citations if "million" in c.quote)
    assert (cite.article_id, cite.also, cite.instead) == ("wire", (), ())


def test_article_that_corrects_itself_shows_what_it_said(library: Library) -> None:
    library.add([telling("wire", "Wire", 5)])
    library.add([telling("wire", "Wire", 5, BODY.replace("9 million", "12 million"))])
    cite = next(c for c in asked(library).citations if "million" in c.quote)
    assert "12 million" in cite.quote
    assert [one.quote for one in cite.instead] == ["The new quay of Wyre costs 9 million pounds."]
    html = render_exchange(asked(library), "k", TODAY)
    assert "it said:" in html


def test_what_only_a_copy_says_is_still_found(library: Library) -> None:
    more = f"{BODY} Divers found a Roman anchor under the mud, which goes to the museum at Harn."
    library.add([telling("wire", "Wire", 5), telling("post", "Post", 6, more)])
    cite = asked(library, "What did divers find under the mud at Wyre?").citations[0]
    assert (cite.article_id, "Roman anchor" in cite.quote) == ("post", True)


def test_many_copies_do_not_crowd_out_other_stories(library: Library) -> None:
    copies = [telling(f"copy-{n}", f"Outlet {n}", 2 + n % 27, f"{BODY} Report {n}.") for n in range(90)]
    lead = telling("lead", "Wire", 1)
    library.add([*copies, lead])
    found = assistant_of(library).retriever.retrieve(COST)
    read = {e.article.id for e in found.evidence}
    assert "lead" in read
    assert len({name for name in read if name.startswith("other")}) >= 5
    assert len(found.nearest(3)) == len({a.title for a in found.nearest(3)}) == 3


def test_copies_from_a_browser_are_shown_as_text_only(library: Library) -> None:
    library.add([telling("wire", "Wire", 5)])
    answer = asked(library)
    bad = "<img src=x onerror=alert(1)>"
    cite = replace(answer.citations[0], also=(bad,), instead=(Instead(bad, bad, bad, f"{bad} 7"),))
    said = answer.to_json() | {"claims": [{"text": "x", "citations": [], "support": "quote"}]}
    data = replace(answer, claims=(replace(answer.claims[0], citations=(cite,)),)).to_json()
    assert "img" not in Elements(render_exchange(Answer.from_json(data), "k", TODAY)).tags
    assert Answer.from_json(said).citations == ()
    for key, value in (("also", 5), ("instead", [{"quote": 1}]), ("page", "<b>")):
        wrong = answer.to_json()
        wrong["claims"][0]["citations"][0][key] = value
        with pytest.raises(ValueError, match=r"\w"):
            Answer.from_json(wrong)

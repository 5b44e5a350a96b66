"""What several articles say of one thing: lined up by date, harmless differences aside."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from corpus.config import LibraryConfig
from corpus.library import Library
from corpus.read import read_articles
from corpus.split import split_sentences
from corpus.types import Article
from evals.disagree import edit_pairs, make_pairs, measure_pairs, shares
from qa.assistant import Assistant
from qa.config import Config
from qa.digest import find_digest
from qa.lineup.lineup import line_up_sentence, tell
from qa.lineup.told import Told
from qa.terminal import answer_lines
from qa.types import Answer
from qa.versions import Lineup, number_versions
from qa.web.render import render_exchange

ARTICLES = Path(__file__).parent.parent / "corpus" / "articles"
TODAY = date(2026, 7, 20)
Pool = list[tuple[Told, Article]]


@pytest.fixture(scope="module")
def samples() -> list[Article]:
    return [item for item in read_articles(str(ARTICLES)) if isinstance(item, Article)]


@pytest.fixture(scope="module")
def pool(samples: list[Article]) -> Pool:
    return [(tell(a, start, end), a) for a in samples for start, end in split_sentences(a.text)]


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory, samples: list[Article]) -> Iterator[Assistant]:
    with Library.open(LibraryConfig(tmp_path_factory.mktemp("home"))) as library:
        library.add(samples)
        yield Assistant(library, Config(reader="off"))


def lineups_of(pool: Pool, article_id: str, words: str) -> list[Lineup]:
    """The lineups of the sentence of an article that has these words."""
    told, article = next((t, a) for t, a in pool if a.id == article_id and words in t.text)
    return [lineup for lineup, _ in line_up_sentence(told, article, pool)]


def compare(one: str, other: str, days: int = 9, title: str = "The ferry of Brennick") -> list[Lineup]:
    """The lineups of the first text, an article of one sentence, against the second, published later."""
    start = date(2026, 5, 4)  # a Monday
    a = Article("a", title, one, "Mail", published=start)
    b = Article("b", title, other, "Wire", published=start + timedelta(days=days))
    both = [(tell(x, 0, len(x.text)), x) for x in (a, b)]
    return [lineup for lineup, _ in line_up_sentence(both[0][0], a, both)]


PLANTED = [
    ("ferry-inquiry-blames-bow-door", "final number of dead", "changed", ["61", "44", "27", "14"]),
    ("ferry-captain-arrested-search-ends", "remain missing", "changed", ["Eighteen", "Thirty-five", "31"]),
    ("ferry-captain-arrested-search-ends", "Sixty-nine", "changed", ["Sixty-nine", "Sixty-seven"]),
    ("ferry-inquiry-blames-bow-door", "carried 131", "changed", ["131", "112"]),
    ("auditor-disputes-harbour-line-cost", "will not open", "changed", ["September 14", "June 27", "May 9"]),
    ("kelderby-flood-damage-disputed", "the number of dead", "changed", ["nine", "six"]),
    ("court-upholds-thorley-win-port-ansel", "final margin", "changed", ["94", "87", "212"]),
    ("sharrow-convicted-of-fraud", "had stolen", "changed", ["$35 million", "$42 million"]),
    ("sharrow-sentenced-to-11-years", "$13.9 million", "changed", ["$13.9 million", "$11.2 million"]),
    ("sharrow-sentenced-to-11-years", "11 years in prison", "changed", ["11", "14"]),
    ("kessany-strike-talks-collapse", "turned down an improved offer", "changed", ["5.5 percent", "4 percent"]),
    ("quillon-confirms-end-of-dunmarrow-production", "cut 640 jobs", "changed", ["640", "900"]),
]


@pytest.mark.parametrize(("article_id", "words", "relation", "said"), PLANTED)
def test_what_changed_in_the_samples_is_a_timeline(
    pool: Pool, article_id: str, words: str, relation: str, said: list[str]
) -> None:
    found = [(lineup.relation, [v.said for v in lineup.versions]) for lineup in lineups_of(pool, article_id, words)]
    assert (relation, said) in found


def test_two_sides_in_one_article_stand_side_by_side(pool: Pool) -> None:
    words = "true cost of the tram project"
    cost = next(
        found for found in lineups_of(pool, "auditor-disputes-harbour-line-cost", words) if found.of == "number"
    )
    assert cost.relation == "disagree"
    sides, *earlier = cost.at_one_time()
    assert [(v.said, v.who) for v in sides] == [("$2.6 billion", "the national auditor"), ("$2.2 billion", "the city")]
    assert [v.said for group in earlier for v in group] == ["$2.1 billion", "$1.9 billion"]


def test_town_and_insurers_are_not_averaged(pool: Pool) -> None:
    (damage,) = lineups_of(pool, "kelderby-flood-damage-disputed", "now puts the damage")
    assert damage.relation == "disagree"
    assert [v.said for v in damage.versions] == ["$140 million", "$95 million", "$80 million"]


def test_a_denial_stands_beside_what_it_denies(pool: Pool) -> None:
    report = lineups_of(pool, "quillon-said-to-plan-dunmarrow-closure", "preparing to close")
    (denial,) = [found for found in report if found.of == "denial"]
    assert denial.relation == "disagree"
    denied = [(v.outlet, v.denies) for v in denial.versions]
    assert ("Dunmarrow Echo", True) in denied
    assert ("Business Lantern", False) in denied
    reversal = lineups_of(pool, "quillon-confirms-end-of-dunmarrow-production", "would stop making")
    (turn,) = [found for found in reversal if found.of == "denial"]
    assert turn.relation == "changed"
    assert [v.denies for v in turn.versions] == [False, True]


def test_the_inquiry_is_set_against_the_minister(pool: Pool) -> None:
    found = lineups_of(pool, "ferry-inquiry-blames-bow-door", "A worn latch")
    assert [v.who for lineup in found if lineup.of == "denial" for v in lineup.versions] == [
        "a public inquiry",
        "Transport Minister Helga Doran",
    ]


def test_near_copies_count_as_one_outlet(pool: Pool) -> None:
    for lineup in lineups_of(pool, "lake-oressa-ferry-sinks-14-dead", "killing at least 14"):
        for version in lineup.versions:
            assert not {"Oressa Herald", "Osmere Morning News"} <= set(version.outlets)


def test_every_version_is_what_stands_in_its_article(pool: Pool, samples: list[Article]) -> None:
    texts = {article.id: article.text for article in samples}
    n = 0
    for told, article in pool:
        for lineup, _ in line_up_sentence(told, article, pool):
            for v in lineup.versions:
                n += 1
                assert texts[v.article_id][v.start : v.end] == v.quote
                assert v.said in v.quote
            days = [v.day for v in lineup.versions if v.day]
            assert days == sorted(days, reverse=True)
    assert n > 100


HARMLESS = [
    ("The ferry of Brennick cost $1.5 million.", "It was said that the ferry of Brennick cost $1,500,000."),
    ("The fire in Brennick killed 48 people.", "The fire in Brennick left about 50 dead."),
    ("The fire in Brennick killed 43 people.", "More than 40 people died in the Brennick fire."),
    ("The fire in Brennick killed 12 people.", "A dozen people died in the fire in Brennick."),
    ("The fire in Brennick killed 12 people.", "The fire in Brennick injured 30 people."),
    ("The pipeline of Brennick is 100 kilometers long.", "The Brennick pipeline has a length of 62 miles."),
    ("The new ferry of Brennick starts on May 9.", "The Brennick ferry will start on 9 May 2026."),
    ("The fire in Brennick killed 12 people.", "The fire in Kalmar killed 30 people."),
]


@pytest.mark.parametrize(("one", "other"), HARMLESS)
def test_harmless_differences_raise_no_alarm(one: str, other: str) -> None:
    title = "" if "Kalmar" in other else "The news of Brennick"
    assert [found.relation for found in compare(one, other, title=title) if found.relation != "agree"] == []


def test_a_weekday_is_the_day_that_it_means() -> None:
    assert not [f for f in compare("The ferry of Brennick starts on May 8.", "The Brennick ferry starts on Friday.", 1)
                if f.relation != "agree"]  # fmt: skip
    (other,) = compare("The ferry of Brennick starts on May 9.", "The Brennick ferry starts on Friday.", 1)
    assert [v.said for v in other.versions] == ["Friday", "May 9"]


def test_other_numbers_of_one_day_disagree_and_of_another_week_have_changed() -> None:
    texts = ("The ferry of Brennick cost $20 million.", "The ferry of Brennick has a price of $30 million.")
    assert [found.relation for found in compare(*texts, days=0)] == ["disagree"]
    assert [found.relation for found in compare(*texts, days=20)] == ["changed"]


def test_generated_pairs_are_told_apart() -> None:
    """Other seeds than the published figures; the bounds lie below them."""
    found = shares(measure_pairs(make_pairs("report", 176, seed=3)))
    assert found["found"] >= 0.75
    assert found["false alarms"] <= 0.05


def test_edited_sentences_of_the_samples_are_told_apart(samples: list[Article]) -> None:
    found = shares(measure_pairs(edit_pairs(samples, seed=3, most=25)))
    assert found["found"] >= 0.9
    assert found["false alarms"] <= 0.05


def test_pairs_are_the_same_for_one_seed() -> None:
    assert make_pairs("report", 44, seed=1) == make_pairs("report", 44, seed=1)
    assert make_pairs("report", 44, seed=1) != make_pairs("report", 44, seed=2)


def test_an_answer_carries_its_versions_through_json(assistant: Assistant) -> None:
    answer = assistant.ask("How many people died in the Kelderby flood?")
    toll = next(lineup for lineup in answer.lineups if [v.said for v in lineup.versions] == ["nine", "six"])
    assert toll.claims
    assert Answer.from_json(json.loads(json.dumps(answer.to_json()))) == answer
    broken = json.loads(json.dumps(answer.to_json()))
    broken["lineups"][0]["versions"][0]["quote"] = 7
    with pytest.raises(ValueError, match="malformed"):
        Answer.from_json(broken)


def test_versions_are_numbered_after_the_citations_and_shown(assistant: Assistant) -> None:
    answer = assistant.ask("When will the Harbour Line open?")
    numbers = number_versions(answer.citations, answer.lineups)
    new = set(numbers.values()) - {cite.n for cite in answer.citations}
    assert all(n > max(cite.n for cite in answer.citations) for n in new)
    html = render_exchange(answer, "k", TODAY)
    shown = [lineup for lineup in answer.lineups if lineup.relation != "agree"]
    assert {"September 14", "June 27", "May 9"} <= {v.said for lineup in shown for v in lineup.versions}
    for lineup in shown:
        for version in lineup.versions:
            n = numbers[version.article_id, version.start, version.end]
            assert f'id="k-s{n}"' in html
    lines = [line for line, _ in answer_lines(answer)]
    assert "Changed over time:" in lines


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How many people died in the sinking of the Halden Star?", {"61", "44", "27", "14"}),
        ("When will the Harbour Line open?", {"September 14", "June 27", "May 9"}),
        ("Why was the opening of the Harbour Line put off?", set()),
        ("Who is the mayor of Kelderby?", set()),
    ],
)
def test_only_what_the_question_asks_about_is_shown(assistant: Assistant, question: str, said: set[str]) -> None:
    shown = [of for of in assistant.ask(question, as_of=TODAY).lineups if of.relation != "agree"]
    assert {v.said for of in shown for v in of.versions} == said


def test_nothing_is_lined_up_under_what_may_not_answer(assistant: Assistant) -> None:
    unsure = Assistant(assistant.library, Config(reader="off", threshold=0.0))
    answer = unsure.ask("How many penguins died on the train of Zanzibar?", as_of=TODAY)
    assert answer.status == "partial"
    assert answer.claims
    assert answer.lineups == ()


def test_a_report_that_the_story_has_overtaken_gives_way_to_the_newest(assistant: Assistant) -> None:
    question = "Who won the mayoral race in Port Ansel?"
    first, *_ = assistant.ask(question, as_of=TODAY).claims
    assert "certified as the next mayor" in first.text
    assert first.as_of == "2026-04-29"
    then = assistant.ask(question, as_of=date(2026, 3, 20)).claims[0]
    assert [c.article_id for c in then.citations] == ["port-ansel-mayor-race-goes-to-recount"]


def test_agreeing_outlets_are_counted_on_the_card(assistant: Assistant) -> None:
    answer = assistant.ask("How many people were on the Halden Star?")
    html = render_exchange(answer, "k", TODAY)
    assert "outlets (" in html


def test_a_digest_goes_by_date_and_begins_where_it_is_asked_to(assistant: Assistant) -> None:
    answer = assistant.ask("What is new about the Harbour Line?", as_of=TODAY)
    assert [c.text for c in answer.claims if c.kind == "lead"] == ["19 June 2026", "28 April 2026", "12 March 2026"]
    assert all(c.support == "quote" and len(c.citations) == 1 for c in answer.claims if c.kind == "claim")
    later = assistant.ask("What has changed with the Harbour Line since June?", as_of=TODAY)
    assert [c.text for c in later.claims if c.kind == "lead"] == ["19 June 2026"]
    assert "19 June 2026" in render_exchange(later, "k", TODAY)


def test_a_digest_of_everything_never_cites_what_came_later(assistant: Assistant) -> None:
    answer = assistant.ask("What changed since April 10?", as_of=date(2026, 4, 18))
    days = [c.published[:10] for claim in answer.claims for c in claim.citations if c.published]
    assert days == sorted(days, reverse=True)
    assert days[0] == "2026-04-17"
    assert days[-1] == "2026-04-11"
    assert answer.status == "answered"


def test_a_digest_of_nothing_says_so(assistant: Assistant) -> None:
    assert assistant.ask("What is new about Zanzibar Airlines?", as_of=TODAY).status == "not_found"


ORDINARY = [
    "What happened to the ferry?",
    "What is the latest number of dead from the Kelderby flood?",
    "What happened on October 6, 1973?",
    "Which new rules did Castle Wyre pass?",
    "What did the court change?",
]


@pytest.mark.parametrize("question", ORDINARY)
def test_ordinary_questions_are_no_digest(question: str) -> None:
    assert find_digest(question, TODAY) is None


def test_since_when_is_read_from_the_question() -> None:
    asked = find_digest("What has happened to Quillon since May 6?", TODAY)
    assert asked
    assert (asked.topic, asked.since) == ("Quillon", date(2026, 5, 6))
    assert find_digest("What's new?", TODAY)

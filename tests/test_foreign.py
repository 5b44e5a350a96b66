"""Answers and checks over articles in German, Chinese and Arabic, with the default embedder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.config import LibraryConfig
from corpus.library import Library
from corpus.minilm import MiniLM, model_folder
from corpus.types import Article
from qa.assistant import Assistant
from qa.check import Checker, Verdict
from qa.cite import parse
from qa.claiming import mark_words
from qa.finding import _open_quote
from qa.foreign import values_of
from qa.lacking import Quote
from qa.tuned import tune
from qa.types import Turn

NEWS = {
    "de": [
        ("Hochwasser in Auwald", "Am 3. Mai trat die Elster über die Ufer. In Auwald wurden 42 Häuser zerstört. "
         "Der Bürgermeister sagte: „Wir helfen allen. Niemand bleibt allein.“"),
        ("Neue Brücke in Lindau", "Die Brücke über den Rhein kostet 3,5 Mio. Euro. Sie wird im Juni eröffnet."),
    ],
    "zh": [
        ("港口城市发生洪水", "5月3日，河水漫过堤岸。洪水摧毁了港口城市的四十二座房屋。市长说：“我们会帮助所有人。”"),
        ("新桥开通", "新桥的造价为350万元。大桥将于6月开通。"),
    ],
    "ar": [
        ("فيضان في المدينة", "فاض النهر في 3 مايو. دمّر الفيضان 42 منزلاً في المدينة. قال الرئيس إنه سيساعد الجميع."),
        ("جسر جديد", "تبلغ تكلفة الجسر الجديد 3.5 مليون دينار. سيُفتتح الجسر في يونيو."),
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def embedder() -> MiniLM:
    return MiniLM(model_folder())


@pytest.fixture(params=list(NEWS))
def assistant(request: pytest.FixtureRequest, embedder: MiniLM, tmp_path: Path) -> Iterator[Assistant]:
    with Library.open(LibraryConfig(tmp_path, language=request.param), embedder=embedder, own=False) as library:
        library.add(
            [Article(str(n), title, text, source=f"/{n}.md") for n, (title, text) in enumerate(NEWS[request.param])]
        )
        yield Assistant(library)


QUESTIONS = {
    "de": ("Wie viele Häuser wurden in Auwald zerstört?", "42 Häuser", "Was kostet die Brücke?", "3,5 Mio. Euro"),
    "zh": ("洪水摧毁了多少座房屋？", "四十二座", "新桥的造价是多少？", "350万元"),
    "ar": ("كم منزلاً دمّر الفيضان؟", "42 منزلاً", "كم تبلغ تكلفة الجسر الجديد؟", "3.5 مليون"),
}


def test_the_sentence_that_answers_is_cited_whole(assistant: Assistant) -> None:
    first, answer, second, price = QUESTIONS[assistant.library.language]
    for question, words in ((first, answer), (second, price)):
        told = assistant.ask(question)
        assert words in told.claims[0].text
        assert told.claims[0].support == "quote"
        cite = told.claims[0].citations[0]
        article = assistant.library.article(cite.article_id)
        assert article is not None
        assert article.text[cite.start : cite.end] == cite.quote
        assert cite.marks
        assert told.lineups == ()
        assert told.choices == ()


def test_what_is_english_only_stands_aside(assistant: Assistant) -> None:
    first, *_ = QUESTIONS[assistant.library.language]
    history = (Turn("user", "What is new about it?"), Turn("assistant", "Nothing."))
    told = assistant.ask(first, history)
    assert told.searched_for == first
    assert told.claims


def test_answers_say_so_where_their_confidence_was_not_measured() -> None:
    assert tune("de", "all-MiniLM-L6-v2", reads=False).notice == ""
    assert tune("en", "some-model", reads=True).notice == ""
    unmeasured = tune("fr", "all-MiniLM-L6-v2", reads=False)
    assert "not measured in French" in unmeasured.notice
    assert unmeasured.sure > 1


def check(language: str, claim: str, quote: str) -> Verdict:
    return Checker(language=lambda: language).check(claim, [Quote(quote)])


@pytest.mark.parametrize(
    ("language", "claim", "quote", "support"),
    [
        ("de", "Die Brücke kostet 3.500.000 Euro.", "Die neue Brücke kostet 3,5 Mio. Euro.", "supported"),
        ("de", "Die Brücke kostet 5,3 Mio. Euro.", "Die neue Brücke kostet 3,5 Mio. Euro.", "partial"),
        ("de", "Die Brücke wird im Juli eröffnet.", "Die Brücke wird am 4. Juni eröffnet.", "partial"),
        ("de", "Der Minister tritt zurück.", "Der Minister tritt jetzt nicht zurück.", "partial"),
        ("es", "El puente no costó tres millones.", "El puente costó ya tres millones.", "partial"),
        ("fr", "La ministre démissionne ce lundi.", "La ministre ne démissionne pas lundi.", "partial"),
        ("zh", "大桥将于7月开通。", "大桥将于6月正式开通。", "partial"),
        ("zh", "大桥的造价为350万元", "大桥的造价约为三百多，即350万元。", "supported"),
        ("zh", "洪水摧毁了四十二座房屋", "他说，洪水摧毁了四十二座房屋。", "quote"),
        ("ar", "دمّر الفيضان 24 منزلاً في المدينة.", "دمّر الفيضان 42 منزلاً في المدينة.", "partial"),
        ("ar", "دمّر الفيضان ٤٢ منزلاً في المدينة.", "دمّر الفيضان 42 منزلاً في هذه المدينة.", "supported"),
    ],
)
def test_numbers_months_and_denials_are_checked_in_their_language(
    language: str, claim: str, quote: str, support: str
) -> None:
    assert check(language, claim, quote).support == support


def test_numbers_count_as_their_language_writes_them() -> None:
    assert list(values_of("3,5 Mio. Euro und 1.200 Gäste", "de").values()) == [3_500_000, 1200]
    assert list(values_of("2 mil millones de euros", "es").values()) == [2e9]
    assert list(values_of("1 234,5 euros", "fr").values()) == [1234.5]
    assert list(values_of("3.5亿元，20万人", "zh").values()) == [350_000_000, 200_000]
    assert list(values_of("٣٫٥ مليون دولار", "ar").values()) == [3_500_000]


def test_a_german_quotation_is_open_until_its_own_closing_mark() -> None:
    assert not _open_quote("Er sagte: „Wir helfen.“", "de")
    assert _open_quote("Er sagte: „Wir helfen.", "de")
    assert _open_quote("Dijo: «Ayudamos.", "es")


def test_words_are_marked_where_they_stand_in_scripts_without_spaces() -> None:
    quote = "洪水摧毁了港口城市的房屋。"
    assert [quote[a:b] for a, b in mark_words(quote, {"港口", "口城", "城市", "房屋"}, "zh")] == ["港口城市", "房屋"]
    quote = "دمّر الفيضان المدينةَ"
    assert [quote[a:b] for a, b in mark_words(quote, {"مدين"}, "ar")] == ["المدينةَ"]


def test_claims_end_at_the_full_stops_of_other_scripts() -> None:
    assert [(p.text, p.labels) for p in parse("桥塌了。[1.2]六人死亡[2.1]。")] == [
        ("桥塌了。", ((1, 2),)), ("六人死亡。", ((2, 1),)),
    ]  # fmt: skip
    assert [p.text for p in parse("من فاز؟ [1.1] يہ اردو ہے۔ [1.2]")] == ["من فاز؟", "يہ اردو ہے۔"]
    assert [p.text for p in parse("Am 3. Mai kamen 2 Mio. Gäste, z. B. aus Bonn. [1.1] Sie blieben. [1.2]")] == [
        "Am 3. Mai kamen 2 Mio. Gäste, z. B. aus Bonn.", "Sie blieben.",
    ]  # fmt: skip

"""Days in questions in German, Spanish, French, Chinese and Arabic, as the chip says them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from fakes import HashEmbedder

from corpus.config import LibraryConfig
from corpus.library import Library
from corpus.types import Article
from qa.assistant import Assistant
from qa.config import Config
from qa.read_time import read_time
from qa.types import Clock
from qa.when import say_reading

TODAY = date(2026, 11, 11)  # a Wednesday
CASES = {
    "de": [
        ("Was wurde letzte Woche über die Fähre berichtet?", "2 to 8 Nov 2026"),
        ("Was wurde in der vergangenen Woche gemeldet?", "2 to 8 Nov 2026"),
        ("Was geschah gestern?", "10 to 11 Nov 2026"),
        ("Was ist seit Montag passiert?", "since 9 Nov 2026"),
        ("Was wurde vor dem 3. Mai 2026 berichtet?", "up to 2 May 2026"),
        ("Was berichteten die Zeitungen zwischen Montag und Donnerstag?", "2 to 5 Nov 2026"),
        ("Wer gewann im März 2026 die Wahl?", "about 1 to 31 Mar 2026"),
        ("Was wurde im letzten Sommer berichtet?", "1 Jun to 31 Aug 2026"),
        ("Was wurde im dritten Quartal 2026 berichtet?", "1 Jul to 30 Sep 2026"),
        ("Was berichtete die Presse Anfang Oktober?", "1 to 10 Oct 2026"),
        ("Was wurde in den letzten zwei Wochen berichtet?", "28 Oct to 11 Nov 2026"),
        ("Wie viele Tote waren bis zum 12. April bekannt?", "up to 12 Apr 2026, newest first"),
        ("Wie ist der aktuelle Stand?", "newest first"),
        ("Wer baute das Haus der Familie März?", ""),
        ("Wann wird die Linie im Mai eröffnet?", ""),
    ],
    "es": [
        ("¿Qué se publicó la semana pasada sobre el ferry?", "2 to 8 Nov 2026"),
        ("¿Qué pasó ayer?", "10 to 11 Nov 2026"),
        ("¿Qué ha pasado desde el lunes?", "since 9 Nov 2026"),
        ("¿Qué noticias hubo antes del 3 de mayo de 2026?", "up to 2 May 2026"),
        ("¿Quién ganó en marzo de 2026?", "about 1 to 31 Mar 2026"),
        ("¿Qué informó la prensa el verano pasado?", "1 Jun to 31 Aug 2026"),
        ("¿Qué se publicó en los últimos tres días?", "8 to 11 Nov 2026"),
        ("¿Qué se publicó a finales del año pasado?", "1 Sep to 31 Dec 2025"),
        ("¿Qué noticias hubo entre el lunes y el jueves?", "2 to 5 Nov 2026"),
        ("¿Cuál es la cifra más reciente?", "newest first"),
        ("¿Quién es el presidente?", ""),
    ],
    "fr": [
        ("Qu'est-ce qui a été publié la semaine dernière sur le ferry ?", "2 to 8 Nov 2026"),
        ("Que s'est-il passé hier ?", "10 to 11 Nov 2026"),
        ("Qu'est-ce qui a changé depuis lundi ?", "since 9 Nov 2026"),
        ("Que disaient les articles avant le 3 mai 2026 ?", "up to 2 May 2026"),
        ("Qui a gagné en mars ?", "about 1 to 31 Mar 2026"),
        ("Quels articles ont été publiés l'été dernier ?", "1 Jun to 31 Aug 2026"),
        ("Qu'a écrit la presse au troisième trimestre 2026 ?", "1 Jul to 30 Sep 2026"),
        ("Qu'a publié la presse il y a deux semaines ?", "28 Oct 2026"),
        ("Quel est le dernier bilan ?", "newest first"),
        ("Qui a marché sur Mars ?", ""),
    ],
    "zh": [
        ("上周关于渡轮有什么报道？", "2 to 8 Nov 2026"),
        ("昨天发生了什么？", "10 to 11 Nov 2026"),
        ("周一以来发生了什么？", "since 9 Nov 2026"),
        ("2026年5月3日之前有什么新闻？", "up to 2 May 2026"),
        ("谁在2026年3月赢得选举？", "about 1 to 31 Mar 2026"),
        ("去年夏天有哪些报道？", "1 Jun to 31 Aug 2025"),
        ("2026年第三季度的新闻有哪些？", "1 Jul to 30 Sep 2026"),
        ("10月初的报道说了什么？", "1 to 10 Oct 2026"),
        ("过去两周有什么报道？", "28 Oct to 11 Nov 2026"),
        ("最新的死亡人数是多少？", "newest first"),
        ("谁是市长？", ""),
    ],
    "ar": [
        ("ماذا نشرت الصحف الأسبوع الماضي عن العبارة؟", "2 to 8 Nov 2026"),
        ("ماذا حدث أمس؟", "10 to 11 Nov 2026"),
        ("ماذا حدث منذ يوم الاثنين؟", "since 9 Nov 2026"),
        ("ماذا نشرت الصحف قبل 3 مايو 2026؟", "up to 2 May 2026"),
        ("ماذا نشرت الصحف قبل ٣ مايو ٢٠٢٦؟", "up to 2 May 2026"),
        ("من فاز في مارس 2026؟", "about 1 to 31 Mar 2026"),
        ("ماذا نشرت الصحف الصيف الماضي؟", "1 Jun to 31 Aug 2026"),
        ("ماذا نشرت الصحف في أوائل أكتوبر؟", "1 to 10 Oct 2026"),
        ("ماذا نشرت الصحف قبل أسبوعين؟", "28 Oct 2026"),
        ("ما هي أحدث حصيلة؟", "newest first"),
        ("من هو رئيس البلدية؟", ""),
    ],
}


@pytest.mark.parametrize(
    ("language", "question", "how"), [(of, question, how) for of, cases in CASES.items() for question, how in cases]
)
def test_days_are_read_in_the_language_of_the_library(language: str, question: str, how: str) -> None:
    reading = read_time(question, TODAY, language)
    assert (say_reading(reading.first, reading.last, reading.order, only=reading.only) if reading else "") == how


def test_a_german_library_is_searched_in_the_days_of_the_question(tmp_path: Path) -> None:
    old, new = date(2026, 10, 2), date(2026, 11, 4)
    with Library.open(LibraryConfig(tmp_path, language="de"), embedder=HashEmbedder()) as library:
        library.add(
            [
                Article("a", "Fähre", "Die Fähre nach Corvane kostet drei Mark.", published=old, source="/a.md"),
                Article(
                    "b", "Fähre teurer", "Die Fähre nach Corvane kostet sieben Mark.", published=new, source="/b.md"
                ),
            ]
        )
        assistant = Assistant(library, Config(reader="off", threshold=0.0))
        question = "Was wurde letzten Monat über die Fähre nach Corvane berichtet?"
        answer = assistant.ask(question, as_of=TODAY)
        any_time = assistant.ask(question, as_of=TODAY, clock=Clock(any_time=True))
    assert {c.published for c in answer.citations} == {"2026-10-02"}
    assert answer.when is not None
    assert answer.when.sentence == "“letzten Monat” read as: 1 to 31 Oct 2026. 1 newer article not searched."
    assert any_time.when is None
    assert any_time.searched.n_articles == 2

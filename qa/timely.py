"""A question understood as to time: its days read, fitted to the library, given up where nothing in them answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from corpus.language import DEFAULT_LANGUAGE
from corpus.types import Vector
from qa.again import Put, question_before, understand
from qa.event import place_event
from qa.read import read
from qa.read_time import read_time
from qa.retrieve import Retrieval, Retriever
from qa.time_reading import TimeReading
from qa.types import NOW, Answer, Clock
from qa.within import Within, fit_reading, give_up, nothing_answers


def understand_in_time(
    put: Put, clock: Clock = NOW, vector: Vector | None = None, *, read: bool = True
) -> Retrieval | Answer:
    """As qa.again.understand, in the days that the question asks for, counted from `as_of` or the asker's clock."""
    language = put.library.language
    if language != DEFAULT_LANGUAGE:  # follow-ups, commands and events are understood in English alone
        time = _time_of(put, put.asked, clock, language)
        retriever = Within(put.retriever, time) if time else put.retriever
        return retriever.retrieve(put.asked, as_of=put.as_of, vector=vector, read=read)
    time = _time_of(put, question_before(put.asked, put.history), clock, language)
    within = replace(put, retriever=Within(put.retriever, time)) if time else put
    found = understand(within, vector, read=read)
    if time or isinstance(found, Answer) or found.note or found.asked == put.asked:
        return found
    # A follow-up said in full may name the days that the question before it did.
    time = _time_of(put, found.asked, clock, language)
    return Within(put.retriever, time).retrieve(found.asked, as_of=put.as_of, read=read) if time else found


def _time_of(put: Put, question: str, clock: Clock, language: str) -> TimeReading | None:
    """The days that a question asks for, as far as the library has them, an event's looked up there."""
    today = put.as_of or clock.today or date.today()
    reading = None if clock.any_time else read_time(question, today, language)
    if reading and reading.event:
        reading = place_event(reading, question, put.retriever, put.as_of, today)
    return fit_reading(reading, put.library.days().until(put.as_of)) if reading else None


def widen(found: Retrieval, retriever: Retriever, threshold: float, as_of: date | None) -> Retrieval:
    """What was found; where its days were a guess and nothing in them answers, what answers of all days."""
    time = found.time
    if time is None or not may_widen(found) or read(found).confidence >= threshold:
        return found
    wide = Within(retriever, give_up(time, nothing_answers(time))).retrieve(found.asked, as_of=as_of)
    return wide if read(wide).confidence >= threshold else found


def may_widen(found: Retrieval) -> bool:
    """Whether the days in which something was found were a guess, so that `widen` may give them up."""
    return found.time is not None and found.time.narrows and not found.time.sure

"""The ways to say a follow-up in full: candidates from the history's topics, best first. Pure; English only."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.needs import CORRECTS, EXPLETIVE, MANY, PERSON, POINTED, POINTING, THERE, THING, WHAT_ABOUT, needs_history
from qa.phrases import Phrase, clean_turn, content_stems, content_words, phrases_in
from qa.topics import Topic, choose_topics, list_topics
from qa.types import Turn

SECOND = 0.4
"""How likely a second topic must be to be named beside the first."""
CARRIED = 5
"""How many phrases of the question before are carried over."""
HALF = 0.5
"""How likely the question before must have needed its own history for the first topic to be named too."""
_OPENING = re.compile(r"^\W*(?:(?:and|but|so|or|ok|okay|also|then|yes|no|sorry|wait)\b[\s,.!:;-]*)+", re.IGNORECASE)
_ABOUT = re.compile(r"^\W*(?:(?:what|how) about|i meant?|we meant?|not that)\b[\s,:-]*", re.IGNORECASE)
_PLACED = re.compile(r"^(in|on|at|for|with|from|by|to|of|after|before|during|under)\s+(.+)$", re.IGNORECASE)
_OWNED = re.compile(r"\b(?:his|her|its|their)\b(?=\s+[^\W\d_])", re.IGNORECASE)
_ARTICLE = re.compile(r"(?:the|an?)\s", re.IGNORECASE)
_VERB = re.compile(
    r"\b(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|should|why|when|who|how)\b", re.IGNORECASE
)


def list_candidates(question: str, history: Sequence[Turn]) -> list[str]:
    """Standalone forms of a question, best guess first, without the question itself."""
    asked, before = _trim(question), _last_question(history)
    topics = list_topics(asked, history)
    nouns = [topic for topic in topics if topic.is_noun] or topics
    chosen = choose_topics(nouns, SECOND, 2)
    out = [change_before(question, history)]
    if PERSON.search(asked) and (people := [topic for topic in nouns if topic.features["person_name"]]):
        # A person is asked about: said by name, with and without what the question before was about.
        named = _substitute(asked, people[0])
        out += [_prefix(named, _carried(named, before, history, topics)), named]
    else:
        if before:
            out.append(_prefix(asked, _carried(asked, before, history, topics)))
        if chosen:
            out.append(_name(asked, chosen))
    return [text[0].upper() + text[1:] for text in dict.fromkeys(out) if text and text != question]


def change_before(question: str, history: Sequence[Turn]) -> str:
    """The question before with what "and in Spain?" or "no, I meant Ana" changes in it; "" if unclear."""
    before = _last_question(history)
    if not before or not (WHAT_ABOUT.search(question) or CORRECTS.match(question)):
        return ""
    return _swap(_trim(question), before)


def _trim(question: str) -> str:
    """The question without "And", "No, I meant" and the like before it."""
    rest = _OPENING.sub("", " ".join(question.split())).strip()
    corrected = CORRECTS.sub("", rest).strip() if CORRECTS.match(question) else rest
    return corrected or question


def _last_question(history: Sequence[Turn]) -> str:
    return next((clean_turn(turn.content) for turn in reversed(history) if turn.role == "user"), "")


def _swap(asked: str, before: str) -> str:
    short = _ABOUT.sub("", asked).rstrip(" ?.!")
    if not short or len(short.split()) > 6 or _VERB.search(short):
        return ""
    found = phrases_in(before)
    placed = _PLACED.match(short)
    if placed:
        same = [p for p in found if p.lead == placed[1].lower() or f" {placed[1].lower()} the {p.text}" in f" {before}"]
        if same:
            return _replaced(before, max(same, key=lambda p: (p.is_name, len(p.text))), placed[2])
        return ""
    names = list(dict.fromkeys(p for p in found if p.is_name))
    if short[:1].isupper() and any(p.is_name for p in phrases_in(f"x {short}")) and len(names) == 1:
        return _replaced(before, names[0], short)
    last = content_stems(content_words(short)[-1]) if content_words(short) else frozenset()
    heads = [p for p in found if last & content_stems(content_words(p.text)[-1])]
    return _replaced(before, max(heads, key=lambda p: len(p.text)), short) if heads and last else ""


def _replaced(before: str, phrase: Phrase, new: str) -> str:
    start, end = phrase.start, phrase.start + len(phrase.text)
    determined = re.search(r"\b(?:the|an?)\s+(?:\w+\s+)?$", before[:start], re.IGNORECASE)
    if determined and _ARTICLE.match(new):
        start = determined.start()
    return before[:start] + new + before[end:]


def _name(asked: str, topics: Sequence[Topic]) -> str:
    """The first topic that can in the place of the first pronoun, the others (or all) before the question."""
    said = _substitute(asked, topics[0])
    if said == asked:
        return _prefix(asked, [topic.phrase.text for topic in topics])
    return _prefix(said, [t.phrase.text for t in topics[1:] if not t.phrase.stems <= content_stems(said)])


def _substitute(asked: str, topic: Topic) -> str:
    for pattern in (PERSON, MANY, THING, POINTED, POINTING):
        if pattern is THING and EXPLETIVE.search(asked):
            continue
        match = pattern.search(asked)
        if not match or not topic.is_noun or (pattern is PERSON and not topic.features["person_name"]):
            continue
        start, end = match.span()
        if pattern is POINTED and not (content_stems(match[1]) & topic.phrase.stems or topic.features["name"]):
            continue
        if pattern is POINTING and " " in match.group():
            start = match.end() - len(match.group().split()[-1])
        new = topic.text
        if _OWNED.match(asked, start):
            new += "’" if new.endswith("s") else "’s"
        return asked[:start] + new + asked[end:]
    place = THERE.search(asked)
    if place and topic.features["in"]:
        return asked[: place.start()] + f"{topic.phrase.lead} {topic.phrase.text}" + asked[place.end() :]
    return asked


def _carried(asked: str, before: str, history: Sequence[Turn], topics: Sequence[Topic]) -> list[str]:
    """What the question before was about, with the first topic where that question needed its own history."""
    known = content_stems(asked)
    kept: list[Phrase] = []
    for phrase in sorted(phrases_in(before), key=lambda p: p.start):
        if kept and kept[-1].text in phrase.text:
            kept[-1] = phrase
        elif not phrase.stems <= known:
            kept.append(phrase)
    # A question that was itself put together from earlier ones must not grow with every turn.
    likely = {topic.phrase.stems: topic.probability for topic in topics}
    first = sorted(kept, key=lambda p: -likely.get(p.stems, 0.0))[:CARRIED]
    out = [phrase.text for phrase in kept if phrase in first]
    earlier = history[: max((i for i, turn in enumerate(history) if turn.role == "user"), default=0)]
    if topics and needs_history(before, earlier) >= HALF and not topics[0].phrase.stems <= content_stems(" ".join(out)):
        out.insert(0, topics[0].phrase.text)
    return out


def _prefix(asked: str, phrases: Sequence[str]) -> str:
    return f"{', '.join(phrases)}: {asked}" if phrases else asked

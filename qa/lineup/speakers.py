"""Who says it, and whether it is denied: the words around what a sentence states. Pure; English."""

from __future__ import annotations

import re

from qa.facts import NEGATION
from qa.lineup.named import RUN

SAY = (
    r"(?:said|says|told|wrote|announced|reported|estimated|estimates|puts?|argued|argues|insisted|insists|admitted"
    r"|conceded|denied|denies|denying|rejected|rejects|rejecting|disputed|disputes|called|confirmed|confirms|acknowledged"
    r"|claimed|claims|warned|added|replied|found|ruled|maintained|contradicted|agreed|declined)"
)


_DEED = re.compile(
    r"\b(?:wrote|denie[sd]|denying|reject\w+|disput\w+|called|confirmed|confirms|admitted|agreed|declined|found|contradicted|puts?"
    r"|ruled|added|warned|acknowledged|conceded)$",
    re.IGNORECASE,
)


_FOUND = re.compile(r"\b(?:found|ruled|agreed|added|called)$", re.IGNORECASE)


_NAMED_SPEAKER = re.compile(rf"({RUN})(?:,[^,.;]{{1,70}},)?\s(?:(?:has|have|had|now|also|later)\s)?{SAY}\b")


_SAID_BY = re.compile(rf"\b(?:said|says|added|replied)\s(?:the\s(?:[a-z’'-]+\s){{0,4}})?({RUN})")


_PLAIN_SPEAKER = re.compile(
    rf"\b((?:[Tt]he|[Aa]n?|[Ii]ts|[Hh]er|[Hh]is)\s(?:[\w’'-]+\s){{1,3}}?)(?:[\w’'-]+ly\s)?{SAY}\b|"
    rf"\b((?:[Pp]olice|[Oo]fficials|[Dd]octors|[Ee]ngineers|[Pp]rosecutors|[Oo]rganizers|[Rr]escuers|[Oo]pponents"
    rf"|[Aa]uthorities|[Aa]nalysts))\s{SAY}\b"
)


_ACCORDING = re.compile(
    r"\b[Aa]ccording to\s((?:the |an? )?(?:(?:Mr|Ms|Mrs|Dr)\. )?[\w’' -]{3,60}?)(?=[,.;]|$|\s(?:with|who|that)\b)"
)


_COUNTED_BY = re.compile(
    r"\bBy\s((?:the\s)?[\w’'-]+(?:\s[\w’'-]+)?)['’]s?\s(?:own\s)?(?:count|estimate|figures|reckoning)\b"
)


DENIES = re.compile(
    r"\b(?:den(?:y|ies|ied|ying)|reject(?:s|ed|ing)?|disput(?:e|es|ed|ing)|contradict\w*|dismiss(?:es|ed|ing)?|false|untrue"
    r"|inaccurate|disagrees?|no plans?|denials?|refut\w+|wrong)\b",
    re.IGNORECASE,
)


_AGAINST = re.compile(
    r"\b(?:unsafe\w*|dangerous|ineffective|turn(?:s|ed)? down|out of the question|against|oppos(?:es?|ed)"
    r"|contradict\w*|disagree\w*|inaccurate|overturned|wrong"
    r"|(?:g[ia]ve[ns]?|giving) up (?:on )?(?:(?:its|the|his|her|their|a|all) )?(?:plan|idea|bid|attempt|hope|claim)s?"
    r")\b",
    re.IGNORECASE,
)


DENIED_THAT = re.compile(
    r"\b(?:(?:deny|den(?:ies|ied|ying)|reject\w*|disput\w*|dismiss\w*)\b[^.;:,]{0,40}?\b(?:that|as))\s", re.IGNORECASE
)


def find_speakers(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Who says it, as it stands ("" where nobody is named), and the spans that only say who says it."""
    found: list[tuple[int, str, tuple[int, int]]] = []
    for pattern in (_COUNTED_BY, _NAMED_SPEAKER, _SAID_BY, _PLAIN_SPEAKER, _ACCORDING):
        for match in pattern.finditer(text):
            who = next((g for g in match.groups() if g), "")
            words = who.lower().split()
            if not words or words[0] in ("he", "she", "they", "it") or words[-1] in ("to", "not"):
                continue
            # "Ana denied the theft" says what Ana did; "Ana denied that …" who says what follows.
            done = _DEED.search(match.group()) and not re.match(r"\s*(?:that\b|[,:.\"“]|$)", text[match.end() :])
            span = match.span() if not done else (0, 0)
            if done and _FOUND.search(match.group()):
                continue
            found.append((match.start(), " ".join(who.split()), span))
    found.sort()
    return (found[0][1] if found else ""), [span for _, _, span in found]


def is_negated(clause: str) -> bool:
    """Whether a clause denies: an odd number of denials, "not only" and the like aside."""
    plain = re.sub(
        r"\bnot (?:only|just)\b|\bno (?:doubt|longer)\b|\bdismiss\w*\b|\b(?:in|a|the|of) disputes?\b"
        r"|\bfail\w*\b|\black\w*\b",
        " ",
        clause,
        flags=re.IGNORECASE,
    )
    return bool((len(NEGATION.findall(plain)) + len(_AGAINST.findall(plain))) % 2)


def split_clauses(text: str) -> list[tuple[int, int]]:
    """Where the clauses of a sentence are, and once more what in them is said to be denied."""
    borders = [0]
    for match in re.finditer(r"[;:]|,(?!\d)|[\"“”]|\b(?:but|while|although|and)\b", text):
        borders += [match.start(), match.end()]
    borders.append(len(text))
    found = [(a, b) for a, b in zip(borders[::2], borders[1::2], strict=True) if text[a:b].strip()]
    # What is denied stands by itself as well: "rejecting the claim that the storm was to blame".
    for match in DENIED_THAT.finditer(text):
        end = next((b for a, b in found if a <= match.end() <= b), len(text))
        found.append((match.end(), end))
    return found

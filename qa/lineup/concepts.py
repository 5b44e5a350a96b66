"""Words of news that say the same: a word to the concept that it stands for, else to its stem. English, pure.

The lists hold what reporters put for one another (died, killed, toll); they know nothing of any one story.
"""

from __future__ import annotations

import re
from functools import lru_cache

from corpus.stem import STOP_WORDS, stem_word
from qa.moments import DAYS, MONTHS

_WORDS = {
    "DEAD": "die died dies dying dead death deaths kill killed kills killing fatal fatality fatalities perish "
    "perished  perishes deadly toll slain corpses",
    "HURT": "injure injured injures injuring injury injuries hurt wounded wound wounds wounding",
    "ILL": "ill sick sicken sickened sickens illness infected infections infection",
    "MISSING": "missing unaccounted",
    "SURVIVE": "survive survived survives survivor survivors surviving rescued saved alive",
    "ABOARD": "aboard",
    "CAPACITY": "certified capacity seats seat licensed",
    "EVACUATE": "evacuate evacuated evacuates evacuation evacuations evacuating displaced",
    "JOB": "job jobs layoff layoffs redundancies redundancy dismiss dismissed dismisses dismissing dismissals",
    "STAFF": "worker workers employee employees staff workforce laborers",
    "COST": "cost costs costing price priced prices bill budgeted",
    "DAMAGE": "damage damages losses repair repairs",
    "STOLEN": "steal stole stolen steals stealing theft embezzle embezzled looted looting",
    "AID": "aid grant grants subsidy subsidies donation donations reward",
    "FARE": "fare fares ticket tickets admission",
    "FINE": "regulator watchdog fine fines fined penalty restitution",
    "RAISED": "raised proceeds",
    "MARGIN": "margin lead ahead majority",
    "VOTES": "votes ballots vote voted voters voter electorate",
    "TURNOUT": "turnout",
    "PRISON": "prison jail jailed imprisoned imprisonment sentenced sentence sentencing",
    "CROWD": "crowd marchers marched demonstrators protesters attended attendance rally march",
    "ARREST": "arrest arrested arrests arresting detained detain custody suspect suspects suspected",
    "OFFER": "offer offers offered offering",
    "DEMAND": "demand demands demanded wants wanted demanding",
    "OPEN": "reopen reopens reopened reopening open opens opened opening start starts started starting begin begins "
    "began beginning launch launches  launched launching inaugurated inauguration resume resumes resumed",
    "END": "close closes closed closing closure shut shuts shutting shutdown end ends ended ending stop stops "
    "stopped  stopping cease ceases ceased discontinue halt halted",
    "DELAY": "delay delayed delays postpone postponed postponement slip slips slipped",
    "TRIAL": "trial trials tried",
    "ELECT": "election elections elect elects elected electing polls",
    "STRIKE": "strike strikes walkout",
    "HEAD": "chief head leader leaders leads led director chairman chairwoman chair president boss executive",
    "WIN": "win wins won winner winners winning victory victor awarded",
    "APPOINT": "appoint appointed appoints appointment named names becomes became succeed succeeds succeeded successor "
    "hired promoted",
    "PLANT": "plant plants factory factories site sites production",
    "BUY": "acquire acquired acquires acquisition takeover buyer buy buys bought purchase purchased purchases "
    "ordered orders supply supplies supplied supplier contract",
    "PAY": "paid pay pays paying payment payments bribe bribes money",
    "APPROVE": "agree agreed agrees accept accepted accepts refuse refused refuses approve approved approves approval "
    "backed back backs support supported supports passed favor endorsed  reject rejected rejects opposed "
    "opposes overturned",
    "SAFE": "safe safely safety unsafe unsafely harmless dangerous",
    "BLAME": "overwhelm overwhelmed blame blamed cause caused causes sank sink sinks sunk sinking fault faults",
    "GUILTY": "guilty convicted convict conviction",
    "LEAVE": "leave leaves leaving quit quits resign resigned resigns resignation depart departed",
    "RISE": "rise rises rose risen increase increased increases grew grow growth climb climbed raise raises jumped",
    "FALL": "fall falls fell fallen decrease decreased drop dropped decline declined shrank shrunk sank",
    "STORM": "storm storms gale",
    "SHIP": "ship ferry vessel boat",
    "MOVE": "move moves moved moving relocate relocated",
    "PLAN": "plan plans planned planning prepare preparing prepares intends intend scheduled set due",
    "FLIGHT": "flight flights departure departures",
    "CANCEL": "cancel canceled cancelled cancels scrap scrapped axed dropped",
    "REFUGEE": "refugee refugees migrant migrants arrivals newcomers",
    "PRISONER": "prisoner prisoners inmate inmates convict convicts detainees",
    "ESCAPE": "escape escaped escapes fled flee flees breakout jailbreak",
    "PUPIL": "pupil pupils student students children child schoolchildren enrolled",
    "SCHOOL": "school schools class classes classroom",
    "TRUCE": "truce ceasefire armistice",
    "WORK": "effective ineffective effect work works effectively",
    "CONFESS": "confess confessed confesses confession admit admitted admits",
    "WRITE": "write wrote written writes author authored novel book",
    "DESIGN": "design designed designs architect drew",
    "SELL": "sale sell sells sold selling release releases released stores",
    "PROFIT": "profit profits earnings surplus",
    "SALES": "sales revenue revenues turnover",
    "SALARY": "salary salaries wage wages",
    "BURN": "burn burned burning consumed flames blaze fire fires wildfire flame",
    "STAY": "stay stays staying stayed",
    "KNOW": "knew aware warned",
    "MEET": "met meets meeting talks summit negotiations",
    "SIGN": "sign signed signs deal agreement treaty accord pact",
    "ATTACK": "attack attacked attacks bombing bombed raid strikes struck shelling",
    "FIND": "find finds found discovered discovery unearthed",
    "CHARGE": "charge charged charges indicted accused accuses accusation",
    "VACCINE": "vaccine vaccines vaccinated shot shots jab jabs",
    "POWER": "power electricity blackout outage outages",
    "HOME": "home homes house houses household households dwelling dwellings apartment apartments",
    "LONG": "long length lengthy",
    "TAX": "tax taxes levy",
}  # fmt: skip
_CONCEPTS: dict[str, str] = {}
for _concept, _list in _WORDS.items():
    for _word in _list.split():
        _CONCEPTS.setdefault(_word, _concept)
_PHRASES = tuple(
    (re.compile(pattern, re.IGNORECASE), concept)
    for pattern, concept in (
        (r"\b(?:los[et]|losing|claim\w*|cost)\b(?: \S+){0,3} (?:lives|life)\b", "DEAD"),
        (r"\b(?:pulled from|brought to safety)\b", "SURVIVE"),
        (r"\b(?:on board|on the (?:ship|ferry|boat|plane|train|bus|jet|flight)|carried|carrying)\b", "ABOARD"),
        (r"\b(?:certified (?:to carry|for)|can hold|room for|built for)\b", "CAPACITY"),
        (r"\b(?:(?:from|leave|left|flee|fled|lost) their homes|moved out|had to leave)\b", "EVACUATE"),
        (r"\b(?:lay(?:s|ing)? off|laid off|cut \S+ (?:workers|employees|staff))\b", "JOB"),
        (r"\b(?:los\w+ their jobs|shed(?:s|ding)?)\b", "JOB"),
        (r"\bjob (?:losses|cuts)\b", "JOB"),
        (r"\bwent to\b(?= [A-Z])", "WIN"),
        (r"\b(?:call(?:s|ed)? off)\b", "CANCEL"),
        (r"\b(?:asylum seekers)\b", "REFUGEE"),
        (r"\b(?:on the run|broke out|break-out|broken out)\b", "ESCAPE"),
        (r"\bsign(?:ed)? up\b", "PUPIL"),
        (r"(?:(?<=stop )|(?<=stops )|(?<=stopped )|(?<=end )|(?<=cease ))(?:making|producing|assembling)\b", "PLANT"),
        (r"\bcease-?fire\b|\bfall silent\b", "TRUCE"),
        (r"\b(?:tak(?:es?|ing|en)|took) over\b", "BUY"),
        (r"\btak(?:es?|ing) effect\b|\b(?:goes|go|going) on sale\b|\bcomes? to stores\b|\bgo(?:es)? back to\b", "OPEN"),
        (r"\b(?:turn(?:s|ed)? down)\b", "APPROVE"),
        (r"\bstep(?:s|ped|ping)? down\b|\blast day\b", "LEAVE"),
        (r"\b(?:does|do|did) not work\b", "WORK"),
        (r"\b(?:go(?:es)? on trial|stand(?:s)? trial)\b", "TRIAL"),
        (r"\b(?:put off|pushed? back|not (?:open|start) before)\b", "DELAY"),
        (r"\b(?:behind bars|in custody|into custody)\b", "PRISON"),
        (r"\b(?:take(?:s)? (?:office|over)|sworn in)\b", "APPOINT"),
        (r"\b(?:first (?:paying )?passengers?|first run|no longer (?:than|before))\b", "OPEN"),
        (r"\b(?:no longer|the last (?:ferry|train|flight|bus|day))\b", "END"),
        (r"\b(?:said yes|says yes|vot\w+ for|in favou?r)\b", "APPROVE"),
        (r"\b(?:said no|says no|vot\w+ against)\b", "APPROVE"),
        (r"\b(?:goes? to the polls)\b", "ELECT"),
        (r"\bwork force\b", "STAFF"),
    )
)  # fmt: skip
_attributes_words = """
DEAD HURT ILL MISSING SURVIVE ABOARD CAPACITY EVACUATE JOB COST DAMAGE STOLEN AID FARE FINE RAISED MARGIN VOTES
TURNOUT PRISON CROWD ARREST OFFER DEMAND POWER ESCAPE CANCEL PROFIT SALES SALARY
"""
ATTRIBUTES = frozenset(_attributes_words.split())
"""Concepts that say what a number counts."""
_events_words = """
OPEN END DELAY TRIAL ELECT STRIKE PRISON ARREST APPOINT LEAVE MOVE
"""
EVENTS = frozenset(_events_words.split())
"""Concepts that say what a date is of."""
_fillers = """
morning evening night afternoon early late said say says told tell tells according reported report reports statement
announced announce people person persons officials official police also still now new year years week month day today
yesterday percent million billion number figure about nearly almost least most one two mr mrs ms dr put puts may might
could would will been be being get gets got take takes taken made make makes come comes came go goes another other
others company firm group government city town some many several spokesman spokeswoman spokesperson total final known
"""
FILLERS = frozenset(stem_word(word) for word in [*_fillers.split(), *DAYS, *MONTHS]) | frozenset(["PLAN"])
"""What does not tell one subject from another."""


@lru_cache(maxsize=65_536)
def concept_of(word: str) -> str:
    """The concept of a word in capitals, else its stem."""
    return _CONCEPTS.get(word.lower().replace("’", "'")) or stem_word(word)


@lru_cache(maxsize=16_384)
def find_concepts(text: str) -> tuple[tuple[str, int], ...]:
    """Every content word of a text as its concept or stem, with where it begins, in order; phrases as one."""
    found: list[tuple[str, int]] = []
    taken: list[tuple[int, int]] = []
    for pattern, concept in _PHRASES:
        for match in pattern.finditer(text):
            found.append((concept, match.start()))
            taken.append(match.span())
    for match in re.finditer(r"[^\W\d_]+(?:['’][^\W\d_]+)?", text):
        word = re.sub(r"['’]s?$", "", match.group())
        if word.lower() in STOP_WORDS or (len(word) < 3 and word.islower()):
            continue
        if any(a <= match.start() < b for a, b in taken) and concept_of(word) in (
            "JOB",
            "PRISON",
            "TRIAL",
            "END",
            "DAMAGE",
        ):
            continue
        found.append((concept_of(word), match.start()))
    return tuple(sorted(found, key=lambda f: f[1]))

"""The words around a window: which join its parts, which end it, and which tell what it is about. Pure."""

import re
from enum import Enum

# How far around a window the words tell what it is about, in characters.
CLAUSES = 600


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


LABELS = _set(
    "work working works outage window maintenance downtime planned scheduled change service "
    "services system unavailable unavailability expected estimated approximate "
)
# Words that may stand inside one moment, between its day and its time.
BETWEEN = LABELS | _set(
    "on at of the from by time times date day in and approx approximately around about circa "
    "local hours hrs uk start starts starting begin begins beginning commencing next following "
    "same morning evening afternoon night is be will should it we expect "
)
# Words and signs that lead from the start of a window to its end.
ENDS = _set(
    "to until till til through end ends ending ended finish finishes finishing finished "
    "complete completes completed completion close closes restored back up - | "
)
WORD = re.compile(r"[a-z]+|[-|]|[^\s\w,:;.()*/]|\d")
_CLAUSE = re.compile(r"[.;!?]\s|\n")
_OUTAGE = re.compile(
    r"outage|unavailab|not (?:be )?(?:available|accessible|working|able)|down(?:time)?\b|off-?\s?line|cannot|can't|"
    r"no access|inaccessible|out of (?:service|action|use)|switched off|interrupt|disrupt|loss of|unable to|stops?\b",
    re.IGNORECASE,
)
_WORK = re.compile(
    r"\bwork|maintenance|\bwindow|planned|scheduled|upgrad|deploy|implement|\bchange|\brelease|engineer|take place",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"check|verif|test|desk|support|office|contact|phone|ring|call|open|available (?:again|from)|sent:|"
    r"monday to friday",
    re.IGNORECASE,
)


class About(Enum):
    """What a window is about, by the words around it."""

    OUTAGE = "outage"
    WORK = "work"
    OTHER = "other"
    UNSAID = "unsaid"


def about_of(before: str, after: str) -> About:
    """The nearest clause that says what a window is about: its own, what follows it, then those before."""
    clauses = _CLAUSE.split(before[-CLAUSES:])
    own = clauses.pop() if clauses else ""
    heading = next((clause for clause in reversed(clauses) if clause.strip()), "")
    following = _CLAUSE.split(after[:CLAUSES])[0]
    for clause in (own, following, heading):
        for pattern, about in ((_OUTAGE, About.OUTAGE), (_WORK, About.WORK), (_OTHER, About.OTHER)):
            if pattern.search(clause):
                return about
    return About.UNSAID

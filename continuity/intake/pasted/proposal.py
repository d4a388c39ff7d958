"""A supplier's email or a notice as it was sent, read into a proposal that a person looks at. Pure; never raises."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from continuity.core.level import Effect
from continuity.core.wording import count_words
from continuity.intake.pasted.about import About
from continuity.intake.pasted.mentions import services_mentioned
from continuity.intake.pasted.pieces import straightened
from continuity.intake.pasted.spans import Said, Window, spans_said

# A notice is a page or two; what comes after is an old thread or an attachment.
LONGEST_READ = 20_000
LONGEST_TITLE = 160
LONGEST_CONTACT = 300

_HEADER = re.compile(r"(from|sent|to|cc|bcc|date|received|reply-to|importance|attachments?):", re.IGNORECASE)
_SUBJECT = re.compile(r"(?:subject|title|change title|release|notice):\s*(.+)", re.IGNORECASE)
_CONTACT = re.compile(r"^[ *#-]*contacts?(?: details)?:[ *]*(\S.*)$", re.IGNORECASE | re.MULTILINE)
_READ_ONLY = re.compile(r"\bread[ -]only\b", re.IGNORECASE)
_DEGRADED = re.compile(r"\b(?:degraded|slow(?:er|ly)?|intermittent|reduced)\b", re.IGNORECASE)
# "The service will not be available during this time": the work's own times are the outage's.
_OUT_ALL_ALONG = re.compile(
    r"\b(?:unavailable|not (?:be )?(?:available|accessible)|no access|cannot be used|not be able to use)\b[^.\n]{0,60}"
    r"\b(?:during (?:this|that|the) (?:time|period|window|work|maintenance)|throughout)\b",
    re.IGNORECASE,
)
_FORWARDED = re.compile(r"^(?:(?:re|fw|fwd|aw)\s*:|\[[^\]]{1,30}\])\s*", re.IGNORECASE)
_GREETING = re.compile(
    r"(?:dear|hi|hello|good (?:morning|afternoon|evening)|all|team|colleagues)\b", re.IGNORECASE
)
_RULE = re.compile(r"[\W_]*")


@dataclass(frozen=True)
class Proposal:
    """What was understood; None or empty where nothing was. `unclear` tells the person what to look at."""

    title: str
    services: tuple[str, ...]
    work: Window | None
    outage: Window | None
    effect: str
    contact: str
    unclear: tuple[str, ...]


def read_notice(text: str, *, services: Mapping[str, str], at: datetime) -> Proposal:
    """Title, services and times of a pasted text; `services` are names by key, `at` tells what "Friday" means.

    Nothing is made up: what is not in the text stays empty, what was taken for granted is said.
    """
    flat = straightened(text[:LONGEST_READ])
    body = _without_headers(flat)
    said = list(spans_said(body, at))
    work, outage, notes = _sorted_out(said)
    is_out = any(one.about is About.OUTAGE for one in said)
    if work and not outage and (words := _OUT_ALL_ALONG.search(body)):
        outage, is_out = work, True
        notes.append(f"“{' '.join(words[0].split())}” was taken to mean all of the work window.")
    title = _title(flat)
    found = services_mentioned(f"{title}\n{body}", services)
    unclear = [*_missing(title, found, work, outage), *notes]
    if len(text) > LONGEST_READ:
        unclear.append(f"Only the first {LONGEST_READ:,} characters were read.")
    return Proposal(
        title=title,
        services=tuple(found),
        work=work,
        outage=outage,
        effect=_effect(body, is_out),
        contact=_contact(body),
        unclear=tuple(dict.fromkeys(unclear)),
    )


def _sorted_out(said: Sequence[Said]) -> tuple[Window | None, Window | None, list[str]]:
    """Which window is the work and which the outage, and what to tell about those that were read."""
    notes = [f"“{one.text}” was not understood." for one in said if one.window is None and not one.notes]
    notes += [f"“{one.text}”: {note}" for one in said if one.about is not About.OTHER for note in one.notes]
    work, outage = _first(said, About.WORK), _first(said, About.OUTAGE)
    for window in _windows(said, About.UNSAID):
        if outage is None and (work is None or _holds(work, window)):
            outage = window
        elif work is None and outage is not None:
            work = window
    if work and outage and not _holds(work, outage):
        if _holds(outage, work):
            work, outage = outage, work
        else:
            notes.append("The outage does not lie inside the work window. Check both.")
    distinct = {(w.lower, w.upper) for w in _windows(said, About.WORK, About.OUTAGE, About.UNSAID)}
    unused = len(distinct - {(w.lower, w.upper) for w in (work, outage) if w})
    if unused:
        notes.append(f"The text speaks of {count_words(unused, 'more time', 'more times')}, not taken here.")
    return work, outage, notes


def _windows(said: Sequence[Said], *abouts: About) -> list[Window]:
    return [one.window for one in said if one.window and one.about in abouts]


def _first(said: Sequence[Said], about: About) -> Window | None:
    return next(iter(_windows(said, about)), None)


def _holds(outer: Window, inner: Window) -> bool:
    return bool(outer.lower <= inner.lower and inner.upper <= outer.upper)  # type: ignore[operator]


def _missing(title: str, services: Sequence[str], work: Window | None, outage: Window | None) -> list[str]:
    told = {
        "No title was found.": not title,
        "No service of the catalogue was found.": not services,
        "No times were found.": not (work or outage),
        "No outage was found, only the work window. Say when staff cannot use the service.": bool(work)
        and not outage,
    }
    return [sentence for sentence, holds in told.items() if holds]


def _effect(text: str, is_out: bool) -> str:
    """How the services are hit, where the text says so."""
    if _READ_ONLY.search(text):
        return Effect.READ_ONLY.value
    if is_out:
        return Effect.DOWN.value
    return Effect.DEGRADED.value if _DEGRADED.search(text) else ""


def _contact(text: str) -> str:
    found = _CONTACT.search(text)
    return found[1].strip()[:LONGEST_CONTACT] if found else ""


def _without_headers(text: str) -> str:
    """The text without the lines an email program wrote: when a message was sent is no time of the work."""
    lines = text.split("\n")
    kept = []
    for place, line in enumerate(lines):
        around = lines[max(0, place - 3) : place] + lines[place + 1 : place + 4]
        is_date = line.strip().lower().startswith("date:")
        in_block = any(_HEADER.match(other.strip()) and "@" in other for other in around)
        if _HEADER.match(line.strip()) and (not is_date or in_block):
            continue
        kept.append(line)
    return "\n".join(kept)


def _title(text: str) -> str:
    lines = [line.strip() for line in text.split("\n")]
    subject = next((found[1] for line in lines if (found := _SUBJECT.match(line))), "")
    first = next((line for line in lines if _may_be_title(line)), "")
    title = subject or first
    while _FORWARDED.match(title):
        title = _FORWARDED.sub("", title, count=1)
    return _short(title.strip(" *#_-").rstrip("."))


def _may_be_title(line: str) -> bool:
    is_rule = _RULE.fullmatch(line) is not None
    return not (is_rule or _HEADER.match(line) or _GREETING.match(line))


def _short(title: str) -> str:
    """At most as long as a title may be, cut between sentences or words."""
    if len(title) <= LONGEST_TITLE:
        return title
    sentence = title.split(". ", maxsplit=1)[0]
    return sentence if len(sentence) <= LONGEST_TITLE else title[:LONGEST_TITLE].rsplit(" ", 1)[0]

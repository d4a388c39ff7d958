"""Calendar entries (RFC 5545): one a piece of work or a meeting, which updates and cancels itself."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Self
from urllib.parse import quote

from icalendar import Calendar, Event

# Octets of a line before it is folded (RFC 5545, 3.1).
LONGEST_LINE = 75
# What a mailto address may hold as it stands (RFC 6068, 2).
IN_MAILTO = "@!$*+'"


@dataclass(frozen=True)
class Entry:
    """What stands in a calendar. `uid` stays the same for one piece of work, `sequence` rises with each change.

    People come to a meeting (`is_meeting`), so it takes their time; of planned work they are told.
    """

    uid: str
    sequence: int
    start: datetime
    end: datetime
    summary: str
    is_cancelled: bool = False
    location: str = ""
    is_meeting: bool = False

    @property
    def method(self) -> str:
        """What a mail program does with it (RFC 5546): an invitation that updates itself, or its end."""
        return "CANCEL" if self.is_cancelled else "REQUEST"

    def stored(self) -> dict[str, Any]:
        """As a message keeps it."""
        return {**asdict(self), "start": self.start.isoformat(), "end": self.end.isoformat()}

    @classmethod
    def of(cls, stored: dict[str, Any]) -> Self:
        """As a message kept it."""
        start, end = (datetime.fromisoformat(stored[name]) for name in ("start", "end"))
        return cls(**{**stored, "start": start, "end": end})


@dataclass(frozen=True)
class Told:
    """The news that brings an entry: when it was said, in which words, where to read on, and who says it."""

    at: datetime
    words: str
    url: str
    name: str
    address: str


def calendar_of(entry: Entry, told: Told, *, attendee: str) -> str:
    """A calendar with the one entry, its lines ended by CRLF. `attendee` is the line of the recipient, whole.

    Planned work takes no time from anybody's calendar: it is known, and nobody is busy with it.
    """
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", told.at.astimezone(UTC))
    event.add("dtstart", entry.start.astimezone(UTC))
    event.add("dtend", entry.end.astimezone(UTC))
    event.add("summary", entry.summary)
    event.add("description", f"{told.words}\n\n{told.url}")
    event.add("url", told.url)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    event.add("transp", "OPAQUE" if entry.is_meeting else "TRANSPARENT")
    if entry.location:
        event.add("location", entry.location)
    event.add("organizer", f"mailto:{quote(told.address, safe=IN_MAILTO)}", {"CN": told.name})
    calendar = Calendar()
    calendar.add("prodid", "-//Service continuity//Continuity portal//EN")
    calendar.add("version", "2.0")
    calendar.add("method", entry.method)
    calendar.add_component(event)
    written: str = calendar.to_ical().decode()
    before, end, after = written.partition("END:VEVENT")
    return before + attendee + end + after


def attendee_line(address: str, *, comes: bool = False) -> str:
    """The recipient in a calendar: told, or somebody who `comes`; not asked to answer; folded, and ended by CRLF.

    Nobody reads what calendars answer to the portal's address.
    """
    role = "REQ-PARTICIPANT" if comes else "NON-PARTICIPANT"
    line = (
        f"ATTENDEE;CUTYPE=INDIVIDUAL;ROLE={role};PARTSTAT=NEEDS-ACTION;RSVP=FALSE"
        f":mailto:{quote(address, safe=IN_MAILTO)}"
    )
    first, rest = line[:LONGEST_LINE], line[LONGEST_LINE:]
    step = LONGEST_LINE - 1
    folded = [first, *(f" {rest[at : at + step]}" for at in range(0, len(rest), step))]
    return "\r\n".join([*folded, ""])

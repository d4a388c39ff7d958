"""Writing letters (RFC 5322): text, HTML and the calendar, threaded by what they are about, with links of their own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime, formataddr, parseaddr
from typing import NamedTuple

from django.conf import settings
from django.core.mail.message import sanitize_address

from continuity.notifications.calendar import Entry, Told, attendee_line, calendar_of
from continuity.notifications.channels.sheet import (
    EOL,
    Marks,
    Pieces,
    Sheet,
    joined,
    link_blanks,
    quoted,
    raw_header,
    worded_header,
)
from continuity.notifications.letters import Letter
from continuity.notifications.models import Delivery, Kind, Message
from continuity.notifications.tokens import Purpose
from continuity.notifications.wording import page_of, worded

SENDER_NAME, SENDER = parseaddr(settings.DEFAULT_FROM_EMAIL)
DOMAIN = SENDER.rpartition("@")[2]
# Sheets kept at once: more messages than are ever on their way together.
SHEETS = 100
PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")
# What an id or the name of a file may not hold.
NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9.-]+")


class Written(NamedTuple):
    """A letter that is ready to go, and the address it goes to, in ASCII."""

    address: str
    content: bytes


class Desk:
    """Writes letters without the database; what is the same for many recipients only once."""

    def __init__(self) -> None:
        self.sheets: dict[tuple[object, ...], Sheet] = {}

    def written(self, delivery: Delivery, at: datetime) -> Written:
        """The letter of a delivery, with an id that stays the same however often it is tried.

        ValueError for an address that cannot be written to.
        """
        letter, address = Letter.of(delivery), address_in_ascii(delivery.address)
        links = {purpose: link for purpose, link in _links(letter) if link}
        blanks = link_blanks({purpose.value: link for purpose, link in links.items()})
        blanks["head"] = _head(delivery, address, at, links.get(Purpose.STOP, ""))
        blanks["attendee"] = quoted(attendee_line(address))
        blanks["guest"] = quoted(attendee_line(address, comes=True))
        return Written(address, self._sheet(letter).filled(blanks))

    def _sheet(self, letter: Letter) -> Sheet:
        """The sheet of all letters that differ from this one in nothing but their blanks."""
        delivery, enclosed = letter.delivery, letter.enclosed
        key = (
            delivery.message_id,
            *(bool(sort) for sort in (delivery.person_id, delivery.contact_id)),
            enclosed.call.pk if enclosed.call else None,
            *(each.pk for each in enclosed.earlier),
        )
        if key not in self.sheets:
            if len(self.sheets) >= SHEETS:
                self.sheets.clear()
            self.sheets[key] = sheet_of(Unaddressed(delivery, enclosed, Marks()))
        return self.sheets[key]


@dataclass(frozen=True)
class Unaddressed(Letter):
    """A letter whose links are marks, so that it can be written before it is known to whom."""

    marks: Marks

    def _signed(self, purpose: Purpose) -> str:
        return self.marks.mark(purpose.value)


def sheet_of(letter: Unaddressed) -> Sheet:
    """The letter with blanks: "head", "attendee" or "guest", and its links for texts and for HTML.

    Mail programs take a calendar they find beside text and HTML for an invitation, which updates itself; as a
    file it can be opened in any other. Several, of a day's news, can only be files.
    """
    marks, entries = letter.marks, letter.entries
    calendars = [(entry, _calendar(message, entry, marks)) for message, entry in entries]
    said = [
        marks.part("text/plain; charset=utf-8", f"{worded(letter, 'email.txt')}\n"),
        marks.part("text/html; charset=utf-8", page_of(letter), prefix="html:"),
    ]
    if len(calendars) == 1:
        entry, calendar = calendars[0]
        said.append(marks.part(f"text/calendar; method={entry.method}; charset=utf-8", calendar))
    body = joined("alternative", said)
    if calendars:
        body = joined("mixed", [body, *(_file(entry, calendar, marks) for entry, calendar in calendars)])
    return Sheet(["head", _top(letter.message), *body])


def address_in_ascii(address: str) -> str:
    """The address as servers take it, a domain beyond ASCII in its ASCII form; ValueError where there is none."""
    if PLAIN_ADDRESS.fullmatch(address):
        return address
    found = sanitize_address(address, "utf-8")
    if not found.isascii() or "=?" in found or "@" not in found:
        raise ValueError("This is no address that every mail server takes.")
    return found


def thread_of(message: Message) -> str:
    """The id that all letters about one subject refer to, so that mail programs show them together."""
    return f"<{_name(message.subject_kind)}.{_name(message.subject_ref)}@{DOMAIN}>"


def _links(letter: Letter) -> Iterator[tuple[Purpose, str]]:
    yield Purpose.READY, letter.ready_url
    yield Purpose.STOP, letter.stop_url
    yield Purpose.AGREE, letter.agree_url


def _head(delivery: Delivery, address: str, at: datetime, stop_url: str) -> bytes:
    """The headers that differ by recipient; one press stops the letters to a contact (RFC 8058)."""
    said = int(delivery.message.created_at.timestamp())
    headers = [
        raw_header("To", address),
        raw_header("Message-ID", f"<delivery.{delivery.pk}.{said}@{DOMAIN}>"),
        f"Date: {format_datetime(at)}",
    ]
    if stop_url:
        headers.append(raw_header("List-Unsubscribe", f"<{stop_url}>"))
        headers.append("List-Unsubscribe-Post: List-Unsubscribe=One-Click")
    return EOL.join([*headers, ""]).encode("ascii")


def _top(message: Message) -> bytes:
    """The headers that are the same for everybody."""
    thread, kind = thread_of(message), Kind(message.kind)
    headers = [
        raw_header("From", formataddr((SENDER_NAME, SENDER))),
        worded_header("Subject", message.title),
        raw_header("In-Reply-To", thread),
        raw_header("References", thread),
        worded_header("Thread-Topic", message.subject_ref),
        raw_header("List-Id", f'"{kind.label}" <{_name(kind.value)}.{DOMAIN}>'),
        # So that out-of-office replies do not answer (RFC 3834, and Exchange's own).
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: All",
        "MIME-Version: 1.0",
    ]
    return EOL.join([*headers, ""]).encode("ascii")


def _calendar(message: Message, entry: Entry, marks: Marks) -> str:
    told = Told(
        at=message.created_at,
        words=message.brief or message.title,
        url=settings.PUBLIC_URL + message.url,
        name=settings.TRUST_NAME,
        address=SENDER,
    )
    return calendar_of(entry, told, attendee=marks.mark("guest" if entry.is_meeting else "attendee"))


def _file(entry: Entry, calendar: str, marks: Marks) -> Pieces:
    name = f"{_name(entry.uid.partition('@')[0])}.ics"
    return marks.part(
        f'application/ics; name="{name}"', calendar, f'Content-Disposition: attachment; filename="{name}"'
    )


def _name(text: str) -> str:
    return NOT_IN_NAMES.sub("-", text).strip("-.") or "portal"

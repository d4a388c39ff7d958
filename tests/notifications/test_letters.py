"""What a mail server truly gets: text, HTML and a calendar that mail programs understand, each its own links."""

from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from continuity.accounts.models import User
from continuity.core.clock import now
from continuity.notifications.actions import Words
from continuity.notifications.actions.telling import GATHER
from continuity.notifications.audience import Audience
from continuity.notifications.calendar import Entry, attendee_line
from continuity.notifications.channels.desk import Desk, address_in_ascii
from continuity.notifications.channels.sheet import quoted, worded_header
from continuity.notifications.letters import Enclosed, enclose
from continuity.notifications.models import Channel, Contact, Delivery, Group, Kind, Message
from continuity.notifications.tasks import deliver_due
from tests.factories import STORY_BEGINS, UserFactory
from tests.notifications.conftest import Desk as Server
from tests.notifications.conftest import say, wants

pytestmark = pytest.mark.django_db
SITE = "https://continuity.ashcombe.example"
ENTRY = Entry("REL-1@ashcombe.example", 4, STORY_BEGINS, STORY_BEGINS + timedelta(hours=8), "e-RS 14.7")


@pytest.fixture(autouse=True)
def site(settings: Any) -> None:
    settings.PUBLIC_URL = SITE


def sent(server: Server) -> list[EmailMessage]:
    Delivery.objects.filter(state="queued").update(due_at=now())
    deliver_due()
    return server.letters


def said_with(entry: Entry | None = ENTRY, key: str = "release:1:published", **details: Any) -> Any:
    words = Words(
        title=details.pop("title", "Planned work: e-RS 14.7"),
        body=details.pop("body", "You cannot use e-RS."),
        brief="You cannot use e-RS from 4pm.",
        url="/releases/REL-2024-001/",
        entry=entry,
        is_whole=details.pop("is_whole", False),
    )
    return say(key, words=words, **details)


def part(letter: EmailMessage, kind: str) -> str:
    found = [each for each in letter.walk() if each.get_content_type() == kind]
    assert len(found) == 1, f"{len(found)} parts of {kind}"
    content = found[0].get_content()
    return (content.decode() if isinstance(content, bytes) else str(content)).replace("\r\n", "\n")


def event_in(text: str) -> tuple[str, Any]:
    calendar = Calendar.from_ical(text)
    (event,) = calendar.walk("VEVENT")
    return str(calendar["METHOD"]), event


def test_planned_work_is_text_html_and_an_invitation(desk: Server, manager: User) -> None:
    wants(manager, Channel.EMAIL)
    said_with(about=manager)

    (letter,) = sent(desk)

    assert [each.get_content_type() for each in letter.walk()] == [
        "multipart/mixed",
        *("multipart/alternative", "text/plain", "text/html", "text/calendar"),
        "application/ics",
    ]
    assert "Work: 4pm to midnight on Friday 1 November 2024" in part(letter, "text/plain")
    assert "<h1>Planned work: e-RS 14.7</h1>" in part(letter, "text/html")
    method, event = event_in(part(letter, "text/calendar"))
    assert (method, str(event["UID"]), event["SEQUENCE"]) == ("REQUEST", ENTRY.uid, 4)
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (ENTRY.start, ENTRY.end)
    assert event.decoded("DTSTAMP") == STORY_BEGINS
    assert (event["TRANSP"], event["STATUS"]) == ("TRANSPARENT", "CONFIRMED")
    assert event["ATTENDEE"] == "mailto:manager@ashcombe.example"
    assert event["ATTENDEE"].params["RSVP"] == "FALSE"
    assert event["ORGANIZER"].startswith("mailto:continuity@")
    assert event["URL"] == f"{SITE}/releases/REL-2024-001/"
    (attached,) = letter.iter_attachments()
    assert attached.get_filename() == "REL-1.ics"
    assert event_in(part(letter, "application/ics"))[1] == event


def test_a_cancelled_entry_ends_the_one_there_was(desk: Server, manager: User) -> None:
    wants(manager, Channel.EMAIL)
    said_with(Entry(ENTRY.uid, 5, ENTRY.start, ENTRY.end, ENTRY.summary, is_cancelled=True), about=manager)

    (letter,) = sent(desk)

    (calendar,) = [each for each in letter.walk() if each.get_content_type() == "text/calendar"]
    assert calendar.get_param("method") == "CANCEL"
    method, event = event_in(part(letter, "text/calendar"))
    assert (method, event["STATUS"], event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 5)
    assert "Work:" not in part(letter, "text/plain")


def test_news_without_times_are_no_invitation(desk: Server, manager: User) -> None:
    wants(manager, Channel.EMAIL)
    said_with(None, about=manager)

    (letter,) = sent(desk)

    assert [each.get_content_type() for each in letter.walk()] == [
        *("multipart/alternative", "text/plain", "text/html")
    ]


def test_what_is_told_in_place_of_a_change_carries_its_new_times(desk: Server, manager: User) -> None:
    wants(manager, Channel.EMAIL)
    said_with(about=manager)
    said_with(None, key="release:1:update", title="Update: e-RS 14.7", about=manager)

    (letter,) = sent(desk)

    assert letter["Subject"] == "Update: e-RS 14.7"
    assert event_in(part(letter, "text/calendar"))[1]["SEQUENCE"] == 4
    assert "Planned work: e-RS 14.7" in part(letter, "text/plain")


def test_a_whole_story_is_one_thread(desk: Server, manager: User) -> None:
    wants(manager, Channel.EMAIL)
    said_with(about=manager)
    sent(desk)
    said_with(None, key="release:1:update", title="Update", about=manager, at=STORY_BEGINS + GATHER * 2)

    first, second = sent(desk)

    assert first["Message-ID"] != second["Message-ID"]
    for header in ("References", "In-Reply-To", "Thread-Topic", "List-Id"):
        assert first[header] == second[header], header
    assert second["References"].startswith("<accounts.user.IT-manager@")
    assert first["List-Id"] == '"Planned work" <planned-work.portal.invalid>'


def test_everybody_has_the_same_letter_and_links_of_their_own(desk: Server) -> None:
    group = Group.objects.create(key="practices", name="GP practices")
    for each in ("one", "two"):
        contact = Contact.objects.create(
            name="Practice manager", email=f"{each}@practice.example", agreed_at=STORY_BEGINS
        )
        contact.groups.add(group)
        wants(UserFactory.create(), Channel.EMAIL)
    said_with(about=group, audience=Audience(groups=frozenset({group.pk})))

    letters = sent(desk)

    assert len(letters) == 4
    outside = [letter for letter in letters if letter["To"].endswith("@practice.example")]
    stops = [letter["List-Unsubscribe"] for letter in outside]
    assert len(set(stops)) == 2
    for letter, stop in zip(outside, stops, strict=True):
        link = stop.strip("<>")
        assert link.startswith(f"{SITE}/stop/")
        assert link in part(letter, "text/plain")
        assert f'href="{link}"' in part(letter, "text/html")
        assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert event_in(part(letter, "text/calendar"))[1]["ATTENDEE"] == f"mailto:{letter['To']}"
        assert "choices" not in part(letter, "text/plain")
    for letter in letters:
        if letter not in outside:
            assert letter["List-Unsubscribe"] is None
            assert f"{SITE}/inbox/choices/" in part(letter, "text/plain")


def test_lines_are_short_ascii_and_survive_the_dots_of_smtp(desk: Server, manager: User) -> None:
    wants(manager, Channel.EMAIL)
    body = ".\n..two\n.leading\nFrom the ward\n" + "wörter – “quoted” " * 80 + "\n" + "x" * 3_000 + "\n. "
    said_with(about=manager, body=body, title="Störung – e-RS “14.7” " * 6)
    letter = Delivery.objects.select_related("message").get()
    content = Desk().written(letter, now()).content

    (got,) = sent(desk)

    assert content.isascii()
    head, _, parts = content.partition(b"\r\n\r\n")
    assert max(map(len, parts.split(b"\r\n"))) <= 76
    assert max(map(len, head.split(b"\r\n"))) <= 998  # what no line may part stands whole
    assert content.replace(b"\r\n", b"").count(b"\n") == content.replace(b"\r\n", b"").count(b"\r") == 0
    assert body.strip() in part(got, "text/plain")
    assert got["Subject"] == ("Störung – e-RS “14.7” " * 6).strip()


@given(words=st.text(min_size=1, max_size=200))
def test_a_title_is_one_header_and_nothing_else(words: str) -> None:
    head = worded_header("Subject", words)

    got = message_from_bytes(f"{head}\r\nX-Next: here\r\n\r\n".encode("ascii"), policy=policy.default)

    assert got.keys() == ["Subject", "X-Next"]
    assert str(got["Subject"]).split() == "".join(s if s.isprintable() else " " for s in words).split()


@given(text=st.text())
def test_quoted_text_comes_back_whole(text: str) -> None:
    part = b"Content-Transfer-Encoding: quoted-printable\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"

    got = message_from_bytes(part + quoted(text), policy=policy.SMTP)

    payload = got.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert payload.decode() == text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")


@given(local=st.text("abc.+'&=", min_size=1, max_size=60))
def test_an_attendee_is_folded_and_comes_back(local: str) -> None:
    line = attendee_line(f"{local}@ashcombe.example")

    text = f"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n{line}END:VEVENT\r\nEND:VCALENDAR\r\n"
    event: Any = Calendar.from_ical(text).walk("VEVENT")[0]
    assert max(len(each) for each in line.split("\r\n")) <= 75
    assert event["ATTENDEE"].startswith("mailto:")


def test_addresses_are_written_as_servers_take_them() -> None:
    assert address_in_ascii("o'neil+x@ashcombe.example") == "o'neil+x@ashcombe.example"
    assert address_in_ascii("praxis@müller.example") == "praxis@xn--mller-kva.example"
    for bad in (
        "müller@ashcombe.example",
        "two\nlines@ashcombe.example",
        "a@b\r\nBcc: c@d.example",
        "nobody",
    ):
        with pytest.raises(ValueError):  # noqa: PT011 - the kind is what counts
            address_in_ascii(bad)


def test_a_day_of_news_holds_a_file_for_each_piece_of_work(manager: User) -> None:
    other = Entry("REL-2@ashcombe.example", 1, ENTRY.start, ENTRY.end, "PAS")
    earlier = [
        message_of(1, entry=ENTRY, title="Planned work: e-RS"),
        message_of(2, entry=other, title="Planned work: PAS", brief="PAS is slow."),
        message_of(3, kind=Kind.INCIDENT, title="Wi-Fi is down", severity=3),
    ]
    digest = message_of(4, kind=Kind.DIGEST, title="Your news for Friday 1 November 2024")
    delivery = Delivery(pk=1, message=digest, person=manager, channel="email", address="a@b.example")
    delivery.enclosed = Enclosed(earlier)  # type: ignore[attr-defined]

    content = Desk().written(delivery, STORY_BEGINS).content
    letter = message_from_bytes(content, policy=policy.default)

    assert [each.get_filename() for each in letter.iter_attachments()] == ["REL-1.ics", "REL-2.ics"]
    text = part(letter, "text/plain")
    assert text.index("Incidents\n") < text.index("- Wi-Fi is down") < text.index("Planned work\n")
    assert f"  PAS is slow.\n  Told at 4pm on Friday 1 November 2024\n  {SITE}/x/2/\n" in text
    assert f'<a href="{SITE}/x/3/">Wi-Fi is down</a>' in part(letter, "text/html")


def message_of(pk: int, *, entry: Entry | None = None, **facts: Any) -> Message:
    """A message that was never kept."""
    facts = {"kind": Kind.PLANNED_WORK, "subject_kind": "releases.release", "subject_ref": "REL", **facts}
    return Message(
        pk=pk, url=f"/x/{pk}/", created_at=STORY_BEGINS, entry=entry.stored() if entry else None, **facts
    )


def test_writing_a_letter_costs_next_to_nothing_and_no_query(
    manager: User, django_assert_num_queries: Any
) -> None:
    for _ in range(50):
        wants(UserFactory.create(), Channel.EMAIL)
    said_with(about=manager, body="You cannot use e-RS.\n\n" * 40)
    batch = list(Delivery.objects.select_related("message"))
    enclose(batch)
    desk, at = Desk(), datetime.now(STORY_BEGINS.tzinfo)
    desk.written(batch[0], at)

    with django_assert_num_queries(0):
        begun = perf_counter()
        for delivery in batch:
            desk.written(delivery, at)
        each = (perf_counter() - begun) / len(batch)

    assert each < 0.001

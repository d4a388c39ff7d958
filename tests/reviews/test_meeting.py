"""A review's meeting: in the calendars of who is invited, changed and called off there; and who came, as roles."""

from datetime import datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from icalendar import Calendar
from psycopg.types.range import Range

from continuity.accounts.models import User
from continuity.command.models import CommandRole
from continuity.core.clock import local_day, now, window
from continuity.core.ledger import lines_about
from continuity.core.refusals import Conflict, Forbidden, Refused
from continuity.core.wording import date_words
from continuity.notifications.channels.desk import Desk
from continuity.notifications.models import Delivery
from incidents.actions import restrict
from incidents.models import Incident, RoleAssignment
from incidents.reviews import actions
from incidents.reviews.actions.meeting import set_meeting
from incidents.reviews.meetings import roles_who_came, standing, suggested
from incidents.reviews.models import Attendance, Meeting, Review
from incidents.reviews.printing import facts_of, review_pdf
from tests.factories import UserFactory
from tests.reviews.conftest import HOUR, fill, hinder, propose

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ROOM, LINK = "Seminar room 2", "https://meet.example.org/review"
HIDDEN = {"is_restricted": True, "restricted_why": "Police"}


@pytest.fixture
def porter(db: None) -> User:
    """Somebody without a role of their own."""
    person: User = UserFactory.create(
        username="porter", first_name="Ida", last_name="Marsh", job_title="", role="reader",
        email="porter@ashcombe.example",
    )  # fmt: skip
    return person


@pytest.fixture
def span(at: datetime) -> Range[datetime]:
    return window(at + 5 * DAY, at + 5 * DAY + HOUR)


@pytest.fixture
def meeting(
    full: Review, lead: User, clinician: User, manager: User, span: Range[datetime], at: datetime
) -> Meeting:
    """In five days, with a clinician and an IT manager."""
    return set_meeting(
        review=full, span=span, place=ROOM, link=LINK, people=[clinician, manager], seen=None, by=lead,
        at=at + DAY,
    )  # fmt: skip


def entries(person: User, at: datetime) -> list[tuple[str, Any]]:
    """Method and event of each calendar that was written to somebody, in order."""
    letters = Delivery.objects.filter(person=person, channel="email").order_by("pk")
    return [_entry(Desk().written(each, at).content) for each in letters]


def _entry(content: bytes) -> tuple[str, Any]:
    letter = message_from_bytes(content, policy=policy.default)
    (part,) = [each for each in letter.walk() if each.get_content_type() == "text/calendar"]
    calendar = Calendar.from_ical(part.get_content())
    (event,) = calendar.walk("VEVENT")
    assert part.get_param("method") == calendar["METHOD"]
    return str(calendar["METHOD"]), event


def again(meeting: Meeting, by: User, at: datetime, **changes: Any) -> Meeting:
    """The same once more, but for the changes."""
    review = meeting.review
    people = [each.person for each in review.attendances.invited()]
    facts = {"span": meeting.span, "place": meeting.place, "link": meeting.link, "people": people,
             "seen": meeting.sequence, **changes}  # fmt: skip
    return set_meeting(review=review, by=by, at=at, **facts)


def test_who_is_invited_gets_the_meeting_into_their_calendar(
    meeting: Meeting, full: Review, clinician: User, at: datetime
) -> None:
    ((method, event),) = entries(clinician, at)

    assert (method, event["SEQUENCE"], str(event["UID"])) == ("REQUEST", 0, meeting.uid)
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (meeting.span.lower, meeting.span.upper)
    assert str(event["SUMMARY"]) == full.title
    assert str(event["LOCATION"]) == f"{ROOM}, {LINK}"
    assert event["TRANSP"] == "OPAQUE"
    assert event["ATTENDEE"] == f"mailto:{clinician.email}"
    assert event["ATTENDEE"].params["ROLE"] == "REQ-PARTICIPANT"
    told = Delivery.objects.get(person=clinician, channel="portal").message
    assert told.url == f"/reviews/{full.ref}/meeting/"
    assert told.stale_at == meeting.span.upper
    assert lines_about(full).latest("pk").verb == "review.meeting_set"


def test_a_change_is_sent_to_who_stays_and_its_end_to_who_does_not(
    meeting: Meeting, lead: User, clinician: User, manager: User, second_lead: User, at: datetime
) -> None:
    later = window(meeting.span.lower + DAY, meeting.span.upper + DAY)

    again(meeting, lead, at + 2 * DAY, span=later, people=[clinician, second_lead])

    (_, first), (method, moved) = entries(clinician, at)
    assert (method, moved["SEQUENCE"], moved["UID"]) == ("REQUEST", 1, first["UID"])
    assert moved.decoded("DTSTART") == later.lower
    (_, _), (ended, event) = entries(manager, at)
    assert (ended, event["SEQUENCE"], event["STATUS"]) == ("CANCEL", 1, "CANCELLED")
    ((invited, new),) = entries(second_lead, at)
    assert (invited, new["SEQUENCE"]) == ("REQUEST", 1)


def test_who_is_added_is_invited_and_nobody_else_hears(
    meeting: Meeting, lead: User, clinician: User, manager: User, second_lead: User, at: datetime
) -> None:
    again(meeting, lead, at + 2 * DAY)
    again(meeting, lead, at + 2 * DAY, people=[clinician, manager, second_lead])

    assert len(entries(second_lead, at)) == 1
    assert len(entries(clinician, at)) == len(entries(manager, at)) == 1


def test_called_off_it_leaves_calendars_and_another_may_be_set(
    meeting: Meeting, full: Review, lead: User, clinician: User, at: datetime
) -> None:
    actions.call_off_meeting(review=full, seen=0, by=lead, at=at + 2 * DAY)

    _, (method, event) = entries(clinician, at)
    assert (method, event["SEQUENCE"]) == ("CANCEL", 1)
    assert lines_about(full).latest("pk").verb == "review.meeting_called_off"
    assert not Attendance.objects.exists()
    with pytest.raises(Conflict, match="Somebody else changed the meeting"):
        actions.call_off_meeting(review=full, seen=1, by=lead, at=at + 2 * DAY)
    another = again(meeting, lead, at + 3 * DAY, people=[clinician], seen=None)
    assert (another.sequence, another.uid != meeting.uid) == (0, True)


def test_of_two_who_change_it_the_second_is_told(
    meeting: Meeting, full: Review, lead: User, clinician: User, at: datetime
) -> None:
    again(meeting, lead, at + 2 * DAY, place="Library")

    with pytest.raises(Conflict, match="Somebody else changed the meeting"):
        set_meeting(
            review=full, span=meeting.span, place="Chapel", people=[clinician], seen=0, by=lead,
            at=at + 2 * DAY,
        )  # fmt: skip
    kept = standing(full)
    assert kept
    assert (kept.place, len(entries(clinician, at))) == ("Library", 2)


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"place": " ", "link": ""}, "Write the place"), ({"people": []}, "Choose whom you invite")],
)
def test_a_meeting_is_somewhere_with_somebody(
    meeting: Meeting, lead: User, at: datetime, changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(Refused, match=said):
        again(meeting, lead, at + 2 * DAY, **changes)


def test_only_the_facilitator_meets_and_nobody_once_it_is_approved(
    meeting: Meeting, full: Review, lead: User, second_lead: User, manager: User, at: datetime
) -> None:
    for act in (
        lambda by: again(meeting, by, at + 2 * DAY, place="Library"),
        lambda by: actions.call_off_meeting(review=full, seen=0, by=by, at=at + 2 * DAY),
        lambda by: actions.note_attendance(review=full, came=[manager], seen=0, by=by, at=at + 6 * DAY),
    ):
        Review.objects.update(state="drafting", facilitator=second_lead)
        with pytest.raises(Forbidden, match="Only the facilitator"):
            act(lead)
        Review.objects.update(facilitator=None)
        with pytest.raises(Forbidden, match="Only whoever holds reviews"):
            act(manager)
        Review.objects.update(state="approved")
        with pytest.raises(Conflict, match="The review is approved, so"):
            act(lead)


def test_nothing_is_sent_of_a_meeting_that_is_over(
    full: Review, lead: User, clinician: User, span: Range[datetime], at: datetime
) -> None:
    set_meeting(review=full, span=span, place=ROOM, people=[clinician], seen=None, by=lead, at=at + 9 * DAY)

    assert not Delivery.objects.filter(person=clinician).exists()


def test_a_restricted_incident_is_not_given_away_by_its_meeting(
    as_: Any, meeting: Meeting, full: Review, lead: User, clinician: User, manager: User, at: datetime
) -> None:
    Incident.objects.update(**HIDDEN)
    assert as_(clinician).get(f"/reviews/{full.ref}/meeting/").status_code == 404

    with pytest.raises(Refused, match="Invite somebody who may know of it"):
        again(meeting, lead, at + 2 * DAY, place="Library")
    again(meeting, lead, at + 2 * DAY, place="Library", people=[manager])

    _, (method, event) = entries(clinician, at)
    assert (method, str(event["SUMMARY"]), event.get("LOCATION")) == ("CANCEL", "Review meeting", None)
    told = Delivery.objects.filter(person=clinician, channel="portal").latest("pk").message
    assert full.title not in told.title + told.body


def test_who_may_not_know_any_more_is_sent_no_invitation_that_waits(
    meeting: Meeting, full: Review, severe: Incident, lead: User, clinician: User, manager: User, at: datetime
) -> None:
    actions.ask(review=full, people=[clinician, manager], by=lead, at=at + DAY)

    restrict(incident=severe, is_restricted=True, why="Police", by=lead, at=at + DAY)

    told = Delivery.objects.filter(state__in=["queued", "sent"])
    assert set(told.values_list("person", "channel")) == {(manager.pk, "portal"), (manager.pk, "email")}
    assert lines_about(full).latest("pk").verb == "messages.withdrawn"


def test_what_nobody_writes_yet_is_scheduled_by_its_meeting(
    full: Review, lead: User, clinician: User, span: Range[datetime], at: datetime
) -> None:
    Review.objects.update(state="due")

    set_meeting(review=full, span=span, place=ROOM, people=[clinician], seen=None, by=lead, at=at + DAY)
    full.refresh_from_db()
    set_by_it = full.state
    actions.call_off_meeting(review=full, seen=0, by=lead, at=at + DAY)

    full.refresh_from_db()
    assert (set_by_it, full.state) == ("scheduled", "due")


def test_a_review_that_is_not_held_has_no_meeting(
    short: Review, lead: User, clinician: User, span: Range[datetime], at: datetime
) -> None:
    set_meeting(review=short, span=span, place=ROOM, people=[clinician], seen=None, by=lead, at=at + DAY)

    actions.waive(review=short, reason="Nobody is left who knows.", by=lead, at=at + 2 * DAY)

    assert [method for method, _ in entries(clinician, at)] == ["REQUEST", "CANCEL"]


def test_who_held_a_role_or_was_asked_to_write_is_suggested(
    full: Review, severe: Incident, lead: User, clinician: User, manager: User, at: datetime
) -> None:
    actions.ask(review=full, people=[clinician], by=lead, at=at + DAY)
    RoleAssignment.objects.create(
        incident=severe, role=CommandRole.objects.get(code="it_lead"), person=manager,
        state="released", accepted_at=at, ended_at=at + HOUR,
    )  # fmt: skip

    assert {each.username for each in suggested(full)} == {"clinician", "manager", "lead"}
    Incident.objects.update(**HIDDEN)
    full.refresh_from_db()
    assert "clinician" not in {each.username for each in suggested(full)}


def test_being_invited_and_being_asked_to_write_are_two_things(
    as_: Any, meeting: Meeting, full: Review, lead: User, clinician: User, manager: User, at: datetime
) -> None:
    assert as_(manager).get(f"/reviews/{full.ref}/contribute/").status_code == 404
    actions.ask(review=full, people=[manager], by=lead, at=at + 2 * DAY)

    again(meeting, lead, at + 2 * DAY, people=[clinician])
    assert as_(manager).get(f"/reviews/{full.ref}/contribute/").status_code == 200
    actions.ask(review=full, people=[clinician], by=lead, at=at + 2 * DAY)
    actions.ask_no_more(review=full, person=clinician, by=lead, at=at + 2 * DAY)

    assert as_(clinician).get(f"/reviews/{full.ref}/meeting/").status_code == 200


def test_who_came_is_noted_and_may_be_put_right(
    meeting: Meeting, full: Review, lead: User, clinician: User, manager: User, porter: User, at: datetime
) -> None:
    actions.ask(review=full, people=[lead], by=lead, at=at + DAY)
    again(meeting, lead, at + DAY, people=[clinician, manager, lead])
    actions.contribute(review=full, text="It was dark.", by=lead, at=at + DAY)
    with pytest.raises(Refused, match="Note who came once it has begun"):
        actions.note_attendance(review=full, came=[clinician], seen=1, by=lead, at=at + 4 * DAY)
    with pytest.raises(Refused, match="Tick who came"):
        actions.note_attendance(review=full, came=[], seen=1, by=lead, at=at + 6 * DAY)
    with pytest.raises(Refused, match="ticked twice"):
        actions.note_attendance(
            review=full, came=[manager], apologies=[manager], seen=1, by=lead, at=at + 6 * DAY
        )

    actions.note_attendance(
        review=full, came=[clinician, porter], apologies=[manager], seen=1, by=lead, at=at + 6 * DAY
    )

    full.refresh_from_db()
    assert states(full) == {
        "clinician": "attended", "porter": "attended", "manager": "apologies", "lead": "written",
    }  # fmt: skip
    assert full.held_on == local_day(meeting.span.lower)
    assert lines_about(full).latest("pk").verb == "review.attendance_noted"
    with pytest.raises(Conflict, match="Somebody else changed the meeting"):
        actions.note_attendance(review=full, came=[manager], seen=1, by=lead, at=at + 6 * DAY)
    actions.note_attendance(review=full, came=[manager], seen=2, by=lead, at=at + 6 * DAY)
    assert states(full) == {"clinician": "absent", "manager": "attended", "lead": "written"}
    with pytest.raises(Refused, match="it stands as it was held"):
        actions.call_off_meeting(review=full, seen=3, by=lead, at=at + 6 * DAY)


def states(review: Review) -> dict[str, str]:
    return dict(review.attendances.values_list("person__username", "state"))


def test_it_is_not_handed_in_before_that_and_published_it_names_roles_alone(
    as_: Any, meeting: Meeting, full: Review, lead: User, second_lead: User, clinician: User, manager: User,
    porter: User, stranger: User, at: datetime,
) -> None:  # fmt: skip
    fill(full, lead, at)
    propose(full, manager, lead, at, factor=hinder(full, lead, at))
    assert "Note who came to the review meeting." in as_(lead).get(full.get_absolute_url()).content.decode()
    with pytest.raises(Refused, match="Note who came to the review meeting"):
        actions.submit(review=full, by=lead, at=at + 6 * DAY)

    actions.note_attendance(review=full, came=[clinician, porter], seen=0, by=lead, at=at + 6 * DAY)
    actions.submit(review=full, by=lead, at=at + 6 * DAY)
    actions.approve(review=full, by=second_lead, at=at + 6 * DAY)
    actions.publish(review=full, by=second_lead, at=at + 6 * DAY)

    said = as_(stranger).get(full.get_absolute_url()).content.decode()
    assert "Who came to its meeting" in said
    assert f"<li>Member of staff</li><li>{clinician.job_title}</li>" in said
    assert "Marsh" not in said
    assert f"Who came to its meeting: Member of staff, {clinician.job_title}." in facts_of(full)
    assert review_pdf(full, at).startswith(b"%PDF")
    assert as_(stranger).get(f"{full.get_absolute_url()}meeting/").status_code == 404


def test_several_with_one_role_are_counted() -> None:
    rows = [
        Attendance(person=User(job_title=role), state=state)
        for role, state in (
            *(("Staff nurse", "attended"), ("Staff nurse", "attended")),
            *(("", "attended"), ("Chief nurse", "absent")),
        )
    ]

    assert roles_who_came(rows) == ["Member of staff", "Staff nurse (2)"]


def test_the_pages_set_show_and_end_a_meeting(
    as_: Any, full: Review, lead: User, clinician: User, manager: User, stranger: User
) -> None:
    address, start = f"/reviews/{full.ref}/meeting/", now() + 2 * DAY
    day = date_words(local_day(start))
    sent = {
        "starts_at_date": day, "starts_at_time": "10am", "ends_at_date": day, "ends_at_time": "11am", "place": ROOM,
        "people": [clinician.pk],
    }  # fmt: skip
    assert as_(manager).get(f"{address}set/").status_code == 403
    page = as_(lead)
    assert f"{address}set/" in page.get(full.get_absolute_url()).content.decode()

    refused = page.post(f"{address}set/", sent | {"ends_at_time": "9am", "place": "Attic"})
    saved = page.post(f"{address}set/", sent, follow=True)

    assert refused.status_code == 422
    assert "Attic" in refused.content.decode()
    assert "Whoever that concerns is sent it." in saved.content.decode()
    seen = as_(clinician).get(address).content.decode()
    assert "You are invited." in seen
    assert "10am to 11am" in seen
    assert as_(stranger).get(address).status_code == 404
    page = as_(lead)
    early = page.post(f"{address}came/", {"came": [clinician.pk], "seen": "0"})
    assert "Note who came once it has begun" in early.content.decode()
    Meeting.objects.update(span=window(now() - 2 * HOUR, now() - HOUR))
    # Who left since they were invited may have come all the same.
    User.objects.filter(pk=clinician.pk).update(is_active=False)
    page.post(f"{address}came/", {"came": [clinician.pk], "others": [manager.pk], "seen": "0"})
    held = page.get(address).content.decode()
    assert "was not invited" in held
    again_off = page.post(f"{address}call-off/", {"seen": "1"})
    assert "it stands as it was held" in again_off.content.decode()
    Attendance.objects.update(state="invited")
    called_off = page.post(f"{address}call-off/", {"seen": "1"}, follow=True)
    assert "No meeting is set." in called_off.content.decode()

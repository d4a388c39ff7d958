"""A review begins from what is over, with the timeline in it, or is not needed, with the reason."""

from datetime import date, datetime

import pytest

from continuity.accounts.models import User
from continuity.core.ledger import lines_about, record
from continuity.core.refusals import Conflict, Refused
from incidents.exercises.models import Exercise
from incidents.models import Entry, Incident
from incidents.reviews import actions
from incidents.reviews.copying import digest_of, moments
from incidents.reviews.lessons import last_times
from incidents.reviews.models import Review
from incidents.reviews.owed import owed
from releases.models import Release
from tests.factories import ReleaseFactory, ServiceFactory
from tests.racing import race
from tests.reviews.conftest import HOUR, OUTCOME

pytestmark = pytest.mark.django_db


def test_a_completed_release_is_looked_back_at(short: Review, release: Release, lead: User) -> None:
    short.refresh_from_db()

    assert (short.ref, short.state, short.author) == ("REV-2024-001", "drafting", lead)
    assert short.kind == "post_release"
    assert short.title == "Review: NHS e-Referral Service Maintenance Release 14.7"
    assert [line.verb for line in lines_about(short)] == ["review.due", "review.started"]


def test_its_timeline_is_filled_in_and_its_digest_kept(short: Review, at: datetime) -> None:
    short.refresh_from_db()
    found = [(moment.at, moment.title) for moment in moments(short.timeline)]

    assert {(at, "Started"), (at, "Planned start")} <= set(found)
    assert "NHS e-Referral Service: not available" in {moment.text for moment in moments(short.timeline)}
    assert moments(short.timeline)[-1].text == OUTCOME
    assert short.timeline_hash == digest_of(short.timeline)


def test_what_is_added_to_the_record_later_leaves_the_copy_alone(
    full: Review, severe: Incident, lead: User, at: datetime
) -> None:
    Entry.objects.create(
        incident=severe, occurred_at=at, recorded_at=at + 30 * HOUR, text="Remembered later."
    )

    full.refresh_from_db()
    assert "Remembered later." not in str(full.timeline)
    assert full.timeline_hash == digest_of(full.timeline)


def test_the_incidents_own_timeline_is_copied(
    severe: Incident, lead: User, manager: User, at: datetime
) -> None:
    Entry.objects.create(
        incident=severe, occurred_at=at + HOUR / 2, recorded_at=at + HOUR, kind="decision",
        text="Restart one server at a time.", author_role="Incident manager",
    )  # fmt: skip
    record("incident.declared", severe, by=manager, at=at, to="2")

    review = actions.start(incident=severe, by=lead, at=at + 20 * HOUR)

    first, second = moments(review.timeline)
    assert (first.title, first.who) == ("Declared, severity 2", "IT manager")
    assert (second.title, second.text) == ("Decision", "Restart one server at a time.")


@pytest.mark.parametrize(("severity", "days"), [(1, 15), (2, 29), (3, 43)])
def test_it_is_due_so_many_days_after_the_stand_down(
    light: Incident, lead: User, at: datetime, severity: int, days: int
) -> None:
    Incident.objects.filter(pk=light.pk).update(severity=severity)
    light.refresh_from_db()

    review = actions.start(incident=light, by=lead, at=at + 20 * HOUR)

    assert review.due_on is not None
    assert (review.due_on - date(2024, 10, 31)).days == days


def test_the_mildest_has_no_due_date(light: Incident, lead: User, at: datetime) -> None:
    Incident.objects.filter(pk=light.pk).update(severity=4)
    light.refresh_from_db()

    assert actions.start(incident=light, by=lead, at=at).due_on is None


def test_what_goes_on_is_not_looked_back_at(release: Release, lead: User, at: datetime) -> None:
    Release.objects.filter(pk=release.pk).update(state="checking")

    with pytest.raises(Refused, match="REL-2024-071 is not over yet"):
        actions.start(release=release, by=lead, at=at)
    assert not Review.objects.exists()


def test_a_review_is_begun_once(short: Review, release: Release, manager: User, at: datetime) -> None:
    with pytest.raises(Conflict, match="begun already: REV-2024-001"):
        actions.start(release=release, by=manager, at=at)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_begin_at_once_one_is_told(
    release: Release, lead: User, second_lead: User, at: datetime
) -> None:
    answers = race(
        lambda: actions.start(release=Release.objects.get(), by=lead, at=at),
        lambda: actions.start(release=Release.objects.get(), by=second_lead, at=at),
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["Conflict", "Review"]
    assert Review.objects.count() == 1


def test_an_exercise_is_looked_back_at_too(lead: User, at: datetime) -> None:
    exercise = Exercise.objects.create(
        ref="EXE-2024-001", title="Wi-Fi lost", type="tabletop", state="reported", held_on=at.date()
    )
    record("exercise.started", exercise, by=lead, at=at)

    review = actions.start(exercise=exercise, by=lead, at=at + HOUR)

    assert not review.is_short
    assert [moment.title for moment in moments(review.timeline)] == ["Started"]


def test_a_review_that_is_not_needed_says_why(light: Incident, lead: User, at: datetime) -> None:
    review = actions.do_without(incident=light, reason="Known fault, fix is planned.", by=lead, at=at)

    assert (review.state, review.waived_why) == ("waived", "Known fault, fix is planned.")
    assert [line.verb for line in lines_about(review)] == ["review.due", "review.waived"]


def test_one_begun_by_mistake_can_be_given_up(short: Review, lead: User, at: datetime) -> None:
    with pytest.raises(Refused, match="Say why"):
        actions.waive(review=short, reason=" ", by=lead, at=at)
    actions.waive(review=short, reason="The incident's review covers it.", by=lead, at=at)

    assert short.state == "waived"


def test_severity_1_and_2_are_always_reviewed(severe: Incident, lead: User, at: datetime) -> None:
    with pytest.raises(Refused, match="always reviewed"):
        actions.do_without(incident=severe, reason="Busy", by=lead, at=at)


def test_what_is_owed_stands_with_its_day(
    severe: Incident, light: Incident, lead: User, at: datetime
) -> None:
    found = owed(lead, at + HOUR)

    assert [(each.subject, each.due_on) for each in found] == [(severe, date(2024, 11, 29))]
    assert found[0].is_overdue(date(2024, 11, 30))
    actions.start(incident=severe, by=lead, at=at)
    assert owed(lead, at + HOUR) == []


def test_a_cancelled_draft_is_no_last_time(clinician: User, at: datetime) -> None:
    service = ServiceFactory.create()
    for ref, published_at in (("REL-2024-001", at), ("REL-2024-002", None)):
        ended = ReleaseFactory.create(ref=ref, state="cancelled", outcome="Off", published_at=published_at)
        ended.services.add(service)

    planned, _ = last_times([service.pk], person=clinician)

    assert [str(time.subject) for time in planned] == ["REL-2024-001"]

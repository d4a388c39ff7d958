"""A review is owed by severity, by kind, by a long overrun and by what came back, and says why in words."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from psycopg.types.range import Range

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.core.ledger import SYSTEM, lines_about, record
from continuity.core.refusals import Refused
from incidents.models import Incident
from incidents.reviews import actions
from incidents.reviews.models import Recurrence, Review
from incidents.reviews.owed import owed, why_owed
from releases.models import Extension, Release
from tests.factories import ImpactFactory
from tests.reviews.conftest import HOUR, hinder, over, propose

pytestmark = pytest.mark.django_db
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
REASONS: list[tuple[dict[str, Any], str]] = [
    ({"level": "critical"}, "It was a critical incident."),
    ({"level": "business_continuity"}, "It was a business continuity incident."),
    ({"patient_safety": "confirmed"}, "An effect on patient safety is confirmed."),
    ({"data_security": "confirmed", "needs_review": True},
     "A data or cyber incident is confirmed and somebody asked for it."),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "why"), REASONS)
def test_a_mild_incident_is_owed_by_its_kind(
    lead: User, at: datetime, facts: dict[str, Any], why: str
) -> None:
    aware = {"data_aware_at": at} if "data_security" in facts else {}
    incident = over(at, severity=4, **facts, **aware)

    found = owed(lead, at + DAY)

    assert [(each.subject, each.why) for each in found] == [(incident, why)]
    # As soon as a medium incident.
    assert found[0].due_on == date(2024, 12, 13)
    assert actions.start(incident=incident, by=lead, at=at + DAY).due_on == date(2024, 12, 13)


def test_what_is_only_possible_is_not_owed(light: Incident, lead: User, at: datetime) -> None:
    Incident.objects.update(patient_safety="possible", data_security="possible")

    assert owed(lead, at + DAY) == []


@pytest.mark.parametrize("facts", [{"patient_safety": "confirmed"}, {"data_security": "confirmed"}])
def test_confirmed_harm_is_always_reviewed(lead: User, at: datetime, facts: dict[str, Any]) -> None:
    incident = over(at, severity=4, data_aware_at=at, **facts)

    with pytest.raises(Refused, match=r"always reviewed: .* is confirmed"):
        actions.do_without(incident=incident, reason="Busy", by=lead, at=at)


@pytest.fixture
def ended(release: Release, at: datetime) -> Release:
    """The work was planned until 44 minutes past midnight, and ended when somebody pressed."""
    record("release.completed", release, by=SYSTEM, at=at + 9 * HOUR, to="completed")
    return release


def came_back_at(release: Release, back: datetime) -> None:
    outage = release.disruptions.get()
    outage.actual = Range(outage.span.lower, back, "[)")
    outage.save()


def test_planned_work_that_took_an_hour_longer_is_owed(ended: Release, lead: User, at: datetime) -> None:
    planned = ended.disruptions.get().span.upper
    came_back_at(ended, planned + 59 * MINUTE)
    assert owed(lead, at + DAY) == []
    came_back_at(ended, planned + 75 * MINUTE)

    found = owed(lead, at + DAY)

    assert [(each.subject, each.why) for each in found] == [
        (ended, "It took 1 hour 15 minutes longer than planned.")
    ]
    assert found[0].start_address == f"/reviews/start/?release={ended.ref}"
    actions.start(release=ended, by=lead, at=at + DAY)
    assert owed(lead, at + DAY) == []


def test_an_extension_hides_no_overrun(ended: Release, lead: User, at: datetime) -> None:
    assert ended.back_at
    Extension.objects.create(
        release=ended, was=ended.back_at - 2 * HOUR, to=ended.back_at, reason="The copy is slow", at=at
    )

    assert [each.why for each in owed(lead, at + DAY)] == ["It took 2 hours longer than planned."]


def test_work_that_ended_before_the_portal_is_not_owed(release: Release, lead: User, at: datetime) -> None:
    came_back_at(release, release.disruptions.get().span.upper + 3 * HOUR)

    assert owed(lead, at + DAY) == []


@pytest.fixture
def recurrence(
    short: Review, ers: Service, manager: User, lead: User, second_lead: User, at: datetime
) -> Recurrence:
    """What was mended after planned work may have come back in a mild incident a month later."""
    factor = hinder(short, lead, at, local_name="Alarm to a mailbox")
    action = propose(short, manager, lead, at, factor=factor)
    actions.accept_action(action=action, by=manager, at=at)
    actions.claim_done(action=action, evidence="It rang.", by=manager, at=at + 9 * DAY)
    actions.verify(action=action, by=lead, at=at + 10 * DAY)
    later = at + 30 * DAY
    incident = over(later, severity=4, started_at=later, detected_at=later, declared_at=later)
    ImpactFactory.create(incident=incident, service=ers)
    review = actions.start(incident=incident, by=lead, at=later + DAY)
    hinder(review, lead, later + DAY, local_name="Alarm to a mailbox")
    return Recurrence.objects.get()


def test_what_came_back_is_always_reviewed(recurrence: Recurrence, lead: User, at: datetime) -> None:
    actions.confirm_recurrence(recurrence=recurrence, by=lead, at=at + 32 * DAY)

    with pytest.raises(Refused, match="came back although it had been dealt with"):
        actions.waive(review=recurrence.factor.review, reason="Mild", by=lead, at=at + 32 * DAY)


def test_a_review_that_was_waived_is_owed_again_when_it_came_back(
    as_: Any, recurrence: Recurrence, lead: User, at: datetime
) -> None:
    review = recurrence.factor.review
    actions.waive(review=review, reason="Mild", by=lead, at=at + 31 * DAY)

    actions.confirm_recurrence(recurrence=recurrence, by=lead, at=at + 32 * DAY)

    review.refresh_from_db()
    assert review.state == "due"
    assert [line.verb for line in lines_about(review)][-2:] == ["review.waived", "review.due"]
    page = as_(lead).get(review.get_absolute_url()).content.decode()
    assert "Owed because a factor came back although it had been dealt with." in page
    assert actions.start(incident=review.incident, by=lead, at=at + 33 * DAY).state == "drafting"


def test_the_pages_say_why(as_: Any, lead: User, severe: Incident) -> None:
    page, why = as_(lead), "Owed because it was severity 2."

    assert "It was severity 2." in page.get("/reviews/").content.decode()
    assert why in page.get(f"/reviews/start/?incident={severe.ref}").content.decode()
    assert why_owed(None) == ""
    page.post(f"/reviews/start/?incident={severe.ref}")
    assert why in page.get(Review.objects.get().get_absolute_url()).content.decode()

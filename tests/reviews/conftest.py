"""The story's release, completed, an incident of each path that is over, and reviews of them."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from incidents.models import Incident
from incidents.reviews import actions
from incidents.reviews.models import Action, Factor, Review
from incidents.reviews.pieces import FULL, SUMMARY
from releases.models import Release, Update
from tests.factories import (
    DisruptionFactory,
    ImpactFactory,
    IncidentFactory,
    ReleaseFactory,
    ServiceFactory,
    UserFactory,
)

HOUR = timedelta(hours=1)
OUTCOME = "The release was completed successfully. Slot polls were not affected overnight."
LESSON = "3 reminders, at 7 days, 1 day and 2 hours, were enough."
DUE = date(2024, 12, 20)


@pytest.fixture
def second_lead(db: None) -> User:
    """Somebody else who holds and publishes reviews."""
    person: User = UserFactory.create(username="second", job_title="Deputy continuity lead", role="lead")
    return person


@pytest.fixture
def ers(db: None) -> Service:
    service: Service = ServiceFactory.create(key="ers", name="NHS e-Referral Service")
    return service


@pytest.fixture
def release(ers: Service, at: datetime) -> Release:
    """e-RS 14.7, completed the next morning."""
    done: Release = ReleaseFactory.create(
        ref="REL-2024-071", state="completed", outcome=OUTCOME, started_at=at, back_at=at + 8.6 * HOUR,
        ended_at=at + 9 * HOUR,
    )  # fmt: skip
    DisruptionFactory.create(release=done, service=ers)
    Update.objects.create(
        release=done, at=at, stage="in_progress", text="Work has started.", author_role="IT manager"
    )
    Update.objects.create(
        release=done, at=at + 16 * HOUR, stage="completed", text=OUTCOME, author_role="IT manager"
    )
    return done


def over(at: datetime, **facts: Any) -> Incident:
    """An incident that was stood down two hours after it began."""
    incident: Incident = IncidentFactory.create(
        state="stood_down", restored_at=at + HOUR, stood_down_at=at + 2 * HOUR, **facts
    )
    return incident


@pytest.fixture
def light(ers: Service, at: datetime) -> Incident:
    incident = over(at, severity=3, title="e-RS is slow")
    ImpactFactory.create(incident=incident, service=ers)
    return incident


@pytest.fixture
def severe(ers: Service, at: datetime) -> Incident:
    incident = over(at, severity=2, title="Nobody can log in to e-RS")
    ImpactFactory.create(incident=incident, service=ers)
    return incident


@pytest.fixture
def short(release: Release, lead: User, at: datetime) -> Review:
    """The look back at e-RS 14.7, begun."""
    return actions.start(release=release, by=lead, at=at + 20 * HOUR)


@pytest.fixture
def full(severe: Incident, lead: User, at: datetime) -> Review:
    """The review of a severity 2 incident, begun."""
    return actions.start(incident=severe, by=lead, at=at + 20 * HOUR)


def fill(review: Review, by: User, at: datetime, **texts: str) -> None:
    """Write every piece that is needed."""
    said = {code: f"About {code}." for code in (*FULL, SUMMARY)} | texts
    actions.save_section(review=review, texts=said, seen={SUMMARY: review.version}, by=by, at=at)


def hinder(review: Review, by: User, at: datetime, **facts: Any) -> Factor:
    given = {"area": "tools", "text": "The alarm went to a mailbox that nobody watches.", **facts}
    return actions.add_factor(review=review, by=by, at=at, **given)


def propose(review: Review, owner: User, by: User, at: datetime, **facts: Any) -> Action:
    given = {
        "title": "Send alarms to the on-call phone.", "due_on": DUE, "strength": "strong", "measure": "A test rings.",
        **facts,
    }  # fmt: skip
    return actions.propose_action(review=review, owner=owner, by=by, at=at, **given)

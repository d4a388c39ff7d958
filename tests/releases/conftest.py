"""The story's release, e-RS 14.7, as a draft and published, and people who want to hear of it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from psycopg.types.range import Range

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.notifications.models import Delivery, Subscription
from releases.actions import Outage, draft, publish
from releases.models import Release
from tests.factories import ServiceFactory

ANNOUNCED = datetime(2024, 10, 11, 9, tzinfo=UTC)
FOUR_PM = datetime(2024, 11, 1, 16, tzinfo=UTC)
BACK = datetime(2024, 11, 2, 0, 36, tzinfo=UTC)
DONE = datetime(2024, 11, 2, 0, 44, tzinfo=UTC)
NEXT_MORNING = datetime(2024, 11, 2, 8, 30, tzinfo=UTC)
OUTAGE, WORK = Range(FOUR_PM, BACK, "[)"), Range(FOUR_PM, DONE, "[)")
OUTCOME = "The release was completed successfully. Slot polls were not affected overnight."


@pytest.fixture
def ers(db: None) -> Service:
    return ServiceFactory(key="ers", name="NHS e-Referral Service")


@pytest.fixture
def polling(db: None) -> Service:
    return ServiceFactory(key="slot-polling", name="Slot polling")


@pytest.fixture
def story(ers: Service, polling: Service) -> dict[str, Any]:
    """Everything the notice of e-RS 14.7 says, as `draft` takes it."""
    return {
        "title": "NHS e-Referral Service Maintenance Release 14.7",
        "work": WORK,
        "outages": [Outage(ers, "down", OUTAGE), Outage(polling, "at_risk", OUTAGE)],
        "contact": "Referral and booking centre, ext 6510",
        "summary": "You cannot use e-RS.",
        "steps": {
            "before": ["Finish urgent suspected cancer referrals by 3pm on Friday."],
            "during": ["Take urgent referrals by phone.", "Carry on with clinics."],
            "after": ["Check that the overnight slot poll ran."],
        },
        "local_note": "Local systems carry on.",
        "source": "national",
    }


@pytest.fixture
def drafted(story: dict[str, Any], manager: User) -> Release:
    return draft(by=manager, at=ANNOUNCED, **story)


@pytest.fixture
def published(drafted: Release, manager: User) -> Release:
    publish(release=drafted, by=manager, at=ANNOUNCED)
    return drafted


@pytest.fixture
def nurse(clinician: User, ers: Service) -> User:
    """A clinician who hears about planned work on e-RS, in the portal and by email."""
    for channel in ("portal", "email"):
        Subscription.objects.create(person=clinician, kind="planned_work", channel=channel, service=ers)
    return clinician


def told(person: User) -> list[str]:
    """Titles of what a person found in the portal's inbox, oldest first."""
    found = Delivery.objects.filter(person=person, channel="portal").order_by("pk")
    return [delivery.message.title for delivery in found.select_related("message")]

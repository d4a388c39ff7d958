"""A notice as plain data: what is written can be read, and two versions can be compared in words."""

from datetime import datetime, timedelta

import pytest
from psycopg.types.range import Range

from continuity.accounts.models import User
from releases.actions import draft, revise
from releases.content import content_of, differences, facts_of, services_of, starts_at
from releases.models import Outage, Release, Version
from tests.factories import ServiceFactory

HOURS = timedelta(hours=1)


@pytest.fixture
def release(manager: User, at: datetime) -> Release:
    service = ServiceFactory(key="ers", name="NHS e-Referral Service")
    return draft(
        title="NHS e-Referral Service Maintenance Release 14.7",
        contact="IT service desk",
        outages=[Outage(service, "down", Range(at, at + 8 * HOURS, "[)"))],
        work=Range(at, at + 9 * HOURS, "[)"),
        steps={"before": ["Print the worklist."]},
        rollback_by=at + 6 * HOURS,
        by=manager,
        at=at - 30 * 24 * HOURS,
    )


@pytest.mark.django_db
def test_what_is_kept_of_a_notice_makes_the_same_notice_again(
    release: Release, manager: User, at: datetime
) -> None:
    content = content_of(release)

    again = draft(by=manager, at=at, **facts_of(content, services=services_of(content)))

    assert content_of(again) == content
    assert starts_at(content) == at


@pytest.mark.django_db
def test_a_notice_made_for_a_later_day_moves_every_time(
    release: Release, manager: User, at: datetime
) -> None:
    content = content_of(release)
    week = timedelta(weeks=1)

    later = draft(by=manager, at=at, **facts_of(content, services=services_of(content), by=week))

    assert later.work == Range(at + week, at + week + 9 * HOURS, "[)")
    assert [each.span.lower for each in later.disruptions.all()] == [at + week]
    assert later.rollback_by == at + week + 6 * HOURS


@pytest.mark.django_db
def test_every_change_keeps_a_version_that_says_what_changed(
    release: Release, manager: User, at: datetime
) -> None:
    content = content_of(release)
    facts = facts_of(content, services=services_of(content)) | {"contact": "Referral centre"}

    revise(release=release, version=release.version, by=manager, at=at, **facts)

    first, second = Version.objects.filter(release=release)
    assert differences(first.content, second.content, {}) == [
        ("Contact", "IT service desk", "Referral centre")
    ]
    assert (first.by, second.number) == (manager, release.version)


@pytest.mark.django_db
def test_a_service_that_is_gone_is_left_out(release: Release) -> None:
    facts = facts_of(content_of(release), services={})

    assert (facts["outages"], facts["services"]) == ([], [])

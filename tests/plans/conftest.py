"""What the tests of this room share: a procedure for Wi-Fi, as a draft and as staff follow it."""

from datetime import date, datetime
from typing import Any

import pytest

from continuity.accounts.models import User
from continuity.catalogue.models import Service
from continuity.plans.actions import approve, create, edit, publish, submit
from continuity.plans.models import Version
from continuity.plans.steps import Line
from tests.factories import ServiceFactory, TeamFactory

STEPS = [Line("Open the downtime box."), Line("Switch to paper.")]
REVIEW_BY = date(2025, 6, 1)


@pytest.fixture
def service(db: None) -> Service:
    made: Service = ServiceFactory(key="wifi", name="Wi-Fi")
    return made


@pytest.fixture
def version(service: Service, manager: User, at: datetime) -> Version:
    """A draft with two steps, written by the IT manager."""
    owner = TeamFactory(name="Infrastructure team", ring="ext 5000")
    made = create(title="If Wi-Fi fails", kind="downtime", owner=owner, services=[service], by=manager, at=at)
    edit(version=made, seen=1, lines=STEPS, by=manager, at=at)
    made.refresh_from_db()
    return made


@pytest.fixture
def approved(version: Version, manager: User, lead: User, at: datetime) -> Version:
    """Read and approved by the continuity lead, waiting to be published."""
    submit(version=version, by=manager, at=at)
    approve(version=version, content=version.content_hash, by=lead, at=at)
    return version


@pytest.fixture
def bring_out(manager: User, lead: User, at: datetime) -> Any:
    """`bring_out(version)`: sent by the IT manager, approved and published by the continuity lead."""

    def go(version: Version, review_by: date = REVIEW_BY) -> Version:
        submit(version=version, by=manager, at=at)
        approve(version=version, content=version.content_hash, by=lead, at=at)
        publish(version=version, review_by=review_by, by=lead, at=at)
        return version

    return go


@pytest.fixture
def published(version: Version, bring_out: Any) -> Version:
    made: Version = bring_out(version)
    return made
